//! How generated code begins a request.

use reqwest::{Method, RequestBuilder};

use crate::base_url::BaseUrl;

/// Makes requests. Their URLs are texts that begin with the base URL, which is not parsed again.
pub struct Requests<'a> {
    pub(crate) http: &'a reqwest::Client,
    pub(crate) base: &'a BaseUrl,
}

macro_rules! methods {
    ($($name:ident: $method:ident),* $(,)?) => {
        $(
            #[doc = concat!("A request by `", stringify!($method), "`.")]
            pub fn $name(&self, url: impl AsRef<str>) -> RequestBuilder {
                self.request(Method::$method, url)
            }
        )*
    };
}

impl Requests<'_> {
    methods! { get: GET, post: POST, put: PUT, patch: PATCH, delete: DELETE, head: HEAD }

    /// A request by any method. What is wrong with the URL is an error of the request.
    pub fn request(&self, method: Method, url: impl AsRef<str>) -> RequestBuilder {
        match self.base.read(url.as_ref()) {
            Some(url) => self.http.request(method, url),
            None => self.http.request(method, url.as_ref()),
        }
    }
}
