//! The crate `openapi-client-runtime` in place of `progenitor_client`: it sends requests, and its errors
//! tell what became of a call.
//!
//! The client is a type of the generated crate around the one of the runtime (`emitted/client.rs`), and each
//! builder can be given what the document does not have.

mod answers;
mod builders;
mod calls;
mod client;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Ident, Item, Member, Path, parse_quote};

use crate::document::operations::operations;
use crate::document::visit;
use crate::error::Result;
use crate::progenitor::names::method_name;
use crate::progenitor::settings::Runtime;
use crate::progenitor::{Code, each, search, shape};
use crate::report::{Log, Rule};
use calls::Described;

pub(in crate::progenitor) const RUNTIME: Rule = Rule::translated(
    "runtime",
    "operations, unless the settings ask for `progenitor-client`",
    "sent by `openapi-client-runtime`",
);

/// Replaces `progenitor_client`, unless the settings ask for it.
///
/// # Errors
/// An operation without the statements that progenitor is known to generate for sending.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    if code.settings.runtime == Runtime::ProgenitorClient {
        return Ok(());
    }
    code.file.items.retain(|item| !is_replaced(item));
    let untyped: BTreeSet<_> = code.plan.unions.iter().map(|union| union.name.clone()).collect();
    call_the_runtime(&mut code.file.items, &untyped);
    for item in shape::module(&mut code.file.items, "builder").into_iter().flatten() {
        if matches!(item, Item::Use(import) if shape::mentions(import, "ClientHooks")) {
            *item = imports();
        }
    }
    let operations = described(code.lowered, &code.plan.operation_ids);
    let (extras, calls) = (builders::Extras::new(), calls::Templates::new());
    let mut replaced = BTreeSet::new();
    let mut errors = BTreeSet::new();
    for (id, builder) in shape::builders(code.file) {
        let is_extended = builders::extend(builder, &extras);
        let Some(send) = shape::function(builder, shape::SEND) else { continue };
        let error = shape::result_types(send).map(|(_, error)| error);
        let (Some(described), Some(error)) = (operations.get(&id), error) else { continue };
        let is_sent = calls.replace(&mut send.block, &id, described);
        let is_answered = answers::replace(&mut send.block, &error, &untyped);
        Requests.visit_block_mut(&mut send.block);
        if is_extended
            && is_sent
            && is_answered
            && !search::block_mentions(&send.block, "ErrorResponse")
        {
            log.add(&RUNTIME, &id, "sent by the runtime");
            replaced.insert(id);
            errors.insert(shape::text_of(&error));
        }
    }
    builders::declare_fields(code.file);
    code.check_edited(RUNTIME.id, &replaced)?;
    client::declare(code, &fields(code.lowered), &errors);
    Ok(())
}

/// Replaces the paths of `progenitor_client`. Of the types only those of several answers have some; what is left anywhere
/// is found in the text of the whole.
fn call_the_runtime(items: &mut [Item], unions: &BTreeSet<String>) {
    for item in items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                let types = module.content.iter_mut().flat_map(|(_, items)| items);
                let is_union = |item: &&mut Item| match item {
                    Item::Impl(item) => unions.contains(&shape::owner(item)),
                    item => {
                        shape::declared(item).is_some_and(|it| unions.contains(&it.to_string()))
                    }
                };
                let types = types.filter(is_union);
                types.for_each(|item| each::path(&mut to_runtime).visit_item_mut(item));
            }
            item => each::path(&mut to_runtime).visit_item_mut(item),
        }
    }
}

/// What the builders use.
fn imports() -> Item {
    parse_quote! {
        #[allow(unused_imports)]
        use ::openapi_client_runtime::generated::{
            ByteStream, Error, RequestBuilderExt, ResponseValue, encode_path,
        };
    }
}

