//! Adds pages and OpenAPI files to `upstream/`, or refreshes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::page::Page;
use super::sections::{self, Part};
use super::slugs::{self, Known};
use super::vanished::{Vanished, vanished};
use super::{
    DOCUMENT_ENDINGS, Example, Hashes, PAGE_ENDING, Provenance, block, check_version, documents,
    ending, head, parse, provenance, sha256, slug, slug_taken,
};
use crate::error::{Error, Problem, Result, Stage};
use crate::files::{self, Files};
use crate::progress::Progress;
use crate::syntax::{SyntaxError, json};

/// A day.
pub type Date = chrono::NaiveDate;

/// Reads pages and OpenAPI files, and says which files they make under `spec/upstream`.
///
/// # Errors
/// Every input that cannot be used, with its file and line. Nothing has been written.
pub fn run(spec: &Path, inputs: &[PathBuf]) -> Result<Files> {
    run_watched(spec, inputs, None, &Progress::default())?.complete()
}

/// What was read, and what could not be.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The files that the pages make which were read.
    pub(crate) files: Files,
    /// Why each of the others was refused.
    pub(crate) refused: Vec<Error>,
    /// Pages that were parts of a file before, and are not in it any more.
    pub(crate) vanished: Vec<Vanished>,
}

impl Batch {
    /// The files, if every page was read.
    ///
    /// # Errors
    /// The pages that were refused: a single one as what it is.
    pub(crate) fn complete(mut self) -> Result<Files> {
        match self.refused.len() {
            0 => Ok(self.files),
            1 => Err(self.refused.remove(0)),
            _ => Err(Error::new(Stage::Vendor, Problem::Refused { refused: self.refused })),
        }
    }
}

/// The same, telling how far it is, and going on where a page is refused. The inputs were retrieved on
/// the day that is given, or on that of each file.
///
/// # Errors
/// What is under `spec/upstream` already and cannot be read.
pub(crate) fn run_watched(
    spec: &Path,
    inputs: &[PathBuf],
    retrieved: Option<Date>,
    progress: &Progress,
) -> Result<Batch> {
    progress.stage(Stage::Vendor, inputs.len(), "files");
    let upstream = spec.join("upstream");
    let known = known(&upstream)?;
    let last = known.values().map(|known| known.provenance.round).max();
    let round = last.map_or(0, |last| last.saturating_add(1));
    let mut adding = Adding {
        upstream,
        known,
        round,
        retrieved,
        taken: BTreeMap::new(),
        files: Files::default(),
        vanished: Vec::new(),
    };
    let mut refused = Vec::new();
    for input in inputs {
        refused.extend(adding.add(input).into_iter().map(|error| error.in_file(input)));
        progress.done();
    }
    // What one file has no more may be in another one.
    let is_here = |gone: &Vanished| adding.taken.contains_key(&gone.slug);
    let vanished = adding.vanished.into_iter().filter(|gone| !is_here(gone)).collect();
    Ok(Batch { files: adding.files, refused, vanished })
}

/// What is known while the inputs are read.
struct Adding {
    upstream: PathBuf,
    /// What was vendored before, by slug.
    known: BTreeMap<String, Known>,
    /// The round of pages that are new.
    round: u32,
    retrieved: Option<Date>,
    /// Which input has a slug.
    taken: BTreeMap<String, PathBuf>,
    files: Files,
    vanished: Vec<Vanished>,
}

impl Adding {
    /// Reads a file, and keeps its pages; why each of the others is refused.
    fn add(&mut self, input: &Path) -> Vec<Error> {
        let text = match files::read(Stage::Vendor, input) {
            Ok(text) => text,
            Err(error) => return vec![error],
        };
        let (mut pages, mut refused) = (Vec::new(), Vec::new());
        for page in Vendored::all(input, &text) {
            match page {
                Ok(page) => pages.push(page),
                Err(error) => refused.push(error),
            }
        }
        let name = slug(input);
        let slugs = slugs::of(&name, &pages, &self.known);
        if !pages.is_empty() {
            // A part that is refused is there all the same.
            let titles = sections::of(&text).into_iter().map(|part| part.title);
            let titles: Vec<_> = titles.filter(|_| !refused.is_empty()).collect();
            self.vanished.extend(vanished(input, &name, &slugs, &titles, &self.known));
        }
        for page in &mut pages {
            let is_part = page.provenance.sha256.file.is_some();
            page.provenance.part_of = is_part.then(|| name.clone());
        }
        for (page, slug) in pages.into_iter().zip(slugs) {
            refused.extend(self.keep(Vendored { slug, ..page }, input).err());
        }
        refused
    }

