//! Stage 2, normalize: mends what the exporter breaks on every page, one rule a module, and merges
//! the pages into one document. Knows the exporter, no vendor.

mod merge;
mod rules;

use std::path::Path;

use serde_json::Value;

use crate::document::operations::{Operation, operations};
use crate::document::{path_items, path_template};
use crate::error::{Error, Problem, Result, Stage};
use crate::progress::Progress;
use crate::report::{Log, Rule, Staged};
use crate::vendor::{RequestLine, Upstream};

use merge::Page;
pub use merge::{Merged, Pages};
use rules::n07_operation_id::Ids;
use rules::*;

/// Everything that this stage does.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied()
}

const RULES: &[&Rule] = &[
    &n01_path_template::RULE,
    &n02_path_parameter::RULE,
    &n03_request_body::RULE,
    &n04_component_name::RULE,
    &n05_tags::RULE,
    &n06_credential_header::RULE,
    &n07_operation_id::RULE,
    &n08_server::RULE,
    &n08_server::OTHER_SERVER,
    &merge::n09_components::RULE,
    &merge::n09_components::DOCUMENTED,
    &merge::MERGE,
    &merge::OTHER_ROUTE,
    &n10_enum_entry::RULE,
    &merge::n11_info::RULE,
    &n12_media_type::RULE,
    &n13_unquoted_text::RULE,
    &n14_tag_name::RULE,
    &n15_schema_name::RULE,
    &n16_examples::RULE,
    &path_items::RULE,
];

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
pub(crate) fn run_watched(pages: &[Upstream], progress: &Progress) -> Result<Merged> {
    let is_only = pages.len() == 1;
    let (mut changes, mut mended, mut shown) = (Vec::new(), Vec::new(), Vec::new());
    let mut ids = Ids::default();
    for upstream in pages {
        let request_line = upstream.provenance.request.as_ref();
        let mut mending = mend_page(&upstream.document, &upstream.text, request_line)
            .map_err(|error| error.in_file(&upstream.file))?;
        n07_operation_id::mend(&mut mending, &mut ids);
        n14_tag_name::mend(&mut mending, upstream.provenance.reference.as_deref());
        let examples = &upstream.examples;
        shown.extend(n16_examples::shown(&mending, &upstream.slug, examples, request_line));
        let page = Page { slug: &upstream.slug, document: mending.document, is_only };
        changes.extend(mending.log.changes.into_iter().map(|mut change| {
            change.place = page.place(&change.place);
            change
        }));
        mended.push(page);
        progress.done();
    }
    let folder = pages.first().map(|page| folder(&page.file)).unwrap_or_default();
    let mut merged = merge::run(mended, &folder);
    changes.append(&mut merged.changes);
    let mut log = Log::new(Stage::Normalize);
    n16_examples::add(&mut merged.document, &shown, &mut log);
    changes.append(&mut log.changes);
    Ok(Merged { changes, ..merged })
}

/// Mends what can be seen on a page without the others.
///
/// # Errors
/// A page that is no OpenAPI document after all, with its JSON Pointer.
pub fn mend(document: &Value, request_line: Option<&RequestLine>) -> Result<Staged> {
    let page = mend_page(document, "", request_line)?;
    Ok(Staged { document: page.document, changes: page.log.changes })
}

/// Of a document, and its text if it is known.
fn mend_page(document: &Value, text: &str, request_line: Option<&RequestLine>) -> Result<Mending> {
    let log = Log::new(Stage::Normalize);
    let mut page = Mending { document: document.clone(), log };
    if !page.document.get("paths").is_some_and(Value::is_object) {
        return Err(Error::new(Stage::Normalize, Problem::NoPaths).at("/paths"));
    }
    path_items::inline(&mut page.document, &mut page.log);
    n13_unquoted_text::mend(&mut page, text);
    let templates = n01_path_template::mend(&mut page)?;
    n05_tags::mend(&mut page);
    n10_enum_entry::mend(&mut page);
    n04_component_name::mend(&mut page, &templates);
    n02_path_parameter::mend(&mut page);
    n06_credential_header::mend(&mut page);
    n12_media_type::mend(&mut page, request_line);
    n03_request_body::mend(&mut page);
    n08_server::mend(&mut page, request_line);
    Ok(page)
}

/// What the folder of the pages is called: the spec folder, or the one around it.
pub(crate) fn folder(page: &Path) -> String {
    let page = std::path::absolute(page).unwrap_or_else(|_| page.to_owned());
    let names =
        page.ancestors().skip(1).filter_map(Path::file_name).map(|name| name.to_string_lossy());
    let mut names = names.filter(|name| !["upstream", "spec"].contains(&&**name));
    names.next().unwrap_or("API".into()).into_owned()
}

/// A page under repair.
pub(crate) struct Mending {
    document: Value,
    log: Log,
}

impl Mending {
    fn log(&mut self, rule: &Rule, place: impl Into<String>, note: impl Into<String>) {
        self.log.add(rule, place, note);
    }

    /// Pointers of all operations, in the order of the document.
    fn operations(&self) -> Vec<Operation> {
        operations(&self.document)
    }
}

impl RequestLine {
    /// The operation of a page that the request is sent to.
    fn operation(&self, page: &Mending) -> Option<Operation> {
        let url = path_template::in_braces(&path_template::decode(&self.url));
        page.operations().into_iter().find(|operation| {
            operation.method.eq_ignore_ascii_case(&self.method) && url.ends_with(&operation.path)
        })
    }
}
