//! The order in which the status of a response is looked at: progenitor keeps that of the document,
//! in which a range may stand before a status that it holds, and would answer for it.

use std::collections::BTreeSet;

use syn::visit_mut::{self, VisitMut};
use syn::{Arm, ExprMatch, ImplItemFn, Pat};

use crate::error::Result;
use crate::progenitor::{Code, shape};
use crate::report::Log;

/// Puts single statuses first, then ranges, then the rest.
///
/// # Errors
/// An operation that looks at the status in a way that is not known.
pub(super) fn finish(code: &mut Code<'_>, _: &mut Log) -> Result<()> {
    let mut matches = Matches::default();
    matches.visit_file_mut(code.file);
    match code.operations.iter().find(|id| !matches.sorted.contains(*id)) {
        Some(operation) => Err(shape::no_place_in("status", operation)),
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

    fn visit_expr_match_mut(&mut self, looked_at: &mut ExprMatch) {
        visit_mut::visit_expr_match_mut(self, looked_at);
        if shape::is_match_on_status(looked_at) {
            looked_at.arms.sort_by_key(breadth);
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
