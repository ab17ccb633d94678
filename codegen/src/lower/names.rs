//! `x-schema-name`: an extension, set by overlays, that names a schema. A component is renamed;
//! an inline schema moves to `components/schemas` and leaves a `$ref`.

use serde_json::{Map, Value, json};

use crate::document::components;
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
        // Several places may give equal schemas one name.
        if *schemas.entry(name.clone()).or_insert_with(|| schema.clone()) != schema {
            return Err(conflict(&name, &at));
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
    let mut renamed = Map::new();
    for (old, mut schema) in std::mem::take(schemas) {
        let at = pointer::join(COMPONENTS, &old);
        let name = take_name(&mut schema).unwrap_or_else(|| old.clone());
        if name != old {
            log.add(&RULE, &at, format!("{old} -> {name}"));
            names.insert("schemas", &old, &name);
        }
        // Two components may ask for one name when they are equal.
        if renamed.insert(name.clone(), schema.clone()).is_some_and(|other| other != schema) {
            return Err(conflict(&name, &at));
        }
    }
    *schemas = renamed;
    names.follow(document);
    Ok(())
}

/// Two schemas that differ ask for one name.
fn conflict(name: &str, at: &str) -> Error {
    let problem = Problem::Conflict { name: name.to_owned(), other: format!("`{name}`") };
    Error::new(Stage::Lower, problem).at(at)
}
