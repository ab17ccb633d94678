//! N11: a page's `info` is the operation's: its title, and an endpoint id for a version. All pages
//! of a folder are one API with one title and version; the overlay may know better ones.

use serde_json::{Map, Value, json};

use super::Page;
use crate::document::operations::operations;
use crate::report::{Log, Rule};

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N11 info",
    "an `info` about the endpoint",
    "the folder's name, until `overlay.yaml` knows better",
);

/// The version where no page has one.
const NO_VERSION: &str = "0.0.0";

/// The `info` of all pages; none where the only page's is its API's.
pub(super) fn of(pages: &[Page], folder: &str, log: &mut Log) -> Option<Value> {
    let titles: Vec<_> = pages.iter().map(title).collect();
    let versions: Vec<_> = pages.iter().map(version).collect();
    let (title, version) = (agreed(&titles), versions.iter().flatten().next());
    if pages.len() == 1 && title.is_some() && version.is_some() {
        return None;
    }
    let mut info = Map::new();
    let infos = pages.iter().filter_map(|page| page.document.get("info")?.as_object());
    for (key, value) in infos.flatten() {
        info.entry(key).or_insert_with(|| value.clone());
    }
    if title.is_none() {
        let note = format!("`{folder}`, after the folder: pages are titled after their operation");
        log.add(&RULE, "/info/title", note);
    }
    if version.is_none() {
        log.add(&RULE, "/info/version", format!("{NO_VERSION}: no page says which version it is"));
    } else if agreed(&versions).is_none() {
        log.add(&RULE, "/info/version", "the first page's; not every page has the same");
    }
    info.insert("title".to_owned(), json!(title.unwrap_or(folder)));
    info.insert("version".to_owned(), json!(version.copied().unwrap_or(NO_VERSION)));
    Some(Value::Object(info))
}

/// The value that all pages have, if they have the same.
fn agreed<'p>(values: &[Option<&'p str>]) -> Option<&'p str> {
    let first = values.first().copied().flatten()?;
    values.iter().all(|other| *other == Some(first)).then_some(first)
}

fn text<'p>(page: &'p Page, key: &str) -> Option<&'p str> {
    page.document.get("info")?.get(key)?.as_str().filter(|text| !text.trim().is_empty())
}

/// The page's title, unless it is its operation's.
fn title<'p>(page: &'p Page) -> Option<&'p str> {
    let title = text(page, "title")?;
    let mut operations = operations(&page.document).into_iter();
    let only = operations.next().filter(|_| operations.next().is_none());
    let summary =
        only.and_then(|only| page.document.pointer(&only.pointer())?.get("summary")?.as_str());
    let is_operations = summary == Some(title) || has_endpoint_id(page);
    (!is_operations).then_some(title)
}

fn version<'p>(page: &'p Page) -> Option<&'p str> {
    text(page, "version").filter(|_| !has_endpoint_id(page))
}

/// Exporters that describe one endpoint a page say which in the place of the version.
fn has_endpoint_id(page: &Page) -> bool {
    text(page, "version").is_some_and(|version| version.starts_with("endpoint_"))
}
