//! What other places say of a field that a table names: the other side of the same operation, and examples.

use serde_json::{Map, Value, json};

use super::check::Report;
use super::shown::{self, Shown};
use crate::document::merged::{MergedSchema, object_of};
use crate::document::node::Node;

/// A schema that rows describe, with the formats that the rows do not name and other places show.
pub(super) fn completed(report: &Report<'_, '_>, name: &str, mut schema: Value) -> Value {
    complete(report, name, &mut schema);
    schema
}

fn complete(report: &Report<'_, '_>, name: &str, schema: &mut Value) {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (property, below) in properties {
            complete(report, &format!("{name}.{property}"), below);
        }
        return;
    }
    if let Some(items) = schema.get_mut("items") {
        return complete(report, name, items);
    }
    let Value::Object(fields) = schema else { return };
    let shown = Shown::of(report.page, report.operation, name);
    if fields.is_empty() || fields.keys().all(|key| key == "description") {
        // The table says no type: what is shown does.
        if let Some(value) = shown.values.first() {
            for (key, value) in inferred(value).as_object().cloned().unwrap_or_default() {
                fields.entry(key).or_insert(value);
            }
        }
        return;
    }
    let is_plain_text = fields.get("type") == Some(&json!("string"))
        && !["format", "enum", "maxLength", "anyOf"].iter().any(|key| fields.contains_key(*key));
    if is_plain_text && let Some(format) = format_elsewhere(report, name, &shown) {
        fields.insert("format".to_owned(), json!(format));
    }
}

/// The format of the same field on the other side; else the one of which every example is, beyond doubt.
fn format_elsewhere(report: &Report<'_, '_>, name: &str, shown: &Shown<'_>) -> Option<String> {
    let (side, path) = name.split_once('.')?;
    let other = match side {
        "request" => report.operation.response_schema(report.operation.success()?),
        _ => report.operation.request_schema(),
    };
    let twin = other.and_then(|schema| at(schema, path));
    let format = twin.and_then(|schema| schema.text("format").map(str::to_owned));
    let format = format.or_else(|| {
        let first = shown::format_of(shown.values.first()?.as_str()?)?;
        Some(first.to_owned())
    })?;
    let is_so = |value: &Value| match format.as_str() {
        "uuid" | "date" | "date-time" => {
            value.as_str().and_then(shown::format_of) == Some(format.as_str())
        }
        _ => value.is_string(),
    };
    (shown.values.is_empty() || shown.all(is_so)).then_some(format)
}

/// The schema of a field, from a body down.
fn at<'d>(schema: Node<'d>, path: &str) -> Option<MergedSchema<'d>> {
    let mut here = schema;
    for name in path.split('.') {
        here = object_of(here).properties.get(name).cloned()?;
    }
    Some(MergedSchema::of(here))
}

/// The schema of a value that nothing describes. Nothing says that a field of it is always there.
pub(super) fn inferred(value: &Value) -> Value {
    match value {
        Value::Null => json!({}),
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Array(items) => {
            let items = items.first().map_or_else(|| json!({}), inferred);
            json!({ "type": "array", "items": items })
        }
        Value::Object(fields) => {
            let properties = fields.iter().map(|(name, value)| (name.clone(), inferred(value)));
            json!({ "type": "object", "properties": properties.collect::<Map<_, _>>() })
        }
        value if shown::is_of(value, "integer") => json!({ "type": "integer" }),
        value if shown::is_of(value, "number") => json!({ "type": "number" }),
        Value::String(text) => match shown::format_of(text) {
            Some(format) => json!({ "type": "string", "format": format }),
            None => json!({ "type": "string" }),
        },
        _ => json!({}),
    }
}
