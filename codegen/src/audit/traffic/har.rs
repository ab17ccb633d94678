//! HAR files (HTTP Archive 1.2), as browsers' tools and recorders write them: what of their entries is judged.

use std::path::Path;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde::Deserializer;
use serde::de::{Unexpected, Visitor};

use super::{InQuery, form};
use crate::document::media_type;
use crate::document::pointer;
use crate::error::{Error, Problem, Result, Stage};
use crate::files;
use crate::syntax::json;
use crate::vendor::Body;

#[derive(Deserialize)]
#[serde(expecting = "an object with `log`")]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with `entries`")]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with `request` and `response`")]
struct Entry {
    request: Request,
    /// None of a call that was broken off: some recorders write 0 as its status instead.
    response: Option<Response>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with `method` and `url`")]
struct Request {
    method: String,
    url: String,
    post_data: Option<Content>,
}

#[derive(Deserialize)]
#[serde(expecting = "an object with `status`")]
struct Response {
    status: Status,
    content: Option<Content>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object with `mimeType` and `text`")]
struct Content {
    mime_type: Option<String>,
    text: Option<String>,
    encoding: Option<String>,
    /// The fields of a form.
    #[serde(default)]
    params: Option<Vec<serde::de::IgnoredAny>>,
}

/// A status; none of a call that was broken off: 0, -1, `null` or an empty text, as recorders have it.
struct Status(Option<u16>);

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(StatusReader)
    }
}

struct StatusReader;

impl Visitor<'_> for StatusReader {
    type Value = Status;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a status from 100 to 999, or 0")
    }

    fn visit_unit<E>(self) -> std::result::Result<Status, E> {
        Ok(Status(None))
    }

    fn visit_i64<E: serde::de::Error>(self, status: i64) -> std::result::Result<Status, E> {
        match u16::try_from(status) {
            Ok(status @ 100..=999) => Ok(Status(Some(status))),
            _ if status <= 0 => Ok(Status(None)),
            _ => Err(E::invalid_value(Unexpected::Signed(status), &self)),
        }
    }

    fn visit_u64<E: serde::de::Error>(self, status: u64) -> std::result::Result<Status, E> {
        self.visit_i64(i64::try_from(status).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: serde::de::Error>(self, status: f64) -> std::result::Result<Status, E> {
        // A whole number is one text, however it was written.
        self.visit_str(&status.to_string())
    }

    fn visit_str<E: serde::de::Error>(self, status: &str) -> std::result::Result<Status, E> {
        match status.trim() {
            "" => Ok(Status(None)),
            status => match status.parse() {
                Ok(status) => self.visit_i64(status),
                Err(_) => Err(E::invalid_type(Unexpected::Str(status), &self)),
            },
        }
    }
}

/// A call that was recorded.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The file's name and the JSON Pointer of the entry.
    pub(super) place: String,
    pub(super) method: String,
    /// Web sockets, `data:` and `blob:` are in such files as well.
    pub(super) is_over_http: bool,
    /// The path of the address, as it was sent.
    pub(super) path: String,
    pub(super) query: Vec<InQuery>,
    pub(super) request: Option<Body>,
    /// None if no answer came.
    pub(super) status: Option<u16>,
    pub(super) response: Option<Body>,
    /// How many of its bodies are no JSON, and so are not judged.
    pub(super) unjudged: usize,
}

/// Reads the calls of a file, which places call by `name`.
///
/// # Errors
/// A file that cannot be read, is too large, or is no HAR, with the place.
pub(super) fn read(file: &Path, name: &str) -> Result<Vec<Call>> {
    let refused = |reason| Error::new(Stage::Audit, Problem::Recording { reason }).in_file(file);
    let text = files::read(Stage::Audit, file).map_err(|error| match *error.problem {
        Problem::TooLarge { .. } | Problem::NotUtf8 { .. } => {
            Error { problem: refused(error.problem.to_string()).problem, ..error }
        }
        _ => error,
    })?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(refused("the file is empty".to_owned()));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let har: Har = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let at = pointer::of_path(error.path());
        let error = error.inner();
        refused(format!("this is no HAR file: {}", reason(error))).at_line(error.line()).at(at)
    })?;
    deserializer.end().map_err(|error| {
        let reason = "something follows behind the end of the HAR file".to_owned();
        refused(reason).at_line(error.line())
    })?;
    let calls = har.log.entries.into_iter().enumerate().map(|(index, entry)| {
        let place = format!("{name}#/log/entries/{index}");
        call(place, entry).map_err(|reason| {
            let at = format!("/log/entries/{index}/request/url");
            refused(reason).at(at)
        })
    });
    calls.collect()
}

/// The parser's words without the value that they quote.
fn reason(error: &serde_json::Error) -> String {
    let said = error.to_string();
    match said.rsplit_once(", expected ").filter(|_| said.starts_with("invalid ")) {
        Some((_, expected)) => format!("expected {expected}"),
        None => said,
    }
}

fn call(place: String, entry: Entry) -> Result<Call, String> {
    let Entry { request, response } = entry;
    // The address may hold what is personal, so it is in no message.
    let url = url::Url::parse(&request.url).map_err(|error| format!("no address: {error}"))?;
    let (sent, sent_unjudged) = body(request.post_data);
    let Response { status: Status(status), content } =
        response.unwrap_or(Response { status: Status(None), content: None });
    // "Not modified" is for whoever asked with a condition, as a browser's cache does, and the body beside it is from there.
    let is_cached = status == Some(304);
    let (received, received_unjudged) = body(content.filter(|_| !is_cached));
    Ok(Call {
        place,
        is_over_http: ["http", "https"].contains(&url.scheme()),
        method: request.method.to_lowercase(),
        path: url.path().to_owned(),
        query: url.query().map(in_query).unwrap_or_default(),
        request: sent,
        status: status.filter(|_| !is_cached),
        response: received,
        unjudged: usize::from(sent_unjudged) + usize::from(received_unjudged),
    })
}

/// The parameters of a query. What has no `=` may be a value as well as a name.
fn in_query(query: &str) -> Vec<InQuery> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let named = parts.filter_map(|part| {
        let (name, _) = url::form_urlencoded::parse(part.as_bytes()).next()?;
        let told = if part.contains('=') { form::name(&name) } else { form::of_text(&name) };
        Some(InQuery { name: name.into_owned(), told })
    });
    named.collect()
}

/// Base64 with or without its padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A body as JSON, and whether there is one that is something else: no JSON, or only a part of it.
fn body(content: Option<Content>) -> (Option<Body>, bool) {
    let Some(Content { mime_type, text, encoding, params }) = content else {
        return (None, false);
    };
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return (None, params.is_some_and(|params| !params.is_empty()));
    };
    let is_base64 = encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
    let text = if is_base64 { decoded(&text) } else { Some(text) };
    let media_type = media_type::essence(&mime_type.unwrap_or_default());
    // Recorders that name no media type have JSON all the same.
    let may_be = media_type::is_json(&media_type)
        || media_type.is_empty()
        || media_type.starts_with("text/");
    let text = text.filter(|_| may_be);
    let value = text.and_then(|text| json::parse(text.trim_start_matches('\u{feff}')).ok());
    let is_none = value.is_none();
    (value.map(Body::Json), is_none)
}

/// What base64 stands for, if it is text. Some recorders break it into lines.
fn decoded(text: &str) -> Option<String> {
    let text: String = text.split_ascii_whitespace().collect();
    String::from_utf8(BASE64.decode(text).ok()?).ok()
}
