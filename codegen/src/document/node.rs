//! A place in a document that knows its JSON Pointer and follows references by content, so that a
//! component which is renamed or moved is no change on the wire.

use serde_json::Value;

use super::{pointer, visit};
use crate::bounds::MAX_REFERENCE_CHAIN;

/// A value, and where in which document it is.
#[derive(Clone, Debug)]
pub(crate) struct Node<'d> {
    pub(crate) document: &'d Value,
    pub(crate) pointer: String,
    pub(crate) value: &'d Value,
}

impl<'d> Node<'d> {
    pub(crate) fn root(document: &'d Value) -> Self {
        Self { document, pointer: String::new(), value: document }
    }

    /// The place with a pointer, if the document has it.
    pub(crate) fn at(document: &'d Value, pointer: &str) -> Option<Self> {
        let value = pointer::at(document, pointer)?;
        Some(Self { document, pointer: pointer.to_owned(), value })
    }

    /// The child of that name, with its reference followed.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        Some(self.child(key, self.value.get(key)?).resolved())
    }

    /// The child of that name as it is written.
    pub(crate) fn written(&self, key: &str) -> Option<Self> {
        Some(self.child(key, self.value.get(key)?))
    }

    fn child(&self, key: &str, value: &'d Value) -> Self {
        Self { document: self.document, pointer: pointer::join(&self.pointer, key), value }
    }

    /// The place where a child is, or would be.
    #[cfg(feature = "commands")]
    pub(crate) fn place(&self, key: &str) -> String {
        pointer::join(&self.pointer, key)
    }

    /// The fields of an object, references not followed.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'d str, Self)> + use<'d> {
        let this = self.clone();
        let fields = self.value.as_object().into_iter().flatten();
        fields.map(move |(key, value)| (key.as_str(), this.child(key, value)))
    }

    /// The items of a list, references not followed.
    pub(crate) fn items(&self) -> impl Iterator<Item = Self> + use<'d> {
        let this = self.clone();
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(move |(index, value)| this.child(&index.to_string(), value))
    }

    /// What the reference leads to, or the place itself.
    pub(crate) fn resolved(mut self) -> Self {
        for _ in 0..MAX_REFERENCE_CHAIN {
            let target = visit::reference(self.value).and_then(pointer::of_reference);
            match target.and_then(|at| Self::at(self.document, &at)) {
                Some(target) => self = target,
                None => break,
            }
        }
        self
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'d str> {
        self.value.get(key)?.as_str()
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.value.get(key).and_then(Value::as_bool).unwrap_or(false)
    }
}
