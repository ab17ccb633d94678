//! Path items by reference: 3.0 has no components of their kind, and generators follow none.

use serde_json::{Map, Value};

use crate::bounds::MAX_REFERENCE_CHAIN;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::report::{Log, Rule};

/// What [`inline`] does.
pub(crate) const RULE: Rule = Rule::translated(
    "path-item",
    "path items by reference, through any number of references",
    "where they are referred to",
);

/// Puts path items where they are referred to.
pub(crate) fn inline(document: &mut Value, log: &mut Log) {
    let mut found = Vec::new();
    visit::each(document, |kind, at, node| {
        if kind == Kind::PathItem
            && !at.starts_with("/components/pathItems/")
            && let Some(target) = resolve(document, node)
        {
            found.push((at.to_owned(), target));
        }
    });
    for (at, target) in found {
        let Some(Value::Object(item)) = document.pointer_mut(&at) else { continue };
        item.shift_remove("$ref");
        for (key, value) in target {
            item.entry(key).or_insert(value);
        }
        log.add(&RULE, at, "what it refers to was put here");
    }
}

/// What a path item refers to, through any number of references. A chain that does not arrive is
/// left to whoever checks references.
fn resolve(document: &Value, item: &Value) -> Option<Map<String, Value>> {
    visit::reference(item)?;
    let mut target = item;
    let mut found = Map::new();
    for _ in 0..MAX_REFERENCE_CHAIN {
        let Some(reference) = visit::reference(target) else { return Some(found) };
        target = document.pointer(&pointer::of_reference(reference)?)?;
        for (key, value) in target.as_object()?.iter().filter(|(key, _)| *key != "$ref") {
            found.entry(key).or_insert_with(|| value.clone());
        }
    }
    None
}
