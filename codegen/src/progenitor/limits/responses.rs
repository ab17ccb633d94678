//! progenitor asserts that all successes of an operation have one type, and all its errors. Where they
//! differ, `prepare` refers to one component in all of them, and `finish` declares an enum of its name,
//! with a variant for each status.

use std::collections::{BTreeMap, BTreeSet};

use quote::{format_ident, quote};
use serde_json::{Map, Value, json};
use syn::{Arm, Expr, Item, Type, parse_quote};

use super::redirects::{self, StandIns};
use super::{Plan, Prepared, components, resolve};
use crate::document::media_type::{JSON, is_json};
use crate::document::operations::Operation;
use crate::document::set;
use crate::document::{pointer, visit};
use crate::error::Result;
use crate::progenitor::names::{method_name, type_name};
use crate::progenitor::schema::reference_to;
use crate::progenitor::{Code, named_operations, shape};
use crate::report::{LeftOut, Log, Rule};

pub(in crate::progenitor) const SEVERAL: Rule = Rule::translated(
    "several-responses",
    "errors, or successes, that differ by status",
    "an enum with a variant a status, each read as what it is",
);
pub(in crate::progenitor) const DEFAULT: Rule = Rule::translated(
    "default-response",
    "`default` beside a success",
    "an error, of any 4xx or 5xx",
);
pub(in crate::progenitor) const NO_CONTENT: Rule = Rule::translated(
    "no-content",
    "a body of 204, 205, 304 or of an answer to `HEAD`",
    "none: HTTP has none there",
);
pub(in crate::progenitor) const MEDIA_TYPE: Rule = Rule::translated(
    "media-type",
    "several media types of a response",
    "JSON, where there is some",
);
pub(in crate::progenitor) const UPGRADE: Rule = Rule::left_out(
    "upgrade",
    "informational responses, such as that of an upgrade",
    "all: this client cannot take over a connection",
);

/// The responses of an operation that differ by status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseUnion {
    /// The operation's id, in snake case.
    pub operation: String,
    /// The name of the enum.
    pub name: String,
    /// Whether these are its errors.
    pub is_error: bool,
    /// The variants by their status: `200`, `4XX`, `default`.
    pub variants: Vec<(String, Content)>,
}

/// What a response holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    /// JSON of a component, by its name.
    Json(String),
    /// Bytes of any other media type.
    Bytes,
    /// Nothing.
    Empty,
}

/// Prepares the responses of every operation.
pub(super) fn prepare(prepared: &mut Prepared) {
    for (operation, id) in prepared.operations() {
        let at = format!("{}/responses", operation.pointer());
        let Some(Value::Object(mut responses)) = prepared.document.pointer(&at).cloned() else {
            continue;
        };
        // References are replaced by what they lead to, so that each operation changes its own.
        for response in responses.values_mut() {
            *response = resolve(&prepared.document, response).clone();
        }
        leave_out_upgrades(&mut prepared.left_out, &operation, &at, &mut responses);
        drop_impossible_bodies(&mut prepared.log, &operation.method, &at, &mut responses);
        normalize_json(&mut prepared.log, &at, &mut responses);
        split_default(&mut prepared.log, &at, &mut responses);
        let stand_ins = redirects::stand_in(&mut prepared.log, &at, &mut responses);
        let mut several = Several { prepared, at: &at, id: &id, stand_ins };
        for is_error in [false, true] {
            several.unite(&mut responses, is_error);
        }
        let stand_ins = several.stand_ins;
        prepared.set(&at, responses);
        if !stand_ins.is_empty() {
            prepared.plan.redirects.insert(method_name(&id), stand_ins);
        }
    }
}

/// Responses by their statuses.
type Responses = Map<String, Value>;

