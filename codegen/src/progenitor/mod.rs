//! Stages 6 and 7: openapiv3 → progenitor → syn, and what progenitor has no options for.
//!
//! [`generate`] prepares the document and calls progenitor; [`Draft::finish`] edits the code. Both parts
//! of working around one limit of progenitor are in one file under `limits`. What is assumed of the
//! generated code is in `shape`.

mod each;
#[cfg(test)]
mod emitted;
mod finish;
mod generator;
mod guards;
mod inherent;
mod leftover;
mod limits;
mod marks;
pub(crate) mod names;
mod print;
mod prose;
mod schema;
mod search;
pub mod settings;
pub(crate) mod shape;
mod template;
#[cfg(test)]
mod tests;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

#[cfg(feature = "commands")]
pub(crate) use guards::sizes::bound;
pub(crate) use leftover::check as refuse_leftovers;
pub use limits::Parameter;
pub use print::print;
#[cfg(feature = "commands")]
pub(crate) use prose::plain;
pub use settings::Settings;

use crate::bounds;
use guards::{collisions, probe};
use limits::{Plan, Prepared};
use names::method_name;

use crate::document::operations::{Operation, operations};
use crate::error::{Error, Problem, Result, Stage};
use crate::report::{Change, LeftOut, Log, Rule};

/// Everything that generating and refining does.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    limits::rules().chain(guards::RULES).chain(finish::RULES).chain(&inherent::RULES)
}

/// Generated Rust, before it is finished.
#[derive(Debug)]
pub struct Draft {
    client: Generated,
    plan: Plan,
    /// The document as the code was generated from it.
    document: Value,
}

/// A client, and what was done to get it.
#[derive(Debug)]
pub struct Generated {
    /// The client.
    pub file: syn::File,
    /// Typed `httpmock` helpers, if the settings ask for them.
    pub mock: Option<syn::File>,
    /// What was done to the document, and to the code.
    pub changes: Vec<Change>,
    /// What the client does not have.
    pub left_out: Vec<LeftOut>,
    /// Parameters that have another name in Rust, or that progenitor would serialize wrongly.
    pub parameters: Vec<Parameter>,
    /// Operations whose method has another name than their id, by the id.
    pub operation_ids: BTreeMap<String, String>,
}

/// Generated code that is being edited, and what the edits depend on.
pub(crate) struct Code<'c> {
    file: &'c mut syn::File,
    plan: &'c Plan,
    /// The document as the code was generated from it.
    document: &'c Value,
    /// The document before it was prepared.
    lowered: &'c Value,
    settings: &'c Settings,
    /// The operations that the code has, as progenitor names their methods.
    operations: BTreeSet<String>,
}

impl Code<'_> {
    /// Checks that an edit was made in every operation.
    ///
    /// # Errors
    /// An operation in which it was not.
    fn check_edited(&self, limit: &'static str, edited: &BTreeSet<String>) -> Result<()> {
        match self.operations.difference(edited).next() {
            Some(operation) => Err(shape::no_place_in(limit, operation)),
            None => Ok(()),
        }
    }
}

/// Generates the code of a client from an OpenAPI 3.0 document.
///
/// # Errors
/// A document without operations, or with two of one id; one that openapiv3 refuses, with the JSON
/// Pointer of the fault; a schema that progenitor refuses or panics on without any operation.
pub fn generate(lowered: &Value, settings: &Settings) -> Result<Draft> {
    let documented = operations(lowered);
    if documented.is_empty() {
        return Err(Error::new(Stage::Generate, Problem::NoOperations).at("/paths"));
    }
    refuse_duplicates(lowered, &documented)?;
    let mut prepared = limits::prepare(lowered);
    let (mut document, file) = generate_file(&mut prepared)?;
    limits::redirects::restore(&mut document, &prepared.plan);
    let source = finish::mocks::Source { prepared: &document, lowered, plan: &prepared.plan };
    let mock = finish::mocks::generate(&source, settings, &mut prepared.log)?;
    let ids = method_names(&document);
    let mut plan = prepared.plan;
    plan.unions.retain(|union| ids.contains(&union.operation));
    plan.bodies.retain(|(operation, _)| ids.contains(operation));
    let client = Generated {
        file,
        mock,
        changes: prepared.log.changes,
        left_out: prepared.left_out,
        parameters: plan.parameters.clone(),
        operation_ids: plan.operation_ids.clone(),
    };
    Ok(Draft { client, plan, document })
}

