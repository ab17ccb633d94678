//! Progenitor's limits: what it cannot take, and what it is given instead. The document on disk
//! keeps what it says; only the generator sees these changes.

mod alternatives;
mod bodies;
mod components;
mod conditions;
mod credentials;
mod cycles;
mod enums;
mod names;
mod nulls;
mod parameters;
mod prune;
mod responses;
mod schemas;
mod shapes;
mod sizes;
mod spread;
mod type_names;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

pub use bodies::{Form, Sent};
pub use nulls::NULL;
pub use parameters::{Parameter, without};
pub use responses::{Answer, ResponseUnion};
#[cfg(feature = "review")]
pub use sizes::bound;

use crate::change::{Change, LeftOut};
use crate::error::{Result, Stage};
use crate::pointer;
use crate::walk::{self, Kind};

/// A document that progenitor takes.
#[derive(Debug)]
pub struct Prepared {
    /// The document.
    pub document: Value,
    /// Requirements that were taken out of it.
    pub requirements: Vec<Requirement>,
    /// Operations whose answers differ by status.
    pub unions: Vec<ResponseUnion>,
    /// Operations whose bodies are not sent as progenitor sends them, by id in snake case.
    pub sent: Vec<(String, Sent)>,
    /// Parameters that are not sent as progenitor sends them.
    pub parameters: Vec<Parameter>,
    /// Names that properties and values have in JSON for now, and their real ones.
    pub aliases: Vec<(String, String)>,
    /// Names of Rust types that are taken, once somebody has asked.
    types: Option<BTreeSet<String>>,
    /// Every change.
    pub changes: Vec<Change>,
    /// Parts of operations that the client does not have.
    pub left_out: Vec<LeftOut>,
}

/// A property that a schema requires when another has a certain value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The component's name.
    pub schema: String,
    /// The property that decides.
    pub property: String,
    /// The values for which it does.
    pub values: Vec<String>,
    /// What is required then.
    pub required: Vec<String>,
}

/// Prepares a document for progenitor.
pub fn prepare(document: &Value) -> Result<Prepared> {
    let mut prepared = Prepared {
        document: document.clone(),
        requirements: Vec::new(),
        unions: Vec::new(),
        sent: Vec::new(),
        parameters: Vec::new(),
        aliases: Vec::new(),
        types: None,
        changes: Vec::new(),
        left_out: Vec::new(),
    };
    credentials::prepare(&mut prepared);
    prune::prepare(&mut prepared);
    alternatives::part_from_parents(&mut prepared);
    cycles::prepare(&mut prepared);
    sizes::prepare(&mut prepared);
    nulls::prepare(&mut prepared);
    shapes::prepare(&mut prepared);
    names::prepare(&mut prepared);
    schemas::prepare(&mut prepared);
    parameters::prepare(&mut prepared);
    bodies::prepare(&mut prepared);
    responses::prepare(&mut prepared);
    take_requirements(&mut prepared);
    open_enums(&mut prepared);
    conditions::prepare(&mut prepared);
    alternatives::prepare(&mut prepared);
    type_names::prepare(&mut prepared);
    nulls::mark(&mut prepared);
    parameters::rename_in_paths(&mut prepared);
    let mut seen = BTreeSet::new();
    prepared.changes.retain(|change| {
        // What a path says is prepared for each of its operations.
        seen.insert((change.rule.clone(), change.place.clone(), change.note.clone()))
    });
    Ok(prepared)
}

impl Prepared {
    pub(super) fn log(&mut self, rule: &str, at: &str, note: impl Into<String>) {
        self.changes.push(Change::new(Stage::Generate, rule, at, note));
    }

    fn loosen(&mut self, rule: &str, at: &str, note: impl Into<String>) {
        self.changes.push(Change::new(Stage::Generate, rule, at, note).loosened());
    }
}

/// What may stand in a schema without saying anything of its values.
const ANNOTATIONS: [&str; 9] = [
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

/// Parts of parts are followed this far; a cycle of them has been refused before.
const DEEPEST: usize = 16;

/// What a reference leads to, or the value itself.
fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let mut value = value;
    // A cycle of references has been refused before.
    for _ in 0..64 {
        let target = walk::reference(value).and_then(pointer::of_reference);
        match target.and_then(|at| document.pointer(&at)) {
            Some(target) => value = target,
            None => break,
        }
    }
    value
}

/// typify makes an enum of structs out of `anyOf`, which is no way to say "required if". The
/// refine stage builds the check into the conversion that every request body goes through.
fn take_requirements(prepared: &mut Prepared) {
    const AT: &str = "/components/schemas";
    let document = prepared.document.clone();
    let mut taken = Vec::new();
    if let Some(Value::Object(schemas)) = prepared.document.pointer_mut(AT) {
        for (name, schema) in schemas {
            let at = pointer::join(AT, name);
            let found = take_from(&document, name, schema);
            taken.extend(found.into_iter().map(|requirement| (at.clone(), requirement)));
        }
    }
    for (at, requirement) in taken {
        let (required, property) = (requirement.required.join(", "), &requirement.property);
        let note = format!("{required} if {property} is {}", requirement.values.join(" or "));
        prepared.log("required-if", &at, format!("{note}: checked when a request is built"));
        prepared.requirements.push(requirement);
    }
}

