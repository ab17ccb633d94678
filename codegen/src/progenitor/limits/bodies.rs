//! Request bodies that progenitor refuses: multipart forms, media types that it does not know, and
//! several media types. `prepare` declares JSON, a form or bytes; `finish` encodes the body as the
//! document says.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::{Map, Value, json};
use syn::{Expr, ExprMethodCall, File, Item, ItemStruct, parse_quote};

use super::{Prepared, components, decimals, forms, parameters, resolve};
use crate::bounds::MAX_FORM_MERGE_DEPTH;
use crate::document::media_type::{FORM, JSON, essence, is_json};
use crate::document::operations::Operation;
use crate::document::pointer;
use crate::document::set;
use crate::error::{Result, Stage};
use crate::progenitor::names::{method_name, type_name};
use crate::progenitor::schema::{reference_to, text};
use crate::progenitor::{Code, shape};
use crate::report::{LeftOut, Log, Rule};

pub(in crate::progenitor) const MULTIPART_FORM: Rule = Rule::translated(
    "multipart",
    "`multipart/form-data`",
    "a type with a field a part; files are `FilePart`s",
);
pub(in crate::progenitor) const AS_BYTES: Rule =
    Rule::translated("bytes", "other media types of a body", "bytes under that name");
pub(in crate::progenitor) const BODY: Rule = Rule::translated(
    "body",
    "`+json`, url-encoded and multipart bodies",
    "sent under their own names, and encoded as documented",
);
pub(in crate::progenitor) const PART_HEADERS: Rule = Rule::loosened(
    "encoding",
    "`headers`, `style`, `explode` and `allowReserved` of a part",
    "none",
);
pub(in crate::progenitor) const OTHER_MEDIA_TYPE: Rule = Rule::left_out(
    "body",
    "several media types of a body",
    "all but one: JSON, then a form, then bytes",
);

/// How the body of an operation is encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyEncoding {
    /// As a multipart form.
    Multipart(Form),
    /// As a url-encoded form. Some fields are serialized in a style, exploded or not, or as JSON.
    UrlEncoded(Vec<(String, String, bool)>),
    /// As progenitor does, with another media type.
    MediaType(String),
}

/// A multipart form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The component that has its fields.
    pub component: String,
    /// The component that stands for a file.
    pub file: String,
    /// Fields whose parts are a file or something else.
    pub any: BTreeSet<String>,
    /// Whether that is true of fields without a name of their own.
    pub rest_is_any: bool,
    /// Fields, and the media types of their parts.
    pub media_types: BTreeMap<String, String>,
}

const BYTES: &str = "application/octet-stream";
const MULTIPART: &str = "multipart/form-data";

/// Prepares the body of every operation.
pub(super) fn prepare(prepared: &mut Prepared) {
    let mut file = None;
    for (operation, id) in prepared.operations() {
        let at = format!("{}/requestBody", operation.pointer());
        let Some(body) = prepared.document.pointer(&at) else { continue };
        let mut body = resolve(&prepared.document, body).clone();
        let Some(content) = body.get("content").and_then(Value::as_object) else { continue };
        let Some((name, media)) = most_specific(content) else { continue };
        for other in content.keys().filter(|other| **other != name) {
            let place = pointer::join(&format!("{at}/content"), other);
            let reason = format!("a body is sent as {name}");
            let (rule, operation) = (&OTHER_MEDIA_TYPE, operation.label());
            prepared.left_out.push(LeftOut { rule, operation, place, reason });
        }
        let mut request_body =
            RequestBody { prepared, operation: &operation, id: &id, file: &mut file };
        let (declared_as, media, encoding) = request_body.declare(&name, media);
        set(&mut body, "content", json!({ declared_as: media }));
        prepared.set(&at, body);
        prepared.plan.bodies.extend(encoding.map(|encoding| (method_name(&id), encoding)));
    }
}

/// The media type that tells most of the body's shape.
fn most_specific(content: &Map<String, Value>) -> Option<(String, Value)> {
    let rank = |name: &str| match essence(name).as_str() {
        JSON => 0,
        name if is_json(name) => 1,
        MULTIPART => 2,
        FORM => 3,
        BYTES => 4,
        "text/plain" => 5,
        _ => 6,
    };
    let (name, media) = content.iter().min_by_key(|(name, _)| rank(name))?;
    Some((name.clone(), media.clone()))
}

/// The body of one operation.
struct RequestBody<'p> {
    prepared: &'p mut Prepared,
    operation: &'p Operation,
    id: &'p str,
    /// The component that stands for files, once there is one.
    file: &'p mut Option<String>,
}

