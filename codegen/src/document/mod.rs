//! What every stage knows of an OpenAPI document: its kinds of nodes and how they are visited,
//! JSON Pointers and references, operations with their parameters, component names, path templates.
//!
//! A document is a `serde_json::Value`: stages change it in ways that no typed model of OpenAPI
//! allows for.

pub mod media_type;
#[cfg(feature = "commands")]
pub(crate) mod merged;
pub(crate) mod names;
pub(crate) mod node;
pub mod operations;
pub(crate) mod path_items;
pub(crate) mod path_template;
pub mod pointer;
pub(crate) mod references;
pub mod visit;
