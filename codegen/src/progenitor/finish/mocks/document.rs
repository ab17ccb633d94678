//! The document as progenitor makes mocks of it: what the client has that progenitor does not know of is taken
//! back, since mocks have other needs.

use serde_json::Value;

use crate::document::references::resolve;
use crate::progenitor::limits::{Plan, with_each_answer, without_rewritten};
use crate::progenitor::named_operations;
use crate::progenitor::schema::text;

/// The document of the mocks.
pub(super) fn of(prepared: &Value, plan: &Plan) -> Value {
    // Mocks match parameters as progenitor serializes them, which is wrong for these.
    let mut document = without_rewritten(prepared, &plan.parameters);
    without_structures(&mut document);
    with_each_answer(&mut document, plan);
    document
}

/// Leaves out parameters of several values, which progenitor would write as if they were one; a path must
/// have its own.
fn without_structures(document: &mut Value) {
    for (_, operation) in named_operations(document) {
        let at = format!("{}/parameters", operation.pointer());
        let Some(Value::Array(parameters)) = document.pointer(&at) else { continue };
        let is_one = |it: &&Value| text(it, "in") == Some("path") || !has_several(document, it);
        let kept = parameters.iter().filter(is_one).cloned().collect();
        if let Some(parameters) = document.pointer_mut(&at) {
            *parameters = Value::Array(kept);
        }
    }
}

/// Whether a parameter is a list or an object.
pub(super) fn has_several(document: &Value, parameter: &Value) -> bool {
    let Some(schema) = resolve(document, parameter).get("schema") else { return false };
    let schema = resolve(document, schema);
    let is_structure = matches!(text(schema, "type"), Some("array" | "object"));
    is_structure || ["items", "properties"].iter().any(|key| schema.get(key).is_some())
}
