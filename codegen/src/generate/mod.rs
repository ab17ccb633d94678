//! Stage 5, generate: openapiv3 → progenitor → syn. What progenitor cannot take is in `limits`.

mod collisions;
mod limits;
mod names;
mod panics;
mod probe;
mod recursion;
pub mod settings;
mod typed;

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::Value;

#[cfg(feature = "review")]
pub(crate) use limits::bound;
pub use limits::{Answer, Form, NULL, Parameter, Requirement, ResponseUnion, Sent};
pub use names::{method_name, type_name};
pub use settings::Settings;

use limits::Prepared;

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
    /// Names that properties and values have in JSON for now, and their real ones.
    pub aliases: Vec<(String, String)>,
    /// What was done to the document for the generator's sake.
    pub changes: Vec<Change>,
    /// How many operations the document has.
    pub operations: usize,
    /// How many of them the client has.
    pub generated: usize,
    /// What the client does not have.
    pub left_out: Vec<LeftOut>,
    /// The document as it was generated from.
    pub document: Value,
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
    let mut prepared = limits::prepare(document)?;
    let (document, file) = make(&mut prepared)?;
    let mock = settings.mock.as_deref().map(|path| {
        // Mocks match what progenitor itself would send.
        let api = checked(&limits::without(&document, &prepared.parameters))?;
        generate_mock(&api, path, &prepared.unions).map_err(failed)
    });
    let mock = mock.transpose()?;
    let there = operations(&document);
    let ids = there.iter().filter_map(|found| operation_id(&document, found));
    let ids: BTreeSet<_> = ids.map(method_name).collect();
    prepared.unions.retain(|union| ids.contains(&union.operation));
    prepared.sent.retain(|(operation, _)| ids.contains(operation));
    Ok(Generated {
        file,
        mock,
        requirements: prepared.requirements,
        unions: prepared.unions,
        sent: prepared.sent,
        parameters: prepared.parameters,
        aliases: prepared.aliases,
        changes: prepared.changes,
        operations: all.len(),
        generated: there.len(),
        left_out: prepared.left_out,
        document,
    })
}

/// The code, and the part of the document that it is of. What progenitor refuses is left out.
fn make(prepared: &mut Prepared) -> Result<(Value, syn::File)> {
    let unions = prepared.unions.clone();
    let attempt = |document: &Value| generate(&checked(document)?, &unions).map_err(failed);
    let mut probed = probe::run(&prepared.document, &attempt)?;
    // A new name may be taken as well.
    for _ in 0..4 {
        let twice = collisions::declared_twice(&probed.made);
        let told = collisions::tell_apart(&mut probed.document, &twice);
        if told.is_empty() {
            break;
        }
        probed.made = attempt(&probed.document)?;
        for (place, note) in told {
            prepared.log("type-name", &place, note);
        }
    }
    let strict = |document: &Value| {
        let file = attempt(document)?;
        match collisions::declared_twice(&file).first() {
            Some(name) => Err(failed(Problem::DeclaredTwice { name: name.clone() })),
            None => Ok(file),
        }
    };
    prepared.left_out.append(&mut probed.left_out);
    if !collisions::declared_twice(&probed.made).is_empty() {
        probed = probe::run(&probed.document, &strict)?;
        prepared.left_out.append(&mut probed.left_out);
    }
    Ok((probed.document, probed.made))
}

/// The document as the generator gets it, once it is sure that the generator comes to an end.
fn checked(document: &Value) -> Result<OpenAPI> {
    recursion::check(document)?;
    typed::read(document)
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
