//! What mends what: the findings of each stage, and of the overlay without one of its patches.

use std::collections::{BTreeMap, BTreeSet};

use roas_overlay::v1_1::{Action, Overlay};
use serde::Serialize;
use serde_json::Value;

use super::check;
use super::finding::Finding;
use super::operation::decoded;
use crate::error::Result;
use crate::overlay;
use crate::report::Change;
use crate::vendor::Upstream;

/// What the audit compares.
pub(super) struct Stages<'s> {
    pub(super) pages: &'s [Upstream],
    pub(super) normalized: &'s Value,
    pub(super) changes: &'s [Change],
    pub(super) overlay: Option<&'s Overlay>,
}

/// A finding in a vendored document.
#[derive(Debug, Serialize)]
pub struct Explained {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// The page that it is in.
    pub page: String,
    /// The rules and patches that mend it; none for one that is left.
    pub mended_by: Vec<String>,
}

/// The findings, explained as far as the stages can.
pub(super) struct Explanation {
    pub(super) vendored: Vec<Explained>,
    pub(super) left: Vec<Finding>,
    pub(super) idle_patches: Vec<String>,
}

impl Stages<'_> {
    pub(super) fn explain(&self) -> Result<Explanation> {
        let normalized = self.findings(self.normalized);
        let patched = match self.overlay {
            Some(overlay) => self.findings(&overlay::run(self.normalized, overlay)?.document),
            None => normalized.clone(),
        };
        let mends = self.what_patches_mend(&patched);
        let menders = |finding: &Finding| {
            if patched.contains_key(&finding.id) {
                return Vec::new();
            }
            if !normalized.contains_key(&finding.id) {
                return self.rules_at(finding);
            }
            let patches = mends.iter().filter(|(_, ids)| ids.contains(&finding.id));
            let mut names: Vec<_> = patches.map(|(name, _)| format!("overlay {name}")).collect();
            if names.is_empty() {
                // More than one patch would do on its own.
                names.push("overlay".to_owned());
            }
            names
        };
        let vendored = self.pages.iter().flat_map(|page| {
            let found = check::findings(&page.document, page).into_iter();
            found.map(|finding| Explained {
                mended_by: menders(&finding),
                page: page.slug.clone(),
                finding,
            })
        });
        Ok(Explanation {
            vendored: vendored.collect(),
            idle_patches: self.idle_patches(&mends),
            left: patched.into_values().collect(),
        })
    }

    /// The findings of all pages in the one document.
    fn findings(&self, document: &Value) -> BTreeMap<String, Finding> {
        let found = self.pages.iter().flat_map(|page| check::findings(document, page));
        found.map(|finding| (finding.id.clone(), finding)).collect()
    }

    /// For each patch, the findings that come back without it.
    fn what_patches_mend(
        &self,
        patched: &BTreeMap<String, Finding>,
    ) -> BTreeMap<String, BTreeSet<String>> {
        let Some(overlay) = self.overlay else { return BTreeMap::new() };
        let names = patches(overlay).into_keys();
        let mended = names.map(|name| {
            let others = overlay.actions.iter().enumerate();
            let others =
                others.filter(|(index, action)| overlay::rule_name(*index, action) != name);
            let actions = others.map(|(_, action)| action.clone()).collect();
            let without = Overlay { actions, ..overlay.clone() };
            // What builds on the patch does nothing without it, and is no fault here.
            let found = match overlay::run_without_stale(self.normalized, &without) {
                Ok((staged, _)) => self.findings(&staged.document),
                Err(_) => BTreeMap::new(),
            };
            // A finding that is there with the patch and reads otherwise is mended in part.
            let is_other = |finding: &Finding| {
                patched.get(&finding.id).is_none_or(|left| left.document != finding.document)
            };
            let back = found.into_values().filter(is_other).map(|finding| finding.id);
            (name, back.collect())
        });
        mended.collect()
    }

    /// Patches that mend no finding, save those whose every action says why it is there.
    fn idle_patches(&self, mends: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
        let all = self.overlay.map(patches).unwrap_or_default();
        let idle = all.into_iter().filter(|(name, actions)| {
            let mends_nothing = mends.get(name).is_none_or(BTreeSet::is_empty);
            mends_nothing && !actions.iter().all(|action| says_why(action))
        });
        idle.map(|(name, _)| name).collect()
    }

    /// The rules that changed the place; if none did, those around or below it.
    fn rules_at(&self, finding: &Finding) -> Vec<String> {
        let pointer = decoded(&finding.pointer);
        let rules = |near: &dyn Fn(&str) -> bool| -> Vec<String> {
            // With several pages, the page stands before the pointer.
            let at = |change: &Change| {
                decoded(change.place.split_once('#').map_or(&change.place, |(_, at)| at))
            };
            let changes = self.changes.iter().filter(|change| near(&at(change)));
            let names = changes.map(|change| format!("normalize {}", change.rule));
            names.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let exact = rules(&|place| place == pointer);
        let near = || rules(&|place| place.starts_with(&pointer) || pointer.starts_with(place));
        let found = if exact.is_empty() { near() } else { exact };
        if found.is_empty() { vec!["normalize".to_owned()] } else { found }
    }
}

fn patches(overlay: &Overlay) -> BTreeMap<String, Vec<&Action>> {
    let mut patches = BTreeMap::<String, Vec<&Action>>::new();
    for (index, action) in overlay.actions.iter().enumerate() {
        patches.entry(overlay::rule_name(index, action)).or_default().push(action);
    }
    patches
}

fn says_why(action: &Action) -> bool {
    let reason = action.extensions.as_ref().and_then(|fields| fields.get("x-because")?.as_str());
    reason.is_some_and(|words| !words.trim().is_empty())
}
