//! Typed `httpmock` helpers, generated from the same document as the client.

mod bodies;
mod document;
mod examples;
mod fits;
mod routes;
mod statuses;
mod told;

pub(super) use examples::EXAMPLE;
pub(super) use told::TOLD;

use serde_json::Value;

use crate::error::Result;
use crate::progenitor::limits::Plan;
use crate::progenitor::settings::Runtime;
use crate::progenitor::{Settings, generator};
use crate::report::Log;

/// A document on its way to mocks.
pub(in crate::progenitor) struct Source<'d> {
    /// As progenitor gets it.
    pub(in crate::progenitor) prepared: &'d Value,
    /// Before it was prepared, with its examples.
    pub(in crate::progenitor) lowered: &'d Value,
    pub(in crate::progenitor) plan: &'d Plan,
}

/// The helpers, if the settings name the crate that they are for.
///
/// # Errors
/// A document of which progenitor makes a client and no mocks, and code in which an edit has no place.
pub(in crate::progenitor) fn generate(
    source: &Source<'_>,
    settings: &Settings,
    log: &mut Log,
) -> Result<Option<syn::File>> {
    let Some(crate_path) = settings.mock.as_deref() else { return Ok(None) };
    let mut document = document::of(source.prepared, source.plan);
    let stood_in = statuses::prepare(&mut document);
    let generate =
        |generator: &mut progenitor_impl::Generator, api: &_| generator.httpmock(api, crate_path);
    let mut file = generator::run(&document, source.plan, generate)?;
    statuses::finish(&mut file, &stood_in)?;
    if settings.runtime == Runtime::OpenapiClientRuntime {
        told::finish(&mut file, &document, log)?;
        examples::add(&mut file, source, crate_path, log);
    }
    bodies::finish(&mut file);
    Ok(Some(file))
}
