//! Objects that several of the proposed edits describe, or that the document has already under a name.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::distinct::each_named;
use super::plan::{Planned, plain};
use crate::audit::mend::Change;
use crate::document::node::Node;
use crate::document::operations;
use crate::document::pointer;

/// The purpose of an action that adds components.
const COMPONENTS: &str = "shared schemas";

/// Puts a reference in the place of each named object that the document's errors have, or that is described
/// more than once; of those, the object is added to the components.
pub(super) fn share(document: &Value, parts: &mut Vec<Planned>) {
    let mut named: Vec<(String, Value, usize)> = Vec::new();
    for part in parts.iter() {
        let Some(value) = part.change.value() else { continue };
        each_named(value, &mut |name, schema| {
            // A list of values stands where it is used.
            if schema.get("properties").is_none() {
                return;
            }
            let known =
                named.iter_mut().find(|(other, it, _)| other == name && is_same(it, schema));
            match known {
                Some((_, _, count)) => *count += 1,
                None => named.push((name.to_owned(), schema.clone(), 1)),
            }
        });
    }
    for (name, schema, count) in named {
        let existing = existing(document, &schema);
        if existing.is_none() && count < 2 {
            continue;
        }
        let component = existing.clone().unwrap_or_else(|| free(document, &name));
        let mut evidence = Vec::new();
        for part in parts.iter_mut() {
            let mut replaced = false;
            if let Some(value) = part.change.value_mut() {
                refer(value, &schema, &name, &component, &mut replaced);
            }
            if replaced {
                evidence.extend(part.evidence.clone());
            }
        }
        if existing.is_none() {
            parts.insert(0, added(document, &component, schema, evidence));
        }
    }
}

fn added(
    document: &Value,
    component: &str,
    mut schema: Value,
    evidence: Vec<super::plan::Evidence>,
) -> Planned {
    if let Value::Object(fields) = &mut schema {
        fields.shift_remove("x-schema-name");
    }
    let (place, update) = match document.pointer("/components/schemas").is_some() {
        true => ("/components/schemas", json!({ component: schema })),
        false => ("", json!({ "components": { "schemas": { component: schema } } })),
    };
    let places = BTreeSet::from([place.to_owned()]);
    Planned { purpose: COMPONENTS, change: Change::Update(update), places, evidence }
}

fn refer(value: &mut Value, schema: &Value, name: &str, component: &str, replaced: &mut bool) {
    let is_it = value.get("x-schema-name").and_then(Value::as_str) == Some(name);
    if is_it && is_same(value, schema) {
        *value = json!({ "$ref": pointer::to_component("schemas", component) });
        *replaced = true;
        return;
    }
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(|it| refer(it, schema, name, component, replaced));
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|it| refer(it, schema, name, component, replaced));
        }
        _ => {}
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    plain(one) == plain(other)
}

/// The component with which the document already describes an error of the same fields.
fn existing(document: &Value, schema: &Value) -> Option<String> {
    let names = |schema: &Value| -> BTreeSet<String> {
        let properties = schema.get("properties").and_then(Value::as_object);
        properties.into_iter().flatten().map(|(name, _)| name.clone()).collect()
    };
    let wanted = names(schema);
    let errors = operations::nodes(document).into_iter().flat_map(|operation| {
        let responses = operation.node.get("responses");
        let responses: Vec<_> = responses.iter().flat_map(Node::fields).collect();
        responses.into_iter().filter(|(status, _)| status.starts_with(['4', '5']))
    });
    errors.into_iter().find_map(|(_, response)| {
        let content = response.resolved().get("content")?;
        let (_, media) = content.fields().next()?;
        let written = media.resolved().written("schema")?;
        let (_, name) = pointer::component_of(written.text("$ref")?)?;
        (names(written.resolved().value) == wanted).then_some(name)
    })
}

/// A name that no component has.
fn free(document: &Value, name: &str) -> String {
    let is_taken =
        |name: &str| document.pointer(&pointer::join("/components/schemas", name)).is_some();
    let numbered = (2..).map(|number| format!("{name}{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or_default()
}
