//! What a `build.rs` calls.

use std::path::Path;

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
/// # Errors
/// The pipeline's, or `OUT_DIR` is not set because cargo is not running this.
pub fn run(spec: &Path) -> Result<()> {
    println!("cargo::rerun-if-changed={}", spec.display());
    let folder = std::env::var_os("OUT_DIR").ok_or_else(|| {
        let unset = std::io::Error::other("OUT_DIR is not set; is this a build script?");
        Error::io(Stage::Output, "cannot find", Path::new("OUT_DIR"), unset)
    })?;
    let outcome = pipeline::run(spec)?;
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