/// Makes texts of the decimals of a form.
fn write_fields_as_texts(document: &Value, form: &mut Value) {
    let fields = form.get_mut("properties").and_then(Value::as_object_mut);
    for field in fields.into_iter().flat_map(Map::values_mut) {
        decimals::write_as_text(document, field);
    }
}

impl RequestBody<'_> {
    /// The media type and media type object that progenitor gets, and how the body is to be encoded if
    /// progenitor would do it in another way.
    fn declare(&mut self, name: &str, media: Value) -> (&'static str, Value, Option<BodyEncoding>) {
        let at = self.operation.pointer();
        let encoding = media.get("encoding").and_then(Value::as_object).cloned();
        let encoding = encoding.unwrap_or_default();
        self.tell_unsent(name, &encoding, &at);
        let mut schema = media.get("schema").cloned().unwrap_or_else(|| json!({}));
        let (declared_as, encoding) = match essence(name).as_str() {
            JSON if name == JSON => (JSON, None),
            json if is_json(json) => (JSON, Some(BodyEncoding::MediaType(name.to_owned()))),
            FORM => {
                if schema == json!({}) {
                    schema = json!({ "type": "object" });
                }
                self.write_decimals_as_texts(&mut schema);
                let styled = encoding.iter().filter_map(|(field, encoding)| {
                    let (style, explode) = style(encoding)?;
                    Some((field.clone(), style, explode))
                });
                (FORM, Some(BodyEncoding::UrlEncoded(styled.collect())))
            }
            MULTIPART => {
                let form = self.form(&schema, &encoding);
                let note = format!("{} is sent as a multipart form", form.component);
                self.prepared.log.add(&MULTIPART_FORM, &at, note);
                schema = reference_to(&form.component);
                (JSON, Some(BodyEncoding::Multipart(form)))
            }
            other => {
                self.prepared.log.add(&AS_BYTES, &at, format!("{other} is sent as bytes"));
                schema = json!({ "type": "string", "format": "binary" });
                (BYTES, (other != BYTES).then(|| BodyEncoding::MediaType(name.to_owned())))
            }
        };
        (declared_as, json!({ "schema": schema }), encoding)
    }

    /// What is said of a field or a part, and has no effect.
    fn tell_unsent(&mut self, media_type: &str, encoding: &Map<String, Value>, at: &str) {
        let of_form: &[&str] = match essence(media_type).as_str() {
            // Fields of a form have a style, and no headers.
            FORM => &["headers", "allowReserved"],
            _ => &["headers", "style", "explode", "allowReserved"],
        };
        for (field, encoding) in encoding {
            for key in of_form.iter().filter(|key| encoding.get(**key).is_some()) {
                let note = format!("`{key}` of `{field}` has no effect");
                self.prepared.log.add(&PART_HEADERS, at, note);
            }
        }
    }

    /// Makes texts of the decimals of a form, which has no numbers. Its schema stays what it is if it has none.
    fn write_decimals_as_texts(&self, schema: &mut Value) {
        let document = &self.prepared.document;
        let mut unused = Log::new(Stage::Generate);
        let before = forms::fields(document, schema, &mut unused, "");
        let mut after = before.clone();
        write_fields_as_texts(document, &mut after);
        if after != before {
            *schema = after;
        }
    }

    /// Adds a component with the fields of a form, where files are of a type of their own.
    fn form(&mut self, schema: &Value, encoding: &Map<String, Value>) -> Form {
        let file = self.file();
        let reference = reference_to(&file);
        let at = self.operation.pointer();
        let Prepared { document, log, .. } = &mut *self.prepared;
        let mut form = forms::fields(document, schema, log, &at);
        write_fields_as_texts(document, &mut form);
        let files = forms::declare_files(document, &mut form, &reference);
        forms::tell(&files, log, &at);
        let any = files.into_iter().filter(|(_, kind)| kind.other).map(|(name, _)| name).collect();
        let rest = form.get("additionalProperties");
        let rest = rest.map(|rest| forms::kind(document, rest, MAX_FORM_MERGE_DEPTH));
        if rest.is_some_and(|rest| rest.file) {
            let rest = rest.unwrap_or_default().declared(&reference, None);
            set(&mut form, "additionalProperties", rest);
        } else if form.get("properties") == Some(&json!({})) {
            // The fields are unknown: each may be whatever a part can be.
            form = json!({ "type": "object", "additionalProperties": reference });
        }
        let rest_is_any = rest.is_none_or(|rest| !rest.file || rest.other);
        let component = components::add_as(self.prepared, &format!("{}-Form", self.id), form);
        let media_types = forms::media_types(encoding, &mut self.prepared.log, &at);
        Form { component, file, any, rest_is_any, media_types }
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
        self.file.insert(components::add_as(self.prepared, "FilePart", schema)).clone()
    }
}

