//! The two sides of a comparison: a spec folder, an OpenAPI file, or a spec folder as a revision of
//! the repository has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Serialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::error::{Error, Problem, Result, Stage};
use crate::overlay::StaleAction;
use crate::pipeline::{self, Outcome};
use crate::vendor;

/// One side, as far as it is compared.
#[derive(Clone, Debug)]
pub struct Side {
    /// What it is called in the report.
    pub name: String,
    /// The lowered document.
    pub document: Value,
    /// The public surface of the crate that it makes.
    pub outline: String,
    /// Bodies of the documented examples, by page and name.
    pub examples: BTreeMap<String, Value>,
    /// The normalize rules that found something to mend.
    rules: BTreeSet<String>,
    /// The overlay actions that do nothing here, and were left out.
    stale: Vec<StaleAction>,
}

/// A patch that is no longer needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StalePatch {
    /// The overlay's patch, or the rule.
    pub patch: String,
    /// Where it is.
    pub place: String,
    /// What it no longer does, and what to delete.
    pub note: String,
}

impl Side {
    /// Reads a spec folder, an OpenAPI file (3.0 or 3.1, YAML or JSON), or a documentation page.
    ///
    /// # Errors
    /// What the pipeline refuses. A stale overlay action is none: it is left out and reported.
    pub fn read(path: &Path) -> Result<Self> {
        if path.is_dir() {
            return Self::of_folder(path, path.display().to_string());
        }
        let spec = temporary()?;
        vendor::run(spec.path(), &[path.to_owned()])?.write()?;
        let side = Self::of_folder(spec.path(), path.display().to_string());
        side.map_err(|error| error.moved(spec.path(), |_| path.to_owned()))
    }

    /// Reads a spec folder as a revision has it.
    ///
    /// # Errors
    /// A folder outside a repository, a revision that git does not know, and those of [`read`].
    ///
    /// [`read`]: Self::read
    pub fn at_revision(spec: &Path, revision: &str) -> Result<Self> {
        let copy = check_out(spec, revision)?;
        let side = Self::of_folder(copy.path(), format!("{} at {revision}", spec.display()));
        side.map_err(|error| error.moved(copy.path(), |file| spec.join(file)))
    }

    fn of_folder(spec: &Path, name: String) -> Result<Self> {
        let (outcome, stale) = pipeline::run_without_stale(spec)?;
        Ok(Self::of(&outcome, &vendor::load(spec)?, stale, name))
    }

    fn of(
        outcome: &Outcome,
        pages: &[vendor::Upstream],
        stale: Vec<StaleAction>,
        name: String,
    ) -> Self {
        let mended = outcome.changes.iter().filter(|change| change.stage == Stage::Normalize);
        Self {
            name,
            document: outcome.documents.lowered.clone(),
            outline: outcome.outline.clone(),
            examples: pages.iter().flat_map(examples).collect(),
            rules: mended.map(|change| change.rule.clone()).collect(),
            stale,
        }
    }

    /// What the other side needed and this one does not.
    pub(super) fn stale_patches(&self, old: &Self) -> Vec<StalePatch> {
        let actions = self.stale.iter().map(|action| StalePatch {
            patch: action.patch.clone(),
            place: format!("overlay.yaml #/actions/{}", action.index),
            note: format!("{}: delete the action, or that part of it", action.fault),
        });
        let rules = old.rules.difference(&self.rules).map(|rule| StalePatch {
            patch: rule.clone(),
            place: "normalize".to_owned(),
            note: "nothing left to mend: the vendor has fixed this; nothing to delete, the rule \
                   is there for every page"
                .to_owned(),
        });
        actions.chain(rules).collect()
    }
}

/// The bodies of a page's examples.
fn examples(page: &vendor::Upstream) -> Vec<(String, Value)> {
    let bodies = page.examples.iter().flat_map(|example| {
        let sides = [("request", &example.request), ("response", &example.response)];
        sides.into_iter().filter_map(move |(side, body)| {
            let body = body.as_ref()?;
            let value = match body {
                vendor::Body::Json(value) => value.clone(),
                vendor::Body::Text(text) => json!(text),
            };
            Some((format!("{}, {side} of `{}`", page.slug, example.name), value))
        })
    });
    bodies.collect()
}

fn temporary() -> Result<TempDir> {
    TempDir::new().map_err(|error| {
        Error::io(Stage::Drift, "cannot make a folder in", &std::env::temp_dir(), error)
    })
}

/// The spec folder of a revision, in a folder that goes when it is dropped.
fn check_out(spec: &Path, revision: &str) -> Result<TempDir> {
    let listed =
        git(spec, &["ls-tree", "-r", "--name-only", "-z", "--end-of-options", revision, "."])?;
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    let files: Vec<_> = names.split('\0').filter(|name| !name.is_empty()).collect();
    if files.is_empty() {
        let reason = format!("the revision `{revision}` has nothing in this folder");
        return Err(Error::new(Stage::Drift, Problem::Revision { reason }).in_file(spec));
    }
    let copy = temporary()?;
    for name in files {
        let content = git(spec, &["show", "--end-of-options", &format!("{revision}:./{name}")])?;
        let file = copy.path().join(name);
        write(&file, &content.stdout)
            .map_err(|error| Error::io(Stage::Drift, "cannot write", &file, error))?;
    }
    Ok(copy)
}

fn write(file: &PathBuf, content: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, content)
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Output> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let output =
        output.map_err(|error| Error::io(Stage::Drift, "cannot run git in", folder, error))?;
    if output.status.success() {
        return Ok(output);
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let reason = words.lines().next().unwrap_or("git failed").trim_start_matches("fatal: ");
    let problem = Problem::Revision { reason: reason.to_owned() };
    Err(Error::new(Stage::Drift, problem).in_file(folder))
}
