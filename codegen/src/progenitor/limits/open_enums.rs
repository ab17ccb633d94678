//! Enums that allow any other string as well: `anyOf: [an enum of strings, any string]`. typify makes
//! a struct with two optional fields of it, and an enum `Known`, `Unknown` of `oneOf` with titles.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::alternatives::name_of;
use super::{Prepared, components};
use crate::document::pointer;
use crate::document::set;
use crate::document::visit::{self, Kind};
use crate::progenitor::schema::{reference_to, text};
use crate::report::Rule;

pub(in crate::progenitor) const OPEN_ENUM: Rule =
    Rule::translated("open-enum", "`anyOf` of an enum and any text", "`Known` or `Unknown`");

/// Rewrites such schemas.
pub(super) fn prepare(prepared: &mut Prepared) {
    let document = &prepared.document;
    let mut open = BTreeSet::new();
    visit::each(document, |kind, at, node| {
        let keywords = node.as_object().filter(|_| kind == Kind::Schema);
        if keywords.is_some_and(|keywords| is_open_enum(document, keywords)) {
            open.insert(at.to_owned());
        }
    });
    if open.is_empty() {
        return;
    }
    let mut rewritten = Vec::new();
    visit::each_schema_mut(&mut prepared.document, |at, keywords| {
        if open.contains(at) {
            rewrite(keywords);
            rewritten.push(at.to_owned());
        }
    });
    for at in rewritten {
        name_known_values(prepared, &at);
        prepared.log.add(&OPEN_ENUM, &at, "Known or Unknown");
    }
}

fn is_open_enum(document: &Value, keywords: &Map<String, Value>) -> bool {
    let alternatives = keywords.get("anyOf").and_then(Value::as_array).map(Vec::as_slice);
    let Some([known, any]) = alternatives else { return false };
    let target = visit::reference(known).and_then(pointer::of_reference);
    let known = target.and_then(|at| document.pointer(&at)).unwrap_or(known);
    let is_string = |schema: &Value| text(schema, "type") == Some("string");
    let any_is_plain = ["enum", "pattern", "format"].iter().all(|key| any.get(key).is_none());
    is_string(known) && known.get("enum").is_some() && is_string(any) && any_is_plain
}

/// Moves the known values into a component: as inline types, all would be called `Known`.
fn name_known_values(prepared: &mut Prepared, at: &str) {
    let place = format!("{at}/oneOf/0");
    let Some(Value::Object(known)) = prepared.document.pointer_mut(&place) else { return };
    if known.contains_key("allOf") {
        return;
    }
    let mut schema = std::mem::take(known);
    schema.shift_remove("title");
    let owner = name_of(&prepared.document, at, None);
    let name = components::add_as(prepared, &format!("{owner}-Known"), schema.into());
    prepared.set(&place, json!({ "title": "Known", "allOf": [reference_to(&name)] }));
}

fn rewrite(keywords: &mut Map<String, Value>) {
    let Some(Value::Array(mut alternatives)) = keywords.shift_remove("anyOf") else { return };
    let mut unknown = alternatives.pop().unwrap_or_default();
    let mut known = alternatives.pop().unwrap_or_default();
    // What stands beside a reference is not read.
    if visit::reference(&known).is_some() {
        known = json!({ "allOf": [known] });
    }
    set(&mut known, "title", "Known");
    set(&mut unknown, "title", "Unknown");
    keywords.insert("oneOf".to_owned(), json!([known, unknown]));
}
