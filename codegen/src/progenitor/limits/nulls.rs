//! `null` as one of several alternatives. typify makes a type of it that callers would have to
//! construct; of `nullable` it makes an `Option`.

use serde_json::{Map, Value, json};

use super::Prepared;
use crate::document::visit;
use crate::progenitor::schema::{self, ALTERNATIVES, ANNOTATIONS};
use crate::report::Rule;

pub(in crate::progenitor) const NULL_ALTERNATIVE: Rule =
    Rule::translated("null-alternative", "null as an alternative", "`nullable`");

/// Makes the other alternatives nullable.
pub(super) fn prepare(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = prepared;
    visit::each_schema_mut(document, |at, keywords| {
        if ALTERNATIVES.iter().any(|key| take_null(keywords, key)) {
            log.add(&NULL_ALTERNATIVE, at, "as nullable");
        }
    });
}

/// Whether null is the only valid value.
pub(super) fn is_null(schema: &Value) -> bool {
    let values = schema::list(schema, "enum");
    !values.is_empty() && values.iter().all(Value::is_null)
}

fn take_null(keywords: &mut Map<String, Value>, key: &str) -> bool {
    let is_plain = |other: &String| other == key || ANNOTATIONS.contains(&other.as_str());
    let Some(Value::Array(alternatives)) = keywords.get(key) else { return false };
    let others: Vec<_> = alternatives.iter().filter(|it| !is_null(it)).cloned().collect();
    let has_null = others.len() < alternatives.len();
    if !has_null || others.is_empty() || !keywords.keys().all(is_plain) {
        return false;
    }
    keywords.shift_remove(key);
    match <[Value; 1]>::try_from(others) {
        Ok([Value::Object(only)]) if !only.contains_key("$ref") => {
            for (key, value) in only {
                keywords.entry(key).or_insert(value);
            }
        }
        Ok(only) => drop(keywords.insert("allOf".to_owned(), json!(only))),
        Err(several) => drop(keywords.insert(key.to_owned(), json!(several))),
    }
    keywords.insert("nullable".to_owned(), true.into());
    true
}
