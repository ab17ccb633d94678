//! What every stage knows of an OpenAPI document: its kinds of nodes and how they are visited,
//! JSON Pointers and references, operations with their parameters, component names, path templates.
//!
//! A document is a `serde_json::Value`: stages change it in ways that no typed model of OpenAPI
//! allows for.

#[cfg_attr(not(feature = "commands"), allow(dead_code))]
pub(crate) mod bodies;
pub(crate) mod checked;
pub(crate) mod children;
pub(crate) mod components;
pub(crate) mod difference;
pub(crate) mod equality;
pub mod media_type;
#[cfg_attr(not(feature = "commands"), allow(dead_code))]
pub(crate) mod merged;
pub(crate) mod names;
pub(crate) mod node;
pub mod operations;
pub(crate) mod path_items;
pub(crate) mod path_template;
pub mod pointer;
pub(crate) mod references;
pub mod structure;
pub mod visit;

use serde_json::Value;

/// Sets a field of an object. A value that is none has no fields, and stays what it is.
pub(crate) fn set(node: &mut Value, key: &str, value: impl Into<Value>) {
    if let Value::Object(fields) = node {
        fields.insert(key.to_owned(), value.into());
    }
}

/// Whether a document is of OpenAPI 3.0.
pub(crate) fn is_3_0(document: &Value) -> bool {
    let version = document.get("openapi").and_then(Value::as_str);
    version.is_some_and(|version| version.starts_with("3.0"))
}
