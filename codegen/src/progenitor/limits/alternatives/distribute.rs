//! `allOf` distributed over `oneOf`. Of alternatives beside other keywords typify makes variants without
//! a type, and the first that decodes is taken. Here each alternative becomes a component that merges the
//! other keywords into it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Prepared, alternatives, components, conditions, name_of, resolve};
use crate::bounds::{MAX_COMBINED_NAME, MAX_DISTRIBUTED_TYPES};
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::progenitor::schema::{self, SCHEMAS, is_assertion, list, strings, text};
use crate::report::Rule;

pub(in crate::progenitor) const DISTRIBUTED: Rule = Rule::translated(
    "alternatives",
    "alternatives beside properties or other parts",
    "what stands beside them is a part of each",
);

/// Distributes every such schema.
pub(super) fn prepare(prepared: &mut Prepared) {
    let mut places = Vec::new();
    visit::each(&prepared.document, |kind, at, node| {
        let is_composed = alternatives(node).is_some() || node.get("allOf").is_some();
        if kind == Kind::Schema && is_composed {
            places.push(at.to_owned());
        }
    });
    // The innermost first, from the end: what moves takes along what is inside of it.
    let mut count = 0;
    while let Some(at) = places.pop() {
        let Some(schema) = prepared.document.pointer(&at) else { continue };
        if let Some(split) = Split::of(&prepared.document, &at, schema) {
            // The new components may have alternatives themselves.
            let components = split.distribute(prepared, &at);
            count += components.len();
            places.extend(components);
            prepared.log.add(&DISTRIBUTED, &at, "what stands beside them is a part of each");
        }
        if count > MAX_DISTRIBUTED_TYPES {
            return;
        }
    }
}

/// A schema with alternatives beside other keywords, taken apart.
struct Split {
    /// Keywords that do not restrict values.
    annotations: Map<String, Value>,
    /// Schemas that apply whichever alternative is chosen.
    base: Vec<Value>,
    alternatives: Vec<Value>,
}

impl Split {
    /// Takes a schema apart, if alternatives of objects stand beside other keywords.
    fn of(document: &Value, at: &str, schema: &Value) -> Option<Self> {
        let mut split = Self::of_keywords(document, at, schema)?;
        split.base.retain(|part| {
            let says_more = |key: &String| is_assertion(key) && key != "type";
            part.as_object().is_none_or(|keywords| keywords.keys().any(says_more))
        });
        let reference = format!("#{at}");
        let contains_itself =
            split.alternatives.iter().any(|it| visit::reference(it) == Some(&reference));
        let is_distributable = !split.base.is_empty()
            && split.alternatives.iter().any(|it| is_object(document, it))
            && !contains_itself
            && split.alternatives.len() <= MAX_DISTRIBUTED_TYPES;
        is_distributable.then_some(split)
    }

    /// Sorts the keywords of a schema, and of the first part of its `allOf` with alternatives if it has none
    /// itself.
    fn of_keywords(document: &Value, at: &str, schema: &Value) -> Option<Self> {
        let mut keywords = schema.as_object()?.clone();
        let mut annotations = Map::new();
        let mut base = Vec::new();
        let alternatives = match alternatives(schema) {
            Some((key, alternatives)) => {
                keywords.shift_remove(key);
                alternatives.clone()
            }
            None => {
                let (index, target) = part_with_alternatives(document, at, schema)?;
                let (key, alternatives) = alternatives(target)?;
                keywords.get_mut("allOf")?.as_array_mut()?.remove(index);
                let mut beside = target.as_object()?.clone();
                beside.shift_remove(key);
                annotations.extend(beside.shift_remove_entry("discriminator"));
                beside.retain(|key, _| is_assertion(key));
                base.push(beside.into());
                alternatives.clone()
            }
        };
        if let Some(Value::Array(parts)) = keywords.shift_remove("allOf") {
            base.extend(parts);
        }
        let (assertions, others): (Map<_, _>, Map<_, _>) =
            keywords.into_iter().partition(|(key, _)| is_assertion(key));
        annotations.extend(others);
        if !assertions.is_empty() {
            base.push(assertions.into());
        }
        Some(Self { annotations, base, alternatives })
    }

