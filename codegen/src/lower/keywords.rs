//! The keywords of one schema, 2020-12 to the subset of OpenAPI 3.0. Children are lowered already.

use serde_json::{Map, Value, json};

use super::Log;

/// Lowers one schema in place.
pub fn lower(schema: &mut Value, at: &str, log: &mut Log) {
    match schema {
        Value::Bool(true) => *schema = json!({}),
        Value::Bool(false) => *schema = json!({ "not": {} }),
        Value::Object(fields) => {
            reference_siblings(fields, at, log);
            condition(fields, at, log);
            constant(fields, at, log);
            types(fields, at, log);
            exclusive_bounds(fields, at, log);
            examples(fields, at, log);
            encoded_content(fields, at, log);
            drop_unknown(fields, at, log);
        }
        _ => {}
    }
}

/// Beside `$ref`, 3.0 ignores everything; 3.1 means it.
fn reference_siblings(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    if fields.len() < 2 || !fields.contains_key("$ref") {
        return;
    }
    if let Some(reference) = fields.shift_remove("$ref") {
        conjoin(fields, json!({ "$ref": reference }));
        log.add("ref-siblings", at, "allOf with the `$ref`");
    }
}

/// Adds a schema that must hold as well.
fn conjoin(fields: &mut Map<String, Value>, schema: Value) {
    match fields.entry("allOf").or_insert_with(|| json!([])) {
        Value::Array(parts) => parts.push(schema),
        other => *other = json!([schema]),
    }
}

/// `if A then B else C` is `(not A or B) and (A or C)`.
fn condition(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    let test = fields.shift_remove("if");
    let (yes, no) = (fields.shift_remove("then"), fields.shift_remove("else"));
    let Some(test) = test else { return };
    if let Some(yes) = yes {
        conjoin(fields, json!({ "anyOf": [{ "not": test }, yes] }));
    }
    if let Some(no) = no {
        conjoin(fields, json!({ "anyOf": [test, no] }));
    }
    log.add("if-then-else", at, "as anyOf with not");
}

fn constant(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    if let Some(value) = fields.shift_remove("const") {
        let is_null = value.is_null();
        match fields.get("enum") {
            Some(Value::Array(values)) if !values.contains(&value) => {
                conjoin(fields, json!({ "enum": [value] }));
            }
            _ => drop(fields.insert("enum".to_owned(), json!([value]))),
        }
        if is_null {
            fields.insert("nullable".to_owned(), json!(true));
        }
        log.add("const", at, "as enum of one");
    }
}

/// A list of types, and `null` wherever it is one of the alternatives.
fn types(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    if let Some(Value::Array(list)) = fields.get("type").cloned() {
        let (nulls, others): (Vec<_>, Vec<_>) =
            list.into_iter().partition(|name| name.as_str() == Some("null"));
        match others.as_slice() {
            [] => fields.insert("type".to_owned(), json!("null")),
            [one] => fields.insert("type".to_owned(), one.clone()),
            _ => fields.shift_remove("type"),
        };
        if others.len() > 1 {
            let parts: Vec<_> = others.iter().map(|name| json!({ "type": name })).collect();
            conjoin(fields, json!({ "anyOf": parts }));
        }
        if !nulls.is_empty() && !others.is_empty() {
            fields.insert("nullable".to_owned(), json!(true));
        }
        log.add("type-list", at, "one type, nullable, or anyOf");
    }
    if fields.get("type").and_then(Value::as_str) == Some("null") {
        fields.shift_remove("type");
        fields.insert("enum".to_owned(), json!([null]));
        fields.insert("nullable".to_owned(), json!(true));
        log.add("null-type", at, "as nullable enum of null");
    }
    for key in ["anyOf", "oneOf"] {
        null_alternative(fields, key, at, log);
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("enum") == Some(&json!([null]))
}

fn null_alternative(fields: &mut Map<String, Value>, key: &str, at: &str, log: &mut Log) {
    let Some(Value::Array(parts)) = fields.get_mut(key) else { return };
    let before = parts.len();
    parts.retain(|part| !is_null(part));
    if parts.len() == before || parts.is_empty() {
        if parts.is_empty() {
            parts.push(json!({ "enum": [null], "nullable": true }));
        }
        return;
    }
    if let [only] = parts.as_mut_slice() {
        let only = only.take();
        fields.shift_remove(key);
        match only {
            // Nothing to collide with: the alternative becomes the schema itself.
            Value::Object(inner)
                if !inner.contains_key("$ref")
                    && inner.keys().all(|key| !fields.contains_key(key)) =>
            {
                fields.extend(inner)
            }
            other => conjoin(fields, other),
        }
    }
    fields.insert("nullable".to_owned(), json!(true));
    log.add("null-alternative", at, "as nullable");
}

/// Numeric bounds became boolean modifiers of `minimum` and `maximum`.
fn exclusive_bounds(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        let Some(limit) = fields.get(exclusive).and_then(Value::as_f64) else { continue };
        let inclusive = fields.get(bound).and_then(Value::as_f64);
        let tighter = inclusive.is_some_and(|inclusive| {
            if bound == "minimum" { inclusive > limit } else { inclusive < limit }
        });
        let value = fields.shift_remove(exclusive);
        if !tighter && let Some(value) = value {
            fields.insert(bound.to_owned(), value);
            fields.insert(exclusive.to_owned(), json!(true));
        }
        log.add("exclusive-bound", at, format!("{exclusive} as a flag of {bound}"));
    }
}

fn examples(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    let Some(Value::Array(mut examples)) = fields.shift_remove("examples") else { return };
    if !fields.contains_key("example") && !examples.is_empty() {
        fields.insert("example".to_owned(), examples.swap_remove(0));
    }
    log.add("examples", at, "the first, as example");
}

/// Binary content in a string: 3.0 says it with `format`.
fn encoded_content(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    let encoding = fields.shift_remove("contentEncoding");
    let media_type = fields.shift_remove("contentMediaType");
    let format = match (encoding.as_ref().and_then(Value::as_str), &media_type) {
        (Some("base64"), _) => "byte",
        (None, Some(_)) => "binary",
        (None, None) => return,
        (Some(_), _) => {
            log.loosen("content-encoding", at, "3.0 has no word for this encoding");
            return;
        }
    };
    fields.entry("format").or_insert_with(|| json!(format));
    log.add("content-encoding", at, format!("format: {format}"));
}

/// Keywords that 3.0 does not have: what they check is no longer checked.
const UNKNOWN: [&str; 18] = [
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$dynamicRef",
    "$vocabulary",
    "$comment",
    "$defs",
    "prefixItems",
    "contains",
    "minContains",
    "maxContains",
    "patternProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
];

fn drop_unknown(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    for keyword in UNKNOWN {
        if fields.shift_remove(keyword).is_some() {
            log.loosen(keyword, at, format!("`{keyword}` is no longer checked"));
        }
    }
}
