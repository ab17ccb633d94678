//! `oneOf` and `anyOf`. typify makes a struct with an optional field for each alternative out of
//! `anyOf`, which decodes anything, and variants without a type out of alternatives that stand
//! beside something else: the first that decodes is taken, and what only another one knows is lost.
//! It is given `oneOf` alone, with a type of its own for each alternative, so that the refine stage
//! can try them all.

use std::collections::BTreeSet;
use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::{ANNOTATIONS, DEEPEST, Prepared, components, conditions, resolved, schemas};
use crate::generate::names::type_name;
use crate::generate::operation_id;
use crate::normalize::Operation;
use crate::pointer;
use crate::walk::{self, Kind};

const CHOICES: [&str; 2] = ["oneOf", "anyOf"];

/// Prepares every schema with alternatives.
pub(super) fn prepare(prepared: &mut Prepared) {
    spread(prepared);
    choose_one(prepared);
    schemas::drop_not(prepared);
    name_alternatives(prepared);
    map_tags(prepared);
}

/// A child that is made up of its parent, which is one of its children: what is meant are the
/// parent's own properties.
pub(super) fn part_from_parents(prepared: &mut Prepared) {
    let document = prepared.document.clone();
    let Some(Value::Object(all)) = prepared.document.pointer_mut("/components/schemas") else {
        return;
    };
    let mut parted = Vec::new();
    for (name, schema) in all {
        let reference = pointer::to_component("schemas", name);
        let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
        for (index, part) in parts.into_iter().flatten().enumerate() {
            let Some(parent) = walk::reference(part).map(str::to_owned) else { continue };
            let target = resolved(&document, part);
            let children = CHOICES.iter().filter_map(|key| target.get(key)?.as_array()).flatten();
            let mut children = children.filter_map(walk::reference);
            let is_child = children.any(|child| child == reference);
            if let Some(fields) = target.as_object().filter(|_| is_child) {
                let says = |key: &str| !CHOICES.contains(&key) && key != "discriminator";
                let own = fields.iter().filter(|(key, _)| says(key));
                *part = own.map(|(key, value)| (key.clone(), value.clone())).collect();
                let at = pointer::join("/components/schemas", name);
                parted.push((format!("{at}/allOf/{index}"), parent));
            }
        }
    }
    for (at, parent) in parted {
        prepared.log(
            "parent",
            &at,
            format!("{parent} without its alternatives, of which it is one"),
        );
    }
}

/// The alternatives of a schema, where there are several.
fn choice(schema: &Value) -> Option<(&'static str, &Vec<Value>)> {
    let of = |key: &'static str| Some((key, schema.get(key)?.as_array()?));
    let mut all = CHOICES.into_iter().filter_map(of);
    all.find(|(_, alternatives)| alternatives.len() > 1)
}

/// More types than these are not made out of alternatives; the rest is left to typify.
const MOST: usize = 65_536;

/// Names that are made of two are not longer.
const LONGEST: usize = 80;

/// What stands beside alternatives becomes a part of each.
fn spread(prepared: &mut Prepared) {
    let mut places = Vec::new();
    walk::each(&prepared.document, |kind, at, node| {
        if kind == Kind::Schema && (choice(node).is_some() || node.get("allOf").is_some()) {
            places.push(at.to_owned());
        }
    });
    // The innermost first, from the end: what moves takes along what is in it.
    let mut made = 0;
    while let Some(at) = places.pop() {
        let Some(schema) = prepared.document.pointer(&at) else { continue };
        if let Some(split) = split(&prepared.document, &at, schema) {
            // Each may have alternatives itself.
            let alternatives = split.carry_out(prepared, &at);
            made += alternatives.len();
            places.extend(alternatives);
            prepared.log("alternatives", &at, "what stands beside them is a part of each");
        }
        if made > MOST {
            return;
        }
    }
}

/// A schema, taken apart.
struct Split {
    /// What says nothing of values.
    notes: Map<String, Value>,
    /// What holds whichever alternative is chosen.
    base: Vec<Value>,
    alternatives: Vec<Value>,
}

