//! Where two values differ.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::pointer;
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
