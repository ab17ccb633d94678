//! `x-schema-name`: an extension, set by overlays, that names a schema. A component is renamed;
//! an inline schema moves to `components/schemas` and leaves a `$ref`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::document::components;
use crate::document::difference::differences;
use crate::document::names::Renamed;
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
        let Some(schemas) = components::section_mut(document, "schemas") else { continue };
        // Several places may give one name to schemas that say the same.
        match schemas.get(&name) {
            Some(other) => same(&name, (&pointer::join(COMPONENTS, &name), other), (&at, &schema))?,
            None => drop(schemas.insert(name, schema)),
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
    for (old, schema) in schemas.iter_mut() {
        let name = take_name(schema).filter(|name| name != old);
        if let Some(name) = name {
            log.add(&RULE, pointer::join(COMPONENTS, old), format!("{old} -> {name}"));
            names.insert("schemas", old, &name);
        }
    }
    // Whether two are the same shows when what they refer to has its name.
    names.follow(document);
    let Some(Value::Object(schemas)) = document.pointer_mut(COMPONENTS) else { return Ok(()) };
    let (mut renamed, mut places) = (Map::new(), BTreeMap::<String, String>::new());
    for (old, schema) in std::mem::take(schemas) {
        let at = pointer::join(COMPONENTS, &old);
        let name = names.get("schemas", &old).unwrap_or(&old).to_owned();
        match (renamed.get(&name), places.get(&name)) {
            (Some(other), Some(place)) => same(&name, (place, other), (&at, &schema))?,
            _ => drop((places.insert(name.clone(), at), renamed.insert(name, schema))),
        }
    }
    *schemas = renamed;
    Ok(())
}

/// Two schemas may have one name if they accept the same; the documentation of the first remains.
fn same(name: &str, (place, other): (&str, &Value), (at, schema): (&str, &Value)) -> Result<()> {
    let (other, schema) = (without_documentation(other), without_documentation(schema));
    let Some(first) = differences(&other, &schema).into_iter().next() else { return Ok(()) };
    let problem = Problem::Differ {
        name: name.to_owned(),
        other: place.to_owned(),
        difference: first.to_string(),
    };
    Err(Error::new(Stage::Lower, problem).at(at))
}

/// A schema without the keywords that are for people alone, its children's included.
fn without_documentation(schema: &Value) -> Value {
    const DOCUMENTATION: [&str; 7] = [
        "title",
        "description",
        "example",
        "examples",
        "externalDocs",
        "$comment",
        "x-required-for",
    ];
    let mut schema = schema.clone();
    let mut strip = |kind, _: &str, node: &mut Value| {
        if let (Kind::Schema, Value::Object(keywords)) = (kind, node) {
            keywords.retain(|key, _| !DOCUMENTATION.contains(&key.as_str()));
        }
    };
    visit::each_mut_below(Kind::Schema, "", &mut schema, &mut strip);
    schema
}
