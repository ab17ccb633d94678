//! `generate.yaml`: how the generated code meets the hand-written code beside it.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Problem, Result, Stage};
use crate::files;
use crate::syntax::yaml;

/// The settings of a spec folder. A folder without the file has the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The module that replaces the crate `progenitor_client` and the `Client`, such as
    /// `crate::runtime`. `finish/runtime.rs` says what it must define.
    pub runtime: Option<String>,
    /// The crate for which typed `httpmock` helpers are generated, such as `crate`.
    pub mock: Option<String>,
    /// Whether `Debug` shows that text is set instead of the text, see `x-personal`.
    pub redact: bool,
    /// How tests of the documented examples reach the crate; without it there are none.
    pub tests: Option<Tests>,
}

/// How the tests in `tests/generated/` reach what they test.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tests {
    /// The crate, as its tests call it.
    #[serde(rename = "crate")]
    pub library: String,
    /// The hand-written function that makes a client of a base URL, such as `super::client`.
    pub client: String,
    /// The module of the typed `httpmock` helpers, if there is one.
    pub mock: Option<String>,
}

/// Reads the settings.
///
/// # Errors
/// A file that cannot be read or does not parse, an unknown key, or a path that is none in Rust.
pub fn read(file: &Path) -> Result<Settings> {
    if !file.exists() {
        return Ok(Settings::default());
    }
    let text = files::read(Stage::Generate, file)?;
    let refused = |message| Error::new(Stage::Generate, Problem::Syntax { message }).in_file(file);
    let settings: Settings = yaml::read(&text).map_err(|error| error.report(refused))?;
    let tests = settings.tests.iter();
    let paths =
        tests.flat_map(|tests| [&tests.library, &tests.client].into_iter().chain(&tests.mock));
    for path in [&settings.runtime, &settings.mock].into_iter().flatten().chain(paths) {
        syn::parse_str::<syn::Path>(path)
            .map_err(|_| refused(format!("`{path}` is not a Rust path")))?;
    }
    Ok(settings)
}
