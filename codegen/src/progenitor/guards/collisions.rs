//! Types that are declared twice. typify names inline schemas after what holds them, or after their
//! titles, and does not see that another type has that name.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use syn::Item;

use crate::document::components;
use crate::document::names::{Renamed, Taken};
use crate::document::operations::Operation;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::progenitor::names::type_name;
use crate::progenitor::schema::{self, SCHEMAS, reference_to};
use crate::progenitor::shape;

/// What is declared twice: types, and fields as `Type.field`.
pub fn declared_twice(file: &syn::File) -> BTreeSet<String> {
    let types = file.items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
        _ => None,
    });
    let mut seen = BTreeSet::new();
    let mut twice = BTreeSet::new();
    for item in types.into_iter().flat_map(|(_, items)| items) {
        let Some(ident) = shape::declared(item).map(ToString::to_string) else { continue };
        if let Item::Struct(item) = item {
            let mut names = BTreeSet::new();
            let fields = item.fields.iter().filter_map(|field| field.ident.as_ref());
            let repeated =
                fields.map(ToString::to_string).filter(|name| !names.insert(name.clone()));
            twice.extend(repeated.map(|name| format!("{ident}.{name}")));
        }
        if !seen.insert(ident.clone()) {
            twice.insert(ident);
        }
    }
    twice
}

/// Gives schemas whose types would have one of these names another one. Returns their pointers, and a
/// note on each.
pub fn rename(document: &mut Value, names: &BTreeSet<String>) -> Vec<(String, String)> {
    if names.is_empty() {
        return Vec::new();
    }
    for rename in [drop_titles, move_to_components, rename_components] {
        let renamed = rename(document, names);
        if !renamed.is_empty() {
            return renamed;
        }
    }
    Vec::new()
}

fn move_to_components(document: &mut Value, names: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut moved = Vec::new();
    for (at, name) in inline_schemas(document, names) {
        let new = free(document, &name);
        let Some(place) = document.pointer_mut(&at) else { continue };
        let schema = std::mem::replace(place, reference_to(&new));
        if let Some(schemas) = components::section_mut(document, "schemas") {
            schemas.insert(new.clone(), schema);
        }
        moved.push((at, format!("`{}` in Rust, where `{name}` is taken", type_name(&new))));
    }
    moved
}

/// Renames components: typify has merged the inline types from several schemas.
fn rename_components(document: &mut Value, names: &BTreeSet<String>) -> Vec<(String, String)> {
    names.iter().filter_map(|name| rename_component(document, name)).collect()
}

fn rename_component(document: &mut Value, name: &str) -> Option<(String, String)> {
    let (old, schema) = schema::components(document).find(|(old, _)| type_name(old) == name)?;
    let (old, schema) = (old.clone(), schema.clone());
    let at = pointer::join(SCHEMAS, &old);
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        move_nullable(document, &old);
        return Some((at, "null where it is used, which would be another type".to_owned()));
    }
    let new = free(document, name);
    let schemas = document.pointer_mut(SCHEMAS)?.as_object_mut()?;
    schemas.shift_remove(&old);
    schemas.insert(new.clone(), schema);
    let mut renamed = Renamed::default();
    renamed.insert("schemas", &old, &new);
    renamed.follow(document);
    Some((at, format!("`{}` in Rust, where `{name}` is taken", type_name(&new))))
}

/// Moves `nullable` from a component to the references to it: typify makes two types of a nullable
/// component.
fn move_nullable(document: &mut Value, name: &str) {
    let reference = pointer::to_component("schemas", name);
    visit::each_mut(document, |kind, _, node| {
        if kind == Kind::Schema && visit::reference(node) == Some(&reference) {
            *node = json!({ "nullable": true, "allOf": [node.take()] });
        }
    });
    if let Some(Value::Object(keywords)) = document.pointer_mut(&pointer::join(SCHEMAS, name)) {
        keywords.shift_remove("nullable");
    }
}

