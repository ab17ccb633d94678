//! Keywords that 3.0 does not have. What they check is no longer checked; keywords that depend on
//! what they evaluated must not start to refuse what they accepted.

use serde_json::{Value, json};

use super::Fields;
use super::loosening::loosen;
use crate::report::Log;
use crate::syntax::number;

/// Takes the keywords out.
pub(super) fn lower(fields: &mut Fields, at: &str, log: &mut Log) {
    tuple(fields, at, log);
    unevaluated(fields, at, log);
    pattern_properties(fields);
    prefix_items(fields);
    for keyword in ASSERTIONS {
        if fields.shift_remove(keyword).is_some() {
            loosen(fields, log, keyword, at, &format!("`{keyword}` is no longer checked"));
        }
    }
    for keyword in ANNOTATIONS {
        if fields.shift_remove(keyword).is_some() {
            log.add(keyword, at, format!("3.0 has no `{keyword}`"));
        }
    }
}

/// Keywords that refuse values.
const ASSERTIONS: [&str; 6] = [
    "$dynamicRef",
    "prefixItems",
    "patternProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords that refuse nothing.
const ANNOTATIONS: [&str; 8] = [
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
const IN_PLACE_APPLICATORS: [&str; 10] = [
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
fn tuple(fields: &mut Fields, at: &str, log: &mut Log) {
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

/// Where no other schema evaluates properties and items, `unevaluatedProperties` is
/// `additionalProperties`, and `unevaluatedItems` is `items`.
fn unevaluated(fields: &mut Fields, at: &str, log: &mut Log) {
    const EQUIVALENTS: [(&str, &str); 2] =
        [("unevaluatedProperties", "additionalProperties"), ("unevaluatedItems", "items")];
    let accepts_all = |schema: &Value| *schema == json!(true) || *schema == json!({});
    for (keyword, _) in EQUIVALENTS {
        if fields.get(keyword).is_some_and(accepts_all) {
            fields.shift_remove(keyword);
            log.add(keyword, at, "lets everything pass");
        }
    }
    if IN_PLACE_APPLICATORS.iter().any(|key| fields.contains_key(*key)) {
        return;
    }
    for (keyword, equivalent) in EQUIVALENTS {
        if let Some(schema) = fields.shift_remove(keyword) {
            fields.entry(equivalent).or_insert(schema);
            log.add(keyword, at, format!("as `{equivalent}`"));
        }
    }
}

fn is_false(schema: &Value) -> bool {
    *schema == json!(false) || *schema == json!({ "not": {} })
}

/// Without `patternProperties`, `additionalProperties` applies to the properties that a pattern
/// matched, too, so it must accept what the patterns accept.
fn pattern_properties(fields: &mut Fields) {
    let Some(Value::Object(patterns)) = fields.get("patternProperties") else { return };
    let Some(additional) = fields.get("additionalProperties") else { return };
    let additional = (!is_false(additional)).then_some(additional);
    let accepted: Vec<_> = patterns.values().chain(additional).cloned().collect();
    let schema = match accepted.as_slice() {
        [] => return,
        [one] => one.clone(),
        several => json!({ "anyOf": several }),
    };
    fields.insert("additionalProperties".to_owned(), schema);
}

/// Without `prefixItems`, `items` applies to the first items, too, so it must accept everything.
fn prefix_items(fields: &mut Fields) {
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
