//! What is wrong with an action that no longer fits the document, and what to do about it.

use std::collections::BTreeSet;
use std::fmt;

use super::document::Action;
use serde_json::Value;

use super::evidence::{self, Difference};
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
    /// A part of what it corrects is as it should be, and the rest is not.
    PartlyFixed {
        /// What the action would do and is done.
        what: String,
    },
    /// Its target no longer selects what it was written against, which is still there.
    Unselected {
        /// The places, below those that the action selects.
        places: Vec<String>,
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
            Self::PartlyFixed { what } => {
                write!(f, "{what}: take this part out of the action, the rest still applies")
            }
            Self::Unselected { places } => {
                let places = places.join("`, `");
                write!(f, "no longer selects `{places}`, which is still there: mistyped?")
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
    let removed = places.iter().filter(|_| action.remove).map(|place| {
        let named = evidence::named(before, place);
        let holder = place.rsplit_once('/').and_then(|(holder, _)| before.pointer(holder));
        // An item of a list says little without the list.
        let steps = if holder.is_some_and(Value::is_array) { 2 } else { 1 };
        let start = named.rmatch_indices('/').nth(steps - 1).map_or(0, |(slash, _)| slash + 1);
        named.get(start..).unwrap_or(&named).to_owned()
    });
    let removed: BTreeSet<_> = removed.collect();
    for place in places {
        match (&action.update, before.pointer(place)) {
            _ if action.remove => {}
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
        let target = evidence::named(self.after, place.get(..target).unwrap_or(place));
        let named = evidence::named(self.after, place);
        let below = named.strip_prefix(&target).unwrap_or(&named).trim_start_matches('/');
        let below = if below.is_empty() { "the place itself" } else { below };
        let names = if is_new { &mut self.added } else { &mut self.set };
        names.insert(below.to_owned());
    }
}
