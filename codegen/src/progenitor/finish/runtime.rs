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

/// Points the code at the runtime, if the settings name one.
///
/// # Errors
/// An operation that does not send its request in a way that is known.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let runtime = code.settings.runtime.as_deref();
    let Some(runtime) = runtime.and_then(|path| syn::parse_str(path).ok()) else { return Ok(()) };
    code.file.items.retain(|item| !is_replaced(item));
    let imports = parse_quote! {
        use #runtime::{Client, Error, OperationInfo, ResponseValue, encode_path};
    };
    code.file.items.insert(0, imports);
    let mut calls = Calls { runtime: &runtime, facts: facts(code.lowered), done: Vec::new() };
    calls.visit_file_mut(code.file);
    if let Some(operation) = code.operations.iter().find(|id| !calls.done.contains(id)) {
        return Err(shape::no_place_in(RUNTIME.id, operation));
    }
    for id in calls.done {
        log.add(&RUNTIME, id, "sent by the runtime");
    }
    Ok(())
}

/// What the runtime has instead: the client, its constructors, and the imports.
fn is_replaced(item: &Item) -> bool {
    match item {
        Item::Use(item) => quote!(#item).to_string().contains("progenitor_client"),
        Item::Struct(item) => item.ident == "Client",
        Item::Impl(item) => match &item.trait_ {
            Some((of, _)) => of.segments.last().is_some_and(|segment| {
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

/// What the runtime is told of an operation: its path template, and whether it may be repeated.
fn facts(document: &Value) -> BTreeMap<String, (String, bool)> {
    let all = operations(document).into_iter();
    let named = all.filter_map(|operation| {
        let id = method_name(operation.id(document)?);
        let marked = document.pointer(&operation.pointer())?.get("x-retryable");
        // RFC 9110, section 9.2.2.
        let idempotent = ["get", "head", "options", "trace", "put", "delete"]
            .contains(&operation.method.as_str());
        Some((id, (operation.path, marked.and_then(Value::as_bool).unwrap_or(idempotent))))
    });
    named.collect()
}

struct Calls<'r> {
    runtime: &'r Path,
    facts: BTreeMap<String, (String, bool)>,
    done: Vec<String>,
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
                if quote!(#import).to_string().contains("ClientHooks") {
                    let names = quote!(Error, OperationInfo, ResponseValue, encode_path);
                    *item = parse_quote! { #[allow(unused_imports)] use super::{#names}; };
                }
            }
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        let named = |statement: &Stmt, name| shape::declares(statement, name);
        let start = block.stmts.iter().position(|statement| named(statement, "info"));
        let end = block.stmts.iter().position(|statement| named(statement, "response"));
        let (Some(start), Some(end)) = (start, end) else { return };
        let Some((id, request)) = call_of(&block.stmts[start..=end]) else { return };
        let Some((path, retryable)) = self.facts.get(&id) else { return };
        let call = parse_quote! {
            let response = client
                .execute(#request, &OperationInfo {
                    operation_id: #id, path: #path, retryable: #retryable,
                })
                .await?;
        };
        block.stmts.splice(start..=end, [call]);
        self.done.push(id);
    }
}

/// The operation's id and the request, from progenitor's `info`, `pre`, `exec`, `post`.
fn call_of(statements: &[Stmt]) -> Option<(String, Expr)> {
    let mut found = Found::default();
    for statement in statements {
        syn::visit::visit_stmt(&mut found, statement);
    }
    Some((found.id?, found.request?))
}

#[derive(Default)]
struct Found {
    id: Option<String>,
    request: Option<Expr>,
}

impl<'a> syn::visit::Visit<'a> for Found {
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
