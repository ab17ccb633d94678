//! What an action was written against: the places that it removes, sets or adds, as its patch found
//! them. It stands in the overlay as `x-written-against`, where review sees it and other tools pass it
//! over. If the vendor changes one of these places, the action would cover the change; so it fails.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Action;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::syntax::number;

/// The extension that holds it.
pub(crate) const KEY: &str = "x-written-against";

/// A text that is longer is recorded as its start and a hash.
const MAX_TEXT: usize = 80;

/// What is said at a place; nothing if the document has no such place. Places are named from the deepest
/// one that holds all that an action selects, by names and not by indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence(pub(crate) BTreeMap<String, Option<Value>>);

/// A place that says something else than what an action was written against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The place, below those that the action selects.
    pub place: String,
    /// What was there; nothing if there was no such place.
    pub was: Option<Value>,
    /// What is there.
    pub is: Option<Value>,
}

impl Evidence {
    /// Reads what an action records; nothing if it records nothing.
    ///
    /// # Errors
    /// What is wrong with the extension.
    pub(crate) fn recorded(action: &Action) -> Result<Option<Self>, String> {
        let Some(written) = action.extensions.get(KEY) else {
            return Ok(None);
        };
        let fields = written.as_object().ok_or("is no mapping")?;
        if let Some(key) =
            fields.keys().find(|key| !["values", "present", "absent"].contains(&&***key))
        {
            return Err(format!("has a key `{key}`; it has `values`, `present` and `absent`"));
        }
        let mut found = BTreeMap::new();
        for (place, value) in fields.get("values").and_then(Value::as_object).into_iter().flatten()
        {
            found.insert(place.clone(), Some(value.clone()));
        }
        let texts = |key| fields.get(key).and_then(Value::as_array).into_iter().flatten();
        for place in texts("present").filter_map(Value::as_str) {
            found.insert(place.to_owned(), Some(element(place)));
        }
        for place in texts("absent").filter_map(Value::as_str) {
            found.insert(place.to_owned(), None);
        }
        Ok(Some(Self(found)))
    }

    /// The extension that records it.
    #[cfg(feature = "commands")]
    pub(crate) fn record(&self) -> Value {
        let (mut values, mut present, mut absent) =
            (serde_json::Map::new(), Vec::new(), Vec::new());
        for (place, value) in &self.0 {
            match value {
                None => absent.push(json!(place)),
                Some(Value::String(_)) if is_element(place) => present.push(json!(place)),
                Some(value) => drop(values.insert(place.clone(), value.clone())),
            }
        }
        let lists = [("present", present), ("absent", absent)].into_iter();
        let lists = lists.filter(|(_, list)| !list.is_empty());
        let mut record = serde_json::Map::new();
        if !values.is_empty() {
            record.insert("values".to_owned(), values.into());
        }
        record.extend(lists.map(|(key, list)| (key.to_owned(), list.into())));
        record.into()
    }

    /// Where this, which is recorded, differs from what is there now.
    pub(crate) fn differences(&self, now: &Self) -> Vec<Difference> {
        let places: BTreeSet<_> = self.0.keys().chain(now.0.keys()).collect();
        let differences = places.into_iter().map(|place| Difference {
            place: place.clone(),
            was: self.0.get(place).cloned().flatten(),
            is: now.0.get(place).cloned().flatten(),
        });
        let is_same = |it: &Difference| match (&it.was, &it.is) {
            (Some(was), Some(is)) => number::are_equal(was, is),
            (was, is) => was == is,
        };
        differences.filter(|it| !is_same(it)).collect()
    }
}

/// What became of the places that an action was written against.
pub(crate) struct Comparison {
    /// Those that say something else.
    pub(crate) differences: Vec<Difference>,
    /// Those to which the vendor has added the same as the action adds.
    pub(crate) equal: Vec<String>,
    /// Those that are there, and that the action no longer selects.
    pub(crate) unselected: Vec<String>,
}

/// The places that an action selects, as the document before its patch has them.
pub(crate) struct Selected {
    /// JSON Pointers.
    places: Vec<String>,
    /// The deepest place that holds all of them, by names. It is the same when one of them is gone.
    root: String,
}

impl Selected {
    pub(crate) fn of(places: &[String], now: &Value, before: &Value) -> Self {
        let located = places.iter().filter_map(|place| locate(before, &named(now, place)));
        let places: Vec<_> = located.collect();
        let holder = |place: &String| {
            let named = named(before, place);
            named.rsplit_once('/').map_or_else(String::new, |(holder, _)| holder.to_owned())
        };
        let root = common(places.iter().map(holder));
        Self { places, root }
    }

    pub(crate) fn evidence(&self, action: &Action, before: &Value) -> Evidence {
        let mut collector = Collector { before, found: BTreeMap::new() };
        for place in &self.places {
            match &action.update {
                Some(update) if !action.remove => collector.updated(place, update),
                _ => collector.leaves(place),
            }
        }
        let relative = |at: &str| {
            let named = named(before, at);
            named.strip_prefix(&self.root).unwrap_or(&named).trim_start_matches('/').to_owned()
        };
        let found = collector.found.into_iter();
        Evidence(found.map(|(at, value)| (relative(&at), value)).collect())
    }

