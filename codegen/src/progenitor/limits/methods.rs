//! The methods OPTIONS and TRACE, for which reqwest has no function of the name that progenitor
//! calls.

use std::collections::BTreeSet;

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, parse_quote};

use crate::document::operations::operations;
use crate::error::Result;
use crate::progenitor::names::method_name;
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const METHOD: Rule = Rule::translated(
    "method",
    "the methods OPTIONS and TRACE",
    "sent, though reqwest has no function for them",
);

const METHODS: [&str; 2] = ["options", "trace"];

/// Replaces the call by `request(Method::…, url)`.
///
/// # Errors
/// An operation of such a method without the call that progenitor is known to generate.
pub(super) fn finish(code: &mut Code<'_>, _: &mut Log) -> Result<()> {
    let mut requests = Requests::default();
    requests.visit_file_mut(code.file);
    let operations = operations(code.document).into_iter();
    for operation in operations.filter(|operation| METHODS.contains(&operation.method.as_str())) {
        let id = operation.id(code.document).map(method_name).unwrap_or_default();
        if !requests.replaced.contains(&id) {
            return Err(shape::no_place_in(METHOD.id, &id));
        }
    }
    Ok(())
}

#[derive(Default)]
struct Requests {
    operation: Option<String>,
    /// The operations whose call has been replaced.
    replaced: BTreeSet<String>,
}

impl VisitMut for Requests {
    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        self.operation = shape::operation_of(&function.block);
        visit_mut::visit_impl_item_fn_mut(self, function);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Expr::MethodCall(call) = expression else { return };
        let name = call.method.to_string();
        if METHODS.contains(&name.as_str()) && shape::is_http_client(&call.receiver) {
            let (receiver, url) = (&call.receiver, &call.args);
            let method = quote::format_ident!("{}", name.to_uppercase());
            *expression = parse_quote! { #receiver.request(::reqwest::Method::#method, #url) };
            self.replaced.extend(self.operation.clone());
        }
    }
}
