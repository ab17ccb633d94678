//! The one error of every call.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::response::{self, Response, ResponseValue};
use crate::retry;
use crate::types::Problem;

/// The most characters of a response's body that `Display` and `Debug` of an [`Error`] show.
/// Of a JSON body they show none, since it may repeat what the request said of a person.
pub const BODY_EXCERPT: usize = 200;

/// Why a call did not end in a documented success.
///
/// `Display` and `Debug` show no request, no URL, no header, and of a response's body at most
/// [`BODY_EXCERPT`] characters, none if it is JSON. The whole body is there for code that asks
/// for it: [`Error::response`].
#[non_exhaustive]
pub enum Error<E = Problem> {
    /// The request was not sent: a required field is missing, or a value is not allowed.
    InvalidRequest(String),
    /// The request was not sent: the credentials provider failed.
    Credentials(Box<dyn std::error::Error + Send + Sync>),
    /// No complete response: not connected, not trusted, cut off, or not in time.
    Transport(TransportError),
    /// The API refused, as it documents: 400, 401, 403 or 500 with a problem.
    ErrorResponse(ResponseValue<E>),
    /// A status that the API does not document, from a proxy perhaps; or a redirect, which is not
    /// followed because it would carry personal data elsewhere.
    UnexpectedResponse(Response),
    /// A documented status whose body is not what is documented for it.
    InvalidResponse {
        /// The response.
        response: Response,
        /// Where in the body, and why.
        source: DecodeError,
    },
    /// The body is larger than the configured limit; the rest was not read.
    ResponseTooLarge {
        /// The HTTP status.
        status: StatusCode,
        /// The limit in bytes.
        limit: usize,
    },
}

impl<E> Error<E> {
    /// A failure of the connection, and the status if that came before it.
    pub(crate) fn transport(status: Option<StatusCode>, source: reqwest::Error) -> Self {
        // The URL holds the customer's id.
        Self::Transport(TransportError { status, source: source.without_url() })
    }

    /// The HTTP status, if the answer came as far as that.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Transport(error) => error.status,
            Self::ResponseTooLarge { status, .. } => Some(*status),
            _ => self.response().map(Response::status),
        }
    }

    /// The problem that the API reported.
    pub fn problem(&self) -> Option<&E> {
        match self {
            Self::ErrorResponse(value) => Some(value),
            _ => None,
        }
    }

    /// The response with its whole body, if there is one.
    pub fn response(&self) -> Option<&Response> {
        match self {
            Self::ErrorResponse(value) => Some(value.raw()),
            Self::UnexpectedResponse(response) | Self::InvalidResponse { response, .. } => {
                Some(response)
            }
            _ => None,
        }
    }

    /// The response's body, if there is one.
    pub fn body_bytes(&self) -> Option<&Bytes> {
        self.response().map(Response::body)
    }

    /// The response's headers, if there is one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response().map(Response::headers)
    }

    /// The id that the server, or a proxy before it, gave this request.
    pub fn request_id(&self) -> Option<&str> {
        response::request_id(self.headers()?)
    }

    /// How long the server asks to wait before the next attempt (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        retry::retry_after(self.headers()?)
    }

    /// Whether the same call may succeed later: nothing was received because no connection was
    /// made, or the status is 429, 502, 503 or 504.
    ///
    /// A timeout or a lost connection is not among them: the request may have been carried out.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport(error) if error.status.is_none() => error.is_connect(),
            Self::Transport(_) => false,
            _ => self.status().is_some_and(retry::is_retryable),
        }
    }

    /// Whether time ran out, while connecting or later.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_timeout())
    }
}

impl<E> From<reqwest::Error> for Error<E> {
    fn from(source: reqwest::Error) -> Self {
        // Generated code has this for building a request; sending is the client's part.
        Self::InvalidRequest(source.without_url().to_string())
    }
}

impl<E> From<reqwest::header::InvalidHeaderValue> for Error<E> {
    fn from(source: reqwest::header::InvalidHeaderValue) -> Self {
        Self::InvalidRequest(source.to_string())
    }
}

