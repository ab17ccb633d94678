//! A document against its own documentation and examples: the page says everything up to three
//! times, and where it disagrees with itself, one side is wrong.
//!
//! Runs on the vendored documents (the vendor's defects) and on the patched one (what is left).
//! What is gone must have been mended by something, what is left must be left on purpose, and what
//! mends nothing must say why it is there.

mod accept;
mod across;
mod bodies;
mod check;
mod compare;
mod described;
mod disagree;
mod entries;
mod examples;
mod explain;
mod facts;
mod finding;
mod infer;
mod mend;
mod mends;
mod naming;
mod operation;
mod parameters;
mod propose;
mod render;
mod sample;
mod samples;
mod servers;
mod shown;
mod traffic;

use std::path::{Path, PathBuf};

use serde::Serialize;

pub use entries::{EntryFault, StaleEntry, Values};
pub use explain::Explained;
pub use finding::{Finding, Kind};
pub use mend::Reason;
pub use propose::{Proposal, run as propose, run_with as propose_with};
pub use render::Format;
pub use traffic::Counts as TrafficCounts;
pub(crate) use traffic::Recorded;
pub(crate) use traffic::form;

use crate::document::path_template::without_variables;
use crate::error::{Result, Stage};
use crate::{files, normalize, overlay, vendor};

/// The findings of a spec folder, with what became of each.
#[derive(Debug, Serialize)]
pub struct Audit {
    /// What is wrong in the vendor's pages, and what mends it.
    pub vendored: Vec<Explained>,
    /// What the patched document still has.
    pub left: Vec<Left>,
    /// Overlay patches that mend nothing and do not say why they are there.
    pub idle_patches: Vec<String>,
    /// Explanations of `audit.yaml` that do not hold.
    pub stale_entries: Vec<StaleEntry>,
    /// How many recorded calls were looked at, if any were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic: Option<TrafficCounts>,
}

/// A finding in the patched document.
#[derive(Debug, Serialize)]
pub struct Left {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// Why it is left, if it is left on purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

impl Audit {
    /// Whether every finding is explained, and every explanation needed.
    pub fn is_explained(&self) -> bool {
        self.left.iter().all(|left| left.because.is_some())
            && self.idle_patches.is_empty()
            && self.stale_entries.is_empty()
    }
}

/// Audits a spec folder.
///
/// # Errors
/// Whatever keeps the folder from being vendored, normalized or patched; an `audit.yaml` that is
/// not a list of findings with reasons.
pub fn run(spec: &Path) -> Result<Audit> {
    run_with(spec, &[])
}

/// The same with recorded traffic (HAR files), which is held against the document as examples are.
///
/// # Errors
/// As [`run`], and a file that is no HAR.
pub fn run_with(spec: &Path, traffic: &[PathBuf]) -> Result<Audit> {
    let mut pages = vendor::load(spec)?;
    let overlay_file = spec.join("overlay.yaml");
    let overlay = overlay::read(&overlay_file)?;
    let entries = entries::read(&spec.join("audit.yaml"))?;
    let normalized = normalize::run(&pages)?;
    let facts = facts::Facts::of(&normalized.document, &pages);
    let traffic = traffic::Traffic::read(traffic, &mut pages)?;
    let stages = explain::Stages {
        traffic: &traffic,
        pages: &pages,
        normalized: &normalized,
        overlay: overlay.as_ref(),
        entries: &entries,
        facts: &facts,
    };
    stages.explain().map_err(|error| overlay::in_file(error, &overlay_file))
}

/// What `audit.yaml` says once every explanation that can has the values that it explains.
#[derive(Debug)]
pub struct Accepted {
    /// The file's text.
    pub text: String,
    /// What was recorded otherwise before.
    pub changes: Vec<StaleEntry>,
    /// What cannot be recorded, for nothing is found there: for a person to remove or correct.
    pub refused: Vec<StaleEntry>,
}

/// Records which values each explanation in `audit.yaml` is about.
///
/// # Errors
/// As [`run`], and a file in which findings do not stand on lines of their own.
pub fn accept(spec: &Path) -> Result<Accepted> {
    let audit = run(spec)?;
    let file = spec.join("audit.yaml");
    let text = if file.exists() { files::read(Stage::Audit, &file)? } else { String::new() };
    let (changes, refused): (Vec<_>, Vec<_>) =
        audit.stale_entries.into_iter().partition(accept::is_acceptable);
    let found = changes.iter().filter_map(|stale| {
        let wanted = without_variables(&stale.finding);
        let left = audit.left.iter().find(|left| without_variables(&left.finding.id) == wanted)?;
        Some((stale.clone(), left.finding.clone()))
    });
    let text = match changes.is_empty() {
        true => text,
        false => accept::accept(&text, &found.collect::<Vec<_>>())
            .map_err(|error| error.in_file(&file))?,
    };
    Ok(Accepted { text, changes, refused })
}
