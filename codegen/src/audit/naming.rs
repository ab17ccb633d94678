//! Names of types in the house's style, from what an operation and a field are called.

use heck::ToUpperCamelCase;

use crate::document::operations::OperationNode;

/// Words that say nothing of whose they are, so that a type needs the name of its owner.
const COMMON: [&str; 8] = ["Type", "Status", "Kind", "State", "Code", "Mode", "Level", "Result"];

/// The type of a field: `PaymentType` of `paymentType`, `CustomerType` of a customer's `type`.
pub(super) fn type_of_field(about: &str, name: &str) -> String {
    let name = name.to_upper_camel_case();
    if COMMON.contains(&name.as_str()) {
        format!("{}{name}", about.to_upper_camel_case())
    } else {
        name
    }
}

/// An object with a table of its own. What a response has beside what a request takes is another type.
pub(super) fn type_of_part(about: &str, name: &str, is_response: bool) -> String {
    let name = name.to_upper_camel_case();
    if is_response { format!("{about}{name}") } else { name }
}

/// The body that an operation takes: `CreatePayinRequest`.
pub(super) fn type_of_request(operation: &OperationNode<'_>) -> String {
    let called = called(operation).to_upper_camel_case();
    format!("{}Request", called.strip_suffix("Request").unwrap_or(&called))
}

/// The body that an operation answers with.
pub(super) fn type_of_response(operation: &OperationNode<'_>, status: u16) -> String {
    let success = (200..300).contains(&status);
    let status = if success { String::new() } else { status.to_string() };
    format!("{}Response{status}", called(operation).to_upper_camel_case())
}

/// What an operation is about: its tag in the singular, else the last word of its path that is no variable.
pub(super) fn about(operation: &OperationNode<'_>) -> String {
    let tags = operation.node.value.get("tags");
    let tag = tags.and_then(|tags| tags.get(0)?.as_str()).filter(|tag| !tag.trim().is_empty());
    let segments = operation.operation.path.rsplit('/');
    let noun = segments.into_iter().find(|part| !part.is_empty() && !part.contains(['{', '%']));
    singular(tag.or(noun).unwrap_or("Body")).to_upper_camel_case()
}

/// What a person calls the operation.
pub(super) fn called<'d>(operation: &OperationNode<'d>) -> &'d str {
    let summary = operation.node.text("summary").filter(|text| !text.trim().is_empty());
    summary.or_else(|| operation.node.text("operationId")).unwrap_or("operation")
}

fn singular(word: &str) -> &str {
    match word.strip_suffix("ss") {
        Some(_) => word,
        None => word.strip_suffix('s').unwrap_or(word),
    }
}

/// The type of an error that every operation shares.
pub(super) fn type_of_error<'n>(fields: impl Iterator<Item = &'n str>) -> &'static str {
    // The members of problem details (RFC 9457, section 3.1).
    let known =
        fields.filter(|name| ["type", "title", "status", "detail", "instance"].contains(name));
    if known.count() >= 3 { "Problem" } else { "Error" }
}
