//! The one error type of the pipeline: which stage, where, what, and what to do next.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::bounds::MAX_SHOWN;
use crate::document::structure::Fault;
use crate::overlay::ActionFault;
use crate::syntax::number::unmarked;

/// A `Result` whose error is the pipeline's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A stage of the pipeline, in the order in which data flows through them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// A documentation page becomes files under `upstream/`.
    Vendor,
    /// What the exporter breaks on every page is mended; pages are merged.
    Normalize,
    /// `overlay.yaml` is applied.
    Overlay,
    /// The words of the pages' tables become descriptions.
    Describe,
    /// OpenAPI 3.1 becomes 3.0.3.
    Lower,
    /// The document becomes Rust.
    Generate,
    /// The Rust is adjusted where the generator cannot be told.
    Refine,
    /// A document is compared with its documentation.
    Audit,
    /// Two specs are compared.
    Drift,
    /// Results are written to disk.
    Output,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{self:?}").to_lowercase())
    }
}

/// Where in the input something is: as much of it as is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file that was read or written.
    pub file: Option<PathBuf>,
    /// The line in that file, counted from 1.
    pub line: Option<usize>,
    /// JSON Pointer (RFC 6901) into the document.
    pub pointer: Option<String>,
    /// The operation, as `operationId` or as method and path.
    pub operation: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
        let file = self.file.as_ref().map(|file| format!("{}{line}", file.display()));
        let pointer = self.pointer.as_ref().map(|pointer| format!("#{pointer}"));
        let operation = self.operation.as_ref().map(|name| format!("(operation `{name}`)"));
        let parts: Vec<_> = [file, pointer, operation].into_iter().flatten().collect();
        f.write_str(&parts.join(" "))
    }
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The operating system refused to read or write.
    #[error("{action}: {source}")]
    Io {
        /// What was tried, such as `cannot read`.
        action: &'static str,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// The input is larger than the pipeline accepts.
    #[error("larger than {limit} MiB")]
    TooLarge {
        /// The limit in MiB.
        limit: u64,
    },
    /// The input is not UTF-8.
    #[error("not UTF-8: byte {offset} starts no valid character")]
    NotUtf8 {
        /// Offset in bytes of the first bad byte.
        offset: usize,
    },
    /// The input has no content.
    #[error("the file is empty")]
    Empty,
    /// A page has no OpenAPI document inside.
    #[error("the page has no fenced YAML or JSON block that starts an OpenAPI document")]
    NoDocument,
    /// A page has more than one OpenAPI document inside.
    #[error("the page has several OpenAPI documents, the first of them on lines {}", list(.lines))]
    SeveralDocuments {
        /// The lines on which the blocks start.
        lines: Vec<usize>,
    },
    /// The OpenAPI block of a page is never closed.
    #[error("the OpenAPI block never ends")]
    UnclosedBlock,
    /// YAML or JSON that does not parse.
    #[error("does not parse: {message}")]
    Syntax {
        /// The parser's words.
        message: String,
    },
    /// A file that was to hold recorded calls and cannot be used.
    #[error("no recorded calls: {reason}")]
    Recording {
        /// What is wrong with it, without any value that was recorded.
        reason: String,
    },
    /// The document is well-formed but is no OpenAPI document.
    #[error("not an OpenAPI 3.x document: {reason}")]
    NotOpenApi {
        /// What is missing or wrong.
        reason: String,
    },
    /// Values of another type than OpenAPI says.
    #[error("not an OpenAPI 3.x document: {}", shown_faults(faults))]
    Structure {
        /// Each with its place.
        faults: Vec<Fault>,
    },
    /// An edited document is not the one that the overlay makes.
    #[error("not the patched document: {reason}")]
    NotThePatched {
        /// What shows it.
        reason: String,
    },
    /// An edit that no action of an overlay can make.
    #[error("no action can make this edit")]
    NoAction,
    /// Two inputs would be written to the same place.
    #[error("{first} and {second} would both become `{slug}`")]
    SlugTaken {
        /// The name both want.
        slug: String,
        /// The one that has it.
        first: String,
        /// The one that wants it as well.
        second: String,
    },
    /// An index of pages that names none.
    #[error("the index names no page: it has no link, and no address alone in a line")]
    NoLinks,
    /// Several inputs of one command cannot be used.
    #[error("{} pages cannot be read, so nothing was written{}", .refused.len(), refusals(.refused))]
    Refused {
        /// What each of them is refused for.
        refused: Vec<Error>,
    },
    /// A place that holds what the command must not replace.
    #[error("{reason}")]
    Occupied {
        /// What is there.
        reason: &'static str,
    },
    /// There is nothing to generate from.
    #[error("no OpenAPI document here")]
    NothingVendored,
    /// The document has no `paths`, or they are no object.
    #[error("the document has no `paths`")]
    NoPaths,
    /// The document has `paths`, and no operation in them.
    #[error(
        "`paths` has no operation: none of get, put, post, delete, options, head, patch, trace"
    )]
    NoOperations,
    /// A path template whose braces do not pair up.
    #[error("the path template `{template}` has a brace that {fault}")]
    Template {
        /// The template as written.
        template: String,
        /// `never closes` or `was never opened`.
        fault: &'static str,
    },
    /// A `$ref` whose target does not exist.
    #[error("`$ref` to nothing: `{reference}`")]
    DanglingRef {
        /// The reference as written.
        reference: String,
    },
    /// A `$ref` to another document.
    #[error("`{reference}` is in another file or at an address: such references are not followed")]
    ExternalRef {
        /// The reference as written.
        reference: String,
    },
    /// A chain of `$ref`s that never arrives at a value.
    #[error("`$ref` cycle: {}", links(.chain))]
    RefCycle {
        /// The references in the order they were followed.
        chain: Vec<String>,
    },
    /// Two operations share an `operationId`.
    #[error("`{id}` is also the operationId of {other}")]
    DuplicateOperation {
        /// The shared id.
        id: String,
        /// Method and path of the operation that had it first.
        other: String,
    },
    /// Two pages or sections define the same thing differently.
    #[error("`{name}` is defined twice, differently (also by {other})")]
    Conflict {
        /// What is defined twice.
        name: String,
        /// Who defined it first.
        other: String,
    },
    /// Two schemas that differ are given one name.
    #[error("`{name}` is given to two schemas that differ, this and #{other}: {difference}")]
    Differ {
        /// The name.
        name: String,
        /// JSON Pointer of the schema that has it.
        other: String,
        /// Where they differ, and what each says there, the other schema's first.
        difference: String,
    },
    /// An overlay that is not well-formed, or that cannot be applied.
    #[error("{message}")]
    Overlay {
        /// What is wrong with it.
        message: String,
    },
    /// Overlay actions that no longer fit the document.
    #[error("{}", listed(faults))]
    Actions {
        /// Every one of them.
        faults: Vec<ActionFault>,
    },
    /// A revision whose spec cannot be read.
    #[error("{reason}")]
    Revision {
        /// What git says.
        reason: String,
    },
    /// A construct that the next stage cannot take.
    #[error("{reason}")]
    Unsupported {
        /// What it is and why.
        reason: String,
    },
    /// The generator refused or panicked.
    #[error("progenitor cannot generate this: {message}")]
    Generator {
        /// The generator's words.
        message: String,
    },
    /// Generated code with two items of one name.
    #[error("the generated code would declare `{name}` twice")]
    DeclaredTwice {
        /// The type, or the type and its field.
        name: String,
    },
    /// A mark for paging that does not fit its operation.
    #[error("these pages cannot be asked for: {reason}")]
    Paging {
        /// What does not fit.
        reason: String,
    },
    /// Generated code that is not what an edit of it was written for.
    #[error(
        "`{limit}` finds no place to edit for {subject} in what progenitor {version} generates"
    )]
    NoPlaceToEdit {
        /// The limit of progenitor that the edit works around, or what else it is for.
        limit: &'static str,
        /// The operation or type.
        subject: String,
        /// The version of progenitor that the edit is for.
        version: &'static str,
    },
    /// Operations of vendored pages that the client does not have, though nothing says that they are left out.
    #[error("{} lost on the way: {}", counted(operations.len(), "operation"), shown(operations))]
    Lost {
        /// Each with its page.
        operations: Vec<String>,
    },
    /// Functions of the client that start no operation of a vendored page.
    #[error("{} of no operation: {}", counted(functions.len(), "function"), shown(functions))]
    Unasked {
        /// Their names.
        functions: Vec<String>,
    },
    /// Generated code that is not Rust.
    #[error("the generated code is not valid Rust: {message}")]
    NotRust {
        /// The parser's words.
        message: String,
    },
}

