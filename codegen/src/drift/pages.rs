//! The pages of two versions: which is which, and which only one version has. A page that comes or goes is one
//! change, with its operations; what it says is nothing to compare.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::inputs::Side;
use super::wire::Class;
use crate::document::operations::{self, Operation};
use crate::document::path_template::without_variables;
use crate::document::pointer::percent_decoded;
use crate::vendor::Upstream;

/// A page that came, went, or goes by another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageChange {
    /// Breaking if operations are gone with the page.
    pub class: Class,
    /// What became of it.
    pub change: PageFate,
    /// Its name: of a page that is gone, the one that it had.
    pub page: String,
    /// The name that it had before, if that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// Its operations.
    pub operations: Vec<PageOperation>,
}

/// What becomes of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PageFate {
    /// Only the new side has it.
    Added,
    /// Only the old side has it.
    Removed,
    /// Both sides have it, by different names.
    Renamed,
}

/// An operation that a page is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageOperation {
    /// Its method, in capitals.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its id, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_id: Option<String>,
}

impl fmt::Display for PageChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operations = self.operations.iter().map(|it| format!("{} {}", it.method, it.path));
        let operations = operations.collect::<Vec<_>>().join(", ");
        let change = format!("{:?}", self.change).to_lowercase();
        write!(f, "page {change}: ")?;
        if let Some(was) = &self.was {
            write!(f, "{was} -> ")?;
        }
        write!(f, "{} ({operations})", self.page)
    }
}

/// One side: its pages, and the document that is made of them, where one is.
#[derive(Clone, Copy)]
pub(super) struct Pages<'p> {
    pub(super) pages: &'p [Upstream],
    pub(super) document: Option<&'p Value>,
}

impl<'p> Pages<'p> {
    pub(super) fn of(side: &'p Side) -> Self {
        Self { pages: side.upstream(), document: Some(side.lowered()) }
    }
}

/// What came, went or goes by another name; those that are gone first.
pub(super) fn compare(old: Pages<'_>, new: Pages<'_>) -> Vec<PageChange> {
    let (mut removed, mut renamed) = (Vec::new(), Vec::new());
    let mut known = Vec::new();
    for page in old.pages {
        let Some(now) = counterpart(page, old.pages, new.pages) else {
            let is_left = |routes: &[String], route| routes.contains(route);
            let left: Vec<_> = new.pages.iter().flat_map(routes).collect();
            let is_gone = !routes(page).iter().all(|route| is_left(&left, route));
            let class = Class::breaking_if(is_gone);
            removed.push(PageChange { class, ..change(PageFate::Removed, page, old.document) });
            continue;
        };
        known.push(&now.slug);
        // What the files of two documents are called says nothing of them.
        let are_files = [page, now].iter().all(|it| it.page.is_none())
            && old.pages.len() == 1
            && new.pages.len() == 1;
        if now.slug != page.slug && !are_files {
            let was = Some(page.slug.clone());
            renamed.push(PageChange { was, ..change(PageFate::Renamed, now, new.document) });
        }
    }
    let added = new.pages.iter().filter(|page| !known.contains(&&page.slug));
    let added = added.map(|page| change(PageFate::Added, page, new.document));
    removed.into_iter().chain(renamed).chain(added).collect()
}

/// The same page on the other side: by its name; where that is gone, by its address, or by its operations.
pub(super) fn counterpart<'n>(
    page: &Upstream,
    old: &[Upstream],
    new: &'n [Upstream],
) -> Option<&'n Upstream> {
    let named = |pages: &'n [Upstream], slug: &str| pages.iter().find(|it| it.slug == slug);
    if let Some(same) = named(new, &page.slug) {
        return Some(same);
    }
    // Two documents that are no pages are compared whatever their files are called.
    if let ([_], [only]) = (old, new)
        && page.page.is_none()
        && only.page.is_none()
    {
        return Some(only);
    }
    let is_new = |other: &&Upstream| !old.iter().any(|it| it.slug == other.slug);
    let address = page.provenance.reference.as_ref();
    let by_address = |other: &&Upstream| {
        address.is_some() && other.provenance.reference.as_ref() == address && is_new(other)
    };
    let routes = routes(page);
    let by_routes =
        |other: &&Upstream| !routes.is_empty() && self::routes(other) == routes && is_new(other);
    new.iter().find(by_address).or_else(|| new.iter().find(by_routes))
}

/// The operations of a page; what a variable of a path is called does not count.
fn routes(page: &Upstream) -> Vec<String> {
    let all = operations::operations(&page.document);
    let labels = all.iter().map(|it| without_variables(&percent_decoded(&it.label())));
    let mut routes: Vec<_> = labels.collect();
    routes.sort();
    routes
}

fn change(change: PageFate, page: &Upstream, document: Option<&Value>) -> PageChange {
    let nodes = operations::nodes(document.unwrap_or(&page.document));
    let id = |label: &str| {
        let same = |found: &Operation| percent_decoded(&found.label()) == label;
        let node = nodes.iter().find(|node| same(&node.operation))?;
        node.node.text("operationId").map(str::to_owned)
    };
    let operations = operations::operations(&page.document).into_iter().map(|operation| {
        let label = percent_decoded(&operation.label());
        let operation_id = id(&label);
        let (method, path) = label.split_once(' ').unwrap_or((&label, ""));
        PageOperation { method: method.to_owned(), path: path.to_owned(), operation_id }
    });
    let operations = operations.collect();
    let class = Class::Compatible;
    PageChange { class, change, page: page.slug.clone(), was: None, operations }
}
