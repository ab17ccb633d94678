//! A call that ended without a complete response.

use std::error::Error;
use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::http::{BoxError, NotSent};
use crate::outcome::Outcome;
use crate::retry::Happened;

/// A call that ended without a complete response.
///
/// ```
/// use openapi_client_runtime::Error;
///
/// fn advice<E>(error: &Error<E>) -> &'static str {
///     match error {
///         Error::Transport(lost) if lost.is_connect() => "the host cannot be reached",
///         Error::Transport(lost) if lost.is_timeout() => "it takes too long",
///         Error::Transport(_) => "the connection was lost",
///         _ => "there is a connection",
///     }
/// }
/// ```
pub struct TransportError {
    kind: Kind,
    /// The status and the outcome that it stands for, if the response came as far as that.
    answered: Option<(StatusCode, Outcome)>,
    /// What became of earlier attempts, if that may be more than nothing.
    before: Option<Outcome>,
    cause: Option<Cause>,
    inner: BoxError,
}

/// The innermost cause, which is the operating system's or the TLS library's: those around it say again
/// that a request failed.
struct Cause(String);

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    ConnectTimeout,
    Connect,
    ProxyRefused,
    Timeout,
    NotHttp,
    Lost,
    /// A layer failed, not the HTTP client.
    Layer,
    /// A layer says that it sent nothing.
    Withheld,
}

impl TransportError {
    /// A failure of the HTTP client, or of what is between it and this client.
    pub(crate) fn new(source: BoxError) -> Self {
        let inner = match source.downcast::<reqwest::Error>() {
            // The URL holds ids.
            Ok(error) => Box::new(error.without_url()) as BoxError,
            Err(other) => other,
        };
        let innermost = chain(inner.as_ref()).last();
        let innermost = innermost.filter(|cause| !cause.is::<reqwest::Error>());
        let cause = innermost.map(|cause| Cause(cause.to_string()));
        Self { kind: Kind::of(inner.as_ref()), answered: None, before: None, cause, inner }
    }

    /// A failure while the body was read.
    pub(crate) fn of_body(source: BoxError, status: StatusCode, headers: &HeaderMap) -> Self {
        let outcome = Outcome::of(status, headers);
        Self { answered: Some((status, outcome)), ..Self::new(source) }
    }

    /// No answer within the time that an attempt may take.
    pub(crate) fn timed_out() -> Self {
        let inner = BoxError::from("the time that an attempt may take is over");
        Self { kind: Kind::Timeout, answered: None, before: None, cause: None, inner }
    }

    /// No end of the body within the time that an attempt may take.
    pub(crate) fn body_timed_out(status: StatusCode, headers: &HeaderMap) -> Self {
        Self { answered: Some((status, Outcome::of(status, headers))), ..Self::timed_out() }
    }

    /// The same, after what became of earlier attempts.
    pub(crate) fn after(self, before: Option<Outcome>) -> Self {
        Self { before, ..self }
    }

