//! The methods OPTIONS and TRACE, for which reqwest has no function of the name that progenitor
//! calls.

use std::collections::BTreeSet;

use syn::{Expr, parse_quote};

use crate::document::operations::Operation;
use crate::error::Result;
use crate::progenitor::{Code, named_operations, shape};
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
    let mut replaced = BTreeSet::new();
    for (id, send) in shape::sends(code.file) {
        shape::each_expression(&mut send.block, |expression| {
            let Expr::MethodCall(call) = expression else { return };
            let name = call.method.to_string();
            if METHODS.contains(&name.as_str()) && shape::is_http_client(&call.receiver) {
                let (receiver, url) = (&call.receiver, &call.args);
                let method = quote::format_ident!("{}", name.to_uppercase());
                *expression = parse_quote! { #receiver.request(::reqwest::Method::#method, #url) };
                replaced.insert(id.clone());
            }
        });
    }
    let mut operations = named_operations(code.document).into_iter();
    let is_left = |(id, operation): &(String, Operation)| {
        METHODS.contains(&operation.method.as_str()) && !replaced.contains(id)
    };
    match operations.find(is_left) {
        Some((id, _)) => Err(shape::no_place_in(METHOD.id, &id)),
        None => Ok(()),
    }
}
