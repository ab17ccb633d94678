//! The commands with which a maintainer reviews what the vendor says: `overlay` and `audit`.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Exit, Written, print};
use crate::drift::Format;
use crate::error::{Error, Problem, Result, Stage};
use crate::files::Files;

/// `overlay`: shows what actions were written against and what is there now; with `accept`, records it.
///
/// # Errors
/// An input that cannot be used, and actions that are no longer needed or select nothing: these are for
/// a person to delete or correct. Nothing has been written.
pub fn overlay(spec: &Path, accept: bool, out: &mut dyn Write) -> Result<Exit> {
    let file = spec.join("overlay.yaml");
    let pages = crate::vendor::load(spec)?;
    let normalized = crate::normalize::run(&pages)?;
    let text = crate::files::read(Stage::Overlay, &file)?;
    let recorded = crate::overlay::record(&normalized.document, &text);
    let recorded = recorded.map_err(|error| crate::overlay::in_file(error, &file))?;
    for change in &recorded.changes {
        print(out, change)?;
    }
    if recorded.changes.is_empty() {
        print(out, "every action says what it was written against\n")?;
        return Ok(Exit::Success);
    }
    if !accept {
        print(out, "\nnext: look at each, then cargo xtask overlay --accept\n")?;
        return Ok(Exit::Findings);
    }
    let mut files = Files::default();
    files.add(file, recorded.text);
    print(out, Written(&files.write()?))?;
    print(out, "next: cargo xtask codegen, then review the diff\n")?;
    Ok(Exit::Success)
}

/// `overlay --from`: adds the actions that make an edited document of the patched one, each with its description
/// to be written.
///
/// # Errors
/// A file that is not the patched document, and an edit that no action can make. Nothing has been written.
pub fn overlay_from(spec: &Path, edited: &Path, out: &mut dyn Write) -> Result<Exit> {
    let file = spec.join("overlay.yaml");
    let pages = crate::vendor::load(spec)?;
    let normalized = crate::normalize::run(&pages)?;
    // An overlay that cannot be used is no fault of what was edited.
    crate::overlay::read(&file)?;
    let text = file.exists().then(|| crate::files::read(Stage::Overlay, &file)).transpose()?;
    let document = read_yaml(edited)?;
    let written = crate::overlay::written_from(&normalized.document, text.as_deref(), &document);
    let written = written.map_err(|error| match *error.problem {
        Problem::Actions { .. } => crate::overlay::in_file(error, &file),
        _ => error.in_file(edited),
    })?;
    if written.actions.is_empty() {
        print(out, "nothing was edited\n")?;
        return Ok(Exit::Success);
    }
    for action in &written.actions {
        print(out, format_args!("{}\n\n", action.join("\n")))?;
    }
    let mut files = Files::default();
    files.add(file, written.text);
    print(out, Written(&files.write()?))?;
    print(out, "next: give each its patch and its evidence, then cargo xtask codegen\n")?;
    Ok(Exit::Success)
}

/// `overlay --retarget`: names in all targets, and in `audit.yaml`, what the vendor calls otherwise now.
///
/// # Errors
/// An overlay in which no target has the old name. Nothing has been written.
pub fn retarget(spec: &Path, old: &str, new: &str, out: &mut dyn Write) -> Result<Exit> {
    let file = spec.join("overlay.yaml");
    let text = crate::files::read(Stage::Overlay, &file)?;
    let retargeted = crate::overlay::retarget(&text, old, new);
    let retargeted = retargeted.map_err(|error| error.in_file(&file))?;
    for index in &retargeted.actions {
        print(out, format_args!("#/actions/{index}: {old} -> {new}\n"))?;
    }
    let mut files = Files::default();
    files.add(file, retargeted.text);
    let explained = spec.join("audit.yaml");
    if explained.exists() {
        let text = crate::files::read(Stage::Audit, &explained)?;
        files.add(explained, retargeted.rename.apply(&text));
    }
    print(out, Written(&files.write()?))?;
    print(out, "next: cargo xtask overlay, then cargo xtask codegen\n")?;
    Ok(Exit::Success)
}

/// `audit`: the document against its own documentation and examples.
///
/// # Errors
/// An input that cannot be used.
pub fn audit(
    spec: &Path,
    traffic: &[PathBuf],
    format: Format,
    out: &mut dyn Write,
) -> Result<Exit> {
    let audit = crate::audit::run_with(spec, traffic)?;
    print(out, audit.render(format))?;
    Ok(if audit.is_explained() { Exit::Success } else { Exit::Findings })
}

/// `audit --propose`: what would mend what is found; with `write`, it is written into `overlay.yaml` and
/// `audit.yaml`.
///
/// # Errors
/// An input that cannot be used. Nothing has been written.
pub fn propose(spec: &Path, traffic: &[PathBuf], write: bool, out: &mut dyn Write) -> Result<Exit> {
    let proposal = crate::audit::propose_with(spec, traffic)?;
    print(out, proposal.render())?;
    if write {
        let mut files = Files::default();
        proposal.files(spec, &mut files);
        let written = files.write()?;
        if !written.is_empty() {
            print(out, Written(&written))?;
            print(out, "next: review them, then cargo xtask codegen\n")?;
        }
    }
    Ok(if proposal.open == 0 { Exit::Success } else { Exit::Findings })
}

/// `audit --accept`: records which values the explanations in `audit.yaml` are about.
///
/// # Errors
/// An input that cannot be used. Nothing has been written.
pub fn accept_audit(spec: &Path, out: &mut dyn Write) -> Result<Exit> {
    let accepted = crate::audit::accept(spec)?;
    for change in &accepted.changes {
        print(out, change)?;
    }
    if accepted.changes.is_empty() && accepted.refused.is_empty() {
        print(out, "every entry says which values it explains\n")?;
        return Ok(Exit::Success);
    }
    if !accepted.changes.is_empty() {
        let mut files = Files::default();
        files.add(spec.join("audit.yaml"), accepted.text);
        print(out, Written(&files.write()?))?;
    }
    for stale in &accepted.refused {
        print(out, format_args!("not recorded: {stale}"))?;
    }
    Ok(if accepted.refused.is_empty() { Exit::Success } else { Exit::Findings })
}

/// A document as a person has edited it.
fn read_yaml(file: &Path) -> Result<serde_json::Value> {
    let text = crate::files::read(Stage::Overlay, file)?;
    let parsed = crate::syntax::yaml::parse(&text);
    parsed.map_err(|error| {
        let problem = Problem::Syntax { message: error.message };
        Error::new(Stage::Overlay, problem).at_line(error.line.unwrap_or(1)).in_file(file)
    })
}
