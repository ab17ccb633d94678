//! Enums as typify takes them: of one type, and with values that are of that type.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::shapes::Notes;

/// Values of an enum that are not of the schema's type.
pub(super) fn fit(fields: &mut Map<String, Value>, notes: &mut Notes) {
    let Some(listed) = fields.shift_remove("enum") else { return };
    let Value::Array(listed) = listed else {
        notes.push(("enum", "no list: any value".to_owned()));
        return;
    };
    let kind = fields.get("type").and_then(Value::as_str).map(str::to_owned);
    let Some(kind) = kind else {
        fit_untyped(fields, listed, notes);
        return;
    };
    let mut fitting = Vec::new();
    for value in listed {
        let written = value.to_string();
        match fitted(&kind, value) {
            Some((value, true)) => fitting.push(value),
            Some((value, false)) => {
                notes.push(("enum", format!("{written} is no {kind}: {value} is taken")));
                fitting.push(value);
            }
            None if written == "null" => {
                if fields.insert("nullable".to_owned(), true.into()) != Some(Value::Bool(true)) {
                    notes.push(("enum", "null is listed: it is taken".to_owned()));
                }
            }
            None => notes.push(("enum", format!("{written} is no {kind}: it is not taken"))),
        }
    }
    let is_kept = matches!(kind.as_str(), "string" | "integer" | "number") && !fitting.is_empty();
    if is_kept {
        fields.insert("enum".to_owned(), unique(fitting).into());
        // typify drops values that these refuse, although they are listed.
        for key in ["minLength", "maxLength", "pattern"] {
            if fields.shift_remove(key).is_some() {
                notes.push((key, "the values are listed: not checked".to_owned()));
            }
        }
    } else if kind != "boolean" || fitting.len() == 1 {
        notes.push(("enum", format!("any {kind}")));
    }
}

/// Without a type, typify takes texts alone, and null alone.
fn fit_untyped(fields: &mut Map<String, Value>, listed: Vec<Value>, notes: &mut Notes) {
    let listed = unique(listed);
    let is_null = listed.iter().all(Value::is_null);
    if !listed.is_empty() && (is_null || listed.iter().all(Value::is_string)) {
        fields.insert("enum".to_owned(), listed.into());
        return;
    }
    let has_others = ["oneOf", "anyOf", "allOf"].iter().any(|key| fields.contains_key(*key));
    let Some(alternatives) = by_type(&listed).filter(|_| !has_others) else {
        notes.push(("enum", "of several types: any value".to_owned()));
        return;
    };
    if alternatives.iter().any(|it| it["type"] == "boolean" && it.contains_key("enum")) {
        notes.push(("enum", "any boolean".to_owned()));
    }
    if listed.contains(&Value::Null) {
        fields.insert("nullable".to_owned(), true.into());
    }
    match <[Map<_, _>; 1]>::try_from(alternatives) {
        Ok([only]) => fields.extend(only),
        Err(several) => drop(fields.insert("oneOf".to_owned(), json!(several))),
    }
}

/// An enum of each type that the values have; none where one is a list or an object.
fn by_type(listed: &[Value]) -> Option<Vec<Map<String, Value>>> {
    let mut by_type: Vec<(&str, Vec<Value>)> = Vec::new();
    let has_fraction = listed.iter().any(Value::is_f64);
    for value in listed {
        let kind = match value {
            Value::Null => continue,
            Value::Bool(_) => "boolean",
            Value::String(_) => "string",
            Value::Number(_) if has_fraction => "number",
            Value::Number(_) => "integer",
            Value::Array(_) | Value::Object(_) => return None,
        };
        match by_type.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, values)) => values.push(value.clone()),
            None => by_type.push((kind, vec![value.clone()])),
        }
    }
    let enums = by_type.into_iter().map(|(kind, values)| {
        let is_any = kind == "boolean" && values.len() == 2;
        let values = (!is_any).then(|| ("enum".to_owned(), Value::from(values)));
        [("type".to_owned(), kind.into())].into_iter().chain(values).collect()
    });
    Some(enums.collect())
}

/// A value as one of a type, and whether it was before.
fn fitted(kind: &str, value: Value) -> Option<(Value, bool)> {
    let as_it_is = match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => false,
    };
    if as_it_is {
        return Some((value, true));
    }
    let meant = match (kind, &value) {
        ("string", Value::Bool(_) | Value::Number(_)) => Value::String(value.to_string()),
        ("integer", Value::Number(number)) => {
            let whole = number.as_f64().filter(|it| it.fract() == 0.0 && it.abs() < 9e15)?;
            // A float without a fraction is an integer to JSON Schema.
            return Some(((whole as i64).into(), true));
        }
        ("integer", Value::String(text)) => text.trim().parse::<i64>().ok()?.into(),
        ("number", Value::String(text)) => serde_json::from_str(text.trim()).ok()?,
        ("boolean", Value::String(text)) => {
            text.trim().to_ascii_lowercase().parse::<bool>().ok()?.into()
        }
        _ => return None,
    };
    Some((meant, false))
}

fn unique(values: Vec<Value>) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    values.into_iter().filter(|value| seen.insert(value.to_string())).collect()
}
