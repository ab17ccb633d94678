//! Fields that only requests or only responses have. `required` of one that is `readOnly` is about responses,
//! that of one that is `writeOnly` about requests (OpenAPI 3.0.3, section 4.7.24). progenitor has one type for
//! both, so a component in which they differ gets a twin for requests.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Prepared, components};
use crate::document::pointer::{self, mapped_component};
use crate::document::set;
use crate::document::visit::{self, Kind};
use crate::progenitor::schema::{self, list, reference_to};
use crate::report::Rule;

pub(in crate::progenitor) const VIEW: Rule = Rule::translated(
    "view",
    "`readOnly` or `writeOnly` of a required field",
    "optional where it is not sent; a type for requests and one for responses where both have the schema",
);

/// Who sends a schema.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Response,
    Both,
}

/// The required fields of a schema that are marked, by its pointer.
type Marked = BTreeMap<String, BTreeSet<String>>;

/// Splits these schemas.
pub(super) fn prepare(prepared: &mut Prepared) {
    let is_marked = |keywords: &Map<String, Value>| {
        MARKS.iter().any(|mark| keywords.get(*mark) == Some(&Value::Bool(true)))
    };
    // Few documents have a mark at all.
    if !visit::has_schema(&prepared.document, is_marked) {
        return;
    }
    let marked = MARKS.map(|mark| marked(&prepared.document, mark));
    if marked.iter().all(BTreeMap::is_empty) {
        return;
    }
    let sides = Sides::of(&prepared.document);
    let twins = twins(prepared, &marked, &sides);
    for (name, twin) in &twins {
        let at = pointer::join(schema::SCHEMAS, name);
        let Some(mut schema) = prepared.document.pointer(&at).cloned() else { continue };
        refer_to_twins(&mut schema, &twins);
        let twin_at = pointer::join(schema::SCHEMAS, twin);
        components::add(prepared, twin, schema);
        relax(prepared, &marked[0], |place| {
            let inside = place.strip_prefix(&at)?;
            (inside.is_empty() || inside.starts_with('/')).then(|| format!("{twin_at}{inside}"))
        });
    }
    let only = |side: Side| {
        let sides = &sides;
        move |place: &str| (sides.side(place) == Some(side)).then(|| place.to_owned())
    };
    relax(prepared, &marked[0], only(Side::Request));
    relax(prepared, &marked[1], only(Side::Response));
    relax(prepared, &marked[1], only(Side::Both));
    visit::each_mut(&mut prepared.document, |kind, at, node| {
        if kind == Kind::Schema && sides.side(at) == Some(Side::Request) {
            refer_to_twin(node, &twins);
        }
    });
    // Components get their final names after this.
    prepared.type_names = None;
}

const MARKS: [&str; 2] = ["readOnly", "writeOnly"];

/// The required fields that have a mark.
fn marked(document: &Value, mark: &str) -> Marked {
    let mut marked = Marked::new();
    visit::each(document, |kind, at, node| {
        if kind != Kind::Schema || list(node, "required").is_empty() {
            return;
        }
        // What a part of an object requires may be a property of another part.
        let object = document.pointer(whole(at)).unwrap_or(node);
        let parts =
            schema::merged(document, object).into_iter().chain(schema::merged(document, node));
        let properties = parts.flat_map(|part| schema::entries(part, "properties"));
        let with_mark: BTreeSet<_> = properties
            .filter(|(_, it)| has_mark(document, it, mark))
            .map(|(name, _)| name)
            .collect();
        let required = schema::strings(list(node, "required")).into_iter();
        let names: BTreeSet<_> = required.filter(|name| with_mark.contains(name)).collect();
        if !names.is_empty() {
            marked.insert(at.to_owned(), names);
        }
    });
    marked
}

fn has_mark(document: &Value, property: &Value, mark: &str) -> bool {
    schema::merged(document, property).iter().any(|part| part.get(mark) == Some(&Value::Bool(true)))
}

/// The pointer of the object that a schema is a part of, or an alternative.
fn whole(at: &str) -> &str {
    let parent = at.rsplit_once('/').and_then(|(list, index)| {
        index.parse::<usize>().ok()?;
        ["/allOf", "/oneOf", "/anyOf"].iter().find_map(|key| list.strip_suffix(key))
    });
    parent.map_or(at, whole)
}

/// The components that requests have, and those that responses have.
struct Sides {
    of_requests: BTreeSet<String>,
    of_responses: BTreeSet<String>,
}

impl Sides {
    fn of(document: &Value) -> Self {
        let (mut of_requests, mut of_responses) = (BTreeSet::new(), BTreeSet::new());
        visit::each(document, |kind, at, node| {
            let side = side_of_operation(at).filter(|_| kind == Kind::Schema);
            if let (Some(side), Some(name)) = (side, component(node)) {
                let roots =
                    if side == Side::Response { &mut of_responses } else { &mut of_requests };
                roots.insert(name);
            }
        });
        let reached = |roots| reached(document, roots);
        Self { of_requests: reached(of_requests), of_responses: reached(of_responses) }
    }

    fn side(&self, at: &str) -> Option<Side> {
        let Some(name) = owner(at) else { return side_of_operation(at) };
        match (self.of_requests.contains(&name), self.of_responses.contains(&name)) {
            (true, true) => Some(Side::Both),
            (true, false) => Some(Side::Request),
            (false, true) => Some(Side::Response),
            (false, false) => None,
        }
    }
}

