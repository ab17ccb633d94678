//! What mends what: the findings of each stage, and of the overlay without one of its patches.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::entries::{Entries, Entry};
use super::facts::Facts;
use super::finding::Finding;
use super::traffic::Traffic;
use super::{Audit, Left, check, disagree};
use crate::document::pointer::percent_decoded;
use crate::error::Result;
use crate::normalize::Merged;
use crate::overlay::{self, Action, Overlay};
use crate::vendor::Upstream;

/// What the audit compares.
pub(super) struct Stages<'s> {
    pub(super) traffic: &'s Traffic,
    pub(super) pages: &'s [Upstream],
    pub(super) normalized: &'s Merged,
    pub(super) overlay: Option<&'s Overlay>,
    pub(super) entries: &'s [Entry],
    pub(super) facts: &'s Facts,
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

/// The ids of the findings that each patch mends, by its name.
type Mends = BTreeMap<String, BTreeSet<String>>;

impl Stages<'_> {
    /// The findings, and what mends them, or why they are left.
    pub(super) fn explain(&self) -> Result<Audit> {
        let normalized = self.findings(&self.normalized.document);
        let document = match self.overlay {
            Some(overlay) => overlay::run(&self.normalized.document, overlay)?.document,
            None => self.normalized.document.clone(),
        };
        let patched = self.findings(&document);
        let patches = self.what_patches_mend(&patched);
        let mended_by = |finding: &Finding| {
            if patched.contains_key(&finding.id) {
                return Vec::new();
            }
            if !normalized.contains_key(&finding.id) {
                return self.rules_at(finding);
            }
            let patches = patches.iter().filter(|(_, ids)| ids.contains(&finding.id));
            let names: Vec<_> = patches.map(|(name, _)| format!("overlay {name}")).collect();
            // No single one if each of several patches is enough.
            if names.is_empty() { vec!["overlay".to_owned()] } else { names }
        };
        let vendored = self.vendored().into_iter().map(|(page, finding)| Explained {
            mended_by: mended_by(&finding),
            page,
            finding,
        });
        let entries = self.entries(&patched, &document);
        let left = patched.values().cloned().map(|finding| {
            let because = entries.because(&finding).map(str::to_owned);
            Left { because, finding }
        });
        Ok(Audit {
            vendored: vendored.collect(),
            left: left.collect(),
            idle_patches: self.idle_patches(&patches),
            stale_entries: entries.stale(),
            traffic: self.traffic.counts,
        })
    }

    /// The findings of a document that no entry explains.
    pub(super) fn open(&self, document: &Value) -> Vec<Finding> {
        let findings = self.findings(document);
        let entries = self.entries(&findings, document);
        let open = findings.values().filter(|finding| entries.because(finding).is_none());
        open.cloned().collect()
    }

    fn entries<'e>(
        &'e self,
        findings: &'e BTreeMap<String, Finding>,
        document: &'e Value,
    ) -> Entries<'e> {
        Entries { entries: self.entries, findings, document }
    }

    /// The findings of each page in its own document, and those of several pages, with the page's name.
    fn vendored(&self) -> Vec<(String, Finding)> {
        let findings = self.pages.iter().flat_map(|page| {
            let findings = check::findings(&page.document, page, self.facts).into_iter();
            findings.map(|finding| (page.slug.clone(), finding))
        });
        let documents: Vec<_> =
            self.pages.iter().map(|page| (&*page.slug, &page.document, page)).collect();
        findings.chain(disagree::findings(&documents)).collect()
    }

    /// The findings of all pages in the one document.
    fn findings(&self, document: &Value) -> BTreeMap<String, Finding> {
        let findings =
            self.pages.iter().flat_map(|page| check::findings(document, page, self.facts));
        let pages: Vec<_> = self.pages.iter().map(|page| (&*page.slug, document, page)).collect();
        let disagreements = disagree::findings(&pages).into_iter().map(|(_, finding)| finding);
        let findings = findings.chain(self.traffic.findings());
        findings.chain(disagreements).map(|finding| (finding.id.clone(), finding)).collect()
    }

    /// The actions of the overlay, each with the name of its patch.
    fn actions(&self) -> Vec<(String, &Action)> {
        let actions = self.overlay.iter().flat_map(|overlay| overlay.actions.iter().enumerate());
        actions.map(|(index, action)| (overlay::rule_name(index, action), action)).collect()
    }

    /// For each patch, the findings that come back without it.
    fn what_patches_mend(&self, patched: &BTreeMap<String, Finding>) -> Mends {
        let Some(overlay) = self.overlay else { return BTreeMap::new() };
        let actions = self.actions();
        let names: BTreeSet<_> = actions.iter().map(|(name, _)| name).collect();
        let mended = names.into_iter().map(|name| {
            let others = actions.iter().filter(|(other, _)| other != name);
            let others = others.map(|(_, action)| (*action).clone()).collect();
            let without = Overlay { actions: others, ..overlay.clone() };
            // What builds on the patch does nothing without it, and is no fault here.
            let findings = match overlay::examine(&self.normalized.document, &without) {
                Ok((staged, _)) => self.findings(&staged.document),
                Err(_) => BTreeMap::new(),
            };
            // A finding that is there with the patch and reads otherwise is mended in part.
            let is_mended = |finding: &Finding| {
                patched.get(&finding.id).is_none_or(|left| left.document != finding.document)
            };
            let ids = findings.into_values().filter(is_mended).map(|finding| finding.id);
            (name.clone(), ids.collect())
        });
        mended.collect()
    }

    /// Patches that mend no finding, save those whose every action says why it is there.
    fn idle_patches(&self, mends: &Mends) -> Vec<String> {
        let unexplained = self.actions().into_iter().filter(|(_, action)| !says_why(action));
        let unexplained: BTreeSet<_> = unexplained.map(|(name, _)| name).collect();
        let is_idle = |name: &String| mends.get(name).is_none_or(BTreeSet::is_empty);
        unexplained.into_iter().filter(is_idle).collect()
    }

    /// The rules that changed the place; if none did, those around or below it.
    fn rules_at(&self, finding: &Finding) -> Vec<String> {
        let pointer = percent_decoded(&finding.pointer);
        let changes = self.normalized.changes.iter().map(|change| {
            // With several pages, the page stands before the pointer.
            let place = change.place.split_once('#').map_or(&*change.place, |(_, place)| place);
            (percent_decoded(place), format!("normalize {}", change.rule))
        });
        let changes: Vec<_> = changes.collect();
        let rules = |is_near: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
            let near = changes.iter().filter(|(place, _)| is_near(place));
            near.map(|(_, rule)| rule.clone()).collect()
        };
        let mut names = rules(&|place| place == pointer);
        if names.is_empty() {
            names = rules(&|place| place.starts_with(&pointer) || pointer.starts_with(place));
        }
        if names.is_empty() { vec!["normalize".to_owned()] } else { names.into_iter().collect() }
    }
}

fn says_why(action: &Action) -> bool {
    let reason = action.extensions.get("x-because").and_then(Value::as_str);
    reason.is_some_and(|reason| !reason.trim().is_empty())
}
