//! Stage 1, vendor: documentation pages and OpenAPI files become files under `upstream/`.
//!
//! For each input `NAME.md` there are four files: `NAME.md`, the page byte for byte, and from it
//! `NAME.yaml`, the page's OpenAPI document byte for byte; `NAME.examples.json`, the documented
//! examples; `NAME.provenance.json`, where all of it came from. A plain OpenAPI file keeps its
//! ending and has no page and no examples.
//!
//! A file that holds several pages, a heading each, becomes such files for every page: `NAME-HEADING.md`
//! is the page's part of it.
//!
//! `index.txt` is the vendor's list of pages, if one is kept; no document, so no stage reads it.
//!
//! `add` writes these files; [`load`] reads them for the stages that follow.

#[cfg(feature = "commands")]
mod add;
#[cfg(feature = "commands")]
mod block;
#[cfg(feature = "commands")]
mod head;
#[cfg(feature = "commands")]
pub(crate) mod index;
#[cfg(feature = "commands")]
mod page;
#[cfg(feature = "commands")]
mod sections;
#[cfg(feature = "commands")]
mod slugs;
#[cfg(feature = "commands")]
mod vanished;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

#[cfg(feature = "commands")]
pub(crate) use add::{Batch, run_watched};
#[cfg(feature = "commands")]
pub use add::{Date, run};
#[cfg(feature = "commands")]
pub use index::{Coverage, Link, Retrieval, index};
#[cfg(feature = "commands")]
pub(crate) use vanished::Vanished;

use crate::error::{Error, Problem, Result, Stage};
use crate::files;
use crate::syntax::{SyntaxError, json, yaml};

/// Where a vendored document came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The page's own address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The page's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How the page says the endpoint is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestLine>,
    /// The day on which the page was retrieved, as `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrieved: Option<String>,
    /// In which round the page was added. Pages that come later rename nothing of earlier ones.
    #[serde(default, skip_serializing_if = "is_first")]
    pub round: u32,
    /// The name of the file that the page is a part of; none where it is all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
    /// Examples that the page announces and does not show: `undefined` stands there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undefined: Vec<String>,
    /// SHA-256 of the inputs, in hexadecimal.
    pub sha256: Hashes,
}

fn is_first(round: &u32) -> bool {
    *round == 0
}

/// SHA-256 of a page and of the document inside; of a plain document both are the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashes {
    /// The file that the page is a part of; none where it is all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The page: the whole input file, or its part.
    pub page: String,
    /// The OpenAPI document.
    pub document: String,
}

/// How the page says the endpoint is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestLine {
    /// The HTTP method, in capitals.
    pub method: String,
    /// The URL as written, braces perhaps percent-encoded.
    pub url: String,
    /// The media type of the body, from the line `Content-Type:` below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
}

/// One documented example.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// Its heading.
    pub name: String,
    /// The status that the heading starts with (`200: name`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The request body; `undefined` on the page is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Body>,
    /// The response body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Body>,
    /// What else is known of it, if it is no example of a page and was recorded.
    #[cfg(feature = "commands")]
    #[serde(skip)]
    pub(crate) recorded: Option<crate::audit::Recorded>,
}

/// The body of an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// A JSON value.
    Json(Value),
    /// A block that is not JSON, kept as it is.
    Text(String),
}

impl Body {
    /// The JSON value, if it is one.
    pub fn json(&self) -> Option<&Value> {
        match self {
            Self::Json(value) => Some(value),
            Self::Text(_) => None,
        }
    }
}

/// A vendored document as later stages read it.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// The file's name without its ending.
    pub slug: String,
    /// The file.
    pub file: PathBuf,
    /// The whole page that the document was in; none of a plain OpenAPI file.
    pub page: Option<String>,
    /// The document's text.
    pub text: String,
    /// The document.
    pub document: Value,
    /// Where it came from.
    pub provenance: Provenance,
    /// The documented examples.
    pub examples: Vec<Example>,
}

const DOCUMENT_ENDINGS: [&str; 3] = ["yaml", "yml", "json"];
const PAGE_ENDING: &str = "md";

fn slug_taken(slug: &str, first: &Path, second: &Path) -> Error {
    let name = |path: &Path| path.display().to_string();
    let problem =
        Problem::SlugTaken { slug: slug.to_owned(), first: name(first), second: name(second) };
    Error::new(Stage::Vendor, problem).in_file(second)
}

fn check_version(document: &Value) -> Result<()> {
    let reason = match document.get("openapi").map(Value::as_str) {
        Some(Some(version)) if version.starts_with("3.") => return Ok(()),
        Some(Some(version)) => format!("its version is `{version}`"),
        Some(None) => "its version is no text".to_owned(),
        None => "it has no `openapi` version".to_owned(),
    };
    Err(Error::new(Stage::Vendor, Problem::NotOpenApi { reason }))
}

/// Parses a document; the line of an error is the one in the document.
fn parse(text: &str, ending: &str) -> Result<Value, SyntaxError> {
    if ending == "json" { json::parse(text) } else { yaml::parse(text) }
}

/// The ending of a file's name.
fn ending(file: &Path) -> &str {
    file.extension().and_then(|ending| ending.to_str()).unwrap_or_default()
}

fn refused(file: &Path, message: String, line: Option<usize>) -> Error {
    let error = Error::new(Stage::Vendor, Problem::Syntax { message }).in_file(file);
    error.at_line(line.unwrap_or(1))
}

