//! The vocabulary of changes on the wire, and the one rule that classifies them: who sends the
//! value, and whether it can now be more or less than before.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::pairs::{Places, Pointers};
use super::sets::Sets;

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
    /// JSON Pointer in the old document: the place, or where it would be.
    pub old: String,
    /// JSON Pointer in the new document, likewise.
    pub new: String,
    /// What the old document has at its pointer; absent in JSON if what changed is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<Value>,
    /// What the new document has at its pointer, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<Value>,
    /// What changed, in a few words.
    pub note: String,
    /// The operations that it reaches, as method and path of the new document.
    pub operations: Vec<String>,
    /// The schemas whose own values it is about.
    #[serde(skip)]
    pub(super) schemas: Option<Pointers>,
}

/// The changes so far. What several operations share is one change.
pub(super) struct WireChanges {
    /// What is known of the values of both documents' schemas.
    sets: Sets,
    changes: Vec<WireChange>,
    index: BTreeMap<(Direction, &'static str, String, String, String), usize>,
    /// The operation that the next changes belong to.
    pub(super) operation: String,
    /// The changes as they were told, those of several operations again for each.
    told: Vec<usize>,
    /// Whether the values are known to be the same, so that only what is beside them is told.
    are_values_equal: bool,
}

/// Rules of what is no set of values.
const BESIDE_VALUES: [&str; 5] =
    ["closed", "default", "discriminator", "known-value-added", "known-value-removed"];

impl WireChanges {
    /// None yet, between two documents.
    pub(super) fn of(old: &Value, new: &Value) -> Self {
        Self {
            sets: Sets::of(old, new),
            changes: Vec::new(),
            index: BTreeMap::new(),
            operation: String::new(),
            told: Vec::new(),
            are_values_equal: false,
        }
    }

    /// A reporter of changes in one direction.
    pub(super) fn in_direction(&mut self, direction: Direction) -> Reporter<'_> {
        Reporter { direction, changes: self }
    }

    fn add(&mut self, change: WireChange) {
        if self.are_values_equal && !BESIDE_VALUES.contains(&change.rule) {
            return;
        }
        let WireChange { direction, rule, old, new, note, .. } = change.clone();
        let index = *self.index.entry((direction, rule, old, new, note)).or_insert_with(|| {
            self.changes.push(change);
            self.changes.len() - 1
        });
        self.told.push(index);
        let Some(change) = self.changes.get_mut(index) else { return };
        if !change.operations.contains(&self.operation) {
            change.operations.push(self.operation.clone());
        }
    }

    /// Breaking ones first, otherwise in the order of the document.
    pub(super) fn sorted(mut self) -> Vec<WireChange> {
        self.changes.sort_by_key(|change| change.class);
        self.changes
    }
}

/// Reports changes of what travels in one direction.
pub(super) struct Reporter<'c> {
    pub(super) direction: Direction,
    changes: &'c mut WireChanges,
}

type Rule = &'static str;

impl Reporter<'_> {
    pub(super) fn add(
        &mut self,
        class: Class,
        rule: Rule,
        place: Places<'_>,
        note: impl Into<String>,
    ) {
        let (direction, note, operations) = (self.direction, note.into(), Vec::new());
        let Places { old, new, schemas } = place;
        let (was, is) = (old.value.cloned(), new.value.cloned());
        let (old, new) = (old.pointer, new.pointer);
        self.changes.add(WireChange {
            class,
            direction,
            rule,
            old,
            new,
            was,
            is,
            note,
            operations,
            schemas,
        });
    }

    /// What is known of the values of both documents' schemas.
    pub(super) fn sets(&mut self) -> &mut Sets {
        &mut self.changes.sets
    }

    /// How many changes were told.
    pub(super) fn count(&self) -> usize {
        self.changes.told.len()
    }

    /// Tells only what is beside the values; whether it was so before.
    pub(super) fn set_values_equal(&mut self, are_equal: bool) -> bool {
        std::mem::replace(&mut self.changes.are_values_equal, are_equal)
    }

    /// Whether only what is beside the values is told.
    pub(super) fn are_values_equal(&self) -> bool {
        self.changes.are_values_equal
    }

    /// Whether one of the later changes is of a class, and of the own values of two schemas.
    pub(super) fn is_told(&self, before: usize, schemas: &Pointers, class: Class) -> bool {
        let told = self.changes.told.iter().skip(before);
        let mut told = told.filter_map(|index| self.changes.changes.get(*index));
        told.any(|change| change.class == class && change.schemas.as_ref() == Some(schemas))
    }

    /// Corrects the class of the later changes of the own values of two schemas.
    pub(super) fn judge(&mut self, before: usize, schemas: &Pointers, class: Class) {
        let WireChanges { changes, told, .. } = &mut *self.changes;
        for index in told.iter().skip(before) {
            let change = changes.get_mut(*index);
            if let Some(change) = change.filter(|it| it.schemas.as_ref() == Some(schemas)) {
                change.class = class;
            }
        }
    }

    pub(super) fn breaking(&mut self, rule: Rule, place: Places<'_>, note: impl Into<String>) {
        self.add(Class::Breaking, rule, place, note);
    }

    pub(super) fn compatible(&mut self, rule: Rule, place: Places<'_>, note: impl Into<String>) {
        self.add(Class::Compatible, rule, place, note);
    }

    pub(super) fn narrowed(&mut self, rule: Rule, place: Places<'_>, note: impl Into<String>) {
        self.effect(Effect::Narrowed, rule, place, note);
    }

    pub(super) fn widened(&mut self, rule: Rule, place: Places<'_>, note: impl Into<String>) {
        self.effect(Effect::Widened, rule, place, note);
    }

    /// A change of the set of values.
    pub(super) fn effect(
        &mut self,
        effect: Effect,
        rule: Rule,
        place: Places<'_>,
        note: impl Into<String>,
    ) {
        self.add(effect.class(self.direction), rule, place, note);
    }

    /// A restriction that only one side has, with the notes for one that came and one that went.
    pub(super) fn restriction(
        &mut self,
        rule: Rule,
        (was, is): (bool, bool),
        [added, removed]: [&str; 2],
        place: Places<'_>,
    ) {
        match (was, is) {
            (false, true) => self.narrowed(rule, place, added),
            (true, false) => self.widened(rule, place, removed),
            _ => {}
        }
    }
}

impl Class {
    pub(super) fn breaking_if(breaks: bool) -> Self {
        if breaks { Self::Breaking } else { Self::Compatible }
    }
}

/// How reports name what is or is not required.
pub(crate) fn requirement(required: bool) -> &'static str {
    if required { "required" } else { "optional" }
}
