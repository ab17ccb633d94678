//! Making a client. Whatever is wrong with the configuration is an error here, not at the first
//! call.

use std::env;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::redirect::Policy;
use tower::{Layer, Service};

use crate::base_url::BaseUrl;
use crate::client::{Client, Settings, Shared};
use crate::credentials::{self, Credential, Credentials, InvalidCredential, Provider};
use crate::headers;
use crate::http::{AddLayer, BoxError, Http, HttpService, boxed};
use crate::proxy::{Proxies, Proxy};
use crate::retry::{Bucket, RetryBudget, RetryPolicy};
use crate::signing::{self, ToSign};
use crate::tls;

/// The largest body that is read, unless set otherwise: 8 MiB.
pub const DEFAULT_RESPONSE_LIMIT: usize = 8 << 20;

/// A generated client: what it is made of, and where its configuration is in the environment.
pub trait Api: From<Client> {
    /// The variable of the base URL.
    const BASE_URL_VARIABLE: &'static str;
    /// The variable of the bearer token.
    const TOKEN_VARIABLE: &'static str;
}

/// Makes a client. Only the base URL is required.
///
/// ```
/// use std::time::Duration;
///
/// use openapi_client_runtime::Client;
///
/// let client = Client::builder("http://localhost")
///     .bearer_token("secret")
///     .timeout(Duration::from_secs(10))
///     .response_limit(1 << 20)
///     .build()?;
/// # Ok::<(), openapi_client_runtime::ConfigError>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<C> {
    base_url: String,
    credential: Option<Credential>,
    provider: Option<Provider>,
    /// Two providers, or one and a fixed credential.
    is_ambiguous: bool,
    settings: Settings,
    budget: RetryBudget,
    user_agent: Option<String>,
    allow_plain_http: bool,
    proxies: Proxies,
    connect_timeout: Duration,
    idle_timeout: Duration,
    configure: Option<Configure>,
    http_client: Option<reqwest::Client>,
    layers: Vec<AddLayer>,
    client: PhantomData<fn() -> C>,
}

