//! What is told of a misfit in a body that was recorded.

use crate::document::merged::MergedSchema;
use crate::document::node::Node;
use crate::document::pointer;
use crate::examples::Misfit;

use super::form;

/// How deep alternatives of alternatives are looked into.
const MAX_DEPTH: usize = 16;

/// Takes from a misfit what may be personal: the value, and the keys of maps on the way to it.
pub(in crate::audit) fn mask(misfit: &mut Misfit, schema: &Node<'_>) {
    misfit.reason.clone_from(&misfit.form);
    misfit.told = told(schema, &misfit.field);
}

/// The pointer of a field, `*` for keys of maps: those no property has and `additionalProperties` describes.
fn told(schema: &Node<'_>, field: &str) -> String {
    let mut here = Some(schema.clone());
    let mut told = String::new();
    for step in field.split('/').skip(1) {
        let name = pointer::unescape(step);
        let below = here.and_then(|schema| below(schema, &name, MAX_DEPTH));
        let shown = match &below {
            Some((_, Key::OfMap)) => "*".to_owned(),
            Some((_, Key::Name)) => name,
            None => form::name(&name),
        };
        pointer::push(&mut told, &shown);
        here = below.and_then(|(schema, _)| schema);
    }
    told
}

/// What a step leads by.
enum Key {
    Name,
    OfMap,
}

/// The schema below another, if it is known, and by what a step leads there.
fn below<'d>(schema: Node<'d>, name: &str, depth: usize) -> Option<(Option<Node<'d>>, Key)> {
    let merged = MergedSchema::of(schema);
    if let Some(property) = merged.properties.get(name) {
        return Some((Some(property.clone()), Key::Name));
    }
    if name.parse::<usize>().is_ok()
        && let Some(items) = merged.applicator("items")
    {
        return Some((Some(items), Key::Name));
    }
    let mut alternatives = merged.unions.iter().flat_map(Node::items);
    let in_one = alternatives.find_map(|it| below(it, name, depth.checked_sub(1)?));
    let is_map = || {
        let described = merged.applicator("additionalProperties");
        let by_pattern = merged.node.clone().resolved().get("patternProperties");
        (described.is_some() || by_pattern.is_some()).then_some((described, Key::OfMap))
    };
    in_one.or_else(is_map)
}