const LOOK: &str = "look at what the vendor says now; then delete the action, correct it, or accept the \
     change: cargo xtask overlay --accept";

const PATCHED: &str =
    "edit 3-patched.yaml, which cargo xtask codegen --emit DIR writes, and pass that";
const BUNDLE: &str =
    "bundle the document into one file first, with any OpenAPI bundler, and vendor that";
const APART: &str =
    "split the page so that each file has one document, or each document a heading of its own";

const EXPORT: &str =
    "export the page again as Markdown, with its OpenAPI specification, and vendor that";
const NO_CLIENT: &str = "without operations there is no client; is this the right document?";
const ELSEWHERE: &str = "nothing was written; name another place, or move what is there";

const RECORD: &str = "export the calls again as HAR (HTTP Archive 1.2), in UTF-8 and whole; many of them in \
     several files, each with a --traffic of its own";

const PAGING: &str = "correct `x-pagination` in overlay.yaml, or what it names; `x-pagination: false` switches \
     it off";

const PINNED: &str = "build with the versions of progenitor and typify that manis-codegen pins; to move \
     to others, see `src/progenitor/shape.rs`";

const OTHER_ID: &str = "give one of them another operationId in overlay.yaml";
const MISCOUNTED: &str = "this is a fault of manis-codegen: report it, and until it is mended remove the operation in overlay.yaml";

