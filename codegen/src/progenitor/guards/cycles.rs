//! Components that are made of themselves, without a property or an item in between: reading one
//! would never end. A part that is the component itself says nothing; of one that leads back to it,
//! what it says itself is kept.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::document::pointer;
use crate::document::visit;
use crate::progenitor::limits::Prepared;

const SCHEMAS: &str = "/components/schemas";

/// Ends every such circle.
pub(in crate::progenitor) fn prepare(prepared: &mut Prepared) {
    let document = prepared.document.clone();
    for (at, target) in endless(&document) {
        if let Some(place) = prepared.document.pointer_mut(&at) {
            *place = replacement(&document, &at, &target);
        }
        prepared.loosen("cycle", &at, format!("`{target}` is what it is a part of"));
    }
    drop_taken(&mut prepared.document);
}

/// What stands in the place of a reference that leads back: nothing, what the target says itself,
/// or anything.
fn replacement(document: &Value, at: &str, target: &str) -> Value {
    let here = pointer::join(SCHEMAS, target);
    let list = at.rsplit('/').nth(1).unwrap_or_default();
    if at.starts_with(&format!("{here}/")) {
        // Others are counted from its place, so that is emptied later.
        return Value::Null;
    }
    let Some(Value::Object(fields)) = document.pointer(&here) else { return json!({}) };
    if list != "allOf" {
        return json!({});
    }
    let leads_on = |key: &str| ["$ref", "oneOf", "anyOf", "discriminator"].contains(&key);
    let mut own = fields.clone();
    own.retain(|key, _| !leads_on(key));
    if let Some(Value::Array(parts)) = own.get_mut("allOf") {
        parts.retain(|part| {
            part.as_object()
                .is_some_and(|part| !part.keys().any(|key| leads_on(key) || key == "allOf"))
        });
    }
    own.into()
}

/// The components that each is made of, with the place that says so.
fn parts(document: &Value) -> BTreeMap<String, Vec<(String, String)>> {
    let schemas = document.pointer(SCHEMAS).and_then(Value::as_object);
    let made = schemas.into_iter().flatten().map(|(name, schema)| {
        let mut found = Vec::new();
        let mut open = vec![(pointer::join(SCHEMAS, name), schema)];
        while let Some((at, schema)) = open.pop() {
            let target = visit::reference(schema).and_then(pointer::component_of);
            if let Some((_, target)) = target {
                found.push((at.clone(), target));
            }
            for key in ["allOf", "anyOf", "oneOf"] {
                let list = schema.get(key).and_then(Value::as_array);
                let list = list.into_iter().flatten().enumerate();
                open.extend(list.map(|(index, part)| (format!("{at}/{key}/{index}"), part)));
            }
        }
        (name.clone(), found)
    });
    made.collect()
}

/// References that lead back to what they are in, and where.
fn endless(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    follow(document, |_| {}, |at, target| found.push((at.to_owned(), target.to_owned())));
    found
}

/// The names of all components, each after those that it is made of.
pub(in crate::progenitor) fn inside_out(document: &Value) -> Vec<String> {
    let mut names = Vec::new();
    follow(document, |name| names.push(name.to_owned()), |_, _| {});
    names
}

/// Follows every component into those that it is made of, as deep as it goes. Tells when one is
/// done, and which references lead back.
fn follow(document: &Value, mut done: impl FnMut(&str), mut back: impl FnMut(&str, &str)) {
    let parts = parts(document);
    let mut seen = BTreeSet::new();
    for start in parts.keys() {
        // A component on the way, and how many of its parts have been looked at.
        let mut way = vec![(start, 0)];
        let mut on_way = BTreeSet::from([start]);
        while let Some((name, looked_at)) = way.last_mut() {
            let (name, next) = (*name, *looked_at);
            *looked_at += 1;
            match parts.get(name).and_then(|all| all.get(next)).filter(|_| !seen.contains(name)) {
                None => {
                    if seen.insert(name) {
                        done(name);
                    }
                    on_way.remove(name);
                    way.pop();
                }
                Some((at, target)) if on_way.contains(target) => back(at, target),
                Some((_, target)) => {
                    if let Some((target, _)) = parts.get_key_value(target) {
                        on_way.insert(target);
                        way.push((target, 0));
                    }
                }
            }
        }
    }
}

/// Removes what was emptied, and lists with nothing in them.
fn drop_taken(document: &mut Value) {
    let _ = visit::each_mut(document, |_, _, node| {
        for key in ["allOf", "anyOf", "oneOf"] {
            let Some(Value::Array(list)) = node.get_mut(key) else { continue };
            list.retain(|part| !part.is_null());
            if let Some(fields) = node.as_object_mut()
                && fields.get(key) == Some(&Value::Array(Vec::new()))
            {
                fields.shift_remove(key);
            }
        }
        Ok::<_, std::convert::Infallible>(())
    });
}
