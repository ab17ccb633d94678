//! Progenitor's limits, one file each: what it cannot take or does wrong, what it is given instead,
//! and what is then edited in the code that it generates. The document on disk keeps what it says;
//! only the generator sees these changes.
//!
//! [`PREPARE`] is the first half, [`FINISH`] the second. What a first half leaves for its second is
//! in the [`Plan`]; an edit that was announced there is made, or is an error.

mod absent;
mod alternatives;
mod base_url;
mod bodies;
mod components;
mod conditions;
mod contradictions;
mod credentials;
mod enums;
mod methods;
mod names;
mod nulls;
mod numbers;
mod open_enums;
mod parameters;
mod prune;
mod required_if;
mod responses;
mod schemas;
mod shapes;
mod statuses;
mod type_names;
mod undocumented_header;

use std::collections::BTreeSet;

use serde_json::Value;

pub use bodies::Sent;
pub use parameters::{Parameter, without_rewritten};
pub use required_if::Requirement;
pub use responses::ResponseUnion;

use super::Code;
use super::guards::{cycles, sizes};
use crate::document::references::resolve;
use crate::error::{Result, Stage};
use crate::report::{LeftOut, Log};

/// A document on its way to progenitor.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) document: Value,
    pub(crate) plan: Plan,
    pub(crate) log: Log,
    /// Parts of operations that the client does not have.
    pub(crate) left_out: Vec<LeftOut>,
    /// Names of Rust types that are taken, once somebody has asked.
    types: Option<BTreeSet<String>>,
}

/// The edits of generated code that the preparation of the document asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) requirements: Vec<Requirement>,
    /// Operations whose answers differ by status.
    pub(crate) unions: Vec<ResponseUnion>,
    /// Operations whose bodies are not sent as progenitor sends them, by id in snake case.
    pub(crate) sent: Vec<(String, Sent)>,
    /// Parameters that are not sent as progenitor sends them.
    pub(crate) parameters: Vec<Parameter>,
    /// Names that properties and values have in JSON for now, and their real ones.
    pub(crate) aliases: Vec<(String, String)>,
}

type Prepare = fn(&mut Prepared);

/// The first halves, in an order that matters for the reason on each row.
const PREPARE: [Prepare; 20] = [
    // Those that follow, and openapiv3, know numbers by their values alone.
    numbers::prepare,
    // Reads security schemes, which `prune` takes out.
    credentials::prepare,
    // Whatever no code is made of cannot trouble those that follow.
    prune::prepare,
    // A circle through a parent has a meaning, which `cycles` would only break.
    alternatives::part_from_parents,
    // `sizes` follows parts into parts, and must come to an end.
    cycles::prepare,
    // What is too much is any value before others look into each of its parts.
    sizes::prepare,
    // Null as an alternative is gone before `shapes` looks at enums of null.
    nulls::prepare,
    // Those that follow rely on keywords with values of the right kind.
    shapes::prepare,
    // Operations and components have their last names before others refer to them.
    names::prepare,
    // Patterns, defaults and closed objects are out before schemas become parameters or bodies.
    schemas::prepare,
    // Makes components of parameters' schemas, which the rest must see.
    parameters::prepare,
    // Makes components of forms, likewise.
    bodies::prepare,
    // Makes components of answers, likewise.
    responses::prepare,
    // Takes out an `anyOf` that `conditions` and `alternatives` would take for something else.
    required_if::prepare,
    // Takes out an `anyOf` that `alternatives` would make an untagged enum of.
    open_enums::prepare,
    // Alternatives that are only conditions are gone before the others become types.
    conditions::prepare,
    // Makes the last components.
    alternatives::prepare,
    // Simulates how typify names types, for which all components must be there.
    type_names::prepare,
    // Marks stand in descriptions, which nothing may move or merge any more.
    absent::prepare,
    // Paths are keys of the document: everything before looks operations up by them.
    parameters::rename_in_paths,
];

type Finish = fn(&mut Code<'_>, &mut Log) -> Result<()>;

/// The second halves, in an order that matters for the reason on each row.
pub(crate) const FINISH: [Finish; 12] = [
    // Before `runtime` moves the statements that it looks at.
    undocumented_header::finish,
    // Aliases are gone before others look fields up by their names in JSON.
    names::finish,
    required_if::finish,
    methods::finish,
    base_url::finish,
    statuses::finish,
    // Gives types that nothing can be of a value, which the others can decode.
    contradictions::finish,
    // Changes types of fields before `alternatives` and `bodies` look at them.
    absent::finish,
    alternatives::decode::finish,
    // Looks for arms as progenitor writes them: only `statuses` has sorted them.
    responses::finish,
    parameters::finish,
    // Looks at fields of forms as `absent` left them.
    bodies::finish,
];

/// Prepares a document for progenitor.
pub(crate) fn prepare(document: &Value) -> Prepared {
    let mut prepared = Prepared {
        document: document.clone(),
        plan: Plan::default(),
        log: Log::new(Stage::Generate),
        left_out: Vec::new(),
        types: None,
    };
    for prepare in PREPARE {
        prepare(&mut prepared);
    }
    // What a path item says is prepared for each of its operations.
    let mut seen = BTreeSet::new();
    prepared.log.changes.retain(|change| {
        seen.insert((change.rule.clone(), change.place.clone(), change.note.clone()))
    });
    prepared
}

impl Prepared {
    fn log(&mut self, rule: &str, at: &str, note: impl Into<String>) {
        self.log.add(rule, at, note);
    }

    pub(crate) fn loosen(&mut self, rule: &str, at: &str, note: impl Into<String>) {
        self.log.loosen(rule, at, note);
    }
}

/// What may stand in a schema without saying anything of its values.
pub(crate) const ANNOTATIONS: [&str; 9] = [
    "title",
    "description",
    "default",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "nullable",
    "discriminator",
];

/// Parts of parts are followed this far; a cycle of them has been ended by `cycles`.
const DEEPEST: usize = 16;

fn strings(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}
