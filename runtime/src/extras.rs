//! What a caller adds to one call: headers, and fields that the document does not have yet.

use std::collections::HashMap;
use std::fmt;

use reqwest::Request;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::generated::FORM;
use crate::headers;

/// What a caller adds to one call. Its `Debug` shows nothing of it.
#[derive(Clone, Default)]
pub struct Extras {
    headers: HeaderMap,
    fields: Vec<(String, Value)>,
    /// The first thing that cannot be added; told when the call is made.
    refused: Option<String>,
}

impl fmt::Debug for Extras {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extras")
    }
}

impl Extras {
    /// A header; a second one of a name replaces the first.
    pub fn header(&mut self, name: &str, value: &str) {
        match headers::read(name, value) {
            Ok((name, value)) => drop(self.headers.insert(name, value)),
            Err(error) => self.refuse(error.to_string()),
        }
    }

    /// A field of the body, or of the query where there is no body. JSON has no form for a number that is not
    /// finite: as everywhere in serde, it is null there.
    pub fn extra(&mut self, name: &str, value: impl Serialize) {
        match serde_json::to_value(value) {
            Ok(value) => self.fields.push((name.to_owned(), value)),
            // The error may quote the value.
            Err(_) => self.refuse(format!("the extra field `{name}` has no form in JSON")),
        }
    }

    fn refuse(&mut self, reason: String) {
        self.refused.get_or_insert(reason);
    }

    /// Adds them to a request.
    pub(crate) fn apply(self, request: &mut Request, credential: &HeaderMap) -> Result<(), String> {
        if let Some(reason) = self.refused {
            return Err(reason);
        }
        headers::no_credential(&self.headers, credential).map_err(|error| error.to_string())?;
        request.headers_mut().extend(self.headers);
        match self.fields.is_empty() {
            true => Ok(()),
            false => add_fields(request, &self.fields),
        }
    }
}

fn add_fields(request: &mut Request, fields: &[(String, Value)]) -> Result<(), String> {
    if request.body().is_none() {
        let pairs = plain_pairs(fields)?;
        not_known(fields, |name| request.url().query_pairs().any(|(known, _)| known == name))
            .map_err(|name| format!("the extra field `{name}` is in the query already"))?;
        request.url_mut().query_pairs_mut().extend_pairs(pairs);
        return Ok(());
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_owned();
    let body = request.body().and_then(|body| body.as_bytes()).unwrap_or_default();
    let body = if kind == FORM {
        form(body, fields)?
    } else if kind == "application/json" || kind.ends_with("+json") {
        json(body, fields)?
    } else {
        return Err(format!("a body of the media type `{kind}` takes no extra fields"));
    };
    *request.body_mut() = Some(body.into());
    Ok(())
}

/// The text of a value in a query or a form.
fn plain(name: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => {
            Err(format!("the extra field `{name}` is no plain value, which a query or form needs"))
        }
    }
}

/// The pairs of a query or a form, in which a name may be there more than once.
fn plain_pairs(fields: &[(String, Value)]) -> Result<Vec<(&str, String)>, String> {
    fields.iter().map(|(name, value)| Ok((name.as_str(), plain(name, value)?))).collect()
}

/// The first name that is there already is an error.
fn not_known(fields: &[(String, Value)], known: impl Fn(&str) -> bool) -> Result<(), &str> {
    match fields.iter().find(|(name, _)| known(name)) {
        Some((name, _)) => Err(name),
        None => Ok(()),
    }
}

fn form(body: &[u8], fields: &[(String, Value)]) -> Result<String, String> {
    let pairs = plain_pairs(fields)?;
    let before = String::from_utf8_lossy(body);
    let known: Vec<(String, String)> = serde_urlencoded::from_str(&before).unwrap_or_default();
    not_known(fields, |name| known.iter().any(|(known, _)| known == name))
        .map_err(|name| format!("the extra field `{name}` is in the body already"))?;
    let after = serde_urlencoded::to_string(pairs).map_err(|error| error.to_string())?;
    Ok(if before.is_empty() { after } else { format!("{before}&{after}") })
}

/// The text of an object with more fields. What was written before is kept as it is: numbers keep their
/// digits.
fn json(body: &[u8], fields: &[(String, Value)]) -> Result<String, String> {
    let text = String::from_utf8_lossy(body);
    // Values are not looked into: a number may have more digits than a type of Rust has.
    let known = serde_json::from_str::<HashMap<String, IgnoredAny>>(&text);
    let known = known.map_err(|_| "a body that is no JSON object takes no extra fields")?;
    not_known(fields, |name| known.contains_key(name))
        .map_err(|name| format!("the extra field `{name}` is in the body already"))?;
    let mut written = Vec::new();
    for (number, (name, value)) in fields.iter().enumerate() {
        if fields.iter().take(number).any(|(other, _)| other == name) {
            return Err(format!("the extra field `{name}` is given twice"));
        }
        written.push(format!("{}:{value}", Value::from(name.as_str())));
    }
    let open = text.trim_end().strip_suffix('}').unwrap_or_default().trim_end();
    let comma = if known.is_empty() { "" } else { "," };
    Ok(format!("{open}{comma}{}}}", written.join(",")))
}
