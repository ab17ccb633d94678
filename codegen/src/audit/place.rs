//! What each table is about: by the words over it, and where they say nothing, by the object whose
//! fields it has.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::object_of;
use super::tables::{Row, Table, status_codes};
use crate::document::node::Node;
use crate::document::operations::OperationNode;

/// Which part of an operation a table describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Response(u16),
    Parameters(&'static str),
}

/// A table and what it describes.
pub(super) struct Placed<'d> {
    pub(super) table: Table,
    pub(super) side: Side,
    /// `response 200.companyInfo`
    pub(super) name: String,
    /// The object in the document, if it has it.
    pub(super) schema: Option<Node<'d>>,
    /// The status codes that it is about.
    pub(super) codes: Vec<u16>,
}

/// Places every table; those that fit nowhere come back apart.
pub(super) fn place<'d>(
    operation: &OperationNode<'d>,
    tables: Vec<Table>,
) -> (Vec<Placed<'d>>, Vec<Table>) {
    let mut placed: Vec<Placed<'d>> = Vec::new();
    let mut unplaced = Vec::new();
    for table in tables {
        let subject =
            by_heading(operation, &table).or_else(|| by_fields(operation, &placed, &table));
        match subject {
            Some((side, name, schema, codes)) => {
                placed.push(Placed { table, side, name, schema, codes });
            }
            // A description may have any other list as well.
            None if table.is_list() => {}
            None => unplaced.push(table),
        }
    }
    (placed, unplaced)
}

/// The fields of [`Placed`] that say what its table is about.
type Subject<'d> = (Side, String, Option<Node<'d>>, Vec<u16>);

fn by_heading<'d>(operation: &OperationNode<'d>, table: &Table) -> Option<Subject<'d>> {
    // The nearest words decide.
    table.over.iter().rev().find_map(|words| {
        let codes = status_codes(words);
        let words = words.to_lowercase();
        let has = |word| words.contains(word);
        // `param` is in `parameter` as well.
        let is_of_parameters = has("variable") || has("param");
        let locations = [("path", is_of_parameters), ("query", is_of_parameters), ("header", true)];
        if let Some((location, _)) =
            locations.into_iter().find(|(word, is_one)| *is_one && has(word))
        {
            let name = format!("{location} parameters");
            Some((Side::Parameters(location), name, None, codes))
        } else if table.is_list() {
            None
        } else if !codes.is_empty() || has("response") {
            let success = codes.iter().find(|code| (200..300).contains(*code));
            let status = success.or(codes.first()).copied().unwrap_or(200);
            let schema = operation.response_schema(status);
            Some((Side::Response(status), format!("response {status}"), schema, codes))
        } else if has("request") || has("body") {
            Some((Side::Request, "request".to_owned(), operation.request_schema(), codes))
        } else {
            None
        }
    })
}

/// A property of what the last table was about, which has most of these fields on any side.
fn by_fields<'d>(
    operation: &OperationNode<'d>,
    placed: &[Placed<'d>],
    table: &Table,
) -> Option<Subject<'d>> {
    if table.is_list() {
        return None;
    }
    let last = placed.iter().rev().find(|placed| !matches!(placed.side, Side::Parameters(_)))?;
    // Tables of nested objects stand side by side under the one of the whole.
    let parent =
        placed.iter().rev().find(|other| other.side == last.side && !other.name.contains('.'))?;
    let rows: BTreeSet<&str> = table.rows.iter().map(|row| row.name.as_str()).collect();
    let shared = nested_fields(operation, parent).into_iter().map(|(name, fields)| {
        let shared = rows.iter().filter(|row| fields.contains(**row)).count();
        (shared, name)
    });
    let (shared, name) = shared.max_by_key(|(shared, _)| *shared)?;
    if shared * 2 < rows.len() || shared == 0 {
        return None;
    }
    let object = parent.schema.clone().map(object_of);
    let schema = object.and_then(|object| object.properties.get(name.as_str()).cloned());
    Some((parent.side, format!("{}.{name}", parent.name), schema, Vec::new()))
}

/// Properties that are objects, in the document or by the table, and the fields that they have on
/// any side: the parent's own may lack what another has.
fn nested_fields(
    operation: &OperationNode<'_>,
    parent: &Placed<'_>,
) -> BTreeMap<String, BTreeSet<String>> {
    let is_object = |row: &&Row| matches!(row.json_type(), Some("object" | "array"));
    let documented = parent.table.rows.iter().filter(is_object).map(|row| row.name.clone());
    let object = parent.schema.clone().map(object_of);
    let declared = object.iter().flat_map(|object| object.properties.keys());
    let names = documented.chain(declared.map(|name| (*name).to_owned()));
    let mut nested: BTreeMap<_, BTreeSet<_>> = names.map(|name| (name, BTreeSet::new())).collect();
    let sides = [operation.request_schema(), operation.response_schema(200), parent.schema.clone()];
    for (name, property) in sides.into_iter().flatten().flat_map(|side| object_of(side).properties)
    {
        if let Some(fields) = nested.get_mut(name) {
            fields.extend(object_of(property).properties.keys().map(|name| (*name).to_owned()));
        }
    }
    nested
}
