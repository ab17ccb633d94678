//! `x-schema-name`: an extension, set by overlays, that names a schema. A component is renamed;
//! an inline schema moves to `components/schemas` and leaves a `$ref`.

use serde_json::{Map, Value, json};

use super::conflict;
use crate::document::names::Renamed;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::error::{Error, Result};
use crate::report::Log;

const EXTENSION: &str = "x-schema-name";
const RULE: &str = "schema-name";
const COMPONENTS: &str = "/components/schemas";

/// Honours every `x-schema-name` of a schema that is no component.
pub fn hoist(document: &mut Value, log: &mut Log) -> Result<()> {
    let mut inline = Vec::new();
    visit::each_mut(document, |kind, at, node| {
        if kind == Kind::Schema
            && let Some(name) = take_name(node)
        {
            let reference = json!({ "$ref": pointer::to_component("schemas", &name) });
            inline.push((name, at.to_owned(), std::mem::replace(node, reference)));
        }
        Ok::<_, Error>(())
    })?;
    for (name, at, schema) in inline {
        log.add(RULE, &at, format!("{name}: moved to components"));
        adopt(document, &name, &at, schema)?;
    }
    Ok(())
}

fn take_name(schema: &mut Value) -> Option<String> {
    match schema.as_object_mut()?.shift_remove(EXTENSION)? {
        Value::String(name) => Some(name),
        _ => None,
    }
}

/// Renames components that carry the extension, and what refers to them.
pub fn rename(document: &mut Value, log: &mut Log) -> Result<()> {
    let Some(Value::Object(schemas)) = document.pointer_mut(COMPONENTS) else { return Ok(()) };
    let mut names = Renamed::default();
    let mut renamed = Map::new();
    for (old, mut schema) in std::mem::take(schemas) {
        let at = pointer::join(COMPONENTS, &old);
        let name = take_name(&mut schema).unwrap_or_else(|| old.clone());
        if name != old {
            log.add(RULE, &at, format!("{old} -> {name}"));
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

/// Adds a component; several places may name equal schemas.
fn adopt(document: &mut Value, name: &str, at: &str, schema: Value) -> Result<()> {
    let Some(root) = document.as_object_mut() else { return Ok(()) };
    let components = root.entry("components").or_insert_with(|| json!({}));
    let Some(components) = components.as_object_mut() else { return Ok(()) };
    let schemas = components.entry("schemas").or_insert_with(|| json!({}));
    let Some(schemas) = schemas.as_object_mut() else { return Ok(()) };
    match schemas.get(name) {
        Some(other) if *other != schema => Err(conflict(name, at)),
        Some(_) => Ok(()),
        None => {
            schemas.insert(name.to_owned(), schema);
            Ok(())
        }
    }
}