/// What a user does to the builder of the HTTP client.
type Configure = Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// Why a client cannot be made.
///
/// ```
/// use openapi_client_runtime::{Client, ConfigError};
///
/// let error = Client::builder("http://api.example.com").build().unwrap_err();
/// assert!(error.to_string().contains("http"));
/// ```
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
    /// A header for all calls cannot be sent.
    #[error("the default headers cannot be sent: {0}")]
    InvalidHeader(String),
    /// A proxy's address cannot be used. It is not repeated, since it may hold a password.
    #[error(
        "the address of the proxy {0} is none: http://HOST:PORT or https://HOST:PORT is expected"
    )]
    InvalidProxy(String),
    /// A timeout or limit of zero would make every call fail.
    #[error("{0} is zero, so every call would fail")]
    Zero(&'static str),
    /// The base URL is `https`, and the program has no TLS.
    #[error(
        "the base URL is https, and no TLS is compiled in: switch on a feature of the client, \
         `rustls` (with ring), `aws-lc-rs` (rustls with aws-lc-rs) or `native-tls` (the operating system's)"
    )]
    NoTls,
    /// TLS could not be set up: no certificates of the platform, or a provider of the program that lacks
    /// what it takes.
    #[error("TLS could not be set up")]
    Tls(#[source] BoxError),
    /// The HTTP client could not be made, by what [`configure_http`](ClientBuilder::configure_http) did, or
    /// because TLS could not be set up.
    #[error("the HTTP client could not be made")]
    HttpClient(#[source] reqwest::Error),
}

impl<C> ClientBuilder<C> {
    /// A client of the API at `base_url`: `https://HOST`, and the path that all calls begin with if there
    /// is one.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            credential: None,
            provider: None,
            is_ambiguous: false,
            settings: Settings {
                credentials: Credentials::None,
                signer: None,
                headers: HeaderMap::new(),
                timeout: Duration::from_secs(30),
                retry: RetryPolicy::default(),
                response_limit: DEFAULT_RESPONSE_LIMIT,
                is_strict: false,
            },
            budget: RetryBudget::default(),
            user_agent: None,
            allow_plain_http: false,
            proxies: Proxies::default(),
            connect_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(3),
            configure: None,
            http_client: None,
            layers: Vec::new(),
            client: PhantomData,
        }
    }

    /// Sends `Authorization: Bearer TOKEN`.
    pub fn bearer_token(self, token: impl fmt::Display) -> Self {
        self.credential(Credential::bearer(token))
    }

    /// Sends a credential, in any headers. Without this and the like, none is sent. A second one is sent
    /// as well, if it has other headers; two values for one header are an error of [`build`](Self::build).
    pub fn credential(mut self, credential: Credential) -> Self {
        self.credential = Some(match self.credential.take() {
            Some(first) => first.and(credential),
            None => credential,
        });
        self
    }

    /// Asks for a credential before every attempt, for tokens that expire. Cache what is slow to
    /// get: it counts to the time that the attempt may take.
    pub fn credentials_provider<F, T, E>(mut self, ask: F) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output = Result<Credential, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        self.is_ambiguous |= self.provider.is_some();
        self.provider = Some(credentials::provider(ask));
        self
    }

    /// Signs every attempt: from the method, the authority, the path and query, the headers and the bytes
    /// of the body come headers, which are added. They are in no log.
    pub fn signer<F, T, E>(mut self, sign: F) -> Self
    where
        F: Fn(ToSign) -> T + Send + Sync + 'static,
        T: Future<Output = Result<HeaderMap, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        self.settings.signer = Some(signing::signer(sign));
        self
    }

    /// Headers of every call, such as an account's id. A call's own header of the same name takes their
    /// place. Those of the connection and of the credential are an error of [`build`](Self::build).
    pub fn default_headers(mut self, headers: HeaderMap) -> Self {
        self.settings.headers.extend(headers);
        self
    }

    /// How long connecting may take, TLS included: 5 seconds unless set, and at most nine tenths of the
    /// [`timeout`](Self::timeout). An attempt whose time ends while it connects is thereby known as not sent.
    /// Has no effect on an [`http_client`](Self::http_client) of your own.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Self { connect_timeout: timeout, ..self }
    }

    /// How long an idle connection is kept: 3 seconds unless set. A server that closes it first, just when
    /// a request is on its way, makes a call fail of which nobody knows whether it was carried out; most
    /// keep theirs for 5 seconds or more. What a server says with `Keep-Alive: timeout` the HTTP client
    /// does not hear: set less than that here where it is less than 4 seconds.
    ///
    /// A connection has no greatest age: one that is never idle for so long is kept, to the address that
    /// its host had when it was made. A changed DNS entry is seen once calls pause for this time, or the
    /// server closes the connection. A program that calls without a pause, and whose API moves while it
    /// stays up at its old address, makes a new client from time to time.
    ///
    /// Has no effect on an [`http_client`](Self::http_client) of your own.
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        Self { idle_timeout: timeout, ..self }
    }

    /// How long one attempt may take, from asking for credentials to the body's last byte: 30 seconds
    /// unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// When a call is sent again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// How much of what this client and its clones send may be repetition.
    pub fn retry_budget(self, budget: RetryBudget) -> Self {
        Self { budget, ..self }
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

    /// Makes a field of a response that does not fit its type an error, instead of leaving it out. For
    /// tests: what is wrong in a document shows there.
    pub fn strict_responses(mut self) -> Self {
        self.settings.is_strict = true;
        self
    }

    /// Allows plain `http://` to any host: everybody on the way can read and change personal data and
    /// your credentials. Loopback needs no permission.
    pub fn danger_allow_plain_http(self) -> Self {
        Self { allow_plain_http: true, ..self }
    }

    /// Names a proxy; the first one that is for a request takes it. Variables of the environment are not
    /// read then.
    ///
    /// Without this, `https` goes through the proxy in `https_proxy`, `HTTPS_PROXY`, `all_proxy` or
    /// `ALL_PROXY`, the first one that is set, but for the hosts in `no_proxy` or `NO_PROXY`; plain `http`
    /// goes through none.
    pub fn proxy(self, proxy: Proxy) -> Self {
        Self { proxies: self.proxies.and(proxy), ..self }
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(self) -> Self {
        Self { proxies: Proxies::Named(Vec::new()), ..self }
    }

    /// Configures the HTTP client: certificates, an identity, addresses, a pool. Afterwards, the guarantees
    /// of this client are set again: redirects are not followed, nothing is decompressed, no proxy is used
    /// that was not named by [`proxy`](Self::proxy), nothing is sent again but as the
    /// [retry policy](RetryPolicy) says, and the bytes on the wire are in no log.
    ///
    /// With the feature `rustls` alone, ring becomes the process's provider of cryptography if none is
    /// installed (`rustls::crypto::CryptoProvider`), since `reqwest` knows no other way to it. A program that
    /// installs its own does so before. Without this method, nothing of the process is touched.
    ///
    /// A second one is applied after the first. What it is not for: headers, which are not signed and not
    /// compared with the credential's if they are set here; use
    /// [`default_headers`](Self::default_headers). Timeouts set here only shorten the ones of this client.
    pub fn configure_http(
        mut self,
        configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.configure = Some(match self.configure.take() {
            Some(first) => Arc::new(move |builder| configure(first(builder))),
            None => Arc::new(configure),
        });
        self
    }

    /// A builder for an [`http_client`](Self::http_client) of your own, with what TLS needs. With the feature
    /// `rustls` alone, `reqwest`'s own (`Client::new`, `Client::builder`) panics unless the program has
    /// installed a provider of cryptography (`rustls::crypto::CryptoProvider`), for `reqwest` brings none but
    /// aws-lc-rs. This installs ring if none is.
    pub fn http_builder() -> reqwest::ClientBuilder {
        tls::of_ones_own(reqwest::Client::builder())
    }

    /// Uses an HTTP client of your own, as it is, such as [`http_builder`](Self::http_builder) makes. Prefer
    /// [`configure_http`](Self::configure_http).
    ///
    /// Timeout, limit, retries, credentials and headers set here still apply. Gone, unless the client has
    /// them, are:
    /// - redirects are followed, and carry the body, personal data and all, wherever they are told to;
    ///   make it with `redirect::Policy::none()`;
    /// - what the environment names as a proxy sees plain `http`; make it with `no_proxy()`;
    /// - compression is asked for and undone if any crate of the program has switched it on in `reqwest`;
    ///   the limit for bodies counts bytes after that;
    /// - the connect timeout, the idle timeout, [`proxy`](Self::proxy) and `configure_http` have no effect;
    /// - it may send a request again by itself, beside the retry policy; make it with `retry::never()`;
    /// - it may log the bytes on the wire, if it was made with `connection_verbose(true)`;
    /// - headers that it adds are not signed, and not compared with the credential's;
    /// - header lines that are folded are an error.
    pub fn http_client(self, client: reqwest::Client) -> Self {
        Self { http_client: Some(client), ..self }
    }

    /// Puts a layer of [`tower`](https://docs.rs/tower) between this client and the network: metrics, a
    /// recorder, a rate limit, a server in memory. It sees each attempt as it is sent, credentials and
    /// signature included. The last one that is added is the outermost. A layer whose service cannot be
    /// cloned needs a buffer.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<HttpService> + Send + Sync + 'static,
        L::Service:
            Service<reqwest::Request, Response = reqwest::Response> + Clone + Send + Sync + 'static,
        <L::Service as Service<reqwest::Request>>::Future: Send + 'static,
        <L::Service as Service<reqwest::Request>>::Error: Into<BoxError>,
    {
        self.layers.push(boxed(layer));
        self
    }

    fn check_times(&self) -> Result<(), ConfigError> {
        let zeros = [
            (self.connect_timeout.is_zero(), "the connect timeout"),
            (self.settings.timeout.is_zero(), "the timeout"),
            (self.settings.retry.total.is_zero(), "the total time of the retry policy"),
            (self.settings.response_limit == 0, "the response limit"),
        ];
        match zeros.into_iter().find(|(is_zero, _)| *is_zero) {
            Some((_, name)) => Err(ConfigError::Zero(name)),
            None => Ok(()),
        }
    }

    /// Where credentials come from, if that is one place.
    fn credentials(&mut self) -> Result<Credentials, ConfigError> {
        match (self.credential.take(), self.provider.take()) {
            _ if self.is_ambiguous => Err(InvalidCredential::ProviderAndFixed.into()),
            (Some(_), Some(_)) => Err(InvalidCredential::ProviderAndFixed.into()),
            (Some(credential), None) => Ok(Credentials::Fixed(credential.to_headers()?)),
            (None, Some(provider)) => Ok(Credentials::Asked(provider)),
            (None, None) => Ok(Credentials::None),
        }
    }

    /// The headers of every call.
    fn headers(&mut self) -> Result<(), ConfigError> {
        let refused = |error: headers::Refused| ConfigError::InvalidHeader(error.to_string());
        let all = &mut self.settings.headers;
        all.keys().try_for_each(headers::allowed).map_err(refused)?;
        if let Credentials::Fixed(credential) = &self.settings.credentials {
            headers::no_credential(all, credential).map_err(refused)?;
        }
        if let Some(user_agent) = self.user_agent.take() {
            let value = HeaderValue::try_from(user_agent);
            all.insert(USER_AGENT, value.map_err(|_| ConfigError::InvalidUserAgent)?);
        }
        Ok(())
    }

    /// A client that sends what is documented and goes where it is sent.
    fn http(&self) -> Result<reqwest::Client, ConfigError> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout.min(self.settings.timeout / 10 * 9))
            .pool_idle_timeout(self.idle_timeout)
            // Some servers still fold long header lines (RFC 9112, section 5.2).
            .http1_allow_obsolete_multiline_headers_in_responses(true);
        builder = match &self.configure {
            Some(configure) => configure(tls::of_ones_own(builder)),
            None => tls::whole(builder)?,
        };
        builder = builder
            .redirect(Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            // It would log bodies and credentials.
            .connection_verbose(false)
            // Another crate may have switched compression on; nobody documents it.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate();
        self.proxies.set(builder)?.build().map_err(ConfigError::HttpClient)
    }
}

