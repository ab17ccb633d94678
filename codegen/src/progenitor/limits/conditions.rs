//! Alternatives that say which fields go together, and nothing of what a value looks like: "one of
//! these two is required". typify makes a variant of each, with the fields that it requires alone,
//! and reading one loses what the others would have kept. The fields are what matters.

use std::collections::BTreeSet;
use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::{DEEPEST, Prepared, resolve};
use crate::document::pointer;
use crate::document::visit::{self, Kind};

/// Takes such alternatives out.
pub(super) fn prepare(prepared: &mut Prepared) {
    let document = prepared.document.clone();
    let mut taken = Vec::new();
    let _ = visit::each_mut(&mut prepared.document, |kind, at, node| {
        if kind == Kind::Schema && is_composed(node) {
            let known = properties(&document, node);
            take(node, at, &known, &mut taken);
        }
        Ok::<_, Infallible>(())
    });
    for at in taken {
        prepared.loosen("conditions", &at, "which fields go together is not checked");
    }
}

fn is_composed(schema: &Value) -> bool {
    ["oneOf", "anyOf", "allOf"].iter().any(|key| schema.get(key).is_some())
}

/// Takes them out of a schema, and out of the parts that are written inside of it.
fn take(schema: &mut Value, at: &str, known: &BTreeSet<String>, taken: &mut Vec<String>) {
    let Some(fields) = schema.as_object_mut() else { return };
    for key in ["oneOf", "anyOf"] {
        let alternatives = fields.get(key).and_then(Value::as_array);
        let Some(alternatives) = alternatives.filter(|all| !all.is_empty()) else { continue };
        if !alternatives.iter().all(|it| is_condition(it, known, 0)) {
            continue;
        }
        let all_objects = alternatives.iter().all(|it| it.get("type") == Some(&json!("object")));
        fields.shift_remove(key);
        if all_objects {
            fields.entry("type").or_insert_with(|| json!("object"));
        }
        taken.push(pointer::join(at, key));
    }
    let parts = fields.get_mut("allOf").and_then(Value::as_array_mut);
    for (index, part) in parts.into_iter().flatten().enumerate() {
        if is_composed(part) {
            take(part, &format!("{at}/allOf/{index}"), known, taken);
        }
    }
}

/// Whether a schema only restricts an object with these properties.
fn is_condition(schema: &Value, known: &BTreeSet<String>, depth: usize) -> bool {
    let Some(fields) = schema.as_object() else { return false };
    let all_are = |value: &Value| {
        let all = value.as_array();
        depth < DEEPEST
            && all.is_some_and(|all| all.iter().all(|it| is_condition(it, known, depth + 1)))
    };
    fields.iter().all(|(key, value)| match key.as_str() {
        "required" | "not" | "title" | "description" | "minProperties" | "maxProperties" => true,
        "type" => value == "object",
        "additionalProperties" => *value == json!(true) || *value == json!({}),
        "allOf" | "anyOf" | "oneOf" => all_are(value),
        "properties" => value.as_object().is_some_and(|all| restrict(all, known)),
        _ => false,
    })
}

/// Whether these are properties that are known, of no other shape.
fn restrict(properties: &Map<String, Value>, known: &BTreeSet<String>) -> bool {
    const SHAPE: [&str; 7] =
        ["$ref", "properties", "items", "allOf", "anyOf", "oneOf", "additionalProperties"];
    properties.iter().all(|(name, schema)| {
        let has_shape = SHAPE.iter().any(|key| schema.get(key).is_some());
        known.contains(name) && schema.is_object() && !has_shape
    })
}

/// The properties of a schema, also of those that it is made up of.
pub(super) fn properties(document: &Value, schema: &Value) -> BTreeSet<String> {
    fn collect(document: &Value, schema: &Value, names: &mut BTreeSet<String>, depth: usize) {
        let schema = resolve(document, schema);
        if depth > DEEPEST {
            return;
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            collect(document, part, names, depth + 1);
        }
        let own = schema.get("properties").and_then(Value::as_object);
        names.extend(own.into_iter().flat_map(Map::keys).cloned());
    }
    let mut names = BTreeSet::new();
    collect(document, schema, &mut names, 0);
    names
}
