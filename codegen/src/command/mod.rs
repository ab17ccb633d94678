//! What the commands do and print. A command line parses arguments and calls these.

mod places;
mod review;

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub use crate::drift::Old;
use crate::drift::{self, Drift, Format, Side};
use crate::error::{Error, Result, Stage};
use crate::files::Files;
use crate::pipeline::{self, Outcome};
use crate::progress::Progress;
use crate::scaffold::Place;
pub use crate::scaffold::RuntimeFrom;
use crate::syntax::{json, number, yaml};
use crate::vendor::{Date, Vanished};

pub use review::{accept_audit, audit, overlay, overlay_from, propose, retarget};

/// How a command ends, by the contract that scripts rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, or nothing to do.
    Success,
    /// 1: something is stale, found or denied.
    Findings,
    /// 2: the input cannot be used; nothing was written.
    BadInput,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Success => 0,
            Exit::Findings => 1,
            Exit::BadInput => 2,
        })
    }
}

/// `vendor`: adds or refreshes pages, which were retrieved on the day that is given, or on that of each
/// file.
///
/// # Errors
/// Every input that cannot be used. Nothing has been written.
pub fn vendor(
    spec: &Path,
    inputs: &[PathBuf],
    retrieved: Option<Date>,
    progress: &Progress,
    out: &mut dyn Write,
) -> Result<Exit> {
    let mut batch = read_pages(spec, inputs, retrieved, progress)?;
    let vanished = std::mem::take(&mut batch.vanished);
    write_pages(&batch.complete()?, &vanished, out)?;
    Ok(Exit::Success)
}

/// `vendor --keep-going`: the same, but pages that can be read are written, whatever the others are.
///
/// # Errors
/// What was vendored before and cannot be read. Nothing has been written.
pub fn vendor_keep_going(
    spec: &Path,
    inputs: &[PathBuf],
    retrieved: Option<Date>,
    progress: &Progress,
    out: &mut dyn Write,
) -> Result<Exit> {
    let batch = read_pages(spec, inputs, retrieved, progress)?;
    for error in &batch.refused {
        print(out, format_args!("refused: {error}\n"))?;
    }
    write_pages(&batch.files, &batch.vanished, out)?;
    Ok(if batch.refused.is_empty() { Exit::Success } else { Exit::Findings })
}

/// `vendor --index`: keeps the vendor's list of pages, and says which of them are here.
///
/// # Errors
/// An index that cannot be used. Nothing has been written.
pub fn index(
    spec: &Path,
    index: &Path,
    retrieved: Option<Date>,
    out: &mut dyn Write,
) -> Result<Exit> {
    let (files, coverage) = crate::vendor::index(spec, index, retrieved)?;
    print(out, Written(&files.write()?))?;
    print(out, &coverage)?;
    Ok(if coverage.is_complete() { Exit::Success } else { Exit::Findings })
}

fn read_pages(
    spec: &Path,
    inputs: &[PathBuf],
    retrieved: Option<Date>,
    progress: &Progress,
) -> Result<crate::vendor::Batch> {
    let batch = crate::vendor::run_watched(spec, inputs, retrieved, progress);
    progress.end();
    batch
}

fn write_pages(files: &Files, vanished: &[Vanished], out: &mut dyn Write) -> Result<()> {
    let written = files.write()?;
    print(out, Written(&written))?;
    vanished.iter().try_for_each(|page| print(out, page))?;
    if !written.is_empty() {
        print(out, "next: cargo xtask codegen, then review the diff\n")?;
    }
    Ok(())
}

/// The options of [`codegen`].
#[derive(Clone, Debug, Default)]
pub struct Codegen {
    /// The spec folder.
    pub spec: PathBuf,
    /// Where a whole new crate goes, if one is wanted.
    pub out: Option<PathBuf>,
    /// Where that crate has its runtime from; without it, from the sources, unless the settings of the spec
    /// folder ask for `progenitor-client`.
    pub runtime: Option<RuntimeFrom>,
    /// Write nothing, show what is stale.
    pub check: bool,
    /// Where the report goes.
    pub report: Option<PathBuf>,
    /// Where the document after each stage goes.
    pub emit: Option<PathBuf>,
    /// Fail when an operation is left out.
    pub deny_left_out: bool,
    /// Told how far the run is.
    pub progress: Progress,
}