/// Takes a schema apart whose alternatives have something beside them.
fn split(document: &Value, at: &str, schema: &Value) -> Option<Split> {
    let says = |key: &str| !ANNOTATIONS.contains(&key) && !key.starts_with("x-");
    let mut rest = schema.as_object()?.clone();
    let mut notes = Map::new();
    let mut base = Vec::new();
    let alternatives = match choice(schema) {
        Some((key, alternatives)) => {
            rest.shift_remove(key);
            alternatives.clone()
        }
        None => {
            let (index, target) = part_with_choice(document, at, schema)?;
            let (key, alternatives) = choice(target)?;
            let parts = rest.get_mut("allOf")?.as_array_mut()?;
            parts.remove(index);
            let mut own = target.as_object()?.clone();
            own.shift_remove(key);
            notes.extend(own.shift_remove_entry("discriminator"));
            own.retain(|key, _| says(key));
            base.push(own.into());
            alternatives.clone()
        }
    };
    if let Some(Value::Array(parts)) = rest.shift_remove("allOf") {
        base.extend(parts);
    }
    let (own, annotations): (Map<_, _>, Map<_, _>) =
        rest.into_iter().partition(|(key, _)| says(key));
    notes.extend(annotations);
    if !own.is_empty() {
        base.push(own.into());
    }
    let tells = |part: &Value| {
        let fields = part.as_object();
        fields.is_none_or(|fields| fields.keys().any(|key| says(key) && key != "type"))
    };
    base.retain(tells);
    let has_object = alternatives.iter().any(|it| is_object(document, it));
    let here = format!("#{at}");
    let holds_itself = alternatives.iter().any(|it| walk::reference(it) == Some(here.as_str()));
    let is_fit = !base.is_empty() && has_object && !holds_itself && alternatives.len() <= MOST;
    is_fit.then_some(Split { notes, base, alternatives })
}

/// The part of `allOf` that has alternatives.
fn part_with_choice<'d>(
    document: &'d Value,
    at: &str,
    schema: &'d Value,
) -> Option<(usize, &'d Value)> {
    let parts = schema.get("allOf")?.as_array()?;
    let here = format!("#{at}");
    let found =
        parts.iter().enumerate().map(|(index, part)| (index, part, resolved(document, part)));
    let mut found = found.filter(|(_, part, _)| walk::reference(part) != Some(here.as_str()));
    let (index, _, target) = found.find(|(_, _, target)| choice(target).is_some())?;
    Some((index, target))
}

/// Whether a schema describes objects, as far as can be seen.
fn is_object(document: &Value, schema: &Value) -> bool {
    let schema = resolved(document, schema);
    schema.get("type").and_then(Value::as_str) == Some("object")
        || ["properties", "allOf", "additionalProperties"]
            .iter()
            .any(|key| schema.get(key).is_some())
}

impl Split {
    /// Puts the alternatives in the place of the schema; the places of the components made.
    fn carry_out(self, prepared: &mut Prepared, at: &str) -> Vec<String> {
        let Self { mut notes, base, alternatives } = self;
        let owner = name_of(&prepared.document, at, None).chars().take(LONGEST).collect::<String>();
        let mut made = Vec::new();
        let mut chosen = Vec::new();
        for (index, alternative) in alternatives.into_iter().enumerate() {
            if covers(&prepared.document, &alternative, &base) {
                chosen.push(alternative);
                continue;
            }
            let target = walk::reference(&alternative).and_then(pointer::component_of);
            let title = alternative.get("title").and_then(Value::as_str).map(str::to_owned);
            let own = target.as_ref().map(|(_, name)| name.clone()).or(title);
            // Choices of choices would have names without end.
            let own = own.filter(|own| owner.len() + own.len() < LONGEST);
            let own = own.unwrap_or_else(|| index.to_string());
            let name = components::free(prepared, &format!("{owner}-{own}"));
            let reference = pointer::to_component("schemas", &name);
            if let Some(target) = walk::reference(&alternative) {
                point(&mut notes, target, &reference);
            }
            let parts: Vec<_> = base.iter().cloned().chain([alternative]).collect();
            components::add(prepared, &name, json!({ "allOf": parts }));
            made.push(pointer::join("/components/schemas", &name));
            chosen.push(json!({ "$ref": reference }));
        }
        notes.insert("oneOf".to_owned(), chosen.into());
        if let Some(place) = prepared.document.pointer_mut(at) {
            *place = notes.into();
        }
        made
    }
}

