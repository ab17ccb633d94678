//! Progenitor asserts that all successes of an operation have one type, and all its errors. Where
//! they differ, it is given one name for all of them; the refine stage makes that name an enum with
//! a variant a status.

use std::collections::{BTreeMap, BTreeSet};

use quote::{format_ident, quote};
use serde_json::{Map, Value, json};
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, Expr, ImplItemFn, Item, Type, parse_quote};

use super::{Prepared, components, resolve};
use crate::document::operations::{Operation, operations};
use crate::document::pointer;
use crate::error::Result;
use crate::progenitor::names::{method_name, type_name};
use crate::progenitor::{Code, shape};
use crate::report::{LeftOut, Log};

const LIMIT: &str = "several-responses";

/// The answers of an operation that differ by status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseUnion {
    /// The operation's id, in snake case.
    pub operation: String,
    /// The name of the enum.
    pub name: String,
    /// Whether these are its errors.
    pub is_error: bool,
    /// The variants by their status: `200`, `4XX`, `default`.
    pub variants: Vec<(String, Answer)>,
}

/// What an answer holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// JSON of a component, by its name.
    Json(String),
    /// Bytes of any other media type.
    Bytes,
    /// Nothing.
    Empty,
}

/// The media type that progenitor knows as JSON.
const JSON: &str = "application/json";

/// Prepares the responses of every operation.
pub(super) fn prepare(prepared: &mut Prepared) {
    for operation in operations(&prepared.document) {
        let at = format!("{}/responses", operation.pointer());
        let Some(id) = operation.id(&prepared.document).map(str::to_owned) else {
            continue;
        };
        inline(prepared, &at);
        leave_out_upgrades(prepared, &operation, &at);
        empty(prepared, &operation.method, &at);
        name_json(prepared, &at);
        split_default(prepared, &at);
        for is_error in [false, true] {
            unite(prepared, &at, &id, is_error);
        }
    }
}

/// Responses that are components are taken in, since an operation changes its own only.
fn inline(prepared: &mut Prepared, at: &str) {
    let Some(Value::Object(responses)) = prepared.document.pointer(at).cloned() else { return };
    let taken = responses.into_iter().map(|(status, response)| {
        let response = resolve(&prepared.document, &response).clone();
        (status, response)
    });
    let taken: Map<_, _> = taken.collect();
    if let Some(responses) = prepared.document.pointer_mut(at) {
        *responses = taken.into();
    }
}

/// A connection that becomes another is no answer that a client of this kind can have.
fn leave_out_upgrades(prepared: &mut Prepared, operation: &Operation, at: &str) {
    let Some(Value::Object(responses)) = prepared.document.pointer_mut(at) else { return };
    let upgrades = responses.keys().filter(|status| status.starts_with('1'));
    let upgrades: Vec<_> = upgrades.cloned().collect();
    responses.retain(|status, _| !status.starts_with('1'));
    for status in upgrades {
        prepared.left_out.push(LeftOut {
            operation: operation.label(),
            place: pointer::join(at, &status),
            reason: "a connection that is upgraded".to_owned(),
        });
    }
}

/// HTTP sends no body with these, whatever a page shows: reading one would make a success fail.
/// RFC 9110, sections 9.3.2, 15.3.5, 15.3.6 and 15.4.5.
const WITHOUT_BODY: [&str; 3] = ["204", "205", "304"];

fn empty(prepared: &mut Prepared, method: &str, at: &str) {
    let Some(Value::Object(responses)) = prepared.document.pointer_mut(at) else { return };
    let mut emptied = Vec::new();
    for (status, response) in responses {
        let is_empty = method == "head" || WITHOUT_BODY.contains(&status.as_str());
        let content = response.get_mut("content").and_then(Value::as_object_mut);
        if let Some(content) = content.filter(|content| is_empty && !content.is_empty()) {
            content.clear();
            emptied.push(status.clone());
        }
    }
    for status in emptied {
        prepared.log(
            "no-content",
            &pointer::join(at, &status),
            "HTTP has no body here: none is read",
        );
    }
}

/// `application/problem+json` is JSON, and JSON without a schema is any JSON.
fn name_json(prepared: &mut Prepared, at: &str) {
    let mut notes = Vec::new();
    let Some(Value::Object(responses)) = prepared.document.pointer_mut(at) else { return };
    for (status, response) in responses {
        let Some(Value::Object(content)) = response.get_mut("content") else { continue };
        let is_json = |name: &str| {
            let name = name.split(';').next().unwrap_or_default().trim();
            name == JSON || name.ends_with("+json") || name == "text/json"
        };
        let named = content.keys().find(|name| *name == JSON);
        let named = named.or_else(|| content.keys().find(|name| is_json(name))).cloned();
        // An empty object says that there is no content.
        let Some(named) = named else { continue };
        let mut media = content.get(&named).cloned().unwrap_or_default();
        if media.get("schema").is_none() {
            media["schema"] = json!({});
        }
        let others: Vec<_> = content.keys().filter(|name| **name != named).cloned().collect();
        if !others.is_empty() {
            notes.push((status.clone(), format!("read as {named}, not as {}", others.join(", "))));
        }
        *content = Map::from_iter([(JSON.to_owned(), media)]);
    }
    for (status, note) in notes {
        prepared.log("media-type", &pointer::join(at, &status), note);
    }
}

