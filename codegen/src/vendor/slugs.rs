//! Under which names the pages of one file are kept: the file's own, or with the heading of each. A page
//! that was kept before keeps its name, whatever is added to the file or moved in it.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use heck::ToKebabCase;
use serde_json::Value;

use super::add::Vendored;
use super::{Provenance, ending, parse};
use crate::document::operations::{Operation, operations};
use crate::error::Stage;
use crate::files;

/// How many characters of a heading are in a name: systems limit those of files.
const MAX_HEADING: usize = 60;

/// A page that was vendored before.
pub(super) struct Known {
    pub(super) file: PathBuf,
    pub(super) provenance: Provenance,
    routes: OnceCell<Vec<String>>,
}

impl Known {
    pub(super) fn new(file: PathBuf, provenance: Provenance) -> Self {
        Self { file, provenance, routes: OnceCell::new() }
    }

    /// The methods and paths of its operations; none of a document that can no longer be read.
    fn routes(&self) -> &[String] {
        self.routes.get_or_init(|| {
            let text = files::read(Stage::Vendor, &self.file).unwrap_or_default();
            parse(&text, ending(&self.file)).map(|document| routes(&document)).unwrap_or_default()
        })
    }
}

/// The methods and paths of a document's operations.
pub(super) fn routes(document: &Value) -> Vec<String> {
    let mut routes: Vec<_> = operations(document).iter().map(Operation::label).collect();
    routes.sort();
    routes
}

/// By what a page is known again, the surest first.
const SIGNS: [fn(&Vendored<'_>, &Known) -> bool; 4] = [
    |page, known| is_some_and_same(&page.provenance.reference, &known.provenance.reference),
    |page, known| page.provenance.sha256.document == known.provenance.sha256.document,
    |page, known| is_some_and_same(&page.provenance.request, &known.provenance.request),
    |page, known| !page.routes.is_empty() && page.routes == known.routes(),
];

fn is_some_and_same<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    one.is_some() && one == other
}

/// The names of a file's pages, in their order.
pub(super) fn of(
    file: &str,
    pages: &[Vendored<'_>],
    known: &BTreeMap<String, Known>,
) -> Vec<String> {
    let names: Vec<_> = pages.iter().map(|page| name(file, &page.provenance)).collect();
    if matches!(&names[..], [only] if known.contains_key(only)) {
        return names;
    }
    let own = known.iter().filter(|(slug, known)| is_of(file, slug, known));
    let own: BTreeMap<&str, &Known> = own.map(|(slug, known)| (slug.as_str(), known)).collect();
    let kept = kept(pages, &names, own.clone());
    let mut taken: BTreeSet<String> =
        kept.iter().flatten().map(|slug| (*slug).to_owned()).collect();
    let mut slugs = Vec::new();
    for (kept, name) in kept.into_iter().zip(names) {
        // What is of another file is for nobody here; what was of this one and is gone may be taken.
        let is_free = |slug: &str| {
            !taken.contains(slug) && (!known.contains_key(slug) || own.contains_key(slug))
        };
        let slug = match kept {
            Some(slug) => slug.to_owned(),
            None if is_free(&name) => name,
            None => {
                let mut numbered = (2_u64..).map(|number| format!("{name}-{number}"));
                numbered.find(|slug| is_free(slug)).unwrap_or(name)
            }
        };
        taken.insert(slug.clone());
        slugs.push(slug);
    }
    slugs
}

/// Whether what is known under a slug may be of a file: its only page, or a part of it.
fn is_of(file: &str, slug: &str, known: &Known) -> bool {
    if let Some(name) = &known.provenance.part_of {
        return name == file;
    }
    let is_part = known.provenance.sha256.file.is_some();
    slug == file || is_part && slug.strip_prefix(file).is_some_and(|rest| rest.starts_with('-'))
}

/// The names of the pages that are known again.
fn kept<'k>(
    pages: &[Vendored<'_>],
    names: &[String],
    mut free: BTreeMap<&'k str, &'k Known>,
) -> Vec<Option<&'k str>> {
    let mut kept = vec![None; pages.len()];
    // Under the same heading first, then under any: headings are reworded.
    for is_near in [true, false] {
        for is_same in SIGNS {
            let unknown = pages.iter().zip(names).zip(&mut kept).filter(|(_, kept)| kept.is_none());
            for ((page, name), kept) in unknown {
                let is_it = |slug: &str, known: &Known| {
                    (!is_near || is_numbered(slug, name)) && is_same(page, known)
                };
                let again = free.iter().find(|(slug, known)| is_it(slug, known));
                if let Some(slug) = again.map(|(slug, _)| *slug) {
                    free.remove(slug);
                    *kept = Some(slug);
                }
            }
        }
    }
    kept
}

/// The name of a page before it is told from others: of a part, with its heading.
fn name(file: &str, provenance: &Provenance) -> String {
    if provenance.sha256.file.is_none() {
        return file.to_owned();
    }
    let heading = provenance.title.as_deref().unwrap_or_default().to_kebab_case();
    let ascii = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let heading: String = heading.chars().map(ascii).take(MAX_HEADING).collect();
    match heading.trim_matches('-') {
        "" => format!("{file}-page"),
        heading => format!("{file}-{heading}"),
    }
}

/// Whether a slug is the name, or the name and a number.
fn is_numbered(slug: &str, name: &str) -> bool {
    let Some(rest) = slug.strip_prefix(name) else { return false };
    let number = rest.strip_prefix('-').map(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    rest.is_empty() || number == Some(true)
}
