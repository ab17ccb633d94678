//! Calls of which no function was generated.

use std::fmt;
use std::marker::PhantomData;

use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::error::Error;
use crate::extras::Extras;
use crate::generated::encode_path;
use crate::info::{OperationInfo, repeat};
use crate::response::Response;

/// A call of which no function was generated, made by `client.request(method, path)`.
///
/// Goes through the same credentials, retries, limits and redaction as every other call. A success is
/// returned as a [`Response`]; its [`json`](Response::json) decodes it.
#[must_use = "a call does nothing until it is sent"]
pub struct Call<E = ()> {
    client: Client,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    body: Option<Result<Vec<u8>, String>>,
    extras: Extras,
    is_repeatable: bool,
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
            error: PhantomData,
        }
    }

    /// Appends one segment to the path, percent-encoded: an id may hold any character.
    pub fn segment(mut self, value: impl fmt::Display) -> Self {
        self.path =
            format!("{}/{}", self.path.trim_end_matches('/'), encode_path(&value.to_string()));
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
        self.body = Some(body);
        self
    }

    /// Says that the API recognises a request that it has seen, by an idempotency key perhaps, so that
    /// it may be sent again whatever became of it. Without this, the method decides.
    pub fn repeatable(mut self) -> Self {
        self.is_repeatable = true;
        self
    }

    fn url(&self) -> Result<Url, String> {
        let base = self.client.base_url();
        if !self.path.starts_with('/') || self.path.contains(['?', '#']) {
            return Err("the path must begin with `/` and have no query: use `query`".to_owned());
        }
        let wrong = |_| "the path is none".to_owned();
        let mut url = Url::parse(&format!("{base}{}", self.path)).map_err(wrong)?;
        let base = Url::parse(base).map_err(wrong)?;
        // `..` would lead to another API, with this one's credentials.
        if !url.path().starts_with(base.path().trim_end_matches('/')) {
            return Err("the path leads out of the base URL".to_owned());
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }
}

impl<E: DeserializeOwned> Call<E> {
    /// Sends the request.
    ///
    /// # Errors
    /// No success, or no whole answer.
    pub async fn send(self) -> Result<Response, Error<E>> {
        let url = self.url().map_err(Error::InvalidRequest)?;
        let repeat = match self.is_repeatable {
            true => crate::info::Repeat::Safe,
            false => repeat(&self.method),
        };
        let mut request = self.client.requests().request(self.method, url);
        if let Some(body) = self.body {
            let kind = (reqwest::header::CONTENT_TYPE, "application/json");
            request = request.header(kind.0, kind.1).body(body.map_err(Error::InvalidRequest)?);
        }
        // The path may hold ids, so logs do not know it.
        let info = OperationInfo::new("request", "", repeat);
        let answer = self.client.execute(request.build()?, info, self.extras).await;
        let answer = answer.map_err(Error::retype)?;
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
