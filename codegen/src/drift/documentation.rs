//! Descriptions, their tables, and examples: vendors often announce a change there first.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use super::pages;
use super::pairs::pairs;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::vendor::{Body, Upstream};

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
    pairs(texts(old), texts(new))
        .into_iter()
        .filter(|(place, ..)| is_in(old, place) && is_in(new, place))
        .filter_map(|(place, before, after)| {
            line_changes(place, &before.unwrap_or_default(), &after.unwrap_or_default())
        })
        .collect()
}

/// Fields for people that no client shows, or that the generator does not get to see.
fn is_for_people(kind: Kind, key: &str) -> bool {
    match kind {
        Kind::Document | Kind::Operation => ["tags", "externalDocs"].contains(&key),
        Kind::Info => ["contact", "license", "summary"].contains(&key),
        Kind::Server | Kind::Variable => key == "description",
        Kind::Schema => ["externalDocs", "title", "examples", "$comment"].contains(&key),
        Kind::Components | Kind::Parameter | Kind::Header | Kind::MediaType => key == "examples",
        Kind::SecurityScheme => key == "bearerFormat",
        // Which of them an operation asks for is compared with its security.
        Kind::Flow => key == "scopes",
        _ => false,
    }
}

/// Whom to ask, where to read more, and what things are filed under. Of what comes or goes as a whole, the whole
/// is the change. The examples of the pages are compared by themselves.
pub(super) fn compare_for_people(
    (old, pages): (&Value, &[Upstream]),
    (new, new_pages): (&Value, &[Upstream]),
) -> Vec<DocumentationChange> {
    let named = pages.iter().chain(new_pages).flat_map(|page| &page.examples);
    let named: BTreeSet<_> = named.map(|example| pointer::join("", &example.name)).collect();
    let both = pairs(for_people(old, &named), for_people(new, &named)).into_iter();
    let changes = both.filter(|(place, ..)| is_in(old, place) && is_in(new, place));
    let changes = changes.filter_map(|(place, before, after)| {
        line_changes(place, &before.unwrap_or_default(), &after.unwrap_or_default())
    });
    changes.collect()
}

/// Whether a document has what a text is of.
fn is_in(document: &Value, place: &str) -> bool {
    place.rsplit_once('/').is_none_or(|(parent, _)| document.pointer(parent).is_some())
}

fn for_people(document: &Value, named: &BTreeSet<String>) -> BTreeMap<String, String> {
    let is_of_page = |at: &str| {
        let name = at.split('/').nth(1).unwrap_or_default();
        named.contains(&format!("/{name}"))
    };
    let mut fields = BTreeMap::new();
    visit::each(document, |kind, at, node| {
        let own = node.as_object().into_iter().flatten();
        for (key, value) in own.filter(|(key, _)| is_for_people(kind, key)) {
            let lines = leaves(value).into_iter();
            let lines = lines.filter(|(at, _)| key != "examples" || !is_of_page(at));
            let lines = lines.map(|(at, value)| format!("{at}: {value}"));
            fields.insert(pointer::join(at, key), lines.collect::<Vec<_>>().join("\n"));
        }
    });
    fields
}

/// Every field that is there for people, by its pointer.
fn texts(document: &Value) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    visit::each(document, |kind, at, node| {
        // What is said of an address goes and comes with it, and the client does not show it; tags and links are
        // compared with all that is in them.
        if matches!(kind, Kind::Server | Kind::Variable | Kind::Tag | Kind::ExternalDocs) {
            return;
        }
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

/// The examples of the pages that both sides have, value by value. Of a page that comes or goes, the page is
/// the change.
pub(super) fn compare_examples(old: &[Upstream], new: &[Upstream]) -> Vec<DocumentationChange> {
    let both = old.iter().filter_map(|page| Some((page, pages::counterpart(page, old, new)?)));
    both.flat_map(|(before, after)| examples_of(before, after)).collect()
}

fn examples_of(old: &Upstream, new: &Upstream) -> Vec<DocumentationChange> {
    let values = |page: &Upstream| -> BTreeMap<_, _> {
        let named = examples(page);
        named.map(|(name, body)| (format!("{}, {name}", new.slug), leaves(&body))).collect()
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

/// The bodies of a page's examples, each with its side and name.
fn examples(page: &Upstream) -> impl Iterator<Item = (String, Value)> {
    page.examples.iter().flat_map(|example| {
        let sides = [("request", &example.request), ("response", &example.response)];
        sides.into_iter().filter_map(|(side, body)| {
            let value = match body.as_ref()? {
                Body::Json(value) => value.clone(),
                Body::Text(text) => json!(text),
            };
            Some((format!("{side} of `{}`", example.name), value))
        })
    })
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
