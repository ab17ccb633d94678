//! Parameters that are more than one plain value, written as OpenAPI says (section 4.7.12.2).
#![allow(dead_code)]

use serde::Serialize;
use serde_json::Value;

use super::encode_path;

/// JSON in a parameter stands beside the styles.
const JSON: &str = "application/json";

enum Parts {
    Nothing,
    One(String),
    List(Vec<String>),
    Fields(Vec<(String, String)>),
}

fn json(value: &impl Serialize) -> Result<Value, String> {
    serde_json::to_value(value).map_err(|error| error.to_string())
}

/// A whole number is written without a fraction.
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Number(number) if number.is_f64() => match number.as_f64() {
            Some(float) => float.to_string(),
            None => number.to_string(),
        },
        other => other.to_string(),
    }
}

fn parts(style: &str, value: &impl Serialize) -> Result<Parts, String> {
    if style == JSON {
        let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
        return Ok(if text == "null" { Parts::Nothing } else { Parts::One(text) });
    }
    Ok(match json(value)? {
        Value::Null => Parts::Nothing,
        Value::Array(items) => Parts::List(items.into_iter().map(text).collect()),
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            Parts::Fields(fields.map(|(name, value)| (name, text(value))).collect())
        }
        plain => Parts::One(text(plain)),
    })
}

/// `a,1,b,2`, or `a=1,b=2`.
fn joined(fields: Vec<(String, String)>, explode: bool, sign: &str) -> String {
    let between = if explode { "=" } else { sign };
    let fields = fields.into_iter().map(|(name, value)| format!("{name}{between}{value}"));
    fields.collect::<Vec<_>>().join(sign)
}

/// The pairs of a query.
pub fn query(
    name: &str,
    style: &str,
    explode: bool,
    value: &impl Serialize,
) -> Result<Vec<(String, String)>, String> {
    if style == "deepObject" {
        let mut pairs = Vec::new();
        deep(name.to_owned(), json(value)?, &mut pairs);
        return Ok(pairs);
    }
    let sign = match style {
        "spaceDelimited" => " ",
        "pipeDelimited" => "|",
        _ => ",",
    };
    let pair = |value: String| (name.to_owned(), value);
    Ok(match parts(style, value)? {
        Parts::Nothing => Vec::new(),
        Parts::List(items) if items.is_empty() => Vec::new(),
        Parts::One(value) => vec![pair(value)],
        Parts::List(items) if explode => items.into_iter().map(pair).collect(),
        Parts::List(items) => vec![pair(items.join(sign))],
        Parts::Fields(fields) if explode => fields,
        Parts::Fields(fields) => vec![pair(joined(fields, false, sign))],
    })
}

/// `name[field]=value`, and on into fields that are objects. The specification leaves open what
/// becomes of lists; this is what servers that know brackets take.
fn deep(name: String, value: Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (field, value) in fields {
                deep(format!("{name}[{field}]"), value, pairs);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.into_iter().enumerate() {
                match item {
                    Value::Object(_) => deep(format!("{name}[{index}]"), item, pairs),
                    item => pairs.push((format!("{name}[]"), text(item))),
                }
            }
        }
        plain => pairs.push((name, text(plain))),
    }
}

/// A part of a path, encoded.
pub fn path(
    name: &str,
    style: &str,
    explode: bool,
    value: &impl Serialize,
) -> Result<String, String> {
    let encoded = |fields: Vec<(String, String)>| -> Vec<_> {
        let fields = fields.into_iter();
        fields.map(|(name, value)| (encode_path(&name), encode_path(&value))).collect()
    };
    let (prefix, sign) = match style {
        "label" => (".", if explode { "." } else { "," }),
        "matrix" => (";", if explode { ";" } else { "," }),
        _ => ("", ","),
    };
    let named = |text: String| match style {
        "matrix" => format!("{name}={text}"),
        _ => text,
    };
    let written = match parts(style, value)? {
        Parts::Nothing => return Ok(String::new()),
        Parts::One(value) => named(encode_path(&value)),
        Parts::List(items) => {
            let items = items.iter().map(|item| encode_path(item));
            match explode {
                true => items.map(named).collect::<Vec<_>>().join(sign),
                false => named(items.collect::<Vec<_>>().join(sign)),
            }
        }
        Parts::Fields(fields) if explode => joined(encoded(fields), true, sign),
        Parts::Fields(fields) => named(joined(encoded(fields), false, sign)),
    };
    Ok(format!("{prefix}{written}"))
}

/// Adds a header.
pub fn header(
    headers: &mut ::reqwest::header::HeaderMap,
    name: &'static str,
    style: &str,
    explode: bool,
    value: &impl Serialize,
) -> Result<(), String> {
    let written = match parts(style, value)? {
        Parts::Nothing => return Ok(()),
        Parts::One(value) => value,
        Parts::List(items) => items.join(","),
        Parts::Fields(fields) => joined(fields, explode, ","),
    };
    let value = ::reqwest::header::HeaderValue::try_from(written);
    headers.append(name, value.map_err(|_| format!("{name}: not the text of a header"))?);
    Ok(())
}

/// Adds to the one header that all cookies are in.
pub fn cookie(
    headers: &mut ::reqwest::header::HeaderMap,
    name: &str,
    style: &str,
    explode: bool,
    value: &impl Serialize,
) -> Result<(), String> {
    let mut pairs = Vec::new();
    if let Some(before) = headers.get(::reqwest::header::COOKIE) {
        pairs.push(before.to_str().map_err(|error| error.to_string())?.to_owned());
    }
    let new = query(name, style, explode, value)?.into_iter();
    pairs.extend(new.map(|(name, value)| format!("{}={}", octets(&name), octets(&value))));
    if pairs.is_empty() {
        return Ok(());
    }
    let value = ::reqwest::header::HeaderValue::try_from(pairs.join("; "));
    let mut value = value.map_err(|_| format!("{name}: not the text of a cookie"))?;
    // Most cookies are credentials, which logs leave out.
    value.set_sensitive(true);
    headers.insert(::reqwest::header::COOKIE, value);
    Ok(())
}

/// What a cookie may not hold (RFC 6265, section 4.1.1), percent-encoded.
fn octets(text: &str) -> String {
    let octet = |byte: u8| match byte {
        b'"' | b',' | b';' | b'\\' | b'%' => format!("%{byte:02X}"),
        0x21..=0x7e => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(octet).collect()
}

/// The pairs of a form. Lists are repeated and objects are JSON, unless a field is written in a
/// style of its own.
pub fn form(
    body: &impl Serialize,
    written: &[(&str, &str, bool)],
) -> Result<Vec<(String, String)>, String> {
    let Value::Object(fields) = json(body)? else {
        return Err("a form has fields".to_owned());
    };
    let mut pairs = Vec::new();
    for (name, value) in fields {
        match written.iter().find(|(field, ..)| *field == name) {
            Some((_, style, explode)) => pairs.extend(query(&name, style, *explode, &value)?),
            None if value.is_object() => pairs.push((name, value.to_string())),
            None => pairs.extend(query(&name, "form", true, &value)?),
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests;