/// The style of a field, and whether it is exploded; JSON if that is its media type. OpenAPI 3.0.3,
/// section 4.7.15.1: a style overrides a media type.
fn style(encoding: &Value) -> Option<(String, bool)> {
    let explode = encoding.get("explode").and_then(Value::as_bool);
    if text(encoding, "style").is_some() || explode.is_some() {
        let style = text(encoding, "style").unwrap_or("form");
        return Some((style.to_owned(), explode.unwrap_or(style == "form")));
    }
    (essence(text(encoding, "contentType")?) == JSON).then(|| (JSON.to_owned(), false))
}

/// Encodes each body as the plan says.
///
/// # Errors
/// An operation without the call that progenitor is known to generate for a body.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let bodies = &code.plan.bodies;
    let mut rewritten = BTreeSet::new();
    for (operation, send) in shape::sends(code.file) {
        let Some((_, encoding)) = bodies.iter().find(|(id, _)| *id == operation) else { continue };
        shape::each_expression(&mut send.block, |expression| {
            let new = match expression {
                Expr::MethodCall(call) => encoded(call, encoding),
                Expr::Try(attempt) => url_encoded(&attempt.expr, encoding),
                _ => None,
            };
            if let Some(new) = new {
                *expression = new;
                rewritten.insert(operation.clone());
            }
        });
    }
    for (operation, encoding) in bodies {
        let (limit, note) = encoding.told();
        if !rewritten.contains(operation) {
            return Err(shape::no_place_in(limit, operation));
        }
        log.add(&BODY, operation, note);
    }
    let forms = bodies.iter().filter_map(|(_, encoding)| match encoding {
        BodyEncoding::Multipart(form) => Some((type_name(&form.component), form)),
        _ => None,
    });
    declare_forms(code.file, &forms.collect())?;
    if bodies.iter().any(|(_, encoding)| matches!(encoding, BodyEncoding::UrlEncoded(_))) {
        parameters::declare_helpers(code.file);
    }
    Ok(())
}

/// Implements `to_form` for the types that have the fields of a form.
///
/// # Errors
/// A form without such a type.
fn declare_forms(file: &mut File, forms: &BTreeMap<String, &Form>) -> Result<()> {
    let Some(file_part) = forms.values().next().map(|form| type_name(&form.file)) else {
        return Ok(());
    };
    let mut missing: BTreeSet<_> = forms.keys().collect();
    if let Some(types) = shape::module(&mut file.items, "types") {
        let (mut implementations, mut has_files) = (Vec::new(), false);
        for item in shape::structs(types) {
            has_files |= item.ident == file_part;
            if let Some((name, form)) = forms.get_key_value(&item.ident.to_string()) {
                missing.remove(name);
                implementations.push(to_form(item, form));
            }
        }
        types.append(&mut implementations);
        // Where no form has a file, there is no type that stands for one.
        let is_there = |item: &Item| has_files || !matches!(item, Item::Impl(_));
        types.extend(helpers(&file_part).into_iter().filter(is_there));
    }
    match missing.first() {
        Some(name) => Err(shape::no_place("multipart", name)),
        None => Ok(()),
    }
}

impl BodyEncoding {
    /// The limit of progenitor, and what is done instead.
    fn told(&self) -> (&'static str, String) {
        match self {
            Self::Multipart(_) => ("multipart", "sent as a multipart form".to_owned()),
            Self::UrlEncoded(_) => ("form", "sent as a url-encoded form".to_owned()),
            Self::MediaType(media_type) => ("media-type", format!("sent as {media_type}")),
        }
    }
}

