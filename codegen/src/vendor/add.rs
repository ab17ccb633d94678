//! Adds pages and OpenAPI files to `upstream/`, or refreshes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::page::Page;
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
    let last = known.values().map(|provenance| provenance.round).max();
    let round = last.map_or(0, |last| last.saturating_add(1));
    let mut adding = Adding {
        upstream,
        known,
        round,
        retrieved,
        taken: BTreeMap::new(),
        files: Files::default(),
    };
    let mut refused = Vec::new();
    for input in inputs {
        refused.extend(adding.add(input).err().map(|error| error.in_file(input)));
        progress.done();
    }
    Ok(Batch { files: adding.files, refused })
}

/// What is known while the inputs are read.
struct Adding {
    upstream: PathBuf,
    /// What was vendored before, by slug.
    known: BTreeMap<String, Provenance>,
    /// The round of pages that are new.
    round: u32,
    retrieved: Option<Date>,
    /// Which input has a slug.
    taken: BTreeMap<String, PathBuf>,
    files: Files,
}

impl Adding {
    fn add(&mut self, input: &Path) -> Result<()> {
        let text = files::read(Stage::Vendor, input)?;
        let vendored = Vendored::read(input, &text)?;
        self.keep(vendored, input)
    }

    fn keep(&mut self, mut vendored: Vendored<'_>, input: &Path) -> Result<()> {
        let before = self.known.get(&vendored.slug);
        vendored.provenance.round = before.map_or(self.round, |before| before.round);
        vendored.provenance.retrieved = match (self.retrieved, before) {
            (Some(day), _) => Some(day.to_string()),
            // The same bytes again are no other retrieval.
            (None, Some(before)) if before.sha256 == vendored.provenance.sha256 => {
                before.retrieved.clone()
            }
            (None, _) => day_of(input),
        };
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

/// The provenance of what is under `upstream/` already, by slug.
fn known(upstream: &Path) -> Result<BTreeMap<String, Provenance>> {
    let mut known = BTreeMap::new();
    if upstream.exists() {
        for file in documents(upstream)? {
            let slug = slug(&file);
            known.insert(slug.clone(), provenance(&file, &slug)?);
        }
    }
    Ok(known)
}

/// The day on which a file was written, in UTC.
fn day_of(file: &Path) -> Option<String> {
    let written = fs::metadata(file).and_then(|file| file.modified()).ok()?;
    Some(DateTime::<Utc>::from(written).date_naive().to_string())
}

/// One input, and what is kept of it.
struct Vendored<'t> {
    slug: String,
    ending: &'static str,
    /// The whole page, unless the document is all of it.
    page: Option<&'t str>,
    document: &'t str,
    provenance: Provenance,
    examples: Vec<Example>,
}

impl<'t> Vendored<'t> {
    fn read(input: &Path, text: &'t str) -> Result<Self> {
        if text.trim().is_empty() {
            return Err(Error::new(Stage::Vendor, Problem::Empty).at_line(1));
        }
        let ending = ending(input);
        let plain = DOCUMENT_ENDINGS.into_iter().find(|known| ending.eq_ignore_ascii_case(known));
        let page = match plain {
            Some(_) => Page { document: 0..text.len(), document_line: 1, ..Page::default() },
            None => Page::parse(text)?,
        };
        let document = &text[page.document];
        let ending = plain.unwrap_or_else(|| block::ending(document));
        check(document, ending, page.document_line)?;
        let sha256 = Hashes { page: sha256(text), document: sha256(document) };
        let mut provenance = Provenance { sha256, ..page.provenance };
        if ending != "json" && provenance.reference.is_none() {
            provenance.reference = head::source_of_document(document).map(str::to_owned);
        }
        let slug = slug(input);
        let whole = plain.is_none().then_some(text);
        Ok(Self { slug, ending, page: whole, document, provenance, examples: page.examples })
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

/// Whether the text is an OpenAPI 3 document; `first_line` is where it stands in its file.
fn check(text: &str, ending: &str, first_line: usize) -> Result<()> {
    let document = parse(text, ending).map_err(|SyntaxError { line, message }| {
        let message = shift_lines(&message, first_line - 1);
        let error = Error::new(Stage::Vendor, Problem::Syntax { message });
        error.at_line(line.map_or(first_line, |line| first_line + line - 1))
    })?;
    check_version(&document).map_err(|error| error.at_line(first_line))
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