/// Progenitor takes `default` for a success as well as an error. Beside a success it is an error.
fn split_default(prepared: &mut Prepared, at: &str) {
    let Some(Value::Object(responses)) = prepared.document.pointer_mut(at) else { return };
    if !responses.keys().any(|status| status.starts_with('2')) {
        return;
    }
    let Some(default) = responses.shift_remove("default") else { return };
    for range in ["4XX", "5XX"] {
        let is_there = responses.keys().any(|status| status.eq_ignore_ascii_case(range));
        if !is_there {
            responses.insert(range.to_owned(), default.clone());
        }
    }
    let place = pointer::join(at, "default");
    prepared.log("default-response", &place, "stands for 4XX and 5XX");
}

fn unite(prepared: &mut Prepared, at: &str, id: &str, is_error: bool) {
    let Some(Value::Object(responses)) = prepared.document.pointer(at).cloned() else { return };
    let belongs = |status: &String| match status.chars().next() {
        Some('2') => !is_error,
        Some('4' | '5') => is_error,
        _ => status == "default",
    };
    let group: Vec<_> = responses.iter().filter(|(status, _)| belongs(status)).collect();
    let mut shapes: Vec<_> = group.iter().map(|(_, response)| shape(response)).collect();
    shapes.sort();
    shapes.dedup();
    if shapes.len() < 2 {
        return;
    }
    let name = components::free(
        prepared,
        &format!("{id}-{}", if is_error { "Error" } else { "Response" }),
    );
    let mut variants = BTreeMap::new();
    for (status, response) in group {
        let answer = answer(prepared, response, id, status);
        variants.insert(status.clone(), answer);
        let place = pointer::join(at, status);
        let reference = pointer::to_component("schemas", &name);
        if let Some(response) = prepared.document.pointer_mut(&place) {
            response["content"] = json!({ JSON: { "schema": { "$ref": reference } } });
        }
    }
    // Never generated: it is replaced by the enum. It names what the enum is made of.
    let held = variants.iter().filter_map(|(status, answer)| match answer {
        Answer::Json(component) => {
            let reference = pointer::to_component("schemas", component);
            Some((status.clone(), json!({ "$ref": reference })))
        }
        _ => None,
    });
    let held: Map<_, _> = held.collect();
    components::add(prepared, &name, json!({ "type": "object", "properties": held }));
    let count = variants.len();
    prepared.log(LIMIT, at, format!("{name}: {count} answers, told apart by status"));
    prepared.plan.unions.push(ResponseUnion {
        operation: method_name(id),
        name,
        is_error,
        variants: variants.into_iter().collect(),
    });
}

/// What tells responses apart: the schema as text.
fn shape(response: &Value) -> String {
    match response.get("content").and_then(Value::as_object) {
        Some(content) if content.contains_key(JSON) => {
            content[JSON].get("schema").map(Value::to_string).unwrap_or_default()
        }
        Some(content) if !content.is_empty() => "bytes".to_owned(),
        _ => "empty".to_owned(),
    }
}

fn answer(prepared: &mut Prepared, response: &Value, id: &str, status: &str) -> Answer {
    let Some(content) = response.get("content").and_then(Value::as_object) else {
        return Answer::Empty;
    };
    let Some(media) = content.get(JSON) else {
        return if content.is_empty() { Answer::Empty } else { Answer::Bytes };
    };
    let schema = media.get("schema").cloned().unwrap_or_default();
    let named = crate::document::visit::reference(&schema).and_then(pointer::component_of);
    if let Some((_, name)) = named {
        return Answer::Json(name);
    }
    let status = status.to_uppercase();
    let name = components::free(prepared, &format!("{id}-{status}"));
    components::add(prepared, &name, schema);
    Answer::Json(name)
}

