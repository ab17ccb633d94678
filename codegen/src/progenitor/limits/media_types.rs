//! Media types that are no name, and what a client asks for. A range such as `*/*` is in a document where an
//! exporter knew no better: where its schema has a structure, JSON is meant. A request is sent as one media
//! type, never as a range. Of all answers progenitor asks for `application/json`, or for anything.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use syn::{Expr, parse_quote};

use super::{Prepared, resolve};
use crate::document::media_type::{JSON, essence, is_json};
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::error::Result;
use crate::progenitor::names::method_name;
use crate::progenitor::schema::{self, text};
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const MEDIA_RANGE: Rule = Rule::translated(
    "media-range",
    "`*/*`, `application/*` and the like in place of a media type",
    "JSON, where the schema has a structure or the range is of JSON; else bytes, sent as `application/octet-stream` or \
     `text/plain`",
);
pub(in crate::progenitor) const ACCEPT: Rule =
    Rule::translated("accept", "media types of successes", "`Accept`, as documented");

/// Names what stands for a media type, and plans what each operation asks for.
pub(super) fn prepare(prepared: &mut Prepared) {
    let document = &prepared.document;
    for (operation, id) in prepared.operations() {
        let at = format!("{}/responses", operation.pointer());
        let responses = document.pointer(&at).and_then(Value::as_object);
        let accept = accepted(document, responses.into_iter().flatten());
        if !accept.is_empty() && accept != [JSON] {
            prepared.plan.accepts.insert(method_name(&id), accept.join(", "));
        }
    }
    if !has_other_names(document) {
        return;
    }
    let document = document.clone();
    let log = &mut prepared.log;
    visit::each_mut(&mut prepared.document, |kind, at, node| {
        let Some(content) = node.get_mut("content").and_then(Value::as_object_mut) else { return };
        let is_request = match kind {
            Kind::RequestBody => true,
            Kind::Response => false,
            _ => return,
        };
        for (name, media) in std::mem::take(content) {
            let new = match is_request {
                true => sent_as(&document, &name, &media),
                false => read_as(&document, &name, &media),
            };
            if new != name {
                log.add(&MEDIA_RANGE, pointer::join(at, "content"), format!("{name}: {new}"));
            }
            // What is named counts for more than a range.
            if new == name || !content.contains_key(&new) {
                content.insert(new, media);
            }
        }
    });
}

/// Whether a media type goes by another name for progenitor.
fn has_other_names(document: &Value) -> bool {
    let mut found = false;
    visit::each(document, |kind, _, node| {
        let name: fn(&Value, &str, &Value) -> String = match kind {
            Kind::RequestBody => sent_as,
            Kind::Response => read_as,
            _ => return,
        };
        let mut content = schema::entries(node, "content");
        found |= content.any(|(old, media)| name(document, old, media) != *old);
    });
    found
}

/// The media types of an operation's successes.
fn accepted<'d>(
    document: &'d Value,
    responses: impl Iterator<Item = (&'d String, &'d Value)>,
) -> Vec<String> {
    let (mut accepted, mut seen) = (Vec::new(), BTreeSet::new());
    for (_, response) in responses.filter(|(status, _)| status.starts_with('2')) {
        let content = resolve(document, response).get("content").and_then(Value::as_object);
        for name in content.into_iter().flat_map(|content| read(document, content)) {
            if is_legal(&name) && seen.insert(name.clone()) {
                accepted.push(name);
            }
        }
    }
    accepted
}

/// What is read of a response: JSON, or any of its media types. Of a range of JSON, `application/json` first.
fn read(document: &Value, content: &Map<String, Value>) -> Vec<String> {
    let exact = content.get_key_value(JSON);
    let json = exact.or_else(|| content.iter().find(|(name, _)| is_json(name)));
    let json =
        json.or_else(|| content.iter().find(|(name, it)| read_as(document, name, it) == JSON));
    match json {
        Some((name, _)) if is_range(name) => vec![JSON.to_owned(), name.clone()],
        Some((name, _)) => vec![name.clone()],
        None => content.keys().cloned().collect(),
    }
}

/// Whether a name is a header's text: `HeaderValue::from_static` panics for what is none.
fn is_legal(name: &str) -> bool {
    name.contains('/') && name.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

fn is_range(name: &str) -> bool {
    essence(name).contains('*')
}

/// The media type that a response is read as.
fn read_as(document: &Value, name: &str, media: &Value) -> String {
    let schema = media.get("schema").map(|schema| resolve(document, schema));
    let is_any = ["*/*", "*", "application/*"].contains(&essence(name).as_str());
    match is_range(name) && (is_json(name) || is_any && schema.is_some_and(has_structure)) {
        true => JSON.to_owned(),
        false => name.to_owned(),
    }
}

/// The media type that a request is sent as.
fn sent_as(document: &Value, name: &str, media: &Value) -> String {
    match read_as(document, name, media) {
        range if is_range(&range) && range.trim().starts_with("text/") => "text/plain".to_owned(),
        range if is_range(&range) => "application/octet-stream".to_owned(),
        illegal if !is_legal(&illegal) && is_legal(&essence(&illegal)) => essence(&illegal),
        illegal if !is_legal(&illegal) => "application/octet-stream".to_owned(),
        name => name,
    }
}

/// Whether a value is more than a text or bytes.
fn has_structure(schema: &Value) -> bool {
    let has = |key: &&str| schema.get(key).is_some();
    match text(schema, "type") {
        Some("string") => false,
        Some(_) => true,
        None => ["properties", "additionalProperties", "items", "allOf", "anyOf", "oneOf"]
            .iter()
            .any(has),
    }
}

/// Asks for what the plan says.
///
/// # Errors
/// An operation without the call that progenitor is known to generate for a request.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let accepts: BTreeMap<_, _> = code.plan.accepts.clone();
    for (operation, send) in shape::sends(code.file) {
        let Some(accept) = accepts.get(&operation) else { continue };
        let mut is_done = false;
        shape::each_expression(&mut send.block, |expression| {
            let Expr::MethodCall(call) = expression else { return };
            if call.method == "header" && call.args.iter().any(|it| shape::mentions(it, "ACCEPT")) {
                *expression = (*call.receiver).clone();
            } else if shape::is_http_client(&call.receiver) {
                *expression = parse_quote! {
                    #expression.header(
                        ::reqwest::header::ACCEPT,
                        ::reqwest::header::HeaderValue::from_static(#accept),
                    )
                };
                is_done = true;
            }
        });
        if !is_done {
            return Err(shape::no_place_in(ACCEPT.id, &operation));
        }
        log.add(&ACCEPT, &operation, accept.as_str());
    }
    Ok(())
}
