//! Typed `httpmock` helpers, generated from the same document as the client.

use serde_json::Value;

use crate::error::Result;
use crate::progenitor::limits::{Plan, without_rewritten};
use crate::progenitor::{Settings, generator};

/// The helpers, if the settings name the crate that they are for.
///
/// # Errors
/// A document of which progenitor makes a client and no mocks.
pub(in crate::progenitor) fn generate(
    document: &Value,
    plan: &Plan,
    settings: &Settings,
) -> Result<Option<syn::File>> {
    let Some(crate_path) = settings.mock.as_deref() else { return Ok(None) };
    // Mocks match parameters as progenitor serializes them, which is wrong for these.
    let document = without_rewritten(document, &plan.parameters);
    let generate =
        |generator: &mut progenitor::Generator, api: &_| generator.httpmock(api, crate_path);
    generator::run(&document, plan, generate).map(Some)
}
