//! The one error of every call.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::answer::{DecodeError, Misfit, Response};
use crate::http::BoxError;
use crate::outcome::Outcome;
use crate::paging::PagesError;
use crate::retry;
use crate::transport::{TransportError, chain};

/// Why a call did not end in a documented success. What that means for a write is its
/// [`outcome`](Self::outcome).
///
/// `Display` is one line: the status and its reason phrase, the code of the problem, and what of it this
/// client knows. It shows no request, no URL, no header and nothing of a body but the names of fields that
/// the document declares; nor does `Debug`. The whole body is there for code that asks for it:
/// [`Error::response`]. `{:#}` adds the causes, each once.
///
/// ```
/// use openapi_client_runtime::{Error, Outcome};
///
/// fn report<E>(error: &Error<E>) -> String {
///     match error {
///         Error::InvalidRequest(faults) => format!("the caller's mistake: {faults}"),
///         Error::ErrorResponse(answer) => format!("refused with {}", answer.status()),
///         _ if error.outcome() == Outcome::Unknown => format!("may have been done: {error}"),
///         _ => error.to_string(),
///     }
/// }
/// # let error = Error::<()>::InvalidRequest("`id` is missing".to_owned());
/// # assert_eq!(report(&error), "the caller's mistake: `id` is missing");
/// ```
#[non_exhaustive]
pub enum Error<E = ()> {
    /// The request was not sent: a required field is missing, or a value is not allowed.
    InvalidRequest(String),
    /// The request was not sent: there is no Tokio runtime here, or one without timers. It needs both of
    /// its drivers (`enable_all`): where it has timers and no input and output, connecting panics.
    NoRuntime,
    /// The request was not sent: the credentials provider, or the signer, failed or took too long. What it
    /// says is shown as a cause, with control characters escaped: it must not say what is secret.
    Credentials(BoxError),
    /// No complete response: not connected, not trusted, cut off, or not in time.
    Transport(TransportError),
    /// The API refused or failed: a status of 4xx or 5xx, whatever its body is.
    ErrorResponse(ApiError<E>),
    /// Neither success nor error as the API documents them: a success with another status, or a redirect that is not
    /// documented. None is followed, because it would carry personal data elsewhere; a documented one is an answer.
    UnexpectedResponse(Response),
    /// A documented success whose body cannot be read.
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
        /// What the status means for what the call was to do.
        outcome: Outcome,
    },
    /// A stream of pages ends before the API's pages do; the next one was not asked for.
    Pages(PagesError),
}

/// A response of 4xx or 5xx.
///
/// ```
/// use openapi_client_runtime::ApiError;
///
/// fn is_duplicate<E>(error: &ApiError<E>) -> bool {
///     error.status() == 409 && error.code() == Some("DUPLICATE")
/// }
/// ```
pub struct ApiError<E> {
    pub(crate) response: Response,
    pub(crate) problem: Option<E>,
    pub(crate) code: Option<String>,
    pub(crate) misfits: Vec<Misfit>,
}

impl<E> ApiError<E> {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// What the API says went wrong, if it says so in the documented form.
    pub fn problem(&self) -> Option<&E> {
        self.problem.as_ref()
    }

    /// The same, owned.
    pub fn into_problem(self) -> Option<E> {
        self.problem
    }

    /// The code of the problem, if there is one that the document marks as such and that looks like one:
    /// at most 64 letters, digits, `-`, `_`, `.` and `:`.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The fields of the body that are not in the [`problem`](Self::problem), as they do not fit: RFC 9457
    /// 3.1 has them ignored.
    pub fn misfits(&self) -> &[Misfit] {
        &self.misfits
    }

    /// The response with its whole body.
    pub fn response(&self) -> &Response {
        &self.response
    }
}

impl<E> fmt::Display for ApiError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Reason(self.status()))?;
        match self.code() {
            Some(code) => write!(f, " (code {code})"),
            None => Ok(()),
        }
    }
}

/// Shows whether there is a problem, not what it says.
impl<E> fmt::Debug for ApiError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiError({self})")
    }
}

