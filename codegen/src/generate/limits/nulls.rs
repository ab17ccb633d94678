//! `null` as typify takes it: of a property or an alternative, it makes an `Option`.

use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::{ANNOTATIONS, Prepared, resolved};
use crate::pointer;
use crate::walk::{self, Kind};

/// Null as an alternative makes the others nullable: as a type of its own, it would be a value that
/// callers have to make.
pub(super) fn prepare(prepared: &mut Prepared) {
    let mut found = Vec::new();
    let _ = walk::each_mut(&mut prepared.document, |kind, at, node| {
        if let (Kind::Schema, Value::Object(fields)) = (kind, node)
            && ["oneOf", "anyOf"].iter().any(|key| take_null(fields, key))
        {
            found.push(at.to_owned());
        }
        Ok::<_, Infallible>(())
    });
    for at in found {
        prepared.log("null-alternative", &at, "as nullable");
    }
}

/// Whether null is all that a schema allows.
fn is_null(schema: &Value) -> bool {
    let all = schema.get("enum").and_then(Value::as_array);
    all.is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_null))
}

fn take_null(fields: &mut Map<String, Value>, key: &str) -> bool {
    let is_plain = |other: &String| other == key || ANNOTATIONS.contains(&other.as_str());
    let Some(Value::Array(alternatives)) = fields.get(key) else { return false };
    let others: Vec<_> = alternatives.iter().filter(|it| !is_null(it)).cloned().collect();
    let has_null = others.len() < alternatives.len();
    if !has_null || others.is_empty() || !fields.keys().all(is_plain) {
        return false;
    }
    fields.shift_remove(key);
    match <[Value; 1]>::try_from(others) {
        Ok([Value::Object(only)]) if !only.contains_key("$ref") => {
            for (key, value) in only {
                fields.entry(key).or_insert(value);
            }
        }
        Ok(only) => drop(fields.insert("allOf".to_owned(), json!(only))),
        Err(several) => drop(fields.insert(key.to_owned(), json!(several))),
    }
    fields.insert("nullable".to_owned(), true.into());
    true
}

/// Marks optional properties that may be null, in their documentation: typify makes one of null and
/// absent, and the refine stage tells them apart.
pub const NULL: &str = "\u{2063}null\u{2063}";

/// Puts the marks.
pub(super) fn mark(prepared: &mut Prepared) {
    let document = prepared.document.clone();
    let mut loosened = Vec::new();
    let _ = walk::each_mut(&mut prepared.document, |kind, at, node| {
        let (Kind::Schema, Value::Object(fields)) = (kind, node) else { return Ok(()) };
        let required = fields.get("required").cloned().unwrap_or_default();
        let is_required = |name: &str| {
            required.as_array().is_some_and(|names| names.iter().any(|other| other == name))
        };
        let properties = fields.get_mut("properties").and_then(Value::as_object_mut);
        for (name, property) in properties.into_iter().flatten() {
            if !is_required(name) && is_null(resolved(&document, property)) {
                *property = json!({});
                loosened.push(pointer::join(&format!("{at}/properties"), name));
                continue;
            }
            let is_nullable = |schema: &Value| schema.get("nullable") == Some(&Value::Bool(true));
            if is_required(name) || !is_nullable(resolved(&document, property)) {
                continue;
            }
            // What stands beside a reference is not read.
            if walk::reference(property).is_some() {
                *property = json!({ "allOf": [property.take()] });
            }
            if let Value::Object(property) = property {
                let text = property.get("description").and_then(Value::as_str).unwrap_or_default();
                let text = format!("{NULL}{text}");
                property.insert("description".to_owned(), text.into());
            }
        }
        Ok::<_, Infallible>(())
    });
    for at in loosened {
        // typify would send null where nothing is set.
        prepared.loosen("null", &at, "any value, for it may also be absent");
    }
}