    /// The places, as JSON Pointers.
    pub(crate) fn places(&self) -> &[String] {
        &self.places
    }

    /// Compares what is recorded with what is there.
    pub(crate) fn compare(
        &self,
        action: &Action,
        recorded: &Evidence,
        before: &Value,
    ) -> Comparison {
        let mut now = self.evidence(action, before);
        let (mut equal, mut unselected) = (Vec::new(), Vec::new());
        for (place, was) in &recorded.0 {
            let whole = format!("{}/{place}", self.root);
            let Some(there) = locate(before, &whole).and_then(|at| before.pointer(&at)) else {
                continue;
            };
            if was.is_some() {
                if !now.0.contains_key(place) && !self.holds(&whole, before) {
                    unselected.push(place.clone());
                    now.0.insert(place.clone(), was.clone());
                }
                continue;
            }
            now.0.retain(|other, _| other != place && !other.starts_with(&format!("{place}/")));
            let there = without_documentation(there);
            if self.added(action, &whole, before).is_some_and(|added| added == there) {
                equal.push(place.clone());
                now.0.insert(place.clone(), None);
            } else {
                now.0.insert(place.clone(), Some(there));
            }
        }
        Comparison { differences: self.differences(recorded, &now, before), equal, unselected }
    }

    /// What differs from what is recorded; of a place that holds others now, all that it holds.
    pub(crate) fn differences(
        &self,
        recorded: &Evidence,
        now: &Evidence,
        before: &Value,
    ) -> Vec<Difference> {
        let mut differences = recorded.differences(now);
        for index in 0..differences.len() {
            let Some(gone) = differences.get(index).filter(|it| it.is.is_none()) else { continue };
            let place = gone.place.clone();
            let there = locate(before, &format!("{}/{place}", self.root));
            let Some(there) = there.and_then(|at| before.pointer(&at)) else { continue };
            if let Some(gone) = differences.get_mut(index) {
                gone.is = Some(there.clone());
            }
            differences.retain(|other| !other.place.starts_with(&format!("{place}/")));
        }
        differences
    }

