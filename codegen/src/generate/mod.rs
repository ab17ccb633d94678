//! Stage 5, generate: openapiv3 → progenitor → syn. What progenitor cannot take is in `limits`.

mod limits;
mod panics;
mod probe;
mod recursion;
pub mod settings;
mod typed;

use std::collections::BTreeMap;

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::Value;

pub use limits::{Answer, FILE, Parameter, Requirement, ResponseUnion, Sent};
pub use settings::Settings;

use crate::change::{Change, LeftOut};
use crate::error::{Error, Problem, Result, Stage};
use crate::normalize::{Operation, operations};

/// Generated Rust, before the refine stage.
#[derive(Debug)]
pub struct Generated {
    /// The client.
    pub file: syn::File,
    /// Typed `httpmock` helpers, if the settings ask for them.
    pub mock: Option<syn::File>,
    /// Conditional requirements that the refine stage has to build in.
    pub requirements: Vec<Requirement>,
    /// Operations whose answers differ by status.
    pub unions: Vec<ResponseUnion>,
    /// Operations whose bodies the refine stage sends in another way.
    pub sent: Vec<(String, Sent)>,
    /// Parameters that the refine stage sends in another way.
    pub parameters: Vec<Parameter>,
    /// Names that properties have in JSON for now, and their real ones.
    pub aliases: Vec<(String, String)>,
    /// What was done to the document for the generator's sake.
    pub changes: Vec<Change>,
    /// How many operations the document has.
    pub operations: usize,
    /// How many of them the client has.
    pub generated: usize,
    /// What the client does not have.
    pub left_out: Vec<LeftOut>,
}

/// Generates a client from an OpenAPI 3.0 document.
///
/// # Errors
/// A document that openapiv3 does not take, with the JSON Pointer of the fault; an operation or a
/// schema that progenitor refuses or panics on, by name.
pub fn run(document: &Value, settings: &Settings) -> Result<Generated> {
    let all = operations(document);
    if all.is_empty() {
        return Err(Error::new(Stage::Generate, Problem::NoPaths).at("/paths"));
    }
    refuse_duplicates(document, &all)?;
    let prepared = limits::prepare(document)?;
    let probed = probe::run(&prepared.document, &|document| {
        generate(&checked(document)?, &prepared.unions).map(drop).map_err(failed)
    })?;
    let api = checked(&probed.document)?;
    let file = generate(&api, &prepared.unions).map_err(failed)?;
    let mock = settings.mock.as_deref().map(|path| {
        // Mocks match what progenitor itself would send.
        let api = checked(&limits::without(&probed.document, &prepared.parameters))?;
        generate_mock(&api, path, &prepared.unions).map_err(failed)
    });
    let left_out: Vec<_> = prepared.left_out.into_iter().chain(probed.left_out).collect();
    let is_there = |id: &str| {
        let all = operations(&probed.document);
        let mut ids = all.iter().filter_map(|found| operation_id(&probed.document, found));
        ids.any(|found| heck::ToSnakeCase::to_snake_case(found) == id)
    };
    let (mut unions, mut sent) = (prepared.unions, prepared.sent);
    unions.retain(|union| is_there(&union.operation));
    sent.retain(|(operation, _)| is_there(operation));
    Ok(Generated {
        file,
        mock: mock.transpose()?,
        requirements: prepared.requirements,
        unions,
        sent,
        parameters: prepared.parameters,
        aliases: prepared.aliases,
        changes: prepared.changes,
        operations: all.len(),
        generated: operations(&probed.document).len(),
        left_out,
    })
}

/// The document as the generator gets it, once it is sure that the generator comes to an end.
fn checked(document: &Value) -> Result<OpenAPI> {
    recursion::check(document)?;
    typed::read(document)
}

/// Whether the generator takes a schema on its own.
fn takes(schema: &Value) -> bool {
    let document = serde_json::json!({
        "openapi": "3.0.3",
        "info": { "title": "One schema", "version": "1" },
        "paths": {},
        "components": { "schemas": { "One": schema } },
    });
    typed::read(&document).is_ok_and(|api| generate(&api, &[]).is_ok())
}

fn failed(problem: Problem) -> Error {
    Error::new(Stage::Generate, problem)
}

/// The id of an operation, where it has one.
pub fn operation_id<'d>(document: &'d Value, operation: &Operation) -> Option<&'d str> {
    document.pointer(&operation.pointer())?.get("operationId")?.as_str()
}

fn refuse_duplicates(document: &Value, all: &[Operation]) -> Result<()> {
    let mut seen = BTreeMap::new();
    for operation in all {
        let Some(id) = operation_id(document, operation) else { continue };
        if let Some(first) = seen.insert(id, operation) {
            let problem = Problem::DuplicateOperation { id: id.to_owned(), other: first.label() };
            let error = Error::new(Stage::Generate, problem).at(operation.pointer());
            return Err(error.in_operation(operation.label()));
        }
    }
    Ok(())
}

fn generate(api: &OpenAPI, unions: &[ResponseUnion]) -> Result<syn::File, Problem> {
    run_progenitor(unions, |generator| generator.generate_tokens(api))
}

fn generate_mock(
    api: &OpenAPI,
    crate_path: &str,
    unions: &[ResponseUnion],
) -> Result<syn::File, Problem> {
    run_progenitor(unions, |generator| generator.httpmock(api, crate_path))
}

fn run_progenitor(
    unions: &[ResponseUnion],
    work: impl FnOnce(&mut Generator) -> Result<TokenStream, progenitor::Error>,
) -> Result<syn::File, Problem> {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder).with_derive("PartialEq");
    for union in unions {
        // The refine stage declares it.
        let path = format!("types::{}", union.name);
        settings.with_replacement(&union.name, path, std::iter::empty());
    }
    let tokens = match panics::caught(|| work(&mut Generator::new(&settings))) {
        Ok(Ok(tokens)) => tokens,
        // What follows the first line is a dump of the model.
        Ok(Err(error)) => {
            let message = error.to_string();
            let first = message.lines().next().unwrap_or_default();
            let message = match first.strip_suffix('{') {
                Some(dumped) => dumped.trim().rsplit_once(' ').map_or(dumped, |(words, _)| words),
                None => first,
            };
            let message = message.to_owned();
            return Err(Problem::Generator { message });
        }
        Err(panic) => return Err(Problem::Generator { message: panic }),
    };
    syn::parse2(tokens).map_err(|error| Problem::NotRust { message: error.to_string() })
}

/// Formats a file of Rust; a formatter that panics is an error as well.
pub fn print(file: &syn::File) -> Result<String> {
    panics::caught(|| prettyplease::unparse(file))
        .map_err(|message| Error::new(Stage::Generate, Problem::NotRust { message }))
}
