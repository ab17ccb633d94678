//! The crate's own runtime in place of `progenitor_client`.
//!
//! The runtime module must define what generated code uses: `Client` (with the fields `baseurl`
//! and `client`, and `execute`), `Error`, `OperationInfo`, `ResponseValue`, `encode_path`, and for
//! the operations that need them `ByteStream`, `QueryParam` and `RequestBuilderExt`.

use std::collections::{BTreeMap, BTreeSet};

use quote::quote;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, Item, Path, parse_quote};

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
    Paths(&runtime).visit_file_mut(code.file);
    for item in shape::module(&mut code.file.items, "builder").into_iter().flatten() {
        if matches!(item, Item::Use(import) if shape::mentions(import, "ClientHooks")) {
            let names = quote!(Error, OperationInfo, ResponseValue, encode_path);
            *item = parse_quote! { #[allow(unused_imports)] use super::{#names}; };
        }
    }
    let operations = described(code.lowered, &code.plan.operation_ids);
    let mut replaced = BTreeSet::new();
    for (id, send) in shape::sends(code.file) {
        if let Some((path, retryable)) = operations.get(&id)
            && replace_call(&mut send.block, &id, path, *retryable)
        {
            log.add(&RUNTIME, &id, "sent by the runtime");
            replaced.insert(id);
        }
    }
    code.check_edited(RUNTIME.id, &replaced)
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

/// Replaces paths of `progenitor_client`.
struct Paths<'r>(&'r Path);

impl VisitMut for Paths<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        if path.segments.first().is_some_and(|first| first.ident == "progenitor_client") {
            let rest = path.segments.iter().skip(1);
            let runtime = self.0;
            *path = parse_quote! { #runtime #(::#rest)* };
        }
    }
}

/// Replaces progenitor's `info`, `pre`, `exec`, `post`; whether they were there.
fn replace_call(block: &mut Block, id: &str, path: &str, retryable: bool) -> bool {
    let mut request = None;
    shape::each_expression(block, |expression| match expression {
        Expr::MethodCall(call) if call.method == "exec" => request = call.args.first().cloned(),
        _ => {}
    });
    let position = |name| block.stmts.iter().position(|it| shape::declares(it, name));
    let (Some(start), Some(end), Some(request)) = (position("info"), position("response"), request)
    else {
        return false;
    };
    let call = parse_quote! {
        let response = client
            .execute(#request, &OperationInfo {
                operation_id: #id, path: #path, retryable: #retryable,
            })
            .await?;
    };
    block.stmts.splice(start..=end, [call]);
    true
}
