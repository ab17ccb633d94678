//! `anyOf` and `oneOf`: which alternative of the old one is which of the new.

use std::collections::BTreeSet;

use serde_json::Value;

use super::schema::Schemas;
use super::wire::{Class, Direction, Effect, places};
use crate::document::merged::MergedSchema;
use crate::document::node::Node;

pub(super) fn compare(schemas: &mut Schemas<'_>, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
    let (was_open, is_open) = (known_values(old), known_values(new));
    if let (Some(before), Some(after)) = (&was_open, &is_open) {
        return known(schemas, old, new, before, after);
    }
    if old.discriminator() != new.discriminator() {
        let place = places(&old.node, &new.node);
        schemas.report(Effect::Replaced, "discriminator", place, "the discriminator changed");
    }
    match (old.unions.as_slice(), new.unions.as_slice()) {
        ([], []) => {}
        ([], added) => {
            for union in added {
                let note = "only what one of the alternatives allows";
                let place = (old.node.pointer.as_str(), union.pointer.as_str());
                schemas.report(Effect::Narrowed, "union-added", place, note);
            }
        }
        (removed, []) => {
            for union in removed {
                let note = "no longer only what one of the alternatives allows";
                let place = (union.pointer.as_str(), new.node.pointer.as_str());
                schemas.report(Effect::Widened, "union-removed", place, note);
            }
        }
        (before, after) if before.len() == after.len() => {
            for (old, new) in before.iter().zip(after) {
                alternatives(schemas, old, new);
            }
        }
        _ => {
            let place = places(&old.node, &new.node);
            schemas.report(Effect::Replaced, "union", place, "other unions apply");
        }
    }
}

/// The values of an enum that allows any other string as well.
fn known_values(schema: &MergedSchema<'_>) -> Option<BTreeSet<String>> {
    let [union] = schema.unions.as_slice() else { return None };
    let parts: Vec<_> = union.items().map(MergedSchema::of).collect();
    let is_open = parts.iter().any(|part| part.is_plain("string"))
        && parts.iter().all(|part| part.is_plain("string") || part.is_enum_of_strings());
    let values = parts.iter().filter_map(|part| part.list("enum")).flatten();
    is_open.then(|| values.filter_map(|value| value.as_str().map(str::to_owned)).collect())
}

fn known(
    schemas: &mut Schemas<'_>,
    old: &MergedSchema<'_>,
    new: &MergedSchema<'_>,
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
) {
    let place = || places(&old.node, &new.node);
    let end = match schemas.direction {
        Direction::Response => ": clients keep what they don't know",
        _ => "",
    };
    for value in after.difference(before) {
        let note = format!("\"{value}\" added to the known values{end}");
        schemas.add(Class::Compatible, "known-value-added", place(), note);
    }
    for value in before.difference(after) {
        let note = format!("\"{value}\" removed from the known values");
        schemas.add(Class::Compatible, "known-value-removed", place(), note);
    }
}

fn alternatives(schemas: &mut Schemas<'_>, old: &Node<'_>, new: &Node<'_>) {
    let mut after: Vec<_> = new.items().collect();
    let mut unmatched = Vec::new();
    // The surest signs first, so that a weak one takes nothing from a strong one.
    let mut before: Vec<_> = old.items().collect();
    for same in [is_same_text, is_same_component, is_same_tag, is_same_kind] {
        for old in std::mem::take(&mut before) {
            match after.iter().position(|new| same(&old, new)) {
                Some(at) => schemas.compare(old, after.remove(at)),
                None => before.push(old),
            }
        }
    }
    unmatched.append(&mut before);
    for alternative in unmatched {
        let note = format!("alternative {} removed", name(&alternative));
        let place = (alternative.pointer, new.pointer.as_str());
        schemas.report(Effect::Narrowed, "alternative-removed", place, note);
    }
    for alternative in after {
        let note = format!("alternative {} added", name(&alternative));
        let place = (old.pointer.as_str(), alternative.pointer);
        schemas.report(Effect::Widened, "alternative-added", place, note);
    }
}

fn is_same_text(old: &Node<'_>, new: &Node<'_>) -> bool {
    // A reference is the same text even if what it names has changed; compared by its content.
    old.value == new.value
}

fn is_same_component(old: &Node<'_>, new: &Node<'_>) -> bool {
    let title = |node: &Node<'_>| node.clone().resolved().text("title").map(str::to_owned);
    title(old).is_some_and(|name| Some(name) == title(new))
        || old.clone().resolved().value == new.clone().resolved().value
}

fn is_same_tag(old: &Node<'_>, new: &Node<'_>) -> bool {
    let tag = |node: &Node<'_>| MergedSchema::of(node.clone()).tag();
    tag(old).is_some_and(|tag_of_old| Some(tag_of_old) == tag(new))
}

/// An object is no other object only because both are objects.
fn is_same_kind(old: &Node<'_>, new: &Node<'_>) -> bool {
    let kind = |node: &Node<'_>| MergedSchema::of(node.clone()).kind().map(str::to_owned);
    match (kind(old), kind(new)) {
        (Some(old_kind), Some(new_kind)) if old_kind == "object" && new_kind == "object" => {
            let names = |node: &Node<'_>| -> BTreeSet<String> {
                let properties = node.clone().resolved().value.get("properties").cloned();
                let names = properties.as_ref().and_then(Value::as_object).into_iter().flatten();
                names.map(|(name, _)| name.clone()).collect()
            };
            let (before, after) = (names(old), names(new));
            before.intersection(&after).count() * 2 > before.len().max(after.len())
        }
        (old_kind, new_kind) => old_kind.is_some() && old_kind == new_kind,
    }
}

/// How a person tells it from the others.
fn name(alternative: &Node<'_>) -> String {
    let reference = alternative.text("$ref").and_then(|name| name.rsplit_once('/'));
    let title = || alternative.text("title");
    let kind = || alternative.text("type");
    let name = reference.map(|(_, name)| name).or_else(title).or_else(kind);
    name.map_or_else(|| alternative.pointer.clone(), |name| format!("`{name}`"))
}
