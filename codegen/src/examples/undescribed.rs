//! Fields of a value that its schema does not describe.

use serde_json::Value;

use super::verdict::{Misfit, MisfitKind};
use crate::audit::form;
use crate::bounds::{MAX_JUDGED_DEPTH, MAX_JUDGED_SCHEMAS};
use crate::document::merged::MergedSchema;
use crate::document::node::Node;
use crate::document::pointer;

/// What no property describes. An object without properties describes none on purpose.
pub(super) fn undescribed(schema: Node<'_>, value: &Value) -> Vec<Misfit> {
    let mut search = Search { depth: 0, left: MAX_JUDGED_SCHEMAS, found: Vec::new() };
    search.compare(schema, value, "");
    search.found
}

/// How far the comparison has come, and what it has found.
struct Search {
    depth: usize,
    left: usize,
    found: Vec<Misfit>,
}

impl Search {
    fn compare(&mut self, schema: Node<'_>, value: &Value, at: &str) {
        if self.depth > MAX_JUDGED_DEPTH || self.left == 0 {
            return;
        }
        self.left -= 1;
        self.depth += 1;
        self.compare_merged(&MergedSchema::of(schema), value, at);
        self.depth -= 1;
    }

    fn compare_merged(&mut self, merged: &MergedSchema<'_>, value: &Value, at: &str) {
        match value {
            _ if !merged.unions.is_empty() => self.compare_alternatives(merged, value, at),
            Value::Object(fields) if !merged.properties.is_empty() => {
                for (name, value) in fields {
                    let field = pointer::join(at, name);
                    match merged.properties.get(name.as_str()) {
                        Some(property) => self.compare(property.clone(), value, &field),
                        None if merged.applicator("additionalProperties").is_some() => {}
                        None => self.found.push(Misfit {
                            kind: MisfitKind::Undescribed,
                            told: field.clone(),
                            field,
                            schema: merged.node.place("properties"),
                            reason: format!("no property `{name}`"),
                            form: format!("no property `{}`", form::name(name)),
                        }),
                    }
                }
            }
            Value::Array(items) => {
                if let Some(schema) = merged.applicator("items") {
                    for (index, item) in items.iter().enumerate() {
                        self.compare(schema.clone(), item, &format!("{at}/{index}"));
                    }
                }
            }
            _ => {}
        }
    }

    /// Something that one alternative describes is described. What stands beside the alternatives
    /// describes the rest, which is not told apart here.
    fn compare_alternatives(&mut self, merged: &MergedSchema<'_>, value: &Value, at: &str) {
        if !merged.properties.is_empty() {
            return;
        }
        let mut found = std::mem::take(&mut self.found);
        let mut fewest: Option<Vec<Misfit>> = None;
        let alternatives = merged.unions.iter().flat_map(Node::items);
        for alternative in alternatives.filter(|alternative| may_be(alternative, value)) {
            self.compare(alternative, value, at);
            let of_one = std::mem::take(&mut self.found);
            if of_one.is_empty() {
                fewest = None;
                break;
            }
            if fewest.as_ref().is_none_or(|fewest| of_one.len() < fewest.len()) {
                fewest = Some(of_one);
            }
        }
        found.extend(fewest.into_iter().flatten());
        self.found = found;
    }
}

/// Whether a value is of the type of a schema, if that has one.
fn may_be(schema: &Node<'_>, value: &Value) -> bool {
    match MergedSchema::of(schema.clone()).text("type") {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer" | "number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => true,
    }
}