impl<E: fmt::Debug> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest(reason) => write!(f, "the request is not valid: {reason}"),
            Self::Credentials(_) => f.write_str("the credentials provider failed"),
            Self::Transport(error) => error.fmt(f),
            Self::ErrorResponse(value) => write!(f, "{}: {:?}", value.status(), **value),
            Self::UnexpectedResponse(response) => {
                write!(f, "{}, which is not documented: {}", response.status(), excerpt(response))
            }
            Self::InvalidResponse { response, source } => {
                write!(f, "{} with a body that is not as documented: ", response.status())?;
                write!(f, "{source}; {}", excerpt(response))
            }
            Self::ResponseTooLarge { status, limit } => {
                write!(f, "{status} with a body of more than {limit} bytes")
            }
        }
    }
}

/// The same as `Display`: what is kept out of one must not come in by the other.
impl<E: fmt::Debug> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self})")
    }
}

impl<E: fmt::Debug> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Credentials(source) => Some(source.as_ref()),
            Self::Transport(error) => error.source.source(),
            _ => None,
        }
    }
}

/// The first characters of a body, for a person.
fn excerpt(response: &Response) -> String {
    let body = response.body();
    let start = body.iter().find(|byte| !byte.is_ascii_whitespace());
    match start {
        None => "the body is empty".to_owned(),
        Some(b'{' | b'[' | b'"' | b'0'..=b'9' | b'-') => {
            format!("{} bytes of JSON, not shown", body.len())
        }
        Some(_) => {
            let head = &body[..body.len().min(4 * BODY_EXCERPT)];
            let text: String = String::from_utf8_lossy(head).chars().take(BODY_EXCERPT).collect();
            format!("the body starts {text:?}")
        }
    }
}

/// A call that ended without a complete response.
pub struct TransportError {
    status: Option<StatusCode>,
    source: reqwest::Error,
}

impl TransportError {
    /// Whether no connection was made, so that nothing was sent.
    pub fn is_connect(&self) -> bool {
        self.source.is_connect()
    }

    /// Whether time ran out.
    pub fn is_timeout(&self) -> bool {
        self.source.is_timeout()
    }

    fn words(&self) -> &'static str {
        match (self.is_timeout(), self.is_connect(), self.status.is_some()) {
            (true, true, _) => "could not connect in time",
            (true, _, false) => "no response in time",
            (true, _, true) => "the response did not end in time",
            (false, true, _) => "could not connect",
            (false, false, false) => "the connection was lost before a response",
            (false, false, true) => "the response was cut off",
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(status) = self.status {
            write!(f, "{status}: ")?;
        }
        f.write_str(self.words())?;
        // The innermost cause is the operating system's or the TLS library's.
        let mut cause: &dyn std::error::Error = &self.source;
        while let Some(next) = cause.source() {
            cause = next;
        }
        if cause.to_string() != self.source.to_string() {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransportError({self})")
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.source()
    }
}

/// Why a body is not what is documented. Holds no value of the body, only where and what kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    path: String,
    reason: String,
}

impl DecodeError {
    pub(crate) fn new(path: impl fmt::Display, error: &serde_json::Error) -> Self {
        Self { path: path.to_string(), reason: reason(error) }
    }

    pub(crate) fn empty() -> Self {
        Self { path: ".".to_owned(), reason: "no body".to_owned() }
    }

    /// The path to the field: `pspResults[0].pspId`; `.` is the whole body.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What does not fit.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "." => f.write_str(&self.reason),
            path => write!(f, "at `{path}`: {}", self.reason),
        }
    }
}

impl std::error::Error for DecodeError {}

/// serde_json's words without the values that it quotes.
fn reason(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    if !error.is_data() {
        return format!("not JSON: {message} (line {}, column {})", error.line(), error.column());
    }
    if ["missing field", "duplicate field"].iter().any(|safe| message.starts_with(safe)) {
        return message.to_owned();
    }
    // `invalid type: string "…", expected a boolean`
    let mut parts = message.rsplitn(2, ", expected ");
    let (expected, found) = (parts.next(), parts.next());
    let kind = found.and_then(|found| found.strip_prefix("invalid type: "));
    let kind = kind.and_then(|kind| kind.split(['"', '`']).next()).map(str::trim);
    match (kind, expected) {
        (Some(kind), Some(expected)) => format!("{kind} where {expected} is expected"),
        _ => "a value that is not allowed here".to_owned(),
    }
}
