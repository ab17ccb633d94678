//! What a stage reports: every place that it changed, and what the client does not have.

use serde::Serialize;
use serde_json::Value;

use crate::error::Stage;

/// What becomes of a part of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// What the exporter broke is as the page itself says that it was.
    Mended,
    /// The same is said in other words.
    Translated,
    /// What was checked no longer is; more is accepted.
    Loosened,
    /// The client does not have it.
    LeftOut,
}

/// A kind of change that a stage makes. Each is declared beside the code that makes it, and stands in
/// its stage's table `RULES`, of which the documentation's tables are made.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// How reports name it.
    pub id: &'static str,
    /// What in a document it is about.
    pub subject: &'static str,
    /// What becomes of that.
    pub effect: Effect,
    /// How, or what stands in its place.
    pub result: &'static str,
}

impl Rule {
    pub(crate) const fn mended(
        id: &'static str,
        subject: &'static str,
        result: &'static str,
    ) -> Self {
        Self { id, subject, effect: Effect::Mended, result }
    }

    pub(crate) const fn translated(
        id: &'static str,
        subject: &'static str,
        result: &'static str,
    ) -> Self {
        Self { id, subject, effect: Effect::Translated, result }
    }

    pub(crate) const fn loosened(
        id: &'static str,
        subject: &'static str,
        result: &'static str,
    ) -> Self {
        Self { id, subject, effect: Effect::Loosened, result }
    }

    pub(crate) const fn left_out(
        id: &'static str,
        subject: &'static str,
        result: &'static str,
    ) -> Self {
        Self { id, subject, effect: Effect::LeftOut, result }
    }
}

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
    /// The rule that leaves it out.
    #[serde(skip)]
    pub rule: &'static Rule,
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

    /// A change by a rule.
    pub(crate) fn add(&mut self, rule: &Rule, place: impl Into<String>, note: impl Into<String>) {
        self.push(rule.id, place.into(), note.into(), rule.effect == Effect::Loosened);
    }

    /// A change by an action of the overlay.
    pub(crate) fn add_action(&mut self, patch: &str, place: &str, note: String) {
        self.push(patch, place.to_owned(), note, false);
    }

    fn push(&mut self, rule: &str, place: String, note: String, loosened: bool) {
        let (stage, rule) = (self.stage, rule.to_owned());
        self.changes.push(Change { stage, rule, place, note, loosened });
    }
}
