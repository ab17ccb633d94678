//! Where a client goes.

use std::net::IpAddr;

use reqwest::Url;

use crate::config::ConfigError;

/// Checks a base URL and returns it without a slash at its end, as paths start with one.
pub(crate) fn check(text: &str, allow_plain_http: bool) -> Result<String, ConfigError> {
    let url = Url::parse(text.trim())
        .map_err(|_| ConfigError::InvalidBaseUrl("is not a URL such as https://HOST"))?;
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
        return Err(ConfigError::InvalidBaseUrl("has no host"));
    };
    // The parser takes `https:/host`, which some pages have, for `https://host`.
    if !text.contains("://") {
        return Err(ConfigError::InvalidBaseUrl("has no `//` before its host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ConfigError::InvalidBaseUrl("has a user name or password: use a credential"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(ConfigError::InvalidBaseUrl("has a query or a fragment"));
    }
    match url.scheme() {
        "https" => {}
        "http" if allow_plain_http || is_loopback(host) => {}
        "http" => return Err(ConfigError::PlainHttp { host: host.to_owned() }),
        _ => return Err(ConfigError::InvalidBaseUrl("is neither https nor http")),
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// RFC 6761 reserves `localhost`; an address is what it is.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
