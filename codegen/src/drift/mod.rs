//! What changed between two specs: on the wire, in Rust, in the documentation; and the version
//! bump that it asks for.
//!
//! The crate `drift` (0.2) compares openapiv3 documents as well. It finds where two documents
//! differ, but leaves `required`, `enum`, formats, bounds, properties and unions as "unhandled"
//! and does not look at security and servers. Which of those break a client that is already
//! deployed is what this report is for, so the comparison is our own, on the lowered documents.

mod accepted;
mod children;
mod covered;
mod documentation;
mod encoding;
mod finding;
mod index;
mod inputs;
mod operations;
mod overwritten;
mod page;
mod pages;
mod pairs;
pub(crate) mod render;
mod rust;
mod schema;
mod security;
mod servers;
mod sets;
mod statements;
pub(crate) mod surface;
mod unions;
mod unjudged;
mod verdict;
mod wire;
mod witness;

use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::document::{path_items, pointer};
use crate::error::{Result, Stage};
use crate::files::Files;
use crate::report::Log;
use crate::syntax::number;
use crate::vendor;
use covered::Told;
use pages::Pages;

pub use accepted::Accepted;
pub use covered::{CoveredChange, Visibility, visibility};
pub use documentation::DocumentationChange;
pub use index::IndexChange;
pub use inputs::{Old, Side, StalePatch};
pub use page::page_says;
pub use pages::{PageChange, PageFate, PageOperation};
pub use render::Format;
pub use rust::RustChange;
pub use unjudged::Unjudged;
pub use verdict::{Bump, Verdict};
pub(crate) use wire::requirement;
pub use wire::{Class, Direction, WireChange};
pub use witness::Break;

/// Everything that changed between two specs.
#[derive(Clone, Debug, Serialize)]
pub struct Drift {
    /// What the old side is called.
    pub old: String,
    /// What the new side is called.
    pub new: String,
    /// A hash of all that the old side is made of. Findings are accepted against it.
    pub base: String,
    /// The version bump, and why.
    pub verdict: Verdict,
    /// Pages that came, went or go by another name, each with its operations; absent in JSON where there are
    /// none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<PageChange>,
    /// Changes on the wire.
    pub wire: Vec<WireChange>,
    /// Changes that no rule judges; absent in JSON where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unjudged: Vec<Unjudged>,
    /// Changes of the crate's public items.
    pub rust: Vec<RustChange>,
    /// Changes of descriptions and their tables.
    pub documentation: Vec<DocumentationChange>,
    /// Changes of documented examples.
    pub examples: Vec<DocumentationChange>,
    /// Changes of what the pages say beside their documents and examples: request lines, tables, code, prose.
    pub page: Vec<DocumentationChange>,
    /// Changes of the vendor's list of pages; absent in JSON where there are none, as few specs keep a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub index: Vec<IndexChange>,
    /// Changes of the vendored documents that the client does not show.
    pub covered: Vec<CoveredChange>,
    /// Changes that say the same in other words; absent in JSON where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub equivalent: Vec<CoveredChange>,
    /// Patches that no longer fit the new version.
    pub stale: Vec<StalePatch>,
    /// Findings that are accepted, so that they are in no other list; absent in JSON where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<Accepted>,
    /// Findings that are accepted against this base and are not found; absent in JSON where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted_and_gone: Vec<Accepted>,
}

impl Drift {
    /// Nothing changed.
    pub fn is_empty(&self) -> bool {
        self.verdict.bump == Bump::None
    }

    /// Something changed that asks for no version, and is not nothing.
    fn is_to_be_reviewed(&self) -> bool {
        !(self.unjudged.is_empty()
            && self.stale.is_empty()
            && self.covered.is_empty()
            && self.page.is_empty()
            && self.index.is_empty()
            && self.pages.is_empty()
            && self.accepted_and_gone.is_empty())
    }
}

/// What changed on the wire between two documents of OpenAPI 3.0 or 3.1, and what no rule judges.
pub fn compare_documents(old: &Value, new: &Value) -> (Vec<WireChange>, Vec<Unjudged>) {
    // How a number is written is nothing on the wire.
    let [was, is] = [old, new].map(|document| {
        let mut document = number::without_texts(document.clone());
        path_items::inline(&mut document, &mut Log::new(Stage::Drift));
        document
    });
    let mut changes = operations::compare(&was, &is);
    for change in &mut changes {
        // In the documents as they are written, where path items may stand elsewhere.
        change.old = pointer::followed(old, &change.old);
        change.new = pointer::followed(new, &change.new);
    }
    (changes, unjudged::find(&was, &is))
}

