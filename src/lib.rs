#![doc = include_str!("../docs/front-page.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The README's programs are compiled as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// The client as the pipeline made it from `spec/`.
#[allow(missing_docs, rustdoc::all, clippy::all, clippy::pedantic)]
mod generated {
    #[cfg(feature = "codegen")]
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
    #[cfg(not(feature = "codegen"))]
    include!("generated.rs");
}

/// Typed mocks for the tests of those who depend on this crate: `httpmock` that knows the API.
#[cfg(feature = "mock")]
#[allow(missing_docs, rustdoc::all, clippy::all, clippy::pedantic)]
pub mod mock {
    #[cfg(feature = "codegen")]
    include!(concat!(env!("OUT_DIR"), "/mock.rs"));
    #[cfg(not(feature = "codegen"))]
    include!("generated_mock.rs");
}

/// How to use the client, a page for each subject.
pub mod guide {
    #[doc = include_str!("../docs/configuration.md")]
    pub mod configuration {}

    #[doc = include_str!("../docs/values.md")]
    pub mod values {}

    #[doc = include_str!("../docs/errors.md")]
    pub mod errors {}

    #[doc = include_str!("../docs/answers.md")]
    pub mod answers {}

    #[doc = include_str!("../docs/retries.md")]
    pub mod retries {}

    #[doc = include_str!("../docs/mocks.md")]
    pub mod mocks {}

    #[doc = include_str!("../docs/signing.md")]
    pub mod signing {}

    #[doc = include_str!("../docs/layers.md")]
    pub mod layers {}

    #[doc = include_str!("../docs/paging.md")]
    pub mod paging {}
}

// The types of dates and ids that this crate's types are made of.
pub use chrono;
pub use uuid;

pub use reqwest;

// What a layer is made with.
pub use openapi_client_runtime::tower;

pub use generated::{
    BASE_URL_VARIABLE, Client, ClientBuilder, Error, TOKEN_VARIABLE, builder, types,
};
pub use openapi_client_runtime::{
    ApiError, BODY_EXCERPT, BoxError, ByteStream, Bytes, Call, ConfigError, Credential,
    DEFAULT_MOST_PAGES, DEFAULT_RESPONSE_LIMIT, DecodeError, HttpService, InvalidCredential, Items,
    Misfit, NotSent, Outcome, Pages, PagesError, Proxy, Response, ResponseValue, RetryBudget,
    RetryPolicy, ToSign, TransportError, values,
};
