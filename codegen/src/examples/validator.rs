//! The schemas of a document as JSON Schema 2020-12 sees them.

use std::collections::BTreeSet;
use std::convert::Infallible;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::document::node::Node;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::progenitor::bound;

/// A validator of the schema at a place. Of the document, it holds what the schema refers to.
pub fn validator(root: &Node<'_>, schema: &Node<'_>) -> Option<Validator> {
    let mut whole = reached(root.value, schema.value)?;
    whole.insert("schema".to_owned(), schema.value.clone());
    let mut whole = Value::Object(whole);
    if is_of_3_0(root.value) {
        translate(&mut whole);
    }
    // Where parts are made of parts, each twice, a validator would take forever.
    bound(&mut whole);
    whole["$ref"] = json!("#/schema");
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(&whole).ok()
}

fn is_of_3_0(document: &Value) -> bool {
    let version = document.get("openapi").and_then(Value::as_str);
    version.is_some_and(|version| version.starts_with("3.0"))
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

/// What OpenAPI 3.0 says in other words.
fn translate(whole: &mut Value) {
    let schemas = whole.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for (_, schema) in schemas.into_iter().flatten() {
        translate_schema(schema);
    }
    translate_schema(&mut whole["schema"]);
}

fn translate_schema(schema: &mut Value) {
    let _ = visit::each_mut_below(Kind::Schema, "", schema, &mut |kind, _, node| {
        if kind != Kind::Schema {
            return Ok::<_, Infallible>(());
        }
        let Some(fields) = node.as_object_mut() else { return Ok(()) };
        for (bound, flag) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            if let Some(Value::Bool(exclusive)) = fields.get(flag) {
                let is_exclusive = *exclusive;
                fields.shift_remove(flag);
                if is_exclusive && let Some(limit) = fields.shift_remove(bound) {
                    fields.insert(flag.to_owned(), limit);
                }
            }
        }
        if fields.shift_remove("nullable") == Some(Value::Bool(true)) {
            *node = json!({ "anyOf": [{ "type": "null" }, node.take()] });
        }
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(document: &Value, value: Value) -> bool {
        let root = Node::root(document);
        let schema = root.get("schema").unwrap();
        validator(&root, &schema).unwrap().is_valid(&value)
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
