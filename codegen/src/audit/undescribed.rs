//! Fields of a value that its schema does not describe.

use serde_json::Value;

use crate::flat::Flat;
use crate::node::Node;
use crate::pointer;

/// How deep a value is followed; one that nests deeper proves nothing more.
const DEPTH: usize = 64;

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
    look(schema, value, "", 0, &mut found);
    found
}

fn look(schema: Node<'_>, value: &Value, at: &str, depth: usize, found: &mut Vec<Undescribed>) {
    if depth > DEPTH {
        return;
    }
    let flat = Flat::of(schema);
    if !flat.unions.is_empty() {
        look_into_union(&flat, value, at, depth, found);
        return;
    }
    match value {
        Value::Object(fields) if !flat.properties.is_empty() => {
            for (name, value) in fields {
                let at = pointer::join(at, name);
                match flat.properties.get(name.as_str()) {
                    Some(property) => look(property.clone(), value, &at, depth + 1, found),
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
                    look(schema.clone(), item, &format!("{at}/{index}"), depth + 1, found);
                }
            }
        }
        _ => {}
    }
}

/// Something that one alternative describes is described. What stands beside the alternatives
/// describes the rest, which is not told apart here.
fn look_into_union(
    flat: &Flat<'_>,
    value: &Value,
    at: &str,
    depth: usize,
    found: &mut Vec<Undescribed>,
) {
    if !flat.properties.is_empty() {
        return;
    }
    let alternatives = flat.unions.iter().flat_map(Node::items);
    let fewest = alternatives.map(|alternative| {
        let mut found = Vec::new();
        look(alternative, value, at, depth + 1, &mut found);
        found
    });
    found.extend(fewest.min_by_key(Vec::len).into_iter().flatten());
}