/// The side of what is written in an operation, or in a component that is no schema.
fn side_of_operation(at: &str) -> Option<Side> {
    let steps: Vec<_> = at.split('/').skip(1).collect();
    match steps.as_slice() {
        ["components", "responses", ..] | ["paths", _, _, "responses", ..] => Some(Side::Response),
        ["components", "requestBodies" | "parameters", ..]
        | ["paths", _, "parameters", ..]
        | ["paths", _, _, "requestBody" | "parameters", ..] => Some(Side::Request),
        _ => None,
    }
}

/// The component that a pointer leads into.
fn owner(at: &str) -> Option<String> {
    let steps = at.strip_prefix(schema::SCHEMAS)?.strip_prefix('/')?;
    steps.split('/').next().map(pointer::unescape)
}

/// The component that a schema refers to.
fn component(schema: &Value) -> Option<String> {
    visit::reference(schema).and_then(pointer::component_of).map(|(_, name)| name)
}

/// The components that a schema refers to anywhere.
fn referred(schema: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    visit::each_below(Kind::Schema, "", schema, &mut |kind, _, node| {
        names.extend(component(node).filter(|_| kind == Kind::Schema));
    });
    names
}

fn reached(document: &Value, roots: BTreeSet<String>) -> BTreeSet<String> {
    let mut rest: Vec<_> = roots.into_iter().collect();
    let mut reached = BTreeSet::new();
    while let Some(name) = rest.pop() {
        let schema = document.pointer(&pointer::join(schema::SCHEMAS, &name));
        if reached.insert(name) {
            rest.extend(schema.map(referred).into_iter().flatten());
        }
    }
    reached
}

/// The twins of the components that both sides have and that differ, or have something in them that does.
fn twins(prepared: &mut Prepared, marked: &[Marked; 2], sides: &Sides) -> BTreeMap<String, String> {
    let places = marked.iter().flat_map(BTreeMap::keys);
    let both =
        |name: &String| sides.of_requests.contains(name) && sides.of_responses.contains(name);
    let mut differ: BTreeSet<_> = places.filter_map(|at| owner(at)).filter(both).collect();
    let all = schema::components(&prepared.document).filter(|(name, _)| both(name));
    let all: Vec<_> = all.map(|(name, schema)| (name.clone(), referred(schema))).collect();
    loop {
        let inside = all.iter().filter(|(_, referred)| !referred.is_disjoint(&differ));
        let more: Vec<_> = inside.map(|(name, _)| name.clone()).collect();
        let before = differ.len();
        differ.extend(more);
        if differ.len() == before {
            break;
        }
    }
    let twin = |name: String| {
        let twin = components::free(prepared, &format!("{name}-Request"));
        (name, twin)
    };
    differ.into_iter().map(twin).collect()
}

/// Refers to twins everywhere in a schema.
fn refer_to_twins(schema: &mut Value, twins: &BTreeMap<String, String>) {
    visit::each_mut_below(Kind::Schema, "", schema, &mut |kind, _, node| {
        if kind == Kind::Schema {
            refer_to_twin(node, twins);
        }
    });
}

/// The same of a schema without what is in it. Alternatives keep the names by which they are told apart.
fn refer_to_twin(schema: &mut Value, twins: &BTreeMap<String, String>) {
    if let Some(twin) = component(schema).and_then(|name| twins.get(&name)) {
        *schema = reference_to(twin);
    }
    if schema.get("discriminator").is_none_or(|it| !it.is_object()) {
        return;
    }
    let mut mapping = schema["discriminator"].get("mapping").cloned().unwrap_or_else(|| json!({}));
    let Some(targets) = mapping.as_object_mut() else { return };
    let mapped: BTreeSet<_> =
        targets.values().filter_map(Value::as_str).map(mapped_component).collect();
    let alternatives = ["oneOf", "anyOf"].iter().flat_map(|key| list(schema, key));
    let names = alternatives.filter_map(component).map(|twin| {
        let original = twins.iter().find(|(_, it)| **it == twin).map(|(name, _)| name.clone());
        original.unwrap_or(twin)
    });
    for name in names.filter(|name| !mapped.contains(name)) {
        targets.insert(name.clone(), pointer::to_component("schemas", &name).into());
    }
    for target in targets.values_mut() {
        if let Some(twin) = target.as_str().and_then(|it| twins.get(&mapped_component(it))) {
            *target = pointer::to_component("schemas", twin).into();
        }
    }
    if let Some(discriminator) = schema.get_mut("discriminator").filter(|_| !targets.is_empty()) {
        set(discriminator, "mapping", mapping);
    }
}

/// No longer requires what is marked, where `place` says.
fn relax(prepared: &mut Prepared, marked: &Marked, place: impl Fn(&str) -> Option<String>) {
    for (at, names) in marked {
        let Some(at) = place(at) else { continue };
        let Some(Value::Object(keywords)) = prepared.document.pointer_mut(&at) else { continue };
        let Some(Value::Array(required)) = keywords.get_mut("required") else { continue };
        required.retain(|name| name.as_str().is_none_or(|name| !names.contains(name)));
        if required.is_empty() {
            keywords.shift_remove("required");
        }
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        prepared.log.add(&VIEW, at, format!("optional: {}", names.join(", ")));
    }
}
