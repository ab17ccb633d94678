//! Request bodies that progenitor refuses: multipart forms, media types that it does not know, and
//! more than one of them. It is given JSON, a form or bytes; the refine stage sends what was meant.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value, json};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, File, ImplItemFn, Item, ItemStruct, Type, parse_quote};

use super::{Prepared, components, parameters, resolve};
use crate::document::media_type::{FORM, JSON, essence};
use crate::document::operations::{Operation, operations};
use crate::document::pointer;
use crate::error::Result;
use crate::progenitor::names::{method_name, type_name};
use crate::progenitor::{Code, shape};
use crate::report::{LeftOut, Log};

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

const BYTES: &str = "application/octet-stream";
const MULTIPART: &str = "multipart/form-data";

/// Prepares the body of every operation.
pub(super) fn prepare(prepared: &mut Prepared) {
    let mut file = None;
    for operation in operations(&prepared.document) {
        let at = format!("{}/requestBody", operation.pointer());
        let Some(body) = prepared.document.pointer(&at) else { continue };
        let mut body = resolve(&prepared.document, body).clone();
        let Some(id) = operation.id(&prepared.document).map(str::to_owned) else {
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
        let mut body_of = Body { prepared, operation: &operation, id: &id, file: &mut file };
        let (sent_as, media, sent) = body_of.replacement(&name, media);
        body["content"] = json!({ sent_as: media });
        if let Some(place) = prepared.document.pointer_mut(&at) {
            *place = body;
        }
        prepared.plan.sent.extend(sent.map(|sent| (method_name(&id), sent)));
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
struct Body<'p> {
    prepared: &'p mut Prepared,
    operation: &'p Operation,
    id: &'p str,
    /// The component that stands for files, once there is one.
    file: &'p mut Option<String>,
}

impl Body<'_> {
    /// The media type that progenitor is given, and what is sent instead.
    fn replacement(&mut self, name: &str, media: Value) -> (&'static str, Value, Option<Sent>) {
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
            let schema = resolve(document, schema);
            schema.get("format").and_then(Value::as_str) == Some("binary")
        };
        let mut fields = FormFields::default();
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
            let FormFields { properties, required, description } = fields;
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
struct FormFields {
    properties: Map<String, Value>,
    required: Vec<Value>,
    description: Value,
}

impl FormFields {
    fn collect(&mut self, document: &Value, schema: &Value, depth: usize) {
        let schema = resolve(document, schema);
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

/// Sends each body as its operation says.
///
/// # Errors
/// An operation whose body is sent in a way that is not known.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let sent = &code.plan.sent;
    let mut calls = Calls { sent, current: None, done: BTreeSet::new() };
    calls.visit_file_mut(code.file);
    let done = calls.done;
    for (operation, how) in sent {
        if !done.contains(operation) {
            return Err(shape::no_place_in(how.limit(), operation));
        }
        log.add("body", operation, how.note());
    }
    let forms = sent.iter().filter_map(|(_, how)| match how {
        Sent::Multipart(form) => Some((type_name(&form.component), form)),
        _ => None,
    });
    declare_forms(code.file, &forms.collect())?;
    if sent.iter().any(|(_, how)| matches!(how, Sent::UrlEncoded(_))) {
        parameters::declare_helpers(code.file);
    }
    Ok(())
}

/// Adds what makes forms of the types that have their fields.
///
/// # Errors
/// A form without such a type.
fn declare_forms(file: &mut File, forms: &BTreeMap<String, &Form>) -> Result<()> {
    let Some(file_part) = forms.values().next().map(|form| type_name(&form.file)) else {
        return Ok(());
    };
    let types = shape::module(&mut file.items, "types").into_iter();
    let mut missing: BTreeSet<_> = forms.keys().collect();
    let mut made = Vec::new();
    for types in types {
        for item in types.iter() {
            if let Item::Struct(item) = item
                && let Some((name, form)) = forms.get_key_value(&item.ident.to_string())
            {
                missing.remove(name);
                made.push(to_form(item, form));
            }
        }
        types.append(&mut made);
        types.extend(helpers(&file_part));
    }
    match missing.first() {
        Some(name) => Err(shape::no_place("multipart", name)),
        None => Ok(()),
    }
}

impl Sent {
    fn limit(&self) -> &'static str {
        match self {
            Self::Multipart(_) => "multipart",
            Self::UrlEncoded(_) => "form",
            Self::As(_) => "media-type",
        }
    }

    fn note(&self) -> String {
        match self {
            Self::Multipart(_) => "sent as a multipart form".to_owned(),
            Self::UrlEncoded(_) => "sent as a url-encoded form".to_owned(),
            Self::As(media_type) => format!("sent as {media_type}"),
        }
    }
}

struct Calls<'p> {
    sent: &'p [(String, Sent)],
    current: Option<&'p (String, Sent)>,
    /// The operations whose body is sent as it has to be.
    done: BTreeSet<String>,
}

impl VisitMut for Calls<'_> {
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let id = shape::operation_of(&function.block);
        self.current = self.sent.iter().find(|(operation, _)| Some(operation) == id.as_ref());
        visit_mut::visit_impl_item_fn_mut(self, function);
        self.current = None;
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Some((operation, sent)) = self.current else { return };
        let new = match expression {
            Expr::MethodCall(call) => replaced(call, sent),
            Expr::Try(attempt) => url_encoded(&attempt.expr, sent),
            _ => None,
        };
        if let Some(new) = new {
            *expression = new;
            self.done.insert(operation.clone());
        }
    }
}

