//! Request bodies that progenitor refuses: multipart forms, media types that it does not know, and
//! more than one of them. It is given JSON, a form or bytes; the refine stage sends what was meant.

use serde_json::{Map, Value, json};

use super::{Prepared, components, resolved};
use crate::change::LeftOut;
use crate::generate::names::method_name;
use crate::generate::operation_id;
use crate::media_type::essence;
use crate::normalize::{Operation, operations};
use crate::pointer;

/// How the body of an operation is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// As a multipart form.
    Multipart(Form),
    /// As a url-encoded form. Fields are written in a style, exploded or not, or as JSON.
    UrlEncoded(Vec<(String, String, bool)>),
    /// As progenitor does, under this media type.
    As(String),
}

/// What a multipart form is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The component that has its fields.
    pub component: String,
    /// The component that stands for a file.
    pub file: String,
    /// Media types of parts, by field.
    pub media: Vec<(String, String)>,
}

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// Prepares the body of every operation.
pub(super) fn prepare(prepared: &mut Prepared) {
    let mut file = None;
    for operation in operations(&prepared.document) {
        let at = format!("{}/requestBody", operation.pointer());
        let Some(body) = prepared.document.pointer(&at) else { continue };
        let mut body = resolved(&prepared.document, body).clone();
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
        let mut given = Given { prepared, operation: &operation, id: &id, file: &mut file };
        let (sent_as, media, sent) = given.instead(&name, media);
        body["content"] = json!({ sent_as: media });
        if let Some(place) = prepared.document.pointer_mut(&at) {
            *place = body;
        }
        prepared.sent.extend(sent.map(|sent| (method_name(&id), sent)));
    }
}

/// The media type that says most of what is sent.
fn best(content: &Map<String, Value>) -> Option<(String, Value)> {
    let rank = |name: &str| match essence(name).as_str() {
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

/// What progenitor is given for the body of one operation.
struct Given<'p> {
    prepared: &'p mut Prepared,
    operation: &'p Operation,
    id: &'p str,
    /// The component that stands for files, once there is one.
    file: &'p mut Option<String>,
}

impl Given<'_> {
    /// The media type that progenitor is given, and what is sent instead.
    fn instead(&mut self, name: &str, media: Value) -> (&'static str, Value, Option<Sent>) {
        let at = self.operation.pointer();
        let encoding = media.get("encoding").and_then(Value::as_object).cloned();
        let encoding = encoding.unwrap_or_default();
        if encoding.values().any(|encoding| encoding.get("headers").is_some()) {
            self.prepared.loosen("encoding", &at, "the headers of a part are not sent");
        }
        let schema = media.get("schema").cloned().unwrap_or_else(|| json!({}));
        match essence(name).as_str() {
            JSON => (JSON, json!({ "schema": schema }), None),
            json if json.ends_with("+json") => {
                (JSON, json!({ "schema": schema }), Some(Sent::As(name.to_owned())))
            }
            FORM => {
                let schema = if schema == json!({}) { json!({ "type": "object" }) } else { schema };
                let written = encoding.iter().filter_map(|(field, encoding)| {
                    let (style, explode) = written(encoding)?;
                    Some((field.clone(), style, explode))
                });
                (FORM, json!({ "schema": schema }), Some(Sent::UrlEncoded(written.collect())))
            }
            MULTIPART => {
                let form = self.form(&schema, &encoding);
                let reference = pointer::to_component("schemas", &form.component);
                let note = format!("{} is sent as a multipart form", form.component);
                self.prepared.log("multipart", &at, note);
                let media = json!({ "schema": { "$ref": reference } });
                (JSON, media, Some(Sent::Multipart(form)))
            }
            other => {
                self.prepared.log("bytes", &at, format!("{other} is sent as bytes"));
                let media = json!({ "schema": { "type": "string", "format": "binary" } });
                let sent = (other != BYTES).then(|| Sent::As(name.to_owned()));
                (BYTES, media, sent)
            }
        }
    }

    fn form(&mut self, schema: &Value, encoding: &Map<String, Value>) -> Form {
        let file = self.file();
        let reference = json!({ "$ref": pointer::to_component("schemas", &file) });
        let document = &self.prepared.document;
        let is_file = |schema: &Value| {
            let schema = resolved(document, schema);
            schema.get("format").and_then(Value::as_str) == Some("binary")
        };
        let mut fields = Fields::default();
        fields.collect(document, schema, 0);
        for (_, field) in fields.properties.iter_mut() {
            if is_file(field) {
                *field = reference.clone();
            } else if field.get("items").is_some_and(is_file) {
                field["items"] = reference.clone();
            }
        }
        let form = if fields.properties.is_empty() {
            // Nothing is known of the fields, so each is what a part can be.
            json!({ "type": "object", "additionalProperties": reference })
        } else {
            let Fields { properties, required, description } = fields;
            json!({
                "type": "object",
                "description": description,
                "properties": properties,
                "required": required,
            })
        };
        let component = components::free(self.prepared, &format!("{}-Form", self.id));
        components::add(self.prepared, &component, form);
        let media = encoding.iter().filter_map(|(field, encoding)| {
            let media = encoding.get("contentType")?.as_str()?;
            let is_one = !media.contains([',', '*']);
            is_one.then(|| (field.clone(), media.to_owned()))
        });
        Form { component, file, media: media.collect() }
    }

    /// The component that stands for a file of a form.
    fn file(&mut self) -> String {
        if let Some(file) = &self.file {
            return file.clone();
        }
        let schema = json!({
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
        let file = components::free(self.prepared, "FilePart");
        components::add(self.prepared, &file, schema);
        self.file.insert(file).clone()
    }
}

/// OpenAPI 3.0.3, section 4.7.15.1: a style goes before a media type.
fn written(encoding: &Value) -> Option<(String, bool)> {
    let text = |key: &str| encoding.get(key).and_then(Value::as_str);
    let explode = encoding.get("explode").and_then(Value::as_bool);
    if text("style").is_some() || explode.is_some() {
        let style = text("style").unwrap_or("form");
        return Some((style.to_owned(), explode.unwrap_or(style == "form")));
    }
    (essence(text("contentType")?) == JSON).then(|| (JSON.to_owned(), false))
}

/// The fields of a form, also of those that it is made up of.
#[derive(Default)]
struct Fields {
    properties: Map<String, Value>,
    required: Vec<Value>,
    description: Value,
}

impl Fields {
    fn collect(&mut self, document: &Value, schema: &Value, depth: usize) {
        let schema = resolved(document, schema);
        // A cycle of parts has been refused before.
        if depth > 32 {
            return;
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.collect(document, part, depth + 1);
        }
        let own = schema.get("properties").and_then(Value::as_object);
        self.properties.extend(own.into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())));
        let required = schema.get("required").and_then(Value::as_array);
        self.required.extend(required.into_iter().flatten().cloned());
        let text = schema.get("description").filter(|text| text.is_string());
        self.description = text.cloned().unwrap_or_else(|| json!("A form."));
    }
}
