//! The actions that make an edited document of the one that is there: what the maintainer changed by hand becomes
//! data, with its evidence still to be written.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::write::{Action, Change, Edit, target, text};
use super::{examine, is_same, parse, record};
use crate::document::pointer;
use crate::error::{Error, Problem, Result, Stage};

/// An overlay with the actions that an edit came to.
#[derive(Debug)]
pub struct Written {
    /// The overlay's text. Its new actions have no description, so that nothing is generated until each has one.
    pub text: String,
    /// The new actions, as they stand in it.
    pub actions: Vec<Vec<String>>,
}

/// The patch that new actions belong to, until they are given a name.
const PATCH: &str = "edited by hand";
/// What stands for a description while the overlay is made.
const TO_BE_WRITTEN: &str = "To be written by whoever has edited the document.";

/// The overlay `text` (none, if there is none) with the actions that make `edited` of the document that it makes of
/// `normalized`.
///
/// # Errors
/// A document of another version, and an edit that no action can make.
pub fn written_from(normalized: &Value, text: Option<&str>, edited: &Value) -> Result<Written> {
    let patched = patched(normalized, text)?;
    let version = |document: &Value| document.get("openapi").cloned();
    if version(&patched) != version(edited) {
        let reason = format!(
            "it is of version {}, the patched document of {}",
            version(edited).unwrap_or_default(),
            version(&patched).unwrap_or_default()
        );
        return Err(Error::new(Stage::Overlay, Problem::NotThePatched { reason }));
    }
    let mut edits = Vec::new();
    compare(&patched, edited, "", &mut edits);
    let mut actions = Vec::new();
    for edit in together(edits) {
        let places = [edit.at.clone()].into();
        let target = target::of(&patched, &places).ok_or_else(|| cannot(&edit.at))?;
        let made = Action::of(&edit.change, &edit.at, &target, PATCH, TO_BE_WRITTEN);
        actions.extend(made.iter().map(Action::lines));
    }
    if actions.is_empty() {
        return Ok(Written { text: text.unwrap_or_default().to_owned(), actions });
    }
    let whole = text::with_actions(text, &actions)?;
    check(normalized, &whole, edited)?;
    let whole = record(normalized, &whole)?.text;
    Ok(Written {
        text: without_descriptions(&whole),
        actions: actions.iter().map(|action| lines_without(action)).collect(),
    })
}

fn patched(normalized: &Value, text: Option<&str>) -> Result<Value> {
    match text {
        None => Ok(normalized.clone()),
        Some(text) => Ok(super::run(normalized, &parse(text)?)?.document),
    }
}

/// What was edited, from the root down.
fn compare(was: &Value, is: &Value, at: &str, edits: &mut Vec<Edit>) {
    match (was, is) {
        _ if is_same(at, was, is) => {}
        (Value::Object(was), Value::Object(is)) => compare_fields(was, is, at, edits),
        (Value::Array(was), Value::Array(is)) => compare_items(was, is, at, edits),
        (was, is) if is_plain(was) && is_plain(is) => set(at, is, edits),
        (_, is) => edits.push(Edit::replace(PATCH, at, is.clone())),
    }
}

fn compare_fields(
    was: &Map<String, Value>,
    is: &Map<String, Value>,
    at: &str,
    edits: &mut Vec<Edit>,
) {
    for (key, value) in was {
        let place = pointer::join(at, key);
        match is.get(key) {
            Some(now) => compare(value, now, &place, edits),
            None => edits.push(Edit { purpose: PATCH, at: place, change: Change::Remove }),
        }
    }
    for (key, value) in is.iter().filter(|(key, _)| !was.contains_key(*key)) {
        edits.push(Edit::update(PATCH, at, json!({ key.as_str(): value })));
    }
}

