//! Which field or parameter each row of an operation's tables is about, and what it says of it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::providers::{self, Sibling};
use super::row_words::{self, InSchema};
use super::said::Saying;
use super::values;
use crate::document::merged::{MergedSchema, object_of};
use crate::document::node::Node;
use crate::document::operations::{OperationNode, Parameter};
use crate::tables::row::{self, Entry, Row};
use crate::tables::{self, Placed, Side};
use crate::vendor::{Body, Upstream};

/// What the rows say of the fields that they are about, and what rows of the request say of those fields of
/// the response, by their names from the body down, of which the response's tables say nothing.
pub(super) fn sayings(
    operation: &OperationNode<'_>,
    page: &Upstream,
) -> (Vec<Saying>, Vec<Saying>) {
    let (placed, _) = tables::place(operation, tables::of(operation, page));
    let mut own = Vec::new();
    for placed in &placed {
        let table = Table { operation, page, placed };
        match (placed.side, &placed.schema) {
            (Side::Parameters(location), _) => table.parameters(location, &mut own),
            (_, Some(schema)) => {
                let is_written =
                    |name: &str| object_of(schema.clone()).properties.contains_key(name);
                let entries = row::entries(&placed.table.rows, &is_written);
                table.object(&entries, schema.clone(), &table.path(), &mut own);
            }
            _ => {}
        }
    }
    let echoed = echoed(operation, &placed, &own);
    (own, echoed)
}

/// A placed table, and what its rows are about.
struct Table<'t, 'd> {
    operation: &'t OperationNode<'d>,
    page: &'t Upstream,
    placed: &'t Placed<'d>,
}

impl Table<'_, '_> {
    /// The way from the body down to the object that the table is about.
    fn path(&self) -> Vec<String> {
        let (_, path) = self.placed.name.split_once('.').unwrap_or_default();
        path.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    fn object(
        &self,
        entries: &[Entry<'_>],
        schema: Node<'_>,
        path: &[String],
        found: &mut Vec<Saying>,
    ) {
        let object = object_of(schema);
        let siblings = self.siblings(entries, &object);
        for entry in entries {
            let path = [path, std::slice::from_ref(&entry.name)].concat();
            for (property, is_required) in properties(&object, &entry.name) {
                if !entry.is_implied {
                    let saying = self.field(entry.row, &property, &path, is_required);
                    let required_for = match self.placed.side {
                        Side::Request => providers::mark(entry.row, &siblings),
                        _ => Vec::new(),
                    };
                    found.push(Saying { name: entry.name.clone(), required_for, ..saying });
                }
                if !entry.children.is_empty() {
                    self.object(&entry.children, property, &path, found);
                }
            }
        }
    }

    /// The fields of an object, with the values that a row or the schema lists for each.
    fn siblings(&self, entries: &[Entry<'_>], object: &MergedSchema<'_>) -> Vec<Sibling> {
        let siblings = entries.iter().filter(|entry| !entry.is_implied).map(|entry| {
            let mut listed = entry.row.values();
            let property = object.properties.get(entry.name.as_str());
            let enums = property.map(values::enums).unwrap_or_default();
            let declared = enums.iter().filter_map(|node| node.value.get("enum")?.as_array());
            listed.extend(declared.flatten().filter_map(Value::as_str).map(str::to_owned));
            (entry.name.clone(), listed)
        });
        siblings.collect()
    }

    fn field(&self, row: &Row, property: &Node<'_>, path: &[String], is_required: bool) -> Saying {
        let is_sent = self.placed.side == Side::Request;
        let is_omitted = is_sent && is_omitted(self.page, path);
        let schema = InSchema { is_required, is_omitted, is_sent };
        self.saying(row, property, row_words::required_line(row, schema))
    }

    fn saying(&self, row: &Row, place: &Node<'_>, line: Option<String>) -> Saying {
        let enums = values::enums(place);
        Saying {
            pointer: place.pointer.clone(),
            name: row.name.clone(),
            words: row_words::words(row, &self.placed.table.columns),
            line,
            quote: row.quote.clone(),
            from: format!("{}, {}", self.operation.label(), self.placed.name),
            explained: values::explained(&row.description, &enums),
            enums: enums.into_iter().map(|it| it.pointer).collect(),
            required_for: Vec::new(),
        }
    }

    /// Rows about parameters; a nested one is about a part of the one above.
    fn parameters(&self, location: &str, found: &mut Vec<Saying>) {
        let declared = self.operation.parameters();
        for row in self.placed.table.rows.iter().filter(|row| row.depth == 0) {
            let Some(parameter) = declared.iter().find(|it| is_named(it, location, &row.name))
            else {
                continue;
            };
            let is_required = parameter.node.flag("required");
            let schema = InSchema { is_required, is_omitted: false, is_sent: location != "path" };
            let line = row_words::required_line(row, schema);
            let saying = self.saying(row, &parameter.node, line);
            let enums = parameter.node.get("schema").map(|it| values::enums(&it));
            let enums = enums.unwrap_or_default();
            found.push(Saying {
                explained: values::explained(&row.description, &enums),
                enums: enums.into_iter().map(|it| it.pointer).collect(),
                ..saying
            });
        }
    }
}

/// Names of headers are the same in letters of any case.
fn is_named(parameter: &Parameter<'_>, location: &str, name: &str) -> bool {
    let same = |other: &str| match location {
        "header" => other.eq_ignore_ascii_case(name),
        _ => other == name,
    };
    parameter.location() == Some(location) && parameter.name().is_some_and(same)
}

/// A property of an object, or of each of its alternatives that has it, and whether it is required there.
fn properties<'d>(object: &MergedSchema<'d>, name: &str) -> Vec<(Node<'d>, bool)> {
    if let Some(own) = object.properties.get(name) {
        return vec![(own.clone(), object.required.contains(name))];
    }
    let alternatives = object.unions.iter().flat_map(Node::items).map(object_of);
    let found = alternatives.filter_map(|part| {
        let property = part.properties.get(name)?.clone();
        Some((property, part.required.contains(name)))
    });
    found.collect()
}

/// Whether an example of a request has what is around a field, and not the field.
fn is_omitted(page: &Upstream, path: &[String]) -> bool {
    let [around @ .., name] = path else { return false };
    let bodies = page.examples.iter().filter_map(|example| match &example.request {
        Some(Body::Json(body)) => Some(body),
        _ => None,
    });
    let mut objects = bodies.filter_map(|body| {
        around.iter().try_fold(body, |value, name| first(value).get(name)).map(first)
    });
    objects.any(|object| object.is_object() && object.get(name).is_none())
}

/// Of a list, the first item.
fn first(value: &Value) -> &Value {
    value.as_array().and_then(|items| items.first()).unwrap_or(value)
}

/// What rows of the request say of the response.
fn echoed(operation: &OperationNode<'_>, placed: &[Placed<'_>], own: &[Saying]) -> Vec<Saying> {
    let mut rows = BTreeMap::new();
    for placed in placed.iter().filter(|placed| placed.side == Side::Request) {
        let path = placed.name.split_once('.').map_or("", |(_, path)| path);
        let path = path.strip_prefix(placed.envelope.trim_end_matches('.')).unwrap_or(path);
        let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
        collect(&row::entries(&placed.table.rows, &|_| false), &prefix, placed, &mut rows);
    }
    let Some(success) = operation.success() else { return Vec::new() };
    let of_success = |placed: &&Placed<'_>| {
        placed.side == Side::Response(success) && !placed.is_part && placed.schema.is_some()
    };
    let documented = placed.iter().find(of_success).and_then(|placed| placed.schema.clone());
    let from = format!("{}, request, of the response", operation.label());
    let mut echo = Echo { rows: &rows, own, from, found: Vec::new() };
    if let Some(schema) = documented.or_else(|| operation.response_schema(success)) {
        echo.object(schema, "");
    }
    echo.found
}

