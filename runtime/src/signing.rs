//! Signatures: headers that are made from the whole request, for each attempt.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Method, Request, Url};

use crate::headers;
use crate::http::BoxError;

/// A request that is about to be sent, for whoever signs it. Cheap to clone.
///
/// Its `Debug` shows neither path nor headers nor body.
///
/// ```
/// use openapi_client_runtime::ToSign;
///
/// /// What some APIs sign: the method, the path with its query, and the body.
/// fn text(request: &ToSign) -> Vec<u8> {
///     let head = format!("{}\n{}\n", request.method(), request.path_and_query());
///     [head.as_bytes(), request.body()].concat()
/// }
/// ```
#[derive(Clone)]
pub struct ToSign {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Bytes,
}

impl ToSign {
    /// None for a body that is not held in memory: nobody could sign it.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let body = match request.body() {
            None => Bytes::new(),
            Some(body) => Bytes::copy_from_slice(body.as_bytes()?),
        };
        let (method, url) = (request.method().clone(), request.url().clone());
        Some(Self { method, url, headers: request.headers().clone(), body })
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The authority as the header `Host` has it: the host, and the port if it is not that of the scheme.
    pub fn authority(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// The path and the query as they are sent, percent-encoded.
    pub fn path_and_query(&self) -> String {
        match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        }
    }

    /// The path as it is sent, percent-encoded.
    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// The query as it is sent, percent-encoded.
    pub fn query(&self) -> Option<&str> {
        self.url.query()
    }

    /// The headers that this client sets, credentials among them. `Host`, `Content-Length` and what else
    /// belongs to the connection come later.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body, byte for byte as it is sent.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl std::fmt::Debug for ToSign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ToSign").field("method", &self.method).finish_non_exhaustive()
    }
}

type Signed = Pin<Box<dyn Future<Output = Result<HeaderMap, BoxError>> + Send>>;

/// Makes the headers of a signature.
pub(crate) type Signer = Arc<dyn Fn(ToSign) -> Signed + Send + Sync>;

/// A signer of a function.
pub(crate) fn signer<F, T, E>(sign: F) -> Signer
where
    F: Fn(ToSign) -> T + Send + Sync + 'static,
    T: Future<Output = Result<HeaderMap, E>> + Send + 'static,
    E: Into<BoxError>,
{
    Arc::new(move |request| {
        let signed = sign(request);
        Box::pin(async move {
            let headers = signed.await.map_err(Into::into)?;
            // `Host` and the like are the connection's: another value would be another request.
            headers.keys().try_for_each(headers::allowed)?;
            Ok(headers)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to_sign(url: &str) -> ToSign {
        ToSign::of(&Request::new(Method::GET, url.parse().unwrap())).unwrap()
    }

    #[test]
    fn the_authority_is_what_the_header_host_has() {
        for (url, authority) in [
            ("https://api.example.com/a", "api.example.com"),
            ("https://api.example.com:443/a", "api.example.com"),
            ("http://api.example.com:443/a", "api.example.com:443"),
            ("https://[::1]:8443/a", "[::1]:8443"),
            ("https://b\u{fc}cher.example/a", "xn--bcher-kva.example"),
        ] {
            assert_eq!(to_sign(url).authority(), authority, "{url}");
        }
    }

    #[test]
    fn path_and_query_are_as_they_are_sent() {
        for (url, target) in [
            ("https://a.example", "/"),
            ("https://a.example/?", "/?"),
            ("https://a.example/a%2fb/\u{e9}?q=\u{e9} x#part", "/a%2fb/%C3%A9?q=%C3%A9%20x"),
        ] {
            assert_eq!(to_sign(url).path_and_query(), target, "{url}");
        }
    }

    #[test]
    fn what_is_to_be_signed_shows_its_method_alone() {
        let shown = format!("{:?}", to_sign("https://a.example/hunter2?q=hunter2"));
        assert_eq!(shown, "ToSign { method: GET, .. }");
    }
}
