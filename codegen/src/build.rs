//! What a `build.rs` calls.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result, Stage};
use crate::files::Files;
use crate::pipeline;

/// The name of the generated client in `OUT_DIR`.
pub const CLIENT: &str = "client.rs";

/// The name of the generated mock helpers in `OUT_DIR`.
pub const MOCK: &str = "mock.rs";

/// Generates [`CLIENT`] (and [`MOCK`]) in `OUT_DIR` from a spec folder, and tells cargo to do so again only when the
/// folder has changed.
///
/// A program that depends on the crate can name an overlay of its own, which is applied after that of the
/// folder: by its path in the variable `NAME_OVERLAY`, where `NAME` is the crate's in upper case.
///
/// # Errors
/// The pipeline's, or `OUT_DIR` is not set because cargo is not running this.
pub fn run(spec: &Path) -> Result<()> {
    println!("cargo::rerun-if-changed={}", spec.display());
    let overlay = overlay_of_the_program();
    let folder = std::env::var_os("OUT_DIR").ok_or_else(|| {
        let unset = std::io::Error::other("OUT_DIR is not set; is this a build script?");
        Error::io(Stage::Output, "cannot find", Path::new("OUT_DIR"), unset)
    })?;
    let outcome = match &overlay {
        Some(overlay) => pipeline::run_corrected(spec, overlay)?,
        None => pipeline::run(spec)?,
    };
    for warning in &outcome.warnings {
        println!("cargo::warning={warning}");
    }
    let mut files = Files::default();
    files.add(Path::new(&folder).join(CLIENT), outcome.client);
    if let Some(mock) = outcome.mock {
        files.add(Path::new(&folder).join(MOCK), mock);
    }
    files.write().map(drop)
}

/// The overlay that the depending program names, for cargo to watch.
fn overlay_of_the_program() -> Option<PathBuf> {
    let package = std::env::var("CARGO_PKG_NAME").ok()?;
    let variable = format!("{}_OVERLAY", package.to_uppercase().replace('-', "_"));
    println!("cargo::rerun-if-env-changed={variable}");
    let file = PathBuf::from(std::env::var_os(variable).filter(|file| !file.is_empty())?);
    println!("cargo::rerun-if-changed={}", file.display());
    Some(file)
}
