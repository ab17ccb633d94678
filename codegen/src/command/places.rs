//! What a command that was told where to write must not replace.

use std::path::{Path, PathBuf};

use super::Codegen;
use crate::error::{Error, Problem, Result, Stage};
use crate::files::Files;

const INPUT: &str = "in this place the spec folder has what people and vendors write";
const OUTPUT: &str = "the report and a file that is generated would be one file";
const FOREIGN: &str = "this is not of a crate that `codegen --out` wrote: there, Cargo.toml begins with `# @generated`";

/// The report and the documents of the stages replace nothing of the spec folder.
///
/// # Errors
/// A place that is an input.
pub(super) fn of_reports(options: &Codegen) -> Result<()> {
    let Codegen { spec, report, emit, .. } = options;
    let (spec, upstream) = (real(spec), real(&spec.join("upstream")));
    if let Some(report) = report {
        let place = real(report);
        let is_yaml = place.extension().is_some_and(|it| it == "yaml" || it == "yml");
        if place.starts_with(upstream.as_path()) || (is_yaml && place.parent() == Some(&*spec)) {
            return Err(occupied(report, INPUT));
        }
    }
    match emit {
        Some(folder) if real(folder).starts_with(upstream) => Err(occupied(folder, INPUT)),
        _ => Ok(()),
    }
}

/// The report is none of the files that are generated, and they are no files of somebody's own.
///
/// # Errors
/// The first such file.
pub(super) fn of_files(options: &Codegen, files: &Files) -> Result<()> {
    let report = options.report.as_deref();
    if let Some(report) = report.filter(|it| files.iter().any(|(file, _)| real(file) == real(it))) {
        return Err(occupied(report, OUTPUT));
    }
    let folder = options.out.as_deref();
    folder.map_or(Ok(()), |folder| of_crate(folder, &options.spec, files))
}

/// A new crate replaces no file of a crate or folder that is somebody's own.
fn of_crate(folder: &Path, spec: &Path, files: &Files) -> Result<()> {
    let manifest = std::fs::read(folder.join("Cargo.toml")).unwrap_or_default();
    if manifest.starts_with(b"# @generated") {
        return Ok(());
    }
    let (spec, mut own) = (real(spec), files.iter().filter(|(file, _)| file.starts_with(folder)));
    let foreign = own.find(|(file, new)| {
        let is_there = std::fs::symlink_metadata(file).is_ok();
        let is_same = || std::fs::read(file).is_ok_and(|old| old == new.as_bytes());
        is_there && !real(file).starts_with(&spec) && !is_same()
    });
    foreign.map_or(Ok(()), |(file, _)| Err(occupied(file, FOREIGN)))
}

fn occupied(file: &Path, reason: &'static str) -> Error {
    Error::new(Stage::Output, Problem::Occupied { reason }).in_file(file)
}

/// A path without links; of what is not there, as much of it as is.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|it| Some((it, it.canonicalize().ok()?)));
    match there.and_then(|(it, real)| Some((real, path.strip_prefix(it).ok()?))) {
        // A joined empty path would end in a slash.
        Some((real, rest)) if rest == Path::new("") => real,
        Some((real, rest)) => real.join(rest),
        None => path,
    }
}
