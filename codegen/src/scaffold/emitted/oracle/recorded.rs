//! Recorded calls (HAR files): what of them the document allows must survive the client.

use std::fs;

use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;

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
    /// 0 if no answer came.
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
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
        let har: Har = serde_json::from_slice(text).map_err(|error| failed(&refusal(&error)))?;
        for (index, entry) in har.log.entries.iter().enumerate() {
            let place = format!("{}#/log/entries/{index}", file.display());
            calls.extend(Recorded::of(place, entry));
        }
    }
    Ok(calls)
}

/// Why a file is no HAR; the parser's words may quote a value.
fn refusal(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Data => "no HAR with a list of entries at /log/entries",
        _ => "no whole JSON",
    };
    format!("{what}, line {}", error.line())
}

/// What of a file is read. All else is passed over, however deep it is nested: Chrome writes who called whom.
#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    request: Fields,
    #[serde(default)]
    response: Option<Fields>,
}

/// The fields of a request or an answer.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Fields {
    method: Value,
    url: Value,
    status: Value,
    post_data: Option<Body>,
    content: Option<Body>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    text: Value,
}

impl Body {
    fn json(&self) -> Option<Value> {
        let text = self.text.as_str()?;
        json::parse(text.trim_start_matches('\u{feff}').as_bytes()).ok()
    }
}

impl Recorded {
    fn of(place: String, entry: &Entry) -> Option<Self> {
        let Entry { request, response } = entry;
        let url = request.url.as_str()?;
        // A call that was broken off was sent all the same.
        let status = response.as_ref().and_then(|it| it.status.as_u64()?.try_into().ok());
        let response = response.as_ref().and_then(|it| it.content.as_ref()?.json());
        let path = url.split_once("://").map_or(url, |(_, rest)| rest);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let segments = path.split('/').skip(1).map(|segment| {
            percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
        });
        Some(Self {
            place,
            method: request.method.as_str()?.to_uppercase(),
            segments: segments.collect(),
            request: request.post_data.as_ref().and_then(Body::json),
            status: status.unwrap_or_default(),
            response,
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
