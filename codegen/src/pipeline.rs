//! The whole way from `spec/` to a client. `build.rs` and `cargo xtask codegen` both call
//! [`run`], so there is one path.

#[cfg(feature = "commands")]
mod lines;
mod summary;

use std::path::{Path, PathBuf};

use roas_overlay::v1_1::Overlay;
use serde_json::Value;

use crate::count::{self, Counting};
use crate::document::visit::{self, Kind};
use crate::error::{Error, Result, Stage};
use crate::files;
#[cfg(feature = "commands")]
use crate::files::Files;
use crate::normalize::Pages;
#[cfg(feature = "commands")]
use crate::overlay::ActionFault;
use crate::progenitor::Settings;
#[cfg(feature = "commands")]
use crate::progenitor::settings::Runtime;
use crate::progress::Progress;
use crate::report::{Change, LeftOut, Staged};
#[cfg(feature = "commands")]
use crate::scaffold;
use crate::syntax::yaml;
#[cfg(feature = "commands")]
pub use lines::lines;
pub use summary::Report;

use crate::{describe, document, lower, normalize, outline, overlay, progenitor, vendor};

/// What the pipeline makes of a spec folder.
#[derive(Debug)]
pub struct Outcome {
    /// The spec folder.
    pub spec: PathBuf,
    /// The document as each stage left it; a build script has no use for them.
    #[cfg(feature = "commands")]
    pub documents: Documents,
    /// Every change of every stage, in order.
    pub changes: Vec<Change>,
    /// What the client does not have.
    pub left_out: Vec<LeftOut>,
    /// How many operations the document has.
    pub operations: usize,
    /// How many of them the client has.
    pub generated: usize,
    /// Operations that are the same on an earlier page.
    pub merged: Vec<count::Merged>,
    /// The vendored pages that it is made of.
    pub upstream: Vec<vendor::Upstream>,
    /// The corrections that were applied, if there are some.
    pub overlay: Option<Overlay>,
    /// How many they are, and what they share.
    pub pages: Pages,
    /// How many schemas it has, each inside another counted.
    pub schemas: usize,
    /// What a reader should know and no stage decides on.
    pub warnings: Vec<String>,
    /// The patched document, as `openapi.yaml` has it.
    pub openapi: String,
    /// The client, as `generated.rs` has it.
    pub client: String,
    /// Typed `httpmock` helpers, as `generated_mock.rs` has them, if they are asked for.
    pub mock: Option<String>,
    /// The public surface of the client.
    pub outline: String,
    /// The same with whole names, for drift.
    #[cfg(feature = "commands")]
    pub(crate) surface: crate::drift::surface::Surface,
    /// Parameters that go by another name in Rust, or are written in a way of their own.
    pub parameters: Vec<progenitor::Parameter>,
    /// What sends the client's requests.
    pub runtime: progenitor::settings::Runtime,
    /// How tests of the documented examples reach the crate, if they are asked for.
    pub tests: Option<progenitor::settings::Tests>,
}

/// The document as each stage left it. As the vendor has it, it is in [`Outcome::upstream`].
#[cfg(feature = "commands")]
#[derive(Debug)]
pub struct Documents {
    /// As normalize left it.
    pub normalized: Value,
    /// As the overlay left it.
    pub patched: Value,
    /// With the words of the pages' tables.
    pub described: Value,
    /// In OpenAPI 3.0.3, as `openapi.yaml` has it.
    pub lowered: Value,
}

