//! Required fields of what only responses have. Schemas of answers are written after a sample or two, and
//! an answer without one of the fields must still be read: it may be that to a write which was carried out.
//!
//! So a field is an `Option`, and an absent one is `None`, never a made-up value. What stays required is
//! what a caller cannot do without, or what tells alternatives apart: `id`, what has one value, the
//! property of a discriminator, and what the document marks with `x-essential: true`; `x-essential: false`
//! takes the mark away. Alternatives of a `oneOf` or `anyOf` stay as they are, since what they require is
//! how they are told apart; so does what a request has as well, where the API refuses what lacks them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Prepared, resolve};
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::report::Rule;

pub(in crate::progenitor) const ANSWER: Rule = Rule::translated(
    "answer",
    "required fields of what only responses have, but for `id` and `x-essential: true`",
    "optional: an answer without one is read",
);

/// Makes them optional.
pub(super) fn prepare(prepared: &mut Prepared) {
    let document = &prepared.document;
    let strict = strict(document);
    let mut places = Vec::new();
    visit::each(document, |kind, at, node| {
        if kind == Kind::Schema && is_answer(at, &strict) && node.get("properties").is_some() {
            let optional = optional(document, node);
            if !optional.is_empty() {
                places.push((at.to_owned(), optional));
            }
        }
    });
    for (at, optional) in places {
        let Some(schema) = prepared.document.pointer_mut(&at) else { continue };
        let Some(Value::Array(required)) = schema.get_mut("required") else { continue };
        required.retain(|name| name.as_str().is_none_or(|name| !optional.contains(name)));
        let is_empty = required.is_empty();
        let Some(keywords) = schema.as_object_mut() else { continue };
        if is_empty {
            keywords.shift_remove("required");
        }
        // What is required and declared nowhere is any value; it would be lost with the mark.
        if let Some(Value::Object(properties)) = keywords.get_mut("properties") {
            for name in &optional {
                properties.entry(name).or_insert_with(|| Value::Object(Map::new()));
            }
        }
        let names = optional.into_iter().collect::<Vec<_>>().join(", ");
        prepared.log.add(&ANSWER, at, format!("optional: {names}"));
    }
}

/// Whether a schema is one that only responses have, and no alternative of another.
fn is_answer(at: &str, strict: &BTreeSet<String>) -> bool {
    let steps: Vec<_> = at.split('/').skip(1).collect();
    let is_of_responses = match steps.as_slice() {
        ["components", "schemas", name, ..] => !strict.contains(&pointer::unescape(name)),
        ["components", "responses", ..] => true,
        ["paths", _, _, "responses", ..] => true,
        _ => false,
    };
    is_of_responses && !steps.iter().any(|step| ["oneOf", "anyOf", "not"].contains(step))
}

/// The required properties of a schema that an answer may lack.
fn optional(document: &Value, schema: &Value) -> BTreeSet<String> {
    let required = schema.get("required").and_then(Value::as_array);
    let names = required.into_iter().flatten().filter_map(Value::as_str);
    let discriminator = schema.pointer("/discriminator/propertyName").and_then(Value::as_str);
    let is_essential = |name: &str| {
        let property = schema.get("properties").and_then(|all| all.get(name));
        let Some(property) = property else { return false };
        let says = |node: &Value| node.get("x-essential").and_then(Value::as_bool);
        let resolved = resolve(document, property);
        let has_one_value =
            resolved.get("enum").and_then(Value::as_array).is_some_and(|values| values.len() == 1);
        let by_rule =
            name.eq_ignore_ascii_case("id") || has_one_value || discriminator == Some(name);
        says(property).or_else(|| says(resolved)).unwrap_or(by_rule)
    };
    names.filter(|name| !is_essential(name)).map(str::to_owned).collect()
}

/// The schemas that requests have, and those that are alternatives.
fn strict(document: &Value) -> BTreeSet<String> {
    let mut strict = BTreeSet::new();
    let mut in_requests = Vec::new();
    visit::each(document, |kind, _, node| match kind {
        Kind::Parameter | Kind::RequestBody => in_requests.push(node),
        Kind::Schema => {
            for list in ["oneOf", "anyOf"] {
                let alternatives = node.get(list).and_then(Value::as_array);
                alternatives
                    .into_iter()
                    .flatten()
                    .for_each(|it| alternative(document, it, &mut strict));
            }
        }
        _ => {}
    });
    let mut seen = BTreeSet::new();
    while let Some(node) = in_requests.pop() {
        match node {
            Value::Object(fields) => {
                in_requests.extend(fields.values());
                let name = visit::reference(node).and_then(pointer::component_of);
                if let Some((section, name)) = name
                    && seen.insert((section.clone(), name.clone()))
                {
                    in_requests.extend(component(document, &section, &name));
                    if section == "schemas" {
                        strict.insert(name);
                    }
                }
            }
            Value::Array(items) => in_requests.extend(items),
            _ => {}
        }
    }
    strict
}

fn component<'d>(document: &'d Value, section: &str, name: &str) -> Option<&'d Value> {
    document.get("components")?.get(section)?.get(name)
}

/// An alternative, and what it is all of.
fn alternative(document: &Value, schema: &Value, found: &mut BTreeSet<String>) {
    if let Some((_, name)) = visit::reference(schema).and_then(pointer::component_of)
        && let Some(target) = component(document, "schemas", &name)
        && found.insert(name)
    {
        alternative(document, target, found);
    }
    let parts = schema.get("allOf").and_then(Value::as_array);
    parts.into_iter().flatten().for_each(|part| alternative(document, part, found));
}
