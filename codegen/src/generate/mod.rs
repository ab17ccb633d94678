//! Stage 5, generate: openapiv3 → progenitor → syn. What progenitor cannot take is in `limits`.

mod limits;
mod panics;
mod recursion;
pub mod settings;
mod typed;

use std::collections::BTreeMap;

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::Value;

pub use limits::Requirement;
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
    /// What was done to the document for the generator's sake.
    pub changes: Vec<Change>,
    /// How many operations the document has.
    pub operations: usize,
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
    recursion::check(&prepared.document)?;
    let api = typed::read(&prepared.document)?;
    let blame = |problem| blame(&prepared.document, &all, problem);
    let file = generate(&api).map_err(blame)?;
    let mock = settings.mock.as_deref().map(|path| generate_mock(&api, path).map_err(blame));
    Ok(Generated {
        file,
        mock: mock.transpose()?,
        requirements: prepared.requirements,
        changes: prepared.changes,
        operations: all.len(),
        left_out: Vec::new(),
    })
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

fn generate(api: &OpenAPI) -> Result<syn::File, Problem> {
    run_progenitor(|generator| generator.generate_tokens(api))
}

fn generate_mock(api: &OpenAPI, crate_path: &str) -> Result<syn::File, Problem> {
    run_progenitor(|generator| generator.httpmock(api, crate_path))
}

fn run_progenitor(
    work: impl FnOnce(&mut Generator) -> Result<TokenStream, progenitor::Error>,
) -> Result<syn::File, Problem> {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder).with_derive("PartialEq");
    let tokens = match panics::caught(|| work(&mut Generator::new(&settings))) {
        Ok(Ok(tokens)) => tokens,
        Ok(Err(error)) => return Err(Problem::Generator { message: error.to_string() }),
        Err(panic) => return Err(Problem::Generator { message: panic }),
    };
    syn::parse2(tokens).map_err(|error| Problem::NotRust { message: error.to_string() })
}

/// Finds out which operation the generator fails on, by giving it one at a time.
fn blame(document: &Value, all: &[Operation], problem: Problem) -> Error {
    let guilty = all.iter().find_map(|operation| {
        let problem = generate(&typed::read(&only(document, operation)).ok()?).err()?;
        Some((operation, problem))
    });
    match guilty {
        Some((operation, problem)) => Error::new(Stage::Generate, problem)
            .at(operation.pointer())
            .in_operation(operation_id(document, operation).unwrap_or(&operation.label())),
        None => Error::new(Stage::Generate, problem).at("/components"),
    }
}

/// The document with no operation but one.
fn only(document: &Value, operation: &Operation) -> Value {
    let mut document = document.clone();
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        paths.retain(|path, _| *path == operation.path);
    }
    if let Some(Value::Object(item)) = document.pointer_mut(&operation.path_pointer()) {
        let others = operations_of(item);
        item.retain(|key, _| *key == operation.method || !others.contains(key));
    }
    document
}

fn operations_of(item: &serde_json::Map<String, Value>) -> Vec<String> {
    let fields = item.iter().filter(|(_, value)| value.get("responses").is_some());
    fields.map(|(key, _)| key.clone()).collect()
}

/// Formats a file of Rust; a formatter that panics is an error as well.
pub fn print(file: &syn::File) -> Result<String> {
    panics::caught(|| prettyplease::unparse(file))
        .map_err(|message| Error::new(Stage::Generate, Problem::NotRust { message }))
}
