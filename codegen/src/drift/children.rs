//! The children of a parent with a `discriminator`, which nothing but their own `allOf` refers to.

use std::collections::BTreeMap;

use super::pairs::{pairs, places};
use super::schema::SchemaComparison;
use crate::document::children;
use crate::document::merged::MergedSchema;
use crate::document::node::Node;
use crate::document::pointer;

/// The children of a schema by the value that stands for each; none of what is no parent.
pub(super) fn by_value<'d>(schema: &Node<'d>) -> Option<BTreeMap<String, Node<'d>>> {
    let name = schema.pointer.strip_prefix("/components/schemas/")?;
    if name.contains('/') || !children::is_parent(schema.value) {
        return None;
    }
    let name = pointer::unescape(name);
    let mut values = BTreeMap::<String, Vec<String>>::new();
    for (value, target) in children::mapping(schema.value).into_iter().flatten() {
        let child = pointer::mapped_component(target.as_str().unwrap_or_default());
        values.entry(child).or_default().push(value.clone());
    }
    let component = |name: &str| pointer::join("/components/schemas", name);
    let named = children::names(schema.document, &name).into_iter().flat_map(|child| {
        let node = Node::at(schema.document, &component(&child));
        let values = values.get(&child).cloned().unwrap_or_else(|| vec![child]);
        values.into_iter().filter_map(move |value| Some((value, node.clone()?)))
    });
    Some(named.collect())
}

/// Compares the children of two parents.
pub(super) fn compare(
    comparison: &mut SchemaComparison<'_, '_>,
    old: &MergedSchema<'_>,
    new: &MergedSchema<'_>,
) {
    let Some((before, after)) = by_value(&old.node).zip(by_value(&new.node)) else { return };
    for (value, was, is) in pairs(before, after) {
        match (was, is) {
            (Some(was), Some(is)) => comparison.compare(was, is),
            (Some(was), None) => {
                let note = format!("child `{value}` removed");
                comparison.report.narrowed("child-removed", places(&was, &new.node), note);
            }
            (None, Some(is)) => {
                let note = format!("child `{value}` added");
                comparison.report.widened("child-added", places(&old.node, &is), note);
            }
            (None, None) => {}
        }
    }
}
