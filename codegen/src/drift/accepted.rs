//! Findings that were looked at and accepted: `drift.yaml` of a spec folder. Each entry names the base that it was
//! accepted against, so that it says nothing of any other comparison.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Drift, finding};
use crate::error::{Error, Problem, Result, Stage};
use crate::files;
use crate::syntax::yaml;
use crate::vendor;

/// The file's name in a spec folder.
const FILE: &str = "drift.yaml";

const HEADER: &str = "\
# Findings of `cargo xtask drift` that were looked at and accepted, with the reason. An entry is about comparisons
# with one base, which the JSON report names; it fails when one of its findings is not found there any more.

";

/// Findings that are accepted, and why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    base: String,
    findings: Vec<Named>,
    because: String,
}

/// A finding as an entry has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    fingerprint: String,
    /// The finding in words, for whoever reads the file.
    finding: String,
}

/// A finding that is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// What tells it from all others.
    pub fingerprint: String,
    /// The finding in a line.
    pub finding: String,
    /// Why it is accepted.
    pub because: String,
}

/// The entries of a spec folder; none if it has no such file.
///
/// # Errors
/// A file that cannot be read, is no list of entries, or has an entry without a reason.
pub(super) fn read(spec: &Path) -> Result<Vec<Entry>> {
    let file = spec.join(FILE);
    if !file.exists() {
        return Ok(Vec::new());
    }
    let text = files::read(Stage::Drift, &file)?;
    let refused = |message| Error::new(Stage::Drift, Problem::Syntax { message }).in_file(&file);
    let entries: Option<Vec<Entry>> = yaml::read(&text).map_err(|error| error.report(refused))?;
    let entries = entries.unwrap_or_default();
    let unreasoned = entries.iter().position(|entry| entry.because.trim().is_empty());
    match unreasoned {
        Some(index) => {
            let message = "`because` is empty: say why these findings are accepted".to_owned();
            Err(refused(message).at(format!("/{index}/because")))
        }
        None => Ok(entries),
    }
}

/// Takes what is accepted against the base out of a report; what is accepted and not found is stale.
pub(super) fn apply(drift: &mut Drift, entries: &[Entry]) {
    let of_base: Vec<_> = entries.iter().filter(|entry| entry.base == drift.base).collect();
    if of_base.is_empty() {
        return;
    }
    let named =
        || of_base.iter().flat_map(|entry| entry.findings.iter().map(move |it| (*entry, it)));
    let fingerprints: BTreeSet<_> = named().map(|(_, it)| it.fingerprint.clone()).collect();
    let found = finding::take(drift, &fingerprints);
    for (entry, Named { fingerprint, finding }) in named() {
        let line = found.get(fingerprint);
        let finding = line.unwrap_or(finding).clone();
        let (fingerprint, because) = (fingerprint.clone(), entry.because.trim().to_owned());
        let accepted = Accepted { fingerprint, finding, because };
        match line {
            Some(_) => drift.accepted.push(accepted),
            None => drift.accepted_and_gone.push(accepted),
        }
    }
}

/// The text of `drift.yaml` with one more entry for all that a report has left, and the file; none if nothing is
/// left.
///
/// # Errors
/// An empty reason, and a file that cannot be read.
pub(super) fn with(drift: &Drift, spec: &Path, because: &str) -> Result<Option<files::Files>> {
    let file = spec.join(FILE);
    let refused = |message: &str| {
        let message = message.to_owned();
        Err(Error::new(Stage::Drift, Problem::Syntax { message }).in_file(spec))
    };
    if !spec.is_dir() {
        return refused("what is accepted is kept in a spec folder, and this is none: vendor it");
    }
    if because.trim().is_empty() {
        return refused("an accepted finding needs a reason: --accept BECAUSE");
    }
    read(spec)?;
    let left = finding::all(drift);
    if left.is_empty() {
        return Ok(None);
    }
    let findings: Vec<Value> = left
        .iter()
        .map(|(fingerprint, line)| json!({ "fingerprint": fingerprint, "finding": line }))
        .collect();
    let entry = json!([{ "base": drift.base, "findings": findings, "because": because.trim() }]);
    let before = match file.exists() {
        true => files::read(Stage::Drift, &file)?.trim_end().to_owned() + "\n",
        false => HEADER.to_owned(),
    };
    let mut written = files::Files::default();
    written.add(file, before + &yaml::print(&entry));
    Ok(Some(written))
}

/// A short name of something long.
pub(super) fn short_hash(text: &str) -> String {
    vendor::sha256(text).chars().take(16).collect()
}
