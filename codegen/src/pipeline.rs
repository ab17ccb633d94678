//! The whole way from `spec/` to a client. `build.rs` and `cargo xtask codegen` both call
//! [`run`], so there is one path.

#[cfg(feature = "commands")]
mod lines;
mod prepare;
mod summary;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::count::{self, Counting};
use crate::document::visit::{self, Kind};
use crate::error::Result;
#[cfg(feature = "commands")]
use crate::files::Files;
use crate::normalize::Pages;
#[cfg(feature = "commands")]
use crate::overlay::ActionFault;
use crate::overlay::Overlay;
use crate::progenitor::Settings;
#[cfg(feature = "commands")]
use crate::progenitor::names::method_name;
#[cfg(feature = "commands")]
use crate::progenitor::settings::Runtime;
use crate::progress::Progress;
use crate::report::{Change, LeftOut, Staged};
#[cfg(feature = "commands")]
use crate::syntax::yaml;
#[cfg(feature = "commands")]
use crate::{outline, scaffold};
#[cfg(feature = "commands")]
pub use lines::lines;
#[cfg(feature = "commands")]
pub(crate) use prepare::Prepared;
use prepare::prepare;
pub use summary::Report;

use crate::{describe, document, lower, normalize, overlay, progenitor, vendor};

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
    /// The hash of everything that was read.
    #[cfg(feature = "commands")]
    inputs: String,
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
    /// The client, as `generated.rs` has it.
    pub client: String,
    /// Typed `httpmock` helpers, as `generated_mock.rs` has them, if they are asked for.
    pub mock: Option<String>,
    /// Parameters that go by another name in Rust, or are written in a way of their own.
    pub parameters: Vec<progenitor::Parameter>,
    /// Operations whose method has another name than their id, by the id.
    pub operation_ids: BTreeMap<String, String>,
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

/// The same as [`run_alone`] as far as the generator, whether or not all actions of the overlay fit; those that
/// do not are told.
///
/// # Errors
/// As [`run`], save for those actions.
#[cfg(feature = "commands")]
pub(crate) fn prepare_anyway(spec: &Path) -> Result<(Prepared, Vec<ActionFault>)> {
    let mut unfit = Vec::new();
    let patch = |document: &Value, overlay: &Overlay| {
        let (staged, faults) = overlay::examine(document, overlay)?;
        unfit = faults;
        Ok(staged)
    };
    let prepared = prepare(spec, None, alone, patch, &Progress::default())?;
    Ok((prepared, unfit))
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
    prepare(spec, corrections, adjust, patch, progress)?.generate(progress)
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
        #[cfg(feature = "commands")]
        inputs: inputs.to_owned(),
        client: rust_header(inputs) + &progenitor::print(generated.file)?,
        mock: mock.map(|mock| rust_header(inputs) + &mock),
        parameters: generated.parameters,
        operation_ids: generated.operation_ids,
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

fn rust_header(inputs: &str) -> String {
    format!("// {MADE_BY}\n// Inputs: sha256 {inputs}\n\n")
}

impl Outcome {
    /// The client's method for an operation id.
    #[cfg(feature = "commands")]
    pub(crate) fn method(&self, id: &str) -> String {
        method_name(self.operation_ids.get(id).map_or(id, String::as_str))
    }

    /// The patched document, as `openapi.yaml` has it.
    #[cfg(feature = "commands")]
    pub fn openapi(&self) -> String {
        self.yaml_header() + &yaml::print(&self.documents.lowered)
    }

    /// The first lines of everything generated that is no Rust, which name the inputs.
    #[cfg(feature = "commands")]
    pub(crate) fn yaml_header(&self) -> String {
        format!("# {MADE_BY}\n# Inputs: sha256 {}\n", self.inputs)
    }

    /// The public surface of the client; nothing, if that is no Rust.
    #[cfg(feature = "commands")]
    pub fn outline(&self) -> String {
        syn::parse_file(&self.client).map(|file| outline::of(&file)).unwrap_or_default()
    }

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
        files.add(self.spec.join("openapi.yaml"), self.openapi());
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