/// Lets a discriminator lead to what an alternative has become.
fn point(notes: &mut Map<String, Value>, from: &str, to: &str) {
    let Some(discriminator) = notes.get_mut("discriminator") else { return };
    let Some((_, name)) = pointer::component_of(from) else { return };
    let mapping = discriminator.get_mut("mapping").and_then(Value::as_object_mut);
    let mut is_mapped = false;
    for target in mapping.into_iter().flatten().map(|(_, target)| target) {
        if [Some(from), Some(&name)].contains(&target.as_str()) {
            *target = to.into();
            is_mapped = true;
        }
    }
    if !is_mapped && discriminator.is_object() {
        // The value is the name of the component, where nothing else is said.
        discriminator["mapping"][name] = to.into();
    }
}

/// Whether an alternative has all the base says already.
fn covers(document: &Value, alternative: &Value, base: &[Value]) -> bool {
    let known = conditions::properties(document, alternative);
    let required = required(document, alternative, 0);
    base.iter().all(|part| {
        let is_plain = part.as_object().is_some_and(|fields| {
            fields.keys().all(|key| ["type", "properties", "required"].contains(&key.as_str()))
        });
        is_plain
            && conditions::properties(document, part).is_subset(&known)
            && self::required(document, part, 0).is_subset(&required)
    })
}

/// The required names of a schema, also of those that it is made up of.
fn required(document: &Value, schema: &Value, depth: usize) -> BTreeSet<String> {
    let schema = resolved(document, schema);
    let mut names: BTreeSet<_> = super::strings(schema.get("required")).into_iter().collect();
    let parts = schema.get("allOf").and_then(Value::as_array);
    for part in parts.into_iter().flatten().filter(|_| depth < DEEPEST) {
        names.extend(required(document, part, depth + 1));
    }
    names
}

/// As `oneOf`, `anyOf` is an enum; the refine stage takes the alternative that fits best.
fn choose_one(prepared: &mut Prepared) {
    let mut chosen = Vec::new();
    let _ = walk::each_mut(&mut prepared.document, |kind, at, node| {
        if let (Kind::Schema, Value::Object(fields)) = (kind, node)
            && fields.get("anyOf").and_then(Value::as_array).is_some_and(|all| all.len() > 1)
            && !fields.contains_key("oneOf")
            && let Some(alternatives) = fields.shift_remove("anyOf")
        {
            fields.insert("oneOf".to_owned(), alternatives);
            chosen.push(at.to_owned());
        }
        Ok::<_, Infallible>(())
    });
    for at in chosen {
        prepared.log("any-of", &at, "the alternative that explains most");
    }
}

/// Alternatives become types of their own, so that each can be tried.
fn name_alternatives(prepared: &mut Prepared) {
    let mut inline = Vec::new();
    let _ = walk::each_mut(&mut prepared.document, |kind, at, node| {
        let alternatives = choice(node).filter(|(key, _)| kind == Kind::Schema && *key == "oneOf");
        let alternatives = alternatives.into_iter().flat_map(|(_, all)| all).enumerate();
        let objects = alternatives.filter(|(_, alternative)| has_fields(alternative));
        inline.extend(objects.map(|(index, _)| format!("{at}/oneOf/{index}")));
        Ok::<_, Infallible>(())
    });
    // The innermost come first, so what moves has its own alternatives named already.
    for at in inline {
        let Some(schema) = prepared.document.pointer(&at).cloned() else { continue };
        let title = schema.get("title").and_then(Value::as_str);
        let wanted = name_of(&prepared.document, &at, title);
        let name = components::free(prepared, &wanted);
        if let Some(place) = prepared.document.pointer_mut(&at) {
            *place = json!({ "$ref": pointer::to_component("schemas", &name) });
        }
        components::add(prepared, &name, schema);
    }
}

