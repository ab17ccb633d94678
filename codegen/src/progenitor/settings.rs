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
    /// The crate that sends what generated code builds.
    pub runtime: Runtime,
    /// The crate for which typed `httpmock` helpers are generated, such as `crate`.
    pub mock: Option<String>,
    /// The name of the crate in Rust, so that examples in its documentation compile and tests find it;
    /// without it there are neither.
    pub library: Option<String>,
    /// What the enum of those is called who require fields that others do not (`x-required-for`); without
    /// it, `Provider`.
    pub providers: Option<String>,
    /// Whether `Debug` shows that text is set instead of the text, see `x-personal`. Unless it is said, so it
    /// does in a crate on `openapi-client-runtime`, whose own texts show nothing of a person either.
    pub redact: Option<bool>,
    /// How tests of the documented examples reach the crate; without it there are none.
    pub tests: Option<Tests>,
}

/// What sends requests and reads responses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runtime {
    /// Credentials, retries, limits, one error, redaction.
    #[default]
    OpenapiClientRuntime,
    /// progenitor's own, which has none of these.
    ProgenitorClient,
}

impl Settings {
    /// Whether `Debug` hides text.
    pub fn redacts(&self) -> bool {
        self.redact.unwrap_or(self.runtime == Runtime::OpenapiClientRuntime)
    }
}

/// How the tests in `tests/generated/` reach what they test.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tests {
    /// The crate, as its tests call it: that of the settings.
    #[serde(skip)]
    pub library: String,
    /// The hand-written function that makes a client of a base URL, such as `super::client`.
    pub client: String,
    /// The module of the typed `httpmock` helpers, if there is one.
    pub mock: Option<String>,
}

const NO_LIBRARY: &str = "`tests` needs `library`: the crate, as its tests call it";

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
    let mut settings: Settings = yaml::read(&text).map_err(|error| error.report(refused))?;
    if let Some(tests) = &mut settings.tests {
        let library = settings.library.clone();
        tests.library = library.ok_or_else(|| refused(NO_LIBRARY.to_owned()))?;
    }
    let tests = settings.tests.iter();
    let paths = tests.flat_map(|tests| std::iter::once(&tests.client).chain(&tests.mock));
    let own = [&settings.mock, &settings.library];
    for path in own.into_iter().flatten().chain(paths) {
        syn::parse_str::<syn::Path>(path)
            .map_err(|_| refused(format!("`{path}` is not a Rust path")))?;
    }
    if let Some(name) = &settings.providers {
        syn::parse_str::<syn::Ident>(name)
            .map_err(|_| refused(format!("`{name}` is not a name in Rust")))?;
    }
    Ok(settings)
}