/// `codegen`: runs the pipeline and brings the files up to date.
///
/// # Errors
/// An input that cannot be used. Nothing has been written but the report and the documents of the stages
/// before the one that failed, if they were asked for.
pub fn codegen(options: &Codegen, out: &mut dyn Write) -> Result<Exit> {
    places::of_reports(options)?;
    let outcome = match &options.out {
        None => pipeline::run_watched(&options.spec, &options.progress),
        Some(folder) => {
            let library = crate::scaffold::library(folder);
            let runtime = options.runtime.map(RuntimeFrom::kind);
            pipeline::run_for(&options.spec, library, runtime, &options.progress)
        }
    };
    options.progress.end();
    let outcome = outcome.inspect_err(|error| show_passed(options, error))?;
    print(out, Summary(&outcome))?;
    let files = match &options.out {
        None => outcome.files_but_tests(),
        Some(folder) => crate::scaffold::files(&outcome, folder, options.runtime)?,
    };
    let mut report = serde_json::to_value(outcome.report()).unwrap_or_default();
    let files = prove(options, &outcome, files, &mut report, out)?;
    if options.deny_left_out && !outcome.left_out.is_empty() {
        print(out, "\ndenied: operations are left out; nothing was written\n")?;
        return Ok(Exit::Findings);
    }
    if options.check {
        return check(&files, out);
    }
    places::of_files(options, &files)?;
    let mut all = files;
    if let Some(file) = &options.report {
        all.add(file, json::print(&report));
    }
    if let Some(folder) = &options.emit {
        all.extend(outcome.emitted(folder));
    }
    let written = all.write()?;
    print(out, "\n")?;
    print(out, Written(&written))?;
    what_next(options, written.is_empty(), out)?;
    Ok(Exit::Success)
}

/// Of a run that failed, the report and the documents that were asked for, up to the stage that failed.
fn show_passed(options: &Codegen, error: &Error) {
    let (documents, changes) = pipeline::passed(&options.spec);
    let mut files = Files::default();
    if let Some(file) = &options.report {
        let report = serde_json::json!({ "error": error.to_string(), "patches": changes });
        files.add(file, json::print(&report));
    }
    for (name, document) in documents.iter().filter(|_| options.emit.is_some()) {
        files.add(options.emit.clone().unwrap_or_default().join(name), yaml::print(document));
    }
    // The error that is returned matters more than one of showing it.
    let _ = files.write();
}

/// What changed, and what to do now.
fn what_next(options: &Codegen, is_unchanged: bool, out: &mut dyn Write) -> Result<()> {
    if options.out.is_none()
        && let Some(drift) = since_last_commit(&options.spec)
    {
        print(out, format_args!("since the last commit: {}\n", drift.headline()))?;
    }
    match &options.out {
        _ if is_unchanged => Ok(()),
        Some(folder) => print(out, format_args!("next: cargo test in {}\n", folder.display())),
        None => print(out, "next: cargo test --workspace, and review the snapshot diffs\n"),
    }
}

/// Adds the pages' examples to the report, and to the crate as tests.
fn prove(
    options: &Codegen,
    outcome: &Outcome,
    mut files: Files,
    report: &mut serde_json::Value,
    out: &mut dyn Write,
) -> Result<Files> {
    let place = Place::of(outcome, options.out.as_deref());
    if place.is_none() && options.report.is_none() {
        return Ok(files);
    }
    let examples = crate::scaffold::examples(outcome);
    report["examples"] = serde_json::to_value(&examples).unwrap_or_default();
    let Some(place) = place else { return Ok(files) };
    examples.files(outcome, &place, &mut files);
    print(out, &examples)?;
    Ok(files)
}

/// The options of [`drift()`].
#[derive(Clone, Debug)]
pub struct DriftOptions {
    /// The old side.
    pub old: Old,
    /// The new side: a spec folder or an OpenAPI file.
    pub new: PathBuf,
    /// How the report is written.
    pub format: Format,
    /// Why all that is found is accepted, if it is.
    pub accept: Option<String>,
}

/// `drift`: what changed between two specs.
///
/// # Errors
/// An input that cannot be used.
pub fn drift(options: &DriftOptions, out: &mut dyn Write) -> Result<Exit> {
    let (old, new) = Side::read_both(&options.old, &options.new);
    let old = old?;
    let new = match new {
        Ok(new) => new,
        Err(error) => {
            // What the vendor changed is shown all the same.
            if let Some(changes) = drift::of_vendored(&old, &options.new) {
                print(out, changes.render(options.format))?;
            }
            return Err(error);
        }
    };
    let drift = drift::compare(&old, &new);
    if let Some(because) = &options.accept {
        let files = drift::accepting(&drift, &options.new, because)?;
        print(out, Written(&files.unwrap_or_default().write()?))?;
        return Ok(Exit::Success);
    }
    print(out, drift.render(options.format))?;
    Ok(if drift.is_empty() { Exit::Success } else { Exit::Findings })
}

