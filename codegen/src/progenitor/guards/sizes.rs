//! How much there is to merge. Parts of parts of parts, each twice, or alternatives times
//! alternatives, are more than anybody waits for, out of a few lines. Such a schema becomes any
//! value.

use std::collections::BTreeMap;
use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::cycles;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::progenitor::limits::{ANNOTATIONS, Prepared};

/// As many schemas may go into one type: parts, times what may be chosen.
const MOST_SCHEMAS: u64 = 4096;

/// What a schema is when all that it refers to is written out.
#[derive(Clone, Copy)]
struct Size {
    /// In how many ways alternatives can be chosen.
    choices: u64,
    /// How many schemas each of them is made of.
    parts: u64,
}

const ONE: Size = Size { choices: 1, parts: 1 };

type Sizes = BTreeMap<String, Size>;

/// Loosens what is too much.
pub(in crate::progenitor) fn prepare(prepared: &mut Prepared) {
    for at in loosen_all(&mut prepared.document, is_too_much) {
        let note = format!("any value: it is made of more than {MOST_SCHEMAS} schemas");
        prepared.loosen("too-many-parts", &at, note);
    }
}

/// Loosens what is too much for a validator, which looks into alternatives of alternatives as well.
#[cfg(feature = "commands")]
pub(crate) fn bound(document: &mut Value) {
    loosen_all(document, |_, size| size.choices.saturating_mul(size.parts) > MOST_SCHEMAS);
}

/// Makes schemas that are too much any value; their places.
fn loosen_all(document: &mut Value, is_too_much: fn(&Value, Size) -> bool) -> Vec<String> {
    let mut sizes = Sizes::new();
    let mut loosened = Vec::new();
    for name in cycles::inside_out(document) {
        let at = pointer::join("/components/schemas", &name);
        let Some(schema) = document.pointer_mut(&at) else { continue };
        let mut size = size(schema, &sizes);
        if is_too_much(schema, size) {
            loosen(schema);
            loosened.push(at);
            size = ONE;
        }
        sizes.insert(name, size);
    }
    let _ = visit::each_mut(document, |kind, at, node| {
        if kind == Kind::Schema && is_too_much(node, size(node, &sizes)) {
            loosen(node);
            loosened.push(at.to_owned());
        }
        Ok::<_, Infallible>(())
    });
    loosened
}

fn size(schema: &Value, sizes: &Sizes) -> Size {
    let target = visit::reference(schema).and_then(pointer::component_of);
    let mut total = match target {
        Some((_, name)) => sizes.get(&name).copied().unwrap_or(ONE),
        None => ONE,
    };
    let all = |key: &str| {
        let list = schema.get(key).and_then(Value::as_array).into_iter().flatten();
        list.map(|part| size(part, sizes))
    };
    for part in all("allOf") {
        total.choices = total.choices.saturating_mul(part.choices);
        total.parts = total.parts.saturating_add(part.parts);
    }
    for key in ["oneOf", "anyOf"] {
        let (mut choices, mut parts) = (0_u64, 0);
        for alternative in all(key) {
            choices = choices.saturating_add(alternative.choices);
            parts = parts.max(alternative.parts);
        }
        total.choices = total.choices.saturating_mul(choices.max(1));
        total.parts = total.parts.saturating_add(parts);
    }
    total
}

/// Alternatives alone are not merged with anything.
fn is_too_much(schema: &Value, size: Size) -> bool {
    let says = |key: &String| !ANNOTATIONS.contains(&key.as_str()) && !key.starts_with("x-");
    let keys = schema.as_object().map(|fields| fields.keys().filter(|key| says(key)));
    let mut keys = keys.into_iter().flatten();
    let only = keys.next().filter(|_| keys.next().is_none());
    let is_plain = only.is_some_and(|key| ["oneOf", "anyOf", "$ref"].contains(&key.as_str()));
    !is_plain && size.choices.saturating_mul(size.parts) > MOST_SCHEMAS
}

fn loosen(schema: &mut Value) {
    let fields = schema.as_object_mut().map(std::mem::take).unwrap_or_default();
    let kept =
        fields.into_iter().filter(|(key, _)| ["title", "description"].contains(&key.as_str()));
    *schema = json!(kept.collect::<Map<_, _>>());
}
