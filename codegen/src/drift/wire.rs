//! The vocabulary of changes on the wire, and the one rule that classifies them: who sends the
//! value, and whether it can now be more or less than before.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::document::node::Node;

/// Who sends what changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Neither: the operation itself, its security, its server.
    Operation,
    /// The client, outside the body.
    Parameter,
    /// The client, in the body.
    Request,
    /// The server.
    Response,
}

/// What a change means for clients that are already deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// They may fail.
    Breaking,
    /// They go on as before.
    Compatible,
}

/// How the set of values that are allowed has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Fewer values than before.
    Narrowed,
    /// More values than before.
    Widened,
    /// Other values than before.
    Replaced,
}

impl Effect {
    /// Whoever receives decides what may come: a server that takes less refuses old clients, a
    /// server that sends more surprises them.
    pub(super) fn class(self, direction: Direction) -> Class {
        match (direction, self) {
            (Direction::Response, Self::Narrowed) => Class::Compatible,
            (Direction::Parameter | Direction::Request, Self::Widened) => Class::Compatible,
            _ => Class::Breaking,
        }
    }
}

/// One change on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WireChange {
    /// Whether deployed clients may fail.
    pub class: Class,
    /// Who sends it.
    pub direction: Direction,
    /// The kind of change, such as `property-added`.
    pub rule: &'static str,
    /// JSON Pointer in the old document: the place, or the one that would hold it.
    pub old: String,
    /// JSON Pointer in the new document, likewise.
    pub new: String,
    /// What changed, in a few words.
    pub note: String,
    /// The operations that it reaches, as method and path of the new document.
    pub operations: Vec<String>,
}

/// Changes found so far. What several operations share is one change.
#[derive(Default)]
pub(super) struct Found {
    changes: Vec<WireChange>,
    index: BTreeMap<(Direction, &'static str, String, String, String), usize>,
    operation: String,
}

impl Found {
    /// The operation that the next changes belong to.
    pub(super) fn in_operation(&mut self, label: String) {
        self.operation = label;
    }

    pub(super) fn add(
        &mut self,
        class: Class,
        direction: Direction,
        rule: &'static str,
        (old, new): (impl Into<String>, impl Into<String>),
        note: impl Into<String>,
    ) {
        let (old, new, note) = (old.into(), new.into(), note.into());
        let key = (direction, rule, old.clone(), new.clone(), note.clone());
        let operation = self.operation.clone();
        if let Some(&at) = self.index.get(&key) {
            let operations = &mut self.changes[at].operations;
            if !operations.contains(&operation) {
                operations.push(operation);
            }
            return;
        }
        self.index.insert(key, self.changes.len());
        let operations = vec![operation];
        self.changes.push(WireChange { class, direction, rule, old, new, note, operations });
    }

    /// Breaking ones first, otherwise in the order of the document.
    pub(super) fn sorted(mut self) -> Vec<WireChange> {
        self.changes.sort_by_key(|change| change.class);
        self.changes
    }
}

/// Both pointers of a pair of nodes.
pub(super) fn places(old: &Node, new: &Node) -> (String, String) {
    (old.pointer.clone(), new.pointer.clone())
}