impl Draft {
    /// Edits the code: around the limits of progenitor, and as the settings ask. `lowered` is the
    /// document that [`generate`] got.
    ///
    /// # Errors
    /// An edit that has no place in the code, with the operation or type and progenitor's version.
    pub fn finish(self, lowered: &Value, settings: &Settings) -> Result<Generated> {
        self.finish_watched(lowered, settings, &mut |_, _| {})
    }

    /// The same; calls `see` with the code as it comes, and after each addition with its name.
    pub(crate) fn finish_watched(
        mut self,
        lowered: &Value,
        settings: &Settings,
        see: &mut dyn FnMut(&'static str, &syn::File),
    ) -> Result<Generated> {
        see("draft", &self.client.file);
        let mut log = Log::new(Stage::Refine);
        let mut code = Code {
            file: &mut self.client.file,
            plan: &self.plan,
            document: &self.document,
            lowered,
            settings,
            operations: method_names(&self.document),
        };
        for finish in limits::FINISH {
            finish(&mut code, &mut log)?;
        }
        see("limits", code.file);
        for (name, finish) in finish::FINISH {
            finish(&mut code, &mut log)?;
            see(name, code.file);
        }
        self.client.changes.append(&mut log.changes);
        Ok(self.client)
    }
}

/// The operations of a document that have an id, by the names of the methods that progenitor generates.
fn named_operations(document: &Value) -> Vec<(String, Operation)> {
    let operations = operations(document).into_iter();
    operations.filter_map(|it| Some((method_name(it.id(document)?), it))).collect()
}

/// The names of these methods.
fn method_names(document: &Value) -> BTreeSet<String> {
    named_operations(document).into_iter().map(|(name, _)| name).collect()
}

/// Generates the code, and returns it with the document that it is generated from: without the operations
/// that progenitor refuses, and with types renamed that it would declare twice.
fn generate_file(prepared: &mut Prepared) -> Result<(Value, syn::File)> {
    let plan = prepared.plan.clone();
    let attempt = |document: &Value| {
        generator::run(document, &plan, |generator, api| generator.generate_tokens(api))
    };
    let mut probed = probe::run(std::mem::take(&mut prepared.document), &attempt)?;
    for _ in 0..bounds::MAX_COLLISION_ROUNDS {
        let twice = collisions::declared_twice(&probed.generated);
        let renamed = collisions::rename(&mut probed.document, &twice);
        if renamed.is_empty() {
            break;
        }
        probed.generated = attempt(&probed.document)?;
        for (place, note) in renamed {
            prepared.log.add(&limits::type_names::TYPE_NAME, place, note);
        }
    }
    prepared.left_out.append(&mut probed.left_out);
    if !collisions::declared_twice(&probed.generated).is_empty() {
        // Leaves out the operations whose types cannot be renamed.
        drop(probed.generated);
        probed = probe::run(probed.document, &|document| refuse_collisions(attempt(document)?))?;
        prepared.left_out.append(&mut probed.left_out);
    }
    Ok((probed.document, probed.generated))
}

fn refuse_collisions(file: syn::File) -> Result<syn::File> {
    match collisions::declared_twice(&file).pop_first() {
        Some(name) => Err(Error::new(Stage::Generate, Problem::DeclaredTwice { name })),
        None => Ok(file),
    }
}

fn refuse_duplicates(document: &Value, operations: &[Operation]) -> Result<()> {
    let mut by_id = BTreeMap::new();
    for operation in operations {
        let Some(id) = operation.id(document) else { continue };
        if let Some(first) = by_id.insert(id, operation) {
            let problem = Problem::DuplicateOperation { id: id.to_owned(), other: first.label() };
            let error = Error::new(Stage::Generate, problem).at(operation.pointer());
            return Err(error.in_operation(operation.label()));
        }
    }
    Ok(())
}
