//! The keywords of one schema, 2020-12 to the subset of OpenAPI 3.0. Children are lowered already.

use serde_json::{Value, json};

use super::loosening::loosen;
use super::{Fields, nulls, unsupported};
use crate::report::{Log, Rule};
use crate::syntax::number;

pub(super) const BOOLEAN_SCHEMA: Rule =
    Rule::translated("boolean-schema", "boolean schemas", "`{}` and `{not: {}}`");
pub(super) const REFERENCE_SIBLINGS: Rule =
    Rule::translated("ref-siblings", "`$ref` with siblings", "`allOf`");
pub(super) const IF_THEN_ELSE: Rule =
    Rule::translated("if-then-else", "`if`, `then`, `else`", "`anyOf` with `not`");
pub(super) const DEPENDENT_REQUIRED: Rule = Rule::translated(
    "dependentRequired",
    "`dependentRequired`, or `dependencies` on fields",
    "`anyOf` with `not`",
);
pub(super) const DEPENDENT_SCHEMAS: Rule = Rule::translated(
    "dependentSchemas",
    "`dependentSchemas`, or `dependencies` on schemas",
    "`anyOf` with `not`",
);
pub(super) const CONTAINS: Rule = Rule::translated("contains", "`contains`", "`not` with `items`");
pub(super) const CONTAINS_COUNT: Rule =
    Rule::loosened("contains", "`minContains` above 1, `maxContains`", "not counted");
pub(super) const CONST: Rule = Rule::translated("const", "`const`", "enum of one");
pub(super) const EXCLUSIVE_BOUND: Rule = Rule::translated(
    "exclusive-bound",
    "`exclusiveMinimum`, `exclusiveMaximum`",
    "flags of `minimum` and `maximum`",
);
pub(super) const EXCLUSIVE_FLAG: Rule = Rule::translated(
    "exclusive-flag",
    "`exclusiveMinimum: true`, which 3.1 does not have",
    "kept, for whoever wrote it means it",
);
pub(super) const EXAMPLES: Rule =
    Rule::translated("examples", "`examples`", "the first, as `example`");
pub(super) const BINARY_CONTENT: Rule = Rule::translated(
    "content-encoding",
    "`contentEncoding: base64`, binary `contentMediaType`",
    "`format`",
);
pub(super) const OTHER_CONTENT: Rule = Rule::loosened(
    "content-encoding",
    "other encodings and media types, `contentSchema`",
    "any text",
);

/// Lowers one schema in place.
pub(super) fn lower(schema: &mut Value, at: &str, log: &mut Log) {
    match schema {
        Value::Bool(allowed) => {
            *schema = if *allowed { json!({}) } else { json!({ "not": {} }) };
            log.add(&BOOLEAN_SCHEMA, at, "as a schema of anything or nothing");
        }
        Value::Object(fields) => {
            nulls::nullable_of_3_0(fields, at, log);
            reference_siblings(fields, at, log);
            exclusive_flags(fields, at, log);
            lower_fields(fields, at, log);
        }
        _ => {}
    }
}

/// Lowers a schema of 3.0, where `nullable` and flags of bounds are what they are.
pub(super) fn lower_later(schema: &mut Value, at: &str, log: &mut Log) {
    match schema {
        Value::Object(fields) => lower_fields(fields, at, log),
        flag => lower(flag, at, log),
    }
}

fn lower_fields(fields: &mut Fields, at: &str, log: &mut Log) {
    unsupported::lower(fields, at, log);
    if_then_else(fields, at, log);
    dependencies(fields, at, log);
    contains(fields, at, log);
    constant(fields, at, log);
    nulls::lower(fields, at, log);
    exclusive_bounds(fields, at, log);
    examples(fields, at, log);
    encoded_content(fields, at, log);
}