impl<E> Error<E> {
    /// What became of what the call was to do. Decides whether a write may be called again.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::InvalidRequest(_) | Self::NoRuntime | Self::Credentials(_) | Self::Pages(_) => {
                Outcome::NotSent
            }
            Self::Transport(error) => error.outcome(),
            Self::ResponseTooLarge { outcome, .. } => *outcome,
            Self::ErrorResponse(ApiError { response, .. })
            | Self::UnexpectedResponse(response)
            | Self::InvalidResponse { response, .. } => {
                Outcome::of(response.status(), response.headers()).after(response.call().before)
            }
        }
    }

    /// The HTTP status, if the answer came as far as that.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Transport(error) => error.status(),
            Self::ResponseTooLarge { status, .. } => Some(*status),
            _ => self.response().map(Response::status),
        }
    }

    /// The problem that the API reported.
    pub fn problem(&self) -> Option<&E> {
        match self {
            Self::ErrorResponse(error) => error.problem(),
            _ => None,
        }
    }

    /// The code of the problem that the API reported, see [`ApiError::code`].
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::ErrorResponse(error) => error.code(),
            _ => None,
        }
    }

    /// The response with its whole body, if there is one.
    pub fn response(&self) -> Option<&Response> {
        match self {
            Self::ErrorResponse(error) => Some(&error.response),
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
        self.response()?.request_id()
    }

    /// How long the server asks to wait before the next attempt (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        retry::retry_after(self.headers()?)
    }

    /// Whether the same call may succeed later: no connection was made, or the status is 408, 429, 502,
    /// 503 or 504. It does not say that calling again does no harm: that is [`outcome`](Self::outcome).
    ///
    /// A timeout or a lost connection is not among them: the request may have been carried out.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Transport(error) => error.is_connect() && !error.is_proxy_refusal(),
            _ => self
                .status()
                .is_some_and(|status| matches!(status.as_u16(), 408 | 429 | 502 | 503 | 504)),
        }
    }

    /// Whether time ran out, while connecting or later.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_timeout())
    }

    /// Whether a proxy would not let the request through: it would not connect ([`TransportError`]), or
    /// it asks who is calling (407), which only a proxy does. It is not sent again.
    pub fn is_proxy_refusal(&self) -> bool {
        match self {
            Self::Transport(error) => error.is_proxy_refusal(),
            _ => self.status() == Some(StatusCode::PROXY_AUTHENTICATION_REQUIRED),
        }
    }

    /// 401: the credential is missing, wrong or no longer valid.
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// 429: too many requests.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// 4xx.
    pub fn is_client_error(&self) -> bool {
        self.status().is_some_and(|status| status.is_client_error())
    }

    /// 5xx.
    pub fn is_server_error(&self) -> bool {
        self.status().is_some_and(|status| status.is_server_error())
    }

    /// A word for logs and metrics: the status, or what went wrong (`error.type` of OpenTelemetry).
    pub(crate) fn error_type(&self) -> String {
        match self {
            Self::InvalidRequest(_) => "invalid_request".to_owned(),
            Self::NoRuntime => "no_runtime".to_owned(),
            Self::Credentials(_) => "credentials".to_owned(),
            Self::Transport(error) => error.error_type().to_owned(),
            Self::InvalidResponse { .. } => "invalid_response".to_owned(),
            Self::ResponseTooLarge { .. } => "response_too_large".to_owned(),
            Self::Pages(_) => "pages".to_owned(),
            Self::ErrorResponse(_) | Self::UnexpectedResponse(_) => {
                self.status().map_or_else(String::new, |status| status.as_str().to_owned())
            }
        }
    }
}

impl<E> From<reqwest::Error> for Error<E> {
    fn from(source: reqwest::Error) -> Self {
        // Generated code has this for building a request; sending is the client's part. The cause says
        // what is wrong; around it, the HTTP client says that it could not build a request.
        let source = source.without_url();
        let cause = chain(&source).last().map(ToString::to_string);
        Self::InvalidRequest(cause.unwrap_or_default())
    }
}

impl<E> From<reqwest::header::InvalidHeaderValue> for Error<E> {
    fn from(source: reqwest::header::InvalidHeaderValue) -> Self {
        Self::InvalidRequest(source.to_string())
    }
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRequest(reason) => {
                write!(f, "the request is not valid: {}", escaped(reason))
            }
            Self::NoRuntime => f.write_str(
                "calls need a Tokio runtime with all its drivers, and there is none here",
            ),
            Self::Credentials(_) => f.write_str("no credentials for the request"),
            Self::Transport(error) => error.fmt(f),
            Self::ErrorResponse(error) => error.fmt(f),
            Self::UnexpectedResponse(response) => {
                write!(f, "{}, which is not documented", Reason(response.status()))
            }
            Self::InvalidResponse { response, .. } => {
                let status = Reason(response.status());
                write!(f, "{status} with a body that is not as documented")
            }
            Self::ResponseTooLarge { status, limit, .. } => {
                write!(f, "{} with a body of more than {limit} bytes", Reason(*status))
            }
            Self::Pages(error) => error.fmt(f),
        }?;
        if f.alternate() { write_causes(f, self.source()) } else { Ok(()) }
    }
}

/// The same as `Display` with the causes: what is kept out of one must not come in by the other.
impl<E> fmt::Debug for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({self:#})")
    }
}

impl<E> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Credentials(source) => Some(source.as_ref()),
            Self::Transport(error) => error.source(),
            Self::InvalidResponse { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// The causes of an error, each once.
pub(crate) fn write_causes(
    f: &mut fmt::Formatter<'_>,
    source: Option<&(dyn StdError + 'static)>,
) -> fmt::Result {
    let texts = source.into_iter().flat_map(chain).map(|cause| escaped(&cause.to_string()));
    texts.into_iter().try_for_each(|text| write!(f, ": {text}"))
}

/// A status with the reason phrase that RFC 9110 gives it, not the server's.
pub(crate) struct Reason(pub StatusCode);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())?;
        match self.0.canonical_reason() {
            Some(reason) => write!(f, " {reason}"),
            None => Ok(()),
        }
    }
}

/// Text whose every character is one that is seen, as `Debug` has it but for quotes and backslashes: line breaks
/// would forge lines of a log, characters that have no form or turn the direction of others would hide or
/// reorder what stands in one.
pub(crate) fn escaped(text: &str) -> String {
    let is_plain = |c: char| matches!(c, '"' | '\'' | '\\') || c.escape_debug().eq([c]);
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        if is_plain(c) {
            escaped.push(c);
        } else {
            escaped.extend(c.escape_default());
        }
        escaped
    })
}
