//! `generate.yaml`: how the generated code meets the hand-written code beside it.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Problem, Result, Stage};
use crate::files;
use crate::syntax::yaml;

/// The settings of a spec folder. A folder without the file has the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The module that takes the place of the crate `progenitor_client`, such as `crate::runtime`;
    /// it has the `Client` as well. See the refine stage for what it must define.
    #[serde(default)]
    pub runtime: Option<String>,
    /// The crate for which typed `httpmock` helpers are generated, such as `crate`.
    #[serde(default)]
    pub mock: Option<String>,
    /// Whether `Debug` shows which fields are set instead of free text, see `x-personal`.
    #[serde(default)]
    pub redact: bool,
}

/// Reads the settings.
///
/// # Errors
/// A file that does not parse, or a key that is not known.
pub fn read(file: &Path) -> Result<Settings> {
    if !file.exists() {
        return Ok(Settings::default());
    }
    let text = files::read(Stage::Generate, file)?;
    let refused = |message| Error::new(Stage::Generate, Problem::Syntax { message }).in_file(file);
    let settings: Settings = yaml::read(&text).map_err(|error| error.report(refused))?;
    for path in [&settings.runtime, &settings.mock].into_iter().flatten() {
        syn::parse_str::<syn::Path>(path)
            .map_err(|_| refused(format!("`{path}` is not a Rust path")))?;
    }
    Ok(settings)
}
