//! How a client tells the API who is calling.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use crate::headers;
use crate::http::BoxError;

/// The answer of a provider.
type Asked = Pin<Box<dyn Future<Output = Result<Credential, BoxError>> + Send>>;

/// What is sent to authenticate a request: a header, or several that belong together, such as a key's
/// id and its secret.
///
/// Values are in no `Debug` and in no log.
///
/// ```
/// use openapi_client_runtime::Credential;
///
/// let key = Credential::header("X-Key-Id", "42").and_header("X-Key-Secret", "secret");
/// assert!(!format!("{key:?}").contains("secret"));
/// let token = Credential::bearer("secret");
/// ```
#[derive(Clone)]
pub struct Credential {
    headers: Vec<(String, String)>,
    /// A pair of which `Authorization: Basic` could not be read again as it was given.
    is_ambiguous: bool,
}

impl Credential {
    /// `Authorization: Bearer TOKEN` (RFC 6750).
    pub fn bearer(token: impl fmt::Display) -> Self {
        let token = token.to_string();
        // The prefix must not hide that there is no token.
        let value = if token.trim().is_empty() { String::new() } else { format!("Bearer {token}") };
        Self::header(AUTHORIZATION.as_str(), value)
    }

    /// `Authorization: Basic …` (RFC 7617). The user name has no colon, and neither has control characters:
    /// such a pair is an error of `build`.
    pub fn basic(user: impl fmt::Display, password: impl fmt::Display) -> Self {
        let user = user.to_string();
        let pair = format!("{user}:{password}");
        let is_ambiguous = user.contains(':') || pair.contains(char::is_control);
        // Keys are sent as the one or the other, with nothing beside them; without both, there is none.
        let value = match pair.trim() {
            ":" => String::new(),
            _ => format!("Basic {}", BASE64_STANDARD.encode(pair)),
        };
        Self { is_ambiguous, ..Self::header(AUTHORIZATION.as_str(), value) }
    }

    /// Any header, such as an API key.
    pub fn header(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { headers: vec![(name.into(), value.into())], is_ambiguous: false }
    }

    /// This credential and another header that belongs to it.
    #[must_use]
    pub fn and_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Another credential's headers as well.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.headers.extend(other.headers);
        self.is_ambiguous |= other.is_ambiguous;
        self
    }

    /// The names of its headers.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|(name, _)| name.as_str())
    }

    /// The headers, marked as sensitive.
    pub(crate) fn to_headers(&self) -> Result<HeaderMap, InvalidCredential> {
        if self.is_ambiguous {
            return Err(InvalidCredential::Basic);
        }
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let header = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| InvalidCredential::Name(name.clone()))?;
            headers::allowed(&header).map_err(|_| InvalidCredential::Reserved(name.clone()))?;
            if value.trim().is_empty() {
                return Err(InvalidCredential::Empty(name.clone()));
            }
            let mut value = HeaderValue::from_str(value)
                .map_err(|source| InvalidCredential::Value(name.clone(), source))?;
            value.set_sensitive(true);
            if headers.insert(header, value).is_some() {
                return Err(InvalidCredential::Twice(name.clone()));
            }
        }
        Ok(headers)
    }
}

/// Shows the names of the headers only.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({}: set)", self.names().collect::<Vec<_>>().join(", "))
    }
}

/// A credential that cannot be sent. Does not repeat the value.
///
/// ```
/// use openapi_client_runtime::{Client, ConfigError};
///
/// let refused = Client::builder("http://localhost").bearer_token("two\nlines").build();
/// assert!(matches!(refused, Err(ConfigError::Credential(_))));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidCredential {
    /// The name is not a header's name.
    #[error("`{0}` is not a header name")]
    Name(String),
    /// The header belongs to the connection.
    #[error("the header `{0}` is set by the connection, so it is no credential")]
    Reserved(String),
    /// The value has characters that a header cannot have.
    #[error("the value for the header `{0}` has characters that a header cannot have")]
    Value(String, #[source] reqwest::header::InvalidHeaderValue),
    /// A pair of which `Authorization: Basic` could not be read again as it was given.
    #[error(
        "a user name with a colon, or a user name or password with control characters, cannot be sent by \
         `Authorization: Basic`"
    )]
    Basic,
    /// The value is empty, or nothing but blanks.
    #[error("the value for the header `{0}` is empty")]
    Empty(String),
    /// Two values for one header: only one of them could be sent.
    #[error("the header `{0}` is given two values, by two credentials")]
    Twice(String),
    /// A provider and a fixed credential: only one of them could be sent.
    #[error("a credentials provider and another credential are both set")]
    ProviderAndFixed,
}

/// Where credentials come from.
#[derive(Clone, Default)]
pub(crate) enum Credentials {
    #[default]
    None,
    /// Headers that are the same for each request.
    Fixed(HeaderMap),
    Asked(Provider),
}

/// Gives a credential for each request.
pub(crate) type Provider = Arc<dyn Fn() -> Asked + Send + Sync>;

/// A provider of a function.
pub(crate) fn provider<F, T, E>(ask: F) -> Provider
where
    F: Fn() -> T + Send + Sync + 'static,
    T: Future<Output = Result<Credential, E>> + Send + 'static,
    E: Into<BoxError>,
{
    Arc::new(move || {
        let answer = ask();
        Box::pin(async move { answer.await.map_err(Into::into) })
    })
}

impl Credentials {
    /// The headers of every attempt, if they are known without asking.
    pub(crate) fn known(&self) -> Option<&HeaderMap> {
        match self {
            Self::Fixed(headers) => Some(headers),
            Self::None | Self::Asked(_) => None,
        }
    }
}

/// Shows the names of the headers only.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Fixed(headers) => {
                let names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
                write!(f, "{}: set", names.join(", "))
            }
            Self::Asked(_) => f.write_str("asked for each request"),
        }
    }
}
