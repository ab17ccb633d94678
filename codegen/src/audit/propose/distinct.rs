//! Names of proposed types that would be given to two schemas that differ.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use serde_json::Value;

use super::plan::{Planned, merge, plain};
use crate::audit::mend::Change;
use crate::audit::naming;
use crate::document::operations::{self, OperationNode};

/// Puts what an operation is about before each proposed name that another schema has, be it proposed or in the
/// document: `PayoutPaymentType`; where that is not enough, what the operation is called; and a number at last.
pub(super) fn distinguish(document: &Value, parts: &mut [Planned]) {
    let nodes = operations::nodes(document);
    let owner = |part: &Planned, of: &dyn Fn(&OperationNode<'_>) -> String| {
        let label = part.evidence.first().map(|it| it.operation.as_str()).unwrap_or_default();
        nodes.iter().find(|node| node.label() == label).map(of).unwrap_or_default()
    };
    let words: [&dyn Fn(&OperationNode<'_>) -> String; 2] =
        [&naming::about, &|node| naming::called(node).to_upper_camel_case()];
    for of in words {
        let known = known(document, parts);
        for part in parts.iter_mut() {
            let owner = owner(part, of);
            if let Some(value) = part.change.value_mut() {
                rename(value, &mut |name, _| {
                    let is_ambiguous = known.get(name).is_some_and(|it| it.len() > 1);
                    (is_ambiguous && !name.starts_with(&owner)).then(|| format!("{owner}{name}"))
                });
            }
        }
    }
    // What holds a renamed schema is another one itself.
    for _ in 0..MAX_NESTING {
        let known = known(document, parts);
        for part in parts.iter_mut() {
            let base = part.places.first().and_then(|place| document.pointer(place)).cloned();
            if let Some(value) = part.change.value_mut() {
                number(value, base.as_ref(), &known);
            }
        }
    }
}

/// How deep a named schema may be in another for both to be numbered.
const MAX_NESTING: usize = 2;

/// What each name is given to, in the document and in what is proposed, in that order.
fn known(document: &Value, parts: &[Planned]) -> BTreeMap<String, Vec<String>> {
    let mut known = BTreeMap::<String, Vec<String>>::new();
    let components = document.pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in components.into_iter().flatten() {
        note(&mut known, name, schema);
    }
    each_named(document, &mut |name, schema| note(&mut known, name, schema));
    for part in parts {
        for value in results(document, part) {
            each_named(&value, &mut |name, schema| note(&mut known, name, schema));
        }
    }
    known
}

/// Gives a number to each name whose schema is not the first that has it.
fn number(value: &mut Value, base: Option<&Value>, known: &BTreeMap<String, Vec<String>>) {
    // What is merged into a schema is judged as what comes of it.
    let mut whole = base.cloned().unwrap_or(Value::Null);
    merge(&mut whole, value.clone());
    let root = content(&whole);
    let is_root = value.get("x-schema-name").is_some();
    let mut first = is_root;
    rename(value, &mut |name, schema| {
        let said = if std::mem::take(&mut first) { root.clone() } else { content(schema) };
        let at = known.get(name)?.iter().position(|other| *other == said)?;
        (at > 0).then(|| format!("{name}{}", at + 1))
    });
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

fn note(known: &mut BTreeMap<String, Vec<String>>, name: &str, schema: &Value) {
    let said = content(schema);
    let schemas = known.entry(name.to_owned()).or_default();
    if !schemas.contains(&said) {
        schemas.push(said);
    }
}

/// What a schema accepts, as a text.
fn content(schema: &Value) -> String {
    let mut schema = plain(schema);
    if let Value::Object(fields) = &mut schema {
        fields.retain(|key, _| !["x-schema-name", "title", "x-personal"].contains(&key.as_str()));
    }
    schema.to_string()
}

/// Every schema below a value that has a name of its own.
pub(super) fn each_named(value: &Value, found: &mut dyn FnMut(&str, &Value)) {
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

/// Gives other names to named schemas, the outer ones first.
fn rename(value: &mut Value, other: &mut dyn FnMut(&str, &Value) -> Option<String>) {
    let name = value.get("x-schema-name").and_then(Value::as_str);
    if let Some(name) = name.and_then(|name| other(name, value)) {
        value["x-schema-name"] = name.into();
    }
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|it| rename(it, other)),
        Value::Array(items) => items.iter_mut().for_each(|it| rename(it, other)),
        _ => {}
    }
}
