//! What a page says beside its OpenAPI document: vendors announce a change there before they make it, and an
//! exporter leaves there what it has no place for.

use std::collections::{BTreeMap, BTreeSet};

use super::documentation::{DocumentationChange, line_changes};
use super::pages;
use super::pairs::pairs;
use super::statements;
use crate::vendor::Upstream;

/// What two versions of a page say otherwise, beside the document and the bodies of the examples.
pub fn page_says(old: &Upstream, new: &Upstream) -> Vec<DocumentationChange> {
    let whole = |page: &Upstream| page.page.is_some();
    if whole(old) != whole(new) {
        let note = |kept: &str| vec![format!("{kept} kept: nothing to compare it with")];
        let (removed, added) = match whole(new) {
            true => (Vec::new(), note("the page is")),
            false => (note("the page was"), Vec::new()),
        };
        return vec![DocumentationChange { place: new.slug.clone(), removed, added }];
    }
    let (mut old_only, mut new_only) = (BTreeMap::new(), BTreeMap::new());
    let mut changes = Vec::new();
    let (were, are) = (statements::of(old), statements::of(new));
    let order = |one: &[String], other: &BTreeMap<String, String>| {
        let both = one.iter().filter(|place| other.contains_key(*place)).cloned();
        both.collect::<Vec<_>>().join("\n")
    };
    let (was, is) = (order(&were.order, &are.said), order(&are.order, &were.said));
    changes.extend(line_changes(named(new, "the order of what is said"), &was, &is));
    for (place, before, after) in pairs(were.said, are.said) {
        match (before, after) {
            (Some(before), Some(after)) => {
                changes.extend(line_changes(named(new, &place), &before, &after));
            }
            (Some(before), None) => drop(old_only.insert(place, before)),
            (None, after) => drop(new_only.insert(place, after.unwrap_or_default())),
        }
    }
    let of = |only: &BTreeMap<_, String>| only.values().cloned().collect::<BTreeSet<_>>();
    // The same words at another place: the heading over them is what changed.
    let moved: BTreeSet<_> = of(&old_only).intersection(&of(&new_only)).cloned().collect();
    for (place, before, after) in pairs(old_only, new_only) {
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        if !moved.contains(&before) && !moved.contains(&after) {
            changes.extend(line_changes(named(new, &place), &before, &after));
        }
    }
    changes
}

fn named(page: &Upstream, place: &str) -> String {
    format!("{}, {place}", page.slug)
}

/// What the pages of both sides say otherwise, without what their documents say in the same words.
pub(super) fn compare(
    old: &[Upstream],
    new: &[Upstream],
    documentation: &[DocumentationChange],
) -> Vec<DocumentationChange> {
    let lines = |of: fn(&DocumentationChange) -> &Vec<String>| -> BTreeSet<&String> {
        documentation.iter().flat_map(of).collect()
    };
    let (removed, added) = (lines(|change| &change.removed), lines(|change| &change.added));
    let is_new = |change: &DocumentationChange| {
        !(change.removed.iter().all(|line| removed.contains(line))
            && change.added.iter().all(|line| added.contains(line)))
    };
    let both = old.iter().filter_map(|page| {
        let after = pages::counterpart(page, old, new)?;
        Some(page_says(page, after))
    });
    both.flatten().filter(is_new).collect()
}