/// One fault, or a line for each of several.
fn listed(faults: &[ActionFault]) -> String {
    match faults {
        [only] => format!("{}: {}", only.patch, only.fault),
        several => {
            let lines: String = several.iter().map(|fault| format!("\n  {fault}")).collect();
            format!("{} actions do not fit the document{lines}", several.len())
        }
    }
}

/// A line for each error, with its place and what to do.
fn refusals(refused: &[Error]) -> String {
    let line = |Error { place, problem, .. }: &Error| {
        let at = if *place == Place::default() { "" } else { ": " };
        format!("\n  {place}{at}{problem}; {}", problem.help())
    };
    refused.iter().map(line).collect()
}

/// Some of the faults, each with its place.
fn shown_faults(faults: &[Fault]) -> String {
    let shown = faults.iter().take(MAX_SHOWN);
    let mut shown: Vec<_> =
        shown.map(|fault| format!("{} is not {}", fault.place, fault.expected)).collect();
    if faults.len() > MAX_SHOWN {
        shown.push(format!("and {} more", faults.len() - MAX_SHOWN));
    }
    shown.join("; ")
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { " is" } else { "s are" })
}

/// Some of the names.
fn shown(names: &[String]) -> String {
    let mut shown: Vec<_> = names.iter().take(MAX_SHOWN).cloned().collect();
    if names.len() > MAX_SHOWN {
        shown.push(format!("and {} more", names.len() - MAX_SHOWN));
    }
    shown.join(", ")
}

/// The links of a chain; of a long one its two ends.
fn links(chain: &[String]) -> String {
    let ends = (chain.first_chunk::<{ MAX_SHOWN / 2 }>(), chain.last_chunk::<{ MAX_SHOWN / 2 }>());
    let ((Some(head), Some(tail)), Some(between @ 1..)) =
        (ends, chain.len().checked_sub(MAX_SHOWN))
    else {
        return chain.join(" -> ");
    };
    format!("{} -> ({between} more) -> {}", head.join(" -> "), tail.join(" -> "))
}

fn list(lines: &[usize]) -> String {
    let lines: Vec<_> = lines.iter().map(usize::to_string).collect();
    lines.join(", ")
}