/// What changed of the public items of two clients.
pub fn compare_surfaces(old: &Side, new: &Side) -> Vec<RustChange> {
    rust::compare(&old.surface, &new.surface)
}

/// Compares two specs.
pub fn compare(old: &Side, new: &Side) -> Drift {
    let texts = old.undescribed.as_ref().zip(new.undescribed.as_ref());
    let (said, says) = texts.unwrap_or((old.lowered(), new.lowered()));
    // Before anything is loosened for the generator.
    let (wire, unjudged) = compare_documents(old.patched(), new.patched());
    let rust = compare_surfaces(old, new);
    let mut documentation = documentation::compare(said, says);
    documentation.extend(documentation::compare_for_people(
        (old.patched(), old.upstream()),
        (new.patched(), new.upstream()),
    ));
    let examples = documentation::compare_examples(old.upstream(), new.upstream());
    let pages = pages::compare(Pages::of(old), Pages::of(new));
    let page = page::compare(old.upstream(), new.upstream(), &documentation);
    let is_shown =
        !(wire.is_empty() && unjudged.is_empty() && rust.is_empty() && documentation.is_empty());
    let told = Told { wire: &wire, texts: &documentation };
    let covered = covered_changes(old, new, &told, is_shown);
    let (covered, equivalent) = covered.into_iter().partition(CoveredChange::is_hidden);
    let index = index::compare(old.index.as_deref(), new.index.as_deref());
    let mut drift = Drift {
        old: old.name.clone(),
        new: new.name.clone(),
        base: old.base(),
        verdict: Verdict::none(),
        pages,
        wire,
        unjudged,
        rust,
        documentation,
        examples,
        page,
        index,
        covered,
        equivalent,
        stale: new.stale_patches(old),
        accepted: Vec::new(),
        accepted_and_gone: Vec::new(),
    };
    accepted::apply(&mut drift, &new.accepted);
    drift.verdict = verdict::judge(&drift);
    drift
}

/// The text of the `drift.yaml` of a spec folder with one more entry, for all findings that a report has left; none
/// if it has none.
///
/// # Errors
/// An empty reason, and a `drift.yaml` that is there and cannot be read.
pub fn accepting(drift: &Drift, spec: &Path, because: &str) -> Result<Option<Files>> {
    accepted::with(drift, spec, because)
}

/// What the vendor changed and the client does not show.
fn covered_changes(old: &Side, new: &Side, told: &Told<'_>, is_shown: bool) -> Vec<CoveredChange> {
    let mut covered = covered::find(old, new, told);
    let overwritten = overwritten::find(old, new).into_iter();
    // A patch that is named already is looked at as it is.
    let is_named = |by: &str| {
        let name = by.trim_start_matches("overlay ");
        covered.iter().any(|other| other.by == by) || new.unfit_patches().any(|other| other == name)
    };
    covered.extend(overwritten.filter(|change| !is_named(&change.by)).collect::<Vec<_>>());
    if covered.is_empty() && !is_shown {
        let by = "together: moved or renamed, and the client stays as it is";
        return covered::all(old.upstream(), new.upstream(), by);
    }
    covered
}

/// What the vendor changed in a spec folder on which the pipeline fails: everything, for nothing is known of
/// what a client would show. None of a folder that cannot be read.
pub fn of_vendored(old: &Side, new: &Path) -> Option<Vendored> {
    let upstream = vendor::load(new).ok()?;
    let changes = covered::all(old.upstream(), &upstream, "not looked at: codegen stops");
    let pages = pages::compare(Pages::of(old), Pages { pages: &upstream, document: None });
    Some(Vendored { pages, changes, page: page::compare(old.upstream(), &upstream, &[]) })
}

/// Changes of vendored pages of which no client is made.
#[derive(Debug, Serialize)]
pub struct Vendored {
    /// Pages that came, went or go by another name; absent in JSON where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<PageChange>,
    /// Changes of the documents.
    pub changes: Vec<CoveredChange>,
    /// Changes of what the pages say beside them.
    pub page: Vec<DocumentationChange>,
}
