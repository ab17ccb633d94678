//! What a stage reports: the document it made and every place that it touched.

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

impl Change {
    /// A change that keeps or corrects the document's meaning.
    pub fn new(
        stage: Stage,
        rule: &str,
        place: impl Into<String>,
        note: impl Into<String>,
    ) -> Self {
        let (rule, place, note) = (rule.to_owned(), place.into(), note.into());
        Self { stage, rule, place, note, loosened: false }
    }

    /// The same, for a translation that accepts more than the original did.
    pub fn loosened(mut self) -> Self {
        self.loosened = true;
        self
    }
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