/// Removes informational responses: this client cannot take over an upgraded connection.
fn leave_out_upgrades(
    left_out: &mut Vec<LeftOut>,
    operation: &Operation,
    at: &str,
    responses: &mut Responses,
) {
    responses.retain(|status, _| {
        let is_upgrade = status.starts_with('1');
        if is_upgrade {
            let (rule, operation) = (&UPGRADE, operation.label());
            let place = pointer::join(at, status);
            let reason = "a connection that is upgraded".to_owned();
            left_out.push(LeftOut { rule, operation, place, reason });
        }
        !is_upgrade
    });
}

/// Statuses of responses without a body, as those to HEAD are: RFC 9110, sections 9.3.2, 15.3.5, 15.3.6
/// and 15.4.5.
const WITHOUT_BODY: [&str; 3] = ["204", "205", "304"];

/// Removes bodies that HTTP does not send, whatever a page shows: decoding one would fail.
fn drop_impossible_bodies(log: &mut Log, method: &str, at: &str, responses: &mut Responses) {
    for (status, response) in responses {
        let is_empty = method == "head" || WITHOUT_BODY.contains(&status.as_str());
        let content = response.get_mut("content").and_then(Value::as_object_mut);
        if let Some(content) = content.filter(|content| is_empty && !content.is_empty()) {
            content.clear();
            log.add(&NO_CONTENT, pointer::join(at, status), "HTTP has no body here: none is read");
        }
    }
}

/// Renames JSON of any name to `application/json`, which is what progenitor knows, and gives it a schema
/// if it has none.
fn normalize_json(log: &mut Log, at: &str, responses: &mut Responses) {
    for (status, response) in responses {
        let Some(Value::Object(content)) = response.get_mut("content") else { continue };
        let exact = content.keys().find(|name| *name == JSON);
        let json = exact.or_else(|| content.keys().find(|name| is_json(name))).cloned();
        let Some(json) = json else { continue };
        let mut media = content.get(&json).cloned().unwrap_or_default();
        // openapiv3 refuses a media type that is no object, with its place.
        if media.get("schema").is_none() && (media.is_object() || media.is_null()) {
            set(&mut media, "schema", json!({}));
        }
        let others: Vec<_> = content.keys().filter(|name| **name != json).cloned().collect();
        if !others.is_empty() {
            let note = format!("read as {json}, not as {}", others.join(", "));
            log.add(&MEDIA_TYPE, pointer::join(at, status), note);
        }
        *content = Map::from_iter([(JSON.to_owned(), media)]);
    }
}

/// Replaces `default` beside a success by the ranges of errors: progenitor would read it as the type of
/// both.
fn split_default(log: &mut Log, at: &str, responses: &mut Responses) {
    let has_success = responses.keys().any(|status| status.starts_with('2'));
    if !has_success && !responses.keys().any(|status| redirects::is_redirect(status)) {
        return;
    }
    let Some(default) = responses.shift_remove("default") else { return };
    // Beside a redirect alone, a success is what `default` says as well.
    let success = (!has_success).then_some("2XX");
    for range in success.into_iter().chain(["4XX", "5XX"]) {
        if !responses.keys().any(|status| status.eq_ignore_ascii_case(range)) {
            responses.insert(range.to_owned(), default.clone());
        }
    }
    let note = if has_success { "stands for 4XX and 5XX" } else { "stands for 2XX, 4XX and 5XX" };
    log.add(&DEFAULT, pointer::join(at, "default"), note);
}

/// The responses of one operation.
struct Several<'p> {
    prepared: &'p mut Prepared,
    at: &'p str,
    id: &'p str,
    stand_ins: StandIns,
}

