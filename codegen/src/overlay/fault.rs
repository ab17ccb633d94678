//! What is wrong with an action that no longer fits the document, and what to do about it.

use std::collections::BTreeSet;
use std::fmt;

use roas_overlay::v1_1::Action;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::evidence::{self, Difference};
use crate::document::operations::METHODS;
use crate::document::pointer;

/// An action that no longer fits the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionFault {
    /// Its index in the overlay.
    pub index: usize,
    /// Its line in the overlay's file, counted from 1; 0 where that is not known.
    pub line: usize,
    /// The patch that it belongs to.
    pub patch: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What it corrects is as it should be: the action can go, and its patch if nothing else of it applies.
    Fixed {
        /// What the action would do and is done.
        what: String,
        /// What the other actions of its patch still do, which may be wrong without this one.
        others: Vec<StillApplies>,
    },
    /// What holds the place that it selects is gone: moved by the vendor, or mistyped.
    Moved {
        /// The part of the target that selects nothing.
        missing: String,
        /// What is there instead, and reads most like it.
        nearest: Option<String>,
    },
    /// A place says something else than what the action was written against.
    Changed(Vec<Difference>),
    /// Nothing records what it was written against.
    Unrecorded,
}

/// An action that still does something, although another one of its patch no longer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StillApplies {
    /// Its index in the overlay.
    pub index: usize,
    /// What it does, below the place that it selects.
    pub does: String,
}

impl Fault {
    /// An action that is done, as far as it alone is concerned.
    pub(super) fn fixed(what: String) -> Self {
        Self::Fixed { what, others: Vec::new() }
    }

    /// Whether the vendor's document says what the action would say.
    pub fn is_fixed(&self) -> bool {
        matches!(self, Self::Fixed { .. })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed { what, others } if others.is_empty() => {
                write!(f, "{what}: no longer needed, delete the action")
            }
            Self::Fixed { what, others } => {
                write!(f, "{what}: no longer needed, but the rest of its patch still applies: ")?;
                others.iter().try_for_each(|other| write!(f, "{other}; "))?;
                f.write_str("look at the patch as a whole before you delete the action")
            }
            Self::Moved { missing, nearest: Some(nearest) } => {
                write!(f, "`{missing}` selects nothing: moved or mistyped; there is `{nearest}`")
            }
            Self::Moved { missing, nearest: None } => {
                write!(f, "`{missing}` selects nothing: moved or mistyped")
            }
            Self::Changed(differences) => {
                f.write_str("the vendor changed what it was written against")?;
                differences.iter().try_for_each(|difference| write!(f, "; {difference}"))
            }
            Self::Unrecorded => f.write_str("nothing records what it was written against"),
        }
    }
}

impl fmt::Display for StillApplies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#/actions/{} {}", self.index, self.does)
    }
}

impl fmt::Display for ActionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}, ", self.line)?;
        }
        write!(f, "#/actions/{}, {}: {}", self.index, self.patch, self.fault)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.place.is_empty() { "the place itself" } else { &self.place };
        write!(f, "{place}: was {}, is {}", shown(&self.was), shown(&self.is))
    }
}

fn shown(value: &Option<Value>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(value) => match (value["starts"].as_str(), value["sha256"].as_str()) {
            (Some(start), Some(hash)) => format!("\"{start}…\" ({hash})"),
            _ => value.to_string(),
        },
    }
}

/// What an action does to the places that it selects, in a few words: `adds servers/url=x, sets title`.
pub(super) fn effect(action: &Action, places: &[String], before: &Value, after: &Value) -> String {
    let mut effect = Effect { after, added: BTreeSet::new(), set: BTreeSet::new() };
    let removed = places.iter().filter(|_| action.is_remove()).map(|place| {
        let named = evidence::named(before, place);
        let holder = place.rsplit_once('/').and_then(|(holder, _)| before.pointer(holder));
        // An item of a list says little without the list.
        let steps = if holder.is_some_and(Value::is_array) { 2 } else { 1 };
        let start = named.rmatch_indices('/').nth(steps - 1).map_or(0, |(slash, _)| slash + 1);
        named[start..].to_owned()
    });
    let removed: BTreeSet<_> = removed.collect();
    for place in places {
        match (&action.update, before.pointer(place)) {
            _ if action.is_remove() => {}
            (Some(update), Some(there)) => effect.update(update, there, place, place.len()),
            _ => effect.add(place, place.len(), false),
        }
    }
    let told = [("removes", removed), ("adds", effect.added), ("sets", effect.set)].into_iter();
    let told = told.filter(|(_, names)| !names.is_empty());
    let told = told.map(|(verb, names)| {
        format!("{verb} {}", names.into_iter().collect::<Vec<_>>().join(", "))
    });
    told.collect::<Vec<_>>().join(", ")
}

/// What an update adds and sets, by names below the places that it selects.
struct Effect<'d> {
    after: &'d Value,
    added: BTreeSet<String>,
    set: BTreeSet<String>,
}

