//! Alternatives that only say which properties go together: "one of these two is required". typify
//! makes a variant of each, with the properties that it requires and no others, so that decoding
//! loses the rest. The check is dropped, and the properties stay.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Prepared;
use crate::bounds::MAX_MERGE_DEPTH;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::progenitor::schema::{self, ALTERNATIVES};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const CONDITIONS: Rule = Rule::loosened(
    "conditions",
    "alternatives that only say which fields go together",
    "the fields, each optional",
);

/// Removes such alternatives.
pub(super) fn prepare(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = prepared;
    let mut known = BTreeMap::new();
    visit::each(document, |kind, at, node| {
        if kind == Kind::Schema && has_alternatives(node) {
            known.insert(at.to_owned(), properties(document, node));
        }
    });
    if known.is_empty() {
        return;
    }
    visit::each_mut(document, |_, at, node| {
        if let Some(known) = known.get(at) {
            remove(node, at, known, log);
        }
    });
}

/// Whether a schema has alternatives, or an inline part of it.
fn has_alternatives(schema: &Value) -> bool {
    ALTERNATIVES.iter().any(|key| !schema::list(schema, key).is_empty())
        || schema::list(schema, "allOf").iter().any(has_alternatives)
}

fn is_composed(schema: &Value) -> bool {
    ["oneOf", "anyOf", "allOf"].iter().any(|key| schema.get(key).is_some())
}

/// Removes them from a schema, and from the inline parts of its `allOf`.
fn remove(schema: &mut Value, at: &str, known: &BTreeSet<String>, log: &mut Log) {
    for key in ALTERNATIVES {
        let alternatives = schema::list(schema, key);
        let are_conditions = alternatives.iter().all(|it| is_condition(it, known, 0));
        let are_objects = alternatives.iter().all(|it| it.get("type") == Some(&json!("object")));
        if alternatives.is_empty() || !are_conditions {
            continue;
        }
        let Some(keywords) = schema.as_object_mut() else { return };
        keywords.shift_remove(key);
        if are_objects {
            keywords.entry("type").or_insert_with(|| json!("object"));
        }
        let note = "which fields go together is not checked";
        log.add(&CONDITIONS, pointer::join(at, key), note);
    }
    let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
    for (index, part) in parts.into_iter().flatten().enumerate() {
        if is_composed(part) {
            remove(part, &format!("{at}/allOf/{index}"), known, log);
        }
    }
}

/// Whether a schema only restricts an object with these properties.
fn is_condition(schema: &Value, known: &BTreeSet<String>, depth: usize) -> bool {
    let Some(keywords) = schema.as_object() else { return false };
    let are_conditions = |schemas: &Vec<Value>| {
        depth < MAX_MERGE_DEPTH && schemas.iter().all(|it| is_condition(it, known, depth + 1))
    };
    keywords.iter().all(|(key, value)| match key.as_str() {
        "required" | "not" | "title" | "description" | "minProperties" | "maxProperties" => true,
        "type" => value == "object",
        "additionalProperties" => *value == json!(true) || *value == json!({}),
        "allOf" | "anyOf" | "oneOf" => value.as_array().is_some_and(are_conditions),
        "properties" => value.as_object().is_some_and(|it| only_restrict(it, known)),
        _ => false,
    })
}

/// Whether these properties are known, and say nothing of a value's shape.
fn only_restrict(properties: &Map<String, Value>, known: &BTreeSet<String>) -> bool {
    const SHAPE: [&str; 7] =
        ["$ref", "properties", "items", "allOf", "anyOf", "oneOf", "additionalProperties"];
    properties.iter().all(|(name, schema)| {
        let has_shape = SHAPE.iter().any(|key| schema.get(key).is_some());
        known.contains(name) && schema.is_object() && !has_shape
    })
}

/// The names of a schema's properties, also of those that `allOf` merges into it.
pub(super) fn properties(document: &Value, schema: &Value) -> BTreeSet<String> {
    let schemas = schema::merged(document, schema).into_iter();
    schemas.flat_map(|it| schema::entries(it, "properties")).map(|(name, _)| name.clone()).collect()
}
