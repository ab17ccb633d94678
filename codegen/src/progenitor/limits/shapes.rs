//! Keywords that typify refuses a whole schema for: those that do not apply to the schema's type, and
//! those with a value of the wrong type.

use serde_json::{Map, Value};

use super::{Prepared, decimals, enums};
use crate::document::{pointer, visit};
use crate::report::Rule;

/// Which keywords apply to which type.
const OBJECT: &[&str] =
    &["properties", "required", "additionalProperties", "minProperties", "maxProperties"];
const ARRAY: &[&str] = &["items", "minItems", "maxItems", "uniqueItems"];
const STRING: &[&str] = &["pattern", "minLength", "maxLength"];
const NUMBER: &[&str] =
    &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

/// What is loosened in a schema: the rule, which is called as its keyword, and what is no longer checked.
pub(super) type Notes = Vec<(Rule, String)>;

/// The keywords that are removed where they say nothing.
pub(in crate::progenitor) const KEYWORDS: [Rule; 24] = [
    keyword("type"),
    keyword("format"),
    keyword("title"),
    keyword("pattern"),
    keyword("minLength"),
    keyword("maxLength"),
    keyword("items"),
    keyword("minItems"),
    keyword("maxItems"),
    keyword("uniqueItems"),
    keyword("properties"),
    keyword("required"),
    keyword("additionalProperties"),
    keyword("minProperties"),
    keyword("maxProperties"),
    keyword("minimum"),
    keyword("maximum"),
    keyword("exclusiveMinimum"),
    keyword("exclusiveMaximum"),
    keyword("multipleOf"),
    keyword("nullable"),
    keyword("readOnly"),
    keyword("writeOnly"),
    keyword("not"),
];

/// The rule of a keyword, which must stand in [`KEYWORDS`].
pub(super) const fn keyword(id: &'static str) -> Rule {
    Rule::loosened(
        id,
        "a keyword with a value that it cannot have, or without the type that it is for",
        "not checked",
    )
}

/// Removes or corrects the keywords.
pub(super) fn prepare(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = prepared;
    visit::each_schema_mut(document, |at, keywords| {
        let mut notes = Notes::new();
        drop_malformed(keywords, &mut notes);
        drop_inapplicable(keywords, &mut notes);
        enums::fit(keywords, &mut notes);
        for (rule, note) in notes {
            log.add(&rule, pointer::join(at, rule.id), note);
        }
    });
}

/// Keywords, whether a value can be theirs, and what to call one that cannot.
type Validity<'r> = (&'r [&'static str], &'r dyn Fn(&Value) -> bool, &'r str);

/// Removes keywords with a value that they cannot have.
fn drop_malformed(keywords: &mut Map<String, Value>, notes: &mut Notes) {
    let is_count = |value: &Value| value.as_u64().is_some();
    let is_text_list =
        |value: &Value| value.as_array().is_some_and(|it| it.iter().all(Value::is_string));
    let is_schema = |value: &Value| value.is_object() || value.is_boolean();
    let is_type = |value: &Value| value.as_str().is_some_and(|name| TYPES.contains(&name));
    let rules: [Validity; 10] = [
        (&["type"], &is_type, "no type of JSON"),
        (&["pattern", "format", "title"], &Value::is_string, "no text"),
        (&["minLength", "maxLength", "minItems", "maxItems"], &is_count, "no count"),
        (&["minProperties", "maxProperties"], &is_count, "no count"),
        (&["minimum", "maximum", "multipleOf"], &Value::is_number, "no number"),
        (&["exclusiveMinimum", "exclusiveMaximum"], &Value::is_boolean, "no flag"),
        (&["uniqueItems", "nullable", "readOnly", "writeOnly"], &Value::is_boolean, "no flag"),
        (&["properties"], &Value::is_object, "no map of schemas"),
        (&["required"], &is_text_list, "no list of names"),
        (&["items", "not", "additionalProperties"], &is_schema, "no schema"),
    ];
    for (keys, is_valid, what) in rules {
        for key in keys {
            if keywords.get(*key).is_some_and(|value| !is_valid(value)) {
                let value = keywords.shift_remove(*key).unwrap_or_default();
                notes.push((keyword(key), format!("`{value}` is {what}: not checked")));
            }
        }
    }
}

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// Removes keywords that do not apply to the schema's type, which typify would make code of.
fn drop_inapplicable(keywords: &mut Map<String, Value>, notes: &mut Notes) {
    let has = |keys: &[&str]| keys.iter().any(|key| keywords.contains_key(*key));
    let ty = keywords.get("type").and_then(Value::as_str);
    let (applicable, has_format): (&[&str], bool) = match ty {
        Some("object") => (OBJECT, false),
        Some("array") => (ARRAY, false),
        Some("string") => (STRING, true),
        Some("integer") => (NUMBER, true),
        // typify would make an `f32` of a float, which loses digits that are documented.
        Some("number") => (NUMBER, decimals::is_marked(keywords)),
        Some(_) => (&[], false),
        None if has(OBJECT) => (OBJECT, false),
        None if has(&["items"]) => (ARRAY, false),
        // Any value is valid; of some keywords typify would make a string or a number.
        None => (&[], false),
    };
    let is_typed = ty.is_some();
    for key in [OBJECT, ARRAY, STRING, NUMBER].concat() {
        if !applicable.contains(&key) && keywords.shift_remove(key).is_some() && !is_typed {
            notes.push((keyword(key), "without a type: not checked".to_owned()));
        }
    }
    if !has_format {
        keywords.shift_remove("format");
    }
}
