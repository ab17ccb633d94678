//! progenitor's limits, one file each: what it refuses or generates wrongly. `prepare` changes the
//! document that progenitor gets, `finish` the code that it generates. The document on disk stays as
//! it is.
//!
//! [`PREPARE`] and [`FINISH`] say in which order. What `prepare` leaves for `finish` is in the
//! [`Plan`]; an edit that the plan announces is made, or is an error.

mod absent;
mod alternatives;
mod answers;
mod base_url;
mod bodies;
mod boxes;
mod children;
mod components;
mod conditions;
mod contradictions;
mod credentials;
mod decimals;
mod enums;
mod forms;
mod media_types;
mod methods;
mod names;
mod nulls;
mod numbers;
mod open_enums;
mod open_objects;
mod optional_bodies;
mod parameters;
mod patterns;
mod prune;
pub(super) mod redirects;
mod required_if;
mod responses;
mod schemas;
mod sequence;
mod shapes;
mod statuses;
mod texts;
pub(super) mod type_names;
mod unchecked;
mod undocumented_header;
mod unsent;
mod unused_types;
mod views;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use bodies::BodyEncoding;
pub(super) use decimals::{TYPES as DECIMALS, plain as plain_decimal};
pub use parameters::{Parameter, without_rewritten};
pub(super) use patterns::{PATTERN, is_without_flag};
pub use required_if::Requirement;
pub use responses::ResponseUnion;
pub(super) use responses::with_each_answer;

use super::Code;
use super::guards::{cycles, sizes};
use crate::document::names::Taken;
use crate::document::operations::{Operation, operations};
use crate::document::references::resolve;
use crate::error::{Result, Stage};
use crate::report::{LeftOut, Log, Rule};

/// A document on its way to progenitor.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) document: Value,
    pub(crate) plan: Plan,
    pub(crate) log: Log,
    /// Parts of operations that the client does not have.
    pub(crate) left_out: Vec<LeftOut>,
    /// The names of Rust types that components have, once a new component needed a name.
    type_names: Option<Taken>,
}

/// The edits of generated code that the preparation of the document asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// The new ids of operations by those that the document has.
    pub(crate) operation_ids: BTreeMap<String, String>,
    pub(crate) requirements: Vec<Requirement>,
    /// Operations with several response types.
    pub(crate) unions: Vec<ResponseUnion>,
    /// Request bodies that progenitor would encode wrongly, by operation id in snake case.
    pub(crate) bodies: Vec<(String, BodyEncoding)>,
    /// Statuses of 3xx by those that stand for them, by operation id in snake case.
    pub(crate) redirects: BTreeMap<String, redirects::StandIns>,
    /// What an operation asks for, by its id in snake case.
    pub(crate) accepts: BTreeMap<String, String>,
    /// Parameters that progenitor would serialize wrongly, or under another name.
    pub(crate) parameters: Vec<Parameter>,
    /// Temporary names of properties and enum values in JSON, and their real ones.
    pub(crate) aliases: Vec<(String, String)>,
}

/// Everything that is done about progenitor's limits.
pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().chain(&shapes::KEYWORDS)
}

const RULES: &[&Rule] = &[
    &unsent::UNSENT,
    &prune::UNUSED,
    &prune::UNUSED_SCHEMA,
    &answers::ANSWER,
    &responses::SEVERAL,
    &responses::DEFAULT,
    &responses::MEDIA_TYPE,
    &responses::NO_CONTENT,
    &responses::UPGRADE,
    &redirects::REDIRECT,
    &statuses::STATUS,
    &media_types::MEDIA_RANGE,
    &media_types::ACCEPT,
    &bodies::OTHER_MEDIA_TYPE,
    &bodies::MULTIPART_FORM,
    &bodies::PART_HEADERS,
    &forms::ALTERNATIVE_FORMS,
    &forms::FILE_OR_OTHER,
    &bodies::AS_BYTES,
    &bodies::BODY,
    &optional_bodies::OPTIONAL_BODY,
    &parameters::PARAMETER,
    &parameters::RESERVED,
    &parameters::PATH_VALUE,
    &parameters::PARAMETER_NAME,
    &parameters::IGNORED_HEADER,
    &parameters::NO_PLACE_IN_PATH,
    &parameters::CONNECTION_HEADER,
    &parameters::COOKIE_HEADER,
    &parameters::AS_TEXT,
    &parameters::NESTED,
    &forms::PART_MEDIA_TYPES,
    &unsent::FRAGMENT,
    &parameters::HEADER_NAME,
    &credentials::CREDENTIAL,
    &methods::METHOD,
    &base_url::BASE_URL,
    &undocumented_header::HEADER_OF_VERSION,
    &decimals::DECIMAL,
    &decimals::UNCHECKED,
    &decimals::OTHER_TYPE,
    &decimals::FLAT,
    &alternatives::decode::UNION,
    &alternatives::ANY_OF,
    &alternatives::distribute::DISTRIBUTED,
    &alternatives::PARENT,
    &children::CHILDREN,
    &conditions::CONDITIONS,
    &required_if::REQUIRED_IF,
    &required_if::UNCHECKED,
    &contradictions::CONTRADICTION,
    &views::VIEW,
    &schemas::CLOSED,
    &open_objects::OPEN,
    &schemas::DEFAULT,
    &schemas::FIXED_LENGTH,
    &patterns::PATTERN,
    &unchecked::UNCHECKED,
    &schemas::NOT,
    &nulls::NULL_ALTERNATIVE,
    &absent::NULL_ONLY,
    &absent::ABSENT,
    &enums::ENUM,
    &open_enums::OPEN_ENUM,
    &names::OPERATION_NAME,
    &names::COMPONENT_NAME,
    &names::PROPERTY_NAME,
    &names::VALUE_NAME,
    &names::REQUIRED,
    &type_names::TYPE_NAME,
    &unused_types::UNUSED_TYPE,
    &texts::TEXT,
    &texts::DEPRECATED,
];

