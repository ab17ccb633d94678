//! What schemas say, and how they are edited.

use serde_json::{Value, json};

use crate::bounds::MAX_MERGE_DEPTH;
use crate::document::pointer;
use crate::document::references::resolve;

/// Where the schemas of components are.
pub(super) const SCHEMAS: &str = "/components/schemas";

/// The keywords that offer alternatives.
pub(super) const ALTERNATIVES: [&str; 2] = ["oneOf", "anyOf"];

/// Keywords that say nothing of which values are valid.
pub(super) const ANNOTATIONS: [&str; 9] = [
    "title",
    "description",
    "default",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "nullable",
    "discriminator",
];

/// Whether a keyword restricts values: it is neither an annotation nor an extension.
pub(super) fn is_assertion(key: &str) -> bool {
    !ANNOTATIONS.contains(&key) && !key.starts_with("x-")
}

/// The text of a field.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

/// The items of a field that is a list; none of any other field.
pub(super) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts in a list.
pub(super) fn strings(list: &[Value]) -> Vec<String> {
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The schemas by their names in a field that is an object.
pub(super) fn entries<'v>(
    value: &'v Value,
    key: &str,
) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// The schemas of components by their names.
pub(super) fn components(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document.pointer(SCHEMAS).and_then(Value::as_object).into_iter().flatten()
}

/// A schema and what `allOf` merges into it, each after its own parts.
pub(super) fn merged<'d>(document: &'d Value, schema: &'d Value) -> Vec<&'d Value> {
    merged_to(document, schema, MAX_MERGE_DEPTH)
}

/// The same, to a depth.
pub(super) fn merged_to<'d>(
    document: &'d Value,
    schema: &'d Value,
    depth: usize,
) -> Vec<&'d Value> {
    let schema = resolve(document, schema);
    let parts = list(schema, "allOf").iter().filter(|_| depth > 0);
    let mut merged: Vec<_> =
        parts.flat_map(|part| merged_to(document, part, depth.saturating_sub(1))).collect();
    merged.push(schema);
    merged
}

/// `{"$ref": …}` to the schema of a component.
pub(super) fn reference_to(name: &str) -> Value {
    json!({ "$ref": pointer::to_component("schemas", name) })
}
