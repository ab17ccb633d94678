//! Stage 1, vendor: documentation pages and OpenAPI files become files under `upstream/`.
//!
//! For each input `NAME.md` there are three files: `NAME.yaml`, the page's OpenAPI document byte
//! for byte; `NAME.examples.json`, the documented examples; `NAME.provenance.json`, where all of
//! it came from. A plain OpenAPI file keeps its ending and has no examples.

mod page;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub use page::{Body, Example, Page, RequestLine};

use crate::error::{Error, Problem, Result, Stage};
use crate::output::{self, Files};
use crate::progress::Progress;
use crate::{json, yaml};

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
    /// In which round the page was added. Pages that come later rename nothing of earlier ones.
    #[serde(default, skip_serializing_if = "is_first")]
    pub round: u32,
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
    /// The whole input file.
    pub page: String,
    /// The OpenAPI document.
    pub document: String,
}

/// A vendored document as later stages read it.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// The file's name without its ending.
    pub slug: String,
    /// The file.
    pub file: PathBuf,
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

/// Reads pages and OpenAPI files, and says which files they make under `spec/upstream`.
///
/// # Errors
/// The first input that cannot be used, with its file and line. Nothing has been written.
pub fn run(spec: &Path, inputs: &[PathBuf]) -> Result<Files> {
    run_watched(spec, inputs, &Progress::default())
}

/// The same, telling how far it is.
///
/// # Errors
/// As [`run`].
pub fn run_watched(spec: &Path, inputs: &[PathBuf], progress: &Progress) -> Result<Files> {
    progress.stage(Stage::Vendor, inputs.len(), "files");
    let upstream = spec.join("upstream");
    let mut files = Files::default();
    let mut taken = BTreeMap::new();
    let rounds = rounds(&upstream)?;
    let next = rounds.values().max().map_or(0, |last| last.saturating_add(1));
    for input in inputs {
        let text = output::read(Stage::Vendor, input)?;
        let mut vendored = Vendored::read(input, &text).map_err(|error| error.in_file(input))?;
        vendored.provenance.round = rounds.get(&vendored.slug).copied().unwrap_or(next);
        if let Some(first) = taken.insert(vendored.slug.clone(), input) {
            return Err(slug_taken(&vendored.slug, first, input));
        }
        vendored.refuse_second_ending(&upstream, input)?;
        vendored.refuse_other_page(&upstream, input)?;
        vendored.add_to(&mut files, &upstream);
        progress.done();
    }
    Ok(files)
}

/// The round in which each page was added that is there already.
fn rounds(upstream: &Path) -> Result<BTreeMap<String, u32>> {
    let mut rounds = BTreeMap::new();
    if upstream.exists() {
        for file in documents(upstream)? {
            let slug = slug(&file);
            rounds.insert(slug.clone(), provenance(&file, &slug)?.round);
        }
    }
    Ok(rounds)
}

fn slug_taken(slug: &str, first: &Path, second: &Path) -> Error {
    let name = |path: &Path| path.display().to_string();
    let problem =
        Problem::SlugTaken { slug: slug.to_owned(), first: name(first), second: name(second) };
    Error::new(Stage::Vendor, problem).in_file(second)
}

/// One input, taken apart.
struct Vendored<'t> {
    slug: String,
    ending: &'static str,
    document: &'t str,
    provenance: Provenance,
    examples: Vec<Example>,
}

impl<'t> Vendored<'t> {
    fn read(input: &Path, text: &'t str) -> Result<Self> {
        if text.trim().is_empty() {
            return Err(Error::new(Stage::Vendor, Problem::Empty).at_line(1));
        }
        let ending = input.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let slug = slug(input);
        let plain = DOCUMENT_ENDINGS.into_iter().find(|known| ending.eq_ignore_ascii_case(known));
        if let Some(ending) = plain {
            check(text, ending, 1)?;
            let sha256 = Hashes { page: sha256(text), document: sha256(text) };
            let provenance = Provenance { sha256, ..Provenance::default() };
            return Ok(Self { slug, ending, document: text, provenance, examples: Vec::new() });
        }
        let page = Page::parse(text)?;
        let document = &text[page.document];
        let ending = if document.trim_start().starts_with('{') { "json" } else { "yaml" };
        check(document, ending, page.document_line)?;
        let provenance = Provenance {
            reference: page.reference,
            title: page.title,
            request: page.request_line,
            round: 0,
            undefined: page.undefined,
            sha256: Hashes { page: sha256(text), document: sha256(document) },
        };
        Ok(Self { slug, ending, document, provenance, examples: page.examples })
    }

    /// The same document under two endings would be two documents to the stages that follow.
    fn refuse_second_ending(&self, upstream: &Path, input: &Path) -> Result<()> {
        let others = DOCUMENT_ENDINGS.into_iter().filter(|ending| *ending != self.ending);
        for other in others.map(|ending| upstream.join(format!("{}.{ending}", self.slug))) {
            if other.exists() {
                return Err(slug_taken(&self.slug, &other, input));
            }
        }
        Ok(())
    }

