//! Where a client goes, and what is below it.

use std::net::IpAddr;
use std::sync::Arc;

use reqwest::Url;

use crate::config::ConfigError;

/// The URL that every call of a client begins with.
#[derive(Debug)]
pub(crate) struct BaseUrl {
    url: Url,
    /// The same with a path that is as long as most are, so that there is room for one in a copy.
    roomy: Url,
    host: Arc<str>,
    /// Without a slash at its end, as paths start with one.
    text: String,
}

impl BaseUrl {
    /// Reads a base URL, and refuses what would send calls astray or in clear.
    pub(crate) fn new(text: &str, allow_plain_http: bool) -> Result<Self, ConfigError> {
        let wrong = |reason| Err(ConfigError::InvalidBaseUrl(reason));
        let Ok(url) = Url::parse(text.trim()) else {
            return wrong("is not a URL such as https://HOST");
        };
        let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
            return wrong("has no host");
        };
        // The parser takes `https:/host`, which some pages have, for `https://host`.
        if !text.contains("://") {
            return wrong("has no `//` before its host");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("has a user name or password: use a credential");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return wrong("has a query or a fragment");
        }
        match url.scheme() {
            "https" => {}
            "http" if allow_plain_http || is_loopback(host) => {}
            "http" => return Err(ConfigError::PlainHttp { host: host.to_owned() }),
            _ => return wrong("is neither https nor http"),
        }
        let (host, text) = (host.into(), url.as_str().trim_end_matches('/').to_owned());
        let mut roomy = url.clone();
        roomy.set_path(&"-".repeat(128));
        Ok(Self { url, roomy, host, text })
    }

    /// The URL without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL as it was parsed.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Reads the text of a URL that begins with this one, of which only the path is new; none if it may be any
    /// other. Every call is made with one, and to read the whole of it takes three times as long.
    pub(crate) fn read(&self, text: &str) -> Option<Url> {
        let path = text.strip_prefix(self.as_str())?;
        let start = self.text.len().checked_sub(self.url.path().trim_end_matches('/').len())?;
        // What has a meaning of its own, or none, is for the parser.
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'\\');
        if !path.starts_with('/') || !path.bytes().all(is_plain) {
            return None;
        }
        let mut url = self.roomy.clone();
        url.set_path(text.get(start..)?);
        Some(url)
    }

    /// The host of a URL, shared where it is that of this one.
    pub(crate) fn host_of(&self, url: &Url) -> Arc<str> {
        match url.host_str() {
            Some(host) if *host == *self.host => Arc::clone(&self.host),
            host => host.unwrap_or_default().into(),
        }
    }

    /// The path of a URL below this one, empty or with a slash before it; none if it leads elsewhere, where
    /// credentials must not go.
    pub(crate) fn below<'a>(&self, url: &'a Url) -> Option<&'a str> {
        let rest = url.path().strip_prefix(self.url.path().trim_end_matches('/'))?;
        // Every call is asked this, and `Url::origin` copies the host.
        let is_same_origin = url.scheme() == self.url.scheme()
            && url.host() == self.url.host()
            && url.port_or_known_default() == self.url.port_or_known_default();
        let is_below = is_same_origin
            && url.username().is_empty()
            && url.password().is_none()
            && (rest.is_empty() || rest.starts_with('/'));
        is_below.then_some(rest)
    }
}

/// RFC 6761 reserves `localhost`; an address is what it is.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn below(url: &str) -> Option<String> {
        let base = BaseUrl::new("https://api.example.com/v1/", false).unwrap();
        base.below(&base.url().join(url).unwrap()).map(str::to_owned)
    }

    #[test]
    fn urls_below() {
        assert_eq!(below("/v1/pets?page=2").unwrap(), "/pets");
        assert_eq!(below("https://api.example.com/v1").unwrap(), "");
        assert_eq!(below("https://api.example.com:443/v1/a").unwrap(), "/a");
    }

    #[test]
    fn a_url_of_which_only_the_path_is_new_is_not_parsed_whole() {
        let base = BaseUrl::new("https://api.example.com/v1/", false).unwrap();
        let read = |text: &str| base.read(text).map(String::from);
        let url = "https://api.example.com/v1/a%2Fb/..";
        assert_eq!(read(url).unwrap(), "https://api.example.com/v1/");
        for url in ["/a?b", "/a#b", "/a\\b", "/a b", "/\u{e9}", "/a\n", "", "0/a"] {
            assert_eq!(read(&format!("https://api.example.com/v1{url}")), None, "{url}");
        }
        assert_eq!(read("https://evil.example.com/v1/a"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn a_url_is_read_as_the_parser_reads_it(
            base in "https://[a-c]{1,3}(:443|:8443|)(/|//|)([a-c.%2e]{0,4}/){0,2}[a-c]{0,2}",
            path in "(/[!-~]{0,4}|/(\\.|%2e|%2E){1,3}){0,4}",
        ) {
            let Ok(base) = BaseUrl::new(&base, false) else { return Ok(()) };
            let text = format!("{}{path}", base.as_str());
            if let Some(url) = base.read(&text) {
                prop_assert_eq!(url, Url::parse(&text).unwrap());
            }
        }
    }

    #[test]
    fn urls_that_lead_elsewhere() {
        for url in [
            "https://evil.example.com/v1/pets",
            "//evil.example.com/v1/pets",
            "http://api.example.com/v1/pets",
            "https://api.example.com:8443/v1/pets",
            "https://api.example.com@evil.example.com/v1/pets",
            "https://me:secret@api.example.com/v1/pets",
            "https://api.example.com.evil.example.com/v1/pets",
            "/v2/pets",
            "/v10/pets",
            "/v1/../v2/pets",
            "/v1/%2e%2e/v2/pets",
            "file:///v1/pets",
        ] {
            assert_eq!(below(url), None, "{url}");
        }
    }
}