#[cfg(feature = "commands")]
impl Documents {
    /// Each with the name that `--emit` gives it.
    fn named(&self) -> [(&'static str, &Value); 4] {
        let [_, normalized, patched, described, lowered] = EMITTED;
        [
            (normalized, &self.normalized),
            (patched, &self.patched),
            (described, &self.described),
            (lowered, &self.lowered),
        ]
    }
}

/// Runs every stage on a spec folder. Reads files, writes none.
///
/// # Errors
/// The first stage that fails, with the place and what to do next.
pub fn run(spec: &Path) -> Result<Outcome> {
    run_watched(spec, &Progress::default())
}

/// The same, telling how far it is.
///
/// # Errors
/// As [`run`].
pub fn run_watched(spec: &Path, progress: &Progress) -> Result<Outcome> {
    run_with(spec, None, |settings| settings, overlay::run, progress)
}

/// The same, with the corrections of one who depends on the crate applied after those of the folder.
///
/// # Errors
/// As [`run`]; those of the overlay name its file.
pub fn run_corrected(spec: &Path, overlay: &Path) -> Result<Outcome> {
    run_with(spec, Some(overlay), |settings| settings, overlay::run, &Progress::default())
}

/// The same for a crate of its own, which has no hand-written code for generated code to meet.
///
/// # Errors
/// As [`run`].
pub fn run_alone(spec: &Path, progress: &Progress) -> Result<Outcome> {
    run_with(spec, None, alone, overlay::run, progress)
}

/// The same for a crate whose name is known, so that the examples in its documentation compile.
///
/// # Errors
/// As [`run`].
#[cfg(feature = "commands")]
pub(crate) fn run_for(
    spec: &Path,
    library: String,
    runtime: Option<Runtime>,
    progress: &Progress,
) -> Result<Outcome> {
    let adjust = |settings: Settings| {
        let runtime = runtime.unwrap_or(settings.runtime);
        // Mocks are made with what the runtime brings.
        let mock = (runtime == Runtime::OpenapiClientRuntime).then(|| "crate".to_owned());
        Settings { library: Some(library), runtime, mock, ..alone(settings) }
    };
    run_with(spec, None, adjust, overlay::run, progress)
}

/// The same as [`run_alone`], whether or not all actions of the overlay fit; those that do not are told.
///
/// # Errors
/// As [`run`], save for those actions.
#[cfg(feature = "commands")]
pub(crate) fn run_anyway(spec: &Path) -> Result<(Outcome, Vec<ActionFault>)> {
    let mut unfit = Vec::new();
    let patch = |document: &Value, overlay: &Overlay| {
        let (staged, faults) = overlay::examine(document, overlay)?;
        unfit = faults;
        Ok(staged)
    };
    let outcome = run_with(spec, None, alone, patch, &Progress::default())?;
    Ok((outcome, unfit))
}

/// What the stages made of a spec folder on which the pipeline fails, as far as they come: documents by the
/// names that `--emit` gives them, and changes.
#[cfg(feature = "commands")]
pub(crate) fn passed(spec: &Path) -> (Vec<(&'static str, Value)>, Vec<Change>) {
    let (mut documents, mut changes) = (Vec::new(), Vec::new());
    let Ok(pages) = vendor::load(spec) else { return (documents, changes) };
    documents.push((EMITTED[0], vendored(&pages)));
    let Ok(normalized) = normalize::run(&pages) else { return (documents, changes) };
    changes.extend(normalized.changes);
    documents.push((EMITTED[1], normalized.document.clone()));
    let overlay = overlay::read(&spec.join("overlay.yaml"));
    let patched = match overlay {
        Ok(Some(overlay)) => overlay::examine(&normalized.document, &overlay),
        Ok(None) => Ok((Staged { document: normalized.document.clone(), changes: vec![] }, vec![])),
        Err(_) => return (documents, changes),
    };
    let Ok((patched, _)) = patched else { return (documents, changes) };
    changes.extend(patched.changes);
    documents.push((EMITTED[2], patched.document.clone()));
    let described = describe::run(&normalized.document, &patched.document, &pages);
    changes.extend(described.changes);
    documents.push((EMITTED[3], described.document.clone()));
    if let Ok(lowered) = lower::run(&described.document) {
        changes.extend(lowered.changes);
        documents.push((EMITTED[4], lowered.document));
    }
    (documents, changes)
}

/// The names of the documents that `--emit` writes.
#[cfg(feature = "commands")]
const EMITTED: [&str; 5] = [
    "1-vendored.yaml",
    "2-normalized.yaml",
    "3-patched.yaml",
    "4-described.yaml",
    "5-lowered.yaml",
];

fn alone(settings: Settings) -> Settings {
    Settings { mock: None, library: None, tests: None, ..settings }
}

fn run_with(
    spec: &Path,
    corrections: Option<&Path>,
    adjust: impl FnOnce(Settings) -> Settings,
    patch: impl FnOnce(&Value, &Overlay) -> Result<Staged>,
    progress: &Progress,
) -> Result<Outcome> {
    let pages = vendor::load(spec)?;
    let overlay_file = spec.join("overlay.yaml");
    let overlay = overlay::read(&overlay_file)?;
    let settings_file = spec.join("generate.yaml");
    let settings = adjust(progenitor::settings::read(&settings_file)?);
    let beside: Vec<&Path> =
        [overlay_file.as_path(), &settings_file].into_iter().chain(corrections).collect();
    let inputs = fingerprint(&pages, &beside)?;

    progress.stage(Stage::Normalize, pages.len(), "pages");
    let normalized = normalize::run_watched(&pages, progress)?;
    let operations = document::operations::operations(&normalized.document).len();
    progress.stage(Stage::Lower, operations, "operations");
    let before = || Staged { document: normalized.document.clone(), changes: Vec::new() };
    let patched = overlay.as_ref().map(|overlay| patch(&normalized.document, overlay)).transpose();
    let patched = patched.map_err(|error| overlay::in_file(error, &overlay_file))?;
    let patched = patched.unwrap_or_else(before);
    let patched = match corrections {
        Some(file) => corrected(patched, file)?,
        None => patched,
    };
    let source = source(spec, &pages);
    let misfits = document::checked::check(&normalized.document, &patched.document);
    let misfits = misfits.map_err(|error| match error.stage {
        Stage::Overlay => error.in_file(corrections.unwrap_or(&overlay_file)),
        _ => error.in_file(&source),
    })?;
    let described = describe::run(&normalized.document, &patched.document, &pages);
    let lowered = lower::run(&described.document).map_err(|error| error.in_file(&source))?;
    progress.stage(Stage::Generate, operations, "operations");
    let draft = progenitor::generate(&lowered.document, &settings);
    let draft = draft.map_err(|error| error.in_file(&source))?;
    progress.stage(Stage::Refine, operations, "operations");
    let generated = draft.finish(&lowered.document, &settings);
    let generated = generated.map_err(|error| error.in_file(&source))?;
    let stages = Stages { normalized, patched, described, lowered, generated };
    let mut outcome = outcome(spec, pages, &inputs, stages)?;
    outcome.warnings.extend(misfits);
    outcome.warnings.extend(outcome.merged.iter().filter_map(count::Merged::warning));
    let Settings { runtime, tests, .. } = settings;
    Ok(Outcome { overlay, runtime, tests, ..outcome })
}

/// What a fault of the document is found in: the page, or the folder of several.
fn source(spec: &Path, pages: &[vendor::Upstream]) -> PathBuf {
    match pages {
        [page] => page.file.clone(),
        _ => spec.join("upstream"),
    }
}

/// Pages through every stage before the generator, without an overlay.
///
/// # Errors
/// The first stage that fails, with the place.
pub fn lowered(pages: &[vendor::Upstream]) -> Result<Value> {
    let normalized = normalize::run(pages)?.document;
    document::checked::check(&normalized, &normalized)?;
    let described = describe::run(&normalized, &normalized, pages);
    Ok(lower::run(&described.document)?.document)
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

/// What each stage has left.
struct Stages {
    normalized: normalize::Merged,
    patched: Staged,
    described: Staged,
    lowered: Staged,
    generated: progenitor::Generated,
}

/// The same, as texts.
fn outcome(
    spec: &Path,
    upstream: Vec<vendor::Upstream>,
    inputs: &str,
    stages: Stages,
) -> Result<Outcome> {
    let Stages { normalized, patched, described, lowered, generated } = stages;
    let left_out: Vec<_> = normalized.left_out.into_iter().chain(generated.left_out).collect();
    let (before, after, client) = (&normalized.document, &patched.document, &generated.file);
    let pages = upstream.iter().map(|page| (page.slug.as_str(), &page.document)).collect();
    let counted = Counting { pages, before, after, left_out: left_out.iter().collect(), client };
    let counted = counted.run().map_err(|error| error.in_file(spec))?;
    let staged = [normalized.changes, patched.changes, described.changes, lowered.changes];
    let openapi = yaml_header(inputs) + &yaml::print(&lowered.document);
    let schemas = schemas(&patched.document);
    let [normalized_document, patched, described, lowered] =
        [normalized.document, patched.document, described.document, lowered.document];
    #[cfg(feature = "commands")]
    let documents = Documents { normalized: normalized_document, patched, described, lowered };
    // What nobody needs any more is gone before the code is printed.
    #[cfg(not(feature = "commands"))]
    drop([normalized_document, patched, described, lowered]);
    let mock = generated.mock.map(progenitor::print).transpose()?;
    Ok(Outcome {
        spec: spec.to_owned(),
        changes: staged.into_iter().flatten().chain(generated.changes).collect(),
        operations: counted.operations,
        generated: counted.functions,
        merged: counted.merged,
        pages: normalized.pages,
        schemas,
        left_out,
        warnings: warnings(&upstream),
        openapi,
        outline: outline::of(&generated.file),
        #[cfg(feature = "commands")]
        surface: crate::drift::surface::Surface::of(&generated.file),
        client: rust_header(inputs) + &progenitor::print(generated.file)?,
        mock: mock.map(|mock| rust_header(inputs) + &mock),
        parameters: generated.parameters,
        #[cfg(feature = "commands")]
        documents,
        upstream,
        overlay: None,
        runtime: progenitor::settings::Runtime::default(),
        tests: None,
    })
}

fn schemas(document: &Value) -> usize {
    let mut count = 0;
    visit::each(document, |kind, _, _| count += usize::from(kind == Kind::Schema));
    count
}

/// One hash over everything that decides the result.
fn fingerprint(pages: &[vendor::Upstream], beside: &[&Path]) -> Result<String> {
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
    for file in beside.iter().filter(|file| file.exists()) {
        let text = files::read(Stage::Output, file)?;
        inputs += &format!("{}\n", vendor::sha256(&text));
    }
    Ok(vendor::sha256(&inputs))
}

fn warnings(pages: &[vendor::Upstream]) -> Vec<String> {
    let edited = pages.iter().flat_map(vendor::Upstream::edited);
    edited
        .map(|file| {
            format!(
                "{} is not what was vendored: corrections belong into overlay.yaml",
                file.display()
            )
        })
        .collect()
}

/// A single page as it is; several, by their names.
#[cfg(feature = "commands")]
fn vendored(pages: &[vendor::Upstream]) -> Value {
    match pages {
        [page] => page.document.clone(),
        pages => pages.iter().map(|page| (page.slug.clone(), page.document.clone())).collect(),
    }
}

/// How the result is made again; the first line of everything generated.
const MADE_BY: &str =
    "@generated by `cargo xtask codegen`. Do not edit: correct spec/overlay.yaml and run it again.";

fn yaml_header(inputs: &str) -> String {
    format!("# {MADE_BY}\n# Inputs: sha256 {inputs}\n")
}

fn rust_header(inputs: &str) -> String {
    format!("// {MADE_BY}\n// Inputs: sha256 {inputs}\n\n")
}

impl Outcome {
    /// The files that `codegen` keeps: the patched document, and beside the spec the client and the tests of
    /// the documented examples.
    #[cfg(feature = "commands")]
    pub fn files(&self) -> Files {
        let mut files = self.files_but_tests();
        if let Some(place) = scaffold::Place::of(self, None) {
            scaffold::examples(self).files(self, &place, &mut files);
        }
        files
    }

    /// The crate that the spec folder belongs to.
    #[cfg(feature = "commands")]
    pub(crate) fn crate_folder(&self) -> PathBuf {
        crate_of(&self.spec)
    }

    /// The patched document, and the client beside the spec.
    #[cfg(feature = "commands")]
    pub(crate) fn files_but_tests(&self) -> Files {
        let mut files = Files::default();
        files.add(self.spec.join("openapi.yaml"), self.openapi.as_str());
        let source = crate_of(&self.spec).join("src");
        files.add(source.join("generated.rs"), self.client.as_str());
        if let Some(mock) = &self.mock {
            files.add(source.join("generated_mock.rs"), mock.as_str());
        }
        files
    }

    /// The document as the vendor has it: that of a single page; of several, an object of them by name.
    #[cfg(feature = "commands")]
    pub fn vendored(&self) -> Value {
        vendored(&self.upstream)
    }

    /// The document after each stage, as `--emit` writes it.
    #[cfg(feature = "commands")]
    pub fn emitted(&self, folder: &Path) -> Files {
        let mut files = Files::default();
        files.add(folder.join(EMITTED[0]), yaml::print(&self.vendored()));
        for (name, document) in self.documents.named() {
            files.add(folder.join(name), yaml::print(document));
        }
        files
    }
}

/// The crate that a spec folder belongs to: the folder around it.
#[cfg(feature = "commands")]
fn crate_of(spec: &Path) -> PathBuf {
    match spec.parent() {
        Some(parent) if parent == Path::new("") => PathBuf::from("."),
        Some(parent) => parent.to_owned(),
        None => spec.join(".."),
    }
}
