//! Descriptions, their tables, and examples: vendors often announce a change there first.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::inputs::Side;
use super::pairs::pairs;
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
    let is_in = |document: &Value, place: &str| {
        place.rsplit_once('/').is_none_or(|(parent, _)| document.pointer(parent).is_some())
    };
    pairs(texts(old), texts(new))
        .into_iter()
        .filter(|(place, ..)| is_in(old, place) && is_in(new, place))
        .filter_map(|(place, before, after)| {
            line_changes(place, &before.unwrap_or_default(), &after.unwrap_or_default())
        })
        .collect()
}

/// Every field that is there for people, by its pointer.
fn texts(document: &Value) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    visit::each(document, |_, at, node| {
        for key in ["summary", "description", "deprecated", "example"] {
            let text = match node.get(key) {
                Some(value) if key == "example" => value.to_string(),
                Some(Value::String(text)) => text.clone(),
                Some(flag @ Value::Bool(_)) => flag.to_string(),
                _ => continue,
            };
            texts.insert(pointer::join(at, key), text);
        }
    });
    for (key, value) in document.get("info").and_then(Value::as_object).into_iter().flatten() {
        if let Value::String(text) = value {
            texts.insert(pointer::join("/info", key), text.clone());
        }
    }
    texts
}

/// The lines that only one of two texts has, or that stand elsewhere. Whitespace is not compared: columns of
/// a table are often aligned anew.
pub(super) fn line_changes(place: String, old: &str, new: &str) -> Option<DocumentationChange> {
    let lines = |text: &str| -> Vec<String> {
        let words = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        words.filter(|words| !words.is_empty()).map(|words| words.join(" ")).collect()
    };
    let (old, new) = (lines(old), lines(new));
    let [were, are] =
        [&old, &new].map(|lines| lines.iter().map(String::as_str).collect::<Vec<_>>());
    let diff = TextDiff::from_slices(&were, &are);
    let only = |tag| -> Vec<String> {
        let changes = diff.iter_all_changes().filter(|change| change.tag() == tag);
        changes.map(|change| change.value().to_owned()).collect()
    };
    let (removed, added) = (only(ChangeTag::Delete), only(ChangeTag::Insert));
    (old != new).then_some(DocumentationChange { place, removed, added })
}

/// The pages' examples, value by value.
pub(super) fn compare_examples(old: &Side, new: &Side) -> Vec<DocumentationChange> {
    let values = |side: &Side| -> BTreeMap<_, _> {
        side.examples.iter().map(|(name, example)| (name.clone(), leaves(example))).collect()
    };
    pairs(values(old), values(new))
        .into_iter()
        .filter_map(|(place, before, after)| {
            let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
            let only_in = |one: &BTreeSet<(String, String)>, other| -> Vec<_> {
                one.difference(other).map(|(at, value)| format!("{at}: {value}")).collect()
            };
            let (removed, added) = (only_in(&before, &after), only_in(&after, &before));
            (before != after).then_some(DocumentationChange { place, removed, added })
        })
        .collect()
}

/// Every value that holds no other, with its pointer.
fn leaves(value: &Value) -> BTreeSet<(String, String)> {
    let mut leaves = BTreeSet::new();
    collect_leaves(String::new(), value, &mut leaves);
    leaves
}

fn collect_leaves(at: String, value: &Value, leaves: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, value) in fields {
                collect_leaves(pointer::join(&at, key), value, leaves);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                collect_leaves(format!("{at}/{index}"), value, leaves);
            }
        }
        Value::Null if at.is_empty() => {}
        value => {
            leaves.insert((at, value.to_string()));
        }
    }
}