/// What a schema says that 3.0 has no words for.
pub(super) fn of_3_1(schema: &Value) -> Vec<String> {
    const KEYWORDS: [&str; 21] = [
        "const",
        "contains",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "dependentRequired",
        "dependentSchemas",
        "else",
        "examples",
        "if",
        "maxContains",
        "minContains",
        "patternProperties",
        "prefixItems",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
        "dependencies",
        "$dynamicRef",
        "$recursiveRef",
    ];
    let Some(fields) = schema.as_object() else {
        return schema.as_bool().map(|flag| format!("`{flag}`")).into_iter().collect();
    };
    let is_later = |key: &str, value: &Value| match key {
        "type" => value.is_array() || value == "null",
        "exclusiveMinimum" | "exclusiveMaximum" => number::as_f64(value).is_some(),
        "items" => value.is_array(),
        key => KEYWORDS.contains(&key),
    };
    let later = fields.iter().filter(|(key, value)| is_later(key, value));
    later.map(|(key, _)| format!("`{key}`")).collect()
}

/// Beside `$ref`, 3.0 ignores everything; 3.1 means it.
fn reference_siblings(fields: &mut Fields, at: &str, log: &mut Log) {
    if fields.len() < 2 || !fields.contains_key("$ref") {
        return;
    }
    if let Some(reference) = fields.shift_remove("$ref") {
        conjoin(fields, json!({ "$ref": reference }));
        log.add(&REFERENCE_SIBLINGS, at, "allOf with the `$ref`");
    }
}

/// Adds a schema that must hold as well.
pub(super) fn conjoin(fields: &mut Fields, schema: Value) {
    match fields.entry("allOf").or_insert_with(|| json!([])) {
        Value::Array(parts) => parts.push(schema),
        other => *other = json!([schema]),
    }
}

/// `if A then B else C` is `(not A or B) and (A or C)`.
fn if_then_else(fields: &mut Fields, at: &str, log: &mut Log) {
    let [test, then, otherwise] = ["if", "then", "else"].map(|key| fields.shift_remove(key));
    let Some(test) = test else { return };
    if let Some(then) = then {
        conjoin(fields, json!({ "anyOf": [{ "not": test }, then] }));
    }
    if let Some(otherwise) = otherwise {
        conjoin(fields, json!({ "anyOf": [test, otherwise] }));
    }
    log.add(&IF_THEN_ELSE, at, "as anyOf with not");
}

/// Either the property is absent, or what depends on it holds.
fn dependencies(fields: &mut Fields, at: &str, log: &mut Log) {
    // Before 2019-09, one keyword was both.
    if let Some(Value::Object(earlier)) = fields.shift_remove("dependencies") {
        for (name, dependent) in earlier {
            let key =
                if dependent.is_array() { DEPENDENT_REQUIRED.id } else { DEPENDENT_SCHEMAS.id };
            if let Value::Object(dependents) = fields.entry(key).or_insert_with(|| json!({})) {
                dependents.entry(name).or_insert(dependent);
            }
        }
    }
    for rule in [&DEPENDENT_REQUIRED, &DEPENDENT_SCHEMAS] {
        let Some(Value::Object(dependents)) = fields.shift_remove(rule.id) else { continue };
        for (name, dependent) in dependents {
            let (has_property, dependent) = match rule.id {
                "dependentRequired" => {
                    (json!({ "required": [name] }), json!({ "required": dependent }))
                }
                // `required` accepts whatever is no object; the schema might not.
                _ => (json!({ "type": "object", "required": [name] }), dependent),
            };
            conjoin(fields, json!({ "anyOf": [{ "not": has_property }, dependent] }));
        }
        log.add(rule, at, "as anyOf with not");
    }
}

/// `contains` is that not every item is refused.
fn contains(fields: &mut Fields, at: &str, log: &mut Log) {
    let count = |value: Option<Value>| value.as_ref().and_then(number::as_f64);
    let least = count(fields.shift_remove("minContains")).unwrap_or(1.0);
    let most = count(fields.shift_remove("maxContains"));
    let Some(schema) = fields.shift_remove("contains") else { return };
    if least > 0.0 {
        conjoin(fields, json!({ "not": { "type": "array", "items": { "not": schema } } }));
        log.add(&CONTAINS, at, "as not with items");
    } else if most.is_none() {
        log.add(&CONTAINS, at, "lets everything pass");
    }
    if least > 1.0 || most.is_some() {
        loosen(fields, log, &CONTAINS_COUNT, at, "how many items fit is no longer checked");
    }
}