    fn keep(&mut self, mut vendored: Vendored<'_>, input: &Path) -> Result<()> {
        let before = self.known.get(&vendored.slug).map(|known| &known.provenance);
        vendored.provenance.round = before.map_or(self.round, |before| before.round);
        let same = before.filter(|before| before.sha256 == vendored.provenance.sha256);
        let same = same.map(|before| before.retrieved.clone());
        vendored.provenance.retrieved = retrieved_on(self.retrieved, same, input);
        if let Some(first) = self.taken.get(&vendored.slug) {
            return Err(slug_taken(&vendored.slug, first, input));
        }
        self.taken.insert(vendored.slug.clone(), input.to_owned());
        vendored.refuse_second_ending(&self.upstream, input)?;
        vendored.refuse_other_page(&self.upstream, input)?;
        vendored.add_to(&mut self.files, &self.upstream);
        Ok(())
    }
}

/// What is under `upstream/` already, by slug.
fn known(upstream: &Path) -> Result<BTreeMap<String, Known>> {
    let mut known = BTreeMap::new();
    if upstream.exists() {
        for file in documents(upstream)? {
            let slug = slug(&file);
            let provenance = provenance(&file, &slug)?;
            known.insert(slug, Known::new(file, provenance));
        }
    }
    Ok(known)
}

/// The day on which an input was retrieved: the one that is given, or that of the file. The same bytes
/// again are no other retrieval, so what is known of these stays.
pub(super) fn retrieved_on(
    given: Option<Date>,
    same: Option<Option<String>>,
    input: &Path,
) -> Option<String> {
    match (given, same) {
        (Some(day), _) => Some(day.to_string()),
        (None, Some(known)) => known,
        (None, None) => {
            let written = fs::metadata(input).and_then(|file| file.modified()).ok()?;
            Some(DateTime::<Utc>::from(written).date_naive().to_string())
        }
    }
}

/// A page, and what is kept of it.
pub(super) struct Vendored<'t> {
    slug: String,
    ending: &'static str,
    /// The whole page, unless the document is all of it.
    page: Option<&'t str>,
    document: &'t str,
    /// The methods and paths of its operations.
    pub(super) routes: Vec<String>,
    pub(super) provenance: Provenance,
    examples: Vec<Example>,
}

impl<'t> Vendored<'t> {
    /// The pages of a file: each of them, or why it is refused.
    fn all(input: &Path, text: &'t str) -> Vec<Result<Self>> {
        let ending = ending(input);
        let plain = DOCUMENT_ENDINGS.into_iter().find(|known| ending.eq_ignore_ascii_case(known));
        let parts = if plain.is_none() { sections::of(text) } else { Vec::new() };
        let file = sha256(text);
        let pages: Vec<_> = parts.iter().map(|part| Self::part(text, part, &file)).collect();
        let mut told = BTreeSet::new();
        let is_again = pages.iter().flatten().any(|page| {
            let Provenance { title, reference, .. } = &page.provenance;
            reference.is_some() && !told.insert((title, reference))
        });
        // One page twice is no two pages: which of its documents holds is for a person to say.
        if pages.is_empty() || is_again {
            return vec![Self::whole(text, plain)];
        }
        pages
    }

    /// The only page of a file; a plain document by its ending.
    fn whole(text: &'t str, plain: Option<&'static str>) -> Result<Self> {
        if text.trim().is_empty() {
            return Err(Error::new(Stage::Vendor, Problem::Empty).at_line(1));
        }
        match plain {
            Some(_) => {
                let page = Page { document: 0..text.len(), document_line: 1, ..Page::default() };
                Ok(Self { page: None, ..Self::of(text, page, plain)? })
            }
            None => Self::of(text, Page::parse(text)?, plain),
        }
    }