    /// Replaces the schema by `oneOf` of new components. Returns their pointers.
    fn distribute(self, prepared: &mut Prepared, at: &str) -> Vec<String> {
        let Self { mut annotations, base, alternatives } = self;
        let owner = name_of(&prepared.document, at, None);
        let owner: String = owner.chars().take(MAX_COMBINED_NAME).collect();
        let mut added = Vec::new();
        let mut one_of = Vec::new();
        for (index, alternative) in alternatives.into_iter().enumerate() {
            if includes(&prepared.document, &alternative, &base) {
                one_of.push(alternative);
                continue;
            }
            let name = combined_name(&owner, index, &alternative);
            let name = components::free(prepared, &name);
            let reference = pointer::to_component("schemas", &name);
            if let Some(target) = visit::reference(&alternative) {
                redirect_discriminator(&mut annotations, target, &reference);
            }
            let parts: Vec<_> = base.iter().cloned().chain([alternative]).collect();
            components::add(prepared, &name, json!({ "allOf": parts }));
            added.push(pointer::join(SCHEMAS, &name));
            one_of.push(json!({ "$ref": reference }));
        }
        annotations.insert("oneOf".to_owned(), one_of.into());
        prepared.set(at, annotations);
        added
    }
}

/// A name for an alternative: of the schema that has it, and its own name, title or number.
fn combined_name(owner: &str, index: usize, alternative: &Value) -> String {
    let target = visit::reference(alternative).and_then(pointer::component_of);
    let name = target.map(|(_, name)| name);
    let name = name.or_else(|| text(alternative, "title").map(str::to_owned));
    let name = name.filter(|name| owner.len() + name.len() < MAX_COMBINED_NAME);
    format!("{owner}-{}", name.unwrap_or_else(|| index.to_string()))
}

/// The first part of `allOf` that has alternatives, and its index.
fn part_with_alternatives<'d>(
    document: &'d Value,
    at: &str,
    schema: &'d Value,
) -> Option<(usize, &'d Value)> {
    let reference = format!("#{at}");
    let parts = list(schema, "allOf").iter().enumerate();
    let mut targets = parts
        .filter(|(_, part)| visit::reference(part) != Some(&reference))
        .map(|(index, part)| (index, resolve(document, part)));
    targets.find(|(_, target)| alternatives(target).is_some())
}

/// Whether a schema describes objects: by its type, or by keywords that hardly anything else has.
fn is_object(document: &Value, schema: &Value) -> bool {
    let schema = resolve(document, schema);
    let has = |key| schema.get(key).is_some();
    text(schema, "type") == Some("object")
        || ["properties", "allOf", "additionalProperties"].into_iter().any(has)
}

/// Maps the values of a discriminator that mean one component to another.
fn redirect_discriminator(annotations: &mut Map<String, Value>, from: &str, to: &str) {
    let Some(Value::Object(discriminator)) = annotations.get_mut("discriminator") else { return };
    let Some((_, name)) = pointer::component_of(from) else { return };
    let mapping = discriminator.entry("mapping").or_insert_with(|| json!({}));
    if !mapping.is_object() {
        *mapping = json!({});
    }
    let Some(mapping) = mapping.as_object_mut() else { return };
    let targets = mapping.values_mut();
    let mapped = targets.filter(|target| [Some(from), Some(&name)].contains(&target.as_str()));
    if mapped.map(|target| *target = to.into()).count() == 0 {
        // Without a mapping, the value is the name of the component.
        mapping.insert(name, to.into());
    }
}

/// Whether an alternative has all properties and required names of the base already.
fn includes(document: &Value, alternative: &Value, base: &[Value]) -> bool {
    let properties = conditions::properties(document, alternative);
    let required = required(document, alternative);
    base.iter().all(|part| {
        let is_plain = part.as_object().is_some_and(|keywords| {
            keywords.keys().all(|key| ["type", "properties", "required"].contains(&key.as_str()))
        });
        is_plain
            && conditions::properties(document, part).is_subset(&properties)
            && self::required(document, part).is_subset(&required)
    })
}

/// The required names of a schema, also of those that `allOf` merges into it.
fn required(document: &Value, schema: &Value) -> BTreeSet<String> {
    let schemas = schema::merged(document, schema).into_iter();
    schemas.flat_map(|schema| strings(list(schema, "required"))).collect()
}
