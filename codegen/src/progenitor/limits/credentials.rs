//! API keys in a query or cookie. A client is given headers once, but no query: these keys become
//! parameters of each operation that requires them.

use serde_json::{Value, json};

use super::{Prepared, resolve};
use crate::document::operations::{Operation, OperationNode, operations};
use crate::document::pointer;
use crate::progenitor::schema::text;
use crate::report::Rule;

pub(in crate::progenitor) const CREDENTIAL: Rule = Rule::translated(
    "credential",
    "keys in a query or a cookie",
    "a parameter of each operation that asks for them",
);

/// Declares such parameters.
pub(super) fn prepare(prepared: &mut Prepared) {
    for (operation, parameter) in asked_for(&prepared.document) {
        if declare(&mut prepared.document, &operation, &parameter) {
            let name = parameter.get("name").unwrap_or(&Value::Null);
            let note = format!("{name} is a parameter, for it is no header");
            prepared.log.add(&CREDENTIAL, operation.pointer(), note);
        }
    }
}

/// What the operations ask for that is a parameter.
fn asked_for(document: &Value) -> Vec<(Operation, Value)> {
    let mut all = Vec::new();
    for operation in operations(document) {
        let of_operation = document.pointer(&operation.pointer()).and_then(|it| it.get("security"));
        let security = of_operation.or_else(|| document.get("security")).and_then(Value::as_array);
        let requirements = security.into_iter().flatten().filter_map(Value::as_object);
        for name in requirements.flat_map(|requirement| requirement.keys()) {
            let scheme = document.pointer(&pointer::join("/components/securitySchemes", name));
            let parameter = scheme.and_then(|scheme| parameter(resolve(document, scheme)));
            all.extend(parameter.map(|parameter| (operation.clone(), parameter)));
        }
    }
    all
}

/// The parameter that carries an API key.
fn parameter(scheme: &Value) -> Option<Value> {
    let place = text(scheme, "in").filter(|place| ["query", "cookie"].contains(place))?;
    let name = text(scheme, "name").filter(|_| text(scheme, "type") == Some("apiKey"))?;
    Some(json!({
        "name": name,
        "in": place,
        "description": text(scheme, "description").unwrap_or("The key that the service asks for."),
        "schema": { "type": "string" },
    }))
}

/// Adds a parameter to an operation; whether it was not declared before.
fn declare(document: &mut Value, operation: &Operation, parameter: &Value) -> bool {
    let node = OperationNode::at(document, operation.clone());
    let mut declared = node.iter().flat_map(OperationNode::parameters);
    let is_same =
        |other: &Value| ["name", "in"].iter().all(|key| other.get(key) == parameter.get(key));
    if declared.any(|other| is_same(other.node.value)) {
        return false;
    }
    let Some(Value::Object(fields)) = document.pointer_mut(&operation.pointer()) else {
        return false;
    };
    let parameters = fields.entry("parameters").or_insert_with(|| json!([]));
    parameters.as_array_mut().map(|parameters| parameters.push(parameter.clone())).is_some()
}
