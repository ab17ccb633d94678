//! The client: one request in, one whole response out, within its limits.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;
use reqwest::{Method, Request};
use tokio::runtime::Handle;
use tokio::time::timeout;
use tracing::{Instrument, Span};

use crate::answer::{self, Parts, Response};
use crate::base_url::BaseUrl;
use crate::call::Call;
use crate::config::ClientBuilder;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::extras::Extras;
use crate::generated::{Answer, NoAnswer};
use crate::headers;
use crate::http::{BoxError, Http, TimeLeft};
use crate::info::{CalledAs, OperationInfo};
use crate::log;
use crate::outcome::Outcome;
use crate::requests::Requests;
use crate::retry::{self, Bucket, Happened, RetryPolicy};
use crate::signing::{Signer, ToSign};

/// A client of an API, by itself of none in particular: generated clients are made of one.
///
/// Cheap to clone; clones share connections, settings and the budget of retries.
///
/// ```
/// use openapi_client_runtime::reqwest::Method;
/// use openapi_client_runtime::{Client, Error};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::builder("http://localhost:8080").build()?;
/// let answer = client.request::<()>(Method::GET, "/health").send().await?;
/// println!("{}", answer.status());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) settings: Arc<Settings>,
}

/// What all clones share.
pub(crate) struct Shared {
    pub base_url: BaseUrl,
    /// Makes requests; they are sent by `http`.
    pub requests: reqwest::Client,
    pub http: Http,
    pub budget: Bucket,
}

/// What every call of a client has in common.
#[derive(Clone)]
pub(crate) struct Settings {
    pub credentials: Credentials,
    pub signer: Option<Signer>,
    pub headers: HeaderMap,
    pub timeout: Duration,
    pub retry: RetryPolicy,
    pub response_limit: usize,
    pub is_strict: bool,
}