/// A list of texts is edited text by text, one of named objects by their names; any other is replaced as a whole.
fn compare_items(was: &[Value], is: &[Value], at: &str, edits: &mut Vec<Edit>) {
    let replace = || Edit::replace(PATCH, at, Value::Array(is.to_vec()));
    let (old, new): (Option<Vec<_>>, Option<Vec<_>>) =
        (was.iter().map(name).collect(), is.iter().map(name).collect());
    let (Some(old), Some(new)) = (old, new) else { return edits.push(replace()) };
    let kept: Vec<_> = old.iter().filter(|name| new.contains(name)).collect();
    // An update adds at the end, and order may mean something.
    let is_in_order = new.iter().take(kept.len()).eq(kept.iter().copied());
    let has_twice = |names: &[String]| names.iter().collect::<BTreeSet<_>>().len() < names.len();
    if !is_in_order || has_twice(&old) || has_twice(&new) {
        return edits.push(replace());
    }
    // From the last, so that the others keep their indexes.
    for (index, (name, item)) in old.iter().zip(was).enumerate().rev() {
        match new.iter().position(|other| other == name).and_then(|now| is.get(now)) {
            Some(now) => compare(item, now, &format!("{at}/{index}"), edits),
            None => edits.push(match item.as_str() {
                Some(text) => Edit {
                    purpose: PATCH,
                    at: at.to_owned(),
                    change: Change::Drop(text.to_owned()),
                },
                None => {
                    Edit { purpose: PATCH, at: format!("{at}/{index}"), change: Change::Remove }
                }
            }),
        }
    }
    let added: Vec<_> = is.iter().zip(&new).filter(|(_, name)| !old.contains(name)).collect();
    if !added.is_empty() {
        let items: Vec<_> = added.into_iter().map(|(item, _)| item.clone()).collect();
        set(at, &Value::Array(items), edits);
    }
}

/// What tells an item from the others: a text itself, or what an object is called.
fn name(item: &Value) -> Option<String> {
    match item {
        Value::String(text) => Some(format!("={text}")),
        Value::Object(fields) => {
            let texts = ["name", "in", "url", "$ref"]
                .iter()
                .filter_map(|key| Some(format!("{key}={}", fields.get(*key)?.as_str()?)));
            let name = texts.collect::<Vec<_>>().join(" ");
            (!name.is_empty()).then_some(name)
        }
        _ => None,
    }
}

/// Merges a value into the place that holds it.
fn set(at: &str, value: &Value, edits: &mut Vec<Edit>) {
    let (holder, key) = at.rsplit_once('/').unwrap_or_default();
    edits.push(match key.parse::<usize>() {
        // A list has no keys to merge.
        Ok(_) => Edit::replace(PATCH, at, value.clone()),
        Err(_) => Edit::update(PATCH, holder, json!({ pointer::unescape(key): value })),
    });
}

fn is_plain(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// Updates that follow each other at one place are one.
fn together(edits: Vec<Edit>) -> Vec<Edit> {
    let mut merged: Vec<Edit> = Vec::new();
    for edit in edits {
        match (merged.last_mut(), edit.change) {
            (
                Some(Edit { at, change: Change::Update(Value::Object(into)), .. }),
                Change::Update(Value::Object(fields)),
            ) if *at == edit.at && fields.keys().all(|key| !into.contains_key(key)) => {
                into.extend(fields);
            }
            (_, change) => merged.push(Edit { change, ..edit }),
        }
    }
    merged
}

/// Whether the actions make the edited document, whatever they were made from.
fn check(normalized: &Value, text: &str, edited: &Value) -> Result<()> {
    let (staged, _) = examine(normalized, &parse(text)?)?;
    match first_difference(&staged.document, edited, "") {
        None => Ok(()),
        Some(place) => Err(cannot(&place)),
    }
}

fn first_difference(one: &Value, other: &Value, at: &str) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let keys = one.keys().chain(other.keys().filter(|key| !one.contains_key(*key)));
            keys.into_iter().find_map(|key| match (one.get(key), other.get(key)) {
                (Some(one), Some(other)) => first_difference(one, other, &pointer::join(at, key)),
                _ => Some(pointer::join(at, key)),
            })
        }
        (one, other) => (!is_same(at, one, other)).then(|| at.to_owned()),
    }
}

fn cannot(place: &str) -> Error {
    Error::new(Stage::Overlay, Problem::NoAction).at(place.to_owned())
}

/// An action's description is its evidence, which only the maintainer knows.
fn without_descriptions(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines_without(&lines).join("\n") + "\n"
}

fn lines_without(lines: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for line in lines {
        match (line.trim() == TO_BE_WRITTEN, kept.last_mut()) {
            (true, Some(key)) => *key = key.replace("description: >-", "description: ''"),
            _ => kept.push(line.clone()),
        }
    }
    kept
}
