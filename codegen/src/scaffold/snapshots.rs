//! What review reads of a change, beside the crate: the snapshots that `contract` makes. The new crate
//! depends on nothing that could make them again, so `codegen --out` writes them, `--check` compares them,
//! and the crate's own test says whether they are of the client beside them.

use std::path::Path;

use crate::contract;
use crate::error::Result;
use crate::files::Files;
use crate::pipeline::Outcome;

/// Adds the snapshots, and their test, to the files of a crate.
///
/// # Errors
/// A patch or a source that cannot be read again.
pub(super) fn add(outcome: &Outcome, folder: &Path, files: &mut Files) -> Result<()> {
    let surface = contract::surface(files, &folder.join("src/lib.rs"))?;
    let document = contract::document(&outcome.documents.lowered);
    let patches = contract::patches(outcome)?;
    for (name, text) in [("document", document), ("patches", patches), ("surface", surface)] {
        let text = format!("{}\n{text}", outcome.yaml_header());
        files.add(folder.join(format!("tests/snapshots/{name}.txt")), text);
    }
    files.add(folder.join("tests/snapshots.rs"), include_str!("emitted/snapshots.rs"));
    Ok(())
}
