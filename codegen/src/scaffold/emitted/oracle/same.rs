//! What counts as the same value. The list is closed: numbers by their value (`1`, `1.0`), a point in time
//! in whatever zone and precision, and ids and addresses in whatever spelling.

use std::net::IpAddr;

use serde_json::Value;

/// Where two values differ first, as a JSON Pointer and both; none if they are the same.
pub fn difference(expected: &Value, found: &Value) -> Option<String> {
    let differs = |at: &str| Some(format!("{at}: {} became {}", short(expected), short(found)));
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (name, value) in expected {
                let at = || format!("/{name}");
                match found.get(name) {
                    None => return Some(format!("{}: {} is missing", at(), short(value))),
                    Some(other) => {
                        if let Some(inside) = difference(value, other) {
                            return Some(at() + &inside);
                        }
                    }
                }
            }
            let more = found.iter().find(|(name, _)| !expected.contains_key(*name));
            more.map(|(name, value)| format!("/{name}: {} is nothing that was given", short(value)))
        }
        (Value::Array(items), Value::Array(found)) => {
            if items.len() != found.len() {
                return differs("");
            }
            let mut pairs = items.iter().zip(found).enumerate();
            pairs.find_map(|(index, (item, other))| {
                Some(format!("/{index}{}", difference(item, other)?))
            })
        }
        (Value::Number(_), Value::Number(_)) if same_number(expected, found) => None,
        (Value::String(text), Value::String(other)) if same_text(text, other) => None,
        _ if expected == found => None,
        _ => differs(""),
    }
}

/// The same of an answer that was decoded and encoded again: `null` may have become absent.
pub fn answer_difference(sent: &Value, found: &Value) -> Option<String> {
    difference(&without_nulls(sent, found), found)
}

fn without_nulls(sent: &Value, found: &Value) -> Value {
    match (sent, found) {
        (Value::Object(sent), Value::Object(found)) => {
            let kept =
                sent.iter().filter(|(name, value)| !value.is_null() || found.contains_key(*name));
            let null = Value::Null;
            let inside =
                |name: &String, value| without_nulls(value, found.get(name).unwrap_or(&null));
            Value::Object(kept.map(|(name, value)| (name.clone(), inside(name, value))).collect())
        }
        (Value::Array(sent), Value::Array(found)) if sent.len() == found.len() => {
            sent.iter().zip(found).map(|(sent, found)| without_nulls(sent, found)).collect()
        }
        (sent, _) => sent.clone(),
    }
}

fn same_number(one: &Value, other: &Value) -> bool {
    one == other
        || match (one.as_i64().zip(other.as_i64()), one.as_f64().zip(other.as_f64())) {
            (Some(_), _) => false,
            (None, Some((one, other))) => one == other,
            (None, None) => false,
        }
}

/// Whether two texts are the same, or mean the same as times, ids or addresses.
pub fn same_text(one: &str, other: &str) -> bool {
    let time = |text: &str| chrono::DateTime::parse_from_rfc3339(text).ok();
    let id = |text: &str| uuid::Uuid::parse_str(text).ok();
    let address = |text: &str| text.parse::<IpAddr>().ok();
    one == other
        || time(one).is_some_and(|time_of_one| Some(time_of_one) == time(other))
        || id(one).is_some_and(|id_of_one| Some(id_of_one) == id(other))
        || address(one).is_some_and(|address_of_one| Some(address_of_one) == address(other))
}

/// The start of a value's text.
pub fn short(value: &Value) -> String {
    short_text(&value.to_string())
}

/// The start of a text.
pub fn short_text(text: &str) -> String {
    const WIDTH: usize = 160;
    match text.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}
