//! `allOf` distributed over `oneOf`. typify makes variants without a type of alternatives that stand
//! beside something else, of which the first that decodes is taken. What stands beside them becomes
//! a part of each.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    ANNOTATIONS, DEEPEST, Prepared, choice, components, conditions, name_of, resolve, strings,
};
use crate::document::pointer;
use crate::document::visit::{self, Kind};

/// More types than these are not made out of alternatives; the rest is left to typify.
const MOST_TYPES: usize = 65_536;

/// Names that are made of two are not longer.
const LONGEST_NAME: usize = 80;

/// Distributes every such schema.
pub(super) fn prepare(prepared: &mut Prepared) {
    let mut places = Vec::new();
    visit::each(&prepared.document, |kind, at, node| {
        if kind == Kind::Schema && (choice(node).is_some() || node.get("allOf").is_some()) {
            places.push(at.to_owned());
        }
    });
    // The innermost first, from the end: what moves takes along what is in it.
    let mut made = 0;
    while let Some(at) = places.pop() {
        let Some(schema) = prepared.document.pointer(&at) else { continue };
        if let Some(split) = split(&prepared.document, &at, schema) {
            // Each may have alternatives itself.
            let alternatives = split.carry_out(prepared, &at);
            made += alternatives.len();
            places.extend(alternatives);
            prepared.log("alternatives", &at, "what stands beside them is a part of each");
        }
        if made > MOST_TYPES {
            return;
        }
    }
}

/// A schema, taken apart.
struct Split {
    /// What says nothing of values.
    notes: Map<String, Value>,
    /// What holds whichever alternative is chosen.
    base: Vec<Value>,
    alternatives: Vec<Value>,
}

/// Takes a schema apart whose alternatives have something beside them.
fn split(document: &Value, at: &str, schema: &Value) -> Option<Split> {
    let says = |key: &str| !ANNOTATIONS.contains(&key) && !key.starts_with("x-");
    let mut rest = schema.as_object()?.clone();
    let mut notes = Map::new();
    let mut base = Vec::new();
    let alternatives = match choice(schema) {
        Some((key, alternatives)) => {
            rest.shift_remove(key);
            alternatives.clone()
        }
        None => {
            let (index, target) = part_with_choice(document, at, schema)?;
            let (key, alternatives) = choice(target)?;
            let parts = rest.get_mut("allOf")?.as_array_mut()?;
            parts.remove(index);
            let mut own = target.as_object()?.clone();
            own.shift_remove(key);
            notes.extend(own.shift_remove_entry("discriminator"));
            own.retain(|key, _| says(key));
            base.push(own.into());
            alternatives.clone()
        }
    };
    if let Some(Value::Array(parts)) = rest.shift_remove("allOf") {
        base.extend(parts);
    }
    let (own, annotations): (Map<_, _>, Map<_, _>) =
        rest.into_iter().partition(|(key, _)| says(key));
    notes.extend(annotations);
    if !own.is_empty() {
        base.push(own.into());
    }
    let tells = |part: &Value| {
        let fields = part.as_object();
        fields.is_none_or(|fields| fields.keys().any(|key| says(key) && key != "type"))
    };
    base.retain(tells);
    let has_object = alternatives.iter().any(|it| is_object(document, it));
    let here = format!("#{at}");
    let holds_itself = alternatives.iter().any(|it| visit::reference(it) == Some(here.as_str()));
    let is_fit =
        !base.is_empty() && has_object && !holds_itself && alternatives.len() <= MOST_TYPES;
    is_fit.then_some(Split { notes, base, alternatives })
}

/// The part of `allOf` that has alternatives.
fn part_with_choice<'d>(
    document: &'d Value,
    at: &str,
    schema: &'d Value,
) -> Option<(usize, &'d Value)> {
    let parts = schema.get("allOf")?.as_array()?;
    let here = format!("#{at}");
    let found =
        parts.iter().enumerate().map(|(index, part)| (index, part, resolve(document, part)));
    let mut found = found.filter(|(_, part, _)| visit::reference(part) != Some(here.as_str()));
    let (index, _, target) = found.find(|(_, _, target)| choice(target).is_some())?;
    Some((index, target))
}

