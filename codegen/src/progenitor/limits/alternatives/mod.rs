//! `oneOf` and `anyOf`. typify makes a struct with an optional field for each alternative out of
//! `anyOf`, which decodes anything, and variants without a type out of alternatives that stand
//! beside something else: the first that decodes is taken, and what only another one knows is lost.
//! It is given `oneOf` alone, with a type of its own for each alternative, so that the refine stage
//! can try them all.

pub(super) mod decode;
mod distribute;

use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::{ANNOTATIONS, DEEPEST, Prepared, components, conditions, resolve, schemas, strings};
use crate::document::names::Taken;
use crate::document::operations::Operation;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::progenitor::names::type_name;

const CHOICES: [&str; 2] = ["oneOf", "anyOf"];

/// Prepares every schema with alternatives.
pub(super) fn prepare(prepared: &mut Prepared) {
    distribute::prepare(prepared);
    choose_one(prepared);
    schemas::drop_not(prepared);
    name_alternatives(prepared);
    title_alternatives(prepared);
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
            let Some(parent) = visit::reference(part).map(str::to_owned) else { continue };
            let target = resolve(&document, part);
            let children = CHOICES.iter().filter_map(|key| target.get(key)?.as_array()).flatten();
            let mut children = children.filter_map(visit::reference);
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
pub(super) fn choice(schema: &Value) -> Option<(&'static str, &Vec<Value>)> {
    let of = |key: &'static str| Some((key, schema.get(key)?.as_array()?));
    let mut all = CHOICES.into_iter().filter_map(of);
    all.find(|(_, alternatives)| alternatives.len() > 1)
}

/// As `oneOf`, `anyOf` is an enum; the refine stage takes the alternative that fits best.
fn choose_one(prepared: &mut Prepared) {
    let mut chosen = Vec::new();
    let _ = visit::each_mut(&mut prepared.document, |kind, at, node| {
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
    let _ = visit::each_mut(&mut prepared.document, |kind, at, node| {
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

/// typify numbers all variants where one has no name of its own, or two have one. So lists and
/// whatever may be anything get titles.
fn title_alternatives(prepared: &mut Prepared) {
    let _ = visit::each_mut(&mut prepared.document, |kind, _, node| {
        let is_choice = kind == Kind::Schema && choice(node).is_some();
        let all = node.get_mut("oneOf").and_then(Value::as_array_mut).filter(|_| is_choice);
        let mut taken = Taken::default();
        for alternative in all.into_iter().flatten() {
            let Some(fields) = alternative.as_object_mut() else { continue };
            if fields.contains_key("$ref") || fields.contains_key("title") {
                continue;
            }
            let Some(name) = plain_name(fields) else { continue };
            fields.insert("title".to_owned(), taken.take(&name, type_name).into());
        }
        Ok::<_, Infallible>(())
    });
}

/// What a list, a map or any value is called among alternatives.
fn plain_name(fields: &Map<String, Value>) -> Option<String> {
    let of = |key: &str| {
        let inner = fields.get(key)?;
        let target = visit::reference(inner).and_then(pointer::component_of).map(|(_, name)| name);
        let inner = inner.as_object();
        let name = target
            .or_else(|| plain_name(inner?))
            .or_else(|| Some(inner?.get("type")?.as_str()?.to_owned()));
        name.map(|name| type_name(&name))
    };
    match fields.get("type").and_then(Value::as_str) {
        Some("array") => Some(of("items").unwrap_or_default() + "List"),
        Some("object") if fields.contains_key("additionalProperties") => {
            Some(of("additionalProperties").unwrap_or_default() + "Map")
        }
        None if fields.keys().all(|key| ANNOTATIONS.contains(&key.as_str())) => {
            Some("Any".to_owned())
        }
        _ => None,
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
    let _ = visit::each_mut(&mut prepared.document, |kind, _, node| {
        let property = node.pointer("/discriminator/propertyName").and_then(Value::as_str);
        let (Kind::Schema, Some(property), Some((_, all))) = (kind, property, choice(node)) else {
            return Ok(());
        };
        let mapping = node.pointer("/discriminator/mapping").and_then(Value::as_object);
        let mut mapping = mapping.cloned().unwrap_or_default();
        let targets: Vec<_> =
            mapping.values().filter_map(Value::as_str).map(pointer::mapped_component).collect();
        for reference in all.iter().filter_map(visit::reference) {
            let name = pointer::mapped_component(reference);
            if !targets.contains(&name) {
                let value = only_value(&document, reference, property).unwrap_or(name);
                mapping.entry(value).or_insert_with(|| reference.into());
            }
        }
        node["discriminator"]["mapping"] = mapping.into();
        Ok::<_, Infallible>(())
    });
}

fn only_value(document: &Value, reference: &str, property: &str) -> Option<String> {
    fn find(document: &Value, schema: &Value, property: &str, depth: usize) -> Option<String> {
        let schema = resolve(document, schema);
        let own = schema.get("properties").and_then(|all| all.get(property));
        let values = own.and_then(|own| resolve(document, own).get("enum")?.as_array());
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
        if let Some(id) = operation.and_then(|it| it.id(document).map(str::to_owned)) {
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
