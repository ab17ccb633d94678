//! N10: enum entries are mappings (`- value: user`, at times with a description or with the type of the
//! value, as in `{type: booleanLiteral, value: false}`), although the wire has the plain value.

use serde_json::{Map, Value};

use crate::document::pointer;
use crate::document::visit;
use crate::normalize::Mending;
use crate::report::Rule;
use crate::syntax::{json, number};

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N10 enum-entry",
    "enum entries that are mappings",
    "their values, each of the type that it names; descriptions go into the schema's",
);

/// The keys of a mapping that stands for a value.
const KEYS_OF_AN_ENTRY: [&str; 6] = ["value", "description", "type", "name", "title", "deprecated"];

/// Unwraps the entries of every enum. Their descriptions go into the schema's.
pub(in crate::normalize) fn mend(page: &mut Mending) {
    visit::each_schema_mut(&mut page.document, |at, schema| {
        let types = types_of_entries(schema);
        if let Some(note) = unwrap(schema) {
            page.log.add(&RULE, pointer::join(at, "enum"), note);
            if let Some(name) = types.and_then(|name| follow(schema, name)) {
                let note = format!("every value is of the type {name}");
                page.log.add(&RULE, pointer::join(at, "type"), note);
            }
        }
    });
}

/// The type that an entry names, such as `booleanLiteral`, as JSON Schema calls it.
fn type_of(entry: &Value) -> Option<&'static str> {
    let name = entry.get("type")?.as_str()?;
    match name.strip_suffix("Literal").unwrap_or(name).to_ascii_lowercase().as_str() {
        "string" => Some("string"),
        "boolean" | "bool" => Some("boolean"),
        "integer" | "int" | "long" => Some("integer"),
        "number" | "float" | "double" | "decimal" => Some("number"),
        _ => None,
    }
}

/// The one type that all entries of an enum name, apart from null.
fn types_of_entries(schema: &Map<String, Value>) -> Option<&'static str> {
    let entries = schema.get("enum")?.as_array()?;
    let types = entries.iter().filter(|entry| !entry.is_null()).map(type_of);
    let join = |one: &'static str, other: &'static str| match (one, other) {
        _ if one == other => Some(one),
        ("integer", "number") | ("number", "integer") => Some("number"),
        _ => None,
    };
    types.reduce(|one, other| join(one?, other?))?
}

/// Gives a schema of texts the type of its values; the type, where it is another.
fn follow(schema: &mut Map<String, Value>, name: &'static str) -> Option<&'static str> {
    let is_of_it = |value: &Value| match name {
        "boolean" => value.is_boolean(),
        _ => number::text(value).is_some(),
    };
    let entries = schema.get("enum")?.as_array()?;
    if name == "string" || !entries.iter().all(|entry| entry.is_null() || is_of_it(entry)) {
        return None;
    }
    match schema.get_mut("type")? {
        Value::Array(types) => *types.iter_mut().find(|it| *it == "string")? = name.into(),
        only if only == "string" => *only = name.into(),
        _ => return None,
    }
    // What stood beside a type of texts has been read as text (N13).
    for key in ["default", "const", "example"] {
        if let Some(value) = schema.get_mut(key) {
            *value = typed(value.take(), name);
        }
    }
    Some(name)
}

/// A value as the type says it, if it can be: quotes come and go on the way through an exporter.
fn typed(value: Value, name: &str) -> Value {
    let plain = number::text(&value).or_else(|| value.as_bool().map(|flag| flag.to_string()));
    match (name, &value) {
        ("string", _) => plain.map_or(value, Value::String),
        (_, Value::String(text)) if plain.is_none() => {
            let read = json::parse(text).unwrap_or_default();
            let is_it = match name {
                "boolean" => read.is_boolean(),
                _ => number::text(&read).is_some(),
            };
            if is_it { read } else { value }
        }
        _ => value,
    }
}

/// The value that an entry stands for.
fn value_of(entry: &Value) -> Value {
    let value = entry.get("value").cloned().unwrap_or_default();
    match type_of(entry) {
        Some(name) => typed(value, name),
        None => value,
    }
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
        let value = value_of(entry);
        if let Some(text) = entry.get("description").and_then(Value::as_str) {
            described.push(format!("- `{}`: {}", text_of(&value), text.trim()));
        }
        *entry = value;
    }
    // Exporters that wrap the entries wrap the default as well.
    if let Some(default) =
        schema.get_mut("default").filter(|value| is_wrapped(value, may_be_object))
    {
        *default = value_of(default);
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
