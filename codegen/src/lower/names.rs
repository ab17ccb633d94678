//! `x-schema-name`: an extension, set by overlays, that names a schema. A component is renamed;
//! an inline schema moves to `components/schemas` and leaves a `$ref`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::document::components;
use crate::document::difference::first_followed;
use crate::document::equality::without_documentation;
use crate::document::names::Renamed;
use crate::document::node::Node;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::error::{Error, Problem, Result, Stage};
use crate::report::{Log, Rule};

const EXTENSION: &str = "x-schema-name";
pub(super) const RULE: Rule = Rule::translated(
    "schema-name",
    "`x-schema-name`, which overlays set",
    "the name of a component",
);
const COMPONENTS: &str = "/components/schemas";

/// Moves every schema with an `x-schema-name` that is no component to the components.
pub(super) fn hoist(document: &mut Value, log: &mut Log) -> Result<()> {
    let mut inline = Vec::new();
    visit::each_mut(document, |kind, at, node| {
        if kind == Kind::Schema
            && let Some(name) = take_name(node)
        {
            let reference = json!({ "$ref": pointer::to_component("schemas", &name) });
            inline.push((name, at.to_owned(), std::mem::replace(node, reference)));
        }
    });
    for (name, at, schema) in inline {
        log.add(&RULE, &at, format!("{name}: moved to components"));
        // Several places may give one name to schemas that say the same.
        let is_there = components::schema(document, &name).is_some();
        if is_there {
            same_as_component(document, &name, (&at, schema))?;
        } else if let Some(schemas) = components::section_mut(document, "schemas") {
            schemas.insert(name, schema);
        }
    }
    Ok(())
}

fn take_name(schema: &mut Value) -> Option<String> {
    match schema.as_object_mut()?.shift_remove(EXTENSION)? {
        Value::String(name) => Some(name),
        _ => None,
    }
}

/// Renames components that have the extension, and whatever refers to them.
pub(super) fn rename(document: &mut Value, log: &mut Log) -> Result<()> {
    let Some(Value::Object(schemas)) = document.pointer_mut(COMPONENTS) else { return Ok(()) };
    let mut names = Renamed::default();
    let mut users = BTreeMap::<String, Vec<String>>::new();
    for (old, schema) in schemas.iter_mut() {
        let name = take_name(schema).filter(|name| name != old);
        if let Some(name) = &name {
            log.add(&RULE, pointer::join(COMPONENTS, old), format!("{old} -> {name}"));
            names.insert("schemas", old, name);
        }
        users.entry(name.unwrap_or_else(|| old.clone())).or_default().push(old.clone());
    }
    // Before they are renamed, for what they refer to may get one name as well.
    users.retain(|_, users| users.len() > 1);
    if !users.is_empty() {
        let bare = without_documentation(document);
        users.iter().try_for_each(|(name, users)| same_components(&bare, name, users))?;
    }
    let Some(Value::Object(schemas)) = document.pointer_mut(COMPONENTS) else { return Ok(()) };
    let mut renamed = Map::new();
    for (old, schema) in std::mem::take(schemas) {
        renamed.entry(names.get("schemas", &old).unwrap_or(&old)).or_insert(schema);
    }
    *schemas = renamed;
    names.follow(document);
    Ok(())
}

/// Components may have one name if they accept the same; the documentation of the first remains.
fn same_components(bare: &Value, name: &str, users: &[String]) -> Result<()> {
    let places: Vec<_> = users.iter().map(|old| pointer::join(COMPONENTS, old)).collect();
    let Some((first, others)) = places.split_first() else { return Ok(()) };
    for at in others {
        let (Some(one), Some(other)) = (Node::at(bare, first), Node::at(bare, at)) else {
            continue;
        };
        if let Some(difference) = first_followed(one, other) {
            return Err(differ(name, first, at, difference));
        }
    }
    Ok(())
}

/// The same of a schema that is no component and a component.
fn same_as_component(document: &Value, name: &str, (at, schema): (&str, Value)) -> Result<()> {
    let place = pointer::join(COMPONENTS, name);
    // What it refers to is found beside it.
    let mut document = json!({ "components": document.get("components") });
    let beside = "/components/schemas/\u{0}";
    if let Some(schemas) = components::section_mut(&mut document, "schemas") {
        schemas.insert("\u{0}".to_owned(), schema);
    }
    let bare = without_documentation(&document);
    let (Some(one), Some(other)) = (Node::at(&bare, &place), Node::at(&bare, beside)) else {
        return Ok(());
    };
    first_followed(one, other)
        .map_or(Ok(()), |difference| Err(differ(name, &place, at, difference)))
}

fn differ(name: &str, place: &str, at: &str, difference: String) -> Error {
    let problem = Problem::Differ { name: name.to_owned(), other: place.to_owned(), difference };
    Error::new(Stage::Lower, problem).at(at)
}