/// Reads every document under `spec/upstream`, in the order in which they were added: by round,
/// and by name.
///
/// # Errors
/// A folder that is not there or has no document; a file that does not parse.
pub fn load(spec: &Path) -> Result<Vec<Upstream>> {
    let folder = spec.join("upstream");
    let loaded = load_pages(&folder)?;
    if loaded.is_empty() {
        return Err(Error::new(Stage::Vendor, Problem::NothingVendored).in_file(&folder));
    }
    Ok(loaded)
}

/// The same, of a folder that may have none.
fn load_pages(folder: &Path) -> Result<Vec<Upstream>> {
    let mut loaded = BTreeMap::<String, Upstream>::new();
    for file in documents(folder)? {
        let page = load_one(file)?;
        if let Some(other) = loaded.get(&page.slug) {
            return Err(slug_taken(&page.slug, &other.file, &page.file));
        }
        loaded.insert(page.slug.clone(), page);
    }
    let mut loaded: Vec<_> = loaded.into_values().collect();
    loaded.sort_by_key(|page| page.provenance.round);
    Ok(loaded)
}

/// The documents in a folder, by name.
fn documents(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error| Error::io(Stage::Vendor, "cannot read", folder, error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        files.push(entry.map_err(unreadable)?.path());
    }
    files.retain(|file| is_document(file));
    files.sort();
    Ok(files)
}

fn is_document(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_beside = name.ends_with(".examples.json") || name.ends_with(".provenance.json");
    DOCUMENT_ENDINGS.contains(&ending(file)) && !is_beside
}

fn load_one(file: PathBuf) -> Result<Upstream> {
    let text = files::read(Stage::Vendor, &file)?;
    let document = parse(&text, ending(&file))
        .map_err(|SyntaxError { message, line }| refused(&file, message, line))?;
    check_version(&document).map_err(|error| error.in_file(&file).at_line(1))?;
    let slug = slug(&file);
    let page = file.with_file_name(format!("{slug}.{PAGE_ENDING}"));
    let recorded = file.with_file_name(format!("{slug}.provenance.json"));
    if page.exists() && !recorded.exists() {
        let message = "the page has no provenance: vendor it again".to_owned();
        return Err(refused(&recorded, message, None));
    }
    Ok(Upstream {
        page: page.exists().then(|| files::read(Stage::Vendor, &page)).transpose()?,
        provenance: provenance(&file, &slug)?,
        examples: load_beside(&file.with_file_name(format!("{slug}.examples.json")))?,
        slug,
        file,
        text,
        document,
    })
}

fn provenance(document: &Path, slug: &str) -> Result<Provenance> {
    load_beside(&document.with_file_name(format!("{slug}.provenance.json")))
}

/// A file beside a document; one that is not there holds nothing.
fn load_beside<T: Default + for<'de> Deserialize<'de>>(file: &Path) -> Result<T> {
    if !file.exists() {
        return Ok(T::default());
    }
    let text = files::read(Stage::Vendor, file)?;
    let unread = |error: serde_json::Error| refused(file, error.to_string(), Some(error.line()));
    // A type knows the lines, and a value how its numbers are written.
    serde_json::from_str::<T>(&text).map_err(unread)?;
    let value = json::parse(&text).map_err(|error| refused(file, error.message, error.line))?;
    serde_json::from_value(value).map_err(unread)
}

impl Upstream {
    /// The files, of document and page, that are not what was vendored; nothing is known without provenance.
    pub fn edited(&self) -> Vec<PathBuf> {
        let hashes = &self.provenance.sha256;
        let page = self.page.iter().map(|text| (self.page_file(), text, &hashes.page));
        let document = (self.file.clone(), &self.text, &hashes.document);
        let edited = std::iter::once(document)
            .chain(page)
            .filter(|(_, text, recorded)| !recorded.is_empty() && **recorded != sha256(text));
        edited.map(|(file, ..)| file).collect()
    }

    /// The blocks of the page whose content is kept beside it: the document, and the bodies of examples.
    #[cfg(feature = "commands")]
    pub(crate) fn extracted(&self) -> Vec<std::ops::Range<usize>> {
        let Some(text) = self.page.as_deref() else { return Vec::new() };
        let page = match (&self.provenance.sha256.file, &self.provenance.title) {
            (Some(_), Some(title)) => page::Page::parse_within(text, sections::inside(text, title)),
            _ => page::Page::parse(text),
        };
        page.map(|page| page.extracted).unwrap_or_default()
    }

    /// The file of the page.
    pub fn page_file(&self) -> PathBuf {
        self.file.with_file_name(format!("{}.{PAGE_ENDING}", self.slug))
    }
}

/// The name under which an input is kept: its file name, in letters that every system takes.
fn slug(input: &Path) -> String {
    let stem = input.file_stem().unwrap_or_default().to_string_lossy();
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let slug: String = stem.chars().map(safe).collect();
    // A leading dot would hide the file; `x.examples` would read as the examples of `x`.
    let slug = slug.trim_start_matches('.').replace(".examples", "-examples");
    let slug = slug.replace(".provenance", "-provenance");
    // The provenance of the index has this name.
    if slug == "index.txt" { "index-txt".to_owned() } else { slug }
}

/// SHA-256 in hexadecimal.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
