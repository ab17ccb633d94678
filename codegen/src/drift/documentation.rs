//! Descriptions, their tables, and examples: vendors often announce a change there first.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::inputs::Side;
use crate::document::pointer;
use crate::document::visit;

/// One changed text or example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentationChange {
    /// JSON Pointer of the text, or the page and name of the example.
    pub place: String,
    /// Lines that are gone: table rows, sentences, or values of an example by their pointer.
    pub removed: Vec<String>,
    /// Lines that are new.
    pub added: Vec<String>,
}

/// Texts of what both documents have. What comes or goes as a whole is a change on the wire.
pub(super) fn compare(old: &Value, new: &Value) -> Vec<DocumentationChange> {
    let (before, after) = (texts(old), texts(new));
    let there = |document: &Value, place: &str| {
        place.rsplit_once('/').is_none_or(|(parent, _)| document.pointer(parent).is_some())
    };
    let mut changes = Vec::new();
    for (place, text) in &before {
        let now = after.get(place).map(String::as_str);
        if now != Some(text) && there(new, place) {
            changes.extend(lines(place, text, now.unwrap_or_default()));
        }
    }
    for (place, text) in after.iter().filter(|(place, _)| !before.contains_key(*place)) {
        if there(old, place) {
            changes.extend(lines(place, "", text));
        }
    }
    changes
}

/// Every field that is there for people.
fn texts(document: &Value) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let mut take = |at: &str, node: &Value| {
        for key in ["summary", "description", "deprecated"] {
            match node.get(key) {
                Some(Value::String(text)) => texts.insert(pointer::join(at, key), text.clone()),
                Some(flag @ Value::Bool(_)) => {
                    texts.insert(pointer::join(at, key), flag.to_string())
                }
                _ => None,
            };
        }
        if let Some(example) = node.get("example") {
            texts.insert(pointer::join(at, "example"), example.to_string());
        }
    };
    visit::each(document, |_, at, node| take(at, node));
    for (key, value) in document.get("info").and_then(Value::as_object).into_iter().flatten() {
        if let Value::String(text) = value {
            texts.insert(pointer::join("/info", key), text.clone());
        }
    }
    texts
}

fn lines(place: &str, old: &str, new: &str) -> Option<DocumentationChange> {
    let diff = TextDiff::from_lines(old, new);
    let of = |tag| {
        let changes = diff.iter_all_changes().filter(move |change| change.tag() == tag);
        let texts = changes.map(|change| tidy(change.value())).filter(|line| !line.is_empty());
        texts.collect::<Vec<_>>()
    };
    let (removed, added) = (of(ChangeTag::Delete), of(ChangeTag::Insert));
    // Blanks that moved say nothing: columns of a table are often aligned anew.
    (removed != added).then(|| DocumentationChange { place: place.to_owned(), removed, added })
}

fn tidy(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The pages' examples, value by value.
pub(super) fn compare_examples(old: &Side, new: &Side) -> Vec<DocumentationChange> {
    let mut changes = Vec::new();
    for (name, before) in &old.examples {
        let after = new.examples.get(name).cloned().unwrap_or_default();
        changes.extend(leaves_differ(name, before, &after));
    }
    for (name, after) in new.examples.iter().filter(|(name, _)| !old.examples.contains_key(*name)) {
        changes.extend(leaves_differ(name, &Value::Null, after));
    }
    changes
}

fn leaves_differ(name: &str, old: &Value, new: &Value) -> Option<DocumentationChange> {
    let (before, after) = (leaves(old), leaves(new));
    let missing = |from: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
        let gone = from.iter().filter(|(at, value)| other.get(*at) != Some(*value));
        gone.map(|(at, value)| format!("{at}: {value}")).collect::<Vec<_>>()
    };
    let (removed, added) = (missing(&before, &after), missing(&after, &before));
    let differ = !removed.is_empty() || !added.is_empty();
    differ.then(|| DocumentationChange { place: name.to_owned(), removed, added })
}

/// Every value that holds no other, by its pointer.
fn leaves(value: &Value) -> BTreeMap<String, String> {
    fn collect(at: String, value: &Value, leaves: &mut BTreeMap<String, String>) {
        match value {
            Value::Object(fields) if !fields.is_empty() => {
                fields
                    .iter()
                    .for_each(|(key, value)| collect(pointer::join(&at, key), value, leaves));
            }
            Value::Array(items) if !items.is_empty() => {
                let items = items.iter().enumerate();
                items.for_each(|(index, value)| collect(format!("{at}/{index}"), value, leaves));
            }
            Value::Null if at.is_empty() => {}
            value => {
                leaves.insert(at, value.to_string());
            }
        }
    }
    let mut leaves = BTreeMap::new();
    collect(String::new(), value, &mut leaves);
    leaves
}