/// Drops titles that typify would name a type after.
fn drop_titles(document: &mut Value, names: &BTreeSet<String>) -> Vec<(String, String)> {
    let mut dropped = Vec::new();
    visit::each_schema_mut(document, |at, keywords| {
        if let Some(title) = keywords.get("title").and_then(Value::as_str)
            && names.contains(&type_name(title))
        {
            dropped.push((at.to_owned(), format!("not named after its title, `{title}`")));
            keywords.shift_remove("title");
        }
    });
    dropped
}

/// Inline schemas that typify gives one of the names, with that name.
fn inline_schemas(document: &Value, names: &BTreeSet<String>) -> Vec<(String, String)> {
    const NAMED: [&str; 7] =
        ["properties", "enum", "allOf", "oneOf", "anyOf", "pattern", "maxLength"];
    let mut inline = Vec::new();
    visit::each(document, |kind, at, node| {
        let is_named = NAMED.iter().any(|key| node.get(key).is_some());
        // `/components/schemas/NAME`
        let is_component = at.matches('/').count() == 3;
        if kind != Kind::Schema || !is_named || is_component {
            return;
        }
        let mut likely = likely_names(document, at).into_iter().flatten();
        if let Some(name) = likely.find(|name| names.contains(name)) {
            inline.push((at.to_owned(), name));
        }
    });
    // The innermost first: a schema that moves takes along those inside, whose pointers change.
    inline.reverse();
    inline
}

/// The names that typify may give to the type of a schema.
fn likely_names(document: &Value, at: &str) -> Option<[String; 2]> {
    let tokens: Vec<_> = at.split('/').skip(1).map(pointer::unescape).collect();
    let tokens: Vec<_> = tokens.iter().map(String::as_str).collect();
    let (holder, rest) = holder(document, &tokens)?;
    // Of some schemas typify makes the name out of the properties on the way alone.
    let mut long = vec![holder.clone()];
    let mut short = vec![holder];
    let mut tokens = rest.iter();
    while let Some(token) = tokens.next() {
        match *token {
            "properties" => {
                let name = (*tokens.next().unwrap_or(&"")).to_owned();
                long.push(name.clone());
                short.push(name);
            }
            "items" => long.push("Item".to_owned()),
            "additionalProperties" => long.push("Value".to_owned()),
            "oneOf" | "anyOf" => long.push(format!("Variant{}", tokens.next().unwrap_or(&""))),
            "allOf" => long.push(format!("Subtype{}", tokens.next().unwrap_or(&""))),
            _ => {}
        }
    }
    Some([long, short].map(|words| type_name(&words.join("-"))))
}

/// The name of the component, parameter, body or response that a schema is in, and the rest of the
/// pointer.
fn holder<'t>(document: &Value, tokens: &'t [&'t str]) -> Option<(String, &'t [&'t str])> {
    let (operation, rest) = match tokens {
        ["components", "schemas", name, rest @ ..] => return Some(((*name).to_owned(), rest)),
        ["paths", path, method, rest @ ..] => {
            (Operation { path: (*path).to_owned(), method: (*method).to_owned() }, rest)
        }
        _ => return None,
    };
    let id = operation.id(document)?;
    let (suffix, rest) = match rest {
        ["parameters", index, "schema", rest @ ..] => {
            let at = format!("{}/parameters/{index}/name", operation.pointer());
            let name = document.pointer(&at);
            (name.and_then(Value::as_str).unwrap_or_default(), rest)
        }
        ["requestBody", "content", _, "schema", rest @ ..] => ("body", rest),
        ["responses", _, "content", _, "schema", rest @ ..] => ("response", rest),
        _ => return None,
    };
    Some((format!("{id}-{suffix}"), rest))
}

/// A name like the one that is wanted, which no component has as a Rust type.
fn free(document: &Value, wanted: &str) -> String {
    let components = schema::components(document).map(|(name, _)| type_name(name));
    Taken::of(components.chain([type_name(wanted)])).take(wanted, type_name)
}
