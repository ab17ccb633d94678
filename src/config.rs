//! Making a client. Whatever is wrong with the configuration is an error here, not at the first
//! call.

use std::env;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;

use crate::client::{Client, Settings};
use crate::credentials::{Credential, Credentials, InvalidCredential};
use crate::retry::RetryPolicy;

/// The base URL's environment variable, read by [`ClientBuilder::from_env`].
pub const BASE_URL_VARIABLE: &str = "MANIS_BASE_URL";
/// The bearer token's environment variable, read by [`ClientBuilder::from_env`].
pub const TOKEN_VARIABLE: &str = "MANIS_TOKEN";

/// The largest body that is read, unless set otherwise: 8 MiB.
pub const DEFAULT_RESPONSE_LIMIT: usize = 8 << 20;

/// Makes a [`Client`]. Only the base URL is required.
#[derive(Clone)]
pub struct ClientBuilder {
    base_url: String,
    settings: Settings,
    connect_timeout: Duration,
    user_agent: Option<String>,
    allow_plain_http: bool,
    http_client: Option<reqwest::Client>,
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The environment variable is not set.
    #[error("the environment variable {0} is not set")]
    MissingVariable(&'static str),
    /// The environment variable is not Unicode.
    #[error("the environment variable {0} is not Unicode")]
    InvalidVariable(&'static str),
    /// The base URL cannot be used.
    #[error("the base URL {0}")]
    InvalidBaseUrl(&'static str),
    /// Personal data and credentials would travel unencrypted.
    #[error(
        "the base URL is plain http to `{host}`: use https, or \
         danger_allow_plain_http if the network in between is yours"
    )]
    PlainHttp {
        /// The host of the base URL.
        host: String,
    },
    /// The credential cannot be sent.
    #[error(transparent)]
    Credential(#[from] InvalidCredential),
    /// The user agent has characters that a header cannot have.
    #[error("the user agent has characters that a header cannot have")]
    InvalidUserAgent,
    /// A timeout or limit of zero would make every call fail.
    #[error("{0} is zero, so every call would fail")]
    Zero(&'static str),
    /// The HTTP client could not be made: TLS could not be set up.
    #[error("the HTTP client could not be made")]
    HttpClient(#[source] reqwest::Error),
}

impl ClientBuilder {
    /// A client of the API at `base_url`, which is your own host: `https://HOST`.
    ///
    /// The page names no host (its server is `https://{url}`).
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            settings: Settings {
                credentials: Credentials::None,
                user_agent: None,
                timeout: Duration::from_secs(30),
                retry: RetryPolicy::default(),
                response_limit: DEFAULT_RESPONSE_LIMIT,
            },
            connect_timeout: Duration::from_secs(5),
            user_agent: None,
            allow_plain_http: false,
            http_client: None,
        }
    }

    /// A client from `MANIS_BASE_URL` and, if it is set, the bearer token `MANIS_TOKEN`.
    ///
    /// # Errors
    /// `MANIS_BASE_URL` is not set, or one of them is not Unicode.
    pub fn from_env() -> Result<Self, ConfigError> {
        let read = |name| match env::var(name) {
            Ok(value) => Ok(value),
            Err(env::VarError::NotPresent) => Err(ConfigError::MissingVariable(name)),
            Err(env::VarError::NotUnicode(_)) => Err(ConfigError::InvalidVariable(name)),
        };
        let builder = Self::new(read(BASE_URL_VARIABLE)?);
        match read(TOKEN_VARIABLE) {
            Ok(token) => Ok(builder.bearer_token(token)),
            Err(ConfigError::MissingVariable(_)) => Ok(builder),
            Err(error) => Err(error),
        }
    }

    /// Sends `Authorization: Bearer TOKEN`.
    pub fn bearer_token(self, token: impl fmt::Display) -> Self {
        self.credential(Credential::bearer(token))
    }

    /// Sends a credential in any header. Without this and the like, none is sent.
    pub fn credential(mut self, credential: Credential) -> Self {
        self.settings.credentials = Credentials::Fixed(credential);
        self
    }

    /// Asks for a credential before every attempt, for tokens that expire. Cache what is slow to
    /// get.
    pub fn credentials_provider<F, T, E>(mut self, ask: F) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output = Result<Credential, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        self.settings.credentials = Credentials::Asked(Arc::new(move || {
            let answer = ask();
            Box::pin(async move { answer.await.map_err(Into::into) })
        }));
        self
    }

    /// How long connecting may take, TLS included: 5 seconds unless set.
    /// Has no effect on an [`http_client`](Self::http_client) of your own.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Self { connect_timeout: timeout, ..self }
    }