impl Problem {
    /// What the reader can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Io { .. } => "check the path and its permissions",
            Self::TooLarge { .. } => "is this the right file? split the document if it is",
            Self::NotUtf8 { .. } => "save the file as UTF-8; if it is a page, vendor it again",
            Self::Empty | Self::NoDocument | Self::UnclosedBlock => EXPORT,
            Self::SeveralDocuments { .. } => APART,
            Self::Syntax { .. } => "mend the file, or ask the vendor for one that parses",
            Self::Recording { .. } => RECORD,
            Self::NotOpenApi { .. } => "pass an OpenAPI 3 document, or a page with one inside",
            Self::Structure { .. } => "mend them by actions in overlay.yaml",
            Self::NotThePatched { .. } => PATCHED,
            Self::NoAction => "edit it in overlay.yaml itself",
            Self::SlugTaken { .. } => "rename one of the files, or remove the one that is obsolete",
            Self::NoLinks => "save the vendor's list of all pages, such as llms.txt, and pass that",
            Self::Refused { .. } => "mend them, or write the others alone: --keep-going",
            Self::Occupied { .. } => ELSEWHERE,
            Self::NothingVendored => "add a page first: cargo xtask vendor [--spec DIR] PAGE...",
            Self::NoPaths | Self::NoOperations => NO_CLIENT,
            Self::Template { .. } => "mend the path in overlay.yaml, or leave the page out",
            Self::ExternalRef { .. } => BUNDLE,
            Self::NoPlaceToEdit { .. } => PINNED,
            Self::DanglingRef { .. } | Self::RefCycle { .. } => {
                "correct the reference, or what it names, in overlay.yaml"
            }
            Self::DuplicateOperation { .. } => OTHER_ID,
            Self::Conflict { .. } => "rename or align one of them",
            Self::Differ { .. } => "align them in overlay.yaml, or name one otherwise",
            Self::Overlay { .. } => "mend overlay.yaml",
            Self::Paging { .. } => PAGING,
            Self::Actions { .. } => LOOK,
            Self::Revision { .. } => "name a revision that has this folder, or pass --old PATH",
            Self::Lost { .. } | Self::Unasked { .. } => MISCOUNTED,
            Self::Unsupported { .. }
            | Self::Generator { .. }
            | Self::DeclaredTwice { .. }
            | Self::NotRust { .. } => "simplify that part of the document in overlay.yaml",
        }
    }
}

/// A failure of the pipeline. Nothing was written when one is returned.
#[derive(Debug, thiserror::Error)]
#[error("{stage}: {place}{}{}\n  help: {}", if *place == Place::default() { "" } else { ": " }, unmarked(&problem.to_string()), problem.help())]
pub struct Error {
    /// The stage that failed.
    pub stage: Stage,
    /// Where in its input.
    pub place: Place,
    /// What went wrong.
    #[source]
    pub problem: Box<Problem>,
}

impl Error {
    /// An error whose place is filled in by the `in_…`/`at_…` methods.
    pub fn new(stage: Stage, problem: Problem) -> Self {
        Self { stage, place: Place::default(), problem: Box::new(problem) }
    }

    /// An [`Problem::Io`] error at a file.
    pub fn io(stage: Stage, action: &'static str, file: &Path, source: std::io::Error) -> Self {
        Self::new(stage, Problem::Io { action, source }).in_file(file)
    }

    /// Sets the file, unless a stage nearer to the cause already has.
    pub fn in_file(mut self, file: &Path) -> Self {
        self.place.file.get_or_insert_with(|| file.to_owned());
        self
    }

    /// Names a file of the user's in the place of one in a temporary folder; `real` is given the
    /// path in that folder.
    #[cfg(feature = "commands")]
    pub(crate) fn moved(mut self, temporary: &Path, real: impl Fn(&Path) -> PathBuf) -> Self {
        let file = self.place.file.as_deref();
        if let Some(inside) = file.and_then(|file| file.strip_prefix(temporary).ok()) {
            self.place.file = Some(real(inside));
        }
        self
    }

    /// Sets the line, counted from 1.
    pub fn at_line(mut self, line: usize) -> Self {
        self.place.line.get_or_insert(line);
        self
    }

    /// Sets the JSON Pointer.
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.place.pointer.get_or_insert_with(|| pointer.into());
        self
    }

    /// Sets the operation.
    pub fn in_operation(mut self, operation: impl Into<String>) -> Self {
        self.place.operation.get_or_insert_with(|| operation.into());
        self
    }
}
