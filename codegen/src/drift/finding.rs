//! What all kinds of findings have: a line, and a fingerprint, by which one is known in the next report.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::accepted::short_hash;
use super::render::{index_line, lowercase};
use super::{
    CoveredChange, DocumentationChange, Drift, IndexChange, PageChange, RustChange, StalePatch,
    Unjudged, WireChange,
};

/// A kind of finding.
pub(super) trait Finding {
    /// The finding in a line.
    fn line(&self) -> String;

    /// What tells it from all others.
    fn essence(&self) -> Value;
}

/// A finding as JSON.
fn value(finding: &impl Serialize) -> Value {
    serde_json::to_value(finding).unwrap_or_default()
}

/// The same without what else changes with other findings, or is derived from this one.
fn value_without(finding: &impl Serialize, beside: &str) -> Value {
    let mut value = value(finding);
    if let Some(fields) = value.as_object_mut() {
        fields.shift_remove(beside);
    }
    value
}

impl Finding for WireChange {
    fn line(&self) -> String {
        let (class, direction) = (lowercase(&self.class), lowercase(&self.direction));
        format!("{class} {direction} {} #{}: {}", self.rule, self.new, self.note)
    }

    fn essence(&self) -> Value {
        value_without(self, "operations")
    }
}

impl Finding for RustChange {
    fn line(&self) -> String {
        format!("{} in Rust: {self}", lowercase(&self.class))
    }

    fn essence(&self) -> Value {
        value_without(self, "witness")
    }
}

impl Finding for PageChange {
    fn line(&self) -> String {
        self.to_string()
    }

    fn essence(&self) -> Value {
        value(self)
    }
}

impl Finding for Unjudged {
    fn line(&self) -> String {
        format!("not judged #{}", self.place)
    }

    fn essence(&self) -> Value {
        value(self)
    }
}

impl Finding for CoveredChange {
    fn line(&self) -> String {
        format!("covered by {}: {} #{}", self.by, self.page, self.place)
    }

    fn essence(&self) -> Value {
        value(self)
    }
}

impl Finding for DocumentationChange {
    fn line(&self) -> String {
        format!("text {}", self.place)
    }

    fn essence(&self) -> Value {
        value(self)
    }
}

impl Finding for IndexChange {
    fn line(&self) -> String {
        format!("list of pages: {}", index_line(self))
    }

    fn essence(&self) -> Value {
        value(self)
    }
}

impl Finding for StalePatch {
    fn line(&self) -> String {
        format!("{} ({}): {}", self.patch, self.place, self.note)
    }

    fn essence(&self) -> Value {
        value(self)
    }
}

/// The same for the same finding in every report, whatever else there is.
fn fingerprint(section: &str, finding: &(impl Finding + ?Sized)) -> String {
    let mut essence = finding.essence();
    essence.sort_all_objects();
    short_hash(&format!("{section} {essence}"))
}

/// All findings of a report, each with the name that its section has in JSON.
fn findings(drift: &Drift) -> Vec<(&'static str, &dyn Finding)> {
    fn add<'d>(
        all: &mut Vec<(&'static str, &'d dyn Finding)>,
        section: &'static str,
        findings: &'d [impl Finding],
    ) {
        all.extend(findings.iter().map(|it| (section, it as &dyn Finding)));
    }
    let mut all = Vec::new();
    add(&mut all, "pages", &drift.pages);
    add(&mut all, "wire", &drift.wire);
    add(&mut all, "unjudged", &drift.unjudged);
    add(&mut all, "rust", &drift.rust);
    add(&mut all, "documentation", &drift.documentation);
    add(&mut all, "examples", &drift.examples);
    add(&mut all, "page", &drift.page);
    add(&mut all, "index", &drift.index);
    add(&mut all, "covered", &drift.covered);
    add(&mut all, "stale", &drift.stale);
    all
}

/// All findings of a report: fingerprints and lines.
pub(super) fn all(drift: &Drift) -> Vec<(String, String)> {
    let all = findings(drift).into_iter();
    all.map(|(section, finding)| (fingerprint(section, finding), finding.line())).collect()
}

/// Takes the findings of these fingerprints out of a report; the lines of those that there were.
pub(super) fn take(drift: &mut Drift, fingerprints: &BTreeSet<String>) -> BTreeMap<String, String> {
    fn keep<F: Finding>(section: &str, findings: &mut Vec<F>, taken: &BTreeMap<String, String>) {
        findings.retain(|finding| !taken.contains_key(&fingerprint(section, finding)));
    }
    let mut taken: BTreeMap<_, _> = all(drift).into_iter().collect();
    taken.retain(|fingerprint, _| fingerprints.contains(fingerprint));
    keep("pages", &mut drift.pages, &taken);
    keep("wire", &mut drift.wire, &taken);
    keep("unjudged", &mut drift.unjudged, &taken);
    keep("rust", &mut drift.rust, &taken);
    keep("documentation", &mut drift.documentation, &taken);
    keep("examples", &mut drift.examples, &taken);
    keep("page", &mut drift.page, &taken);
    keep("index", &mut drift.index, &taken);
    keep("covered", &mut drift.covered, &taken);
    keep("stale", &mut drift.stale, &taken);
    taken
}

/// A report as JSON, each finding with its fingerprint.
pub(super) fn json(drift: &Drift) -> Value {
    let mut json = serde_json::to_value(drift).unwrap_or_default();
    let mut indexes = BTreeMap::<_, usize>::new();
    for (section, finding) in findings(drift) {
        let index = indexes.entry(section).or_default();
        let written = json.get_mut(section).and_then(|section| section.get_mut(*index));
        *index += 1;
        if let Some(fields) = written.and_then(Value::as_object_mut) {
            fields.insert("fingerprint".to_owned(), fingerprint(section, finding).into());
        }
    }
    json
}
