//! `null` as a type. 3.0 has `nullable`, which only means something beside a `type`; an untyped
//! enum of null is how it says `null` alone.

use serde_json::{Value, json};

use super::Fields;
use super::keywords::conjoin;
use super::loosening::loosen;
use crate::report::{Log, Rule};

pub(super) const NULL_TYPE: Rule =
    Rule::translated("null-type", "`null` as a type", "an enum of null, `nullable`");
pub(super) const TYPE_LIST: Rule =
    Rule::translated("type-list", "`type` lists", "one type, `nullable`; `anyOf` of several");
pub(super) const NULL_ALTERNATIVE: Rule =
    Rule::translated("null-alternative", "null as an alternative to one type", "`nullable`");
pub(super) const ARRAY_ITEMS: Rule =
    Rule::translated("array-items", "an array without `items`", "any items");
pub(super) const UNKNOWN_TYPE: Rule =
    Rule::loosened("unknown-type", "types that JSON Schema does not have", "any");
pub(super) const NULLABLE: Rule = Rule::loosened(
    "nullable",
    "`nullable`, which 3.1 does not have",
    "kept, for whoever wrote it means it",
);

/// Lowers lists of types, and `null` wherever it is one of the alternatives.
pub(super) fn lower(fields: &mut Fields, at: &str, log: &mut Log) {
    unknown_type(fields, at, log);
    type_list(fields, at, log);
    if fields.get("type") == Some(&json!("null")) {
        fields.shift_remove("type");
        match fields.get("enum") {
            Some(Value::Array(values)) if !values.contains(&Value::Null) => conjoin(fields, null()),
            _ => {
                fields.insert("enum".to_owned(), json!([null]));
                fields.insert("nullable".to_owned(), json!(true));
            }
        }
        log.add(&NULL_TYPE, at, "as nullable enum of null");
    }
    for key in ["anyOf", "oneOf"] {
        alternative(fields, key, at, log);
    }
    if fields.get("type") == Some(&json!("array")) && !fields.contains_key("items") {
        fields.insert("items".to_owned(), json!({}));
        log.add(&ARRAY_ITEMS, at, "3.0 wants `items` beside `type: array`");
    }
}

fn null() -> Value {
    json!({ "enum": [null], "nullable": true })
}

/// Whether a schema is null and no more: what stands beside the enum must not refuse null too.
fn is_null(schema: &Value) -> bool {
    schema.get("enum") == Some(&json!([null]))
        && schema.get("type").is_none()
        && APPLICATORS.iter().all(|key| schema.get(key).is_none())
}

/// The types of JSON Schema. Any other word is taken for no type at all.
const TYPES: [&str; 7] = ["null", "boolean", "object", "array", "number", "string", "integer"];

fn unknown_type(fields: &mut Fields, at: &str, log: &mut Log) {
    let is_known = |name: &Value| name.as_str().is_some_and(|name| TYPES.contains(&name));
    let are_known = fields.get("type").is_none_or(|types| match types {
        Value::Array(types) => !types.is_empty() && types.iter().all(is_known),
        name => is_known(name),
    });
    if !are_known && let Some(types) = fields.shift_remove("type") {
        let note = format!("{types} is no type of JSON Schema");
        loosen(fields, log, &UNKNOWN_TYPE, at, &note);
    }
}

/// `nullable` is a keyword of 3.0 that 3.1 does not have, but exporters go on writing it, and mean
/// that null is accepted.
pub(super) fn nullable_of_3_0(fields: &mut Fields, at: &str, log: &mut Log) {
    if fields.get("nullable") == Some(&Value::Bool(true)) && fields.contains_key("type") {
        loosen(fields, log, &NULLABLE, at, "not in 3.1, but meant: null is accepted");
    }
}

fn type_list(fields: &mut Fields, at: &str, log: &mut Log) {
    let Some(Value::Array(types)) = fields.get("type").cloned() else { return };
    let (nulls, mut others): (Vec<_>, Vec<_>) =
        types.into_iter().partition(|name| name.as_str() == Some("null"));
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
            let parts = several.iter().map(|name| json!({ "type": name }));
            let parts: Vec<_> = parts.chain((!nulls.is_empty()).then(null)).collect();
            fields.shift_remove("type");
            conjoin(fields, json!({ "anyOf": parts }));
        }
    }
    log.add(&TYPE_LIST, at, "one type, nullable, or anyOf");
}

/// Keywords whose schemas could refuse null although `nullable` allows it.
const APPLICATORS: [&str; 5] = ["$ref", "allOf", "anyOf", "oneOf", "not"];

/// `null` or one schema with a type is that schema, nullable. Everything else keeps its
/// alternatives, for `nullable` would mean nothing there.
fn alternative(fields: &mut Fields, key: &str, at: &str, log: &mut Log) {
    let Some(Value::Array(parts)) = fields.get(key) else { return };
    let (nulls, others): (Vec<_>, Vec<_>) = parts.iter().partition(|part| is_null(part));
    let ([_], [Value::Object(other)]) = (nulls.as_slice(), others.as_slice()) else { return };
    // Two alternatives that accept null are, for `oneOf`, none.
    let is_one_null = key != "oneOf" || other.get("nullable") != Some(&Value::Bool(true));
    let is_plain = is_one_null
        && other.get("type").is_some_and(Value::is_string)
        && APPLICATORS.iter().all(|key| !other.contains_key(*key))
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
    log.add(&NULL_ALTERNATIVE, at, "as nullable");
}
