//! What the Overlay Specification 1.1 says of an action that selects something.

use serde_json::Value;
use serde_json_path::JsonPath;

use super::document::Action;
use crate::document::pointer;

/// Applies an action to what it selects, as JSON Pointers in the order of the document.
///
/// # Errors
/// What the specification does not allow; the document may be changed in part then.
pub(super) fn apply(
    action: &Action,
    places: &[String],
    document: &mut Value,
) -> Result<(), String> {
    if action.remove {
        // From the last one, so that the others in the same list keep their indices.
        places.iter().rev().for_each(|place| remove(document, place));
        return Ok(());
    }
    let (field, value) = match (&action.update, &action.copy) {
        (Some(update), _) => ("update", update.clone()),
        (None, Some(source)) => ("copy", copied(source, document)?),
        (None, None) => return Ok(()),
    };
    for place in places {
        let Some(target) = document.pointer_mut(place) else { continue };
        match (target, &value) {
            (Value::Array(items), Value::Array(more)) => items.extend(more.iter().cloned()),
            (Value::Array(items), item) => items.push(item.clone()),
            (target @ Value::Object(_), Value::Object(_)) => merge(target, &value),
            (Value::Object(_), _) => {
                return Err(format!("`{}` selects an object, `{field}` is none", action.target));
            }
            (_, Value::Object(_) | Value::Array(_)) => {
                let message = format!("`{}` selects primitive values", action.target);
                return Err(format!("{message}, `{field}` is none"));
            }
            (target, primitive) => *target = primitive.clone(),
        }
    }
    Ok(())
}

/// The one value that `copy` selects.
fn copied(source: &str, document: &Value) -> Result<Value, String> {
    let path = JsonPath::parse(source).map_err(|error| error.to_string())?;
    match path.query(document).exactly_one() {
        Ok(value) => Ok(value.clone()),
        Err(error) if error.is_empty() => Err(format!("`copy` selects nothing: `{source}`")),
        Err(_) => Err(format!("`copy` selects several values: `{source}`")),
    }
}

/// Objects are merged field by field, lists added to, and all else is replaced.
fn merge(target: &mut Value, update: &Value) {
    match (target, update) {
        (Value::Object(fields), Value::Object(more)) => {
            for (key, value) in more {
                match fields.get_mut(key) {
                    Some(field) => merge(field, value),
                    None => drop(fields.insert(key.clone(), value.clone())),
                }
            }
        }
        (Value::Array(items), Value::Array(more)) => items.extend(more.iter().cloned()),
        (target, update) => *target = update.clone(),
    }
}

fn remove(document: &mut Value, place: &str) {
    let Some((parent, key)) = place.rsplit_once('/') else { return };
    match (document.pointer_mut(parent), key.parse::<usize>()) {
        (Some(Value::Object(fields)), _) => drop(fields.shift_remove(&pointer::unescape(key))),
        (Some(Value::Array(items)), Ok(index)) if index < items.len() => drop(items.remove(index)),
        _ => {}
    }
}
