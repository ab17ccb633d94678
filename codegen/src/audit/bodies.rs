//! Bodies that tables describe and the document has not, or without their fields.

use serde_json::{Value, json};

use super::check::Report;
use super::described::{self, Owner};
use super::finding::Kind;
use super::mend::{Edit, Mend};
use super::{infer, naming};
use crate::document::merged::MergedSchema;
use crate::document::merged::object_of;
use crate::tables::row;
use crate::tables::{self, Placed, Side};

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
    let schema = named_schema(report, placed);
    let correction = whole_schema(report, placed).to_string();
    let documentation = format!("a table of {}", names(placed));
    let edit = match &placed.schema {
        Some(_) => Edit::replace("bodies", &place, schema),
        None => {
            let body = json!({ "required": true, "content": content(schema) });
            Edit::update("bodies", &operation.node.pointer, json!({ "requestBody": body }))
        }
    };
    let (kind, mend) = (Kind::UndescribedBody, Mend::edits([edit]));
    report.add(kind, &placed.name, place, documentation, document, correction, mend);
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
        let purpose = if code < 400 { "responses" } else { "errors" };
        let (place, document, correction, edit) = match report.operation.response(code) {
            None => {
                let response = response(report, placed, code);
                let update = json!({ code.to_string(): response });
                let edit = Edit::update(purpose, &place, update);
                let document = format!("no response {code}");
                (place.clone(), document, format!("add the response {code}"), edit)
            }
            Some(response) if is_shown && report.operation.response_schema(code).is_none() => {
                let content = json!({ "content": content(named_schema(report, placed)) });
                let edit = Edit::update(purpose, &response.pointer, content);
                let correction = format!("describe its body: {}", whole_schema(report, placed));
                (response.pointer, format!("the response {code} has no body"), correction, edit)
            }
            Some(_) => continue,
        };
        let (name, mend) = (code.to_string(), Mend::edits([edit]));
        report.add(Kind::MissingResponse, &name, place, quote, document, correction, mend);
    }
}

fn names(placed: &Placed<'_>) -> String {
    let names: Vec<_> = placed.table.rows.iter().map(|row| row.name.as_str()).collect();
    names.join(", ")
}

/// The schema that a table describes.
fn whole_schema(report: &Report<'_, '_>, placed: &Placed<'_>) -> Value {
    let entries = row::entries(&placed.table.rows, &|_| false);
    let about = naming::about(report.operation);
    let owner = Owner { about: &about, is_request: placed.side == Side::Request };
    let schema = described::object(&entries, owner);
    infer::completed(report, &placed.name, schema)
}

/// The same with a name of its own, and the prose that says when a field is needed.
fn named_schema(report: &Report<'_, '_>, placed: &Placed<'_>) -> Value {
    let operation = report.operation;
    let mut schema = whole_schema(report, placed);
    let fields = placed.table.rows.iter().map(|row| row.name.as_str());
    let name = match placed.side {
        Side::Response(status) if status >= 400 => naming::type_of_error(fields).to_owned(),
        Side::Response(status) => naming::type_of_response(operation, status),
        _ => naming::type_of_request(operation),
    };
    if let Value::Object(schema) = &mut schema {
        schema.insert("x-schema-name".to_owned(), json!(name));
    }
    schema
}

/// The media type of JSON, with a schema.
fn content(schema: Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}

/// A response that the document lacks.
fn response(report: &Report<'_, '_>, placed: &Placed<'_>, code: u16) -> Value {
    let is_shown = matches!(placed.side, Side::Response(_)) && !placed.table.is_list();
    let words = tables::phrase(&placed.table, code).unwrap_or_else(|| code.to_string());
    match is_shown {
        true => json!({ "description": words, "content": content(named_schema(report, placed)) }),
        false => json!({ "description": words }),
    }
}
