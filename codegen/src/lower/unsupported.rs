//! Keywords that 3.0 does not have. What they check is no longer checked; keywords that depend on
//! what they evaluated must not start to refuse what they accepted.

use serde_json::{Value, json};

use super::Fields;
use super::loosening::loosen;
use crate::document::structure::IN_PLACE_APPLICATORS;
use crate::report::{Log, Rule};
use crate::syntax::number;

/// Takes the keywords out.
pub(super) fn lower(fields: &mut Fields, at: &str, log: &mut Log) {
    tuple(fields, at, log);
    unevaluated(fields, at, log);
    pattern_properties(fields);
    prefix_items(fields);
    for rule in ASSERTIONS {
        if fields.shift_remove(rule.id).is_some() {
            loosen(fields, log, rule, at, &format!("`{}` is no longer checked", rule.id));
        }
    }
    for rule in &ANNOTATIONS {
        if fields.shift_remove(rule.id).is_some() {
            log.add(rule, at, format!("3.0 has no `{}`", rule.id));
        }
    }
}

/// Keywords that refuse values.
const ASSERTIONS: [&Rule; 7] = [
    &RECURSIVE_REFERENCE,
    &DYNAMIC_REFERENCE,
    &PREFIX_ITEMS,
    &PATTERN_PROPERTIES,
    &PROPERTY_NAMES,
    &UNEVALUATED_ITEMS_OF_PARTS,
    &UNEVALUATED_PROPERTIES_OF_PARTS,
];

pub(super) const DYNAMIC_REFERENCE: Rule =
    Rule::loosened("$dynamicRef", "`$dynamicRef` where several places have the anchor", "any");
pub(super) const RECURSIVE_REFERENCE: Rule =
    Rule::loosened("$recursiveRef", "`$recursiveRef`, which means the whole document here", "any");
pub(super) const PREFIX_ITEMS: Rule =
    Rule::loosened("prefixItems", "`prefixItems`", "any items; no more of them than there may be");
pub(super) const ITEMS_LIST: Rule =
    Rule::loosened("items-list", "`items` as a list", "read as `prefixItems`");
pub(super) const PATTERN_PROPERTIES: Rule = Rule::loosened(
    "patternProperties",
    "`patternProperties`",
    "`additionalProperties` takes whatever any pattern takes",
);
pub(super) const PROPERTY_NAMES: Rule =
    Rule::loosened("propertyNames", "`propertyNames`", "any names");
pub(super) const UNEVALUATED_PROPERTIES: Rule = Rule::translated(
    "unevaluatedProperties",
    "`unevaluatedProperties` where nothing else evaluates",
    "`additionalProperties`",
);
pub(super) const UNEVALUATED_ITEMS: Rule = Rule::translated(
    "unevaluatedItems",
    "`unevaluatedItems` where nothing else evaluates",
    "`items`",
);
pub(super) const UNEVALUATED_PROPERTIES_OF_PARTS: Rule = Rule::loosened(
    "unevaluatedProperties",
    "`unevaluatedProperties` beside `allOf`, `anyOf`, `$ref`, …",
    "any properties",
);
pub(super) const UNEVALUATED_ITEMS_OF_PARTS: Rule = Rule::loosened(
    "unevaluatedItems",
    "`unevaluatedItems` beside `allOf`, `anyOf`, `$ref`, …",
    "any items",
);

/// Keywords that refuse nothing.
pub(super) const ANNOTATIONS: [Rule; 10] = [
    annotation("$id"),
    annotation("id"),
    annotation("$recursiveAnchor"),
    annotation("$schema"),
    annotation("$anchor"),
    annotation("$dynamicAnchor"),
    annotation("$vocabulary"),
    annotation("$comment"),
    annotation("$defs"),
    annotation("definitions"),
];

const fn annotation(keyword: &'static str) -> Rule {
    Rule::translated(keyword, "the keyword", "none: references no longer need it")
}

/// A list of `items` is what `prefixItems` was called before 2020-12.
fn tuple(fields: &mut Fields, at: &str, log: &mut Log) {
    let rest = fields.shift_remove("additionalItems");
    if !fields.get("items").is_some_and(Value::is_array) {
        return;
    }
    if let Some(prefix) = fields.shift_remove("items") {
        fields.insert("prefixItems".to_owned(), prefix);
        let note = match &rest {
            Some(_) => "read as `prefixItems`, and `additionalItems` as `items`",
            None => "read as `prefixItems`",
        };
        log.add(&ITEMS_LIST, at, note);
        fields.insert("items".to_owned(), rest.unwrap_or_else(|| json!({})));
    }
}

/// Where no other schema evaluates properties and items, `unevaluatedProperties` is
/// `additionalProperties`, and `unevaluatedItems` is `items`.
fn unevaluated(fields: &mut Fields, at: &str, log: &mut Log) {
    const EQUIVALENTS: [(&Rule, &str); 2] =
        [(&UNEVALUATED_PROPERTIES, "additionalProperties"), (&UNEVALUATED_ITEMS, "items")];
    let accepts_all = |schema: &Value| *schema == json!(true) || *schema == json!({});
    for (rule, _) in EQUIVALENTS {
        if fields.get(rule.id).is_some_and(accepts_all) {
            fields.shift_remove(rule.id);
            log.add(rule, at, "lets everything pass");
        }
    }
    if IN_PLACE_APPLICATORS.iter().any(|key| fields.contains_key(*key)) {
        return;
    }
    for (rule, equivalent) in EQUIVALENTS {
        if let Some(schema) = fields.shift_remove(rule.id) {
            fields.entry(equivalent).or_insert(schema);
            log.add(rule, at, format!("as `{equivalent}`"));
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
    let length = prefix.len() as u64;
    let Some(rest) = fields.get_mut("items") else { return };
    if is_false(rest) {
        let most = fields.get("maxItems").and_then(number::as_u64);
        fields.insert("maxItems".to_owned(), json!(most.unwrap_or(length).min(length)));
    }
    fields.insert("items".to_owned(), json!({}));
}