/// What changed since the last commit, if there is one that has the folder and something did.
fn since_last_commit(spec: &Path) -> Option<Drift> {
    // It is a hint at the end of other work: whatever keeps it from being made is no failure.
    let old = Old::Revision { spec: spec.to_owned(), revision: "HEAD".to_owned() };
    let (old, new) = Side::read_both(&old, spec);
    let drift = drift::compare(&old.ok()?, &new.ok()?);
    (!drift.is_empty()).then_some(drift)
}

fn check(files: &Files, out: &mut dyn Write) -> Result<Exit> {
    let stale = files.stale()?;
    if stale.is_empty() {
        print(out, "\nup to date\n")?;
        return Ok(Exit::Success);
    }
    for stale in &stale {
        print(out, format_args!("\n{}", stale.diff))?;
    }
    print(out, format_args!("\nstale: {} file(s); run cargo xtask codegen\n", stale.len()))?;
    Ok(Exit::Findings)
}

fn print(out: &mut dyn Write, text: impl fmt::Display) -> Result<()> {
    match out.write_all(number::unmarked(&text.to_string()).as_bytes()) {
        // Whoever reads has seen enough (`| head`): no reason to fail, or to stop the work.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Error::io(Stage::Output, "cannot print", Path::new("-"), error)),
        Ok(()) => Ok(()),
    }
}

/// One line a change, by stage, and a summary.
struct Summary<'o>(&'o Outcome);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = self.0;
        for warning in &outcome.warnings {
            writeln!(f, "warning: {warning}")?;
        }
        let width = outcome.changes.iter().map(|change| change.rule.len()).max().unwrap_or(0);
        let mut stage = None;
        let mut counts = BTreeMap::<&str, usize>::new();
        for change in &outcome.changes {
            if stage.replace(change.stage) != Some(change.stage) {
                more(f, &mut counts)?;
                writeln!(f, "{}", change.stage)?;
            }
            let count = counts.entry(&change.rule).or_default();
            *count += 1;
            if *count > MAX_LINES {
                continue;
            }
            let mark = if change.loosened { "~" } else { " " };
            writeln!(
                f,
                "{mark} {:width$}  {}  {}",
                change.rule,
                tail(&change.place),
                head(&change.note)
            )?;
        }
        more(f, &mut counts)?;
        for part in &outcome.left_out {
            writeln!(f, "left out: {} #{}: {}", part.operation, part.place, part.reason)?;
        }
        writeln!(
            f,
            "{} patches, {} loosened; {}",
            outcome.changes.len(),
            outcome.changes.iter().filter(|change| change.loosened).count(),
            outcome.report().summary(),
        )
    }
}

/// How many changes of one rule are printed for a stage. A hundred pages have hundreds of the same.
const MAX_LINES: usize = 12;

/// What was not counts of, by rule.
fn more(f: &mut fmt::Formatter<'_>, counts: &mut BTreeMap<&str, usize>) -> fmt::Result {
    for (rule, count) in std::mem::take(counts) {
        if count > MAX_LINES {
            writeln!(f, "  … {} more of {rule}; --report FILE has them all", count - MAX_LINES)?;
        }
    }
    Ok(())
}

/// The end of a pointer is what tells places apart; the whole of it is in the report.
fn tail(place: &str) -> String {
    const WIDTH: usize = 60;
    let place = place.replace("~1", "/");
    let start = place.char_indices().rev().nth(WIDTH - 1).filter(|(at, _)| *at > 0);
    match start.and_then(|(at, _)| place.get(at..)) {
        Some(end) => format!("…{end}"),
        None => format!("{place:61}").trim_end().to_owned(),
    }
}

/// The start of a note; the whole of it is in the report.
fn head(note: &str) -> String {
    const WIDTH: usize = 80;
    match note.char_indices().nth(WIDTH).and_then(|(end, _)| note.get(..end)) {
        Some(start) => format!("{start}…"),
        None => note.to_owned(),
    }
}

/// The files that were written.
struct Written<'s>(&'s [PathBuf]);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return writeln!(f, "nothing changed");
        }
        let mut shown = self.0.iter().take(MAX_LINES);
        shown.try_for_each(|file| writeln!(f, "wrote {}", file.display()))?;
        match self.0.len().saturating_sub(MAX_LINES) {
            0 => Ok(()),
            more => writeln!(f, "wrote {more} files more"),
        }
    }
}
