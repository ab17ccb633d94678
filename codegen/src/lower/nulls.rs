//! `null` as a type. 3.0 has `nullable`, which only means something beside a `type`; an untyped
//! enum of null is how it says `null` alone.

use serde_json::{Map, Value, json};

use super::keywords::conjoin;
use super::polarity;
use crate::report::Log;

/// Lowers lists of types, and `null` wherever it is one of the alternatives.
pub fn lower(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    unknown_type(fields, at, log);
    type_list(fields, at, log);
    if fields.get("type").and_then(Value::as_str) == Some("null") {
        fields.shift_remove("type");
        match fields.get("enum") {
            Some(Value::Array(values)) if !values.contains(&Value::Null) => conjoin(fields, null()),
            _ => {
                fields.insert("enum".to_owned(), json!([null]));
                fields.insert("nullable".to_owned(), json!(true));
            }
        }
        log.add("null-type", at, "as nullable enum of null");
    }
    for key in ["anyOf", "oneOf"] {
        alternative(fields, key, at, log);
    }
    if fields.get("type").and_then(Value::as_str) == Some("array") && !fields.contains_key("items")
    {
        fields.insert("items".to_owned(), json!({}));
        log.add("array-items", at, "3.0 wants `items` beside `type: array`");
    }
}

fn null() -> Value {
    json!({ "enum": [null], "nullable": true })
}

fn is_null(schema: &Value) -> bool {
    schema.get("enum") == Some(&json!([null]))
}

/// The types of JSON Schema; no document means more by a type that is none of them.
const TYPES: [&str; 7] = ["null", "boolean", "object", "array", "number", "string", "integer"];

fn unknown_type(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    let is_known = |name: &Value| name.as_str().is_some_and(|name| TYPES.contains(&name));
    let types = fields.get("type");
    let all_known = types.is_none_or(|types| match types {
        Value::Array(list) => !list.is_empty() && list.iter().all(is_known),
        name => is_known(name),
    });
    if !all_known && let Some(types) = fields.shift_remove("type") {
        polarity::mark(fields);
        log.loosen("unknown-type", at, format!("{types} is no type of JSON Schema"));
    }
}

/// A word of 3.0 that 3.1 does not know, and that exporters go on writing. Whoever wrote it means
/// it, so null is accepted.
pub fn old_word(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    if fields.get("nullable") == Some(&Value::Bool(true)) && fields.contains_key("type") {
        polarity::mark(fields);
        log.loosen("nullable", at, "not in 3.1, but meant: null is accepted");
    }
}

fn type_list(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    let Some(Value::Array(list)) = fields.get("type").cloned() else { return };
    let (nulls, others): (Vec<_>, Vec<_>) =
        list.into_iter().partition(|name| name.as_str() == Some("null"));
    let mut others = others;
    others.dedup();
    match others.as_slice() {
        [] => drop(fields.insert("type".to_owned(), json!("null"))),
        [one] => {
            fields.insert("type".to_owned(), one.clone());
            if !nulls.is_empty() {
                fields.insert("nullable".to_owned(), json!(true));
            }
        }
        several => {
            let mut parts: Vec<_> = several.iter().map(|name| json!({ "type": name })).collect();
            if !nulls.is_empty() {
                parts.push(null());
            }
            fields.shift_remove("type");
            conjoin(fields, json!({ "anyOf": parts }));
        }
    }
    log.add("type-list", at, "one type, nullable, or anyOf");
}

/// Keywords that could refuse null whatever `nullable` says.
const APPLIED_AS_WELL: [&str; 5] = ["$ref", "allOf", "anyOf", "oneOf", "not"];

/// `null` or one schema with a type is that schema, nullable. Everything else keeps its
/// alternatives, for `nullable` would mean nothing there.
fn alternative(fields: &mut Map<String, Value>, key: &str, at: &str, log: &mut Log) {
    let Some(Value::Array(parts)) = fields.get(key) else { return };
    let (nulls, others): (Vec<_>, Vec<_>) = parts.iter().partition(|part| is_null(part));
    let ([_], [Value::Object(other)]) = (nulls.as_slice(), others.as_slice()) else { return };
    let is_plain = other.get("type").is_some_and(Value::is_string)
        && APPLIED_AS_WELL.iter().all(|key| !other.contains_key(*key))
        && other.keys().all(|key| !fields.contains_key(key));
    if !is_plain {
        return;
    }
    let mut other = other.clone();
    if let Some(Value::Array(values)) = other.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    fields.shift_remove(key);
    fields.extend(other);
    fields.insert("nullable".to_owned(), json!(true));
    log.add("null-alternative", at, "as nullable");
}
