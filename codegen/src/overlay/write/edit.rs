//! What becomes of a place of a document.

use serde_json::Value;

/// A place of the document, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// What it is for, in the words of a patch's name: `required request fields`.
    pub(crate) purpose: &'static str,
    /// JSON Pointer, through no reference.
    pub(crate) at: String,
    pub(crate) change: Change,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Merges into the place, as the `update` of an overlay action.
    Update(Value),
    /// Takes a text out of the list at the place.
    Drop(String),
    /// Puts a value in the place of what is there, which merging could not undo.
    Replace(Value),
    /// Takes the place itself out.
    Remove,
}

impl Edit {
    pub(crate) fn update(purpose: &'static str, at: impl Into<String>, update: Value) -> Self {
        Self { purpose, at: at.into(), change: Change::Update(update) }
    }

    pub(crate) fn replace(purpose: &'static str, at: impl Into<String>, value: Value) -> Self {
        Self { purpose, at: at.into(), change: Change::Replace(value) }
    }
}

impl Change {
    /// The value that it brings.
    pub(crate) fn value(&self) -> Option<&Value> {
        match self {
            Self::Update(value) | Self::Replace(value) => Some(value),
            Self::Drop(_) | Self::Remove => None,
        }
    }

    pub(crate) fn value_mut(&mut self) -> Option<&mut Value> {
        match self {
            Self::Update(value) | Self::Replace(value) => Some(value),
            Self::Drop(_) | Self::Remove => None,
        }
    }
}
