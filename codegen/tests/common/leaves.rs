//! Every value of a document that holds no other.

use manis_codegen::document::pointer;
use serde_json::Value;

/// The JSON Pointers of all leaves, in the document's order.
pub fn leaves(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(document, "", &mut found);
    found
}

fn collect(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            fields.iter().for_each(|(key, child)| collect(child, &pointer::join(at, key), found));
        }
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter().enumerate();
            items.for_each(|(index, child)| collect(child, &format!("{at}/{index}"), found));
        }
        _ => found.push(at.to_owned()),
    }
}
