//! Schemas as typify takes them: it matches on what a schema holds, so a keyword that says nothing
//! there, a value that its type rules out, or a keyword with a value of the wrong kind, and it
//! refuses the whole schema.

use std::convert::Infallible;

use serde_json::{Map, Value};

use super::{Prepared, enums};
use crate::document::pointer;
use crate::document::visit::{self, Kind};

/// Which keywords say something of which type.
const OBJECT: &[&str] =
    &["properties", "required", "additionalProperties", "minProperties", "maxProperties"];
const ARRAY: &[&str] = &["items", "minItems", "maxItems", "uniqueItems"];
const STRING: &[&str] = &["pattern", "minLength", "maxLength"];
const NUMBER: &[&str] =
    &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

/// What was loosened: the keyword, and what is no longer checked.
pub(super) type Notes = Vec<(&'static str, String)>;

/// Makes every schema one that typify takes.
pub(super) fn prepare(prepared: &mut Prepared) {
    let mut all = Vec::new();
    let _ = visit::each_mut(&mut prepared.document, |kind, at, node| {
        if let (Kind::Schema, Value::Object(fields)) = (kind, node) {
            let mut notes = Notes::new();
            drop_malformed(fields, &mut notes);
            drop_foreign(fields, &mut notes);
            enums::fit(fields, &mut notes);
            all.extend(notes.into_iter().map(|(key, note)| (key, pointer::join(at, key), note)));
        }
        Ok::<_, Infallible>(())
    });
    for (key, at, note) in all {
        prepared.loosen(key, &at, note);
    }
}

/// Keywords, whether a value can be theirs, and what it is otherwise.
type Rule<'r> = (&'r [&'static str], &'r dyn Fn(&Value) -> bool, &'r str);

/// Keywords with a value that they cannot have.
fn drop_malformed(fields: &mut Map<String, Value>, notes: &mut Notes) {
    let is_count = |value: &Value| value.as_u64().is_some();
    let is_text_list =
        |value: &Value| value.as_array().is_some_and(|all| all.iter().all(Value::is_string));
    let is_schema = |value: &Value| value.is_object() || value.is_boolean();
    let is_type = |value: &Value| value.as_str().is_some_and(|name| TYPES.contains(&name));
    let rules: [Rule; 9] = [
        (&["type"], &is_type, "no type of JSON"),
        (&["pattern", "format", "title", "description"], &Value::is_string, "no text"),
        (&["minLength", "maxLength", "minItems", "maxItems"], &is_count, "no count"),
        (&["minProperties", "maxProperties"], &is_count, "no count"),
        (&["minimum", "maximum", "multipleOf"], &Value::is_number, "no number"),
        (&["exclusiveMinimum", "exclusiveMaximum"], &Value::is_boolean, "no flag"),
        (&["uniqueItems", "nullable", "readOnly", "writeOnly"], &Value::is_boolean, "no flag"),
        (&["required"], &is_text_list, "no list of names"),
        (&["items", "not", "additionalProperties"], &is_schema, "no schema"),
    ];
    for (keys, is_right, what) in rules {
        for key in keys {
            if let Some(value) = fields.get(*key)
                && !is_right(value)
            {
                let value = fields.shift_remove(*key).unwrap_or_default();
                notes.push((key, format!("`{value}` is {what}: not checked")));
            }
        }
    }
}

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// Keywords that say nothing of the type; without a type, those of the type that is meant.
fn drop_foreign(fields: &mut Map<String, Value>, notes: &mut Notes) {
    let has = |keys: &[&str]| keys.iter().any(|key| fields.contains_key(*key));
    let (own, is_formatted): (&[&str], bool) = match fields.get("type").and_then(Value::as_str) {
        Some("object") => (OBJECT, false),
        Some("array") => (ARRAY, false),
        Some("string") => (STRING, true),
        Some("integer") => (NUMBER, true),
        // typify would make an `f32` of a float, which loses digits that are documented.
        Some("number") => (NUMBER, false),
        Some(_) => (&[], false),
        None if has(OBJECT) => (OBJECT, false),
        None if has(&["items"]) => (ARRAY, false),
        // Any value has this; typify makes a text or a number of some.
        None => (&[], false),
    };
    let is_typed = fields.contains_key("type");
    for key in [OBJECT, ARRAY, STRING, NUMBER].concat() {
        if !own.contains(&key) && fields.shift_remove(key).is_some() && !is_typed {
            notes.push((key, "without a type: not checked".to_owned()));
        }
    }
    if !is_formatted {
        fields.shift_remove("format");
    }
}