/// Whether typify makes a struct of a schema that is written out.
fn has_fields(schema: &Value) -> bool {
    let is_empty = |fields: &Value| match fields {
        Value::Object(all) => all.is_empty(),
        Value::Array(all) => all.len() < 2,
        _ => true,
    };
    ["properties", "allOf"].iter().any(|key| schema.get(key).is_some_and(|it| !is_empty(it)))
}

/// Writes out which alternative each value of a discriminator means: as mapped, else the one whose
/// property can have no other value, else the one whose component is called so.
fn map_tags(prepared: &mut Prepared) {
    let document = prepared.document.clone();
    let _ = walk::each_mut(&mut prepared.document, |kind, _, node| {
        let property = node.pointer("/discriminator/propertyName").and_then(Value::as_str);
        let (Kind::Schema, Some(property), Some((_, all))) = (kind, property, choice(node)) else {
            return Ok(());
        };
        let mapping = node.pointer("/discriminator/mapping").and_then(Value::as_object);
        let mut mapping = mapping.cloned().unwrap_or_default();
        let targets: Vec<_> = mapping.values().filter_map(Value::as_str).map(component).collect();
        for reference in all.iter().filter_map(walk::reference) {
            let name = component(reference);
            if !targets.contains(&name) {
                let value = only_value(&document, reference, property).unwrap_or(name);
                mapping.entry(value).or_insert_with(|| reference.into());
            }
        }
        node["discriminator"]["mapping"] = mapping.into();
        Ok::<_, Infallible>(())
    });
}

/// What a mapping leads to: a reference, or the bare name of a component.
fn component(target: &str) -> String {
    pointer::component_of(target).map_or_else(|| target.to_owned(), |(_, name)| name)
}

fn only_value(document: &Value, reference: &str, property: &str) -> Option<String> {
    fn find(document: &Value, schema: &Value, property: &str, depth: usize) -> Option<String> {
        let schema = resolved(document, schema);
        let own = schema.get("properties").and_then(|all| all.get(property));
        let values = own.and_then(|own| resolved(document, own).get("enum")?.as_array());
        if let Some([Value::String(only)]) = values.map(Vec::as_slice) {
            return Some(only.clone());
        }
        let mut parts = schema.get("allOf")?.as_array()?.iter().filter(|_| depth < DEEPEST);
        parts.find_map(|part| find(document, part, property, depth + 1))
    }
    find(document, &json!({ "$ref": reference }), property, 0)
}

/// After the component or operation and the property that hold it, and its title.
pub(super) fn name_of(document: &Value, at: &str, title: Option<&str>) -> String {
    let mut tokens: Vec<_> = at.split('/').skip(1).map(pointer::unescape).collect();
    let mut words = Vec::new();
    if tokens.first().is_some_and(|first| first == "paths") {
        let operation = tokens
            .get(1..3)
            .map(|names| Operation { path: names[0].clone(), method: names[1].clone() });
        if let Some(id) = operation.and_then(|it| operation_id(document, &it).map(str::to_owned)) {
            words.push(id);
            tokens.drain(..3);
        }
    }
    for token in tokens {
        match token.as_str() {
            "components" | "schemas" | "properties" | "oneOf" | "allOf" | "items" => {}
            "paths" | "content" | "application/json" | "schema" => {}
            "requestBody" => words.push("body".to_owned()),
            "responses" => words.push("response".to_owned()),
            "200" | "201" => {}
            other => words.push(other.to_owned()),
        }
    }
    if let Some(title) = title.filter(|title| !title.is_empty()) {
        words.pop();
        words.push(title.to_owned());
    }
    match words.is_empty() {
        true => "Alternative".to_owned(),
        false => type_name(&words.join("-")),
    }
}
