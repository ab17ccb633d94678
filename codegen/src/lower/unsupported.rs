//! Keywords that 3.0 does not have. What they check is no longer checked; whatever else looks at
//! their result must not start to refuse what they let pass.

use serde_json::{Map, Value, json};

use super::polarity;
use crate::report::Log;
use crate::syntax::number;

/// Takes the keywords out.
pub fn lower(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    tuple(fields, at, log);
    unevaluated(fields, at, log);
    pattern_properties(fields);
    prefix_items(fields);
    for keyword in CHECKS {
        if fields.shift_remove(keyword).is_some() {
            polarity::mark(fields);
            log.loosen(keyword, at, format!("`{keyword}` is no longer checked"));
        }
    }
    for keyword in NOTES {
        if fields.shift_remove(keyword).is_some() {
            log.add(keyword, at, format!("3.0 has no `{keyword}`"));
        }
    }
}

/// Keywords that refuse values.
const CHECKS: [&str; 6] = [
    "$dynamicRef",
    "prefixItems",
    "patternProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords that refuse nothing.
const NOTES: [&str; 8] = [
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "$vocabulary",
    "$comment",
    "$defs",
    "definitions",
];

/// Keywords whose subschemas evaluate properties and items of the same value.
const IN_PLACE: [&str; 10] = [
    "$ref",
    "$dynamicRef",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "contains",
];

/// A list of `items` is what `prefixItems` was called before 2020-12.
fn tuple(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    let rest = fields.shift_remove("additionalItems");
    if !fields.get("items").is_some_and(Value::is_array) {
        return;
    }
    if let Some(prefix) = fields.shift_remove("items") {
        fields.insert("prefixItems".to_owned(), prefix);
        fields.insert("items".to_owned(), rest.unwrap_or_else(|| json!({})));
        log.loosen("items-list", at, "read as `prefixItems`");
    }
}

/// Where nothing else evaluates, "unevaluated" is "additional".
fn unevaluated(fields: &mut Map<String, Value>, at: &str, log: &mut Log) {
    for keyword in ["unevaluatedProperties", "unevaluatedItems"] {
        if fields.get(keyword).is_some_and(|schema| *schema == json!(true) || *schema == json!({}))
        {
            fields.shift_remove(keyword);
            log.add(keyword, at, "lets everything pass");
        }
    }
    if IN_PLACE.iter().any(|key| fields.contains_key(*key)) {
        return;
    }
    for (keyword, same) in
        [("unevaluatedProperties", "additionalProperties"), ("unevaluatedItems", "items")]
    {
        if let Some(schema) = fields.shift_remove(keyword) {
            fields.entry(same).or_insert(schema);
            log.add(keyword, at, format!("as `{same}`"));
        }
    }
}

fn is_false(schema: &Value) -> bool {
    *schema == json!(false) || *schema == json!({ "not": {} })
}

/// Without its patterns, `additionalProperties` would judge properties that matched one.
fn pattern_properties(fields: &mut Map<String, Value>) {
    let Some(Value::Object(patterns)) = fields.get("patternProperties") else { return };
    let Some(additional) = fields.get("additionalProperties") else { return };
    let others = (!is_false(additional)).then_some(additional);
    let mut either: Vec<_> = patterns.values().chain(others).cloned().collect();
    let schema = match either.as_slice() {
        [] => return,
        [_] => either.remove(0),
        _ => json!({ "anyOf": either }),
    };
    fields.insert("additionalProperties".to_owned(), schema);
}

/// Without its prefix, `items` would judge the items in it.
fn prefix_items(fields: &mut Map<String, Value>) {
    let Some(Value::Array(prefix)) = fields.get("prefixItems") else { return };
    let length = prefix.len();
    let Some(rest) = fields.get_mut("items") else { return };
    if is_false(rest) {
        let most = fields
            .get("maxItems")
            .and_then(number::as_u64)
            .map_or(length, |most| usize::try_from(most).map_or(length, |most| most.min(length)));
        fields.insert("maxItems".to_owned(), json!(most));
    }
    fields.insert("items".to_owned(), json!({}));
}
