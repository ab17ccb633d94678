//! What a value of a type looks like: the examples of the document, each part where its schema is.

use std::collections::BTreeMap;

use serde_json::Value;
use syn::{Attribute, File, Ident, Item};

use crate::bounds::{MAX_EXAMPLE_LINES, MAX_MERGE_DEPTH};
use crate::document::media_type;
use crate::document::node::Node;
use crate::document::operations::nodes;
use crate::progenitor::names::type_name;
use crate::progenitor::{shape, template};
use crate::syntax;

/// Shows an example in the documentation of each type that has one.
pub(super) fn write(document: &Value, file: &mut File) {
    let examples = of_components(document);
    for item in shape::module(&mut file.items, "types").into_iter().flatten() {
        let Some((name, attributes)) = declared(item) else { continue };
        let text = examples.get(&name.to_string()).and_then(|value| json(value));
        if let Some(text) = text {
            let is_text = |attribute: &Attribute| attribute.path().is_ident("doc");
            let end = attributes.iter().rposition(is_text).map_or(0, |last| last + 1);
            attributes.insert(end, template::documentation(&text));
        }
    }
}

fn declared(item: &mut Item) -> Option<(&Ident, &mut Vec<Attribute>)> {
    match item {
        Item::Struct(item) => Some((&item.ident, &mut item.attrs)),
        Item::Enum(item) => Some((&item.ident, &mut item.attrs)),
        _ => None,
    }
}

/// A block of JSON, if it does not fill more than a screen.
fn json(value: &Value) -> Option<String> {
    let text = syntax::json::print(value);
    let text = text.trim_end();
    let fits = text.lines().count() <= MAX_EXAMPLE_LINES;
    fits.then(|| format!("\n\nAs the documentation shows it:\n\n```json\n{text}\n```"))
}

/// The first example of each component, by the name of its type.
fn of_components(document: &Value) -> BTreeMap<String, &Value> {
    let mut found = BTreeMap::new();
    for operation in nodes(document) {
        let responses = operation.node.get("responses");
        let responses = responses.iter().flat_map(Node::fields).map(|(_, response)| response);
        let holders = operation.node.get("requestBody").into_iter().chain(responses);
        let contents = holders.filter_map(|holder| holder.resolved().get("content"));
        for media in contents.filter_map(|content| media_type::json(&content)) {
            let Some(schema) = media.written("schema") else { continue };
            for (_, value) in media_type::examples(&media) {
                spread(&schema, value, MAX_MERGE_DEPTH, &mut found);
            }
        }
    }
    found
}

/// Notes a value for the component that a schema refers to, and its parts for theirs. Of alternatives, only those
/// that list the value are known to be meant.
fn spread<'d>(
    schema: &Node<'d>,
    value: &'d Value,
    depth: usize,
    found: &mut BTreeMap<String, &'d Value>,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let named = schema.text("$ref").and_then(|it| it.strip_prefix("#/components/schemas/"));
    if let Some(name) = named {
        found.entry(type_name(name)).or_insert(value);
    }
    let schema = schema.clone().resolved();
    for part in schema.get("allOf").iter().flat_map(Node::items) {
        spread(&part, value, depth, found);
    }
    for keyword in ["anyOf", "oneOf"] {
        for alternative in schema.get(keyword).iter().flat_map(Node::items) {
            let listed = alternative.clone().resolved().value.get("enum").and_then(Value::as_array);
            if listed.is_some_and(|listed| listed.contains(value)) {
                spread(&alternative, value, depth, found);
            }
        }
    }
    for (name, property) in schema.get("properties").iter().flat_map(Node::fields) {
        if let Some(value) = value.get(name) {
            spread(&property, value, depth, found);
        }
    }
    if let (Some(items), Some(first)) = (schema.written("items"), value.get(0)) {
        spread(&items, first, depth, found);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(schemas: Value, example: Value) -> Value {
        let schema = json!({ "$ref": "#/components/schemas/pet" });
        let content = json!({ "application/json": { "schema": schema, "example": example } });
        let responses = json!({ "200": { "description": "", "content": content } });
        json!({
            "openapi": "3.0.3",
            "paths": { "/pets": { "get": { "responses": responses } } },
            "components": { "schemas": schemas },
        })
    }

    #[test]
    fn a_part_is_shown_where_its_schema_is() {
        let schemas = json!({
            "pet": { "properties": {
                "owners": { "type": "array", "items": { "$ref": "#/components/schemas/owner" } },
                "kind": { "anyOf": [{ "$ref": "#/components/schemas/kind" }, { "type": "string" }] },
            } },
            "owner": { "type": "object" },
            "kind": { "type": "string", "enum": ["CAT"] },
        });
        let example = json!({ "owners": [{ "name": "Ada" }], "kind": "CAT" });
        let document = document(schemas, example.clone());
        let found = of_components(&document);
        assert_eq!(found["Pet"], &example);
        assert_eq!(found["Owner"], &json!({ "name": "Ada" }));
        assert_eq!(found["Kind"], &json!("CAT"));
    }

    #[test]
    fn a_schema_of_itself_ends() {
        let schemas = json!({ "pet": { "allOf": [{ "$ref": "#/components/schemas/pet" }] } });
        let example = json!({});
        assert_eq!(of_components(&document(schemas, example)).len(), 1);
    }

    #[test]
    fn what_fills_more_than_a_screen_is_not_shown() {
        let list = |length: usize| json!((0..length).collect::<Vec<_>>());
        assert!(json(&list(MAX_EXAMPLE_LINES - 2)).is_some());
        assert_eq!(json(&list(MAX_EXAMPLE_LINES - 1)), None);
    }
}
