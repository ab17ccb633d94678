//! The index of a vendor's pages, such as `llms.txt`: which pages there are, and which of them are here.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use pulldown_cmark::{Event, Parser, Tag, TagEnd, TextMergeStream};
use serde::{Deserialize, Serialize};

use super::add::retrieved_on;
use super::vanished::left_behind;
use super::{Date, Upstream, load_beside, load_pages, sha256};
use crate::error::{Error, Problem, Result, Stage};
use crate::files::{self, Files};
use crate::syntax::json;

/// The index in the folder of what is vendored, and what is known of it.
const INDEX: &str = "index.txt";
const PROVENANCE: &str = "index.txt.provenance.json";

/// Where an index came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retrieval {
    /// The day on which it was retrieved, as `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrieved: Option<String>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// A page that an index names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its address, as the index has it.
    pub url: String,
    /// Its title; none where the index has the address alone.
    pub title: String,
}

impl Link {
    /// What is the same for all addresses of one page: without `.md`, a part of the page, or a last slash.
    pub(crate) fn page(&self) -> &str {
        page_of(&self.url)
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.title.is_empty() {
            true => f.write_str(&self.url),
            false => write!(f, "{} ({})", self.url, self.title),
        }
    }
}

fn page_of(url: &str) -> &str {
    let (page, _) = url.split_once('#').unwrap_or((url, ""));
    let page = page.trim_end_matches('/');
    let page = page.strip_suffix(".md").or_else(|| page.strip_suffix(".mdx")).unwrap_or(page);
    page.trim_start_matches("https://").trim_start_matches("http://")
}

/// The pages that an index names, each once, in its order: links of Markdown, and addresses alone in a line.
pub(crate) fn links(text: &str) -> Vec<Link> {
    let (mut links, mut told) = (Vec::new(), BTreeSet::new());
    let mut add = |link: Link| {
        let is_page = ["https://", "http://", "/"].iter().any(|start| link.url.starts_with(start));
        if is_page && told.insert(link.page().to_owned()) {
            links.push(link);
        }
    };
    let mut open: Option<Link> = None;
    for event in TextMergeStream::new(Parser::new(text)) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                open = Some(Link { url: dest_url.into_string(), title: String::new() });
            }
            Event::End(TagEnd::Link) => {
                if let Some(mut link) = open.take() {
                    // An address in angle brackets is its own words.
                    if link.title == link.url {
                        link.title.clear();
                    }
                    add(link);
                }
            }
            Event::Text(words) | Event::Code(words) => match &mut open {
                Some(link) => link.title.push_str(&words),
                None => {
                    let url = words.trim();
                    let is_address = url.starts_with("https://") || url.starts_with("http://");
                    if is_address && !url.contains(char::is_whitespace) {
                        add(Link { url: url.to_owned(), title: String::new() });
                    }
                }
            },
            _ => {}
        }
    }
    links
}

/// The pages that the index of a spec folder names; none where it keeps no index.
///
/// # Errors
/// An index that cannot be read.
pub(crate) fn kept(spec: &Path) -> Result<Option<Vec<Link>>> {
    let file = spec.join("upstream").join(INDEX);
    let text = file.exists().then(|| files::read(Stage::Vendor, &file)).transpose()?;
    Ok(text.map(|text| links(&text)))
}

/// An index, compared with the pages that are vendored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The day on which the index was retrieved.
    pub retrieved: Option<String>,
    /// Pages of the index that are here, by the names under which they are.
    pub covered: Vec<(Link, String)>,
    /// Pages of the index that are here, but were retrieved before it.
    pub older: Vec<(Link, String)>,
    /// Pages of the index that are not here.
    pub missing: Vec<Link>,
    /// Pages that are here, and not in the index any more: name and address.
    pub vanished: Vec<(String, String)>,
    /// Pages that were parts of a file which was vendored later without them: name, and that of the file.
    pub left_behind: Vec<(String, String)>,
    /// Pages that are here without an address, so that no index can tell of them.
    pub unknown: Vec<String>,
}

impl Coverage {
    /// Whether every page of the index is here and up to date, and no other.
    pub fn is_complete(&self) -> bool {
        self.older.is_empty()
            && self.missing.is_empty()
            && self.vanished.is_empty()
            && self.left_behind.is_empty()
    }

    fn of(links: Vec<Link>, pages: &[Upstream], retrieved: Option<String>) -> Self {
        let vanished = pages.iter().filter_map(|page| {
            let reference = page.provenance.reference.as_ref()?;
            let is_gone = !links.iter().any(|link| is_same(link, reference));
            is_gone.then(|| (page.slug.clone(), reference.clone()))
        });
        let vanished = vanished.collect();
        let unknown = pages.iter().filter(|page| page.provenance.reference.is_none());
        let unknown = unknown.map(|page| page.slug.clone()).collect();
        let (covered, older, missing) = (Vec::new(), Vec::new(), Vec::new());
        let left_behind = left_behind(pages);
        let mut coverage =
            Self { retrieved, covered, older, missing, vanished, left_behind, unknown };
        for link in links {
            let is_it = |page: &&Upstream| {
                page.provenance.reference.as_ref().is_some_and(|it| is_same(&link, it))
            };
            let Some(page) = pages.iter().find(is_it) else {
                coverage.missing.push(link);
                continue;
            };
            // Days as they are written are in the order of time.
            let days = page.provenance.retrieved.as_ref().zip(coverage.retrieved.as_ref());
            let is_older = days.is_some_and(|(page, index)| page < index);
            let place = if is_older { &mut coverage.older } else { &mut coverage.covered };
            place.push((link, page.slug.clone()));
        }
        coverage
    }
}