/// `request.form_urlencoded(&body)?`, which refuses lists and objects.
fn url_encoded(call: &Expr, sent: &Sent) -> Option<Expr> {
    let (Expr::MethodCall(call), Sent::UrlEncoded(written)) = (call, sent) else { return None };
    if call.method != "form_urlencoded" {
        return None;
    }
    let (receiver, body) = (&call.receiver, &call.args);
    let written =
        written.iter().map(|(field, style, explode)| quote! { (#field, #style, #explode) });
    Some(parse_quote! {
        #receiver.form(
            &super::parameters::form(#body, &[#(#written),*]).map_err(Error::InvalidRequest)?,
        )
    })
}

fn replaced(call: &ExprMethodCall, sent: &Sent) -> Option<Expr> {
    let (receiver, arguments) = (&call.receiver, &call.args);
    match sent {
        Sent::Multipart(_) if call.method == "json" => Some(
            parse_quote! { #receiver.multipart(body.to_form().map_err(Error::InvalidRequest)?) },
        ),
        Sent::As(media_type) if call.method == "json" => Some(parse_quote! {
            #receiver
                .header(
                    ::reqwest::header::CONTENT_TYPE,
                    ::reqwest::header::HeaderValue::from_static(#media_type),
                )
                .json(#arguments)
        }),
        Sent::As(media_type) if shape::is_content_type_of_bytes(call) => Some(parse_quote! {
            #receiver.header(
                ::reqwest::header::CONTENT_TYPE,
                ::reqwest::header::HeaderValue::from_static(#media_type),
            )
        }),
        _ => None,
    }
}

/// `fn to_form`, which adds a part a field.
fn to_form(item: &ItemStruct, form: &Form) -> Item {
    let parts: Vec<_> = match &item.fields {
        syn::Fields::Named(fields) => fields.named.iter().map(|field| part(field, form)).collect(),
        _ => vec![quote! {
            for (name, part) in &self.0 {
                form = form.part(name.clone(), part.to_any_part()?);
            }
        }],
    };
    let name = &item.ident;
    parse_quote! {
        impl #name {
            /// The multipart form that is sent.
            #[allow(unused_mut)]
            pub(crate) fn to_form(
                &self,
            ) -> ::std::result::Result<::reqwest::multipart::Form, ::std::string::String> {
                let mut form = ::reqwest::multipart::Form::new();
                #(#parts)*
                Ok(form)
            }
        }
    }
}

fn part(field: &syn::Field, form: &Form) -> TokenStream {
    let name = shape::wire_name(field);
    let ident = &field.ident;
    let media = form.media.iter().find(|(field, _)| *field == name).map(|(_, media)| media);
    let media = media.map_or_else(|| quote!(None), |media| quote!(Some(#media)));
    match part_of(&field.ty, &type_name(&form.file)) {
        Part::File => quote! { form = form.part(#name, self.#ident.to_part(#media)?); },
        Part::OptionalFile => quote! {
            if let Some(file) = &self.#ident {
                form = form.part(#name, file.to_part(#media)?);
            }
        },
        Part::Files => quote! {
            for file in &self.#ident {
                form = form.part(#name, file.to_part(#media)?);
            }
        },
        Part::OptionalFiles => quote! {
            for file in self.#ident.iter().flatten() {
                form = form.part(#name, file.to_part(#media)?);
            }
        },
        Part::Value => quote! { form = add_to_form(form, #name, #media, &self.#ident)?; },
    }
}

enum Part {
    File,
    OptionalFile,
    Files,
    OptionalFiles,
    Value,
}

fn part_of(ty: &Type, file: &str) -> Part {
    let text = quote!(#ty).to_string();
    let has = |name: &str| text.split_whitespace().any(|word| word == name);
    match (has(file), has("Option"), has("Vec")) {
        (false, ..) => Part::Value,
        (true, false, false) => Part::File,
        (true, true, false) => Part::OptionalFile,
        (true, false, true) => Part::Files,
        (true, true, true) => Part::OptionalFiles,
    }
}

/// What all forms of a client are made with.
fn helpers(file: &str) -> Vec<Item> {
    let text = include_str!("../emitted/multipart.rs");
    let text = text.replace("super::FilePart", file).replace("super::reqwest", "::reqwest");
    shape::emitted(&text).items
}
