//! Matching of what both sides have by its key.

use std::collections::BTreeMap;

use super::wire::Places;
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

/// Both pointers of a pair of nodes.
pub(super) fn places(old: &Node<'_>, new: &Node<'_>) -> Places {
    (old.pointer.clone(), new.pointer.clone())
}

/// Both pointers of a pair; where a side lacks the node, that of what would hold it.
pub(super) fn places_or(nodes: [&Option<Node<'_>>; 2], holders: [String; 2]) -> Places {
    let [old, new] = nodes.map(|node| node.as_ref().map(|node| node.pointer.clone()));
    let [old_holder, new_holder] = holders;
    (old.unwrap_or(old_holder), new.unwrap_or(new_holder))
}
