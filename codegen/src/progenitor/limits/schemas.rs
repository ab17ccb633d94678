//! Keywords that typify refuses, or makes harmful code of: patterns that are no regular expressions,
//! `default`, `additionalProperties: false`, and `not`.

use serde_json::{Map, Value, json};

use super::Prepared;
use crate::document::{pointer, visit};
use crate::report::Rule;

pub(in crate::progenitor) const PATTERN: Rule =
    Rule::loosened("pattern", "patterns that are no regular expressions", "none");
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
        if let Some(pattern) = invalid_pattern(keywords) {
            let note = format!("`{pattern}` is no regular expression: not checked");
            log.add(&PATTERN, pointer::join(at, "pattern"), note);
            keywords.shift_remove("pattern");
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
    let describes = ["properties", "allOf", "anyOf", "oneOf"]
        .iter()
        .any(|key| keywords.get(*key).is_some_and(|it| *it != json!({}) && *it != json!([])));
    let is_part = at.rsplit('/').nth(1) == Some("allOf");
    keywords.get("additionalProperties") == Some(&Value::Bool(false)) && (describes || is_part)
}

fn invalid_pattern(keywords: &Map<String, Value>) -> Option<String> {
    let pattern = keywords.get("pattern")?.as_str()?;
    regress::Regex::new(pattern).is_err().then(|| pattern.to_owned())
}
