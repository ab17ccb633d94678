//! The crate's own runtime in place of `progenitor_client`.
//!
//! The runtime module must define what generated code uses: `Client` (with the fields `baseurl`
//! and `client`, and `execute`), `Error`, `OperationInfo`, `ResponseValue`, `encode_path`, and for
//! the operations that need them `ByteStream`, `QueryParam` and `RequestBuilderExt`.

use std::collections::BTreeMap;

use quote::quote;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Item, Path, Stmt, parse_quote};

use crate::document::operations::operations;
use crate::error::Result;
use crate::progenitor::names::method_name;
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const RUNTIME: Rule = Rule::translated(
    "runtime",
    "operations, where the settings name a runtime",
    "sent by the runtime",
);

/// Replaces `progenitor_client` by the runtime, if the settings name one.
///
/// # Errors
/// An operation without the statements that progenitor is known to generate for sending.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let runtime = code.settings.runtime.as_deref();
    let Some(runtime) = runtime.and_then(|path| syn::parse_str(path).ok()) else { return Ok(()) };
    code.file.items.retain(|item| !is_replaced(item));
    let imports = parse_quote! {
        use #runtime::{Client, Error, OperationInfo, ResponseValue, encode_path};
    };
    code.file.items.insert(0, imports);
    let operations = described(code.lowered, &code.plan.operation_ids);
    let mut calls = Calls { runtime: &runtime, operations, replaced: Vec::new() };
    calls.visit_file_mut(code.file);
    if let Some(operation) = code.operations.iter().find(|id| !calls.replaced.contains(id)) {
        return Err(shape::no_place_in(RUNTIME.id, operation));
    }
    for id in calls.replaced {
        log.add(&RUNTIME, id, "sent by the runtime");
    }
    Ok(())
}

/// Whether the runtime replaces an item: the client, its constructors, and the imports.
fn is_replaced(item: &Item) -> bool {
    match item {
        Item::Use(item) => shape::mentions(item, "progenitor_client"),
        Item::Struct(item) => item.ident == "Client",
        Item::Impl(item) => match &item.trait_ {
            Some((of_trait, _)) => of_trait.segments.last().is_some_and(|segment| {
                segment.ident == "ClientInfo" || segment.ident == "ClientHooks"
            }),
            None => item.items.iter().any(|member| {
                matches!(member, syn::ImplItem::Fn(function) if function.sig.ident == shape::CONSTRUCTOR)
            }),
        },
        Item::Mod(module) => module.ident == "prelude",
        _ => false,
    }
}

/// RFC 9110, section 9.2.2.
const IDEMPOTENT: [&str; 6] = ["get", "head", "options", "trace", "put", "delete"];

/// What the runtime learns of each operation, by the name of its method: the path template, and whether
/// it may be sent again.
fn described(
    document: &Value,
    new_ids: &BTreeMap<String, String>,
) -> BTreeMap<String, (String, bool)> {
    let described = operations(document).into_iter().filter_map(|operation| {
        let id = operation.id(document)?;
        let method = method_name(new_ids.get(id).map_or(id, String::as_str));
        let extension = document.pointer(&operation.pointer())?.get("x-retryable");
        let is_idempotent = IDEMPOTENT.contains(&operation.method.as_str());
        let is_retryable = extension.and_then(Value::as_bool).unwrap_or(is_idempotent);
        Some((method, (operation.path, is_retryable)))
    });
    described.collect()
}

/// Replaces paths of `progenitor_client`, and the statements that send a request.
struct Calls<'r> {
    runtime: &'r Path,
    operations: BTreeMap<String, (String, bool)>,
    /// The operations whose statements have been replaced.
    replaced: Vec<String>,
}

impl VisitMut for Calls<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        if path.segments.first().is_some_and(|first| first.ident == "progenitor_client") {
            let rest = path.segments.iter().skip(1);
            let runtime = self.runtime;
            *path = parse_quote! { #runtime #(::#rest)* };
        }
    }

    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, items)) = &mut module.content {
            for item in items.iter_mut() {
                let Item::Use(import) = item else { continue };
                if shape::mentions(import, "ClientHooks") {
                    let names = quote!(Error, OperationInfo, ResponseValue, encode_path);
                    *item = parse_quote! { #[allow(unused_imports)] use super::{#names}; };
                }
            }
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        let position = |name| block.stmts.iter().position(|it| shape::declares(it, name));
        let (Some(start), Some(end)) = (position("info"), position("response")) else { return };
        let Some((id, request)) = call_of(&block.stmts[start..=end]) else { return };
        let Some((path, retryable)) = self.operations.get(&id) else { return };
        let call = parse_quote! {
            let response = client
                .execute(#request, &OperationInfo {
                    operation_id: #id, path: #path, retryable: #retryable,
                })
                .await?;
        };
        block.stmts.splice(start..=end, [call]);
        self.replaced.push(id);
    }
}

/// The operation's id and the request, from progenitor's `info`, `pre`, `exec`, `post`.
fn call_of(statements: &[Stmt]) -> Option<(String, Expr)> {
    let mut call = Call::default();
    for statement in statements {
        syn::visit::visit_stmt(&mut call, statement);
    }
    Some((call.id?, call.request?))
}

#[derive(Default)]
struct Call {
    id: Option<String>,
    request: Option<Expr>,
}

impl<'a> syn::visit::Visit<'a> for Call {
    fn visit_lit_str(&mut self, literal: &'a syn::LitStr) {
        self.id.get_or_insert_with(|| literal.value());
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        if call.method == "exec" {
            self.request = call.args.first().cloned();
        }
        syn::visit::visit_expr_method_call(self, call);
    }
}
