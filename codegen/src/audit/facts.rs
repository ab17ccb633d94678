//! What all pages together say, which one page alone does not: which fields are money, which identifiers are
//! UUIDs, and which errors every operation has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::described::{self, Owner};
use super::naming;
use super::shown;
use crate::document::merged::{MergedSchema, object_of};
use crate::document::node::Node;
use crate::document::operations::{self, OperationNode};
use crate::tables::{self, Placed, Side, row};
use crate::vendor::Upstream;

/// What all pages say.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Fields that a table calls a decimal, each with the row that does.
    pub(super) money: BTreeMap<String, String>,
    /// Fields that a table calls another kind of number.
    pub(super) whole: BTreeSet<String>,
    /// Of each field of a body, and of the `id` of what an operation is about, what is seen of it.
    pub(super) ids: BTreeMap<String, Seen>,
    /// The errors that every page documents which documents some, if they are the same.
    pub(super) errors: Option<Errors>,
}

/// What is seen of an identifier.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Where it is declared or shown as a UUID.
    pub(super) uuid: BTreeSet<String>,
    /// Where it is something else.
    pub(super) other: BTreeSet<String>,
}

/// Errors that several pages document alike.
#[derive(Debug)]
pub(super) struct Errors {
    /// The words over the table.
    pub(super) quote: String,
    /// The pages that have it.
    pub(super) pages: BTreeSet<String>,
    /// What each status is called.
    pub(super) statuses: BTreeMap<u16, String>,
    /// The body of all.
    pub(super) schema: Value,
}

/// The deepest object whose fields are looked at.
const MAX_DEPTH: usize = 8;

impl Facts {
    /// `document` is the one that is made of all pages, whose tags are the vendor's words.
    pub(super) fn of(document: &Value, pages: &[Upstream]) -> Self {
        let mut facts = Self::default();
        let mut errors = Vec::new();
        for page in pages {
            let own = operations::nodes(&page.document);
            let own: BTreeSet<_> = own.iter().map(OperationNode::label).collect();
            let all = operations::nodes(document).into_iter();
            for operation in all.filter(|operation| own.contains(&operation.label())) {
                let (placed, _) = tables::place(&operation, tables::of(&operation, page));
                placed.iter().for_each(|placed| facts.money_in(&operation, placed));
                errors.extend(placed.iter().filter_map(|placed| errors_of(page, placed)));
                facts.ids_of(&operation, page);
            }
        }
        facts.errors = agreed(errors);
        facts
    }

    fn money_in(&mut self, operation: &OperationNode<'_>, placed: &Placed<'_>) {
        for row in &placed.table.rows {
            let name = row.name.rsplit('.').next().unwrap_or(&row.name);
            if !row.is_money() {
                if matches!(row.json_type(), Some("integer" | "number")) {
                    self.whole.insert(name.to_owned());
                }
                continue;
            }
            let said = format!("{} ({})", row.quote, operation.label());
            self.money.entry(name.to_owned()).or_insert(said);
        }
    }

    fn ids_of(&mut self, operation: &OperationNode<'_>, page: &Upstream) {
        let success = operation.success();
        let response = success.and_then(|status| operation.response_schema(status));
        let about = naming::about(operation);
        for (side, schema) in [("request", operation.request_schema()), ("response", response)] {
            if let Some(schema) = schema {
                let own = (side == "response").then_some(about.as_str());
                self.declared(&operation.label(), schema, own, 0);
            }
        }
        for example in &page.examples {
            let place = format!("{:?} of {}", example.name, operation.label());
            let response = example.response.as_ref().and_then(|body| body.json());
            let request = example.request.as_ref().and_then(|body| body.json());
            response.into_iter().for_each(|value| self.shown(&place, value, Some(&about), 0));
            request.into_iter().for_each(|value| self.shown(&place, value, None, 0));
        }
    }

    fn declared(&mut self, place: &str, schema: Node<'_>, own: Option<&str>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        for (name, property) in object_of(schema).properties {
            let field = MergedSchema::of(property.clone());
            if field.kind() == Some("string") {
                let is_uuid = field.text("format") == Some("uuid");
                self.see(name, own, is_uuid, place);
            }
            self.declared(place, property, None, depth + 1);
        }
    }

    fn shown(&mut self, place: &str, value: &Value, own: Option<&str>, depth: usize) {
        match value {
            _ if depth > MAX_DEPTH => {}
            Value::Array(items) => {
                items.iter().for_each(|item| self.shown(place, item, own, depth + 1));
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    if let Some(text) = value.as_str() {
                        self.see(name, own, shown::format_of(text) == Some("uuid"), place);
                    }
                    self.shown(place, value, None, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// An `id` of what an operation is about is that thing's: `customerId`.
    fn see(&mut self, name: &str, own: Option<&str>, is_uuid: bool, place: &str) {
        let name = match own {
            Some(about) if name == "id" => format!("{}id", letters(about)),
            _ => letters(name),
        };
        if name.ends_with("id") {
            let seen = self.ids.entry(name).or_default();
            let places = if is_uuid { &mut seen.uuid } else { &mut seen.other };
            places.insert(place.to_owned());
        }
    }

    /// What is seen of the identifier that a variable of a path names.
    pub(super) fn id(&self, name: &str, about: &str) -> Option<&Seen> {
        let name = letters(name);
        let name = if name == "id" { format!("{}id", letters(about)) } else { name };
        self.ids.get(&name)
    }
}

fn errors_of(page: &Upstream, placed: &Placed<'_>) -> Option<Errors> {
    let is_error = matches!(placed.side, Side::Response(status) if status >= 400);
    if !is_error || placed.codes.is_empty() || placed.table.is_list() {
        return None;
    }
    let entries = row::entries(&placed.table.rows, &|_| false);
    let owner = Owner { about: "Error", is_request: false };
    let statuses = placed.codes.iter().map(|code| {
        (*code, tables::phrase(&placed.table, *code).unwrap_or_else(|| code.to_string()))
    });
    Some(Errors {
        quote: placed.table.over.last().cloned().unwrap_or_default(),
        pages: BTreeSet::from([page.slug.clone()]),
        statuses: statuses.collect(),
        schema: described::object(&entries, owner),
    })
}

/// The errors that all say the same; none if two of them differ, or only one page has some.
fn agreed(errors: Vec<Errors>) -> Option<Errors> {
    let mut errors = errors.into_iter();
    let mut first = errors.next()?;
    for other in errors {
        if (&other.statuses, &other.schema) != (&first.statuses, &first.schema) {
            return None;
        }
        first.pages.extend(other.pages);
    }
    (first.pages.len() > 1).then_some(first)
}

/// A name as it is compared: `customer_id` and `customerId` are one.
fn letters(name: &str) -> String {
    name.replace(['_', '-'], "").to_lowercase()
}
