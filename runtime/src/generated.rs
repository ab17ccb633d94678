//! What generated code is made of. Nothing for people: it changes with the generator.

use std::pin::Pin;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use reqwest::header::CONTENT_TYPE;
use reqwest::{RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::ser::{Error as _, Serializer};
use serde_json::Value;

pub use crate::answer::{ByteStream, ResponseValue};
pub use crate::client::Client as Inner;
pub use crate::error::Error;
pub use crate::extras::Extras;
pub use crate::info::{OperationInfo, Repeat};
pub use crate::paging::{Input, Paging, Path, Step};
pub use crate::pattern::Pattern;
pub use crate::requests::Requests;

use crate::answer::{self, Decoded, Pieces, Response, json_text, without_mark};
use crate::error::ApiError;
use crate::http::TimeLeft;
use crate::log;
use crate::paging::Pages;
use crate::transport::TransportError;

/// Why there is no answer: an error without an answer of the API.
pub type NoAnswer = Error<Never>;

/// No value.
#[derive(Debug)]
pub enum Never {}

impl Error<Never> {
    /// The same error of a call whose errors have a type.
    pub fn retype<E>(self) -> Error<E> {
        match self {
            Self::InvalidRequest(reason) => Error::InvalidRequest(reason),
            Self::NoRuntime => Error::NoRuntime,
            Self::Credentials(error) => Error::Credentials(error),
            Self::Transport(error) => Error::Transport(error),
            Self::ResponseTooLarge { status, limit, outcome } => {
                Error::ResponseTooLarge { status, limit, outcome }
            }
            Self::UnexpectedResponse(response) => Error::UnexpectedResponse(response),
            Self::Pages(error) => Error::Pages(error),
            Self::InvalidResponse { response, source } => {
                Error::InvalidResponse { response, source }
            }
            Self::ErrorResponse(error) => Error::ErrorResponse(ApiError {
                response: error.response,
                problem: None,
                code: error.code,
                misfits: error.misfits,
            }),
        }
    }
}

/// A response, of which the body of a success may still be on its way.
pub struct Answer {
    pub(crate) response: Response,
    /// In a box, so that the answers that have been read are small.
    pub(crate) unread: Option<Box<reqwest::Response>>,
    pub(crate) limit: usize,
    pub(crate) time: TimeLeft,
}

impl Answer {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The response with its body.
    pub(crate) async fn whole(mut self) -> Result<Response, NoAnswer> {
        if let Some(mut unread) = self.unread {
            let call = self.response.call();
            let body = answer::read_body(&mut unread, self.limit, call, self.time).await;
            self.response.parts.body = body.map_err(|error| log::failed(call, error))?;
        }
        Ok(self.response)
    }
}

impl<E: DeserializeOwned> Error<E> {
    /// A response of 4xx or 5xx, with the problem if the body is one.
    pub async fn from_error_response(answer: Answer) -> Self {
        Self::from_error_variant(answer, |problem| problem).await
    }

    /// A response with a status that the document does not have.
    pub async fn from_unexpected(answer: Answer) -> Self {
        match is_error(answer.status()) {
            true => Self::from_error_response(answer).await,
            false => Self::undocumented(answer).await,
        }
    }
}

fn is_error(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}

impl<E> Error<E> {
    /// The same, where errors are told apart by status: none is known for this one.
    pub async fn from_unexpected_untyped(answer: Answer) -> Self {
        match is_error(answer.status()) {
            true => Self::of_api(answer, |_| None).await,
            false => Self::undocumented(answer).await,
        }
    }

    /// A response of 4xx or 5xx whose problem becomes a variant of an enum.
    pub async fn from_error_variant<T: DeserializeOwned>(
        answer: Answer,
        variant: impl FnOnce(T) -> E,
    ) -> Self {
        let decoded = |response: &Response| {
            let (problem, misfits) = response.decode().ok()?;
            Some((variant(problem), misfits))
        };
        Self::of_api(answer, decoded).await
    }

    /// The same, of a response without a body.
    pub async fn from_error_empty(answer: Answer, variant: E) -> Self {
        Self::of_api(answer, |_| Some((variant, Vec::new()))).await
    }

    /// The same, of a response whose body has no type.
    pub async fn from_error_stream(answer: Answer, variant: impl FnOnce(ByteStream) -> E) -> Self {
        let stream = |response: &Response| ByteStream::of(response.body());
        Self::of_api(answer, |response| Some((variant(stream(response)), Vec::new()))).await
    }

    async fn of_api(answer: Answer, problem: impl FnOnce(&Response) -> Option<Decoded<E>>) -> Self {
        let response = match answer.whole().await {
            Ok(response) => response,
            Err(error) => return error.retype(),
        };
        let code = problem_code(&response);
        let (problem, misfits) = problem(&response).unzip();
        let misfits = misfits.unwrap_or_default();
        let call = response.call().clone();
        log::problem_misfits(&call, &misfits);
        log::failed(&call, Self::ErrorResponse(ApiError { response, problem, code, misfits }))
    }

    async fn undocumented(answer: Answer) -> Self {
        match answer.whole().await {
            Ok(response) => {
                let call = response.call().clone();
                log::failed(&call, Self::UnexpectedResponse(response))
            }
            Err(error) => error.retype(),
        }
    }
}

/// The code in the body of an error, if it looks like one: anything else might be about a person.
fn problem_code(response: &Response) -> Option<String> {
    let path = response.call().info.code;
    // Most documents mark no code: then there is nothing to parse the body for.
    if path.is_empty() {
        return None;
    }
    let body = without_mark(response.body());
    // What else is in the body is of no matter, but it must be JSON.
    serde_json::from_slice::<IgnoredAny>(body).ok()?;
    let steps: Vec<_> = path.iter().map(|name| json_text::Step::Name((*name).to_owned())).collect();
    let value = body.get(json_text::find(body, &steps)?)?;
    let code = match serde_json::from_slice(value).ok()? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    (!code.is_empty() && code.len() <= 64 && code.chars().all(is_plain)).then_some(code)
}

impl<T: DeserializeOwned> ResponseValue<T> {
    /// Decodes a response.
    ///
    /// # Errors
    /// A body that cannot be read.
    pub async fn from_response<E>(answer: Answer) -> Result<Self, Error<E>> {
        let response = answer.whole().await.map_err(Error::retype)?;
        match response.decode() {
            Ok((value, misfits)) => {
                log::misfits(response.call(), &misfits);
                Ok(Self { value, response, misfits })
            }
            Err(source) => {
                let call = response.call().clone();
                Err(log::failed(&call, Error::InvalidResponse { response, source }))
            }
        }
    }
}

impl ResponseValue<()> {
    /// A response whose body, if there is one, says nothing.
    pub fn empty(answer: Answer) -> Self {
        Self { value: (), response: answer.response, misfits: Vec::new() }
    }
}

impl ResponseValue<ByteStream> {
    /// A response whose body is handed on as it arrives.
    pub fn stream(answer: Answer) -> Self {
        let Answer { response, unread, time, .. } = answer;
        let stream = match unread {
            None => ByteStream::of(response.body()),
            Some(unread) => {
                let (status, headers) = (response.status(), response.headers().clone());
                let call = response.call().clone();
                let fail = move |error: Option<reqwest::Error>| {
                    let error = match error {
                        Some(error) => TransportError::of_body(error.into(), status, &headers),
                        None => TransportError::body_timed_out(status, &headers),
                    };
                    log::stream_failed(&call, error.after(call.before))
                };
                ByteStream::new(Pieces::new((*unread).into(), time.left(), fail))
            }
        };
        Self { value: stream, response, misfits: Vec::new() }
    }

    /// The stream alone.
    pub fn into_inner_stream(self) -> ByteStream {
        self.into_inner()
    }
}

impl<T> ResponseValue<T> {
    /// The same response with another value.
    ///
    /// # Errors
    /// None; generated code expects a `Result`.
    pub fn map<U, F: FnOnce(T) -> U, E>(self, change: F) -> Result<ResponseValue<U>, E> {
        let Self { value, response, misfits } = self;
        Ok(ResponseValue { value: change(value), response, misfits })
    }
}

/// The pages that begin with a call; `read` reads the answer of each.
pub fn pages<T: Send + 'static, E: Send + 'static>(
    prepared: Result<(Inner, reqwest::Request, OperationInfo, Extras), Error<E>>,
    paging: Paging,
    read: fn(Answer) -> PageRead<T, E>,
) -> Pages<T, E> {
    Pages::new(prepared, paging, read)
}

/// How the answer to a call for a page is read.
pub type PageRead<T, E> = Pin<Box<dyn Future<Output = Result<ResponseValue<T>, Error<E>>> + Send>>;

/// What stands in a path segment as it is: the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a value for a path segment.
pub fn encode_path(value: &str) -> PercentEncode<'_> {
    utf8_percent_encode(value, SEGMENT)
}

