//! The stages before the generator.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Outcome, Stages, outcome};
#[cfg(feature = "commands")]
use crate::drift::surface::Surface;
use crate::error::{Error, Result, Stage};
use crate::files;
use crate::overlay::Overlay;
use crate::progenitor::Settings;
use crate::progress::Progress;
use crate::report::Staged;
use crate::{count, describe, document, lower, normalize, overlay, progenitor, vendor};

/// A spec folder as it was read, and its document as each stage before the generator left it.
#[derive(Debug)]
pub(crate) struct Prepared {
    spec: PathBuf,
    /// What a fault of the document is found in.
    source: PathBuf,
    pub(crate) pages: Vec<vendor::Upstream>,
    pub(crate) overlay: Option<Overlay>,
    pub(crate) settings: Settings,
    /// The hash of everything that was read.
    pub(crate) inputs: String,
    warnings: Vec<String>,
    pub(crate) normalized: normalize::Merged,
    pub(crate) patched: Staged,
    described: Staged,
    pub(crate) lowered: Staged,
}

/// Runs every stage before the generator.
pub(super) fn prepare(
    spec: &Path,
    corrections: Option<&Path>,
    adjust: impl FnOnce(Settings) -> Settings,
    patch: impl FnOnce(&Value, &Overlay) -> Result<Staged>,
    progress: &Progress,
) -> Result<Prepared> {
    let pages = vendor::load(spec)?;
    let overlay_file = spec.join("overlay.yaml");
    let overlay = overlay::read(&overlay_file)?;
    let settings_file = spec.join("generate.yaml");
    let settings = adjust(progenitor::settings::read(&settings_file)?);
    let beside = [overlay_file.as_path(), &settings_file].into_iter().chain(corrections);
    let inputs = fingerprint(&pages, beside)?;

    progress.stage(Stage::Normalize, pages.len(), "pages");
    let normalized = normalize::run_watched(&pages, progress)?;
    let operations = document::operations::operations(&normalized.document).len();
    progress.stage(Stage::Lower, operations, "operations");
    let before = || Staged { document: normalized.document.clone(), changes: Vec::new() };
    let patched = overlay.as_ref().map(|overlay| patch(&normalized.document, overlay)).transpose();
    let in_file = |error| overlay::in_file(error, &overlay_file);
    let patched = patched.map_err(in_file)?.unwrap_or_else(before);
    let patched = match corrections {
        Some(file) => corrected(patched, file)?,
        None => patched,
    };
    let source = source(spec, &pages);
    let misfits = document::checked::check(&normalized.document, &patched.document);
    let warnings = misfits.map_err(|error| match error.stage {
        Stage::Overlay => error.in_file(corrections.unwrap_or(&overlay_file)),
        _ => error.in_file(&source),
    })?;
    let described = describe::run(&normalized.document, &patched.document, &pages);
    let lowered = lower::run(&described.document).map_err(|error| error.in_file(&source))?;
    Ok(Prepared {
        spec: spec.to_owned(),
        source,
        pages,
        overlay,
        settings,
        inputs,
        warnings,
        normalized,
        patched,
        described,
        lowered,
    })
}

impl Prepared {
    /// The client.
    pub(super) fn generate(self, progress: &Progress) -> Result<Outcome> {
        let Self { spec, source, pages, overlay, settings, inputs, warnings, .. } = self;
        let Self { normalized, patched, described, lowered, .. } = self;
        let operations = document::operations::operations(&normalized.document).len();
        progress.stage(Stage::Generate, operations, "operations");
        let draft = progenitor::generate(&lowered.document, &settings);
        let draft = draft.map_err(|error| error.in_file(&source))?;
        progress.stage(Stage::Refine, operations, "operations");
        let generated = draft.finish(&lowered.document, &settings);
        let generated = generated.map_err(|error| error.in_file(&source))?;
        let stages = Stages { normalized, patched, described, lowered, generated };
        let mut outcome = outcome(&spec, pages, &inputs, stages)?;
        outcome.warnings.extend(warnings);
        outcome.warnings.extend(outcome.merged.iter().filter_map(count::Merged::warning));
        let Settings { runtime, tests, .. } = settings;
        for text in [Some(&outcome.client), outcome.mock.as_ref()].into_iter().flatten() {
            let checked = progenitor::refuse_leftovers(text, runtime);
            checked.map_err(|error| error.in_file(&source))?;
        }
        Ok(Outcome { overlay, runtime, tests, ..outcome })
    }

    /// The public surface of the client, which is not printed for it.
    ///
    /// # Errors
    /// What the generator refuses, with its place.
    #[cfg(feature = "commands")]
    pub(crate) fn surface(&self) -> Result<Surface> {
        let (document, settings) = (&self.lowered.document, &self.settings);
        let generated = progenitor::generate(document, settings)
            .and_then(|draft| draft.finish(document, settings))
            .map_err(|error| error.in_file(&self.source))?;
        Ok(Surface::of(&generated.file))
    }
}

/// What a fault of the document is found in: the page, or the folder of several.
fn source(spec: &Path, pages: &[vendor::Upstream]) -> PathBuf {
    match pages {
        [page] => page.file.clone(),
        _ => spec.join("upstream"),
    }
}

/// A patched document with more corrections.
fn corrected(patched: Staged, file: &Path) -> Result<Staged> {
    let missing = || {
        let error = std::io::Error::from(std::io::ErrorKind::NotFound);
        Error::io(Stage::Overlay, "cannot read", file, error)
    };
    let overlay = overlay::read(file)?.ok_or_else(missing)?;
    let more = overlay::run(&patched.document, &overlay);
    let more = more.map_err(|error| overlay::in_file(error, file))?;
    let changes = patched.changes.into_iter().chain(more.changes).collect();
    Ok(Staged { document: more.document, changes })
}

/// One hash over everything that decides the result.
fn fingerprint<'p>(
    pages: &[vendor::Upstream],
    beside: impl Iterator<Item = &'p Path>,
) -> Result<String> {
    let mut inputs = String::new();
    for page in pages {
        let request = page.provenance.request.as_ref();
        let request = request.map(|line| {
            let content_type = line.content_type.as_deref().unwrap_or_default();
            format!("{} {} {content_type}", line.method, line.url)
        });
        let request = request.unwrap_or_default();
        // What stands beside the document becomes documentation, words of tags and examples.
        let whole = page.page.as_deref().map(vendor::sha256).unwrap_or_default();
        let address = page.provenance.reference.as_deref().unwrap_or_default();
        let examples = serde_json::to_string(&page.examples).unwrap_or_default();
        let [document, examples] = [&page.text, &examples].map(|text| vendor::sha256(text));
        inputs += &format!("{} {document} {request} {whole} {address} {examples}\n", page.slug);
    }
    for file in beside.filter(|file| file.exists()) {
        let text = files::read(Stage::Output, file)?;
        inputs += &format!("{}\n", vendor::sha256(&text));
    }
    Ok(vendor::sha256(&inputs))
}
