//! `oneOf` and `anyOf`. Of `anyOf` typify makes a struct with an optional field for each alternative,
//! which decodes anything. Of alternatives beside other keywords it makes variants without a type; the
//! first that decodes is taken, and properties that only another one has are lost. `prepare` leaves
//! `oneOf` alone, with a named type for each alternative, so that [`decode`] can try them all.

pub(super) mod decode;
pub(super) mod distribute;

use serde_json::{Map, Value};

use super::{Prepared, components, conditions, resolve, schemas};
use crate::bounds::MAX_MERGE_DEPTH;
use crate::document::names::Taken;
use crate::document::operations::Operation;
use crate::document::pointer;
use crate::document::set;
use crate::document::visit::{self, Kind};
use crate::progenitor::names::type_name;
use crate::progenitor::schema::{
    self, ALTERNATIVES, ANNOTATIONS, SCHEMAS, list, reference_to, text,
};
use crate::report::Rule;

pub(in crate::progenitor) const PARENT: Rule = Rule::translated(
    "parent",
    "a parent that lists its children, each made up of the parent",
    "an enum of the children, with the parent's fields",
);
pub(in crate::progenitor) const ANY_OF: Rule = Rule::translated("any-of", "`anyOf`", "as `oneOf`");

/// Prepares every schema with alternatives.
pub(super) fn prepare(prepared: &mut Prepared) {
    distribute::prepare(prepared);
    replace_any_of(prepared);
    schemas::drop_not(prepared);
    move_to_components(prepared);
    title_alternatives(prepared);
    complete_mappings(prepared);
}

/// Replaces a parent in the `allOf` of its child by the parent's own keywords: with its alternatives,
/// one of which is the child, the child would be a part of itself.
pub(super) fn inline_parents(prepared: &mut Prepared) {
    let mut inlined = Vec::new();
    for (name, schema) in schema::components(&prepared.document) {
        let reference = pointer::to_component("schemas", name);
        for (index, part) in list(schema, "allOf").iter().enumerate() {
            let Some(parent) = visit::reference(part) else { continue };
            let target = resolve(&prepared.document, part);
            let mut children = ALTERNATIVES.iter().flat_map(|key| list(target, key));
            let is_child = children.any(|child| visit::reference(child) == Some(&reference));
            if let Some(keywords) = target.as_object().filter(|_| is_child) {
                let mut keywords = keywords.clone();
                keywords.retain(|key, _| !["oneOf", "anyOf", "discriminator"].contains(&&**key));
                let place = format!("{}/allOf/{index}", pointer::join(SCHEMAS, name));
                let note = format!("{parent} without its alternatives, of which it is one");
                inlined.push((place, keywords, note));
            }
        }
    }
    for (place, keywords, note) in inlined {
        prepared.set(&place, keywords);
        prepared.log.add(&PARENT, place, note);
    }
}

/// The keyword and the alternatives of a schema that has several.
pub(super) fn alternatives(schema: &Value) -> Option<(&'static str, &Vec<Value>)> {
    let of = |key: &'static str| Some((key, schema.get(key)?.as_array()?));
    let mut lists = ALTERNATIVES.into_iter().filter_map(of);
    lists.find(|(_, alternatives)| alternatives.len() > 1)
}

/// Replaces `anyOf` by `oneOf`, of which typify makes an enum. [`decode`] takes the best alternative.
fn replace_any_of(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = prepared;
    visit::each_schema_mut(document, |at, keywords| {
        let any_of = keywords.get("anyOf").and_then(Value::as_array);
        if any_of.is_some_and(|alternatives| alternatives.len() > 1)
            && !keywords.contains_key("oneOf")
            && let Some(alternatives) = keywords.shift_remove("anyOf")
        {
            keywords.insert("oneOf".to_owned(), alternatives);
            log.add(&ANY_OF, at, "the alternative that explains most");
        }
    });
}

/// Moves inline objects into components, so that each alternative is a type that can be tried.
fn move_to_components(prepared: &mut Prepared) {
    let mut inline = Vec::new();
    // Innermost first: what moves refers to its own alternatives already.
    visit::each_mut(&mut prepared.document, |kind, at, node| {
        if let (Kind::Schema, Some(("oneOf", alternatives))) = (kind, alternatives(node)) {
            let objects = alternatives.iter().enumerate().filter(|(_, it)| is_struct(it));
            inline.extend(objects.map(|(index, _)| format!("{at}/oneOf/{index}")));
        }
    });
    for at in inline {
        let Some(schema) = prepared.document.pointer(&at).cloned() else { continue };
        let wanted = name_of(&prepared.document, &at, text(&schema, "title"));
        let name = components::add_as(prepared, &wanted, schema);
        prepared.set(&at, reference_to(&name));
    }
}