/// A query parameter as OpenAPI writes it unless a page says otherwise (`style: form`, exploded): a pair
/// for a value, one for each item of a list or field of an object, none for nothing.
pub struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a T,
}

impl<'a, T> QueryParam<'a, T> {
    /// A parameter of a name.
    pub fn new(name: &'a str, value: &'a T) -> Self {
        Self { name, value }
    }
}

impl<T: Serialize> Serialize for QueryParam<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |value: &Value| match value {
            Value::String(text) => Ok(text.clone()),
            Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
            _ => Err(S::Error::custom("a value inside of a query parameter is no plain one")),
        };
        let value = serde_json::to_value(self.value).map_err(S::Error::custom)?;
        let pairs: Vec<(&str, String)> = match &value {
            Value::Null => Vec::new(),
            Value::Array(items) => {
                items.iter().map(|item| Ok((self.name, text(item)?))).collect::<Result<_, _>>()?
            }
            Value::Object(fields) => fields
                .iter()
                .map(|(name, field)| Ok((name.as_str(), text(field)?)))
                .collect::<Result<_, _>>()?,
            plain => vec![(self.name, text(plain)?)],
        };
        pairs.serialize(serializer)
    }
}

/// The media type of forms.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// Bodies of forms.
pub trait RequestBuilderExt<E>: Sized {
    /// Sends pairs as a form.
    ///
    /// # Errors
    /// A value that has no form.
    fn form_urlencoded<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, Error<E>>;
}

