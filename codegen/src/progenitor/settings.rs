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
    /// The name of the crate in Rust, so that examples in its documentation compile; without it they are
    /// not tested.
    pub library: Option<String>,
    /// What the enum of those is called who require fields that others do not (`x-required-for`); without
    /// it, `Provider`.
    pub providers: Option<String>,
    /// Whether `Debug` shows that text is set instead of the text, see `x-personal`.
    pub redact: bool,
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
    for path in [&settings.runtime, &settings.mock, &settings.library].into_iter().flatten() {
        syn::parse_str::<syn::Path>(path)
            .map_err(|_| refused(format!("`{path}` is not a Rust path")))?;
    }
    if let Some(name) = &settings.providers {
        syn::parse_str::<syn::Ident>(name)
            .map_err(|_| refused(format!("`{name}` is not a name in Rust")))?;
    }
    Ok(settings)
}
