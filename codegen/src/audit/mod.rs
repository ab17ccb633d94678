//! A document against its own documentation and examples: the page says everything up to three
//! times, and where it disagrees with itself, one side is wrong.
//!
//! Runs on the vendored documents (the vendor's defects) and on the patched one (what is left).
//! What is gone must have been mended by something, what is left must be left on purpose, and what
//! mends nothing must say why it is there.

mod check;
mod compare;
mod examples;
mod explain;
mod finding;
mod operation;
mod place;
mod render;
mod sample;
mod samples;
mod servers;
mod tables;

use std::path::Path;

use serde::{Deserialize, Serialize};

pub use explain::Explained;
pub use finding::{Finding, Kind};
pub use render::Format;
pub(crate) use tables::names_fields;

use crate::error::{Error, Problem, Result, Stage};
use crate::syntax::yaml;
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
    /// Entries of `audit.yaml` that match no finding.
    pub idle_entries: Vec<String>,
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

/// One entry of `audit.yaml`: findings that are left, and why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    findings: Vec<String>,
    because: String,
}

impl Audit {
    /// Whether every finding is explained, and every explanation needed.
    pub fn is_explained(&self) -> bool {
        self.left.iter().all(|left| left.because.is_some())
            && self.idle_patches.is_empty()
            && self.idle_entries.is_empty()
    }
}

/// Audits a spec folder.
///
/// # Errors
/// Whatever keeps the folder from being vendored, normalized or patched; an `audit.yaml` that is
/// not a list of findings with reasons.
pub fn run(spec: &Path) -> Result<Audit> {
    let pages = vendor::load(spec)?;
    let overlay_file = spec.join("overlay.yaml");
    let overlay = overlay::read(&overlay_file)?;
    let entries = entries(&spec.join("audit.yaml"))?;
    let normalized = normalize::run(&pages)?;
    let stages = explain::Stages {
        pages: &pages,
        normalized: &normalized,
        overlay: overlay.as_ref(),
        entries: &entries,
    };
    stages.explain().map_err(|error| overlay::in_file(error, &overlay_file))
}

/// The entries of a file; none if it is not there.
fn entries(file: &Path) -> Result<Vec<Entry>> {
    if !file.exists() {
        return Ok(Vec::new());
    }
    let text = files::read(Stage::Audit, file)?;
    let refused =
        |message: String| Error::new(Stage::Audit, Problem::Syntax { message }).in_file(file);
    let entries: Vec<Entry> = yaml::read(&text).map_err(|error| error.report(refused))?;
    match entries.iter().position(|entry| entry.because.trim().is_empty()) {
        Some(index) => Err(refused("`because` is empty".to_owned()).at(format!("/{index}"))),
        None => Ok(entries),
    }
}