/// Adds the enums, and the reading of each status.
///
/// # Errors
/// An operation that does not read one of the statuses in a way that is known.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let unions = &code.plan.unions;
    let mut arms = Arms { unions, current: None, read: BTreeSet::new() };
    arms.visit_file_mut(code.file);
    let read = arms.read;
    for union in unions {
        let is_read = |status: &str| read.contains(&(union.name.clone(), status.to_owned()));
        if let Some((status, _)) = union.variants.iter().find(|(status, _)| !is_read(status)) {
            let subject = format!("the status {status} of {}", union.operation);
            return Err(shape::no_place(LIMIT, &subject).in_operation(&union.operation));
        }
        let statuses: Vec<_> = union.variants.iter().map(|(status, _)| status.as_str()).collect();
        log.add(LIMIT, format!("types::{}", union.name), statuses.join(", "));
    }
    if let Some(types) = shape::module(&mut code.file.items, "types") {
        types.extend(unions.iter().flat_map(declaration));
    }
    Ok(())
}

fn variant(status: &str) -> syn::Ident {
    match status {
        "default" => format_ident!("Default"),
        status => format_ident!("Status{}", status.to_uppercase()),
    }
}

/// The enum. Bytes that are still to come can be neither compared nor shown.
fn declaration(union: &ResponseUnion) -> [Item; 2] {
    let name = format_ident!("{}", union.name);
    let variants = union.variants.iter().map(|(status, answer)| {
        let variant = variant(status);
        let doc = format!("The answer to `{}` with status {status}.", union.operation);
        match content(answer, false) {
            Some(ty) => quote! { #[doc = #doc] #variant(#ty) },
            None => quote! { #[doc = #doc] #variant },
        }
    });
    let shown = union.variants.iter().map(|(status, answer)| {
        let variant = variant(status);
        let text = variant.to_string();
        match answer {
            Answer::Json(_) => quote! {
                Self::#variant(value) => f.debug_tuple(#text).field(value).finish()
            },
            Answer::Bytes => quote! { Self::#variant(_) => f.write_str(#text) },
            Answer::Empty => quote! { Self::#variant => f.write_str(#text) },
        }
    });
    let what = if union.is_error { "errors" } else { "answers" };
    let doc = format!("The {what} of `{}`, by status.", union.operation);
    [
        parse_quote! { #[doc = #doc] pub enum #name { #(#variants,)* } },
        parse_quote! {
            impl ::std::fmt::Debug for #name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    match self { #(#shown,)* }
                }
            }
        },
    ]
}

/// What a variant holds, as the module `types` names it or as others do.
fn content(answer: &Answer, outside: bool) -> Option<Type> {
    match answer {
        Answer::Json(component) => {
            let name = format_ident!("{}", type_name(component));
            Some(if outside { parse_quote!(types::#name) } else { parse_quote!(#name) })
        }
        Answer::Bytes if outside => Some(parse_quote!(ByteStream)),
        Answer::Bytes => Some(parse_quote!(::progenitor_client::ByteStream)),
        Answer::Empty => None,
    }
}

struct Arms<'u> {
    unions: &'u [ResponseUnion],
    /// The operation whose code is being visited, and its error type.
    current: Option<(String, Type)>,
    /// The enums and statuses that have been found.
    read: BTreeSet<(String, String)>,
}

impl VisitMut for Arms<'_> {
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        self.current = shape::operation_of(&function.block)
            .zip(shape::result_types(function).map(|(_, error)| error));
        visit_mut::visit_impl_item_fn_mut(self, function);
        self.current = None;
    }

    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        visit_mut::visit_arm_mut(self, arm);
        let Some((operation, error)) = &self.current else { return };
        let reads = shape::reads(arm);
        let mut unions = self.unions.iter();
        let union =
            unions.find(|union| union.operation == *operation && union.is_error == reads.is_error);
        let status = shape::status(&arm.pat);
        let found = union.and_then(|union| {
            let mut variants = union.variants.iter();
            Some((union, variants.find(|(name, _)| name.eq_ignore_ascii_case(&status))?))
        });
        if let Some((union, (status, answer))) = found
            && reads.a_response
        {
            let read = read(union, status, answer, error);
            *arm.body = if reads.is_error {
                parse_quote! { Err(Error::ErrorResponse(#read)) }
            } else {
                parse_quote! { Ok(#read) }
            };
            self.read.insert((union.name.clone(), status.clone()));
        }
    }
}

fn read(union: &ResponseUnion, status: &str, answer: &Answer, error: &Type) -> Expr {
    let (name, variant) = (format_ident!("{}", union.name), variant(status));
    let value = match answer {
        Answer::Json(_) => {
            let ty = content(answer, true);
            quote! { ResponseValue::<#ty>::from_response::<#error>(response).await? }
        }
        Answer::Bytes => quote! { ResponseValue::stream(response) },
        Answer::Empty => quote! { ResponseValue::empty(response) },
    };
    let make = match answer {
        Answer::Empty => quote! { |()| types::#name::#variant },
        _ => quote! { types::#name::#variant },
    };
    parse_quote! { #value.map::<_, _, Error<#error>>(#make)? }
}
