//! A schema that accepts more makes `not` accept less, and may match beside its sibling in a
//! `oneOf`. So that a document is never tightened, both give way where something below them was
//! loosened.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::keywords::conjoin;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::report::Log;

/// Marks a schema that was loosened, until [`settle`]. No document has a key like it.
const MARK: &str = "\u{0}loosened";

/// Marks a schema as loosened.
pub fn mark(fields: &mut Map<String, Value>) {
    fields.insert(MARK.to_owned(), Value::Bool(true));
}

/// Loosens what depends on loosened schemas, and removes the marks.
pub fn settle(document: &mut Value, log: &mut Log) {
    loop {
        let components = loosened_components(document);
        let mut settled = true;
        each_schema(document, |at, fields| {
            settled &=
                !(negation(fields, &components, at, log) | choice(fields, &components, at, log));
        });
        if settled {
            break;
        }
    }
    each_schema(document, |_, fields| drop(fields.shift_remove(MARK)));
}

fn each_schema(document: &mut Value, mut see: impl FnMut(&str, &mut Map<String, Value>)) {
    let _ = visit::each_mut(document, |kind, at, node| {
        if let (Kind::Schema, Value::Object(fields)) = (kind, node) {
            see(at, fields);
        }
        Ok::<_, Infallible>(())
    });
}

/// References to components that were loosened, or that refer to one that was.
fn loosened_components(document: &Value) -> BTreeSet<String> {
    let mut loosened = BTreeSet::new();
    let mut used_by = BTreeMap::<&str, Vec<String>>::new();
    let mut rest = Vec::new();
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let name = pointer::to_component("schemas", name);
        if is_loosened(schema, &BTreeSet::new()) {
            rest.push(name.clone());
        }
        for other in references(schema) {
            used_by.entry(other).or_default().push(name.clone());
        }
    }
    while let Some(name) = rest.pop() {
        if loosened.insert(name.clone()) {
            rest.extend(used_by.get(name.as_str()).into_iter().flatten().cloned());
        }
    }
    loosened
}

fn references(schema: &Value) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut rest = vec![schema];
    while let Some(node) = rest.pop() {
        found.extend(visit::reference(node));
        match node {
            Value::Object(fields) => rest.extend(fields.values()),
            Value::Array(items) => rest.extend(items),
            _ => {}
        }
    }
    found
}

fn is_loosened(schema: &Value, components: &BTreeSet<String>) -> bool {
    let mut found = false;
    visit::each_below(Kind::Schema, "", schema, &mut |_, _, node| {
        found |= node.get(MARK).is_some()
            || visit::reference(node).is_some_and(|reference| components.contains(reference));
    });
    found
}

fn negation(
    fields: &mut Map<String, Value>,
    components: &BTreeSet<String>,
    at: &str,
    log: &mut Log,
) -> bool {
    let gives_way = fields.get("not").is_some_and(|schema| is_loosened(schema, components));
    if gives_way {
        fields.shift_remove("not");
        mark(fields);
        log.loosen("not", at, "`not` of a loosened schema is no longer checked");
    }
    gives_way
}

fn choice(
    fields: &mut Map<String, Value>,
    components: &BTreeSet<String>,
    at: &str,
    log: &mut Log,
) -> bool {
    let Some(Value::Array(parts)) = fields.get("oneOf") else { return false };
    let gives_way = parts.len() > 1 && parts.iter().any(|part| is_loosened(part, components));
    if gives_way && let Some(parts) = fields.shift_remove("oneOf") {
        match fields.contains_key("anyOf") {
            true => conjoin(fields, json!({ "anyOf": parts })),
            false => drop(fields.insert("anyOf".to_owned(), parts)),
        }
        mark(fields);
        log.loosen("one-of", at, "anyOf: an alternative was loosened, so two may match");
    }
    gives_way
}
