//! Keywords that typify refuses, or makes harmful code of: `default`, `additionalProperties: false`, lists of
//! many items whose number is fixed, and `not`.

use serde_json::{Map, Value, json};

use super::Prepared;
use crate::document::{pointer, visit};
use crate::report::Rule;

pub(in crate::progenitor) const FIXED_LENGTH: Rule = Rule::loosened(
    "fixed-length",
    "lists of a fixed length above 32, as the arrays of Rust that serde reads",
    "lists of any length",
);
pub(in crate::progenitor) const CLOSED: Rule = Rule::loosened(
    "closed",
    "`additionalProperties: false` beside properties",
    "fields that are not described are passed over",
);
pub(in crate::progenitor) const DEFAULT: Rule =
    Rule::translated("default", "defaults", "the server's to apply: what is unset is not sent");
pub(in crate::progenitor) const NOT: Rule =
    Rule::loosened("not", "`not`, but of an enum of texts", "what is ruled out is taken");

/// Removes the keywords.
pub(super) fn prepare(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = prepared;
    visit::each_schema_mut(document, |at, keywords| {
        if let Some(most) = count(keywords, "maxItems").filter(|most| *most > LONGEST_ARRAY) {
            if count(keywords, "minItems") == Some(most) {
                let note = format!("{most} items: a list, whose length is not checked");
                log.add(&FIXED_LENGTH, pointer::join(at, "maxItems"), note);
            }
            // typify checks no length of a list. Another part of the schema may have the minimum.
            keywords.shift_remove("maxItems");
        }
        if is_closed(keywords, at) {
            let note = "fields that are not described are passed over, not refused";
            log.add(&CLOSED, pointer::join(at, "additionalProperties"), note);
            keywords.shift_remove("additionalProperties");
        }
    });
    // typify would send the default of a field that is unset, and refuses those that do not fit.
    visit::each_schema_mut(document, |at, keywords| {
        if keywords.shift_remove("default").is_some() {
            let note = "the server's to apply: what is unset is not sent";
            log.add(&DEFAULT, pointer::join(at, "default"), note);
        }
    });
}

/// Removes `not`, except of an enum of strings, which is all that typify supports.
pub(super) fn drop_not(prepared: &mut Prepared) {
    let is_supported = |not: &Value| {
        let values = not.get("enum").and_then(Value::as_array);
        values.is_some_and(|values| values.iter().all(Value::is_string))
    };
    let Prepared { document, log, .. } = prepared;
    visit::each_schema_mut(document, |at, keywords| {
        if keywords.get("not").is_some_and(|not| !is_supported(not)) {
            keywords.shift_remove("not");
            log.add(&NOT, pointer::join(at, "not"), "what is ruled out is taken");
        }
    });
}

/// Whether a schema forbids properties that it does not describe. A response with a new one would
/// not decode, and two such schemas in one `allOf` exclude each other. A schema without properties
/// keeps it: it says that the object is empty.
fn is_closed(keywords: &Map<String, Value>, at: &str) -> bool {
    keywords.get("additionalProperties") == Some(&Value::Bool(false))
        && is_of_described(keywords, at)
}

/// Whether `additionalProperties` stands beside properties, or in a part that others stand beside.
pub(super) fn is_of_described(keywords: &Map<String, Value>, at: &str) -> bool {
    let describes = ["properties", "allOf", "anyOf", "oneOf"]
        .iter()
        .any(|key| keywords.get(*key).is_some_and(|it| *it != json!({}) && *it != json!([])));
    describes || at.rsplit('/').nth(1) == Some("allOf")
}

/// The longest array that serde reads and writes.
const LONGEST_ARRAY: u64 = 32;

fn count(keywords: &Map<String, Value>, key: &str) -> Option<u64> {
    keywords.get(key)?.as_u64()
}
