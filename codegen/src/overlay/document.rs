//! An Overlay document as it is written: its fields, and what must hold of them before it is applied.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::in_file;
use crate::error::{Error, Problem, Result, Stage};
use crate::files;
use crate::syntax::yaml;

/// An Overlay document of version 1.1.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Overlay {
    /// The version of the Overlay Specification, `1.1.0`.
    pub overlay: String,
    /// What the document is called.
    pub info: Info,
    /// The document that it is for.
    pub extends: Option<String>,
    /// What to do, in this order.
    pub actions: Vec<Action>,
    /// The fields that begin with `x-`.
    #[serde(flatten)]
    pub extensions: BTreeMap<String, Value>,
}

/// The metadata of an Overlay document.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Info {
    /// A name for people.
    pub title: String,
    /// The version of the document.
    pub version: String,
    /// What it is about.
    pub description: Option<String>,
    /// The fields that begin with `x-`.
    #[serde(flatten)]
    pub extensions: BTreeMap<String, Value>,
}

/// One change, to all the values that a JSONPath selects.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Action {
    /// An RFC 9535 JSONPath query.
    pub target: String,
    /// Why: the evidence.
    pub description: Option<String>,
    /// What is merged into objects, appended to lists, and put in the place of other values.
    pub update: Option<Value>,
    /// The JSONPath of one value that is used as `update` is.
    pub copy: Option<String>,
    /// Whether the values are removed.
    #[serde(default)]
    pub remove: bool,
    /// The fields that begin with `x-`.
    #[serde(flatten)]
    pub extensions: BTreeMap<String, Value>,
}

/// Reads an overlay; a file that is not there patches nothing.
///
/// # Errors
/// A file that is no well-formed Overlay 1.1 document, or an action without a description.
pub fn read(file: &Path) -> Result<Option<Overlay>> {
    if !file.exists() {
        return Ok(None);
    }
    let text = files::read(Stage::Overlay, file)?;
    let overlay = parse(&text).map_err(|error| in_file(error, file))?;
    Ok(Some(overlay))
}

/// Parses and validates an overlay.
///
/// # Errors
/// As [`read`], without the file.
pub fn parse(text: &str) -> Result<Overlay> {
    let value = yaml::parse(text).map_err(|error| {
        let problem = Problem::Syntax { message: error.message };
        Error::new(Stage::Overlay, problem).at_line(error.line.unwrap_or(1))
    })?;
    let mut overlay: Overlay = yaml::read(text).map_err(|error| error.report(refused))?;
    // `update` becomes a part of the document, where `1.10` must stay `1.10`. Reading into types
    // makes `1.1` of it, and takes the last of two equal keys; the reader of documents does neither.
    for (index, action) in overlay.actions.iter_mut().enumerate() {
        let written = value.pointer(&format!("/actions/{index}/update"));
        action.update = written.filter(|update| !update.is_null()).cloned();
    }
    validate(&overlay).map_err(|(at, message)| refused(message).at(at))?;
    Ok(overlay)
}

fn refused(message: String) -> Error {
    Error::new(Stage::Overlay, Problem::Overlay { message })
}

/// The first thing that is wrong: where, and what.
fn validate(overlay: &Overlay) -> Result<(), (String, String)> {
    let at = |place: &str, message: &str| Err((place.to_owned(), message.to_owned()));
    let number = overlay.overlay.strip_prefix("1.1.");
    if !number.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit())) {
        let message = format!("`{}` is no version of Overlay 1.1, as `1.1.0` is", overlay.overlay);
        return at("/overlay", &message);
    }
    only_extensions("", &overlay.extensions)?;
    only_extensions("/info", &overlay.info.extensions)?;
    for (field, text) in [("title", &overlay.info.title), ("version", &overlay.info.version)] {
        if text.is_empty() {
            return at(&format!("/info/{field}"), "must not be empty");
        }
    }
    if overlay.actions.is_empty() {
        return at("/actions", "must contain at least one entry");
    }
    for (index, action) in overlay.actions.iter().enumerate() {
        let place = format!("/actions/{index}");
        only_extensions(&place, &action.extensions)?;
        validate_action(action).map_err(|(field, message)| (format!("{place}{field}"), message))?;
    }
    Ok(())
}

/// A misspelt field would do nothing, without a word.
fn only_extensions(place: &str, fields: &BTreeMap<String, Value>) -> Result<(), (String, String)> {
    match fields.keys().find(|name| !name.starts_with("x-")) {
        Some(name) => {
            Err((place.to_owned(), format!("unknown field `{name}`; others begin with `x-`")))
        }
        None => Ok(()),
    }
}

fn validate_action(action: &Action) -> Result<(), (String, String)> {
    let paths = [("/target", Some(&action.target)), ("/copy", action.copy.as_ref())];
    for (field, path) in paths {
        if let Some(Err(error)) = path.map(|path| JsonPath::parse(path)) {
            return Err((field.to_owned(), format!("invalid JSONPath query: {error}")));
        }
    }
    let given = [
        ("`remove: true`", action.remove),
        ("`update`", action.update.is_some()),
        ("`copy`", action.copy.is_some()),
    ];
    let mut given = given.into_iter().filter_map(|(name, is_given)| is_given.then_some(name));
    let wrong = match (given.next(), given.next()) {
        (None, _) => Some("the action has none of `update`, `copy` and `remove: true`".to_owned()),
        (Some(one), Some(other)) => Some(format!("{one} and {other} in one action")),
        (Some(_), None) => None,
    };
    let without_evidence = || {
        let is_blank = action.description.as_deref().is_none_or(|text| text.trim().is_empty());
        is_blank.then(|| "the action has no `description` with its evidence".to_owned())
    };
    match wrong.or_else(without_evidence) {
        Some(message) => Err((String::new(), message)),
        None => Ok(()),
    }
}
