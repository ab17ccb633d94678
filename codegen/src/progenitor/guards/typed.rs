//! The document as openapiv3 reads it.

use openapiv3 as v3;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::error::{Error, Problem, Result, Stage};

/// Reads a document.
///
/// # Errors
/// A document that openapiv3 refuses, with the pointer of the fault.
pub fn read(document: &Value) -> Result<v3::OpenAPI> {
    // To keep the way to a fault takes a third of the time, and most documents have none.
    if let Ok(api) = v3::OpenAPI::deserialize(document) {
        return Ok(api);
    }
    serde_path_to_error::deserialize(document).map_err(|error| {
        // serde's path ends at an untagged enum, of which openapiv3 has many.
        let (at, reason) = deepest_fault(document)
            .unwrap_or_else(|| (pointer::of_path(error.path()), error.inner().to_string()));
        Error::new(Stage::Generate, Problem::NotOpenApi { reason }).at(at)
    })
}

/// The first node that is refused, or the innermost one in it: its pointer, and the reason.
fn deepest_fault(document: &Value) -> Option<(String, String)> {
    let mut deepest: Option<(String, String)> = None;
    visit::each(document, |kind, at, node| {
        let is_inside = deepest.as_ref().is_none_or(|(outer, _)| {
            at.strip_prefix(outer.as_str()).is_some_and(|rest| rest.starts_with('/'))
        });
        if is_inside && let Some(reason) = fault(kind, node) {
            deepest = Some((at.to_owned(), reason));
        }
    });
    deepest
}

fn fault(kind: Kind, node: &Value) -> Option<String> {
    if visit::reference(node).is_some() {
        return None;
    }
    match kind {
        Kind::PathItem => fault_as::<v3::PathItem>(node),
        Kind::Operation => fault_as::<v3::Operation>(node),
        Kind::Parameter => fault_as::<v3::Parameter>(node),
        Kind::RequestBody => fault_as::<v3::RequestBody>(node),
        Kind::MediaType => fault_as::<v3::MediaType>(node),
        Kind::Encoding => fault_as::<v3::Encoding>(node),
        Kind::Response => fault_as::<v3::Response>(node),
        Kind::Header => fault_as::<v3::Header>(node),
        Kind::Example => fault_as::<v3::Example>(node),
        Kind::Link => fault_as::<v3::Link>(node),
        Kind::Schema => fault_as::<v3::Schema>(node),
        _ => None,
    }
}

fn fault_as<T: DeserializeOwned>(node: &Value) -> Option<String> {
    serde_path_to_error::deserialize::<_, T>(node).err().map(|error| {
        match pointer::of_path(error.path()) {
            at if at.is_empty() => error.inner().to_string(),
            at => format!("{} at `{at}`", error.inner()),
        }
    })
}
