//! The order of the match arms on a response's status. progenitor keeps the document's, where a range
//! may stand before a status inside it; the arm of the status is then never reached.

use std::collections::BTreeSet;

use syn::visit_mut::{self, VisitMut};
use syn::{Arm, ExprMatch, ImplItemFn, Pat};

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
    let mut matches = Matches::default();
    matches.visit_file_mut(code.file);
    match code.operations.iter().find(|id| !matches.sorted.contains(*id)) {
        Some(operation) => Err(shape::no_place_in(STATUS.id, operation)),
        None => Ok(()),
    }
}

#[derive(Default)]
struct Matches {
    operation: Option<String>,
    sorted: BTreeSet<String>,
}

impl VisitMut for Matches {
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        self.operation = shape::operation_of(&function.block);
        visit_mut::visit_impl_item_fn_mut(self, function);
    }

    fn visit_expr_match_mut(&mut self, expression: &mut ExprMatch) {
        visit_mut::visit_expr_match_mut(self, expression);
        if shape::is_match_on_status(expression) {
            expression.arms.sort_by_key(breadth);
            self.sorted.extend(self.operation.clone());
        }
    }
}

fn breadth(arm: &Arm) -> u8 {
    match &arm.pat {
        Pat::Lit(_) => 0,
        Pat::Range(_) => 1,
        _ => 2,
    }
}
