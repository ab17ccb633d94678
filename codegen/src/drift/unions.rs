//! `anyOf` and `oneOf`: which alternative of the old one is which of the new.

use std::collections::{BTreeMap, BTreeSet};

use super::pairs::{Places, pairs, places};
use super::schema::{SchemaComparison, keyword};
use super::wire::{Direction, Effect, Reporter};
use crate::document::children;
use crate::document::merged::MergedSchema;
use crate::document::node::Node;
use crate::document::pointer;

pub(super) fn compare(
    comparison: &mut SchemaComparison<'_, '_>,
    old: &MergedSchema<'_>,
    new: &MergedSchema<'_>,
) {
    if let (Some(before), Some(after)) = (known_values(old), known_values(new)) {
        return compare_known_values(comparison.report, (old, &before), (new, &after));
    }
    let place = || places(&old.node, &new.node).of_schemas(&old.node, &new.node);
    discriminators(comparison.report, old, new);
    match (old.unions.as_slice(), new.unions.as_slice()) {
        (before, after) if before.len() == after.len() => {
            for (was, is) in before.iter().zip(after) {
                alternatives(comparison, (was, is), |place| place.of_schemas(&old.node, &new.node));
            }
        }
        ([], added) => {
            for union in added {
                let note = "only what one of the alternatives allows";
                let place = places(&old.node, union).of_schemas(&old.node, &new.node);
                comparison.report.narrowed("union-added", place, note);
            }
        }
        (removed, []) => {
            for union in removed {
                let note = "no longer only what one of the alternatives allows";
                let place = places(union, &new.node).of_schemas(&old.node, &new.node);
                comparison.report.widened("union-removed", place, note);
            }
        }
        _ => comparison.report.effect(Effect::Replaced, "union", place(), "other unions apply"),
    }
}

/// A value that stands for an alternative may come or go; one that stands for another is another.
fn discriminators(report: &mut Reporter<'_>, old: &MergedSchema<'_>, new: &MergedSchema<'_>) {
    const RULE: &str = "discriminator";
    let place = || keyword(old, new, RULE);
    let property = |schema: &MergedSchema<'_>| {
        schema.discriminator()?.get("propertyName")?.as_str().map(str::to_owned)
    };
    let (was, is) = (property(old), property(new));
    if was != is {
        let effect = match (&was, &is) {
            (None, _) => Effect::Narrowed,
            (_, None) => Effect::Widened,
            _ => Effect::Replaced,
        };
        let name = |it: Option<String>| it.map_or("none".to_owned(), |it| format!("`{it}`"));
        let note = format!("the discriminator was {}, is {}", name(was), name(is));
        return report.effect(effect, RULE, place(), note);
    }
    // What the values of parents stand for is compared one by one.
    if [old, new].iter().all(|it| children::is_parent(it.node.value)) {
        return;
    }
    for (value, was, is) in pairs(mapping(old), mapping(new)) {
        match (was, is) {
            (Some(was), Some(is)) if !is_alike(&was, &is) => {
                let note = format!("`{value}` stands for another alternative");
                report.effect(Effect::Replaced, RULE, place(), note);
            }
            (Some(_), None) => {
                report.narrowed(RULE, place(), format!("`{value}` stands for nothing"))
            }
            (None, Some(_)) => report.widened(RULE, place(), format!("`{value}` stands for one")),
            _ => {}
        }
    }
}

/// Whether two schemas may be one: the same text, or the same tag.
fn is_alike(old: &Node<'_>, new: &Node<'_>) -> bool {
    [is_same_text, is_same_component, is_same_tag, is_same_type].iter().any(|is| is(old, new))
}

