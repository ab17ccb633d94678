//! The header `api-version`, which progenitor sends with every request although no document
//! declares it.

use std::collections::BTreeSet;

use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr};

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
    let mut headers = UndocumentedHeader::default();
    headers.visit_file_mut(code.file);
    let removed: BTreeSet<_> = headers.operations.iter().map(String::as_str).collect();
    if let Some(operation) = code.operations.iter().find(|id| !removed.contains(id.as_str())) {
        return Err(shape::no_place_in(HEADER_OF_VERSION.id, operation));
    }
    for builder in headers.removed {
        log.add(&HEADER_OF_VERSION, builder, "progenitor's `api-version` header is not sent");
    }
    Ok(())
}

#[derive(Default)]
struct UndocumentedHeader {
    /// The `impl` blocks around what is being visited, by their types.
    builders: Vec<String>,
    /// The builders that the header was removed from.
    removed: Vec<String>,
    /// The operations of these builders.
    operations: Vec<String>,
}

impl VisitMut for UndocumentedHeader {
    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        self.builders.push(shape::text_of(&item.self_ty));
        visit_mut::visit_item_impl_mut(self, item);
        self.builders.pop();
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        let before = block.stmts.len();
        block.stmts.retain(|statement| !shape::is_append_of_constant(statement, HEADER));
        if block.stmts.len() < before {
            self.removed.extend(self.builders.last().cloned());
            self.operations.extend(shape::operation_of(block));
            if !block.stmts.iter().any(shape::appends_a_header) {
                block.stmts.retain(|statement| !shape::declares(statement, HEADER_MAP));
                NoHeaders.visit_block_mut(block);
            }
        }
        visit_mut::visit_block_mut(self, block);
    }
}

/// Removes `.headers(header_map)` from a chain of calls.
struct NoHeaders;

impl VisitMut for NoHeaders {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::MethodCall(call) = expression
            && call.method == "headers"
            && call.args.first().is_some_and(|arg| shape::is_name(arg, HEADER_MAP))
        {
            *expression = (*call.receiver).clone();
        }
    }
}