/// Whether a schema describes objects, as far as can be seen.
fn is_object(document: &Value, schema: &Value) -> bool {
    let schema = resolve(document, schema);
    schema.get("type").and_then(Value::as_str) == Some("object")
        || ["properties", "allOf", "additionalProperties"]
            .iter()
            .any(|key| schema.get(key).is_some())
}

impl Split {
    /// Puts the alternatives in the place of the schema; the places of the components made.
    fn carry_out(self, prepared: &mut Prepared, at: &str) -> Vec<String> {
        let Self { mut notes, base, alternatives } = self;
        let owner =
            name_of(&prepared.document, at, None).chars().take(LONGEST_NAME).collect::<String>();
        let mut made = Vec::new();
        let mut chosen = Vec::new();
        for (index, alternative) in alternatives.into_iter().enumerate() {
            if covers(&prepared.document, &alternative, &base) {
                chosen.push(alternative);
                continue;
            }
            let target = visit::reference(&alternative).and_then(pointer::component_of);
            let title = alternative.get("title").and_then(Value::as_str).map(str::to_owned);
            let own = target.as_ref().map(|(_, name)| name.clone()).or(title);
            // Choices of choices would have names without end.
            let own = own.filter(|own| owner.len() + own.len() < LONGEST_NAME);
            let own = own.unwrap_or_else(|| index.to_string());
            let name = components::free(prepared, &format!("{owner}-{own}"));
            let reference = pointer::to_component("schemas", &name);
            if let Some(target) = visit::reference(&alternative) {
                point(&mut notes, target, &reference);
            }
            let parts: Vec<_> = base.iter().cloned().chain([alternative]).collect();
            components::add(prepared, &name, json!({ "allOf": parts }));
            made.push(pointer::join("/components/schemas", &name));
            chosen.push(json!({ "$ref": reference }));
        }
        notes.insert("oneOf".to_owned(), chosen.into());
        if let Some(place) = prepared.document.pointer_mut(at) {
            *place = notes.into();
        }
        made
    }
}

/// Lets a discriminator lead to what an alternative has become.
fn point(notes: &mut Map<String, Value>, from: &str, to: &str) {
    let Some(discriminator) = notes.get_mut("discriminator") else { return };
    let Some((_, name)) = pointer::component_of(from) else { return };
    let mapping = discriminator.get_mut("mapping").and_then(Value::as_object_mut);
    let mut is_mapped = false;
    for target in mapping.into_iter().flatten().map(|(_, target)| target) {
        if [Some(from), Some(&name)].contains(&target.as_str()) {
            *target = to.into();
            is_mapped = true;
        }
    }
    if !is_mapped && discriminator.is_object() {
        // The value is the name of the component, where nothing else is said.
        discriminator["mapping"][name] = to.into();
    }
}

/// Whether an alternative has all the base says already.
fn covers(document: &Value, alternative: &Value, base: &[Value]) -> bool {
    let known = conditions::properties(document, alternative);
    let required = required(document, alternative, 0);
    base.iter().all(|part| {
        let is_plain = part.as_object().is_some_and(|fields| {
            fields.keys().all(|key| ["type", "properties", "required"].contains(&key.as_str()))
        });
        is_plain
            && conditions::properties(document, part).is_subset(&known)
            && self::required(document, part, 0).is_subset(&required)
    })
}

/// The required names of a schema, also of those that it is made up of.
fn required(document: &Value, schema: &Value, depth: usize) -> BTreeSet<String> {
    let schema = resolve(document, schema);
    let mut names: BTreeSet<_> = strings(schema.get("required")).into_iter().collect();
    let parts = schema.get("allOf").and_then(Value::as_array);
    for part in parts.into_iter().flatten().filter(|_| depth < DEEPEST) {
        names.extend(required(document, part, depth + 1));
    }
    names
}