/// What each value of the discriminator stands for. Without a mapping, the names of components are values.
fn mapping<'d>(schema: &MergedSchema<'d>) -> BTreeMap<String, Node<'d>> {
    let Some(discriminator) = schema.discriminator() else { return BTreeMap::new() };
    let document = schema.node.document;
    let component = |name: &str| Node::at(document, &pointer::join("/components/schemas", name));
    let alternatives = schema.unions.iter().flat_map(Node::items);
    let references = alternatives.filter_map(|it| it.text("$ref").map(str::to_owned));
    let names = references.map(|it| pointer::mapped_component(&it));
    let mut mapping: BTreeMap<_, _> =
        names.filter_map(|it| Some((it.clone(), component(&it)?))).collect();
    let explicit = discriminator.get("mapping").and_then(serde_json::Value::as_object);
    for (value, target) in explicit.into_iter().flatten() {
        let name = pointer::mapped_component(target.as_str().unwrap_or_default());
        mapping.remove(&name);
        mapping.extend(component(&name).map(|it| (value.clone(), it)));
    }
    mapping
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

fn compare_known_values(
    report: &mut Reporter<'_>,
    (old, before): (&MergedSchema<'_>, &BTreeSet<String>),
    (new, after): (&MergedSchema<'_>, &BTreeSet<String>),
) {
    let place = || places(&old.node, &new.node).of_schemas(&old.node, &new.node);
    let end = match report.direction {
        Direction::Response => ": clients keep what they don't know",
        _ => "",
    };
    for value in after.difference(before) {
        let note = format!("\"{value}\" added to the known values{end}");
        report.compatible("known-value-added", place(), note);
    }
    for value in before.difference(after) {
        let note = format!("\"{value}\" removed from the known values");
        report.compatible("known-value-removed", place(), note);
    }
}

fn alternatives<'d>(
    comparison: &mut SchemaComparison<'_, '_>,
    (old, new): (&Node<'d>, &Node<'d>),
    of_schemas: impl Fn(Places<'d>) -> Places<'d>,
) {
    let (mut removed, mut added): (Vec<_>, Vec<_>) = (old.items().collect(), new.items().collect());
    // The strictest comparison first: a loose one must not take what a strict one would match.
    for is_same in [is_same_text, is_same_component, is_same_tag, is_same_type] {
        for old in std::mem::take(&mut removed) {
            match added.iter().position(|new| is_same(&old, new)) {
                Some(at) => comparison.compare(old, added.remove(at)),
                None => removed.push(old),
            }
        }
    }
    for alternative in removed {
        let note = format!("alternative {} removed", name(&alternative));
        let place = of_schemas(places(&alternative, new));
        comparison.report.narrowed("alternative-removed", place, note);
    }
    for alternative in added {
        let note = format!("alternative {} added", name(&alternative));
        let place = of_schemas(places(old, &alternative));
        comparison.report.widened("alternative-added", place, note);
    }
}

/// Equal text, where a reference is not followed: what it leads to is compared afterwards.
fn is_same_text(old: &Node<'_>, new: &Node<'_>) -> bool {
    old.value == new.value
}

fn is_same_component(old: &Node<'_>, new: &Node<'_>) -> bool {
    let (old, new) = (old.clone().resolved(), new.clone().resolved());
    let title = old.text("title");
    title.is_some() && title == new.text("title") || old.value == new.value
}

fn is_same_tag(old: &Node<'_>, new: &Node<'_>) -> bool {
    let tag = MergedSchema::of(old.clone()).tag();
    tag.is_some() && tag == MergedSchema::of(new.clone()).tag()
}

/// The same type; of two objects, more than half of the properties.
fn is_same_type(old: &Node<'_>, new: &Node<'_>) -> bool {
    let kind = MergedSchema::of(old.clone()).kind();
    if kind.is_none() || kind != MergedSchema::of(new.clone()).kind() {
        return false;
    }
    let names = |node: &Node<'_>| -> BTreeSet<String> {
        let properties = node.clone().resolved().written("properties");
        properties.iter().flat_map(Node::fields).map(|(name, _)| name.to_owned()).collect()
    };
    let (before, after) = (names(old), names(new));
    kind != Some("object")
        || before.intersection(&after).count() * 2 > before.len().max(after.len())
}

/// How a person tells it from the others.
fn name(alternative: &Node<'_>) -> String {
    let reference = alternative.text("$ref").and_then(|name| name.rsplit_once('/'));
    let title = || alternative.text("title");
    let kind = || alternative.text("type");
    let name = reference.map(|(_, name)| name).or_else(title).or_else(kind);
    name.map_or_else(|| alternative.pointer.clone(), |name| format!("`{name}`"))
}
