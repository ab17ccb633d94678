//! What a stage reports: every place that it changed, and what the client does not have.

use serde::Serialize;
use serde_json::Value;

use crate::error::Stage;

/// One thing that a stage did, at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The stage that did it.
    pub stage: Stage,
    /// The rule or overlay action that asked for it.
    pub rule: String,
    /// JSON Pointer of the place, in the document that the stage was given.
    pub place: String,
    /// What was done, in a few words.
    pub note: String,
    /// True where meaning was lost: something is no longer checked.
    pub loosened: bool,
}

/// An operation, or a part of one, that the client does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The operation's id, or its method and path.
    pub operation: String,
    /// JSON Pointer of the part that is left out.
    pub place: String,
    /// Why.
    pub reason: String,
}

/// A document, and what the stage that made it did.
#[derive(Clone, Debug)]
pub struct Staged {
    /// The document as the next stage gets it.
    pub document: Value,
    /// Every change, in order.
    pub changes: Vec<Change>,
}

/// The changes of one stage, in the order in which they were made.
#[derive(Debug)]
pub(crate) struct Log {
    stage: Stage,
    pub(crate) changes: Vec<Change>,
}

impl Log {
    pub(crate) fn new(stage: Stage) -> Self {
        Self { stage, changes: Vec::new() }
    }

    /// A change that keeps or corrects the document's meaning.
    pub(crate) fn add(&mut self, rule: &str, place: impl Into<String>, note: impl Into<String>) {
        self.push(rule, place.into(), note.into(), false);
    }

    /// A translation that accepts more than the original did.
    pub(crate) fn loosen(&mut self, rule: &str, place: impl Into<String>, note: impl Into<String>) {
        self.push(rule, place.into(), note.into(), true);
    }

    fn push(&mut self, rule: &str, place: String, note: String, loosened: bool) {
        let (stage, rule) = (self.stage, rule.to_owned());
        self.changes.push(Change { stage, rule, place, note, loosened });
    }
}
