//! Components that are made here, under names that nobody has.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Prepared;
use crate::progenitor::names::type_name;

/// A component's name that nobody has, also as a Rust type. It is taken with that.
pub(super) fn free(prepared: &mut Prepared, wanted: &str) -> String {
    let document = &prepared.document;
    let taken = prepared.types.get_or_insert_with(|| types(document));
    let wanted = settled(wanted);
    let numbered = (2..).map(|number| format!("{wanted}{number}"));
    let mut names = std::iter::once(wanted.clone()).chain(numbered);
    names.find(|name| taken.insert(name.clone())).unwrap_or_default()
}

fn types(document: &Value) -> BTreeSet<String> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    schemas.into_iter().flatten().map(|(name, _)| type_name(name)).collect()
}

/// A name that stays what it is when typify makes a name of it again: `uKPlaces` is `UKPlaces`, and
/// that is `UkPlaces`.
fn settled(wanted: &str) -> String {
    let mut name = type_name(wanted);
    for _ in 0..4 {
        name = type_name(&name);
    }
    name
}

/// Adds a component under a name that is free.
pub(super) fn add(prepared: &mut Prepared, name: &str, schema: Value) {
    let document = &mut prepared.document;
    if !document["components"].is_object() {
        document["components"] = json!({});
    }
    if !document["components"]["schemas"].is_object() {
        document["components"]["schemas"] = json!({});
    }
    document["components"]["schemas"][name] = schema;
}