impl Effect<'_> {
    fn update(&mut self, update: &Value, there: &Value, at: &str, target: usize) {
        match (update, there) {
            (Value::Object(update), Value::Object(fields)) => {
                for (key, value) in update {
                    let place = pointer::join(at, key);
                    match fields.get(key) {
                        Some(there) => self.update(value, there, &place, target),
                        None => self.add(&place, target, true),
                    }
                }
            }
            // An update adds to a list.
            (Value::Array(update), Value::Array(items)) => {
                let added = items.len()..items.len() + update.len();
                added.for_each(|index| self.add(&format!("{at}/{index}"), target, true));
            }
            _ if update == there => {}
            _ => self.add(at, target, false),
        }
    }

    fn add(&mut self, place: &str, target: usize, is_new: bool) {
        let target = evidence::named(self.after, &place[..target]);
        let named = evidence::named(self.after, place);
        let below = named.strip_prefix(&target).unwrap_or(&named).trim_start_matches('/');
        let below = if below.is_empty() { "the place itself" } else { below };
        let names = if is_new { &mut self.added } else { &mut self.set };
        names.insert(below.to_owned());
    }
}

/// Says why a target selects nothing.
pub(super) fn of_target(document: &Value, action: &Action) -> Fault {
    let target = &action.target;
    let steps = steps(target);
    let selected = |count: usize| {
        let path = JsonPath::parse(&steps[..count].concat()).ok()?;
        path.query(document).first()
    };
    let known = (1..steps.len()).rev().find(|count| selected(*count).is_some()).unwrap_or(1);
    let holder = selected(known);
    let missing = &steps[known.min(steps.len() - 1)];
    let nearest = holder.and_then(|holder| nearest(holder, missing));
    // Where only the last step selects nothing and nothing reads like it, the thing is gone.
    if known + 1 == steps.len() && nearest.is_none() {
        let unless = match action.is_remove() {
            true => "",
            // What was to be set or added may be wanted at another place.
            false => " (unless what it corrects is called otherwise now)",
        };
        return Fault::fixed(format!("`{target}` selects nothing any more{unless}"));
    }
    let here = steps[..known].concat();
    Fault::Moved {
        missing: format!("{here}{missing}"),
        nearest: nearest.map(|key| format!("{here}['{key}']")),
    }
}

/// The steps of a JSONPath: `$`, `.paths`, `['/pets']`, `[?@.url == 'x']`.
fn steps(path: &str) -> Vec<String> {
    let (mut steps, mut step) = (Vec::new(), String::new());
    let (mut depth, mut quote) = (0, None);
    for c in path.trim().chars() {
        let starts = depth == 0 && quote.is_none() && (c == '[' || c == '.');
        // `..` and `.[` belong to what follows.
        if starts && !step.is_empty() && !step.ends_with('.') {
            steps.push(std::mem::take(&mut step));
        }
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') => depth -= 1,
            _ => {}
        }
        step.push(c);
    }
    steps.push(step);
    steps
}

/// The key of an object that reads most like the one that a step names.
fn nearest(holder: &Value, step: &str) -> Option<String> {
    let name = step.trim_start_matches(['.', '[', '\'', '"']).trim_end_matches([']', '\'', '"']);
    let keys = || holder.as_object().into_iter().flat_map(|fields| fields.keys());
    if METHODS.contains(&name) {
        return keys().find(|key| METHODS.contains(&key.as_str())).cloned();
    }
    let shape = |path: &str| {
        let steps = path.split('/').map(|step| if step.contains('{') { "{}" } else { step });
        steps.collect::<Vec<_>>().join("/")
    };
    if name.starts_with('/')
        && let Some(path) = keys().find(|key| shape(key) == shape(name))
    {
        return Some(path.clone());
    }
    let likeness = |key: &String| strsim::normalized_damerau_levenshtein(key, name);
    let best = keys().max_by(|one, other| likeness(one).total_cmp(&likeness(other)))?;
    (likeness(best) >= LEAST_LIKENESS).then(|| best.clone())
}

/// Below this, two names are two things: `type` and `types` are 0.8 alike, `email` and `phone` 0.
const LEAST_LIKENESS: f64 = 0.6;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fault(target: &str) -> String {
        let document = json!({
            "paths": { "/pets/{id}": { "put": { "parameters": [{ "name": "id" }] } } },
            "servers": [{ "url": "https://example.com" }],
        });
        let target = target.to_owned();
        of_target(&document, &Action { target, remove: Some(true), ..Action::default() })
            .to_string()
    }

    #[test]
    fn a_renamed_path_variable_is_found() {
        let fault = fault("$.paths['/pets/{petId}'].put.parameters[?@.name == 'petId']");
        assert!(fault.ends_with("there is `$.paths['/pets/{id}']`"), "{fault}");
    }

    #[test]
    fn another_method_is_found() {
        let fault = fault("$.paths['/pets/{id}'].patch.parameters");
        assert!(fault.ends_with("there is `$.paths['/pets/{id}']['put']`"), "{fault}");
    }

    #[test]
    fn a_filter_that_finds_nothing_more_is_fixed() {
        assert!(fault("$.servers[?@.url == 'https:/']").contains("no longer needed"));
    }

    #[test]
    fn a_name_that_is_mistyped_is_no_fix() {
        assert!(fault("$.servrs[?@.url == 'https:/']").contains("there is `$['servers']`"));
    }
}
