//! The two sides of a comparison: a spec folder, an OpenAPI file, or a spec folder as a revision of
//! the repository has it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use roas_overlay::v1_1::Overlay;
use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;

use super::surface::Surface;
use crate::error::{Error, Problem, Result, Stage};
use crate::overlay::{ActionFault, Fault};
use crate::{lower, normalize, pipeline, vendor};

/// One side, as far as it is compared.
#[derive(Debug)]
pub struct Side {
    /// What it is called in the report.
    pub(super) name: String,
    /// The lowered document.
    pub(super) document: Value,
    /// The same before the words of tables were handed on: a changed row is one change, at the table that
    /// says it, and not one more at each field. None of a file, which has no tables left.
    pub(super) undescribed: Option<Value>,
    /// The document as the overlay left it.
    pub(super) patched: Value,
    /// The public surface of the crate that it makes.
    pub(super) surface: Surface,
    /// The normalize rules that found something to mend.
    rules: BTreeSet<String>,
    /// The vendored documents.
    pub(super) upstream: Vec<vendor::Upstream>,
    /// The vendor's list of pages, where one is kept.
    pub(super) index: Option<Vec<vendor::Link>>,
    /// The corrections of them.
    pub(super) overlay: Option<Overlay>,
    /// The overlay actions that do not fit here.
    unfit: Vec<ActionFault>,
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
    /// What the pipeline refuses. An overlay action that does not fit is none: it is reported.
    pub fn read(path: &Path) -> Result<Self> {
        if path.is_dir() {
            return Self::of_spec(path, path.display().to_string());
        }
        let spec = Copy::called("API")?;
        vendor::run(&spec.path, &[path.to_owned()])?.write()?;
        let side = Self::of_folder(&spec.path, path.display().to_string());
        side.map_err(|error| error.moved(&spec.path, |_| path.to_owned()))
    }

    /// Reads a spec folder as a revision has it.
    ///
    /// # Errors
    /// A folder outside a repository, a revision that git does not know, and those of [`read`].
    ///
    /// [`read`]: Self::read
    pub fn at_revision(spec: &Path, revision: &str) -> Result<Self> {
        let copy = check_out(spec, revision)?;
        let side = Self::of_spec(&copy.path, format!("{} at {revision}", spec.display()));
        side.map_err(|error| error.moved(&copy.path, |file| spec.join(file)))
    }

    fn of_spec(spec: &Path, name: String) -> Result<Self> {
        let mut side = Self::of_folder(spec, name)?;
        side.undescribed = Some(lower::run(&side.patched)?.document);
        Ok(side)
    }

    fn of_folder(spec: &Path, name: String) -> Result<Self> {
        let (outcome, unfit) = pipeline::run_anyway(spec)?;
        let changes = outcome.changes.into_iter();
        let normalized = changes.filter(|change| change.stage == Stage::Normalize);
        Ok(Self {
            name,
            document: outcome.documents.lowered,
            patched: outcome.documents.patched,
            undescribed: None,
            surface: outcome.surface,
            rules: normalized.map(|change| change.rule).collect(),
            unfit,
            index: vendor::index::kept(spec)?,
            overlay: outcome.overlay,
            upstream: outcome.upstream,
        })
    }

    /// The patches of which an action does not fit here.
    pub(super) fn unfit_patches(&self) -> impl Iterator<Item = &str> {
        self.unfit.iter().map(|action| action.patch.as_str())
    }

    /// What the other side needed and this one does not.
    pub(super) fn stale_patches(&self, old: &Self) -> Vec<StalePatch> {
        let unfit = self.unfit.iter().filter(|action| action.fault != Fault::Unrecorded);
        let actions = unfit.map(|action| StalePatch {
            patch: action.patch.clone(),
            place: format!("overlay.yaml #/actions/{}", action.index),
            note: action.fault.to_string(),
        });
        let rules = old.rules.difference(&self.rules).map(|rule| StalePatch {
            patch: rule.clone(),
            place: "normalize".to_owned(),
            note:
                "nothing left to mend: the vendor has fixed this, or says it otherwise; nothing to \
                   delete, the rule is there for every page"
                    .to_owned(),
        });
        actions.chain(rules).collect()
    }
}

/// A spec folder that goes when it is dropped.
struct Copy {
    _folder: TempDir,
    path: PathBuf,
}

impl Copy {
    /// In a folder of that name, which an API without a title is called after.
    fn called(name: &str) -> Result<Self> {
        let failed = |error| {
            Error::io(Stage::Drift, "cannot make a folder in", &std::env::temp_dir(), error)
        };
        let folder = TempDir::new().map_err(failed)?;
        let path = folder.path().join(name).join("spec");
        fs::create_dir_all(&path).map_err(failed)?;
        Ok(Self { _folder: folder, path })
    }
}

/// The spec folder of a revision, in a folder that goes when it is dropped.
fn check_out(spec: &Path, revision: &str) -> Result<Copy> {
    let listed =
        git(spec, &["ls-tree", "-r", "--name-only", "-z", "--end-of-options", revision, "."])?;
    let names = String::from_utf8_lossy(&listed);
    let files: Vec<_> = names.split('\0').filter(|name| !name.is_empty()).collect();
    if files.is_empty() {
        let reason = format!("the revision `{revision}` has nothing in this folder");
        return Err(Error::new(Stage::Drift, Problem::Revision { reason }).in_file(spec));
    }
    let copy = Copy::called(&normalize::folder(&spec.join("upstream")))?;
    for name in files {
        let content = git(spec, &["show", "--end-of-options", &format!("{revision}:./{name}")])?;
        let file = copy.path.join(name);
        fs::create_dir_all(file.parent().unwrap_or(&copy.path))
            .and_then(|()| fs::write(&file, &content))
            .map_err(|error| Error::io(Stage::Drift, "cannot write", &file, error))?;
    }
    Ok(copy)
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let output =
        output.map_err(|error| Error::io(Stage::Drift, "cannot run git in", folder, error))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr);
    let reason = message.lines().next().unwrap_or("git failed").trim_start_matches("fatal: ");
    let problem = Problem::Revision { reason: reason.to_owned() };
    Err(Error::new(Stage::Drift, problem).in_file(folder))
}
