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
    if operations::is_of_one(&page.document) {
        let on_page = read::read(page.page.as_deref().unwrap_or_default()).into_iter();
        let is_said = |table: &Table| tables.iter().any(|other| other.says_the_same(table));
        let others: Vec<_> = on_page.filter(|table| !is_said(table)).collect();
        tables.extend(others);
    }
    tables.retain(Table::is_of_fields);
    tables
}

/// What the words over a table call a status: `Bad request` of `400 BAD REQUEST - 401 UNAUTHORIZED`.
#[cfg(feature = "commands")]
pub(crate) fn phrase(table: &Table, code: u16) -> Option<String> {
    let words = table.over.iter().rev().find(|words| read::status_codes(words).contains(&code))?;
    let (_, after) = words.split_once(&code.to_string())?;
    let is_word = |c: char| c.is_alphabetic() || c == ' ';
    let end = after.find(|c: char| !is_word(c)).unwrap_or(after.len());
    let phrase = after.get(..end)?.trim().to_lowercase();
    let mut letters = phrase.chars();
    let first = letters.next()?.to_uppercase();
    Some(first.chain(letters).collect())
}