    /// How long one attempt may take, from connecting to the body's last byte: 30 seconds unless
    /// set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// When a call is sent again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// The `User-Agent` header; none is sent unless set.
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        Self { user_agent: Some(user_agent.into()), ..self }
    }

    /// The largest response body in bytes, after decompression: 8 MiB unless set.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.settings.response_limit = bytes;
        self
    }

    /// Allows plain `http://` to any host: everybody on the way can read and change customers'
    /// data and your credentials. Loopback needs no permission.
    pub fn danger_allow_plain_http(self) -> Self {
        Self { allow_plain_http: true, ..self }
    }

    /// Uses an HTTP client of your own, for its proxy or certificates.
    ///
    /// Make it with `redirect::Policy::none()`: a client that follows redirects carries customers'
    /// data wherever it is told to. Timeout, limit, retries and credentials set here still apply;
    /// the connect timeout is the client's own.
    pub fn http_client(self, client: reqwest::Client) -> Self {
        Self { http_client: Some(client), ..self }
    }

    /// Makes the client.
    ///
    /// # Errors
    /// A base URL that is not `https`, a credential that is no legal header, a timeout of zero.
    pub fn build(mut self) -> Result<Client, ConfigError> {
        let baseurl = base_url(&self.base_url, self.allow_plain_http)?;
        for (is_zero, name) in [
            (self.connect_timeout.is_zero(), "the connect timeout"),
            (self.settings.timeout.is_zero(), "the timeout"),
            (self.settings.retry.total.is_zero(), "the total time of the retry policy"),
            (self.settings.response_limit == 0, "the response limit"),
        ] {
            if is_zero {
                return Err(ConfigError::Zero(name));
            }
        }
        if let Credentials::Fixed(credential) = &self.settings.credentials {
            credential.to_header()?;
        }
        let user_agent = self.user_agent.map(HeaderValue::try_from).transpose();
        self.settings.user_agent = user_agent.map_err(|_| ConfigError::InvalidUserAgent)?;
        let client = match self.http_client {
            Some(client) => client,
            None => http_client(self.connect_timeout).map_err(ConfigError::HttpClient)?,
        };
        Ok(Client { baseurl, client, settings: Arc::new(self.settings) })
    }
}

/// Shows what is set, not what it is: the base URL may be written with a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.settings.timeout)
            .field("retry", &self.settings.retry)
            .field("response_limit", &self.settings.response_limit)
            .finish_non_exhaustive()
    }
}

/// A client that sends what the page documents and goes where it is sent.
fn http_client(connect_timeout: Duration) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        .redirect(Policy::none())
        // Another crate may have switched compression on; the page documents none.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .build()
}

/// Checks a base URL and returns it without a slash at its end, as paths start with one.
fn base_url(text: &str, allow_plain_http: bool) -> Result<Arc<str>, ConfigError> {
    let url = Url::parse(text.trim())
        .map_err(|_| ConfigError::InvalidBaseUrl("is not a URL such as https://HOST"))?;
    let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
        return Err(ConfigError::InvalidBaseUrl("has no host"));
    };
    // The parser takes `https:/host`, as the vendor's page has it, for `https://host`.
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
    Ok(url.as_str().trim_end_matches('/').into())
}

/// RFC 6761 reserves `localhost`; an address is what it is.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