impl<E> RequestBuilderExt<E> for RequestBuilder {
    fn form_urlencoded<T: Serialize + ?Sized>(self, body: &T) -> Result<Self, Error<E>> {
        // The error may quote a value.
        let refused = |_| Error::InvalidRequest("the body has no form".to_owned());
        let text = serde_urlencoded::to_string(body).map_err(refused)?;
        Ok(self.header(CONTENT_TYPE, FORM).body(text))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn query(value: Value) -> Option<String> {
        let http = crate::ClientBuilder::<crate::Client>::http_builder().build().unwrap();
        let request = http.get("http://localhost/");
        let request = request.query(&QueryParam::new("a", &value)).build();
        Some(request.ok()?.url().query().unwrap_or_default().to_owned())
    }

    #[test]
    fn query_of_plain_values() {
        assert_eq!(query(json!("b c&d")).unwrap(), "a=b+c%26d");
        assert_eq!([query(json!(10)), query(json!(true))].map(Option::unwrap), ["a=10", "a=true"]);
        assert_eq!(query(json!(null)).unwrap(), "");
    }

    #[test]
    fn query_of_lists_and_objects() {
        assert_eq!(query(json!(["x", 1])).unwrap(), "a=x&a=1");
        assert_eq!(query(json!({ "x": 1, "y": "z" })).unwrap(), "x=1&y=z");
    }

    #[test]
    fn query_of_what_has_no_form_is_an_error() {
        assert_eq!(query(json!([[1]])), None);
    }
}