impl Client {
    /// Makes a client of the API at `base_url`.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder<Self> {
        ClientBuilder::new(base_url)
    }

    /// The same client with another retry policy, for one call or more.
    #[must_use = "the client that it is called on stays as it is"]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        self.with(|settings| settings.retry = policy)
    }

    /// The same client with another timeout for each attempt, for one call or more.
    #[must_use = "the client that it is called on stays as it is"]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with(|settings| settings.timeout = timeout)
    }

    fn with(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut client = self.clone();
        change(Arc::make_mut(&mut client.settings));
        client
    }

    /// Any call, of which no function was generated: through the same credentials, retries, limits and
    /// redaction.
    pub fn request<E>(&self, method: Method, path: &str) -> Call<E> {
        Call::new(self.clone(), method, path)
    }

    /// The base URL, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.shared.base_url.as_str()
    }

    /// Makes requests, which [`execute`](Self::execute) sends.
    #[doc(hidden)]
    pub fn requests(&self) -> Requests<'_> {
        Requests { http: &self.shared.requests, base: &self.shared.base_url }
    }

    /// Sends a request, again where that does no harm, and reads the response.
    ///
    /// # Errors
    /// No response, or not a whole one. A response with an error status is an answer.
    #[doc(hidden)]
    pub async fn execute(
        &self,
        mut request: Request,
        info: OperationInfo,
        extras: Extras,
    ) -> Result<Answer, NoAnswer> {
        let base = &self.shared.base_url;
        let mut call = CalledAs::new(info, request.method(), request.url(), base);
        if !has_runtime() {
            return Err(log::failed(&call, Error::NoRuntime));
        }
        if let Err(reason) = self.add(&mut request, &info, extras) {
            return Err(log::failed(&call, Error::InvalidRequest(reason)));
        }
        let span = log::span(&call);
        let result = {
            // It is large, so it stays where it is.
            let attempts = pin!(self.attempts(request, &mut call, &span));
            attempts.instrument(span.clone()).await
        };
        log::ended(&span, result.as_ref().map(Answer::status));
        result.map_err(|error| log::failed(&call, error))
    }

    /// Adds what all calls have in common, and what the caller adds to this one.
    fn add(
        &self,
        request: &mut Request,
        info: &OperationInfo,
        extras: Extras,
    ) -> Result<(), String> {
        let Settings { headers, timeout, retry, .. } = &*self.settings;
        // The builder refuses it, but a client can be given another one.
        if timeout.is_zero() || retry.total.is_zero() {
            return Err("the time that it may take is zero".to_owned());
        }
        if !info.has_path(self.shared.base_url.below(request.url())) {
            return Err("a value in the path is empty, `.` or `..`, so that the path would be \
                        that of another operation"
                .to_owned());
        }
        for name in headers.keys() {
            if !request.headers().contains_key(name) {
                // Of a header with several values, none is lost.
                let values =
                    headers.get_all(name).iter().map(|value| (name.clone(), value.clone()));
                request.headers_mut().extend(values);
            }
        }
        let none = HeaderMap::new();
        let credential = self.settings.credentials.known().unwrap_or(&none);
        headers::no_credential(request.headers(), credential).map_err(|error| error.to_string())?;
        extras.apply(request, credential)
    }

    async fn attempts(
        &self,
        mut request: Request,
        call: &mut CalledAs,
        span: &Span,
    ) -> Result<Answer, NoAnswer> {
        let (started, policy) = (Instant::now(), &self.settings.retry);
        let left = || policy.total.saturating_sub(started.elapsed());
        let mut delays = None;
        let mut before = None;
        self.shared.budget.called();
        loop {
            // Bodies are held in memory, so a request can be cloned; if not, it is sent once.
            let again = match policy.may_repeat(call.info.repeat, call.resends) {
                true => request.try_clone(),
                false => None,
            };
            let result = match (self.attempt(request, call, left()).await, before.take()) {
                // It was not sent: what is to be told is what came of the one before.
                (Err(Error::Credentials(_)), Some(before)) if call.before.is_some() => {
                    return before;
                }
                (result, _) => result,
            };
            let (happened, asked) = happened(&result);
            let repeats = policy.repeats(call.info.repeat, happened);
            let Some(again) = again.filter(|_| repeats) else { return result };
            let delays = delays.get_or_insert_with(|| policy.delays());
            let Some(backoff) = delays.next() else { return result };
            let wait = policy.wait(backoff, asked);
            // What is cut short leaves nobody knowing what it did.
            let needed = wait.saturating_add(self.settings.timeout);
            if needed > left() || !self.shared.budget.take() {
                return result;
            }
            call.sends_again(attempted(&result));
            log::again(span, call.resends, wait);
            tokio::time::sleep(wait).await;
            (request, before) = (again, Some(result));
        }
    }

    async fn attempt(
        &self,
        mut request: Request,
        call: &CalledAs,
        left: Duration,
    ) -> Result<Answer, NoAnswer> {
        let sent = request.body().and_then(|body| body.as_bytes()).map_or(0, <[u8]>::len);
        let started = Instant::now();
        let time = TimeLeft { started, may_take: self.settings.timeout.min(left) };
        let result = match self.prepare(&mut request, time).await {
            Ok(()) => self.send(request, call, time).await,
            Err(error) => Err(error),
        };
        let logged =
            result.as_ref().map(|answer| (answer.status().as_u16(), answer.response.body().len()));
        log::attempt(logged, call.resends + 1, started, sent);
        result
    }

    /// Adds credentials and a signature, which may take their time.
    async fn prepare(&self, request: &mut Request, time: TimeLeft) -> Result<(), NoAnswer> {
        let Settings { credentials, signer, .. } = &*self.settings;
        // That no other header is its own has been seen.
        for (name, value) in credentials.known().into_iter().flatten() {
            request.headers_mut().insert(name.clone(), value.clone());
        }
        let prepared = match signer.is_some() || matches!(credentials, Credentials::Asked(_)) {
            true => timeout(time.left(), self.ask(request)).await,
            // Nobody is asked, so there is nothing to wait for.
            false => Ok(Ok(())),
        };
        match prepared {
            Ok(Ok(())) if !time.left().is_zero() => Ok(()),
            Ok(Err(error)) => Err(error),
            _ => {
                let reason = "they took as long as the whole attempt may take";
                Err(Error::Credentials(BoxError::from(reason)))
            }
        }
    }

    /// Asks for what is made for each attempt.
    async fn ask(&self, request: &mut Request) -> Result<(), NoAnswer> {
        if let Credentials::Asked(ask) = &self.settings.credentials {
            let credential = ask().await.and_then(|credential| Ok(credential.to_headers()?));
            let credential = credential.map_err(Error::Credentials)?;
            // Its names are known only now.
            let refused = |error: headers::Refused| Error::InvalidRequest(error.to_string());
            headers::no_credential(request.headers(), &credential).map_err(refused)?;
            request.headers_mut().extend(credential);
        }
        let Some(signer) = &self.settings.signer else { return Ok(()) };
        let Some(to_sign) = ToSign::of(request) else {
            let reason = "a body that is not held in memory cannot be signed";
            return Err(Error::InvalidRequest(reason.to_owned()));
        };
        let mut headers = signer(to_sign).await.map_err(Error::Credentials)?;
        headers.values_mut().for_each(|value| value.set_sensitive(true));
        request.headers_mut().extend(headers);
        Ok(())
    }

    async fn send(
        &self,
        request: Request,
        call: &CalledAs,
        time: TimeLeft,
    ) -> Result<Answer, NoAnswer> {
        let limit = self.settings.response_limit;
        let received = self.shared.http.send(request, time.left()).await;
        let mut received = received.map_err(|error| Error::Transport(error.after(call.before)))?;
        let status = received.status();
        let is_stream = call.info.streams && status.is_success();
        let body = match is_stream {
            true => bytes::Bytes::new(),
            false => answer::read_body(&mut received, limit, call, time).await?,
        };
        let headers = match is_stream {
            true => received.headers().clone(),
            false => std::mem::take(received.headers_mut()),
        };
        let (call, is_strict) = (call.clone(), self.settings.is_strict);
        let parts = Parts { status, headers, body, call, is_strict };
        let response = Response { parts: Box::new(parts) };
        Ok(Answer { response, unread: is_stream.then(|| Box::new(received)), limit, time })
    }
}