/// Whether the runtime replaces an item: the client, its constructors, and the imports.
fn is_replaced(item: &Item) -> bool {
    match item {
        Item::Use(item) => shape::mentions(item, "progenitor_client"),
        Item::Struct(item) => item.ident == "Client",
        Item::Impl(item) => match &item.trait_ {
            Some((of_trait, _)) => {
                ["ClientInfo", "ClientHooks"].iter().any(|name| shape::mentions(of_trait, name))
            }
            None => item.items.iter().any(|member| {
                matches!(member, syn::ImplItem::Fn(function) if function.sig.ident == shape::CONSTRUCTOR)
            }),
        },
        Item::Mod(module) => module.ident == "prelude",
        _ => false,
    }
}

/// What the runtime learns of each operation, by the name of its method.
fn described(document: &Value, new_ids: &BTreeMap<String, String>) -> BTreeMap<String, Described> {
    let described = operations(document).into_iter().filter_map(|operation| {
        let id = operation.id(document)?;
        let method = method_name(new_ids.get(id).map_or(id, String::as_str));
        let node = document.pointer(&operation.pointer())?;
        let repeat = repeat(&operation.method, node.get("x-retryable").and_then(Value::as_bool));
        let code = answers::problem_code(document, node);
        Some((method, Described { path: operation.path, repeat, code }))
    });
    described.collect()
}

/// By the method, RFC 9110, sections 9.2.1 and 9.2.2, unless the document says.
fn repeat(method: &str, marked: Option<bool>) -> &'static str {
    match (marked, method) {
        (Some(true), _) | (None, "get" | "head" | "options" | "trace") => "Safe",
        (None, "put" | "delete") => "Idempotent",
        _ => "Never",
    }
}

/// The names of all properties: the only names of a response that errors and logs may show.
fn fields(document: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    visit::each(document, |kind, _, node| {
        let properties = node.get("properties").and_then(Value::as_object);
        if kind == visit::Kind::Schema {
            names.extend(properties.into_iter().flatten().map(|(name, _)| name.clone()));
        }
    });
    names
}

/// Replaces a path of `progenitor_client`.
fn to_runtime(path: &mut Path) {
    if path.segments.first().is_some_and(|first| first.ident == "progenitor_client") {
        let rest = path.segments.iter().skip(1);
        *path = parse_quote! { ::openapi_client_runtime::generated #(::#rest)* };
    }
}

/// Lets the client of the runtime make URLs and requests: `client.baseurl` and `client.client` are what
/// progenitor has for that, in macros as well.
struct Requests;

impl VisitMut for Requests {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::Field(field) = expression
            && shape::is_name(&field.base, "client")
            && let Member::Named(name) = &field.member
            && let Some(made) = of_the_client(name)
        {
            *expression = parse_quote!(#made);
        }
    }

    fn visit_token_stream_mut(&mut self, tokens: &mut TokenStream) {
        *tokens = replaced(std::mem::take(tokens));
    }
}

/// What the client of the runtime has in place of a field of progenitor's.
fn of_the_client(field: &Ident) -> Option<TokenStream> {
    if field == "baseurl" {
        Some(quote! { client.inner.base_url() })
    } else if field == "client" {
        Some(quote! { client.inner.requests() })
    } else {
        None
    }
}

fn replaced(code: TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = code.into_iter().collect();
    let (mut new, mut at) = (TokenStream::new(), 0);
    while let Some(token) = tokens.get(at) {
        let made =
            match tokens.get(at..at + 3) {
                Some(
                    [TokenTree::Ident(client), TokenTree::Punct(dot), TokenTree::Ident(field)],
                ) if client == "client" && dot.as_char() == '.' => of_the_client(field),
                _ => None,
            };
        at += if made.is_some() { 3 } else { 1 };
        match (made, token) {
            (Some(made), _) => new.extend(made),
            (None, TokenTree::Group(group)) => {
                let mut inside =
                    proc_macro2::Group::new(group.delimiter(), replaced(group.stream()));
                inside.set_span(group.span());
                new.extend([TokenTree::Group(inside)]);
            }
            (None, token) => new.extend([token.clone()]),
        }
    }
    new
}
