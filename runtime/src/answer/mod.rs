//! Responses: read whole within a limit, then decoded.

mod decode;
pub(crate) mod json_text;
mod mend;
mod stream;

use std::fmt;
use std::ops::Deref;

use bytes::{Bytes, BytesMut};
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde::de::DeserializeOwned;

use crate::error::{Error, escaped};
use crate::generated::NoAnswer;
use crate::http::TimeLeft;
use crate::info::CalledAs;
use crate::outcome::Outcome;
use crate::transport::TransportError;

pub use self::decode::{DecodeError, Misfit};
pub(crate) use self::decode::{Decoded, without_mark};
pub use self::stream::ByteStream;
pub(crate) use self::stream::Pieces;

/// The most characters of a body that [`Response::excerpt`] has.
pub const BODY_EXCERPT: usize = 200;

/// A response before it is decoded: status, headers and the whole body.
///
/// ```
/// use openapi_client_runtime::Response;
///
/// fn archive(response: &Response) {
///     println!("{} {:?}", response.status(), response.request_id());
///     // The whole body, with what personal data is in it; `Debug` shows none.
///     let _bytes = response.body();
/// }
/// ```
#[derive(Clone)]
pub struct Response {
    /// In a box, so that results of calls are small.
    pub(crate) parts: Box<Parts>,
}

#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) call: CalledAs,
    pub(crate) is_strict: bool,
}

impl Response {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.parts.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    pub(crate) fn call(&self) -> &CalledAs {
        &self.parts.call
    }

    /// The body, as received (decompressed, if the HTTP client does that); empty if it was handed on as a
    /// stream.
    pub fn body(&self) -> &Bytes {
        &self.parts.body
    }

    /// The id that the server, or a proxy before it, gave this request.
    pub fn request_id(&self) -> Option<&str> {
        request_id(self.headers())
    }

    /// The value of `Content-Type`.
    pub fn content_type(&self) -> Option<&str> {
        self.headers().get(CONTENT_TYPE)?.to_str().ok()
    }

    /// The first characters of the body, for a person who looks into a failure: control characters
    /// escaped, at most [`BODY_EXCERPT`] of them. It may repeat what the request said of somebody, so it
    /// is in no `Display`, no `Debug` and no log.
    pub fn excerpt(&self) -> String {
        // No character has more than four bytes.
        let head = self.body().get(..4 * BODY_EXCERPT).unwrap_or(self.body());
        let text: String = String::from_utf8_lossy(head).chars().take(BODY_EXCERPT).collect();
        escaped(&text)
    }

    /// Decodes the body as JSON.
    ///
    /// # Errors
    /// A body that is not JSON, or not of this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        decode::decode(self.body(), &self.call().info, true).map(|(value, _)| value)
    }

    /// The same, without fields that do not fit.
    #[inline]
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<Decoded<T>, DecodeError> {
        decode::decode(self.body(), &self.call().info, self.parts.is_strict)
    }
}

/// Documents name no such header; these are the ones in common use.
fn request_id(headers: &HeaderMap) -> Option<&str> {
    ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
}

/// Shows status and size; headers and body may hold what must not be logged.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status())
            .field("body", &format_args!("{} bytes", self.body().len()))
            .finish_non_exhaustive()
    }
}

/// Reads a body to its end, or to the limit.
pub(crate) async fn read_body(
    response: &mut reqwest::Response,
    limit: usize,
    call: &CalledAs,
    time: TimeLeft,
) -> Result<Bytes, NoAnswer> {
    let read = tokio::time::timeout(time.left(), read_within(response, limit)).await;
    let (status, headers) = (response.status(), response.headers());
    let error = match read {
        Ok(Ok(Some(body))) => return Ok(body),
        Ok(Ok(None)) => {
            let outcome = Outcome::of(status, headers).after(call.before);
            return Err(Error::ResponseTooLarge { status, limit, outcome });
        }
        Ok(Err(error)) => TransportError::of_body(error.into(), status, headers),
        Err(_) => TransportError::body_timed_out(status, headers),
    };
    Err(Error::Transport(error.after(call.before)))
}

/// The whole body, or none if it is larger than the limit.
async fn read_within(
    response: &mut reqwest::Response,
    limit: usize,
) -> Result<Option<Bytes>, reqwest::Error> {
    // What is announced is not waited for; what is not announced, or compressed, is counted.
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Ok(None);
    }
    // Most bodies come in one piece, which is not copied.
    let (mut first, mut joined) = (Bytes::new(), BytesMut::new());
    while let Some(piece) = response.chunk().await? {
        if first.len().max(joined.len()) + piece.len() > limit {
            return Ok(None);
        }
        if first.is_empty() {
            first = piece;
            continue;
        }
        if joined.is_empty() {
            joined.extend_from_slice(&first);
        }
        joined.extend_from_slice(&piece);
    }
    Ok(Some(if joined.is_empty() { first } else { joined.freeze() }))
}

/// A decoded response: dereferences to the value, and keeps what it came in.
///
/// ```
/// use openapi_client_runtime::ResponseValue;
///
/// fn check(pet: ResponseValue<String>) -> String {
///     for misfit in pet.misfits() {
///         eprintln!("not as documented {misfit}");
///     }
///     println!("{} letters, in a response with {}", pet.len(), pet.status());
///     pet.into_inner()
/// }
/// ```
#[derive(Clone)]
pub struct ResponseValue<T> {
    pub(crate) value: T,
    pub(crate) response: Response,
    pub(crate) misfits: Vec<Misfit>,
}

impl<T> ResponseValue<T> {
    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The id that the server, or a proxy before it, gave this request.
    pub fn request_id(&self) -> Option<&str> {
        self.response.request_id()
    }

    /// The response before it was decoded, with fields that this version does not know.
    pub fn raw(&self) -> &Response {
        &self.response
    }

    /// Fields that the server sent and that are not in the value, since they do not fit their types.
    /// They are in [`raw`](Self::raw).
    pub fn misfits(&self) -> &[Misfit] {
        &self.misfits
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseValue")
            .field("status", &self.status())
            .field("value", &self.value)
            .field("misfits", &self.misfits)
            .finish_non_exhaustive()
    }
}
