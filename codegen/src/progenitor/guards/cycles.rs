//! Components that contain themselves through `allOf`, `oneOf` or `anyOf`, without a property or item in
//! between: merging one would never end. A part that is the component itself says nothing and is removed;
//! of one that leads back to it, its own keywords are kept.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::document::node::Node;
use crate::document::{pointer, visit};
use crate::progenitor::limits::Prepared;
use crate::progenitor::schema::{self, SCHEMAS};
use crate::report::Rule;

pub(in crate::progenitor) const CYCLE: Rule =
    Rule::loosened("cycle", "schemas that are a part of themselves", "without that part");

/// The keywords that hold schemas for the same value.
const COMPOSITION: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Breaks every such cycle.
pub(in crate::progenitor) fn prepare(prepared: &mut Prepared) {
    let document = &prepared.document;
    let replaced = search(document).back_references.into_iter().map(|(at, target)| {
        let new = replacement(document, &at, &target);
        (at, target, new)
    });
    for (at, target, new) in replaced.collect::<Vec<_>>() {
        prepared.set(&at, new);
        prepared.log.add(&CYCLE, &at, format!("`{target}` is what it is a part of"));
    }
    drop_nulls(&mut prepared.document);
}

/// What replaces a reference that leads back: null for a part of the target itself, the target's own
/// keywords in `allOf`, or any value.
fn replacement(document: &Value, at: &str, target: &str) -> Value {
    let target = pointer::join(SCHEMAS, target);
    let list = at.rsplit('/').nth(1).unwrap_or_default();
    if at.starts_with(&format!("{target}/")) {
        // `drop_nulls` removes it later: removing it now would shift the indices after it.
        return Value::Null;
    }
    let Some(Value::Object(keywords)) = document.pointer(&target) else { return json!({}) };
    if list != "allOf" {
        return json!({});
    }
    let leads_on = |key: &str| ["$ref", "oneOf", "anyOf", "discriminator"].contains(&key);
    let mut keywords = keywords.clone();
    keywords.retain(|key, _| !leads_on(key));
    if let Some(Value::Array(parts)) = keywords.get_mut("allOf") {
        parts.retain(|part| {
            part.as_object()
                .is_some_and(|part| !part.keys().any(|key| leads_on(key) || key == "allOf"))
        });
    }
    keywords.into()
}

/// The components that each component contains, with the pointers of the references.
fn parts(document: &Value) -> BTreeMap<String, Vec<(String, String)>> {
    let parts = schema::components(document).map(|(name, _)| {
        let mut references = Vec::new();
        let mut unvisited = Vec::from_iter(Node::at(document, &pointer::join(SCHEMAS, name)));
        while let Some(schema) = unvisited.pop() {
            for key in COMPOSITION {
                unvisited.extend(schema.written(key).iter().flat_map(Node::items));
            }
            let target = visit::reference(schema.value).and_then(pointer::component_of);
            references.extend(target.map(|(_, target)| (schema.pointer, target)));
        }
        (name.clone(), references)
    });
    parts.collect()
}

/// What a search through the components finds.
#[derive(Default)]
pub(in crate::progenitor) struct Found {
    /// The names of all components, each after those that it contains.
    pub(in crate::progenitor) inside_out: Vec<String>,
    /// References that lead back to a component that they are in: their pointers and targets.
    back_references: Vec<(String, String)>,
}

/// A depth-first search through the components.
pub(in crate::progenitor) fn search(document: &Value) -> Found {
    let parts = parts(document);
    let mut found = Found::default();
    let mut left = BTreeSet::new();
    for start in parts.keys() {
        // The components on the path, and how many parts of each have been followed. It is no
        // recursion, since a chain of components may be as long as the document.
        let mut path = vec![(start, 0)];
        let mut on_path = BTreeSet::from([start]);
        while let Some((name, followed)) = path.last_mut() {
            let (name, next) = (*name, *followed);
            *followed += 1;
            let part = parts.get(name).and_then(|parts| parts.get(next));
            match part.filter(|_| !left.contains(name)) {
                None => {
                    if left.insert(name) {
                        found.inside_out.push(name.clone());
                    }
                    on_path.remove(name);
                    path.pop();
                }
                Some(reference @ (_, target)) if on_path.contains(target) => {
                    found.back_references.push(reference.clone());
                }
                Some((_, target)) => {
                    if let Some((target, _)) = parts.get_key_value(target) {
                        on_path.insert(target);
                        path.push((target, 0));
                    }
                }
            }
        }
    }
    found
}

/// Removes the parts that are null, and lists that are empty then.
fn drop_nulls(document: &mut Value) {
    visit::each_mut(document, |_, _, node| {
        for key in COMPOSITION {
            let Some(Value::Array(list)) = node.get_mut(key) else { continue };
            list.retain(|part| !part.is_null());
            if let Some(fields) = node.as_object_mut()
                && fields.get(key) == Some(&Value::Array(Vec::new()))
            {
                fields.shift_remove(key);
            }
        }
    });
}
