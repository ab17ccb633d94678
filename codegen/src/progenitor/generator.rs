//! The call of progenitor. What would make it recurse without end is refused before, and a panic becomes
//! an error.

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use serde_json::Value;

use super::guards::{panics, recursion, typed};
use super::limits::{DECIMALS, Plan, plain_decimal};
use crate::error::{Error, Problem, Result, Stage};

/// Generates a file from a document, without the types that the plan replaces.
///
/// # Errors
/// A document that openapiv3 does not take; schemas whose merging never ends; what progenitor
/// refuses or panics on.
pub(super) fn run(
    document: &Value,
    plan: &Plan,
    generate: impl FnOnce(&mut Generator, &OpenAPI) -> Result<TokenStream, progenitor_impl::Error>,
) -> Result<syn::File> {
    recursion::check(document)?;
    let api = typed::read(document)?;
    let settings = settings(plan);
    let problem = match panics::caught(|| generate(&mut Generator::new(&settings), &api)) {
        Ok(Ok(tokens)) => match syn::parse2(tokens) {
            Ok(file) => return Ok(file),
            Err(error) => Problem::NotRust { message: error.to_string() },
        },
        Ok(Err(error)) => Problem::Generator { message: without_dump(&error.to_string()) },
        Err(message) => Problem::Generator { message },
    };
    Err(Error::new(Stage::Generate, problem))
}

fn settings(plan: &Plan) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder).with_derive("PartialEq");
    for union in &plan.unions {
        let path = format!("types::{}", union.name);
        settings.with_replacement(&union.name, path, std::iter::empty());
    }
    for (ty, path) in DECIMALS {
        // A schema is an object, so that this cannot fail.
        if let Ok(schema) = serde_json::from_value(plain_decimal(ty)) {
            let implemented = [TypeImpl::FromStr, TypeImpl::Display];
            settings.with_conversion(schema, path, implemented.into_iter());
        }
    }
    settings
}

/// The first line of progenitor's message, which goes on with a dump of its model.
fn without_dump(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let message = match first.strip_suffix('{') {
        Some(dumped) => dumped.trim().rsplit_once(' ').map_or(dumped, |(words, _)| words),
        None => first,
    };
    message.to_owned()
}
