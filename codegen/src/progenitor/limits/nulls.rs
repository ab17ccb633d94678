//! `null` as typify takes it: of a property or an alternative, it makes an `Option`.

use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::{ANNOTATIONS, Prepared};
use crate::document::visit::{self, Kind};

/// Null as an alternative makes the others nullable: as a type of its own, it would be a value that
/// callers have to make.
pub(super) fn prepare(prepared: &mut Prepared) {
    let mut found = Vec::new();
    let _ = visit::each_mut(&mut prepared.document, |kind, at, node| {
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
pub(super) fn is_null(schema: &Value) -> bool {
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
