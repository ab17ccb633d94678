//! Whether two schemas are seen to have no value in common, so that of alternatives never both fit.

use super::part::{Bound, Kind, Part, is_same};
use super::shape::Shape;
use crate::bounds::MAX_COMBINATIONS;

/// How deep properties are looked at.
const MAX_DEPTH: usize = 2;

/// Whether no value fits two of the alternatives.
pub(super) fn are_apart(alternatives: &[Shape<'_>], hidden: &str) -> bool {
    let others = |index: usize| alternatives.iter().skip(index + 1);
    let mut all = alternatives.iter().enumerate();
    all.all(|(index, one)| others(index).all(|other| shapes(one, other, hidden, 0)))
}

/// Whether two alternatives list the same value.
pub(super) fn share_a_value(one: &Part<'_>, other: &Part<'_>) -> bool {
    let is_list = |part: &Part<'_>| part.values.is_some() && part.is_unlimited();
    let is_shared = || listed(one).any(|value| listed(other).any(|it| is_same(it, value)));
    is_list(one) && is_list(other) && is_shared()
}

fn listed<'p>(part: &'p Part<'_>) -> impl Iterator<Item = &'p serde_json::Value> {
    part.values.iter().flatten()
}

fn shapes(one: &Shape<'_>, other: &Shape<'_>, hidden: &str, depth: usize) -> bool {
    one.parts.iter().all(|(kind, parts)| {
        let others = other.parts.get(kind).map(Vec::as_slice).unwrap_or_default();
        // Too many to look at each.
        if parts.len() * others.len() > MAX_COMBINATIONS {
            return false;
        }
        let others = others.iter();
        let mut pairs = others.flat_map(|other| parts.iter().map(move |part| (part, other)));
        pairs.all(|(part, other)| are_parts_apart(*kind, [part, other], hidden, depth))
    })
}

fn are_parts_apart(kind: Kind, both: [&Part<'_>; 2], hidden: &str, depth: usize) -> bool {
    let [one, other] = both;
    let is_refused = |values: &Part<'_>, by: &Part<'_>| {
        values.values.is_some() && listed(values).all(|value| by.refuses(value))
    };
    let keys = match kind {
        Kind::Number => ("minimum", "maximum"),
        Kind::String => ("minLength", "maxLength"),
        Kind::Array => ("minItems", "maxItems"),
        Kind::Object => ("minProperties", "maxProperties"),
        Kind::Null | Kind::Boolean => ("", ""),
    };
    let is_beyond = |one: &Part<'_>, other: &Part<'_>| {
        let bounds = one.least.get(keys.0).zip(other.most.get(keys.1));
        bounds.is_some_and(|(least, most)| Bound::are_crossed(*least, *most))
    };
    is_refused(one, other)
        || is_refused(other, one)
        || is_beyond(one, other)
        || is_beyond(other, one)
        || kind == Kind::Object && depth < MAX_DEPTH && has_other_tag(both, hidden, depth)
}

/// Whether a property that one of two objects must have is another in each.
fn has_other_tag([one, other]: [&Part<'_>; 2], hidden: &str, depth: usize) -> bool {
    one.required.union(&other.required).any(|name| {
        let [own, others] = [one, other].map(|part| Shape::of(&part.schemas_of(name), hidden));
        shapes(&own, &others, hidden, depth + 1)
    })
}
