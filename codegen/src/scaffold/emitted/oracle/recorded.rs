//! Recorded calls (HAR files): what of them the document allows must survive the client.

use std::fs;

use serde_json::Value;

use super::document::Operation;
use super::json;

/// A call that was recorded; its bodies are JSON.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The file and the JSON Pointer of the entry.
    pub place: String,
    method: String,
    segments: Vec<String>,
    pub request: Option<Value>,
    pub status: u16,
    pub response: Option<Value>,
}

/// The calls of files whose names are separated as in `PATH`.
///
/// # Errors
/// A file that cannot be read or is no HAR.
pub fn read(files: &std::ffi::OsStr) -> Result<Vec<Recorded>, String> {
    let mut calls = Vec::new();
    for file in std::env::split_paths(files) {
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = fs::read(&file).map_err(|error| failed(&error))?;
        let har = json::parse(&text).map_err(|error| failed(&error))?;
        let entries = har.pointer("/log/entries").and_then(Value::as_array);
        let entries = entries.ok_or_else(|| failed(&"no list of entries at /log/entries"))?;
        for (index, entry) in entries.iter().enumerate() {
            let place = format!("{}#/log/entries/{index}", file.display());
            calls.extend(Recorded::of(place, entry));
        }
    }
    Ok(calls)
}

impl Recorded {
    fn of(place: String, entry: &Value) -> Option<Self> {
        let text = |pointer: &str| entry.pointer(pointer)?.as_str();
        let body = |pointer: &str| json::parse(text(pointer)?.as_bytes()).ok();
        let url = text("/request/url")?;
        let path = url.split_once("://").map_or(url, |(_, rest)| rest);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let segments = path.split('/').skip(1).map(|segment| {
            percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
        });
        Some(Self {
            place,
            method: text("/request/method")?.to_uppercase(),
            segments: segments.collect(),
            request: body("/request/postData/text"),
            status: entry.pointer("/response/status")?.as_u64()?.try_into().ok()?,
            response: body("/response/content/text"),
        })
    }

    /// Whether it is a call of an operation, whatever server is before the path.
    pub fn is_of(&self, operation: &Operation) -> bool {
        let template: Vec<_> = operation.path.split('/').skip(1).collect();
        let Some(before) = self.segments.len().checked_sub(template.len()) else { return false };
        let own = self.segments.iter().skip(before);
        self.method == operation.method
            && template.iter().zip(own).all(|(it, own)| it.contains('{') || *it == own.as_str())
    }
}
