//! The two sides of a comparison: a spec folder, an OpenAPI file, or a spec folder as a revision of
//! the repository has it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use serde::Serialize;
use serde_json::Value;
use tempfile::TempDir;

use super::accepted::{self, Entry};
use super::surface::Surface;
use crate::error::{Error, Problem, Result, Stage};
use crate::overlay::{ActionFault, Fault, Overlay};
use crate::pipeline::Prepared;
use crate::{lower, normalize, pipeline, vendor};

/// One side, as far as it is compared.
#[derive(Debug)]
pub struct Side {
    /// What it is called in the report.
    pub(super) name: String,
    /// The documents of the stages, and what they were made of.
    prepared: Prepared,
    /// The lowered document before the words of tables were handed on: a changed row is one change, at the table that
    /// says it, and not one more at each field. None of a file, which has no tables left.
    pub(super) undescribed: Option<Value>,
    /// The public surface of the crate that it makes.
    pub(super) surface: Surface,
    /// The vendor's list of pages, where one is kept.
    pub(super) index: Option<Vec<vendor::Link>>,
    /// The overlay actions that do not fit here.
    unfit: Vec<ActionFault>,
    /// What of the changes from an earlier version is accepted.
    pub(super) accepted: Vec<Entry>,
    /// Where it was read from.
    origin: Origin,
}

/// What a copy of a side's files stands for, so that faults are of the files that a person knows.
#[derive(Debug, Default)]
struct Origin {
    /// The copy's folder, which may be gone by now; empty if there is no copy.
    copy: PathBuf,
    real: PathBuf,
    /// Whether every file of the copy is made of that one.
    is_file: bool,
}

impl Origin {
    fn place(&self, error: Error) -> Error {
        let real = |file: &Path| match self.is_file {
            true => self.real.clone(),
            false => self.real.join(file),
        };
        match self.copy.as_os_str().is_empty() {
            true => error,
            false => error.moved(&self.copy, real),
        }
    }
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
        Self::prepare(path)?.outlined()
    }

    /// Reads both sides at once, since what takes time is to generate their clients. Where both are generated from
    /// the same document, there is nothing to compare in Rust, and none is.
    ///
    /// # Errors
    /// Each side's own: a folder outside a repository, a revision that git does not know, and those of [`read`].
    ///
    /// [`read`]: Self::read
    pub fn read_both(old: &Old, new: &Path) -> (Result<Self>, Result<Self>) {
        let (old, new) = at_once(|| old.prepare(), || Self::prepare(new));
        match (old, new) {
            (Ok(old), Ok(new)) if old.has_client_of(&new) => (Ok(old), Ok(new)),
            (old, new) => at_once(|| old.and_then(Self::outlined), || new.and_then(Self::outlined)),
        }
    }

    fn has_client_of(&self, other: &Self) -> bool {
        let [own, other] = [self, other].map(|side| &side.prepared);
        own.lowered.document == other.lowered.document && own.settings == other.settings
    }

    /// With the public surface of its client.
    fn outlined(self) -> Result<Self> {
        let surface = self.prepared.surface().map_err(|error| self.origin.place(error))?;
        Ok(Self { surface, ..self })
    }

    fn prepare(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        if path.is_dir() {
            return Self::of_spec(path, name, Origin::default());
        }
        let copy = Copy::called("API")?;
        vendor::run(&copy.path, &[path.to_owned()])?.write()?;
        let origin = Origin { copy: copy.path.clone(), real: path.to_owned(), is_file: true };
        Self::of_folder(&copy.path, name, origin)
    }

    fn at_revision(spec: &Path, revision: &str) -> Result<Self> {
        let copy = check_out(spec, revision)?;
        let origin = Origin { copy: copy.path.clone(), real: spec.to_owned(), is_file: false };
        Self::of_spec(&copy.path, format!("{} at {revision}", spec.display()), origin)
    }

    fn of_spec(spec: &Path, name: String, origin: Origin) -> Result<Self> {
        let mut side = Self::of_folder(spec, name, origin)?;
        let undescribed = lower::run(side.patched()).map_err(|error| side.origin.place(error))?;
        side.undescribed = Some(undescribed.document);
        Ok(side)
    }

    fn of_folder(spec: &Path, name: String, origin: Origin) -> Result<Self> {
        let read = || {
            let (prepared, index) = (pipeline::prepare_anyway(spec)?, vendor::index::kept(spec)?);
            Ok((prepared, index, accepted::read(spec)?))
        };
        let ((prepared, unfit), index, accepted) = read().map_err(|error| origin.place(error))?;
        let (undescribed, surface) = (None, Surface::default());
        Ok(Self { name, prepared, undescribed, surface, index, unfit, accepted, origin })
    }

    /// A hash of all that it is made of.
    pub(super) fn base(&self) -> String {
        accepted::short_hash(&self.prepared.inputs)
    }

    /// The lowered document.
    pub(super) fn lowered(&self) -> &Value {
        &self.prepared.lowered.document
    }

    /// The document as the overlay left it.
    pub(super) fn patched(&self) -> &Value {
        &self.prepared.patched.document
    }

    /// The vendored documents.
    pub(super) fn upstream(&self) -> &[vendor::Upstream] {
        &self.prepared.pages
    }

    /// The corrections of them.
    pub(super) fn overlay(&self) -> Option<&Overlay> {
        self.prepared.overlay.as_ref()
    }

    /// The normalize rules that found something to mend.
    fn rules(&self) -> BTreeSet<&str> {
        self.prepared.normalized.changes.iter().map(|change| change.rule.as_str()).collect()
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
        let (before, after) = (old.rules(), self.rules());
        let rules = before.difference(&after).map(|rule| StalePatch {
            patch: (*rule).to_owned(),
            place: "normalize".to_owned(),
            note:
                "nothing left to mend: the vendor has fixed this, or says it otherwise; nothing to \
                   delete, the rule is there for every page"
                    .to_owned(),
        });
        actions.chain(rules).collect()
    }
}

/// Where the old side of a comparison is.
#[derive(Clone, Debug)]
pub enum Old {
    /// In a spec folder or an OpenAPI file.
    Path(PathBuf),
    /// In a spec folder, as a revision of its repository has it.
    Revision {
        /// The spec folder.
        spec: PathBuf,
        /// What git takes for one: a hash, a branch, a tag.
        revision: String,
    },
}

impl Old {
    fn prepare(&self) -> Result<Side> {
        match self {
            Self::Path(path) => Side::prepare(path),
            Self::Revision { spec, revision } => Side::at_revision(spec, revision),
        }
    }
}

/// Two results, one of them of a thread beside this one.
fn at_once<T: Send>(
    one: impl FnOnce() -> Result<T> + Send,
    other: impl FnOnce() -> Result<T>,
) -> (Result<T>, Result<T>) {
    thread::scope(|scope| {
        // As large as a process's own stack, which the pipeline is made for.
        let beside = thread::Builder::new().stack_size(8 << 20).spawn_scoped(scope, one);
        let other = other();
        let one = match beside.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(one)) => one,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => {
                Err(Error::io(Stage::Drift, "cannot start a thread in", Path::new("."), error))
            }
        };
        (one, other)
    })
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
