//! Walking an OpenAPI document by what each node is, so that a property which happens to be named
//! `enum` or `examples` is never taken for the keyword.

use serde_json::{Map, Value};

use super::structure::{self, Holds};
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
    Info,
    Contact,
    License,
    Server,
    Variable,
    Tag,
    ExternalDocs,
    Discriminator,
    Xml,
    SecurityScheme,
    Flows,
    Flow,
}

/// How a field holds its children.
enum Shape {
    One(Kind),
    List(Kind),
    Map(Kind),
}

/// Which fields of a node hold further nodes.
fn shape(kind: Kind, key: &str, child: &Value) -> Option<Shape> {
    Some(match structure::field(kind, key)? {
        Holds::One(kind) => Shape::One(kind),
        // A flag is no schema of its own, in every version.
        Holds::OneOrFlag(kind) if !child.is_boolean() => Shape::One(kind),
        Holds::OneOrList(kind) if child.is_array() => Shape::List(kind),
        Holds::OneOrList(kind) => Shape::One(kind),
        Holds::List(kind) => Shape::List(kind),
        Holds::Map(kind) => Shape::Map(kind),
        _ => return None,
    })
}

/// Calls `see` with every node and its pointer, parents before children.
pub fn each<'d>(document: &'d Value, mut see: impl FnMut(Kind, &str, &'d Value)) {
    each_below(Kind::Document, "", document, &mut see);
}

/// The same, from a node of a known kind.
pub fn each_below<'d>(
    kind: Kind,
    at: &str,
    node: &'d Value,
    see: &mut impl FnMut(Kind, &str, &'d Value),
) {
    walk(kind, &mut at.to_owned(), node, see);
}

/// The same; `at` is the pointer of the node again in the end.
fn walk<'d>(
    kind: Kind,
    at: &mut String,
    node: &'d Value,
    see: &mut impl FnMut(Kind, &str, &'d Value),
) {
    see(kind, at, node);
    let Some(fields) = node.as_object() else { return };
    let here = at.len();
    for (key, child) in fields {
        let Some(shape) = shape(kind, key, child) else { continue };
        pointer::push(at, key);
        let field = at.len();
        match (shape, child) {
            (Shape::One(kind), child) => walk(kind, at, child, see),
            (Shape::List(kind), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    pointer::push(at, &index.to_string());
                    walk(kind, at, item, see);
                    at.truncate(field);
                }
            }
            (Shape::Map(kind), Value::Object(entries)) => {
                for (name, item) in entries {
                    pointer::push(at, name);
                    walk(kind, at, item, see);
                    at.truncate(field);
                }
            }
            _ => {}
        }
        at.truncate(here);
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
    walk_mut(kind, &mut at.to_owned(), node, change);
}

/// The same; `at` is the pointer of the node again in the end.
fn walk_mut(
    kind: Kind,
    at: &mut String,
    node: &mut Value,
    change: &mut impl FnMut(Kind, &str, &mut Value),
) {
    let here = at.len();
    for (key, child) in node.as_object_mut().into_iter().flatten() {
        let Some(shape) = shape(kind, key, child) else { continue };
        pointer::push(at, key);
        let field = at.len();
        match (shape, child) {
            (Shape::One(kind), child) => walk_mut(kind, at, child, change),
            (Shape::List(kind), Value::Array(items)) => {
                for (index, item) in items.iter_mut().enumerate() {
                    pointer::push(at, &index.to_string());
                    walk_mut(kind, at, item, change);
                    at.truncate(field);
                }
            }
            (Shape::Map(kind), Value::Object(entries)) => {
                for (name, item) in entries {
                    pointer::push(at, name);
                    walk_mut(kind, at, item, change);
                    at.truncate(field);
                }
            }
            _ => {}
        }
        at.truncate(here);
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

/// Whether some schema has keywords of a kind.
pub(crate) fn has_schema(
    document: &Value,
    mut is_it: impl FnMut(&Map<String, Value>) -> bool,
) -> bool {
    let mut is_any = false;
    each(document, |kind, _, node| {
        is_any |= kind == Kind::Schema && node.as_object().is_some_and(&mut is_it);
    });
    is_any
}

/// The `$ref` of a node, if it has one.
pub fn reference(node: &Value) -> Option<&str> {
    node.get("$ref")?.as_str()
}
