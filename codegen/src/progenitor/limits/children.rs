//! Parents with a `discriminator` whose children say by `allOf` that they are such (OpenAPI 3.0.3, section
//! 4.7.25). Where the parent is meant, any of the children may be; progenitor has a struct of the parent's
//! fields, which drops those of the children. The parent becomes a `oneOf` of what it was and the children.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Prepared, components};
use crate::document::pointer::{self, mapped_component};
use crate::document::visit::{self, Kind};
use crate::document::{children, set};
use crate::progenitor::schema::{self, is_assertion, list, reference_to};
use crate::report::Rule;

pub(in crate::progenitor) const CHILDREN: Rule = Rule::translated(
    "children",
    "a parent with a `discriminator`, and children that have it in their `allOf`",
    "an enum of the parent's own fields and the children; where a child is named, it is read without the fields that its own children add",
);

/// Lists the children of every such parent.
pub(super) fn prepare(prepared: &mut Prepared) {
    let all = schema::components(&prepared.document);
    let parents: Vec<_> =
        all.filter(|(_, it)| children::is_parent(it)).map(|(name, _)| name.clone()).collect();
    let families: Vec<_> = parents
        .into_iter()
        .map(|parent| (children::names(&prepared.document, &parent), parent))
        .filter(|(children, _)| !children.is_empty())
        .collect();
    if families.is_empty() {
        return;
    }
    for (children, parent) in families {
        list_children(prepared, &parent, &children);
    }
    // Components get their final names after this.
    prepared.type_names = None;
}

fn list_children(prepared: &mut Prepared, parent: &str, children: &BTreeSet<String>) {
    let at = pointer::join(schema::SCHEMAS, parent);
    let Some(Value::Object(keywords)) = prepared.document.pointer(&at).cloned() else { return };
    let (mut own, mut new) = (keywords.clone(), keywords);
    let discriminator = own.shift_remove("discriminator").unwrap_or_default();
    new.retain(|key, _| !is_assertion(key) && key != "default");
    let base = components::add_as(prepared, &format!("{parent}-Base"), own.into());
    // What is of no known child is the parent's first.
    let alternatives = [&base].into_iter().chain(children).map(|name| reference_to(name));
    new.insert("oneOf".to_owned(), alternatives.collect::<Vec<_>>().into());
    new.insert("discriminator".to_owned(), with_base(discriminator, parent, &base));
    prepared.set(&at, new);
    let parent_reference = pointer::to_component("schemas", parent);
    visit::each_mut(&mut prepared.document, |kind, at, node| {
        // A single part is the parent itself, with other words; unless it is that of a child.
        let is_child = component_at(at).is_some_and(|name| children.contains(&name));
        let has_more = node.get("properties").is_some() || list(node, "allOf").len() > 1;
        if kind != Kind::Schema || !(is_child || has_more) {
            return;
        }
        for part in node.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
            if visit::reference(part) == Some(&parent_reference) {
                *part = reference_to(&base);
            }
        }
    });
    let names: Vec<_> = children.iter().map(String::as_str).collect();
    prepared.log.add(&CHILDREN, at, format!("{base}, or one of {}", names.join(", ")));
}

/// The component that a pointer is of.
fn component_at(at: &str) -> Option<String> {
    let name = at.strip_prefix(schema::SCHEMAS)?.strip_prefix('/')?;
    (!name.contains('/')).then(|| pointer::unescape(name))
}

/// A discriminator whose value for the parent means the parent's own fields.
fn with_base(mut discriminator: Value, parent: &str, base: &str) -> Value {
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let mut mapping: Map<String, Value> = mapping.cloned().unwrap_or_default();
    let target = Value::from(pointer::to_component("schemas", base));
    let is_parent = |it: &&mut Value| it.as_str().is_some_and(|it| mapped_component(it) == parent);
    let mapped = mapping.values_mut().filter(is_parent).map(|it| *it = target.clone()).count();
    if mapped == 0 {
        mapping.entry(parent.to_owned()).or_insert(target);
    }
    set(&mut discriminator, "mapping", mapping);
    discriminator
}