/// Whether a link leads to the page with that address. One without a host is at the end of the address.
fn is_same(link: &Link, reference: &str) -> bool {
    let (page, reference) = (link.page(), page_of(reference));
    page == reference || page.starts_with('/') && reference.ends_with(page)
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (link, slug) in &self.covered {
            writeln!(f, "covered   {link}: {slug}")?;
        }
        for (link, slug) in &self.older {
            writeln!(f, "older     {link}: {slug} was retrieved before the index")?;
        }
        for link in &self.missing {
            writeln!(f, "missing   {link}")?;
        }
        for (slug, reference) in &self.vanished {
            writeln!(f, "vanished  {reference}: {slug} is not in the index")?;
        }
        for (slug, file) in &self.left_behind {
            writeln!(f, "left      {slug}: the file {file} was vendored later without it")?;
        }
        for slug in &self.unknown {
            writeln!(f, "unknown   {slug}: the page names no address")?;
        }
        let counts = [
            (self.covered.len(), "covered"),
            (self.older.len(), "older"),
            (self.missing.len(), "missing"),
            (self.vanished.len(), "vanished"),
        ];
        let counts: Vec<_> = counts.map(|(count, what)| format!("{count} {what}")).into();
        let day = self.retrieved.as_deref().unwrap_or("a day that is not known");
        writeln!(f, "{} by the index of {day}", counts.join(", "))
    }
}

/// Reads an index that was saved: the files that it makes under `spec/upstream`, and what it covers.
///
/// # Errors
/// An index that cannot be read or names no page; what is vendored and cannot be read. Nothing has been
/// written.
pub fn index(spec: &Path, input: &Path, retrieved: Option<Date>) -> Result<(Files, Coverage)> {
    let text = files::read(Stage::Vendor, input)?;
    let links = links(&text);
    if links.is_empty() {
        return Err(Error::new(Stage::Vendor, Problem::NoLinks).in_file(input).at_line(1));
    }
    let upstream = spec.join("upstream");
    let pages = if upstream.exists() { load_pages(&upstream)? } else { Vec::new() };
    let before: Retrieval = load_beside(&upstream.join(PROVENANCE))?;
    let sha256 = sha256(&text);
    let same = (before.sha256 == sha256).then_some(before.retrieved);
    let retrieved = retrieved_on(retrieved, same, input);
    let mut files = Files::default();
    let retrieval = Retrieval { retrieved: retrieved.clone(), sha256 };
    files.add(upstream.join(PROVENANCE), json::print(&retrieval));
    files.add(upstream.join(INDEX), text);
    Ok((files, Coverage::of(links, &pages, retrieved)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(text: &str) -> Vec<String> {
        links(text).into_iter().map(|link| link.url).collect()
    }

    #[test]
    fn links_of_a_list() {
        let text = "# Pets\n\n> All of it.\n\n## Docs\n\n\
                    - [List](https://h/list.md): Lists `pets`, see https://other\n- [Add](https://h/a_b_c.md)\n";
        let [list, add] = &links(text)[..] else { panic!("two links") };
        assert_eq!((list.url.as_str(), list.title.as_str()), ("https://h/list.md", "List"));
        assert_eq!((add.url.as_str(), add.title.as_str()), ("https://h/a_b_c.md", "Add"));
    }

    #[test]
    fn links_of_other_forms() {
        let text = "See [a][1] and <https://h/b>.\n\nhttps://h/c_d_e\nhttps://h/f\n\n- https://h/g\n\n[1]: https://h/a\n";
        let found = ["https://h/a", "https://h/b", "https://h/c_d_e", "https://h/f", "https://h/g"];
        assert_eq!(urls(text), found);
    }

    #[test]
    fn one_page_is_named_once() {
        assert_eq!(
            urls("[a](https://h/a.md) [b](https://h/a#b) [c](https://h/a/)"),
            ["https://h/a.md"]
        );
    }

    #[test]
    fn what_is_no_page_is_none() {
        assert_eq!(urls("[a](#a) [b](mailto:x@h) [c](b.md)"), [""; 0]);
    }

    #[test]
    fn a_link_without_a_host_is_the_end_of_an_address() {
        let link = Link { url: "/pets/list.md".to_owned(), title: String::new() };
        assert!(is_same(&link, "https://h/pets/list"));
        assert!(!is_same(&link, "https://h/pets/lists"));
    }
}
