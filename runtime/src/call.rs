//! Calls of which no function was generated.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, Request, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::Response;
use crate::client::Client;
use crate::error::Error;
use crate::extras::Extras;
use crate::generated::encode_path;
use crate::info::{CalledAs, OperationInfo, Repeat, repeat};
use crate::log;

/// A call of which no function was generated, made by `client.request(method, path)`.
///
/// Goes through the same credentials, retries, limits and redaction as every other call. A success is
/// returned as a [`Response`]; its [`json`](Response::json) decodes it.
///
/// ```
/// use openapi_client_runtime::{Client, Error};
/// use openapi_client_runtime::reqwest::Method;
///
/// # async fn example(client: Client) -> Result<(), Error> {
/// let call = client.request::<()>(Method::GET, "/pets").segment("id of a pet").query("page", 2);
/// let pet: Option<String> = call.send().await?.json().ok();
/// # Ok(())
/// # }
/// ```
#[must_use = "a call does nothing until it is sent"]
pub struct Call<E = ()> {
    client: Client,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    body: Option<Result<(String, Bytes), String>>,
    extras: Extras,
    is_repeatable: bool,
    is_other_path: bool,
    error: PhantomData<fn() -> E>,
}

impl<E> Call<E> {
    pub(crate) fn new(client: Client, method: Method, path: &str) -> Self {
        Self {
            client,
            method,
            path: path.to_owned(),
            query: Vec::new(),
            body: None,
            extras: Extras::default(),
            is_repeatable: false,
            is_other_path: false,
            error: PhantomData,
        }
    }

    /// Appends one segment to the path, percent-encoded: an id may hold any character. One that is empty,
    /// `.` or `..` is an error of `send`, since the path would be another one.
    pub fn segment(mut self, value: impl fmt::Display) -> Self {
        let value = value.to_string();
        self.is_other_path |= matches!(value.as_str(), "" | "." | "..");
        self.path = format!("{}/{}", self.path.trim_end_matches('/'), encode_path(&value));
        self
    }

    /// Adds a parameter to the query.
    pub fn query(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Sets a header. Those of the connection and of the credential are an error of `send`.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.extras.header(name, value);
        self
    }

    /// Sets the body, as JSON.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        // The error may quote a value.
        let body = serde_json::to_vec(body).map_err(|_| "the body has no form in JSON".to_owned());
        self.body = Some(body.map(|body| ("application/json".to_owned(), body.into())));
        self
    }

    /// Sets the body, of any media type.
    pub fn body(mut self, media_type: impl Into<String>, body: impl Into<Bytes>) -> Self {
        self.body = Some(Ok((media_type.into(), body.into())));
        self
    }

    /// Adds a field to the body, an object in JSON or a form; without a body, to the query. One that is
    /// there already is an error of `send`.
    pub fn extra(mut self, name: &str, value: impl Serialize) -> Self {
        self.extras.extra(name, value);
        self
    }

    /// Says that the API recognises a request that it has seen, by an idempotency key perhaps, so that
    /// it may be sent again whatever became of it. Without this, the method decides.
    pub fn repeatable(mut self) -> Self {
        self.is_repeatable = true;
        self
    }

    fn url(&self) -> Result<Url, String> {
        let base = &self.client.shared.base_url;
        if self.is_other_path {
            return Err("a segment of the path is empty, `.` or `..`".to_owned());
        }
        // The parser of URLs drops line breaks and tabs.
        if self.path.contains(char::is_control) {
            return Err("the path has control characters".to_owned());
        }
        if !self.path.starts_with('/') || self.path.contains(['?', '#']) {
            return Err("the path must begin with `/` and have no query: use `query`".to_owned());
        }
        let wrong = |_| "the path is none".to_owned();
        let mut url = Url::parse(&format!("{}{}", base.as_str(), self.path)).map_err(wrong)?;
        // `..` would lead to another API, with this one's credentials.
        if !base.below(&url).is_some_and(|path| path.starts_with('/')) {
            return Err("the path leads out of the base URL".to_owned());
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }
}

impl<E> Call<E> {
    /// The request, and what is added to it.
    fn made(self) -> Result<(Request, Extras), Error<E>> {
        let url = self.url().map_err(Error::InvalidRequest)?;
        let mut request = self.client.shared.requests.request(self.method, url);
        if let Some(body) = self.body {
            let (media_type, body) = body.map_err(Error::InvalidRequest)?;
            request = request.header(CONTENT_TYPE, media_type).body(body);
        }
        Ok((request.build()?, self.extras))
    }
}

impl<E: DeserializeOwned> Call<E> {
    /// Sends the request.
    ///
    /// # Errors
    /// No success, or no whole answer.
    pub async fn send(self) -> Result<Response, Error<E>> {
        let repeat = match self.is_repeatable {
            true => Repeat::Safe,
            false => repeat(&self.method),
        };
        // The path may hold ids, so logs do not know it.
        let info = OperationInfo::new("request", "", repeat);
        let (client, method) = (self.client.clone(), self.method.clone());
        let (request, extras) = self.made().map_err(|error| {
            let base = &client.shared.base_url;
            log::failed(&CalledAs::new(info, &method, base.url(), base), error)
        })?;
        let answer = client.execute(request, info, extras).await.map_err(Error::retype)?;
        match answer.status().is_success() {
            true => answer.whole().await.map_err(Error::retype),
            false => Err(Error::from_unexpected(answer).await),
        }
    }
}

/// Shows the method, no path, query, header or body.
impl<E> fmt::Debug for Call<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("method", &self.method).finish_non_exhaustive()
    }
}