impl Several<'_> {
    /// Refers to one component in all successes, or all errors, if they differ.
    fn unite(&mut self, responses: &mut Responses, is_error: bool) {
        let belongs = |status: &String| match status.chars().next() {
            Some('2') => !is_error,
            Some('4' | '5') => is_error,
            _ => status == "default",
        };
        let group = responses.iter().filter(|(status, _)| belongs(status));
        let identities: BTreeSet<_> = group.map(|(_, response)| identity(response)).collect();
        if identities.len() < 2 {
            return;
        }
        let (prepared, id) = (&mut *self.prepared, self.id);
        let suffix = if is_error { "Error" } else { "Response" };
        let name = components::free(prepared, &format!("{id}-{suffix}"));
        let mut variants = BTreeMap::new();
        for (status, response) in responses.iter_mut().filter(|(status, _)| belongs(status)) {
            let status = self.stand_ins.get(status).unwrap_or(status);
            variants.insert(status.clone(), content(prepared, response, id, status));
            if response.is_object() {
                response["content"] = json!({ JSON: { "schema": reference_to(&name) } });
            }
        }
        components::add(prepared, &name, placeholder(&variants));
        let count = variants.len();
        prepared.log.add(
            &SEVERAL,
            self.at,
            format!("{name}: {count} answers, told apart by status"),
        );
        let (operation, variants) = (method_name(id), variants.into_iter().collect());
        prepared.plan.unions.push(ResponseUnion { operation, name, is_error, variants });
    }
}

/// A schema that refers to those of all variants, so that they stay in the document. No type is
/// generated from it: the enum replaces it.
fn placeholder(variants: &BTreeMap<String, Content>) -> Value {
    let properties = variants.iter().filter_map(|(status, content)| match content {
        Content::Json(component) => Some((status.clone(), reference_to(component))),
        _ => None,
    });
    json!({ "type": "object", "properties": properties.collect::<Map<_, _>>() })
}

/// The document with what each status holds in place of what stands for all of them, as mocks answer.
pub(in crate::progenitor) fn with_each_answer(document: &mut Value, plan: &Plan) {
    for (name, operation) in named_operations(document) {
        let at = format!("{}/responses", operation.pointer());
        for union in plan.unions.iter().filter(|union| union.operation == name) {
            for (status, content) in &union.variants {
                let response = document.pointer_mut(&pointer::join(&at, status));
                let Some(Value::Object(response)) = response else { continue };
                let content = match content {
                    Content::Json(name) => json!({ JSON: { "schema": reference_to(name) } }),
                    Content::Bytes => json!({ "application/octet-stream": {} }),
                    Content::Empty => json!({}),
                };
                response.insert("content".to_owned(), content);
            }
        }
    }
}

/// What two responses of one type have in common: the schema as text.
fn identity(response: &Value) -> String {
    match response.get("content").and_then(Value::as_object) {
        Some(content) if content.contains_key(JSON) => {
            content[JSON].get("schema").map(Value::to_string).unwrap_or_default()
        }
        Some(content) if !content.is_empty() => "bytes".to_owned(),
        _ => "empty".to_owned(),
    }
}

/// What a response holds. An inline schema becomes a component.
fn content(prepared: &mut Prepared, response: &Value, id: &str, status: &str) -> Content {
    let Some(content) = response.get("content").and_then(Value::as_object) else {
        return Content::Empty;
    };
    let Some(media) = content.get(JSON) else {
        return if content.is_empty() { Content::Empty } else { Content::Bytes };
    };
    let schema = media.get("schema").cloned().unwrap_or_default();
    if let Some((_, name)) = visit::reference(&schema).and_then(pointer::component_of) {
        return Content::Json(name);
    }
    let wanted = format!("{id}-{}", status.to_uppercase());
    Content::Json(components::add_as(prepared, &wanted, schema))
}

