//! Request bodies that progenitor refuses: multipart forms, media types that it does not know, and
//! more than one of them. It is given JSON or bytes; the refine stage sends what was meant.

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::{Map, Value, json};

use super::responses::{add_component, free};
use super::{Prepared, resolved};
use crate::change::LeftOut;
use crate::generate::operation_id;
use crate::normalize::{Operation, operations};
use crate::pointer;

/// The component that stands for a file of a form.
pub const FILE: &str = "FilePart";

/// How the body of an operation is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// As a multipart form, from the fields of this component.
    Multipart(String),
    /// As progenitor does, under this media type.
    As(String),
}

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// Prepares the body of every operation.
pub(super) fn prepare(prepared: &mut Prepared) {
    for operation in operations(&prepared.document) {
        let at = format!("{}/requestBody", operation.pointer());
        let Some(body) = prepared.document.pointer(&at) else { continue };
        let body = resolved(&prepared.document, body).clone();
        let Some(id) = operation_id(&prepared.document, &operation).map(str::to_owned) else {
            continue;
        };
        let Some(content) = body.get("content").and_then(Value::as_object) else { continue };
        let Some((name, media)) = best(content) else { continue };
        for other in content.keys().filter(|other| **other != name) {
            prepared.left_out.push(LeftOut {
                operation: operation.label(),
                place: pointer::join(&format!("{at}/content"), other),
                reason: format!("a body is sent as {name}"),
            });
        }
        let mut body = body.clone();
        match media_of(prepared, &operation, &id, &name, media) {
            Some((sent_as, media, sent)) => {
                body["content"] = json!({ sent_as: media });
                if let Some(place) = prepared.document.pointer_mut(&at) {
                    *place = body;
                }
                prepared.sent.extend(sent.map(|sent| (id.to_snake_case(), sent)));
            }
            None => continue,
        }
    }
}

/// The media type that says most of what is sent.
fn best(content: &Map<String, Value>) -> Option<(String, Value)> {
    let rank = |name: &str| match bare(name).as_str() {
        JSON => 0,
        name if name.ends_with("+json") => 1,
        MULTIPART => 2,
        FORM => 3,
        BYTES => 4,
        "text/plain" => 5,
        _ => 6,
    };
    let (name, media) = content.iter().min_by_key(|(name, _)| rank(name))?;
    Some((name.clone(), media.clone()))
}

fn bare(name: &str) -> String {
    name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// What progenitor is given in place of a media type, and what is sent instead.
fn media_of(
    prepared: &mut Prepared,
    operation: &Operation,
    id: &str,
    name: &str,
    mut media: Value,
) -> Option<(&'static str, Value, Option<Sent>)> {
    let at = operation.pointer();
    if let Some(fields) = media.as_object_mut()
        && fields.shift_remove("encoding").is_some()
    {
        let note = "each part is sent in the way that its type asks for";
        prepared.loosen("encoding", &at, note);
    }
    let no_schema = media.get("schema").is_none_or(|schema| schema == &json!({}));
    match bare(name).as_str() {
        JSON | FORM if no_schema => {
            media["schema"] = json!({});
            (bare(name) == JSON).then_some((JSON, media, None))
        }
        JSON => Some((JSON, media, None)),
        FORM => Some((FORM, media, None)),
        json if json.ends_with("+json") => {
            if no_schema {
                media["schema"] = json!({});
            }
            Some((JSON, media, Some(Sent::As(name.to_owned()))))
        }
        MULTIPART => {
            let form = form(prepared, &media)?;
            let component = free(prepared, &format!("{}Form", id.to_upper_camel_case()));
            add_component(prepared, &component, form);
            let file = json!({
                "type": "object",
                "description": "A file of a multipart form.",
                "required": ["bytes"],
                "properties": {
                    "fileName": { "type": "string", "description": "The name that it is sent under." },
                    "contentType": { "type": "string", "description": "Its media type." },
                    "bytes": {
                        "type": "array",
                        "description": "What is in it.",
                        "items": { "type": "integer", "format": "uint8", "minimum": 0, "maximum": 255 },
                    },
                },
            });
            add_component(prepared, FILE, file);
            prepared.log("multipart", &at, format!("{component} is sent as a multipart form"));
            let reference = pointer::to_component("schemas", &component);
            let media = json!({ "schema": { "$ref": reference } });
            Some((JSON, media, Some(Sent::Multipart(component))))
        }
        other => {
            prepared.log("bytes", &at, format!("{other} is sent as bytes"));
            let media = json!({ "schema": { "type": "string", "format": "binary" } });
            let sent = (other != BYTES).then(|| Sent::As(name.to_owned()));
            Some((BYTES, media, sent))
        }
    }
}

/// The schema of a form, its files as [`FILE`]s. One without fields cannot be filled in.
fn form(prepared: &Prepared, media: &Value) -> Option<Value> {
    let mut schema = resolved(&prepared.document, media.get("schema")?).clone();
    let file = || json!({ "$ref": pointer::to_component("schemas", FILE) });
    let is_file = |schema: &Value| {
        let schema = resolved(&prepared.document, schema);
        schema.get("format").and_then(Value::as_str) == Some("binary")
    };
    let fields = schema.get_mut("properties")?.as_object_mut()?;
    for (_, field) in fields.iter_mut() {
        if is_file(field) {
            *field = file();
        } else if field.get("items").is_some_and(is_file) {
            field["items"] = file();
        }
    }
    (!fields.is_empty()).then_some(schema)
}
