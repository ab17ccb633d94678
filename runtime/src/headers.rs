//! Headers of the caller's own, for all calls or for one.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// Headers that the connection needs as they are (RFC 9110, sections 7.2, 7.6.1, 8.6 and 11.7.2).
const RESERVED: [&str; 10] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Why a header cannot be set. Does not repeat the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("a header's name has characters that it cannot have")]
    Name,
    #[error("the header `{0}` has characters that a header cannot have")]
    Value(HeaderName),
    #[error("the header `{0}` is set by the connection")]
    Reserved(HeaderName),
    #[error("the header `{0}` is a credential: use `credential` for it")]
    Credential(HeaderName),
}

/// Reads a header.
pub(crate) fn read(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Refused> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Refused::Name)?;
    let value = HeaderValue::from_str(value).map_err(|_| Refused::Value(name.clone()))?;
    allowed(&name)?;
    Ok((name, value))
}

/// Whether a caller may set a header at all.
pub(crate) fn allowed(name: &HeaderName) -> Result<(), Refused> {
    match RESERVED.contains(&name.as_str()) {
        true => Err(Refused::Reserved(name.clone())),
        false => Ok(()),
    }
}

/// Whether headers leave a credential alone.
pub(crate) fn no_credential(headers: &HeaderMap, credential: &HeaderMap) -> Result<(), Refused> {
    match headers.keys().find(|name| credential.contains_key(*name)) {
        Some(name) => Err(Refused::Credential(name.clone())),
        None => Ok(()),
    }
}
