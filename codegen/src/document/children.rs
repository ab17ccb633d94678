//! Parents with a `discriminator` whose children say by `allOf` that they are such (OpenAPI 3.0.3, section
//! 4.7.25): where the parent is meant, any of the children may be.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::pointer::{self, mapped_component};
use super::visit;

const SCHEMAS: &str = "/components/schemas";

/// Whether a schema is a parent: its discriminator has no alternatives to choose from.
pub(crate) fn is_parent(schema: &Value) -> bool {
    schema.pointer("/discriminator/propertyName").is_some_and(Value::is_string)
        && ["anyOf", "oneOf"].iter().all(|key| schema.get(key).is_none())
}

/// The components that have a parent in their `allOf`, or have one that does, and those that its
/// discriminator maps to.
pub(crate) fn names(document: &Value, parent: &str) -> BTreeSet<String> {
    let schemas = document.pointer(SCHEMAS).and_then(Value::as_object);
    let components = || schemas.into_iter().flatten();
    let mut found = BTreeSet::from([parent.to_owned()]);
    let mapped = schemas.and_then(|it| mapping(it.get(parent)?)).into_iter().flatten();
    let mapped = mapped.filter_map(|(_, target)| target.as_str()).map(mapped_component);
    found.extend(mapped.filter(|name| schemas.is_some_and(|it| it.contains_key(name))));
    loop {
        let before = found.len();
        let more = components().filter(|(_, schema)| is_child_of(schema, &found));
        let more: Vec<_> = more.map(|(name, _)| name.clone()).collect();
        found.extend(more);
        if found.len() == before {
            break;
        }
    }
    found.remove(parent);
    found
}

fn is_child_of(schema: &Value, parents: &BTreeSet<String>) -> bool {
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let components = parts.filter_map(|part| pointer::component_of(visit::reference(part)?));
    components.into_iter().any(|(_, name)| parents.contains(&name))
}

/// Which component each value of a discriminator stands for, where it is written out.
pub(crate) fn mapping(schema: &Value) -> Option<&Map<String, Value>> {
    schema.pointer("/discriminator/mapping")?.as_object()
}