fn collect(
    entries: &[Entry<'_>],
    prefix: &str,
    placed: &Placed<'_>,
    rows: &mut BTreeMap<String, (String, String)>,
) {
    for entry in entries {
        let path = format!("{prefix}{}", entry.name);
        collect(&entry.children, &format!("{path}."), placed, rows);
        let words = row_words::words(entry.row, &placed.table.columns);
        if !entry.is_implied && !words.is_empty() {
            rows.entry(path).or_insert_with(|| (words, entry.row.quote.clone()));
        }
    }
}

struct Echo<'e> {
    /// Words and quotes of rows, by the names of their fields from the body down.
    rows: &'e BTreeMap<String, (String, String)>,
    own: &'e [Saying],
    from: String,
    found: Vec<Saying>,
}

impl Echo<'_> {
    fn object(&mut self, schema: Node<'_>, prefix: &str) {
        for (name, property) in object_of(schema).properties {
            let path = format!("{prefix}{name}");
            let is_said = |it: &Saying| it.pointer == property.pointer && !it.words.is_empty();
            if let Some((words, quote)) = self.rows.get(&path)
                && !self.own.iter().any(is_said)
            {
                self.found.push(Saying {
                    pointer: property.pointer.clone(),
                    name: name.to_owned(),
                    words: words.clone(),
                    line: None,
                    quote: quote.clone(),
                    from: self.from.clone(),
                    required_for: Vec::new(),
                    enums: Vec::new(),
                    explained: Vec::new(),
                });
            }
            let below = format!("{path}.");
            // What no row names ends the way down, also in a schema that holds itself.
            if self.rows.keys().any(|other| other.starts_with(&below)) {
                self.object(property, &below);
            }
        }
    }
}
