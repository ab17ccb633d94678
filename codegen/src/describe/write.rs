//! Writes what rows say into the document.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::providers::{self, MARK};
use super::row_words::REQUIRED;
use super::said::Saying;
use super::text::{holds, plain, sentence};
use super::{FIELD, OTHER, PROVIDER, VALUES};
use crate::document::{is_3_0, pointer, visit};
use crate::report::Log;

/// Tells a description that an author of the overlay wrote from one of the vendor.
pub(super) struct Authors<'d> {
    pub(super) normalized: &'d Value,
    pub(super) patched: &'d Value,
}

impl Authors<'_> {
    /// Whether the description of a field is an author's. That of a schema with a name of its own is about
    /// all fields of its type.
    pub(super) fn wrote(&self, pointer: &str) -> bool {
        let description = |document: &Value| {
            let place = document.pointer(pointer)?;
            if place.get("x-schema-name").is_some() {
                return None;
            }
            place.get("description")?.as_str().map(str::to_owned)
        };
        let is = description(self.patched);
        is.is_some() && is != description(self.normalized)
    }
}

/// Gives each field the words of the first row that has some, and what that row says of when it is required.
pub(super) fn fields(
    document: &mut Value,
    sayings: &[&Saying],
    authors: &Authors<'_>,
    log: &mut Log,
) -> Beside {
    let mut places: Vec<&str> = Vec::new();
    let mut by_place = BTreeMap::<&str, Vec<&Saying>>::new();
    for saying in sayings {
        let said = by_place.entry(saying.pointer.as_str()).or_default();
        if said.is_empty() {
            places.push(&saying.pointer);
        }
        said.push(saying);
    }
    let mut beside = Beside::new();
    for place in places {
        let said = by_place.get(place).map(Vec::as_slice).unwrap_or_default();
        let has_words = |it: &&&Saying| !it.words.is_empty() || it.line.is_some();
        let Some(first) = said.iter().find(has_words) else { continue };
        if let Some(words) = field(document, first, authors, log) {
            beside.insert(place.to_owned(), words);
        }
        others(first, said, log);
    }
    beside
}

/// Writes the words of a field; they come back if they go beside its type.
fn field(
    document: &mut Value,
    saying: &Saying,
    authors: &Authors<'_>,
    log: &mut Log,
) -> Option<String> {
    let is_author = authors.wrote(&saying.pointer);
    let fields = document.pointer_mut(&saying.pointer)?.as_object_mut()?;
    let is_type = fields.contains_key("x-schema-name");
    let before = fields.get("description").and_then(Value::as_str).filter(|_| !is_type);
    let before = before.unwrap_or_default().to_owned();
    let after = described(&before, saying, is_author);
    if after == before {
        return None;
    }
    let words = if is_author { "" } else { "the words of the row" };
    let line = saying.line.as_deref().filter(|line| !holds(&before, line)).unwrap_or_default();
    let note = [words, line].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("; ");
    log.add(&FIELD, format!("{}/description", saying.pointer), format!("{}: {note}", saying.name));
    if is_type || fields.contains_key("$ref") {
        return Some(after);
    }
    insert_first(fields, "description", json!(after));
    None
}

/// The words of a field: an author's, or the row's and then the vendor's own beside the schema; and the line
/// of the fixed form, unless they have what it says.
fn described(before: &str, saying: &Saying, is_author: bool) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let words = saying.words.trim();
    if is_author || holds(before, words) {
        parts.push(before.trim_end());
    } else {
        parts.push(words);
        parts.extend(Some(before.trim_end()).filter(|before| !holds(words, before)));
    }
    parts.retain(|part| !part.is_empty());
    let whole = parts.join("\n\n");
    let is_said = |line: &&str| match is_author {
        // An author may have said the same in a sentence of their own.
        true => holds(&whole, condition(line)),
        false => holds(&whole, line),
    };
    match saying.line.as_deref().filter(|line| !is_said(line)) {
        Some(line) if whole.is_empty() => line.to_owned(),
        Some(line) => format!("{}\n\n{line}", sentence(&whole)),
        None => whole,
    }
}

/// What a line of the fixed form says, without the form.
fn condition(line: &str) -> &str {
    let condition = line.strip_prefix(REQUIRED).unwrap_or(line);
    condition.split(", by the table").next().unwrap_or(condition)
}

/// Words of fields, by JSON Pointer, that go beside a type that other fields may share.
pub(super) type Beside = BTreeMap<String, String>;

/// Puts words beside types. What is inside of a type moves, so this comes last, and the innermost first.
pub(super) fn beside(document: &mut Value, words: Beside) {
    let is_3_0 = is_3_0(document);
    let mut words: Vec<_> = words.into_iter().collect();
    words.sort_by_key(|(place, _)| std::cmp::Reverse(place.matches('/').count()));
    let mut referred = BTreeSet::new();
    visit::each(document, |_, _, node| {
        referred.extend(visit::reference(node).and_then(pointer::of_reference));
    });
    for (at, words) in words {
        // What a reference leads to stays where it is; its type has the words of its own.
        let inside = format!("{at}/");
        if referred.iter().any(|target| target.starts_with(&inside)) {
            continue;
        }
        let reference = document.pointer(&at).and_then(visit::reference);
        let target = reference.and_then(pointer::of_reference);
        // A reference to nothing is refused as it is written.
        if target.is_some_and(|target| document.pointer(&target).is_none()) {
            continue;
        }
        let Some(place) = document.pointer_mut(&at) else { continue };
        let mark = place.as_object_mut().and_then(|fields| fields.shift_remove(MARK));
        wrap(place, is_3_0);
        if let Value::Object(fields) = place {
            insert_first(fields, "description", json!(words));
            fields.extend(mark.map(|mark| (MARK.to_owned(), mark)));
        }
    }
}

