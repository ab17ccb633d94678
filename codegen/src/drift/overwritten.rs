//! What patches write over that the vendor has not said before: a correction that was accepted for one text
//! stands over the next one as well.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::pages::{self, PageChange, PageFate, PageOperation, Pages};
use super::{CoveredChange, Side};
use crate::document::difference::{Difference, differences};
use crate::document::operations::Operation;
use crate::document::path_template::without_variables;
use crate::document::{components, pointer};
use crate::overlay::Overlay;
use crate::vendor::Upstream;
use crate::{normalize, overlay};

/// A patch and a place that it writes over, by names; what a path variable is called does not count.
type Place = (String, String);

/// What the patches of the new side write over, and those of the old side did not.
pub(super) fn find(old: &Side, new: &Side) -> Vec<CoveredChange> {
    let (Some(before), Some(after)) = (overwritten(old), overwritten(new)) else {
        return Vec::new();
    };
    let page = match new.upstream() {
        [page] => page.slug.clone(),
        _ => "all pages".to_owned(),
    };
    let added = added(old, new);
    let is_of_added = |place: &str| added.iter().any(|holder| place.starts_with(holder));
    let news = after.into_iter().filter(|((patch, place), value)| {
        before.get(&(patch.clone(), place.clone())) != Some(value) && !is_of_added(place)
    });
    let changes = news.map(|((patch, place), value)| CoveredChange {
        page: page.clone(),
        was: before.get(&(patch.clone(), place.clone())).cloned(),
        is: Some(value),
        by: format!("overlay {patch}"),
        place,
        class: None,
    });
    changes.collect()
}

/// The places of operations and components that came with a page: what is corrected there was never said before.
fn added(old: &Side, new: &Side) -> Vec<String> {
    let [before, after] = [old, new].map(Pages::of);
    let pages = pages::compare(before, after).into_iter();
    let pages: Vec<_> = pages.filter(|page| page.change == PageFate::Added).collect();
    let mut places = components_of(new, &pages);
    for PageOperation { method, path, .. } in pages.into_iter().flat_map(|page| page.operations) {
        let operation = Operation { path, method: method.to_lowercase() };
        places.push(without_variables(&operation.pointer()) + "/");
    }
    places
}

/// The components that the document has for some pages alone.
fn components_of(side: &Side, pages: &[PageChange]) -> Vec<String> {
    let is_other = |page: &&Upstream| !pages.iter().any(|added| added.page == page.slug);
    let others: Vec<_> = side.upstream().iter().filter(is_other).cloned().collect();
    let [all, others] = [side.upstream(), &others].map(|pages| {
        let document = normalize::run(pages).map(|normalized| normalized.document);
        let names = document
            .iter()
            .flat_map(components::all)
            .map(|(section, name, _)| pointer::join(&pointer::join("/components", section), name));
        names.collect::<BTreeSet<_>>()
    });
    all.difference(&others).map(|place| without_variables(place) + "/").collect()
}

/// The values of the normalized document that patches replace or remove.
fn overwritten(side: &Side) -> Option<BTreeMap<Place, Value>> {
    let overlay = side.overlay()?;
    let mut document = normalize::run(side.upstream()).ok()?.document;
    let (mut found, mut start) = (BTreeMap::new(), 0);
    for actions in overlay::patches(overlay) {
        let name = overlay::rule_name(start, actions.first()?);
        start += actions.len();
        let patch = Overlay { actions: actions.to_vec(), ..overlay.clone() };
        let (staged, _) = overlay::examine(&document, &patch).ok()?;
        for difference in differences(&document, &staged.document) {
            for (pointer, value) in gone(&difference) {
                let place = without_variables(&overlay::named(&document, &pointer));
                found.insert((name.clone(), place), value.clone());
            }
        }
        document = staged.document;
    }
    Some(found)
}

/// What was there and is not any more; of a list, the items.
fn gone<'v>(difference: &Difference<'v>) -> Vec<(String, &'v Value)> {
    match (difference.one, difference.other) {
        (Some(Value::Array(items)), Some(Value::Array(others))) => {
            let gone = items.iter().enumerate().filter(|(_, item)| !others.contains(item));
            gone.map(|(index, item)| (format!("{}/{index}", difference.pointer), item)).collect()
        }
        (Some(value), _) => vec![(difference.pointer.clone(), value)],
        (None, _) => Vec::new(),
    }
}