fn constant(fields: &mut Fields, at: &str, log: &mut Log) {
    let Some(value) = fields.shift_remove("const") else { return };
    let is_null = value.is_null();
    match fields.get("enum") {
        Some(Value::Array(values)) if !values.contains(&value) => {
            conjoin(fields, json!({ "enum": [value] }));
        }
        _ => drop(fields.insert("enum".to_owned(), json!([value]))),
    }
    // `nullable` only belongs beside a `type`, which says for itself whether it allows null.
    if is_null && !fields.contains_key("type") {
        fields.insert("nullable".to_owned(), json!(true));
    }
    log.add(&CONST, at, "as enum of one");
}

const BOUNDS: [(&str, &str); 2] =
    [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")];

/// Flags are of 3.0.
fn exclusive_flags(fields: &Fields, at: &str, log: &mut Log) {
    for (exclusive, bound) in BOUNDS {
        if fields.get(exclusive) == Some(&json!(true)) && fields.contains_key(bound) {
            log.add(&EXCLUSIVE_FLAG, at, format!("not in 3.1, but meant: {bound} is excluded"));
        }
    }
}

/// Numeric bounds became boolean modifiers of `minimum` and `maximum`.
fn exclusive_bounds(fields: &mut Fields, at: &str, log: &mut Log) {
    for (exclusive, bound) in BOUNDS {
        let Some(limit) = fields.get(exclusive).and_then(number::as_f64) else { continue };
        let inclusive = fields.get(bound).and_then(number::as_f64);
        let tighter = inclusive.is_some_and(|inclusive| {
            if bound == "minimum" { inclusive > limit } else { inclusive < limit }
        });
        let value = fields.shift_remove(exclusive);
        if !tighter && let Some(value) = value {
            fields.insert(bound.to_owned(), value);
            fields.insert(exclusive.to_owned(), json!(true));
        }
        log.add(&EXCLUSIVE_BOUND, at, format!("{exclusive} as a flag of {bound}"));
    }
}

fn examples(fields: &mut Fields, at: &str, log: &mut Log) {
    let Some(examples) = fields.shift_remove("examples") else { return };
    if let Value::Array(mut examples) = examples
        && !fields.contains_key("example")
        && !examples.is_empty()
    {
        fields.insert("example".to_owned(), examples.swap_remove(0));
    }
    log.add(&EXAMPLES, at, "the first, as example");
}

/// Binary content in a string has a `format` in 3.0; text of a media type has nothing.
fn encoded_content(fields: &mut Fields, at: &str, log: &mut Log) {
    let encoding = fields.shift_remove("contentEncoding");
    let media_type = fields.shift_remove("contentMediaType");
    let content_schema = fields.shift_remove("contentSchema");
    let is_text = media_type.as_ref().and_then(Value::as_str).is_some_and(is_text);
    let format = match (encoding.as_ref().and_then(Value::as_str), &media_type) {
        (Some("base64"), _) => Some("byte"),
        (None, Some(_)) if !is_text => Some("binary"),
        (None, None) if content_schema.is_none() => return,
        _ => None,
    };
    match format {
        Some(format) => {
            fields.entry("format").or_insert_with(|| json!(format));
            log.add(&BINARY_CONTENT, at, format!("format: {format}"));
        }
        None => {
            let names = [("contentEncoding", &encoding), ("contentMediaType", &media_type)];
            let names = names.into_iter().chain([("contentSchema", &content_schema)]);
            let there = names.filter(|(_, value)| value.is_some()).map(|(name, _)| name);
            let there: Vec<_> = there.collect();
            log.add(&OTHER_CONTENT, at, format!("3.0 has no {}", there.join(", ")));
        }
    }
}

fn is_text(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let subtype = essence.rsplit(['/', '+']).next().unwrap_or_default();
    essence.starts_with("text/") || ["json", "xml", "yaml"].contains(&subtype)
}