fn take_from(document: &Value, name: &str, schema: &mut Value) -> Vec<Requirement> {
    let always: Vec<_> = strings(schema.get("required"));
    let properties = schema.get("properties").cloned().unwrap_or_default();
    let Some(Value::Array(parts)) = schema.get_mut("allOf") else { return Vec::new() };
    let mut taken = Vec::new();
    parts.retain(|part| {
        let requirement = requirement(name, part, &always);
        let requirement = requirement.filter(|it| is_text(document, &properties[&it.property]));
        let keep = requirement.is_none();
        taken.extend(requirement);
        keep
    });
    if parts.is_empty()
        && let Some(fields) = schema.as_object_mut()
    {
        fields.shift_remove("allOf");
    }
    taken
}

/// Reads `anyOf: [{not: {properties: {P: {enum: [V]}}}}, {required: [R]}]`.
fn requirement(schema: &str, part: &Value, always: &[String]) -> Option<Requirement> {
    let [test, then] = only_key(part, "anyOf")?.as_array()?.as_slice() else { return None };
    let required = strings(Some(only_key(then, "required")?));
    let test = only_key(test, "not")?.as_object()?;
    let (property, values) = match test.get("properties")?.as_object()?.iter().collect::<Vec<_>>()[..]
    {
        [(property, values)] => (property, strings(Some(only_key(values, "enum")?))),
        _ => return None,
    };
    // Without this, a missing property would match as well.
    let decided = always.contains(property) || strings(test.get("required")) == [property.clone()];
    let plain = test.keys().all(|key| key == "properties" || key == "required");
    (decided && plain && !values.is_empty() && !required.is_empty()).then(|| Requirement {
        schema: schema.to_owned(),
        property: property.clone(),
        values,
        required,
    })
}

/// Whether a property's values are compared as they are written.
fn is_text(document: &Value, property: &Value) -> bool {
    let property = resolved(document, property);
    match property.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([only]) => is_text(document, only),
        _ => property.get("type").and_then(Value::as_str) == Some("string"),
    }
}

fn only_key<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    let fields: &Map<_, _> = value.as_object()?;
    (fields.len() == 1).then(|| fields.get(key))?
}

fn strings(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// `anyOf: [an enum of strings, any string]` says: these values, and perhaps others. typify would
/// make a struct of two options; as `oneOf` with titles it makes an enum `Known`, `Unknown`.
fn open_enums(prepared: &mut Prepared) {
    let document = prepared.document.clone();
    let mut changed = Vec::new();
    let _ = walk::each_mut(&mut prepared.document, |kind, at, node| {
        if kind == Kind::Schema && is_open_enum(&document, node) {
            open(node);
            changed.push(at.to_owned());
        }
        Ok::<_, std::convert::Infallible>(())
    });
    for at in changed {
        name_known(prepared, &at);
        prepared.log("open-enum", &at, "Known or Unknown");
    }
}

fn is_open_enum(document: &Value, schema: &Value) -> bool {
    let Some([known, any]) = schema.get("anyOf").and_then(Value::as_array).map(Vec::as_slice)
    else {
        return false;
    };
    let referred =
        walk::reference(known).and_then(pointer::of_reference).and_then(|at| document.pointer(&at));
    let known = referred.unwrap_or(known);
    let is_string = |schema: &Value| schema.get("type").and_then(Value::as_str) == Some("string");
    let any_is_plain = ["enum", "pattern", "format"].iter().all(|key| any.get(key).is_none());
    is_string(known) && known.get("enum").is_some() && is_string(any) && any_is_plain
}

/// The known values become a type of their own: all of them would be called `Known`.
fn name_known(prepared: &mut Prepared, at: &str) {
    let place = format!("{at}/oneOf/0");
    let Some(Value::Object(known)) = prepared.document.pointer_mut(&place) else { return };
    if known.contains_key("allOf") {
        return;
    }
    let mut schema = std::mem::take(known);
    schema.shift_remove("title");
    let name = alternatives::name_of(&prepared.document, at, None);
    let name = components::free(prepared, &format!("{name}-Known"));
    components::add(prepared, &name, schema.into());
    if let Some(known) = prepared.document.pointer_mut(&place) {
        let reference = json!({ "$ref": pointer::to_component("schemas", &name) });
        *known = json!({ "title": "Known", "allOf": [reference] });
    }
}

fn open(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    let Some(Value::Array(mut parts)) = fields.shift_remove("anyOf") else { return };
    let (unknown, known) = (parts.pop(), parts.pop());
    let known = match known.unwrap_or_default() {
        reference if walk::reference(&reference).is_some() => json!({ "allOf": [reference] }),
        inline => inline,
    };
    let titled = |mut schema: Value, title: &str| {
        schema["title"] = json!(title);
        schema
    };
    let known = titled(known, "Known");
    let unknown = titled(unknown.unwrap_or_default(), "Unknown");
    fields.insert("oneOf".to_owned(), json!([known, unknown]));
}
