//! Walking an OpenAPI document by what each node is, so that a property which happens to be named
//! `enum` or `examples` is never taken for the keyword.

use serde_json::{Map, Value};

use crate::document::pointer;

/// What a node of an OpenAPI document is (the names are the specification's objects).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Document,
    Components,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Response,
    Header,
    Callback,
    Example,
    Link,
    Schema,
}

/// How a field holds its children.
enum Shape {
    One(Kind),
    List(Kind),
    Map(Kind),
}

/// Which fields of a node hold further nodes.
fn shape(kind: Kind, key: &str, child: &Value) -> Option<Shape> {
    use Kind::*;
    use Shape::*;
    Some(match (kind, key) {
        (Document, "paths" | "webhooks") => Map(PathItem),
        (Document, "components") => One(Components),
        (Components, "schemas") => Map(Schema),
        (Components, "responses") => Map(Response),
        (Components, "parameters") => Map(Parameter),
        (Components, "requestBodies") => Map(RequestBody),
        (Components, "headers") => Map(Header),
        (Components, "callbacks") => Map(Callback),
        (Components, "pathItems") => Map(PathItem),
        (Components | Parameter | Header | MediaType, "examples") => Map(Example),
        (Components | Response, "links") => Map(Link),
        (PathItem, "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace") => {
            One(Operation)
        }
        (PathItem | Operation, "parameters") => List(Parameter),
        (Operation, "requestBody") => One(RequestBody),
        (Operation, "responses") => Map(Response),
        (Operation, "callbacks") => Map(Callback),
        (Parameter | Header | MediaType, "schema") => One(Schema),
        (Parameter | Header | RequestBody | Response, "content") => Map(MediaType),
        (Response | Encoding, "headers") => Map(Header),
        (MediaType, "encoding") => Map(Encoding),
        (Callback, expression) if !expression.starts_with("x-") => One(PathItem),
        // A flag in every version, no schema of its own.
        (Schema, "additionalProperties" | "unevaluatedProperties") if child.is_boolean() => {
            return None;
        }
        (Schema, key) => return schema_shape(key),
        _ => return None,
    })
}

/// The keywords of JSON Schema (draft 4 to 2020-12) that hold schemas.
fn schema_shape(key: &str) -> Option<Shape> {
    use Kind::Schema;
    Some(match key {
        "items"
        | "additionalItems"
        | "additionalProperties"
        | "not"
        | "if"
        | "then"
        | "else"
        | "contains"
        | "propertyNames"
        | "unevaluatedItems"
        | "unevaluatedProperties"
        | "contentSchema" => Shape::One(Schema),
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Shape::List(Schema),
        "properties" | "patternProperties" | "dependentSchemas" | "$defs" | "definitions" => {
            Shape::Map(Schema)
        }
        _ => return None,
    })
}

/// Calls `see` with every node and its pointer, parents before children.
pub fn each(document: &Value, mut see: impl FnMut(Kind, &str, &Value)) {
    each_below(Kind::Document, "", document, &mut see);
}

/// The same, from a node of a known kind.
pub fn each_below(kind: Kind, at: &str, node: &Value, see: &mut impl FnMut(Kind, &str, &Value)) {
    see(kind, at, node);
    let Some(fields) = node.as_object() else { return };
    for (key, child) in fields {
        let Some(shape) = shape(kind, key, child) else { continue };
        let at = pointer::join(at, key);
        match (shape, child) {
            (Shape::One(kind), child) => each_below(kind, &at, child, see),
            (Shape::List(kind), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    each_below(kind, &format!("{at}/{index}"), item, see);
                }
            }
            (Shape::Map(kind), Value::Object(entries)) => {
                for (name, item) in entries {
                    each_below(kind, &pointer::join(&at, name), item, see);
                }
            }
            _ => {}
        }
    }
}

/// Calls `change` with every node and its pointer, children before parents.
pub fn each_mut(document: &mut Value, mut change: impl FnMut(Kind, &str, &mut Value)) {
    each_mut_below(Kind::Document, "", document, &mut change);
}

/// The same, from a node of a known kind.
pub fn each_mut_below(
    kind: Kind,
    at: &str,
    node: &mut Value,
    change: &mut impl FnMut(Kind, &str, &mut Value),
) {
    for (key, child) in node.as_object_mut().into_iter().flatten() {
        let Some(shape) = shape(kind, key, child) else { continue };
        let at = pointer::join(at, key);
        match (shape, child) {
            (Shape::One(kind), child) => each_mut_below(kind, &at, child, change),
            (Shape::List(kind), Value::Array(items)) => {
                for (index, item) in items.iter_mut().enumerate() {
                    each_mut_below(kind, &format!("{at}/{index}"), item, change);
                }
            }
            (Shape::Map(kind), Value::Object(entries)) => {
                for (name, item) in entries {
                    each_mut_below(kind, &pointer::join(&at, name), item, change);
                }
            }
            _ => {}
        }
    }
    change(kind, at, node);
}

/// Calls `change` with the keywords of every schema that has some, and its pointer, the innermost first.
pub(crate) fn each_schema_mut(
    document: &mut Value,
    mut change: impl FnMut(&str, &mut Map<String, Value>),
) {
    each_mut(document, |kind, at, node| {
        if let (Kind::Schema, Value::Object(keywords)) = (kind, node) {
            change(at, keywords);
        }
    });
}

/// The `$ref` of a node, if it has one.
pub fn reference(node: &Value) -> Option<&str> {
    node.get("$ref")?.as_str()
}