/// Declares the enums, and decodes each status into its variant.
///
/// # Errors
/// An operation without the match arm that progenitor is known to generate for a status.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let unions = &code.plan.unions;
    let mut rewritten = BTreeSet::new();
    for (operation, send) in shape::sends(code.file) {
        let Some((_, error)) = shape::result_types(send) else { continue };
        let unions: Vec<_> = unions.iter().filter(|it| it.operation == operation).collect();
        shape::each_expression(&mut send.block, |expression| {
            let Expr::Match(expression) = expression else { return };
            rewritten
                .extend(expression.arms.iter_mut().filter_map(|it| rewrite(it, &unions, &error)));
        });
    }
    for union in unions {
        let is_rewritten =
            |status: &str| rewritten.contains(&(union.name.clone(), status.to_owned()));
        if let Some((status, _)) = union.variants.iter().find(|(status, _)| !is_rewritten(status)) {
            let subject = format!("the status {status} of {}", union.operation);
            return Err(shape::no_place(SEVERAL.id, &subject).in_operation(&union.operation));
        }
        let statuses: Vec<_> = union.variants.iter().map(|(status, _)| status.as_str()).collect();
        log.add(&SEVERAL, format!("types::{}", union.name), statuses.join(", "));
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

/// The enum and its `Debug`. A stream of bytes can be neither compared nor shown, so nothing is derived.
fn declaration(union: &ResponseUnion) -> [Item; 2] {
    let name = format_ident!("{}", union.name);
    let variants = union.variants.iter().map(|(status, content)| {
        let variant = variant(status);
        let text = variant.to_string();
        let doc = format!("The answer to `{}` with status {status}.", union.operation);
        let held = content_type(content, false).map(|ty| quote! { (#ty) });
        let debug_arm = match content {
            Content::Json(_) => quote! {
                Self::#variant(value) => f.debug_tuple(#text).field(value).finish()
            },
            Content::Bytes => quote! { Self::#variant(_) => f.write_str(#text) },
            Content::Empty => quote! { Self::#variant => f.write_str(#text) },
        };
        (quote! { #[doc = #doc] #variant #held }, debug_arm)
    });
    let (variants, debug_arms): (Vec<_>, Vec<_>) = variants.unzip();
    let what = if union.is_error { "errors" } else { "answers" };
    let doc = format!("The {what} of `{}`, by status.", union.operation);
    let debug = quote! { match self { #(#debug_arms,)* } };
    [
        parse_quote! { #[doc = #doc] pub enum #name { #(#variants,)* } },
        shape::debug(&name, &syn::Generics::default(), &debug),
    ]
}

/// The type that a variant holds, as code inside or outside of the module `types` names it.
fn content_type(content: &Content, outside: bool) -> Option<Type> {
    match content {
        Content::Json(component) => {
            let name = format_ident!("{}", type_name(component));
            Some(if outside { parse_quote!(types::#name) } else { parse_quote!(#name) })
        }
        Content::Bytes if outside => Some(parse_quote!(ByteStream)),
        Content::Bytes => Some(parse_quote!(::progenitor_client::ByteStream)),
        Content::Empty => None,
    }
}

/// Decodes the response of one of the unions into its variant; the enum and the status.
fn rewrite(arm: &mut Arm, unions: &[&ResponseUnion], error: &Type) -> Option<(String, String)> {
    let reads = shape::reads(arm);
    let union = unions.iter().find(|union| union.is_error == reads.is_error)?;
    let status = shape::status(&arm.pat);
    let mut variants = union.variants.iter().filter(|_| reads.a_response);
    let (status, content) = variants.find(|(name, _)| name.eq_ignore_ascii_case(&status))?;
    let value = decode(union, status, content, error);
    *arm.body = if reads.is_error {
        parse_quote! { Err(Error::ErrorResponse(#value)) }
    } else {
        parse_quote! { Ok(#value) }
    };
    Some((union.name.clone(), status.clone()))
}

/// The response, decoded into a variant.
fn decode(union: &ResponseUnion, status: &str, content: &Content, error: &Type) -> Expr {
    let (name, variant) = (format_ident!("{}", union.name), variant(status));
    let value = match content {
        Content::Json(_) => {
            let ty = content_type(content, true);
            quote! { ResponseValue::<#ty>::from_response::<#error>(response).await? }
        }
        Content::Bytes => quote! { ResponseValue::stream(response) },
        Content::Empty => quote! { ResponseValue::empty(response) },
    };
    let nothing = (*content == Content::Empty).then(|| quote! { |()| });
    parse_quote! { #value.map::<_, _, Error<#error>>(#nothing types::#name::#variant)? }
}
