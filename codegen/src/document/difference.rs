//! Where two values differ.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::node::Node;
use super::{pointer, visit};
use crate::syntax::number;

/// A place at which two values differ, and what each has there; nothing if it has no such place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference<'v> {
    /// JSON Pointer.
    pub(crate) pointer: String,
    /// What the first has there.
    pub(crate) one: Option<&'v Value>,
    /// What the second has there.
    pub(crate) other: Option<&'v Value>,
}

impl Difference<'_> {
    /// The JSON Pointer, of which that of the whole would be nothing.
    pub(crate) fn at(&self) -> &str {
        if self.pointer.is_empty() { "/" } else { &self.pointer }
    }
}

impl fmt::Display for Difference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
        write!(f, "{}: {} and {}", self.at(), text(self.one), text(self.other))
    }
}

/// The places at which two values differ, each as far down as both have it.
pub(crate) fn differences<'v>(one: &'v Value, other: &'v Value) -> Vec<Difference<'v>> {
    let mut found = Vec::new();
    let mut rest = vec![Difference { pointer: String::new(), one: Some(one), other: Some(other) }];
    while let Some(Difference { pointer, one, other }) = rest.pop() {
        match (one, other) {
            (Some(one), Some(other)) if number::are_equal(one, other) => {}
            (Some(Value::Object(one)), Some(Value::Object(other))) => {
                let keys: BTreeSet<_> = one.keys().chain(other.keys()).collect();
                let below = keys.into_iter().rev();
                rest.extend(below.map(|key| Difference {
                    pointer: pointer::join(&pointer, key),
                    one: one.get(key),
                    other: other.get(key),
                }));
            }
            (Some(Value::Array(one)), Some(Value::Array(other))) if one.len() == other.len() => {
                let below = (0..one.len()).rev();
                rest.extend(below.map(|index| Difference {
                    pointer: format!("{pointer}/{index}"),
                    one: one.get(index),
                    other: other.get(index),
                }));
            }
            (one, other) => found.push(Difference { pointer, one, other }),
        }
    }
    found
}

/// The first place at which two schemas differ once references are followed, and what each has there.
/// The order of `required` says nothing. Two references that were followed before are not again.
pub(crate) fn first_followed(one: Node<'_>, other: Node<'_>) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut rest = vec![(String::new(), one, other)];
    while let Some((at, one, other)) = rest.pop() {
        if is_reference(&one) || is_reference(&other) {
            let (one, other) = (one.resolved(), other.resolved());
            let is_new = seen.insert((one.pointer.clone(), other.pointer.clone()));
            match is_reference(&one) || is_reference(&other) {
                true if one.value != other.value => return Some(told(&at, &one, &other)),
                false if is_new => rest.push((at, one, other)),
                _ => {}
            }
            continue;
        }
        match (one.value, other.value) {
            (Value::Object(these), Value::Object(those)) => {
                let keys: BTreeSet<_> = these.keys().chain(those.keys()).collect();
                for key in keys.into_iter().rev() {
                    let at = pointer::join(&at, key);
                    match (one.written(key), other.written(key)) {
                        (Some(one), Some(other))
                            if key == "required" && is_same_set(&one, &other) => {}
                        (Some(one), Some(other)) => rest.push((at, one, other)),
                        (one, other) => return Some(difference(&at, one.as_ref(), other.as_ref())),
                    }
                }
            }
            (Value::Array(these), Value::Array(those)) if these.len() == those.len() => {
                let items: Vec<_> = one.items().zip(other.items()).enumerate().collect();
                for (index, (one, other)) in items.into_iter().rev() {
                    rest.push((format!("{at}/{index}"), one, other));
                }
            }
            (these, those) if number::are_equal(these, those) => {}
            _ => return Some(told(&at, &one, &other)),
        }
    }
    None
}

/// Whether a place says nothing but where to look.
fn is_reference(node: &Node<'_>) -> bool {
    visit::reference(node.value).is_some() && node.value.as_object().is_some_and(|it| it.len() == 1)
}

fn is_same_set(one: &Node<'_>, other: &Node<'_>) -> bool {
    let set = |node: &Node<'_>| -> BTreeSet<String> {
        node.items().map(|item| item.value.to_string()).collect()
    };
    one.value.is_array() && other.value.is_array() && set(one) == set(other)
}

fn told(at: &str, one: &Node<'_>, other: &Node<'_>) -> String {
    difference(at, Some(one), Some(other))
}

fn difference(at: &str, one: Option<&Node<'_>>, other: Option<&Node<'_>>) -> String {
    let value = |node: Option<&Node<'_>>| node.map(|node| node.value.clone());
    let (one, other) = (value(one), value(other));
    Difference { pointer: at.to_owned(), one: one.as_ref(), other: other.as_ref() }.to_string()
}
