//! Parameters that progenitor refuses, or would send in another way than is documented: lists that
//! are not repeated, objects, and values with a media type.

use serde_json::{Map, Value, json};

use super::{Prepared, resolved};
use crate::normalize::operations;

/// Prepares the parameters of every operation and path.
pub(super) fn prepare(prepared: &mut Prepared) {
    let mut holders = Vec::new();
    for operation in operations(&prepared.document) {
        holders.push(format!("{}/parameters", operation.path_pointer()));
        holders.push(format!("{}/parameters", operation.pointer()));
    }
    holders.dedup();
    for at in holders {
        let Some(Value::Array(list)) = prepared.document.pointer(&at).cloned() else { continue };
        let mut parameters = Vec::new();
        for (index, parameter) in list.into_iter().enumerate() {
            let place = format!("{at}/{index}");
            let whole = resolved(&prepared.document, &parameter).clone();
            match instead(prepared, &place, &whole) {
                Some(others) => parameters.extend(others),
                None => parameters.push(parameter),
            }
        }
        if let Some(place) = prepared.document.pointer_mut(&at) {
            *place = parameters.into();
        }
    }
}

/// What progenitor is given for a parameter, if it is something else.
fn instead(prepared: &mut Prepared, at: &str, parameter: &Value) -> Option<Vec<Value>> {
    let text = |key: &str| parameter.get(key).and_then(Value::as_str);
    if parameter.get("content").is_some() {
        let note = "sent as the text that the caller makes of it";
        prepared.loosen("parameter-content", at, note);
        return Some(vec![as_text(parameter)]);
    }
    if text("in") != Some("query") {
        return None;
    }
    let style = text("style").unwrap_or("form");
    let explode = parameter.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
    let schema = resolved(&prepared.document, parameter.get("schema")?).clone();
    let kind = schema.get("type").and_then(Value::as_str);
    match (style, kind) {
        ("deepObject", _) if schema.get("properties").is_some() => {
            let fields = deep(parameter, &schema)?;
            prepared.log("deep-object", at, "a parameter for each field, as `name[field]`");
            Some(fields)
        }
        ("form", Some("array")) if explode => None,
        ("form" | "spaceDelimited" | "pipeDelimited", Some("array")) => {
            let sign = match style {
                "spaceDelimited" => "a blank",
                "pipeDelimited" => "`|`",
                _ => "`,`",
            };
            prepared.loosen("delimited", at, format!("one text, its values joined by {sign}"));
            Some(vec![as_text(parameter)])
        }
        _ => None,
    }
}

/// The same parameter, as a text.
fn as_text(parameter: &Value) -> Value {
    let mut fields: Map<_, _> = parameter.as_object().cloned().unwrap_or_default();
    for key in ["content", "style", "explode", "example", "examples"] {
        fields.shift_remove(key);
    }
    fields.insert("schema".to_owned(), json!({ "type": "string" }));
    fields.into()
}

fn deep(parameter: &Value, schema: &Value) -> Option<Vec<Value>> {
    let name = parameter.get("name")?.as_str()?;
    let is_required = parameter.get("required").and_then(Value::as_bool).unwrap_or(false);
    let required = schema.get("required").and_then(Value::as_array);
    let must = |field: &str| {
        is_required && required.is_some_and(|names| names.iter().any(|name| name == field))
    };
    let fields = schema.get("properties")?.as_object()?.iter().map(|(field, schema)| {
        json!({
            "name": format!("{name}[{field}]"),
            "in": "query",
            "required": must(field),
            "schema": schema,
        })
    });
    Some(fields.collect())
}
