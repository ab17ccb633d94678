//! Schemas that take too long to merge. Parts that each contain the next one twice, or alternatives times
//! alternatives, grow exponentially with the lines of a document. Such a schema accepts any value.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::cycles;
use crate::bounds::MAX_MERGED_SCHEMAS;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::progenitor::limits::Prepared;
use crate::progenitor::schema::{ALTERNATIVES, SCHEMAS, is_assertion, list};
use crate::report::Rule;

pub(in crate::progenitor) const TOO_MANY_PARTS: Rule = Rule::loosened(
    "too-many-parts",
    "parts and alternatives of more than 4096 schemas in one",
    "any value",
);

/// The size of a schema with all references in it replaced by their targets.
#[derive(Clone, Copy)]
struct Size {
    /// The number of ways to choose alternatives.
    choices: u64,
    /// The number of schemas that are merged for one choice.
    parts: u64,
}

impl Size {
    const ONE: Self = Self { choices: 1, parts: 1 };

    fn is_excessive(self) -> bool {
        self.choices.saturating_mul(self.parts) > MAX_MERGED_SCHEMAS
    }
}

/// The sizes of components by name.
type Sizes = BTreeMap<String, Size>;

/// Loosens schemas that typify would merge for too long.
pub(in crate::progenitor) fn prepare(prepared: &mut Prepared) {
    let is_excessive = |schema: &Value, size: Size| is_merged(schema) && size.is_excessive();
    for at in loosen_all(&mut prepared.document, is_excessive) {
        let note = format!("any value: it is made of more than {MAX_MERGED_SCHEMAS} schemas");
        prepared.log.add(&TOO_MANY_PARTS, &at, note);
    }
}

/// Loosens schemas that a validator would take too long for. It tries alternatives inside alternatives
/// as well, which typify does not merge.
#[cfg(feature = "commands")]
pub(crate) fn bound(document: &mut Value) {
    loosen_all(document, |_, size| size.is_excessive());
}

/// Makes schemas of excessive size accept any value; their pointers.
fn loosen_all(document: &mut Value, is_excessive: fn(&Value, Size) -> bool) -> Vec<String> {
    let mut sizes = Sizes::new();
    let mut loosened = Vec::new();
    for name in cycles::search(document).inside_out {
        let at = pointer::join(SCHEMAS, &name);
        let Some(schema) = document.pointer_mut(&at) else { continue };
        let mut size = size(schema, &sizes);
        if is_excessive(schema, size) {
            loosen(schema);
            loosened.push(at);
            size = Size::ONE;
        }
        sizes.insert(name, size);
    }
    visit::each_mut(document, |kind, at, node| {
        if kind == Kind::Schema && is_excessive(node, size(node, &sizes)) {
            loosen(node);
            loosened.push(at.to_owned());
        }
    });
    loosened
}

fn size(schema: &Value, sizes: &Sizes) -> Size {
    let target = visit::reference(schema).and_then(pointer::component_of);
    let mut total = target.and_then(|(_, name)| sizes.get(&name).copied()).unwrap_or(Size::ONE);
    for part in list(schema, "allOf") {
        let part = size(part, sizes);
        total.choices = total.choices.saturating_mul(part.choices);
        total.parts = total.parts.saturating_add(part.parts);
    }
    for key in ALTERNATIVES {
        let (mut choices, mut parts) = (0_u64, 0);
        for alternative in list(schema, key) {
            let alternative = size(alternative, sizes);
            choices = choices.saturating_add(alternative.choices);
            parts = parts.max(alternative.parts);
        }
        total.choices = total.choices.saturating_mul(choices.max(1));
        total.parts = total.parts.saturating_add(parts);
    }
    total
}

/// Whether typify merges a schema: alternatives or a reference alone are types of their own.
fn is_merged(schema: &Value) -> bool {
    let keywords = schema.as_object().into_iter().flat_map(Map::keys);
    let mut assertions = keywords.filter(|key| is_assertion(key));
    let only = assertions.next().filter(|_| assertions.next().is_none());
    !only.is_some_and(|key| ["oneOf", "anyOf", "$ref"].contains(&key.as_str()))
}

fn loosen(schema: &mut Value) {
    let mut keywords = schema.as_object_mut().map(std::mem::take).unwrap_or_default();
    keywords.retain(|key, _| ["title", "description"].contains(&key.as_str()));
    *schema = keywords.into();
}
