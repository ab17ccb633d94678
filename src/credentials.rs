//! How a client tells the API who is calling.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Asked = Pin<Box<dyn Future<Output = Result<Credential, BoxError>> + Send>>;

/// What is sent to authenticate one request.
///
/// The vendor's page documents 401 and 403, but not how to authenticate, so any header will do.
/// The value is in no `Debug` and in no log.
#[derive(Clone)]
pub struct Credential {
    pub(crate) name: String,
    value: String,
}

impl Credential {
    /// `Authorization: Bearer TOKEN` (RFC 6750).
    pub fn bearer(token: impl fmt::Display) -> Self {
        Self { name: AUTHORIZATION.to_string(), value: format!("Bearer {token}") }
    }

    /// Any header, such as an API key.
    pub fn header(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }

    /// The header, marked as sensitive.
    pub(crate) fn to_header(&self) -> Result<(HeaderName, HeaderValue), InvalidCredential> {
        let name = HeaderName::from_bytes(self.name.as_bytes())
            .map_err(|_| InvalidCredential::Name(self.name.clone()))?;
        let mut value = HeaderValue::from_str(&self.value)
            .map_err(|source| InvalidCredential::Value(self.name.clone(), source))?;
        value.set_sensitive(true);
        Ok((name, value))
    }
}

/// Shows the header's name only.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({}: set)", self.name)
    }
}

/// A credential that cannot be sent. Does not repeat the value.
#[derive(Debug, thiserror::Error)]
pub enum InvalidCredential {
    /// The name is not a header's name.
    #[error("`{0}` is not a header name")]
    Name(String),
    /// The value has characters that a header cannot have.
    #[error("the value for the header `{0}` has characters that a header cannot have")]
    Value(String, #[source] reqwest::header::InvalidHeaderValue),
}

/// Where credentials come from.
#[derive(Clone)]
pub(crate) enum Credentials {
    None,
    /// One that [`Credential::to_header`] takes.
    Fixed(Credential),
    Asked(Arc<dyn Fn() -> Asked + Send + Sync>),
}

impl Credentials {
    /// The header for the next attempt.
    pub(crate) async fn header(&self) -> Result<Option<(HeaderName, HeaderValue)>, BoxError> {
        match self {
            Self::None => Ok(None),
            Self::Fixed(credential) => Ok(Some(credential.to_header()?)),
            Self::Asked(ask) => Ok(Some(ask().await?.to_header()?)),
        }
    }
}
