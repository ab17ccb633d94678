//! A value of a schema with no more in it than there has to be.

use serde_json::{Map, Value, json};

use crate::bounds::MAX_SAMPLE_DEPTH;
use crate::document::merged::MergedSchema;
use crate::document::node::Node;
use crate::syntax::number;

/// A value of a schema, where that takes no thinking: whoever asks has to look whether it fits.
pub fn sample(schema: &Node<'_>) -> Option<Value> {
    of(schema, 0)
}

fn of(schema: &Node<'_>, depth: usize) -> Option<Value> {
    let merged = MergedSchema::of(schema.clone());
    let first = |key: &str| merged.first(key).cloned();
    let of_list = |key: &str| first(key)?.as_array()?.first().cloned();
    let shown = of_list("enum").or_else(|| first("const")).or_else(|| first("example"));
    let shown = shown.or_else(|| of_list("examples")).or_else(|| first("default"));
    if shown.is_some() || depth > MAX_SAMPLE_DEPTH {
        return shown;
    }
    if let Some(union) = merged.unions.first() {
        let chosen = union.items().find_map(|alternative| of(&alternative, depth + 1))?;
        return match (chosen, fields(&merged, depth)?) {
            (Value::Object(chosen), mut own) => {
                own.extend(chosen);
                Some(own.into())
            }
            (chosen, _) => Some(chosen),
        };
    }
    let listed = || merged.first("type")?.get(0)?.as_str();
    match merged.text("type").or_else(listed) {
        Some("string") => Some(text(&merged)),
        Some("integer") => Some(first("minimum").unwrap_or_else(|| json!(1))),
        Some("number") => Some(json!(1.5)),
        Some("boolean") => Some(json!(true)),
        Some("array") => Some(json!([of(&merged.applicator("items")?, depth + 1)?])),
        Some("object") => Some(fields(&merged, depth)?.into()),
        None if !merged.properties.is_empty() => Some(fields(&merged, depth)?.into()),
        _ => None,
    }
}

/// The fields that have to be there.
fn fields(merged: &MergedSchema<'_>, depth: usize) -> Option<Map<String, Value>> {
    let required = merged.required.iter();
    let made =
        required.map(|name| Some((name.to_string(), of(merged.properties.get(name)?, depth + 1)?)));
    made.collect()
}

fn text(merged: &MergedSchema<'_>) -> Value {
    match merged.text("format") {
        Some("date") => json!("2020-01-02"),
        Some("date-time") => json!("2020-01-02T03:04:05Z"),
        Some("uuid") => json!("123e4567-e89b-12d3-a456-426614174000"),
        Some("email") => json!("a@example.com"),
        Some("uri") => json!("https://example.com/a"),
        _ => {
            let least = merged.bound("minLength").as_ref().and_then(number::as_u64).unwrap_or(1);
            json!("a".repeat(least.clamp(1, 1000) as usize))
        }
    }
}
