//! What the vendor's list of pages says otherwise: a page that is new there is one that the client lacks.

use serde::Serialize;

use crate::vendor::Link;

/// A change of the vendor's list of pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexChange {
    /// A page is listed now.
    Added(Link),
    /// A page is listed no more.
    Removed(Link),
    /// The new side alone keeps a list: there is nothing to compare it with.
    Kept,
    /// The old side alone keeps a list.
    Dropped,
}

/// Pages that one list has and the other has not; a page is its address.
pub(super) fn compare(old: Option<&[Link]>, new: Option<&[Link]>) -> Vec<IndexChange> {
    let (old, new) = match (old, new) {
        (None, None) => return Vec::new(),
        (None, Some(_)) => return vec![IndexChange::Kept],
        (Some(_), None) => return vec![IndexChange::Dropped],
        (Some(old), Some(new)) => (old, new),
    };
    let only = |these: &[Link], those: &[Link]| -> Vec<Link> {
        let is_there = |link: &Link| those.iter().any(|other| other.page() == link.page());
        these.iter().filter(|link| !is_there(link)).cloned().collect()
    };
    let removed = only(old, new).into_iter().map(IndexChange::Removed);
    removed.chain(only(new, old).into_iter().map(IndexChange::Added)).collect()
}
