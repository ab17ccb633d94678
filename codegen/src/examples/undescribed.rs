//! Fields of a value that its schema does not describe.

use serde_json::Value;

use crate::bounds::{MAX_JUDGED_DEPTH, MAX_JUDGED_SCHEMAS};
use crate::document::merged::MergedSchema;
use crate::document::node::Node;
use crate::document::pointer;

/// A field that no property describes.
pub struct Undescribed {
    /// JSON Pointer of the field in the value.
    pub at: String,
    /// JSON Pointer of the properties that it is not among.
    pub place: String,
    /// Its name.
    pub name: String,
}

/// What no property describes. An object without properties describes none on purpose.
pub fn undescribed(schema: Node<'_>, value: &Value) -> Vec<Undescribed> {
    let mut found = Vec::new();
    look(schema, value, "", &mut Steps { depth: 0, left: MAX_JUDGED_SCHEMAS }, &mut found);
    found
}

/// How far the comparison has come.
struct Steps {
    depth: usize,
    left: usize,
}

fn look(
    schema: Node<'_>,
    value: &Value,
    at: &str,
    steps: &mut Steps,
    found: &mut Vec<Undescribed>,
) {
    if steps.depth > MAX_JUDGED_DEPTH || steps.left == 0 {
        return;
    }
    steps.left -= 1;
    steps.depth += 1;
    look_inside(schema, value, at, steps, found);
    steps.depth -= 1;
}

fn look_inside(
    schema: Node<'_>,
    value: &Value,
    at: &str,
    steps: &mut Steps,
    found: &mut Vec<Undescribed>,
) {
    let flat = MergedSchema::of(schema);
    if !flat.unions.is_empty() {
        look_into_union(&flat, value, at, steps, found);
        return;
    }
    match value {
        Value::Object(fields) if !flat.properties.is_empty() => {
            for (name, value) in fields {
                let at = pointer::join(at, name);
                match flat.properties.get(name.as_str()) {
                    Some(property) => look(property.clone(), value, &at, steps, found),
                    None if flat.applicator("additionalProperties").is_some() => {}
                    None => {
                        let place = flat.node.place("properties");
                        found.push(Undescribed { at, place, name: name.clone() });
                    }
                }
            }
        }
        Value::Array(items) => {
            if let Some(schema) = flat.applicator("items") {
                for (index, item) in items.iter().enumerate() {
                    look(schema.clone(), item, &format!("{at}/{index}"), steps, found);
                }
            }
        }
        _ => {}
    }
}

/// Something that one alternative describes is described. What stands beside the alternatives
/// describes the rest, which is not told apart here.
fn look_into_union(
    flat: &MergedSchema<'_>,
    value: &Value,
    at: &str,
    steps: &mut Steps,
    found: &mut Vec<Undescribed>,
) {
    if !flat.properties.is_empty() {
        return;
    }
    let mut fewest: Option<Vec<Undescribed>> = None;
    for alternative in flat.unions.iter().flat_map(Node::items) {
        if !may_be(&alternative, value) {
            continue;
        }
        let mut found = Vec::new();
        look(alternative, value, at, steps, &mut found);
        if found.is_empty() {
            return;
        }
        if fewest.as_ref().is_none_or(|fewest| found.len() < fewest.len()) {
            fewest = Some(found);
        }
    }
    found.extend(fewest.into_iter().flatten());
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
