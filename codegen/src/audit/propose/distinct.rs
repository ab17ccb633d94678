//! Names of proposed types that would be given to two schemas that differ.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use serde_json::Value;

use super::plan::{Planned, merge, plain};
use crate::audit::mend::Change;
use crate::audit::naming;
use crate::document::operations;

/// Puts what an operation is about before each proposed name that another schema has, be it proposed or in the
/// document: `PayoutPaymentType`.
pub(super) fn distinguish(document: &Value, parts: &mut [Planned]) {
    let mut known = BTreeMap::<String, BTreeSet<String>>::new();
    let components = document.pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in components.into_iter().flatten() {
        note(&mut known, name, schema);
    }
    each_named(document, &mut |name, schema| note(&mut known, name, schema));
    for part in parts.iter() {
        for value in results(document, part) {
            each_named(&value, &mut |name, schema| note(&mut known, name, schema));
        }
    }
    let ambiguous: BTreeSet<_> =
        known.into_iter().filter(|(_, schemas)| schemas.len() > 1).map(|(name, _)| name).collect();
    for part in parts.iter_mut() {
        let about = part.evidence.first().map(|it| it.operation.clone()).unwrap_or_default();
        let nodes = operations::nodes(document);
        let Some(node) = nodes.into_iter().find(|node| node.label() == about) else { continue };
        let words = (naming::about(&node), naming::called(&node).to_upper_camel_case());
        match &mut part.change {
            Change::Update(value) | Change::Replace(value) => qualify(value, &words, &ambiguous),
            Change::Drop(_) | Change::Remove => {}
        }
    }
}

/// What a change makes of each of its places.
fn results(document: &Value, part: &Planned) -> Vec<Value> {
    match &part.change {
        Change::Drop(_) | Change::Remove => Vec::new(),
        Change::Replace(value) => vec![value.clone()],
        Change::Update(update) => {
            let results = part.places.iter().map(|place| {
                let mut there = document.pointer(place).cloned().unwrap_or(Value::Null);
                merge(&mut there, update.clone());
                there
            });
            results.collect()
        }
    }
}

fn note(known: &mut BTreeMap<String, BTreeSet<String>>, name: &str, schema: &Value) {
    let mut schema = plain(schema);
    if let Value::Object(fields) = &mut schema {
        fields.retain(|key, _| !["x-schema-name", "title", "x-personal"].contains(&key.as_str()));
    }
    known.entry(name.to_owned()).or_default().insert(schema.to_string());
}

fn each_named(value: &Value, found: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(fields) => {
            if let Some(name) = fields.get("x-schema-name").and_then(Value::as_str) {
                found(name, value);
            }
            fields.values().for_each(|value| each_named(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| each_named(value, found)),
        _ => {}
    }
}

fn qualify(value: &mut Value, words: &(String, String), ambiguous: &BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(name) if key == "x-schema-name" && ambiguous.contains(name) => {
                        let (about, called) = words;
                        let owner = if name.starts_with(about) { called } else { about };
                        *name = format!("{owner}{name}");
                    }
                    value => qualify(value, words, ambiguous),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|it| qualify(it, words, ambiguous)),
        _ => {}
    }
}