    /// Pages of different folders may be called the same; one must not take the other's place.
    fn refuse_other_page(&self, upstream: &Path, input: &Path) -> Result<()> {
        let there = upstream.join(format!("{}.{}", self.slug, self.ending));
        if !there.exists() {
            return Ok(());
        }
        let old = provenance(&there, &self.slug)?;
        let differ =
            |old: Option<&str>, new: Option<&str>| old.is_some() && new.is_some() && old != new;
        let line = |provenance: &Provenance| {
            provenance.request.as_ref().map(|line| format!("{} {}", line.method, line.url))
        };
        let (old_line, new_line) = (line(&old), line(&self.provenance));
        // A page that has moved, or whose endpoint has, is still the same.
        let is_other = differ(old.reference.as_deref(), self.provenance.reference.as_deref())
            && differ(old_line.as_deref(), new_line.as_deref());
        if is_other { Err(slug_taken(&self.slug, &there, input)) } else { Ok(()) }
    }

    fn add_to(self, files: &mut Files, upstream: &Path) {
        let place = |ending: &str| upstream.join(format!("{}.{ending}", self.slug));
        files.add(place(self.ending), self.document);
        files.add(place("provenance.json"), pretty(&self.provenance));
        let examples = place("examples.json");
        // A page that lost its last example must not keep the old ones.
        if !self.examples.is_empty() || examples.exists() {
            files.add(examples, pretty(&self.examples));
        }
    }
}

/// Whether the text is an OpenAPI 3 document; `first_line` is where it stands in its file.
fn check(text: &str, ending: &str, first_line: usize) -> Result<()> {
    let document = parse(text, ending).map_err(|(line, message)| {
        let message = shift_lines(&message, first_line - 1);
        let error = Error::new(Stage::Vendor, Problem::Syntax { message });
        error.at_line(line.map_or(first_line, |line| first_line + line - 1))
    })?;
    check_version(&document).map_err(|error| error.at_line(first_line))
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

/// The parser's words, with the lines of the file instead of the document's.
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

/// Parses a document; an error has the line in the document and the parser's words.
fn parse(text: &str, ending: &str) -> Result<Value, (Option<usize>, String)> {
    if ending == "json" {
        json::parse(text).map_err(|error| (Some(error.line()), error.to_string()))
    } else {
        yaml::parse(text).map_err(|error| (error.line, error.message))
    }
}

/// Reads one OpenAPI file.
pub fn read_document(stage: Stage, file: &Path) -> Result<Value> {
    let text = output::read(stage, file)?;
    parse_document(stage, file, &text)
}

fn parse_document(stage: Stage, file: &Path, text: &str) -> Result<Value> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    parse(text, ending).map_err(|(line, message)| {
        let error = Error::new(stage, Problem::Syntax { message }).in_file(file);
        error.at_line(line.unwrap_or(1))
    })
}

/// Reads every document under `spec/upstream`, in the order in which they were added: by round,
/// and by name.
///
/// # Errors
/// A folder that is not there or has no document; a file that does not parse.
pub fn load(spec: &Path) -> Result<Vec<Upstream>> {
    let folder = spec.join("upstream");
    let mut loaded = BTreeMap::<String, Upstream>::new();
    for file in documents(&folder)? {
        let document = load_one(file)?;
        if let Some(twin) = loaded.get(&document.slug) {
            return Err(slug_taken(&document.slug, &twin.file, &document.file));
        }
        loaded.insert(document.slug.clone(), document);
    }
    if loaded.is_empty() {
        return Err(Error::new(Stage::Vendor, Problem::NothingVendored).in_file(&folder));
    }
    let mut loaded: Vec<_> = loaded.into_values().collect();
    loaded.sort_by_key(|page| page.provenance.round);
    Ok(loaded)
}

/// The documents in a folder, by name.
fn documents(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error| Error::io(Stage::Vendor, "cannot read", folder, error);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        names.push(entry.map_err(unreadable)?.path());
    }
    names.retain(|file| is_document(file));
    names.sort();
    Ok(names)
}

fn is_document(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let beside = name.ends_with(".examples.json") || name.ends_with(".provenance.json");
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    DOCUMENT_ENDINGS.contains(&ending) && !beside
}

fn load_one(file: PathBuf) -> Result<Upstream> {
    let text = output::read(Stage::Vendor, &file)?;
    let document = parse_document(Stage::Vendor, &file, &text)?;
    check_version(&document).map_err(|error| error.in_file(&file).at_line(1))?;
    let slug = slug(&file);
    Ok(Upstream {
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
    let text = output::read(Stage::Vendor, file)?;
    serde_json::from_str(&text).map_err(|error| {
        let problem = Problem::Syntax { message: error.to_string() };
        Error::new(Stage::Vendor, problem).in_file(file).at_line(error.line())
    })
}

impl Upstream {
    /// Whether the document is still what was vendored; one without provenance counts as such.
    pub fn is_untouched(&self) -> bool {
        let recorded = &self.provenance.sha256.document;
        recorded.is_empty() || *recorded == sha256(&self.text)
    }
}

/// The name under which an input is kept: its file name, in letters that every system takes.
fn slug(input: &Path) -> String {
    let stem = input.file_stem().unwrap_or_default().to_string_lossy();
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let slug: String = stem.chars().map(safe).collect();
    // A leading dot would hide the file; `x.examples` would read as the examples of `x`.
    let slug = slug.trim_start_matches('.').replace(".examples", "-examples");
    slug.replace(".provenance", "-provenance")
}

/// SHA-256 in hexadecimal.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn pretty(value: &impl Serialize) -> String {
    // Neither type has a map key that is not a string, the only thing JSON cannot express.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