/// Whether there is a Tokio runtime here, and one with timers: nothing but trying tells.
fn has_runtime() -> bool {
    let try_timer = || drop(tokio::time::sleep(Duration::ZERO));
    Handle::try_current().is_ok() && std::panic::catch_unwind(try_timer).is_ok()
}

/// What became of an attempt.
fn attempted(result: &Result<Answer, NoAnswer>) -> Outcome {
    match result {
        Ok(answer) => Outcome::of(answer.status(), answer.response.headers()),
        Err(error) => error.outcome(),
    }
}

/// What came of an attempt as far as sending it again goes, and how long the server asks to wait first.
fn happened(result: &Result<Answer, NoAnswer>) -> (Happened, Option<Duration>) {
    match result {
        Ok(answer) => {
            let (status, headers) = (answer.status(), answer.response.headers());
            let happened = Happened::of(status.as_u16(), Outcome::of(status, headers));
            (happened, retry::retry_after(headers))
        }
        Err(Error::Transport(error)) => (error.happened(), None),
        Err(_) => (Happened::Final, None),
    }
}

/// Shows where the client goes and its settings, never the credentials.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .field("credentials", &self.settings.credentials)
            .field("timeout", &self.settings.timeout)
            .field("retry", &self.settings.retry)
            .field("response_limit", &self.settings.response_limit)
            .finish_non_exhaustive()
    }
}
