//! Enums that allow any other string as well.

use serde_json::{Value, json};

use super::alternatives::name_of;
use super::{Prepared, components};
use crate::document::pointer;
use crate::document::visit::{self, Kind};

/// `anyOf: [an enum of strings, any string]` says: these values, and perhaps others. typify would
/// make a struct of two options; as `oneOf` with titles it makes an enum `Known`, `Unknown`.
pub(super) fn prepare(prepared: &mut Prepared) {
    let document = prepared.document.clone();
    let mut changed = Vec::new();
    let _ = visit::each_mut(&mut prepared.document, |kind, at, node| {
        if kind == Kind::Schema && is_open_enum(&document, node) {
            open(node);
            changed.push(at.to_owned());
        }
        Ok::<_, std::convert::Infallible>(())
    });
    for at in changed {
        name_known(prepared, &at);
        prepared.log("open-enum", &at, "Known or Unknown");
    }
}

fn is_open_enum(document: &Value, schema: &Value) -> bool {
    let Some([known, any]) = schema.get("anyOf").and_then(Value::as_array).map(Vec::as_slice)
    else {
        return false;
    };
    let referred = visit::reference(known)
        .and_then(pointer::of_reference)
        .and_then(|at| document.pointer(&at));
    let known = referred.unwrap_or(known);
    let is_string = |schema: &Value| schema.get("type").and_then(Value::as_str) == Some("string");
    let any_is_plain = ["enum", "pattern", "format"].iter().all(|key| any.get(key).is_none());
    is_string(known) && known.get("enum").is_some() && is_string(any) && any_is_plain
}

/// The known values become a type of their own: all of them would be called `Known`.
fn name_known(prepared: &mut Prepared, at: &str) {
    let place = format!("{at}/oneOf/0");
    let Some(Value::Object(known)) = prepared.document.pointer_mut(&place) else { return };
    if known.contains_key("allOf") {
        return;
    }
    let mut schema = std::mem::take(known);
    schema.shift_remove("title");
    let name = name_of(&prepared.document, at, None);
    let name = components::free(prepared, &format!("{name}-Known"));
    components::add(prepared, &name, schema.into());
    if let Some(known) = prepared.document.pointer_mut(&place) {
        let reference = json!({ "$ref": pointer::to_component("schemas", &name) });
        *known = json!({ "title": "Known", "allOf": [reference] });
    }
}

fn open(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    let Some(Value::Array(mut parts)) = fields.shift_remove("anyOf") else { return };
    let (unknown, known) = (parts.pop(), parts.pop());
    let known = match known.unwrap_or_default() {
        reference if visit::reference(&reference).is_some() => json!({ "allOf": [reference] }),
        inline => inline,
    };
    let titled = |mut schema: Value, title: &str| {
        schema["title"] = json!(title);
        schema
    };
    let known = titled(known, "Known");
    let unknown = titled(unknown.unwrap_or_default(), "Unknown");
    fields.insert("oneOf".to_owned(), json!([known, unknown]));
}
