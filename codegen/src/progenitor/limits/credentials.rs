//! Keys that are no header: a client can be given headers once, but no query. They become parameters
//! of each operation that asks for them.

use serde_json::{Value, json};

use super::{Prepared, resolve};
use crate::document::operations::{Operation, OperationNode, operations};
use crate::document::pointer;

/// Declares such parameters.
pub(super) fn prepare(prepared: &mut Prepared) {
    let document = prepared.document.clone();
    for operation in operations(&document) {
        let at = operation.pointer();
        let own = document.pointer(&at).and_then(|operation| operation.get("security"));
        let security = own.or_else(|| document.get("security")).and_then(Value::as_array);
        let names = security.into_iter().flatten().filter_map(Value::as_object);
        for name in names.flat_map(|requirement| requirement.keys()) {
            let scheme = document.pointer(&pointer::join("/components/securitySchemes", name));
            let Some(parameter) = scheme.and_then(|scheme| parameter(resolve(&document, scheme)))
            else {
                continue;
            };
            if declare(&mut prepared.document, &operation, &parameter) {
                let note = format!("{} is a parameter, for it is no header", parameter["name"]);
                prepared.log("credential", &at, note);
            }
        }
    }
}

/// The parameter that a key is sent as.
fn parameter(scheme: &Value) -> Option<Value> {
    let text = |key: &str| scheme.get(key).and_then(Value::as_str);
    let place = text("in").filter(|place| ["query", "cookie"].contains(place))?;
    let name = text("name").filter(|_| text("type") == Some("apiKey"))?;
    Some(json!({
        "name": name,
        "in": place,
        "description": text("description").unwrap_or("The key that the service asks for."),
        "schema": { "type": "string" },
    }))
}

/// Adds a parameter that is not there yet.
fn declare(document: &mut Value, operation: &Operation, parameter: &Value) -> bool {
    let there = OperationNode::at(document, operation.clone());
    let mut there = there.iter().flat_map(OperationNode::parameters);
    let is_it =
        |other: &Value| ["name", "in"].iter().all(|key| other.get(key) == parameter.get(key));
    if there.any(|other| is_it(other.node.value)) {
        return false;
    }
    let Some(Value::Object(fields)) = document.pointer_mut(&operation.pointer()) else {
        return false;
    };
    let list = fields.entry("parameters").or_insert_with(|| json!([]));
    list.as_array_mut().is_some_and(|list| {
        list.push(parameter.clone());
        true
    })
}