/// Gives lists, maps and any values titles: typify numbers all variants of an enum if one of them has
/// no name, or two have the same.
fn title_alternatives(prepared: &mut Prepared) {
    visit::each_mut(&mut prepared.document, |kind, _, node| {
        let has_several = kind == Kind::Schema && alternatives(node).is_some();
        let one_of = node.get_mut("oneOf").and_then(Value::as_array_mut);
        let mut taken = Taken::default();
        for alternative in one_of.into_iter().flatten().filter(|_| has_several) {
            let Some(keywords) = alternative.as_object_mut() else { continue };
            if keywords.contains_key("$ref") || keywords.contains_key("title") {
                continue;
            }
            let Some(title) = title(keywords) else { continue };
            keywords.insert("title".to_owned(), taken.take(&title, type_name).into());
        }
    });
}

/// The title of a list, a map or any value: `PetList`, `StringMap`, `Any`.
fn title(keywords: &Map<String, Value>) -> Option<String> {
    let of = |key: &str| {
        let inner = keywords.get(key)?;
        let target = visit::reference(inner).and_then(pointer::component_of).map(|(_, name)| name);
        let name = target
            .or_else(|| title(inner.as_object()?))
            .or_else(|| text(inner, "type").map(str::to_owned));
        name.map(|name| type_name(&name))
    };
    match keywords.get("type").and_then(Value::as_str) {
        Some("array") => Some(of("items").unwrap_or_default() + "List"),
        Some("object") if keywords.contains_key("additionalProperties") => {
            Some(of("additionalProperties").unwrap_or_default() + "Map")
        }
        None if keywords.keys().all(|key| ANNOTATIONS.contains(&key.as_str())) => {
            Some("Any".to_owned())
        }
        _ => None,
    }
}

/// Whether typify makes a struct of an inline schema.
fn is_struct(schema: &Value) -> bool {
    let is_empty = |value: &Value| match value {
        Value::Object(properties) => properties.is_empty(),
        Value::Array(parts) => parts.len() < 2,
        _ => true,
    };
    ["properties", "allOf"].iter().any(|key| schema.get(key).is_some_and(|it| !is_empty(it)))
}

/// Completes the mappings of discriminators. An alternative that is not mapped has the only value that
/// its property allows, or else the name of its component.
fn complete_mappings(prepared: &mut Prepared) {
    let mut completed = Vec::new();
    visit::each(&prepared.document, |kind, at, node| {
        if kind == Kind::Schema
            && let Some(mapping) = complete_mapping(&prepared.document, node)
        {
            completed.push((pointer::join(at, "discriminator"), mapping));
        }
    });
    for (at, mapping) in completed {
        if let Some(discriminator) = prepared.document.pointer_mut(&at) {
            set(discriminator, "mapping", mapping);
        }
    }
}

/// The mapping of a schema's discriminator, if it has one.
fn complete_mapping(document: &Value, node: &Value) -> Option<Map<String, Value>> {
    let property = node.pointer("/discriminator/propertyName").and_then(Value::as_str)?;
    let (_, alternatives) = alternatives(node)?;
    let mapping = node.pointer("/discriminator/mapping").and_then(Value::as_object);
    let mut mapping = mapping.cloned().unwrap_or_default();
    let targets: Vec<_> =
        mapping.values().filter_map(Value::as_str).map(pointer::mapped_component).collect();
    for alternative in alternatives {
        let Some(reference) = visit::reference(alternative) else { continue };
        let name = pointer::mapped_component(reference);
        if !targets.contains(&name) {
            let value = only_value(document, alternative, property, 0).unwrap_or(name);
            mapping.entry(value).or_insert_with(|| reference.into());
        }
    }
    Some(mapping)
}

/// The only value that a property of a schema allows, its own or one of `allOf`.
fn only_value(document: &Value, schema: &Value, property: &str, depth: usize) -> Option<String> {
    let schema = resolve(document, schema);
    let property_schema = schema.get("properties").and_then(|properties| properties.get(property));
    if let Some(property_schema) = property_schema
        && let [Value::String(only)] = list(resolve(document, property_schema), "enum")
    {
        return Some(only.clone());
    }
    let mut parts = list(schema, "allOf").iter().filter(|_| depth < MAX_MERGE_DEPTH);
    parts.find_map(|part| only_value(document, part, property, depth + 1))
}

/// A name for an inline schema: of the component or operation and the property that hold it, and its
/// title.
pub(super) fn name_of(document: &Value, at: &str, title: Option<&str>) -> String {
    let tokens: Vec<_> = at.split('/').skip(1).map(pointer::unescape).collect();
    let mut words = Vec::new();
    let mut rest = tokens.as_slice();
    if let [paths, path, method, inside @ ..] = rest
        && paths == "paths"
        && let Some(id) = (Operation { path: path.clone(), method: method.clone() }).id(document)
    {
        words.push(id.to_owned());
        rest = inside;
    }
    for token in rest {
        match token.as_str() {
            "components" | "schemas" | "properties" | "oneOf" | "allOf" | "items" => {}
            "paths" | "content" | "application/json" | "schema" | "200" | "201" => {}
            "requestBody" => words.push("body".to_owned()),
            "responses" => words.push("response".to_owned()),
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