type Prepare = fn(&mut Prepared);

/// Changes of the document, in an order that matters for the reason on each row.
const PREPARE: [Prepare; 31] = [
    // The others, and openapiv3, know numbers by their values alone.
    numbers::prepare,
    // The others prepare what is generated, and nothing beside it.
    unsent::prepare,
    // Before marks are put into descriptions.
    texts::prepare,
    // Reads security schemes, which `prune` removes.
    credentials::prepare,
    // Nothing but the parent leads to the children, which `prune` would remove.
    children::prepare,
    // The others need not handle what no code is generated from.
    prune::prepare,
    // Looks at parts by the document's own references, which the others replace.
    views::prepare,
    // A cycle of parent and child has a meaning; `cycles` would only break it.
    alternatives::inline_parents,
    // `sizes` recurses into parts, which must end.
    cycles::prepare,
    // Oversized schemas accept any value before others recurse into their parts.
    sizes::prepare,
    // Removes null alternatives, which `shapes` would take for enums of null.
    nulls::prepare,
    // Takes the format of what has no type of its own, which `shapes` drops.
    decimals::prepare,
    // The others rely on keywords with values of the right type.
    shapes::prepare,
    // Adds fields called `extra`, which `names` keeps apart from those of the document.
    open_objects::prepare,
    // Tells bounds by the keywords that are there, before some go.
    unchecked::prepare,
    // Components still are what operations lead to by the document's own references.
    answers::prepare,
    // Operations and components get their final names before others refer to them.
    names::prepare,
    // Patterns, defaults and `additionalProperties: false` go before schemas are moved.
    schemas::prepare,
    patterns::prepare,
    // Adds components for the schemas of parameters.
    parameters::prepare,
    // Tells what bodies and responses are; operations have their final ids.
    media_types::prepare,
    // Adds components for forms.
    bodies::prepare,
    // Adds components for responses.
    responses::prepare,
    // Components that forms and responses stood for are in their places now.
    prune::unused_schemas,
    // Removes an `anyOf` that `conditions` and `alternatives` would misread.
    required_if::prepare,
    // Removes an `anyOf` that `alternatives` would make an untagged enum of.
    open_enums::prepare,
    // Removes alternatives without values of their own before the others become types.
    conditions::prepare,
    // Adds the last components.
    alternatives::prepare,
    // Simulates how typify names types, which depends on all components.
    type_names::prepare,
    // Puts marks into descriptions; later moves and merges would lose them.
    absent::prepare,
    // Changes the keys of `paths`, by which the others look up operations.
    parameters::rename_in_paths,
];

type Finish = fn(&mut Code<'_>, &mut Log) -> Result<()>;

/// Edits of the code, in an order that matters for the reason on each row.
pub(crate) const FINISH: [Finish; 19] = [
    // Looks for statements that `runtime` replaces.
    undocumented_header::finish,
    // Restores the names in JSON by which the others look up fields.
    names::finish,
    patterns::finish,
    required_if::finish,
    methods::finish,
    base_url::finish,
    media_types::finish,
    // Puts the real statuses in, which `statuses` sorts and `responses` looks for.
    redirects::finish,
    statuses::finish,
    // Replaces enums without variants before `alternatives` decodes into them.
    contradictions::finish,
    // Makes optional fields of such that `absent` knows by their types.
    boxes::finish,
    // Changes types of fields that `alternatives` and `bodies` read.
    absent::finish,
    alternatives::decode::finish,
    // Expects match arms as progenitor writes them, which `statuses` sorts and nobody edits.
    responses::finish,
    parameters::finish,
    // Reads the types of form fields that `absent` changes.
    bodies::finish,
    // Moves the calls that `bodies` puts into their places.
    optional_bodies::finish,
    // Edits code that the others have added.
    decimals::finish,
    // The others find the types that edits were announced for.
    unused_types::finish,
];

/// Prepares a document for progenitor.
pub(crate) fn prepare(document: &Value) -> Prepared {
    let mut prepared = Prepared {
        document: document.clone(),
        plan: Plan::default(),
        log: Log::new(Stage::Generate),
        left_out: Vec::new(),
        type_names: None,
    };
    for prepare in PREPARE {
        prepare(&mut prepared);
    }
    // The parameters of a path item are prepared once for each of its operations.
    let mut seen = BTreeSet::new();
    prepared.log.changes.retain(|change| {
        seen.insert((change.rule.clone(), change.place.clone(), change.note.clone()))
    });
    prepared
}

impl Prepared {
    /// Replaces what is in a place, if the document has it.
    pub(crate) fn set(&mut self, at: &str, value: impl Into<Value>) {
        if let Some(place) = self.document.pointer_mut(at) {
            *place = value.into();
        }
    }

    /// The operations that have an id, and the id.
    fn operations(&self) -> Vec<(Operation, String)> {
        let operations = operations(&self.document).into_iter();
        let with_id = |it: Operation| it.id(&self.document).map(str::to_owned).map(|id| (it, id));
        operations.filter_map(with_id).collect()
    }
}
