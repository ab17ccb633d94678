//! What a page's own tables and lists say of an operation: read, split by where their fields go, placed
//! beside the object that each describes, and their words understood.

mod place;
mod read;
pub(crate) mod row;
mod split;
mod values;
pub(crate) mod words;

pub(crate) use place::{Placed, Side, place};
pub(crate) use read::{Table, names_fields, read, status_codes};

use crate::document::operations::{self, OperationNode};
use crate::vendor::Upstream;

/// The tables of the operation's description, and those that the page has otherwise. Of a page about
/// several operations, nothing says which one a table is about.
pub(crate) fn of(operation: &OperationNode<'_>, page: &Upstream) -> Vec<Table> {
    let mut tables = read::read(operation.node.text("description").unwrap_or_default());
    if operations::operations(&page.document).len() == 1 {
        let on_page = read::read(page.page.as_deref().unwrap_or_default()).into_iter();
        let is_said = |table: &Table| tables.iter().any(|other| other.says_the_same(table));
        let others: Vec<_> = on_page.filter(|table| !is_said(table)).collect();
        tables.extend(others);
    }
    tables.retain(Table::is_of_fields);
    tables
}