/// Makes room for words beside a type: `allOf` with the type alone.
fn wrap(place: &mut Value, is_3_0: bool) {
    let Value::Object(fields) = place else { return };
    if fields.contains_key("x-schema-name") {
        *place = json!({ "allOf": [place.take()] });
        return;
    }
    let Some(reference) = fields.shift_remove("$ref") else { return };
    let reference = json!({ "$ref": reference });
    if is_3_0 {
        // What stands beside a reference means nothing there.
        *place = json!({ "allOf": [reference] });
    } else if let Value::Array(parts) = fields.entry("allOf").or_insert_with(|| json!([])) {
        parts.push(reference);
    }
}

fn insert_first(fields: &mut Map<String, Value>, key: &str, value: Value) {
    if let Some(old) = fields.get_mut(key) {
        *old = value;
        return;
    }
    let others = std::mem::take(fields);
    fields.insert(key.to_owned(), value);
    fields.extend(others);
}

/// Tells of rows that say something else of a field than its words.
fn others(first: &Saying, said: &[&Saying], log: &mut Log) {
    let is_other = |it: &&&Saying| {
        let is_same =
            plain(&it.words) == plain(&first.words) && (it.line == first.line || it.line.is_none());
        !(is_same || it.words.is_empty() && it.line.is_none())
    };
    for other in said.iter().filter(is_other) {
        let note = format!(
            "{}: `{}` in {}, which the field has; `{}` in {}",
            first.name, first.quote, first.from, other.quote, other.from
        );
        log.add(&OTHER, format!("{}/description", first.pointer), note);
    }
}

/// Gives each enum what rows say of its values, or else the row that lists them.
pub(super) fn values(document: &mut Value, sayings: &[&Saying], log: &mut Log) {
    for saying in sayings {
        for place in &saying.enums {
            let Some(Value::Object(schema)) = document.pointer_mut(place) else { continue };
            let before = schema.get("description").and_then(Value::as_str).unwrap_or_default();
            let Some((after, note)) = with_values(before, saying, *place == saying.pointer) else {
                continue;
            };
            insert_first(schema, "description", json!(after));
            log.add(&VALUES, format!("{place}/description"), note);
        }
    }
}

/// Marks each field with the providers that require it. What the first row says that names some, counts.
pub(super) fn marks(document: &mut Value, sayings: &[&Saying], log: &mut Log) {
    for saying in sayings.iter().filter(|saying| !saying.required_for.is_empty()) {
        let Some(Value::Object(fields)) = document.pointer_mut(&saying.pointer) else { continue };
        let mark = json!(saying.required_for);
        match fields.get(MARK) {
            // An overlay may know better.
            Some(other) if *other == mark => {}
            Some(_) => {
                let note = format!("{}: `{}` says otherwise", saying.name, saying.quote);
                log.add(&OTHER, format!("{}/{MARK}", saying.pointer), note);
            }
            None => {
                fields.insert(MARK.to_owned(), mark);
                let names = saying.required_for.iter().filter_map(providers::name);
                let note = format!("{}: {}", saying.name, names.collect::<Vec<_>>().join(", "));
                log.add(&PROVIDER, format!("{}/{MARK}", saying.pointer), note);
            }
        }
    }
}

/// How the line begins that says which row lists the values of an enum.
pub(crate) const LISTED: &str = "Listed in the row";

fn with_values(before: &str, saying: &Saying, is_own: bool) -> Option<(String, String)> {
    let is_there = |value: &str| before.contains(&format!("- `{value}`: "));
    let missing = saying.explained.iter().filter(|(value, _)| !is_there(value));
    let missing: Vec<_> = missing.collect();
    let (after, note) = if !missing.is_empty() {
        let note = format!("{}: {} values explained", saying.name, missing.len());
        (missing.iter().fold(before.trim_end().to_owned(), |text, it| with_item(&text, it)), note)
    } else if is_own || before.contains(LISTED) || before.contains("- `") || saying.words.is_empty()
    {
        return None;
    } else {
        let line = format!("{LISTED} `{}`: {}", saying.name, sentence(&saying.words));
        let note = format!("{}: the row that lists the values", saying.name);
        (joined(before.trim_end(), "\n\n", &line), note)
    };
    Some((after, note))
}

/// A text with an item about a value: in place of the line that says the same, or at the end.
fn with_item(text: &str, (value, words): &(String, String)) -> String {
    let item = format!("- `{value}`: {words}");
    let is_same = |line: &&str| plain(line) == plain(&item);
    if let Some(line) = text.lines().find(is_same) {
        return text.replacen(line, &item, 1);
    }
    let is_in_list = text.lines().last().is_some_and(|last| last.starts_with("- `"));
    joined(text, if is_in_list { "\n" } else { "\n\n" }, &item)
}

fn joined(before: &str, between: &str, added: &str) -> String {
    match before.is_empty() {
        true => added.to_owned(),
        false => format!("{before}{between}{added}"),
    }
}
