//! Operations that the generator passes over without a word: paths that are none, methods that OpenAPI 3.1 does
//! not have, and responses under keys that are no status.

use serde_json::{Map, Value};

use super::Prepared;
use crate::document::operations::{Operation, operations};
use crate::document::path_template;
use crate::document::pointer;
use crate::document::structure;
use crate::document::visit::Kind;
use crate::report::{LeftOut, Rule};

pub(in crate::progenitor) const UNSENT: Rule = Rule::left_out(
    "operation",
    "a path without `/` in front, with a variable for several segments (`{proxy+}`), or with `.`, `..` or nothing for a segment, a method that 3.1 does not have, a response whose key is no status",
    "not the operation, which is named",
);

pub(in crate::progenitor) const FRAGMENT: Rule = Rule::translated(
    "fragment",
    "`#` in a path, as documents tell operations of one path apart",
    "not sent, nor what follows it: HTTP has no fragment",
);

/// Takes such operations out of the document, so that what is left is what is generated.
pub(super) fn prepare(prepared: &mut Prepared) {
    for (operation, place) in of_other_methods(&prepared.document) {
        leave_out(prepared, &operation, place, "OpenAPI 3.1 has no such method");
    }
    for operation in operations(&prepared.document) {
        if let Some((_, fragment)) = operation.path.split_once('#') {
            let note = format!("`#{fragment}` is not sent");
            prepared.log.add(&FRAGMENT, operation.path_pointer(), note);
        }
        let Some((place, reason)) = fault(&prepared.document, &operation) else { continue };
        leave_out(prepared, &operation, place, reason);
        let item = prepared.document.pointer_mut(&operation.path_pointer());
        if let Some(Value::Object(item)) = item {
            item.shift_remove(&operation.method);
        }
    }
}

fn leave_out(
    prepared: &mut Prepared,
    operation: &Operation,
    place: String,
    reason: impl Into<String>,
) {
    let (operation, reason) = (operation.label(), reason.into());
    prepared.left_out.push(LeftOut { rule: &UNSENT, operation, place, reason });
}

/// Why an operation would be passed over, and where.
fn fault(document: &Value, operation: &Operation) -> Option<(String, String)> {
    if !operation.path.starts_with('/') {
        return Some((operation.path_pointer(), "its path does not begin with `/`".to_owned()));
    }
    let mut segments = operation.path.split(['?', '#']).next().unwrap_or_default().split('/');
    if let Some(dots) = segments.find(|segment| path_template::is_dots(segment)) {
        let reason = format!("the segment `{dots}` of its path is taken out of every URL");
        return Some((operation.path_pointer(), reason));
    }
    if operation.path.contains("//") {
        let reason = "its path has a segment with nothing in it".to_owned();
        return Some((operation.path_pointer(), reason));
    }
    if let Some(other) = path_template::other_expression(&operation.path) {
        let reason = format!(
            "`{other}` stands for more or less than one segment of a path, which OpenAPI does not have"
        );
        return Some((operation.path_pointer(), reason));
    }
    let at = pointer::join(&operation.pointer(), "responses");
    let mut keys = document.pointer(&at)?.as_object()?.keys();
    let is_status = |key: &str| {
        key.starts_with("x-") || !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric())
    };
    let key = keys.find(|key| !is_status(key))?;
    Some((pointer::join(&at, key), "the key of a response is no status".to_owned()))
}

/// Operations whose methods are no fields of a path item, those that 3.2 has among them, each with its place.
fn of_other_methods(document: &Value) -> Vec<(Operation, String)> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let mut found = Vec::new();
    for (path, item) in paths.filter(|(path, _)| !path.starts_with("x-")) {
        let at = pointer::join("/paths", path);
        for (method, value) in item.as_object().into_iter().flatten() {
            let at = pointer::join(&at, method);
            let mut add = |method: &String, at: String| {
                found.push((Operation { path: path.clone(), method: method.clone() }, at));
            };
            match value {
                Value::Object(more) if method == "additionalOperations" => {
                    Map::keys(more).for_each(|method| add(method, pointer::join(&at, method)));
                }
                Value::Object(_) if is_other(method) => add(method, at),
                _ => {}
            }
        }
    }
    found
}

fn is_other(key: &str) -> bool {
    !key.starts_with("x-") && structure::field(Kind::PathItem, key).is_none()
}
