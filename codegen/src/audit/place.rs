//! What each table is about: by the words over it, and where they say nothing, by the object whose
//! fields it has.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::object_of;
use super::operation::Operation;
use super::tables::{Row, Table, status_codes};
use crate::document::node::Node;

/// Which part of an operation a table describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Response(u16),
    Parameters(&'static str),
}

impl Side {
    pub(super) fn is_response(self) -> bool {
        matches!(self, Self::Response(_))
    }

    fn name(self) -> String {
        match self {
            Self::Request => "request".to_owned(),
            Self::Response(status) => format!("response {status}"),
            Self::Parameters(place) => format!("{place} parameters"),
        }
    }
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
    operation: &Operation<'d>,
    tables: Vec<Table>,
) -> (Vec<Placed<'d>>, Vec<Table>) {
    let mut placed: Vec<Placed<'d>> = Vec::new();
    let mut unplaced = Vec::new();
    for table in tables {
        // Any list may stand in a description; only one that says what it is counts.
        let is_list = table.columns.is_empty();
        let found = by_heading(operation, &table);
        let found = found.or_else(|| (!is_list).then(|| by_fields(operation, &placed, &table))?);
        match found {
            Some((side, name, schema, codes)) => {
                placed.push(Placed { table, side, name, schema, codes });
            }
            None if !is_list => unplaced.push(table),
            None => {}
        }
    }
    (placed, unplaced)
}

type Place<'d> = (Side, String, Option<Node<'d>>, Vec<u16>);

fn by_heading<'d>(operation: &Operation<'d>, table: &Table) -> Option<Place<'d>> {
    // The nearest words decide.
    table.over.iter().rev().find_map(|words| {
        let lower = words.to_lowercase();
        let codes = status_codes(words);
        let parameters = ["variable", "parameter", "param"].iter().any(|word| lower.contains(word));
        let side = match lower.as_str() {
            words if words.contains("path") && parameters => Side::Parameters("path"),
            words if words.contains("query") && parameters => Side::Parameters("query"),
            words if words.contains("header") => Side::Parameters("header"),
            _ if table.columns.is_empty() => return None,
            words if !codes.is_empty() || words.contains("response") => {
                let success = codes.iter().find(|code| (200..300).contains(*code)).copied();
                Side::Response(success.or_else(|| codes.first().copied()).unwrap_or(200))
            }
            words if words.contains("request") || words.contains("body") => Side::Request,
            _ => return None,
        };
        Some((side, side.name(), root(operation, side), codes))
    })
}

/// The object of a side as a whole.
fn root<'d>(operation: &Operation<'d>, side: Side) -> Option<Node<'d>> {
    match side {
        Side::Request => operation.request_schema(),
        Side::Response(status) => operation.response_schema(status),
        Side::Parameters(_) => None,
    }
}

/// An object below what the last table was about, which has most of these fields; by another side's
/// schema or table where this side lacks it.
fn by_fields<'d>(
    operation: &Operation<'d>,
    placed: &[Placed<'d>],
    table: &Table,
) -> Option<Place<'d>> {
    let parent = placed.iter().rev().find(|placed| !matches!(placed.side, Side::Parameters(_)))?;
    // Tables of nested objects stand side by side under the one of the whole.
    let parent =
        placed.iter().rev().find(|other| other.side == parent.side && !other.name.contains('.'))?;
    let rows: BTreeSet<&str> = table.rows.iter().map(|row| row.name.as_str()).collect();
    let fields = fields_below(operation, parent);
    let best = fields.into_iter().map(|(name, fields)| {
        let shared = rows.iter().filter(|row| fields.contains(**row)).count();
        (shared, name)
    });
    let (shared, name) = best.max_by_key(|(shared, _)| *shared)?;
    if shared * 2 < rows.len() || shared == 0 {
        return None;
    }
    let schema = parent
        .schema
        .as_ref()
        .and_then(|schema| object_of(schema.clone()).properties.get(name.as_str()).cloned());
    Some((parent.side, format!("{}.{name}", parent.name), schema, Vec::new()))
}

/// Properties that are objects, in the document or by the table, and the fields that they have on
/// any side.
fn fields_below(
    operation: &Operation<'_>,
    parent: &Placed<'_>,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut below = BTreeMap::<String, BTreeSet<String>>::new();
    let documented = parent.table.rows.iter().filter(|row| is_object(row));
    for row in documented {
        below.entry(row.name.clone()).or_default();
    }
    if let Some(schema) = &parent.schema {
        for name in object_of(schema.clone()).properties.keys() {
            below.entry((*name).to_owned()).or_default();
        }
    }
    let sides = [operation.request_schema(), operation.response_schema(200), parent.schema.clone()];
    for schema in sides.into_iter().flatten() {
        for (name, property) in object_of(schema).properties {
            if let Some(fields) = below.get_mut(name) {
                let names = object_of(property).properties;
                fields.extend(names.keys().map(|name| (*name).to_owned()));
            }
        }
    }
    below
}

fn is_object(row: &Row) -> bool {
    matches!(row.json_type(), Some("object" | "array"))
}
