//! Responses: read whole within a limit, then decoded with the path of what does not fit.

use std::fmt;
use std::ops::Deref;

use bytes::{Bytes, BytesMut};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;

use crate::error::{DecodeError, Error};

/// A response before it is decoded: status, headers and the whole body.
#[derive(Clone)]
pub struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Response {
    /// Reads a response to its end, or to the limit.
    pub(crate) async fn read<E>(
        mut response: reqwest::Response,
        limit: usize,
    ) -> Result<Self, Error<E>> {
        let status = response.status();
        let too_large = || Error::ResponseTooLarge { status, limit };
        // What is announced is not waited for; what is not announced, or compressed, is counted.
        if response.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        let cut_off = |error| Error::transport(Some(status), error);
        while let Some(chunk) = response.chunk().await.map_err(cut_off)? {
            if body.len() + chunk.len() > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(Self { status, headers, body: body.freeze() })
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body, as received (decompressed, if the HTTP client does that).
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The id that the server, or a proxy before it, gave this request.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// Decodes the body as JSON.
    pub(crate) fn decode<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        if self.body.is_empty() {
            return Err(DecodeError::empty());
        }
        let mut json = serde_json::Deserializer::from_slice(&self.body);
        let value = serde_path_to_error::deserialize(&mut json)
            .map_err(|error| DecodeError::new(error.path(), error.inner()))?;
        json.end().map_err(|error| DecodeError::new('.', &error))?;
        Ok(value)
    }
}

/// The page documents no such header; these are the ones in common use.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
}

/// Shows status and size; headers and body may hold what must not be logged.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// A decoded response: dereferences to the value, and keeps what it came in.
#[derive(Clone)]
pub struct ResponseValue<T> {
    value: T,
    response: Response,
}

impl<T> ResponseValue<T> {
    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.response.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.response.headers
    }

    /// The id that the server, or a proxy before it, gave this request.
    pub fn request_id(&self) -> Option<&str> {
        self.response.request_id()
    }

    /// The response before it was decoded, with fields that this version does not know.
    pub fn raw(&self) -> &Response {
        &self.response
    }
}

impl<T: DeserializeOwned> ResponseValue<T> {
    /// Decodes a response. Called by generated code; asynchronous as it expects it to be.
    pub(crate) async fn from_response<E>(response: Response) -> Result<Self, Error<E>> {
        match response.decode() {
            Ok(value) => Ok(Self { value, response }),
            Err(source) => Err(Error::InvalidResponse { response, source }),
        }
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
            .finish_non_exhaustive()
    }
}