    /// What the HTTP client, or a layer around it, said. Its texts may hold what a server sent.
    pub fn get_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
        self.inner.as_ref()
    }

    /// Whether no connection was made, so that nothing was sent.
    pub fn is_connect(&self) -> bool {
        matches!(self.kind, Kind::ConnectTimeout | Kind::Connect | Kind::ProxyRefused)
    }

    /// Whether time ran out.
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind, Kind::ConnectTimeout | Kind::Timeout)
    }

    /// Whether a proxy would not connect, or wants to know who is asking (403 or 407 to `CONNECT`). Other
    /// statuses but 200 are among them: the HTTP client tells 407 alone from the rest.
    pub fn is_proxy_refusal(&self) -> bool {
        self.kind == Kind::ProxyRefused
    }

    /// Whether the response cannot be parsed as HTTP.
    pub fn is_invalid_http(&self) -> bool {
        self.kind == Kind::NotHttp
    }

    /// The status, if the response came as far as that.
    pub fn status(&self) -> Option<StatusCode> {
        self.answered.map(|(status, _)| status)
    }

    pub(crate) fn outcome(&self) -> Outcome {
        let outcome = match self.answered {
            Some((_, outcome)) => outcome,
            None if self.is_connect() || self.kind == Kind::Withheld => Outcome::NotSent,
            None => Outcome::Unknown,
        };
        outcome.after(self.before)
    }

    /// What it means for sending again.
    pub(crate) fn happened(&self) -> Happened {
        match self.kind {
            Kind::ConnectTimeout | Kind::Connect => Happened::NotDone,
            Kind::Timeout | Kind::Lost if self.answered.is_some() => Happened::Unread,
            Kind::Timeout | Kind::Lost | Kind::Layer => Happened::Unknown,
            // The next answer would be the same.
            Kind::ProxyRefused | Kind::NotHttp | Kind::Withheld => Happened::Final,
        }
    }

    /// A word for logs and metrics (`error.type`).
    pub(crate) fn error_type(&self) -> &'static str {
        match self.kind {
            Kind::ConnectTimeout => "connect_timeout",
            Kind::Connect => "connect",
            Kind::ProxyRefused => "proxy_refused",
            Kind::Timeout => "timeout",
            Kind::NotHttp => "invalid_http",
            Kind::Lost => "connection_lost",
            Kind::Layer => "layer",
            Kind::Withheld => "not_sent",
        }
    }

    fn words(&self) -> &'static str {
        match (self.kind, self.answered.is_some()) {
            (Kind::ConnectTimeout, _) => "could not connect in time",
            (Kind::Connect, _) => "could not connect",
            (Kind::ProxyRefused, _) => "the proxy refused to connect",
            (Kind::Timeout, false) => "no response in time",
            (Kind::Timeout, true) => "the response did not end in time",
            (Kind::NotHttp, _) => "the response cannot be parsed",
            (Kind::Layer, _) => "a layer between this client and the network failed",
            (Kind::Withheld, _) => "a layer did not send the request",
            (Kind::Lost, false) => "the connection was lost before a response",
            (Kind::Lost, true) => "the response was cut off",
        }
    }
}

impl Kind {
    fn of(error: &(dyn Error + 'static)) -> Self {
        let http = chain(error).find_map(|cause| cause.downcast_ref::<reqwest::Error>());
        let is_connect = http.is_some_and(reqwest::Error::is_connect);
        let is_timeout = http.is_some_and(reqwest::Error::is_timeout);
        let is_of_a_layer = http.is_none() && !chain(error).any(|cause| cause.is::<hyper::Error>());
        match (is_connect, is_timeout) {
            _ if chain(error).any(|cause| cause.is::<NotSent>()) => Self::Withheld,
            _ if is_of_a_layer && chain(error).any(is_elapsed) => Self::Timeout,
            _ if is_of_a_layer => Self::Layer,
            (true, true) => Self::ConnectTimeout,
            (true, false) if chain(error).any(is_proxy_refusal) => Self::ProxyRefused,
            (true, false) => Self::Connect,
            (false, true) => Self::Timeout,
            (false, false) if chain(error).any(is_invalid_http) => Self::NotHttp,
            (false, false) => Self::Lost,
        }
    }
}

/// The HTTP client keeps the type of this error to itself.
fn is_proxy_refusal(cause: &(dyn Error + 'static)) -> bool {
    let text = cause.to_string();
    text == "tunnel error: proxy authorization required" || text == "tunnel error: unsuccessful"
}

fn is_elapsed(cause: &(dyn Error + 'static)) -> bool {
    cause.is::<tokio::time::error::Elapsed>()
}

fn is_invalid_http(cause: &(dyn Error + 'static)) -> bool {
    cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse)
}

/// An error and its causes.
pub(crate) fn chain<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'e (dyn Error + 'static)| (*error).source())
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((status, _)) = self.answered {
            write!(f, "{}: ", crate::error::Reason(status))?;
        }
        f.write_str(self.words())
    }
}

/// The same as `Display`, with the cause.
impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransportError({self}")?;
        crate::error::write_causes(f, self.source())?;
        f.write_str(")")
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

/// A TLS library names what the server's certificate says, so its words are escaped.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::error::escaped(&self.0))
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Error for Cause {}
