//! N10: enum entries are mappings (`- value: user`, at times with a description), although the
//! wire has the plain value.

use serde_json::{Map, Value};

use crate::document::pointer;
use crate::document::visit;
use crate::normalize::Mending;
use crate::report::Rule;

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N10 enum-entry",
    "enum entries that are mappings",
    "their values; descriptions go into the schema's",
);

/// The keys of a mapping that stands for a value.
const KEYS_OF_AN_ENTRY: [&str; 6] = ["value", "description", "type", "name", "title", "deprecated"];

/// Unwraps the entries of every enum. Their descriptions go into the schema's.
pub(in crate::normalize) fn mend(page: &mut Mending) {
    visit::each_schema_mut(&mut page.document, |at, schema| {
        if let Some(note) = unwrap(schema) {
            page.log.add(&RULE, pointer::join(at, "enum"), note);
        }
    });
}

fn unwrap(schema: &mut Map<String, Value>) -> Option<String> {
    let may_be_object = may_be_object(schema.get("type"));
    let entries = schema.get_mut("enum")?.as_array_mut()?;
    // Where objects may be values, mappings are taken for entries only if all of them look so.
    let wrapped = entries.iter().filter(|entry| is_wrapped(entry, may_be_object)).count();
    if wrapped == 0 || may_be_object && wrapped < entries.len() {
        return None;
    }
    let mut described = Vec::new();
    for entry in entries.iter_mut().filter(|entry| is_wrapped(entry, may_be_object)) {
        let value = entry.get("value").cloned().unwrap_or_default();
        if let Some(text) = entry.get("description").and_then(Value::as_str) {
            described.push(format!("- `{}`: {}", text_of(&value), text.trim()));
        }
        *entry = value;
    }
    // Exporters that wrap the entries wrap the default as well.
    if let Some(default) =
        schema.get_mut("default").filter(|value| is_wrapped(value, may_be_object))
    {
        *default = default.get("value").cloned().unwrap_or_default();
    }
    describe(schema, &described);
    Some(format!("{wrapped} unwrapped, {} described", described.len()))
}

fn may_be_object(types: Option<&Value>) -> bool {
    match types {
        Some(Value::String(name)) => name == "object",
        Some(Value::Array(names)) => names.iter().any(|name| name.as_str() == Some("object")),
        _ => true,
    }
}

fn is_wrapped(entry: &Value, may_be_object: bool) -> bool {
    let Some(fields) = entry.as_object() else { return false };
    let holds_a_value = fields.get("value").is_some_and(|value| !value.is_object());
    let has_no_other_key = fields.keys().all(|key| KEYS_OF_AN_ENTRY.contains(&key.as_str()));
    holds_a_value && (!may_be_object || has_no_other_key)
}

/// Adds lines to the schema's description.
fn describe(schema: &mut Map<String, Value>, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let old = schema.get("description").and_then(Value::as_str).unwrap_or_default().trim_end();
    let gap = if old.is_empty() { "" } else { "\n\n" };
    let text = format!("{old}{gap}{}", lines.join("\n"));
    schema.insert("description".to_owned(), Value::String(text));
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
