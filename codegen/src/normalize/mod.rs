//! Stage 2, normalize: mends what the exporter breaks on every page, one rule a module, and merges
//! the pages into one document. Knows the exporter, no vendor.

pub(crate) mod component_names;
mod components;
mod credential_headers;
mod enum_entries;
mod info;
mod media_types;
mod merge;
mod operation_ids;
mod path_parameters;
pub(crate) mod path_templates;
mod request_bodies;
mod servers;
mod settings;
mod tags;

use std::path::Path;

use serde_json::Value;

use crate::change::{Change, Staged};
use crate::error::{Error, Problem, Result, Stage};
use crate::lower::path_items;
use crate::pointer;
use crate::progress::Progress;
use crate::vendor::{RequestLine, Upstream};

use merge::Page;
pub use merge::{Merged, Pages};
use operation_ids::Ids;

/// Mends every page and merges them.
///
/// # Errors
/// A page that is no OpenAPI document after all, with its file and JSON Pointer.
pub fn run(pages: &[Upstream]) -> Result<Merged> {
    run_watched(pages, &Progress::default())
}

/// The same, telling how far it is.
///
/// # Errors
/// As [`run`].
pub fn run_watched(pages: &[Upstream], progress: &Progress) -> Result<Merged> {
    let alone = pages.len() == 1;
    let (mut changes, mut mended) = (Vec::new(), Vec::new());
    let mut ids = Ids::default();
    for upstream in pages {
        let request = upstream.provenance.request.as_ref();
        let staged = mend(&upstream.document, request);
        let Staged { document, changes: made } =
            staged.map_err(|error| error.in_file(&upstream.file))?;
        let mut page = Mending { document, changes: made };
        operation_ids::mend(&mut page, &mut ids);
        let Mending { document, changes: of_page } = page;
        let page = Page { slug: &upstream.slug, document, alone };
        changes.extend(of_page.into_iter().map(|mut change| {
            change.place = page.place(&change.place);
            change
        }));
        mended.push(page);
        progress.done();
    }
    let folder = pages.first().map(|page| folder(&page.file)).unwrap_or_default();
    let merged = merge::run(mended, &folder);
    changes.extend(merged.changes);
    Ok(Merged { changes, ..merged })
}

/// Mends what needs no other page to be seen.
pub fn mend(document: &Value, request_line: Option<&RequestLine>) -> Result<Staged> {
    let mut page = Mending { document: document.clone(), changes: Vec::new() };
    if !page.document.get("paths").is_some_and(Value::is_object) {
        return Err(Error::new(Stage::Normalize, Problem::NoPaths).at("/paths"));
    }
    for at in path_items::inline(&mut page.document) {
        page.log("path-item", at, "what it refers to was put here");
    }
    let templates = path_templates::mend(&mut page)?;
    tags::mend(&mut page);
    enum_entries::mend(&mut page);
    component_names::mend(&mut page, &templates);
    path_parameters::mend(&mut page);
    credential_headers::mend(&mut page);
    media_types::mend(&mut page, request_line);
    request_bodies::mend(&mut page);
    servers::mend(&mut page, request_line);
    Ok(Staged { document: page.document, changes: page.changes })
}

/// What the folder of the pages is called: the spec folder, or the one around it.
fn folder(page: &Path) -> String {
    let page = std::path::absolute(page).unwrap_or_else(|_| page.to_owned());
    let names =
        page.ancestors().skip(1).filter_map(Path::file_name).map(|name| name.to_string_lossy());
    let mut names = names.filter(|name| !["upstream", "spec"].contains(&&**name));
    names.next().unwrap_or("API".into()).into_owned()
}

/// A page under repair.
pub(crate) struct Mending {
    document: Value,
    changes: Vec<Change>,
}

impl Mending {
    fn log(&mut self, rule: &str, place: impl Into<String>, note: impl Into<String>) {
        self.changes.push(Change::new(Stage::Normalize, rule, place, note));
    }

    /// Pointers of all operations, in the order of the document.
    fn operations(&self) -> Vec<Operation> {
        operations(&self.document)
    }
}

/// An operation's whereabouts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The path template.
    pub path: String,
    /// The method, in lower case as OpenAPI has it.
    pub method: String,
}

impl Operation {
    /// JSON Pointer of the path item.
    pub fn path_pointer(&self) -> String {
        pointer::join("/paths", &self.path)
    }

    /// JSON Pointer of the operation.
    pub fn pointer(&self) -> String {
        pointer::join(&self.path_pointer(), &self.method)
    }

    /// How a person names it: `PUT /customers/{id}`.
    pub fn label(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }
}

impl RequestLine {
    /// The operation of a page that is called so.
    fn operation(&self, all: &[Operation]) -> Option<Operation> {
        let url = path_templates::decode(&self.url);
        let is_it = |operation: &&Operation| {
            operation.method.eq_ignore_ascii_case(&self.method) && url.ends_with(&operation.path)
        };
        all.iter().find(is_it).cloned()
    }
}

/// Whether a field of a path item is an operation.
fn is_method(key: &str) -> bool {
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"].contains(&key)
}

/// All operations of a document, in its order.
pub fn operations(document: &Value) -> Vec<Operation> {
    let paths = document.get("paths").and_then(Value::as_object);
    let items =
        paths.into_iter().flatten().filter_map(|(path, item)| Some((path, item.as_object()?)));
    items
        .flat_map(|(path, item)| {
            let methods = item.keys().filter(|key| is_method(key));
            methods.map(|method| Operation { path: path.clone(), method: method.clone() })
        })
        .collect()
}