    /// A page within a file.
    fn part(text: &'t str, part: &Part, file: &str) -> Result<Self> {
        let own = text.get(part.range.clone()).unwrap_or_default();
        let mut page =
            Page::parse_within(own, sections::inside(own, &part.title)).map_err(|mut error| {
                error.place.line = error.place.line.map(|line| line + part.above);
                error
            })?;
        page.document_line += part.above;
        let mut vendored = Self::of(own, page, None)?;
        vendored.provenance.title = Some(part.title.clone());
        vendored.provenance.sha256.file = Some(file.to_owned());
        Ok(vendored)
    }

    fn of(text: &'t str, page: Page, plain: Option<&'static str>) -> Result<Self> {
        let document = text.get(page.document).unwrap_or_default();
        let ending = plain.unwrap_or_else(|| block::ending(document));
        let routes = check(document, ending, page.document_line)?;
        let sha256 = Hashes { file: None, page: sha256(text), document: sha256(document) };
        let mut provenance = Provenance { sha256, ..page.provenance };
        if ending != "json" && provenance.reference.is_none() {
            provenance.reference = head::source_of_document(document).map(str::to_owned);
        }
        let (slug, page, examples) = (String::new(), Some(text), page.examples);
        Ok(Self { slug, ending, page, document, routes, provenance, examples })
    }

    /// The same document under two endings would be two documents to the stages that follow.
    fn refuse_second_ending(&self, upstream: &Path, input: &Path) -> Result<()> {
        let others = DOCUMENT_ENDINGS.into_iter().filter(|ending| *ending != self.ending);
        // A document that is no page any more must not stay beside the page that it was in.
        let others = others.chain(self.page.is_none().then_some(PAGE_ENDING));
        for other in others.map(|ending| upstream.join(format!("{}.{ending}", self.slug))) {
            if other.exists() {
                return Err(slug_taken(&self.slug, &other, input));
            }
        }
        Ok(())
    }

    /// Pages of different folders may be called the same; one must not take the other's place.
    fn refuse_other_page(&self, upstream: &Path, input: &Path) -> Result<()> {
        let existing = upstream.join(format!("{}.{}", self.slug, self.ending));
        if !existing.exists() {
            return Ok(());
        }
        let (old, new) = (provenance(&existing, &self.slug)?, &self.provenance);
        let has_moved =
            old.reference.is_some_and(|old| new.reference.iter().any(|new| *new != old));
        let is_of_other_endpoint = old.request.is_some_and(|old| {
            new.request.iter().any(|new| (&new.method, &new.url) != (&old.method, &old.url))
        });
        // A page that has moved, or whose endpoint has, is still the same.
        match has_moved && is_of_other_endpoint {
            true => Err(slug_taken(&self.slug, &existing, input)),
            false => Ok(()),
        }
    }

    fn add_to(self, files: &mut Files, upstream: &Path) {
        let place = |ending: &str| upstream.join(format!("{}.{ending}", self.slug));
        if let Some(page) = self.page {
            files.add(place(PAGE_ENDING), page);
        }
        files.add(place(self.ending), self.document);
        files.add(place("provenance.json"), json::print(&self.provenance));
        let examples = place("examples.json");
        // A page that lost its last example must not keep the old ones.
        if !self.examples.is_empty() || examples.exists() {
            files.add(examples, json::print(&self.examples));
        }
    }
}

/// The routes of a text that is an OpenAPI 3 document; `first_line` is where it stands in its file.
fn check(text: &str, ending: &str, first_line: usize) -> Result<Vec<String>> {
    let document = parse(text, ending).map_err(|SyntaxError { line, message }| {
        let message = shift_lines(&message, first_line - 1);
        let error = Error::new(Stage::Vendor, Problem::Syntax { message });
        error.at_line(line.map_or(first_line, |line| first_line + line - 1))
    })?;
    check_version(&document).map_err(|error| error.at_line(first_line))?;
    Ok(slugs::routes(&document))
}

/// The parser's message, with line numbers of the file instead of the document.
fn shift_lines(message: &str, by: usize) -> String {
    const LINE: &str = " at line ";
    let mut parts = message.split(LINE);
    let mut shifted = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        let number =
            number.parse().map_or(number.to_owned(), |line: usize| (line + by).to_string());
        shifted += &format!("{LINE}{number}{rest}");
    }
    shifted
}