/// In place of `request.form_urlencoded(&body)?`, which refuses lists and objects.
fn url_encoded(call: &Expr, encoding: &BodyEncoding) -> Option<Expr> {
    let (Expr::MethodCall(call), BodyEncoding::UrlEncoded(styles)) = (call, encoding) else {
        return None;
    };
    if call.method != "form_urlencoded" {
        return None;
    }
    let (receiver, body) = (&call.receiver, &call.args);
    let styles = styles.iter();
    let styles = styles.map(|(field, style, explode)| quote! { (#field, #style, #explode) });
    Some(parse_quote! {
        #receiver
            .header(
                ::reqwest::header::CONTENT_TYPE,
                ::reqwest::header::HeaderValue::from_static(#FORM),
            )
            .body(super::parameters::form(#body, &[#(#styles),*]).map_err(Error::InvalidRequest)?)
    })
}

/// In place of the call that sends a body as JSON or bytes.
fn encoded(call: &ExprMethodCall, encoding: &BodyEncoding) -> Option<Expr> {
    let (receiver, arguments) = (&call.receiver, &call.args);
    let is_json = call.method == "json";
    match encoding {
        BodyEncoding::Multipart(_) if is_json => Some(parse_quote! {
            types::with_form(#receiver, body.to_form().map_err(Error::InvalidRequest)?)
        }),
        BodyEncoding::MediaType(name) if is_json || shape::is_content_type_of_bytes(call) => {
            let json = is_json.then(|| quote! { .json(#arguments) });
            Some(parse_quote! {
                #receiver.header(
                    ::reqwest::header::CONTENT_TYPE,
                    ::reqwest::header::HeaderValue::from_static(#name),
                ) #json
            })
        }
        _ => None,
    }
}

/// `fn to_form`, which adds a part for each field.
fn to_form(item: &ItemStruct, form: &Form) -> Item {
    let parts: Vec<_> = match &item.fields {
        syn::Fields::Named(fields) => fields.named.iter().map(|field| part(field, form)).collect(),
        syn::Fields::Unnamed(fields) => {
            let types = fields.unnamed.iter().map(|field| &field.ty);
            types.map(|ty| rest(ty, &quote!(self.0), form)).collect()
        }
        syn::Fields::Unit => Vec::new(),
    };
    let name = &item.ident;
    parse_quote! {
        impl #name {
            /// The multipart form that is sent, if it has a part.
            #[allow(unused_mut)]
            pub(crate) fn to_form(
                &self,
            ) -> ::std::result::Result<
                ::std::option::Option<::reqwest::multipart::Form>,
                ::std::string::String,
            > {
                let mut form = ::std::option::Option::None;
                #(#parts)*
                Ok(form)
            }
        }
    }
}

/// The statement that adds the parts of fields without a name of their own.
fn rest(ty: &syn::Type, map: &TokenStream, form: &Form) -> TokenStream {
    let has = |name: &str| shape::mentions(ty, name);
    let to_part = match form.rest_is_any {
        true => quote!(to_any_part(None)),
        false => quote!(to_part(None)),
    };
    match (has(&type_name(&form.file)), has("Vec")) {
        (true, false) => quote! {
            for (name, part) in &#map {
                form = add_part(form, ::std::string::ToString::to_string(name), part.#to_part?);
            }
        },
        (true, true) => quote! {
            for (name, parts) in &#map {
                for part in parts {
                    form = add_part(form, ::std::string::ToString::to_string(name), part.#to_part?);
                }
            }
        },
        (false, _) => quote! {
            for (name, value) in &#map {
                let name = ::std::string::ToString::to_string(name);
                form = add_to_form(form, name, None, value)?;
            }
        },
    }
}

/// The statement that adds the part of a field.
fn part(field: &syn::Field, form: &Form) -> TokenStream {
    let name = shape::wire_name(field);
    let ident = &field.ident;
    if field.attrs.iter().any(|attribute| shape::serde_says(attribute, "flatten")) {
        return rest(&field.ty, &quote!(self.#ident), form);
    }
    let media = match form.media_types.get(&name) {
        Some(media_type) => quote!(Some(#media_type)),
        None => quote!(None),
    };
    let to_part = match form.any.contains(&name) {
        true => quote!(to_any_part(#media)),
        false => quote!(to_part(#media)),
    };
    let ty = &field.ty;
    let has = |name: &str| shape::mentions(ty, name);
    match (has(&type_name(&form.file)), has("Option"), has("Vec")) {
        (false, ..) => quote! { form = add_to_form(form, #name, #media, &self.#ident)?; },
        (true, false, false) => quote! { form = add_part(form, #name, self.#ident.#to_part?); },
        (true, true, false) => quote! {
            if let Some(file) = &self.#ident {
                form = add_part(form, #name, file.#to_part?);
            }
        },
        (true, false, true) => quote! {
            for file in &self.#ident {
                form = add_part(form, #name, file.#to_part?);
            }
        },
        (true, true, true) => quote! {
            for file in self.#ident.iter().flatten() {
                form = add_part(form, #name, file.#to_part?);
            }
        },
    }
}

/// The functions that `to_form` calls.
fn helpers(file: &str) -> Vec<Item> {
    let text = include_str!("../emitted/multipart.rs");
    let text = text.replace("super::FilePart", file).replace("super::reqwest", "::reqwest");
    shape::emitted(&text).items
}