impl<C: From<Client>> ClientBuilder<C> {
    /// Makes the client.
    ///
    /// # Errors
    /// A base URL that is not `https`, or that is while the program has no TLS; credentials that contradict each other or are no legal headers, a
    /// timeout of zero, a proxy in the environment that is no address.
    pub fn build(mut self) -> Result<C, ConfigError> {
        let base_url = BaseUrl::new(&self.base_url, self.allow_plain_http)?;
        self.check_times()?;
        self.settings.credentials = self.credentials()?;
        self.headers()?;
        let is_given = self.http_client.is_some() || self.configure.is_some();
        let requests = match self.http_client.take() {
            Some(client) => client,
            None if base_url.url().scheme() == "https" && !tls::is_there() => {
                return Err(ConfigError::NoTls);
            }
            None => self.http()?,
        };
        let http = Http::new(requests.clone(), is_given, &self.layers);
        let shared = Shared { base_url, requests, http, budget: Bucket::new(self.budget) };
        Ok(Client { shared: Arc::new(shared), settings: Arc::new(self.settings) }.into())
    }
}

impl<C: Api> ClientBuilder<C> {
    /// A client from the base URL and, if it is set, the bearer token that are in the environment, in the
    /// variables that the client is named after ([`Api`]).
    ///
    /// # Errors
    /// The base URL is not set, or one of them is not Unicode.
    pub fn from_env() -> Result<Self, ConfigError> {
        let read = |name| match env::var(name) {
            Ok(value) => Ok(value),
            Err(env::VarError::NotPresent) => Err(ConfigError::MissingVariable(name)),
            Err(env::VarError::NotUnicode(_)) => Err(ConfigError::InvalidVariable(name)),
        };
        let builder = Self::new(read(C::BASE_URL_VARIABLE)?);
        match read(C::TOKEN_VARIABLE) {
            Ok(token) => Ok(builder.bearer_token(token)),
            Err(ConfigError::MissingVariable(_)) => Ok(builder),
            Err(error) => Err(error),
        }
    }
}

/// Shows what is set, not what it is: the base URL may be written with a password.
impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.settings.headers.keys().map(HeaderName::as_str).collect();
        f.debug_struct("ClientBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.settings.timeout)
            .field("retry", &self.settings.retry)
            .field("response_limit", &self.settings.response_limit)
            .field("default_headers", &names)
            .finish_non_exhaustive()
    }
}
