//! Which requests go through a proxy.
//!
//! Plain `http` goes through a proxy only if it was named for it here: variables of the environment are
//! set for a machine, by people who do not know that this client sends a token and personal data to a
//! service beside it. For `https` they are followed, as everywhere: the proxy sees a host's name, and
//! encrypted bytes.

use std::env;
use std::fmt;

use reqwest::{ClientBuilder, NoProxy, Url};

use crate::config::ConfigError;

/// A proxy, and what goes through it.
///
/// ```
/// use openapi_client_runtime::{Client, Proxy};
///
/// let proxy = Proxy::all("http://proxy.example:3128")?.basic_auth("ada", "secret").except("localhost");
/// let client = Client::builder("http://localhost").proxy(proxy).build()?;
/// # Ok::<(), openapi_client_runtime::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Proxy {
    inner: reqwest::Proxy,
}

impl Proxy {
    /// A proxy for `https`, such as `http://proxy.example:3128`: it is asked to `CONNECT`, and sees a
    /// host's name and encrypted bytes.
    ///
    /// # Errors
    /// An address that is no URL of a proxy.
    pub fn https(url: &str) -> Result<Self, ConfigError> {
        checked(url, "given to Proxy::https")?;
        Self::made(reqwest::Proxy::https(url), "given to Proxy::https")
    }

    /// A proxy for `https` and for plain `http`, of which it sees everything: credentials and personal
    /// data as well.
    ///
    /// # Errors
    /// An address that is no URL of a proxy.
    pub fn all(url: &str) -> Result<Self, ConfigError> {
        checked(url, "given to Proxy::all")?;
        Self::made(reqwest::Proxy::all(url), "given to Proxy::all")
    }

    /// Says who is asking (`Proxy-Authorization: Basic …`).
    #[must_use]
    pub fn basic_auth(self, user: &str, password: &str) -> Self {
        Self { inner: self.inner.basic_auth(user, password) }
    }

    /// Hosts that are reached directly, written as in the variable `NO_PROXY`.
    #[must_use]
    pub fn except(self, hosts: &str) -> Self {
        Self { inner: self.inner.no_proxy(NoProxy::from_string(hosts)) }
    }

    fn made(made: reqwest::Result<reqwest::Proxy>, origin: &str) -> Result<Self, ConfigError> {
        match made {
            Ok(inner) => Ok(Self { inner }),
            Err(_) => Err(ConfigError::InvalidProxy(origin.to_owned())),
        }
    }
}

/// Does not show the address, which may hold a password.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proxy")
    }
}

/// Where proxies come from.
#[derive(Clone, Debug, Default)]
pub(crate) enum Proxies {
    /// From the environment, for `https` alone.
    #[default]
    Environment,
    /// From the user.
    Named(Vec<Proxy>),
}

impl Proxies {
    /// One more that the user names.
    pub(crate) fn and(self, proxy: Proxy) -> Self {
        match self {
            Self::Environment => Self::Named(vec![proxy]),
            Self::Named(mut named) => {
                named.push(proxy);
                Self::Named(named)
            }
        }
    }

    /// Replaces the proxies of an HTTP client.
    pub(crate) fn set(&self, client: ClientBuilder) -> Result<ClientBuilder, ConfigError> {
        // Forgets those that were set, and does not look into the environment.
        let client = client.no_proxy();
        let proxies = match self {
            Self::Environment => from_environment(|name| {
                // What is not Unicode is no address either.
                env::var_os(name).map(|value| value.to_string_lossy().into_owned())
            })?,
            Self::Named(named) => named.clone(),
        };
        Ok(proxies.into_iter().fold(client, |client, proxy| client.proxy(proxy.inner)))
    }
}

/// The variables for `https`, the first one that is set; as curl reads them.
const VARIABLES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// The proxy for `https` that the environment names.
fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Vec<Proxy>, ConfigError> {
    let set = VARIABLES.iter().find_map(|name| Some((*name, variable(name)?)));
    let Some((name, url)) = set.filter(|(_, url)| !url.trim().is_empty()) else {
        return Ok(Vec::new());
    };
    let origin = format!("in the variable {name}");
    let url = with_scheme(url.trim());
    checked(&url, &origin)?;
    let mut proxy = Proxy::made(reqwest::Proxy::https(&url), &origin)?;
    let excepted = ["no_proxy", "NO_PROXY"].into_iter().find_map(variable);
    if let Some(hosts) = excepted {
        proxy = proxy.except(&hosts);
    }
    Ok(vec![proxy])
}

/// `proxy.example:3128` is a proxy that is spoken to by plain `http`.
fn with_scheme(url: &str) -> String {
    match url.contains("://") {
        true => url.to_owned(),
        false => format!("http://{url}"),
    }
}

/// Whether an address is the URL of a proxy that this client can speak to.
fn checked(url: &str, origin: &str) -> Result<(), ConfigError> {
    let refused = || ConfigError::InvalidProxy(origin.to_owned());
    let parsed = Url::parse(&with_scheme(url)).map_err(|_| refused())?;
    let has_host = parsed.host_str().is_some_and(|host| !host.is_empty());
    match matches!(parsed.scheme(), "http" | "https") && has_host {
        true => Ok(()),
        false => Err(refused()),
    }
}

#[cfg(test)]
mod tests {
    use super::from_environment;

    fn read(variables: &[(&str, &str)]) -> Result<usize, String> {
        let variable = |name: &str| {
            variables.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
        };
        from_environment(variable).map(|proxies| proxies.len()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_variable_for_plain_http_is_not_read() {
        assert_eq!(read(&[("http_proxy", "http://a:1"), ("HTTP_PROXY", "::not a proxy::")]), Ok(0));
    }

    #[test]
    fn variables_for_https_are_read() {
        assert_eq!(read(&[("HTTPS_PROXY", "http://proxy.example:3128")]), Ok(1));
        assert_eq!(read(&[("all_proxy", "proxy.example:3128")]), Ok(1));
    }

    #[test]
    fn an_empty_variable_is_none() {
        assert_eq!(read(&[("HTTPS_PROXY", "")]), Ok(0));
        // An empty one switches off what comes after it.
        assert_eq!(read(&[("https_proxy", ""), ("ALL_PROXY", "http://a:1")]), Ok(0));
    }

    #[test]
    fn a_variable_that_is_no_address_is_an_error_that_names_it() {
        let all =
            ["http://", "ftp://u:hunter2@a", "socks5://u:hunter2@a", "http://u:hunter2@a:port"];
        for wrong in all {
            let error = read(&[("HTTPS_PROXY", wrong)]).unwrap_err();
            assert!(error.contains("in the variable HTTPS_PROXY"), "{wrong}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
