//! HAR files (HTTP Archive 1.2), as browsers' tools and recorders write them: what of their entries is judged.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;

use crate::document::media_type;
use crate::document::pointer;
use crate::error::{Error, Problem, Result, Stage};
use crate::files;
use crate::syntax::json;
use crate::vendor::Body;

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
    request: Request,
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    post_data: Option<Content>,
}

#[derive(Deserialize)]
struct Response {
    /// 0 of a call that was broken off.
    status: u16,
    content: Option<Content>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Content {
    mime_type: String,
    text: Option<String>,
    encoding: Option<String>,
}

/// A call that was recorded.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The file's name and the JSON Pointer of the entry.
    pub(super) place: String,
    pub(super) method: String,
    /// The path of the address, as it was sent.
    pub(super) path: String,
    /// The names of what is in the query.
    pub(super) query: Vec<String>,
    pub(super) request: Option<Body>,
    /// None if no answer came.
    pub(super) status: Option<u16>,
    pub(super) response: Option<Body>,
    /// How many of its bodies are no JSON, and so are not judged.
    pub(super) unjudged: usize,
}

/// Reads the calls of a file.
///
/// # Errors
/// A file that cannot be read, is too large, or is no HAR, with the place.
pub(super) fn read(file: &Path) -> Result<Vec<Call>> {
    let text = files::read(Stage::Audit, file)?;
    let text = text.trim_start_matches('\u{feff}');
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let har: Har = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let at = pointer::of_path(error.path());
        let line = error.inner().line();
        let message = format!("this is no HAR file (HTTP Archive 1.2): {}", error.inner());
        Error::new(Stage::Audit, Problem::Syntax { message }).in_file(file).at_line(line).at(at)
    })?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let calls = har.log.entries.into_iter().enumerate().map(|(index, entry)| {
        let place = format!("{name}#/log/entries/{index}");
        call(place, entry).map_err(|message| {
            let at = format!("/log/entries/{index}/request/url");
            Error::new(Stage::Audit, Problem::Syntax { message }).in_file(file).at(at)
        })
    });
    calls.collect()
}

fn call(place: String, entry: Entry) -> Result<Call, String> {
    let Entry { request, response } = entry;
    // The address may hold what is personal, so it is in no message.
    let url = url::Url::parse(&request.url).map_err(|error| format!("no address: {error}"))?;
    let (sent, sent_unjudged) = body(request.post_data);
    let (received, received_unjudged) = body(response.content);
    Ok(Call {
        place,
        method: request.method.to_lowercase(),
        path: url.path().to_owned(),
        query: url.query_pairs().map(|(name, _)| name.into_owned()).collect(),
        request: sent,
        status: Some(response.status).filter(|status| *status > 0),
        response: received,
        unjudged: usize::from(sent_unjudged) + usize::from(received_unjudged),
    })
}

/// A body as JSON, and whether there is one that is something else.
fn body(content: Option<Content>) -> (Option<Body>, bool) {
    let Some(Content { mime_type, text: Some(text), encoding }) = content else {
        return (None, false);
    };
    let text = match encoding.as_deref() {
        Some("base64") => match BASE64_STANDARD.decode(&text).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            _ => return (None, true),
        },
        _ => text,
    };
    if text.is_empty() {
        return (None, false);
    }
    let is_said = media_type::is_json(&mime_type);
    // Recorders that name no media type have JSON all the same.
    let may_be = is_said || mime_type.is_empty() || mime_type.starts_with("text/");
    match json::parse(&text).ok().filter(|_| may_be) {
        Some(value) => (Some(Body::Json(value)), false),
        None if is_said => (Some(Body::Text(text)), false),
        None => (None, true),
    }
}
