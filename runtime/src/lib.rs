//! What a client that was generated from an OpenAPI document does at run time, whatever the API: it
//! sends a request with its credentials, again where that does no harm, reads one whole response within
//! its limits, and tells what became of the call in one error that shows nothing of a person.
//!
//! Generated crates re-export what their users need of it. [`generated`] is for generated code alone.
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answer;
mod base_url;
mod call;
mod client;
mod config;
mod credentials;
mod error;
mod extras;
pub mod generated;
mod headers;
mod http;
mod info;
mod log;
#[cfg(feature = "mock")]
pub mod mock;
mod outcome;
mod paging;
mod pattern;
mod proxy;
mod requests;
mod retry;
mod signing;
#[cfg(feature = "sources")]
pub mod sources;
mod tls;
mod transport;
pub mod values;

pub use bytes::Bytes;
pub use reqwest;
pub use tower;

pub use answer::{BODY_EXCERPT, ByteStream, DecodeError, Misfit, Response, ResponseValue};
pub use call::Call;
pub use client::Client;
pub use config::{Api, ClientBuilder, ConfigError, DEFAULT_RESPONSE_LIMIT};
pub use credentials::{Credential, InvalidCredential};
pub use error::{ApiError, Error};
pub use http::{BoxError, HttpService, NotSent};
pub use outcome::Outcome;
pub use paging::{DEFAULT_MOST_PAGES, Items, Pages, PagesError};
pub use proxy::Proxy;
pub use retry::{RetryBudget, RetryPolicy};
pub use signing::ToSign;
pub use transport::TransportError;
