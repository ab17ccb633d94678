//! The header `api-version`, which progenitor sends with every request although no document
//! declares it.

use std::collections::BTreeSet;

use syn::Expr;

use crate::error::Result;
use crate::progenitor::Code;
use crate::progenitor::shape::{self, HEADER_MAP};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const HEADER_OF_VERSION: Rule = Rule::translated(
    "undocumented-header",
    "no header `api-version`, which progenitor sends",
    "not sent",
);

const HEADER: &str = "api-version";

/// Removes it from every operation.
///
/// # Errors
/// An operation without the statement that progenitor is known to generate.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let mut removed = BTreeSet::new();
    for (operation, builder) in shape::builders(code.file) {
        let name = shape::text_of(&builder.self_ty);
        let Some(send) = shape::function(builder, shape::SEND) else { continue };
        let before = send.block.stmts.len();
        send.block.stmts.retain(|statement| !shape::is_append_of_constant(statement, HEADER));
        if send.block.stmts.len() == before {
            continue;
        }
        if !send.block.stmts.iter().any(shape::appends_a_header) {
            send.block.stmts.retain(|statement| !shape::declares(statement, HEADER_MAP));
            shape::each_expression(&mut send.block, take_no_headers);
        }
        log.add(&HEADER_OF_VERSION, name, "progenitor's `api-version` header is not sent");
        removed.insert(operation);
    }
    code.check_edited(HEADER_OF_VERSION.id, &removed)
}

/// Removes `.headers(header_map)` from a chain of calls.
fn take_no_headers(expression: &mut Expr) {
    if let Expr::MethodCall(call) = expression
        && call.method == "headers"
        && call.args.first().is_some_and(|arg| shape::is_name(arg, HEADER_MAP))
    {
        *expression = (*call.receiver).clone();
    }
}
