/// A client of the Pet API.
///
/// Cheap to clone; clones share connections, settings and the budget of retries. Make one with
/// [`Client::builder`].
#[derive(Clone)]
pub struct Client {
    inner: ::openapi_client_runtime::Client,
}

/// Makes a [`Client`]. Only the base URL is required.
pub type ClientBuilder = ::openapi_client_runtime::ClientBuilder<Client>;

/// Why a call did not end in a documented success.
pub type Error<E = super::types::Problem> = ::openapi_client_runtime::Error<E>;

/// The base URL's environment variable, read by [`Client::from_env`].
pub const BASE_URL_VARIABLE: &str = "PETS_BASE_URL";

/// The bearer token's environment variable, read by [`Client::from_env`].
pub const TOKEN_VARIABLE: &str = "PETS_TOKEN";

impl Client {
    /// Makes a client of the API at `base_url`: `https://HOST`, and the path that all calls begin with if
    /// there is one.
    pub fn builder(base_url: impl ::std::convert::Into<::std::string::String>) -> ClientBuilder {
        ClientBuilder::new(base_url)
    }

    /// Makes a client from the environment: [`BASE_URL_VARIABLE`] and, if it is set, [`TOKEN_VARIABLE`].
    ///
    /// # Errors
    /// A variable that is missing or cannot be used.
    pub fn from_env() -> ::std::result::Result<Self, ::openapi_client_runtime::ConfigError> {
        ClientBuilder::from_env()?.build()
    }

    /// The base URL, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.inner.base_url()
    }

    /// The same client with another retry policy, for one call or more.
    #[must_use = "the client that it is called on stays as it is"]
    pub fn with_retry(&self, policy: ::openapi_client_runtime::RetryPolicy) -> Self {
        Self { inner: self.inner.with_retry(policy) }
    }

    /// The same client with another timeout for each attempt, for one call or more.
    #[must_use = "the client that it is called on stays as it is"]
    pub fn with_timeout(&self, timeout: ::std::time::Duration) -> Self {
        Self { inner: self.inner.with_timeout(timeout) }
    }

    /// Any call that has no function here, through the same credentials, retries, limits and redaction.
    pub fn request(
        &self,
        method: ::reqwest::Method,
        path: &str,
    ) -> ::openapi_client_runtime::Call<super::types::Problem> {
        self.inner.request(method, path)
    }
}

impl ::openapi_client_runtime::Api for Client {
    const BASE_URL_VARIABLE: &'static str = BASE_URL_VARIABLE;
    const TOKEN_VARIABLE: &'static str = TOKEN_VARIABLE;
}

impl ::std::convert::From<::openapi_client_runtime::Client> for Client {
    fn from(inner: ::openapi_client_runtime::Client) -> Self {
        Self { inner }
    }
}

/// Shows where the client goes and its settings, never the credentials.
impl ::std::fmt::Debug for Client {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        ::std::fmt::Debug::fmt(&self.inner, f)
    }
}
