//! Bodies that tables describe and the document has not, or without their fields.

use serde_json::{Map, Value, json};

use super::check::Report;
use super::finding::Kind;
use crate::document::merged::MergedSchema;
use crate::document::merged::object_of;
use crate::tables::row::{self, Entry};
use crate::tables::words::Need;
use crate::tables::{Placed, Side};

/// Reports a body whose schema has no fields, though its table has some. Its fields are not missing one by one.
pub(super) fn is_undescribed(report: &mut Report<'_, '_>, placed: &Placed<'_>) -> bool {
    let is_request = placed.side == Side::Request;
    let is_of_body = !placed.is_part && !placed.table.rows.is_empty() && !placed.table.is_list();
    let operation = report.operation;
    let (place, document) = match &placed.schema {
        _ if !is_of_body => return false,
        Some(schema) => {
            let object = object_of(schema.clone());
            if has_fields(&object) {
                return false;
            }
            let kind = object.kind().map_or("any value".to_owned(), |kind| format!("type {kind}"));
            (object.node.pointer, kind)
        }
        // A response without a body is reported for each status.
        None if !is_request => return false,
        None if operation.node.get("requestBody").is_some() => {
            (operation.node.place("requestBody"), "a body without a schema".to_owned())
        }
        None => (operation.node.pointer.clone(), "no request body".to_owned()),
    };
    let correction = whole_schema(placed);
    let documentation = format!("a table of {}", names(placed));
    report.add(Kind::UndescribedBody, &placed.name, place, documentation, document, correction);
    true
}

fn has_fields(object: &MergedSchema<'_>) -> bool {
    !object.properties.is_empty()
        || !object.unions.is_empty()
        || object.applicator("additionalProperties").is_some()
}

/// Reports statuses that the document lacks, or whose response has no body, though the table lists fields.
pub(super) fn missing_responses(report: &mut Report<'_, '_>, placed: &Placed<'_>) {
    let place = report.operation.node.place("responses");
    let quote = placed.table.over.last().map_or("", String::as_str);
    for &code in &placed.codes {
        let is_shown = matches!(placed.side, Side::Response(_)) && !placed.table.is_list();
        let (place, document, correction) = match report.operation.response(code) {
            None => {
                (place.clone(), format!("no response {code}"), format!("add the response {code}"))
            }
            Some(response) if is_shown && report.operation.response_schema(code).is_none() => (
                response.pointer,
                format!("the response {code} has no body"),
                format!("describe its body: {}", whole_schema(placed)),
            ),
            Some(_) => continue,
        };
        report.add(Kind::MissingResponse, &code.to_string(), place, quote, document, correction);
    }
}

fn names(placed: &Placed<'_>) -> String {
    let names: Vec<_> = placed.table.rows.iter().map(|row| row.name.as_str()).collect();
    names.join(", ")
}

/// The schema that a table describes, on one line.
fn whole_schema(placed: &Placed<'_>) -> String {
    let entries = row::entries(&placed.table.rows, &|_| false);
    object(&entries, placed.side == Side::Request).to_string()
}

fn object(entries: &[Entry<'_>], is_request: bool) -> Value {
    let fields = entries.iter().map(|entry| (entry.name.clone(), field(entry, is_request)));
    let properties: Map<String, Value> = fields.collect();
    let always = entries.iter().filter(|entry| is_request && entry.row.need() == Need::Always);
    let required: Vec<_> = always.filter(|it| !it.is_implied).map(|it| it.name.as_str()).collect();
    match required.is_empty() {
        true => json!({ "type": "object", "properties": properties }),
        false => json!({ "type": "object", "properties": properties, "required": required }),
    }
}

fn field(entry: &Entry<'_>, is_request: bool) -> Value {
    let row = entry.row;
    let kind = if entry.is_implied { None } else { row.json_type() };
    let nested = (!entry.children.is_empty()).then(|| object(&entry.children, is_request));
    let mut schema = match (kind, nested) {
        (Some("array"), nested) => {
            json!({ "type": "array", "items": nested.unwrap_or_else(|| json!({})) })
        }
        (_, Some(nested)) => nested,
        (Some(kind), None) => json!({ "type": kind }),
        (None, None) => json!({}),
    };
    let values = row.values();
    if kind == Some("string") {
        match row.format() {
            Some("ISO 3166-1 alpha-2") => schema["pattern"] = json!("^[A-Z]{2}$"),
            Some("ISO 4217") => schema["pattern"] = json!("^[A-Z]{3}$"),
            Some(format) => schema["format"] = json!(format),
            None if !values.is_empty() => schema["enum"] = json!(values),
            None => {}
        }
    }
    // The words of a condition are kept, as a schema cannot say most of them.
    if let Some(condition) = row.condition().filter(|_| is_request && !entry.is_implied) {
        schema["description"] = json!(condition);
    }
    schema
}
