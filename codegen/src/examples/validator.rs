//! The schemas of a document as JSON Schema 2020-12 sees them, and as the generated types do.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::document::node::Node;
use crate::document::set;
use crate::document::visit::{self, Kind};
use crate::document::{self, pointer};
use crate::progenitor::bound;
use crate::syntax::number;

/// A validator of a schema. Of the document, it holds what the schema refers to.
pub(super) fn validator(schema: &Node<'_>) -> Option<Validator> {
    let document = schema.document;
    let mut whole = reached(document, schema.value)?;
    whole.insert("schema".to_owned(), schema.value.clone());
    let mut whole = number::without_texts(Value::Object(whole));
    let is_3_0 = document::is_3_0(document);
    let mut translate = |kind, _: &str, node: &mut Value| {
        if kind == Kind::Schema {
            as_generated(node);
            if is_3_0 {
                as_2020_12(node);
            }
        }
    };
    visit::each_mut(&mut whole, &mut translate);
    if let Some(schema) = whole.get_mut("schema") {
        visit::each_mut_below(Kind::Schema, "", schema, &mut translate);
    }
    // Where parts are made of parts, each twice, a validator would take forever.
    bound(&mut whole);
    set(&mut whole, "$ref", "#/schema");
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(&whole).ok()
}

/// What a schema refers to, at the places where the document has it.
fn reached(document: &Value, schema: &Value) -> Option<Map<String, Value>> {
    let mut found = BTreeSet::new();
    let mut open = vec![schema];
    while let Some(node) = open.pop() {
        match node {
            Value::Object(fields) => {
                if let Some(at) = visit::reference(node).and_then(pointer::of_reference)
                    && let Some(target) = document.pointer(&at)
                    && found.insert(at)
                {
                    open.push(target);
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    let mut whole = Value::Object(Map::new());
    for at in found {
        let target = document.pointer(&at)?.clone();
        put(&mut whole, &at, target);
    }
    whole.as_object().cloned()
}

/// What is in something that is there already is there as well.
fn put(whole: &mut Value, at: &str, value: Value) {
    if whole.pointer(at).is_some() {
        return;
    }
    let mut place = whole;
    for step in at.split('/').skip(1) {
        if !place.is_object() {
            *place = json!({});
        }
        place = &mut place[pointer::unescape(step)];
    }
    *place = value;
}

/// What OpenAPI 3.0 says in other words than JSON Schema 2020-12.
fn as_2020_12(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    for (bound, flag) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        if let Some(&Value::Bool(is_exclusive)) = fields.get(flag) {
            fields.shift_remove(flag);
            if is_exclusive && let Some(limit) = fields.shift_remove(bound) {
                fields.insert(flag.to_owned(), limit);
            }
        }
    }
    if fields.shift_remove("nullable") == Some(Value::Bool(true)) {
        *schema = json!({ "anyOf": [{ "type": "null" }, schema.take()] });
    }
}

/// What is generated is not always what is written. A schema with properties and no type takes a list
/// in JSON Schema and is an object here, and an `int32` takes any number there. And exporters write
/// `oneOf` for any choice, whether or not a value fits several alternatives.
fn as_generated(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    if fields.contains_key("properties") && !fields.contains_key("type") {
        fields.insert("type".to_owned(), "object".into());
    }
    if fields.get("format").and_then(Value::as_str) == Some("int32") {
        fields.entry("minimum").or_insert_with(|| i32::MIN.into());
        fields.entry("maximum").or_insert_with(|| i32::MAX.into());
    }
    if !fields.contains_key("anyOf")
        && let Some(choice) = fields.shift_remove("oneOf")
    {
        fields.insert("anyOf".to_owned(), choice);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(document: &Value, value: Value) -> bool {
        let root = Node::root(document);
        let schema = root.get("schema").unwrap();
        validator(&schema).unwrap().is_valid(&value)
    }

    #[test]
    fn null_of_3_0() {
        let document = json!({
            "openapi": "3.0.3",
            "schema": { "properties": { "a": { "$ref": "#/components/schemas/A" } } },
            "components": { "schemas": { "A": { "type": "string", "nullable": true } } },
        });
        assert!(takes(&document, json!({ "a": null })));
        assert!(!takes(&document, json!({ "a": 1 })));
    }

    #[test]
    fn exclusive_bound_of_3_0() {
        let schema = json!({ "type": "integer", "minimum": 1, "exclusiveMinimum": true });
        let document = json!({ "openapi": "3.0.3", "schema": schema });
        assert!(takes(&document, json!(2)));
        assert!(!takes(&document, json!(1)));
    }

    #[test]
    fn what_is_referred_to_by_what_is_referred_to() {
        let document = json!({
            "openapi": "3.1.0",
            "schema": { "$ref": "#/components/schemas/A" },
            "components": { "schemas": {
                "A": { "properties": { "b": { "$ref": "#/components/schemas/B" } } },
                "B": { "type": "integer" },
            } },
        });
        assert!(takes(&document, json!({ "b": 1 })));
        assert!(!takes(&document, json!({ "b": "1" })));
    }
}
