//! What the pipeline knows of an operation.

use std::sync::Arc;

use reqwest::{Method, Url};

use crate::base_url::BaseUrl;
use crate::outcome::Outcome;

/// What is known of an operation before it is called. Holds no value of a call.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    pub(crate) id: &'static str,
    pub(crate) path: &'static str,
    pub(crate) repeat: Repeat,
    pub(crate) streams: bool,
    pub(crate) fields: &'static [&'static str],
    pub(crate) code: &'static [&'static str],
}

/// What sending a request a second time does, by its method (RFC 9110, section 9.2) or by what the
/// document says of the operation (`x-retryable`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// No harm, whatever became of the first: a safe method, or an operation that recognises the
    /// second request.
    Safe,
    /// The same again. That undoes what another writer did between the two.
    Idempotent,
    /// It may be carried out twice.
    Never,
}

impl OperationInfo {
    /// An operation by its `operationId` in snake case and its path template.
    pub const fn new(id: &'static str, path: &'static str, repeat: Repeat) -> Self {
        Self { id, path, repeat, streams: false, fields: &[], code: &[] }
    }

    /// The body of a success is handed on as it arrives.
    pub const fn streaming(self) -> Self {
        Self { streams: true, ..self }
    }

    /// The names of fields that the document declares, sorted. No other name of a response is shown.
    pub const fn fields(self, fields: &'static [&'static str]) -> Self {
        Self { fields, ..self }
    }

    /// The path, inside of an error's body, to the code that identifies the kind of problem.
    pub const fn problem_code(self, code: &'static [&'static str]) -> Self {
        Self { code, ..self }
    }

    /// Whether a path, without that of the base URL, is one of this operation: as many segments as its
    /// template has, and none empty that is not empty there. `..` for an id would lead to another
    /// operation, and so would no id at all.
    pub(crate) fn has_path(&self, path: Option<&str>) -> bool {
        // Every call is asked this, and bytes are quicker to look through than characters.
        let is_end = |byte: &u8| matches!(byte, b'?' | b'#');
        let template = self.path.as_bytes().split(is_end).next().unwrap_or_default();
        if template.is_empty() {
            return true;
        }
        let Some(path) = path else { return false };
        let mut segments = path.as_bytes().split(|byte| *byte == b'/');
        let fits = template.split(|byte| *byte == b'/').all(|expected| {
            segments.next().is_some_and(|found| expected.is_empty() || !found.is_empty())
        });
        fits && segments.next().is_none()
    }

    /// A field's name if the document declares it.
    pub(crate) fn declared(&self, name: &str) -> Option<&'static str> {
        let at = self.fields.binary_search(&name).ok()?;
        self.fields.get(at).copied()
    }
}

/// A call, as far as logs may know it.
#[derive(Clone, Debug)]
pub(crate) struct CalledAs {
    pub info: OperationInfo,
    pub method: Method,
    pub host: Arc<str>,
    pub port: Option<u16>,
    /// How often it has been sent again.
    pub resends: u32,
    /// What became of earlier attempts, if that may be more than nothing.
    pub before: Option<Outcome>,
}

impl CalledAs {
    pub(crate) fn new(info: OperationInfo, method: &Method, url: &Url, base: &BaseUrl) -> Self {
        let (host, port) = (base.host_of(url), url.port_or_known_default());
        Self { info, method: method.clone(), host, port, resends: 0, before: None }
    }

    /// It is about to be sent again, after what became of the last attempt.
    pub(crate) fn sends_again(&mut self, last: Outcome) {
        self.resends += 1;
        // What only reads leaves nothing behind.
        if repeat(&self.method) != Repeat::Safe {
            let last = last.after(self.before);
            self.before = matches!(last, Outcome::Unknown | Outcome::CarriedOut).then_some(last);
        }
    }
}

/// By the method alone: RFC 9110, sections 9.2.1 and 9.2.2.
pub(crate) fn repeat(method: &Method) -> Repeat {
    match method.as_str() {
        "GET" | "HEAD" | "OPTIONS" | "TRACE" => Repeat::Safe,
        "PUT" | "DELETE" => Repeat::Idempotent,
        _ => Repeat::Never,
    }
}
