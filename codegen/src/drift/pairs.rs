//! Matching of what both sides have by its key.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::document::node::Node;

/// The entries of both maps by their keys: those of the old one first, then what only the new has.
pub(super) fn pairs<K: Ord, V>(
    old: BTreeMap<K, V>,
    mut new: BTreeMap<K, V>,
) -> Vec<(K, Option<V>, Option<V>)> {
    let mut pairs = Vec::new();
    for (key, old) in old {
        let new = new.remove(&key);
        pairs.push((key, Some(old), new));
    }
    pairs.extend(new.into_iter().map(|(key, new)| (key, None, Some(new))));
    pairs
}

/// Pointers in the old and in the new document.
pub(super) type Pointers = (String, String);

/// A place of a document, and what is there.
#[derive(Clone, Debug)]
pub(super) struct Place<'d> {
    pub(super) pointer: String,
    /// None of what is not there: the pointer is then where it would be.
    pub(super) value: Option<&'d Value>,
}

impl<'d> Place<'d> {
    pub(super) fn of(node: &Node<'d>) -> Self {
        Self { pointer: node.pointer.clone(), value: Some(node.value) }
    }

    pub(super) fn missing(pointer: String) -> Self {
        Self { pointer, value: None }
    }

    /// Where a keyword of a schema is written, or where it would be.
    pub(super) fn keyword(written: Option<&Node<'d>>, schema: &Node<'_>, key: &str) -> Self {
        written.map_or_else(|| Self::missing(schema.place(key)), Self::of)
    }

    /// The field of an object, or where it would be.
    pub(super) fn field(holder: &Node<'d>, key: &str) -> Self {
        Self { pointer: holder.place(key), value: holder.value.get(key) }
    }
}

/// What is compared: a place of each document.
#[derive(Clone, Debug)]
pub(super) struct Places<'d> {
    pub(super) old: Place<'d>,
    pub(super) new: Place<'d>,
    /// The schemas whose own values it is about, if it is about those.
    pub(super) schemas: Option<Pointers>,
}

impl<'d> Places<'d> {
    pub(super) fn new(old: Place<'d>, new: Place<'d>) -> Self {
        Self { old, new, schemas: None }
    }

    /// The same as something about the own values of two schemas.
    pub(super) fn of_schemas(self, old: &Node<'_>, new: &Node<'_>) -> Self {
        Self { schemas: Some(pointers(old, new)), ..self }
    }

    /// The fields of two objects.
    pub(super) fn fields(old: &Node<'d>, new: &Node<'d>, key: &str) -> Self {
        Self::new(Place::field(old, key), Place::field(new, key))
    }
}

/// Both pointers of a pair of nodes.
pub(super) fn pointers(old: &Node<'_>, new: &Node<'_>) -> Pointers {
    (old.pointer.clone(), new.pointer.clone())
}

/// A pair of nodes.
pub(super) fn places<'d>(old: &Node<'d>, new: &Node<'d>) -> Places<'d> {
    Places::new(Place::of(old), Place::of(new))
}

/// A pair of nodes; where a side lacks the node, the pointer of what would hold it.
pub(super) fn places_or<'d>(nodes: [&Option<Node<'d>>; 2], holders: [String; 2]) -> Places<'d> {
    let [old, new] = nodes.map(|node| node.as_ref().map(Place::of));
    let [old_holder, new_holder] = holders.map(Place::missing);
    Places::new(old.unwrap_or(old_holder), new.unwrap_or(new_holder))
}
