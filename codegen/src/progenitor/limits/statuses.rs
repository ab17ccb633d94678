//! The order of the match arms on a response's status. progenitor keeps the document's, where a range
//! may stand before a status inside it; the arm of the status is then never reached.

use std::collections::BTreeSet;

use syn::{Arm, Expr, Pat};

use crate::error::Result;
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const STATUS: Rule = Rule::translated(
    "status",
    "a status that is documented, and its range as well",
    "read as the status says",
);

/// Sorts single statuses before ranges, and ranges before the rest.
///
/// # Errors
/// An operation without the match that progenitor is known to generate.
pub(super) fn finish(code: &mut Code<'_>, _: &mut Log) -> Result<()> {
    let mut sorted = BTreeSet::new();
    for (operation, send) in shape::sends(code.file) {
        shape::each_expression(&mut send.block, |expression| {
            if let Expr::Match(expression) = expression
                && shape::is_match_on_status(expression)
            {
                expression.arms.sort_by_key(breadth);
                sorted.insert(operation.clone());
            }
        });
    }
    code.check_edited(STATUS.id, &sorted)
}

fn breadth(arm: &Arm) -> u8 {
    match &arm.pat {
        Pat::Lit(_) => 0,
        Pat::Range(_) => 1,
        _ => 2,
    }
}