    /// Whether a place is one that is selected, or below one.
    fn holds(&self, whole: &str, before: &Value) -> bool {
        self.places.iter().map(|place| named(before, place)).any(|place| {
            whole.strip_prefix(&place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// What an action adds at a place.
    fn added(&self, action: &Action, place: &str, before: &Value) -> Option<Value> {
        let update = action.update.as_ref()?;
        self.places.iter().find_map(|at| {
            let below = locate(update, place.strip_prefix(&named(before, at))?)?;
            Some(without_documentation(update.pointer(&below)?))
        })
    }
}

/// A value without what says nothing of the contract.
pub(super) fn without_documentation(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(key, _)| !is_documentation(key));
            fields.map(|(key, value)| (key.clone(), without_documentation(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_documentation).collect(),
        plain => plain.clone(),
    }
}

/// Whether a key of a node is a name, documentation or an extension, which says nothing of the contract.
pub(crate) fn is_documentation(key: &str) -> bool {
    is_text(key) || key.starts_with("x-")
}

/// Whether a key of a node is for people alone.
pub(super) fn is_text(key: &str) -> bool {
    ["title", "description", "summary", "example", "examples", "externalDocs"].contains(&key)
}

/// The keywords that constrain the values of a schema itself, not those of its children.
const CONSTRAINTS: [&str; 21] = [
    "$ref",
    "type",
    "format",
    "pattern",
    "enum",
    "const",
    "nullable",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "readOnly",
    "writeOnly",
];

struct Collector<'b> {
    before: &'b Value,
    /// By JSON Pointer.
    found: BTreeMap<String, Option<Value>>,
}

impl Collector<'_> {
    /// Everything that a place says.
    fn leaves(&mut self, at: &str) {
        match self.before.pointer(at) {
            Some(Value::Object(fields)) if !fields.is_empty() => {
                for key in fields.keys().filter(|key| !is_documentation(key)) {
                    self.leaves(&pointer::join(at, key));
                }
            }
            Some(Value::Array(items)) if !items.is_empty() => {
                (0..items.len()).for_each(|index| self.leaves(&format!("{at}/{index}")));
            }
            Some(leaf) => drop(self.found.insert(at.to_owned(), Some(excerpt(leaf)))),
            None => {}
        }
    }

    /// What an update sets or adds at a place.
    fn updated(&mut self, at: &str, update: &Value) {
        let Some(there) = self.before.pointer(at) else { return };
        match (update, there) {
            (Value::Object(update), Value::Object(fields)) => {
                for (key, value) in update.iter().filter(|(key, _)| !is_documentation(key)) {
                    let place = pointer::join(at, key);
                    let is_there = fields.contains_key(key);
                    if !is_there || CONSTRAINTS.contains(&key.as_str()) {
                        self.constraints(at);
                    }
                    match is_there {
                        true => self.updated(&place, value),
                        false => drop(self.found.insert(place, None)),
                    }
                }
            }
            // An update adds to a list.
            (Value::Array(added), Value::Array(_)) => {
                for item in added {
                    let place = format!("{at}/{}", id(item).unwrap_or_else(|| "-".to_owned()));
                    let is_there = self.index_of(at, item).is_some();
                    self.found.insert(place, is_there.then(|| excerpt(item)));
                }
            }
            _ => self.leaves(at),
        }
    }

    fn index_of(&self, list: &str, item: &Value) -> Option<usize> {
        let items = self.before.pointer(list)?.as_array()?;
        items.iter().position(|other| id(other).is_some() && id(other) == id(item))
    }

    /// What a schema says of its own values.
    fn constraints(&mut self, at: &str) {
        let mut is_schema = false;
        visit::each(self.before, |kind, place, _| is_schema |= kind == Kind::Schema && place == at);
        let fields = self.before.pointer(at).filter(|_| is_schema).and_then(Value::as_object);
        for (key, _) in fields.into_iter().flatten() {
            if CONSTRAINTS.contains(&key.as_str()) {
                self.leaves(&pointer::join(at, key));
            }
        }
    }
}

/// A value as it is recorded.
fn excerpt(value: &Value) -> Value {
    match value.as_str().filter(|text| text.chars().count() > MAX_TEXT) {
        None => value.clone(),
        Some(text) => {
            let hash: String = format!("{:x}", Sha256::digest(text)).chars().take(16).collect();
            let start: String = text.chars().take(MAX_TEXT / 2).collect();
            json!({ "starts": start, "sha256": hash })
        }
    }
}

/// A place that is recorded and that a document still has below the place that held it.
pub(super) fn is_there(recorded: &Evidence, document: &Value, holder: &str) -> Option<String> {
    let holder = named(document, holder);
    let mut places = recorded.0.iter().filter(|(_, was)| was.is_some()).map(|(place, _)| place);
    places.find(|place| locate(document, &format!("{holder}/{place}")).is_some()).cloned()
}

/// A pointer with the names of list items in place of their indexes, which other items shift.
pub(crate) fn named(document: &Value, at: &str) -> String {
    let mut holder = Some(document);
    let mut path = String::new();
    for step in at.split('/').skip(1) {
        let index = step.parse::<usize>().ok();
        let items = holder.and_then(Value::as_array);
        let item = items.zip(index).and_then(|(items, index)| Some((items, items.get(index)?)));
        let name = item.and_then(|(items, item)| {
            let name = id(item)?;
            let same = items.iter().filter(|other| id(other).as_ref() == Some(&name)).count();
            // Plain values that are equal are one as far as anyone can tell.
            (same == 1 || !item.is_object()).then_some(name)
        });
        path.push('/');
        path.push_str(name.as_deref().unwrap_or(step));
        holder = holder.and_then(|holder| holder.pointer(&format!("/{step}")));
    }
    path
}

/// The place with a name that [`named`] gives, as a JSON Pointer into another document.
fn locate(document: &Value, named: &str) -> Option<String> {
    let (mut holder, mut at) = (document, String::new());
    for step in named.split('/').skip(1) {
        let key = match holder {
            Value::Array(items) => {
                let by_name = items.iter().position(|item| id(item).as_deref() == Some(step));
                by_name.or_else(|| step.parse().ok())?.to_string()
            }
            _ => step.to_owned(),
        };
        holder = holder.pointer(&format!("/{key}"))?;
        at = format!("{at}/{key}");
    }
    Some(at)
}

/// What tells an item of a list from the others: a plain value itself, or what it is called.
fn id(item: &Value) -> Option<String> {
    match item {
        Value::Object(fields) => ["name", "$ref", "url", "title"].iter().find_map(|key| {
            let text = fields.get(*key)?.as_str()?;
            Some(pointer::escape(&format!("{key}={text}")))
        }),
        Value::Array(_) => None,
        plain => {
            let text = plain.as_str().map_or_else(|| plain.to_string(), str::to_owned);
            Some(pointer::escape(&format!("={text}")))
        }
    }
}

/// Whether a place is an item of a list that is a plain value.
#[cfg(feature = "commands")]
fn is_element(place: &str) -> bool {
    place.rsplit('/').next().is_some_and(|last| last.starts_with('='))
}

fn element(place: &str) -> Value {
    let last = place.rsplit('/').next().unwrap_or_default();
    Value::String(pointer::unescape(last.trim_start_matches('=')))
}

/// The longest path that all begin with, in whole steps.
fn common(paths: impl Iterator<Item = String>) -> String {
    let mut common: Option<Vec<String>> = None;
    for path in paths {
        let steps: Vec<_> = path.split('/').map(str::to_owned).collect();
        common = Some(match common {
            None => steps,
            Some(other) => {
                let both = other.into_iter().zip(steps);
                both.take_while(|(one, other)| one == other).map(|(one, _)| one).collect()
            }
        });
    }
    common.unwrap_or_default().join("/")
}
