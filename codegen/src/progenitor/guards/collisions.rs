//! typify makes up names for types that have none, after what they are in, and takes titles for
//! names. Where that is a name which another type has, the code has two types of one name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use syn::{Fields, Item};

use crate::document::names::Renamed;
use crate::document::operations::operations;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::progenitor::names::type_name;

/// What is declared twice: types, and fields as `Type.field`.
pub fn declared_twice(file: &syn::File) -> BTreeSet<String> {
    let types = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    let mut seen = BTreeSet::new();
    let mut twice = BTreeSet::new();
    for item in types.into_iter().flat_map(|(_, items)| items) {
        let ident = match item {
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Type(item) => &item.ident,
            _ => continue,
        };
        let ident = ident.to_string();
        if let Item::Struct(item) = item
            && let Fields::Named(fields) = &item.fields
        {
            let mut names = BTreeSet::new();
            let fields = fields.named.iter().filter_map(|field| field.ident.as_ref());
            let again = fields.map(ToString::to_string).filter(|name| !names.insert(name.clone()));
            twice.extend(again.map(|name| format!("{ident}.{name}")));
        }
        if !seen.insert(ident.clone()) {
            twice.insert(ident);
        }
    }
    twice
}

/// Gives types that would have one of the names a name of their own; the places of those that do.
pub fn tell_apart(document: &mut Value, names: &BTreeSet<String>) -> Vec<(String, String)> {
    let titled = drop_titles(document, names);
    if !titled.is_empty() {
        return titled;
    }
    let mut named = Vec::new();
    for (at, name) in inline(document, names) {
        let Some(schema) = document.pointer(&at).cloned() else { continue };
        let new = free(document, &name);
        if let Some(place) = document.pointer_mut(&at) {
            *place = json!({ "$ref": pointer::to_component("schemas", &new) });
        }
        document["components"]["schemas"][&new] = schema;
        named.push((at, format!("`{new}` in Rust, where `{name}` is taken")));
    }
    if named.is_empty() {
        named = names.iter().filter_map(|name| move_component(document, name)).collect();
    }
    named
}

/// A type that typify makes up out of several schemas is at no place, so the component goes.
fn move_component(document: &mut Value, name: &str) -> Option<(String, String)> {
    let schemas = document.pointer("/components/schemas")?.as_object()?;
    let (old, schema) = schemas.iter().find(|(old, _)| type_name(old) == name)?;
    let (old, schema) = (old.clone(), schema.clone());
    let at = pointer::join("/components/schemas", &old);
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        move_null(document, &old);
        return Some((at, "null where it is used, which would be another type".to_owned()));
    }
    let new = free(document, name);
    let schemas = document.pointer_mut("/components/schemas")?.as_object_mut()?;
    schemas.shift_remove(&old);
    schemas.insert(new.clone(), schema);
    let mut renamed = Renamed::default();
    renamed.insert("schemas", &old, &new);
    renamed.follow(document);
    Some((at, format!("`{new}` in Rust, where `{name}` is taken")))
}

/// Of a component that may be null typify makes two types. Here its users say that it may.
fn move_null(document: &mut Value, name: &str) {
    let reference = pointer::to_component("schemas", name);
    let _ = visit::each_mut(document, |kind, _, node| {
        if kind == Kind::Schema && visit::reference(node) == Some(&reference) {
            *node = json!({ "nullable": true, "allOf": [node.take()] });
        }
        Ok::<_, std::convert::Infallible>(())
    });
    let at = pointer::join("/components/schemas", name);
    if let Some(Value::Object(fields)) = document.pointer_mut(&at) {
        fields.shift_remove("nullable");
    }
}

/// A title is a name only where it is needed for one.
fn drop_titles(document: &mut Value, names: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut dropped = Vec::new();
    let _ = visit::each_mut(document, |kind, at, node| {
        if let (Kind::Schema, Value::Object(fields)) = (kind, node)
            && let Some(title) = fields.get("title").and_then(Value::as_str)
            && names.contains(&type_name(title))
        {
            dropped.push((at.to_owned(), format!("not named after its title, `{title}`")));
            fields.shift_remove("title");
        }
        Ok::<_, std::convert::Infallible>(())
    });
    dropped
}

/// Schemas without a name that typify gives one of the names, innermost first.
fn inline(document: &Value, names: &BTreeSet<String>) -> Vec<(String, String)> {
    let ids: BTreeMap<_, _> = operations(document)
        .iter()
        .filter_map(|operation| Some((operation.pointer(), operation.id(document)?)))
        .collect();
    let mut found = Vec::new();
    visit::each(document, |kind, at, node| {
        let makes_type = ["properties", "enum", "allOf", "oneOf", "anyOf", "pattern", "maxLength"]
            .iter()
            .any(|key| node.get(key).is_some());
        if kind != Kind::Schema || !makes_type || at.matches('/').count() < 4 {
            return;
        }
        let likely = likely_names(document, &ids, at);
        if let Some(name) = likely.into_iter().find(|name| names.contains(name)) {
            found.push((at.to_owned(), name));
        }
    });
    // What moves takes along what is in it, so that must have moved before.
    found.reverse();
    found
}

/// What typify may call the type at a place.
fn likely_names(document: &Value, ids: &BTreeMap<String, &str>, at: &str) -> Vec<String> {
    let steps: Vec<_> = at.split('/').skip(1).map(pointer::unescape).collect();
    let texts: Vec<_> = steps.iter().map(String::as_str).collect();
    let (start, rest) = match texts.as_slice() {
        ["components", "schemas", name, rest @ ..] => ((*name).to_owned(), rest),
        ["paths", path, method, rest @ ..] => {
            let operation = format!("{}/{method}", pointer::join("/paths", path));
            let Some(id) = ids.get(&operation) else { return Vec::new() };
            let (suffix, rest) = match rest {
                ["parameters", index, "schema", rest @ ..] => {
                    let parameter = format!("{operation}/parameters/{index}/name");
                    let name = document.pointer(&parameter).and_then(Value::as_str);
                    (name.unwrap_or_default(), rest)
                }
                ["requestBody", "content", _, "schema", rest @ ..] => ("body", rest),
                ["responses", _, "content", _, "schema", rest @ ..] => ("response", rest),
                _ => return Vec::new(),
            };
            (format!("{id}-{suffix}"), rest)
        }
        _ => return Vec::new(),
    };
    let mut long = vec![start.clone()];
    let mut short = vec![start];
    let mut steps = rest.iter();
    while let Some(step) = steps.next() {
        match *step {
            "properties" => {
                let name = (*steps.next().unwrap_or(&"")).to_owned();
                long.push(name.clone());
                short.push(name);
            }
            "items" => long.push("Item".to_owned()),
            "additionalProperties" => long.push("Value".to_owned()),
            "oneOf" | "anyOf" => {
                long.push(format!("Variant{}", steps.next().unwrap_or(&"")));
            }
            "allOf" => long.push(format!("Subtype{}", steps.next().unwrap_or(&""))),
            _ => {}
        }
    }
    [long, short].map(|words| type_name(&words.join("-"))).into()
}

fn free(document: &Value, name: &str) -> String {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let taken: BTreeSet<_> =
        schemas.into_iter().flatten().map(|(name, _)| type_name(name)).collect();
    let mut numbered = (2..).map(|number| format!("{name}{number}"));
    numbered.find(|name| !taken.contains(name)).unwrap_or_default()
}
