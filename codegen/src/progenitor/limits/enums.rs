//! `enum` as typify takes it: all values are of one type, which is the schema's.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::shapes::{Notes, keyword};
use crate::report::Rule;

pub(in crate::progenitor) const ENUM: Rule = Rule::loosened(
    "enum",
    "enum values of another type, of several types, lists, objects, one flag",
    "those that fit the type; any value of it where none does",
);

/// Fits the values of an enum to the schema's type.
pub(super) fn fit(keywords: &mut Map<String, Value>, notes: &mut Notes) {
    let Some(values) = keywords.shift_remove("enum") else { return };
    let Value::Array(values) = values else {
        notes.push((ENUM, "no list: any value".to_owned()));
        return;
    };
    let Some(ty) = keywords.get("type").and_then(Value::as_str).map(str::to_owned) else {
        fit_untyped(keywords, values, notes);
        return;
    };
    let fitting = fitting_values(&ty, values, keywords, notes);
    if matches!(ty.as_str(), "string" | "integer" | "number") && !fitting.is_empty() {
        keywords.insert("enum".to_owned(), unique(fitting).into());
        // typify drops values that these refuse, although they are listed.
        for key in ["minLength", "maxLength", "pattern"] {
            if keywords.shift_remove(key).is_some() {
                notes.push((keyword(key), "the values are listed: not checked".to_owned()));
            }
        }
    } else if ty != "boolean" || fitting.len() == 1 {
        notes.push((ENUM, format!("any {ty}")));
    }
}

/// The values that are of a type, or can be read as one of it. Null makes the schema nullable.
fn fitting_values(
    ty: &str,
    values: Vec<Value>,
    keywords: &mut Map<String, Value>,
    notes: &mut Notes,
) -> Vec<Value> {
    let mut fitting = Vec::new();
    for value in values {
        let written = value.to_string();
        match convert(ty, value) {
            Some((value, true)) => fitting.push(value),
            Some((value, false)) => {
                notes.push((ENUM, format!("{written} is no {ty}: {value} is taken")));
                fitting.push(value);
            }
            None if written == "null" => {
                if keywords.insert("nullable".to_owned(), true.into()) != Some(Value::Bool(true)) {
                    notes.push((ENUM, "null is listed: it is taken".to_owned()));
                }
            }
            None => notes.push((ENUM, format!("{written} is no {ty}: it is not taken"))),
        }
    }
    fitting
}

/// Without a type, typify takes an enum of strings or of null; others become an alternative for
/// each type.
fn fit_untyped(keywords: &mut Map<String, Value>, values: Vec<Value>, notes: &mut Notes) {
    let values = unique(values);
    let is_null = values.iter().all(Value::is_null);
    if !values.is_empty() && (is_null || values.iter().all(Value::is_string)) {
        keywords.insert("enum".to_owned(), values.into());
        return;
    }
    let is_composed = ["oneOf", "anyOf", "allOf"].iter().any(|key| keywords.contains_key(*key));
    let Some(alternatives) = by_type(&values).filter(|_| !is_composed) else {
        notes.push((ENUM, "of several types: any value".to_owned()));
        return;
    };
    if alternatives.iter().any(|it| it["type"] == "boolean" && it.contains_key("enum")) {
        notes.push((ENUM, "any boolean".to_owned()));
    }
    if values.contains(&Value::Null) {
        keywords.insert("nullable".to_owned(), true.into());
    }
    match <[Map<_, _>; 1]>::try_from(alternatives) {
        Ok([only]) => keywords.extend(only),
        Err(several) => drop(keywords.insert("oneOf".to_owned(), json!(several))),
    }
}

/// An enum for each type that the values have; nothing where one is a list or an object.
fn by_type(values: &[Value]) -> Option<Vec<Map<String, Value>>> {
    let mut by_type: Vec<(&str, Vec<Value>)> = Vec::new();
    let has_fraction = values.iter().any(Value::is_f64);
    for value in values {
        let ty = match value {
            Value::Null => continue,
            Value::Bool(_) => "boolean",
            Value::String(_) => "string",
            Value::Number(_) if has_fraction => "number",
            Value::Number(_) => "integer",
            Value::Array(_) | Value::Object(_) => return None,
        };
        match by_type.iter_mut().find(|(other, _)| *other == ty) {
            Some((_, values)) => values.push(value.clone()),
            None => by_type.push((ty, vec![value.clone()])),
        }
    }
    let enums = by_type.into_iter().map(|(ty, values)| {
        let is_any = ty == "boolean" && values.len() == 2;
        let values = (!is_any).then(|| ("enum".to_owned(), Value::from(values)));
        [("type".to_owned(), ty.into())].into_iter().chain(values).collect()
    });
    Some(enums.collect())
}

/// Below this, which is a little less than 2^53, a float holds every whole number exactly.
const MAX_EXACT_FLOAT: f64 = 9e15;

/// A value as one of a type, and whether it is of that type already.
fn convert(ty: &str, value: Value) -> Option<(Value, bool)> {
    let is_of_type = match ty {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => false,
    };
    if is_of_type {
        return Some((value, true));
    }
    let converted = match (ty, &value) {
        ("string", Value::Bool(_) | Value::Number(_)) => Value::String(value.to_string()),
        ("integer", Value::Number(number)) => {
            let whole =
                number.as_f64().filter(|it| it.fract() == 0.0 && it.abs() < MAX_EXACT_FLOAT)?;
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
    Some((converted, false))
}

fn unique(values: Vec<Value>) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    values.into_iter().filter(|value| seen.insert(value.to_string())).collect()
}
