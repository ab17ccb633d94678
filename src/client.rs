//! The client: one request in, one whole response out, within its limits.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{HeaderValue, USER_AGENT};
use reqwest::{Request, StatusCode};
use tracing::{Instrument, Span, debug, debug_span};

use crate::config::{ClientBuilder, ConfigError};
use crate::credentials::Credentials;
use crate::error::Error;
use crate::response::Response;
use crate::retry::{self, RetryPolicy};
use crate::runtime::OperationInfo;

/// A client of the Manis Unified API.
///
/// Cheap to clone; clones share connections and settings. Make one with [`Client::builder`].
#[derive(Clone)]
pub struct Client {
    pub(crate) baseurl: Arc<str>,
    pub(crate) client: reqwest::Client,
    pub(crate) settings: Arc<Settings>,
}

/// What comes of a request, before the body is decoded.
type Answer<E> = Result<Response, Error<E>>;

/// What every call of a client has in common.
#[derive(Clone)]
pub(crate) struct Settings {
    pub credentials: Credentials,
    pub user_agent: Option<HeaderValue>,
    pub timeout: Duration,
    pub retry: RetryPolicy,
    pub response_limit: usize,
}

impl Client {
    /// Makes a client of the API at `base_url`.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url)
    }

    /// Makes a client from the environment variables `MANIS_BASE_URL` and `MANIS_TOKEN`.
    ///
    /// # Errors
    /// A variable that is missing or cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        ClientBuilder::from_env()?.build()
    }

    /// The same client with another retry policy, for one call or more.
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        self.with(|settings| settings.retry = policy)
    }

    /// The same client with another timeout for each attempt, for one call or more.
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with(|settings| settings.timeout = timeout)
    }

    fn with(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut client = self.clone();
        change(Arc::make_mut(&mut client.settings));
        client
    }

    /// Sends a request, again where that does no harm, and reads the response.
    pub(crate) async fn execute<E>(&self, request: Request, info: &OperationInfo) -> Answer<E> {
        let span = debug_span!(
            "manis",
            operation = info.operation_id,
            method = %request.method(),
            path = info.path,
        );
        self.attempts(request, info).instrument(span).await
    }

    async fn attempts<E>(&self, request: Request, info: &OperationInfo) -> Answer<E> {
        let started = Instant::now();
        let left = || self.settings.retry.total.saturating_sub(started.elapsed());
        let mut delays = self.settings.retry.delays();
        let mut number = 1;
        loop {
            // Bodies are held in memory, so a request can be cloned; if not, it is sent once.
            let again = request.try_clone().filter(|_| info.retryable);
            let Some(copy) = again else { return self.attempt(request, left(), number).await };
            let result = self.attempt(copy, left(), number).await;
            let Some(asked) = is_worth_repeating(&result) else { return result };
            let Some(backoff) = delays.next() else { return result };
            let wait = asked.unwrap_or(backoff).max(backoff);
            if wait >= left() {
                return result;
            }
            debug!(attempt = number, wait_ms = millis(wait), "waiting to send again");
            tokio::time::sleep(wait).await;
            number += 1;
        }
    }

    async fn attempt<E>(&self, mut request: Request, left: Duration, number: u32) -> Answer<E> {
        let header = self.settings.credentials.header().await.map_err(Error::Credentials)?;
        request.headers_mut().extend(header.map(|(name, value)| (Some(name), value)));
        if let Some(user_agent) = &self.settings.user_agent {
            request.headers_mut().insert(USER_AGENT, user_agent.clone());
        }
        *request.timeout_mut() = Some(self.settings.timeout.min(left));
        let sent = request.body().and_then(|body| body.as_bytes()).map_or(0, <[u8]>::len);
        let started = Instant::now();
        let result = self.send(request).await;
        log(&result, number, started.elapsed(), sent);
        result
    }

    async fn send<E>(&self, request: Request) -> Answer<E> {
        let sent = self.client.execute(request).await;
        let response = sent.map_err(|error| Error::transport(None, error))?;
        Response::read(response, self.settings.response_limit).await
    }
}

/// Whether to send again, and how long the server asks to wait first.
fn is_worth_repeating<E>(result: &Answer<E>) -> Option<Option<Duration>> {
    match result {
        Ok(response) if retry::is_retryable(response.status()) => {
            Some(retry::retry_after(response.headers()))
        }
        Err(error) if error.is_retryable() => Some(None),
        _ => None,
    }
}

/// Sizes and durations; never a body, a header's value or an id.
fn log<E>(result: &Answer<E>, attempt: u32, took: Duration, sent: usize) {
    let status = match result {
        Ok(response) => Some(response.status()),
        Err(error) => error.status(),
    };
    let status = status.as_ref().map(StatusCode::as_u16);
    let received = result.as_ref().ok().map(|response| response.body().len());
    let duration_ms = millis(took);
    let complete = result.is_ok();
    Span::current().in_scope(|| {
        debug!(
            attempt,
            status,
            complete,
            duration_ms,
            sent_bytes = sent,
            received_bytes = received
        );
    });
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Shows where the client goes and its settings, never the credentials.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credentials = match &self.settings.credentials {
            Credentials::None => "none".to_owned(),
            Credentials::Fixed(credential) => {
                format!("{}: set", credential.name.to_ascii_lowercase())
            }
            Credentials::Asked(_) => "asked for each request".to_owned(),
        };
        f.debug_struct("Client")
            .field("base_url", &self.baseurl)
            .field("credentials", &format_args!("{credentials}"))
            .field("timeout", &self.settings.timeout)
            .field("retry", &self.settings.retry)
            .field("response_limit", &self.settings.response_limit)
            .finish_non_exhaustive()
    }
}
