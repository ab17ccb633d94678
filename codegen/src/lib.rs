#![doc = include_str!("../README.md")]
//!
//! ## Rooms
//!
//! Each stage is a function from a document to a document and a list of what it did: [`vendor`] → [`normalize`] →
//! [`overlay`] → [`describe`] → [`lower`] → [`progenitor`] (generate and refine). [`pipeline::run`] is all
//! of them in order, and [`build::run`] what a build script calls.
//!
//! Beside the way: `tables` reads what a page says in tables and lists, `audit` holds a page against its own
//! tables and examples, `drift` one version of a spec against another, `contract` renders what review reads of a
//! change, `examples` judges documented bodies, `outline` is the public surface of generated code as text,
//! `scaffold` writes a crate with tests of them. `command` is what a command line calls. These, and the reader of
//! pages, are behind the feature `commands`: a build script needs none of them.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::todo,
        reason = "what a vendor writes may be of any shape: a build ends with a client or an error, never a panic"
    )
)]

#[cfg(feature = "commands")]
pub mod audit;
mod bounds;
pub mod build;
#[cfg(feature = "commands")]
pub mod command;
#[cfg(feature = "commands")]
pub mod contract;
pub mod count;
pub mod describe;
pub mod document;
#[cfg(feature = "commands")]
pub mod drift;
pub mod error;
#[cfg(feature = "commands")]
pub(crate) mod examples;
pub mod files;
pub mod lower;
pub mod normalize;
#[cfg(feature = "commands")]
pub mod outline;
pub mod overlay;
pub mod pipeline;
pub mod progenitor;
pub mod progress;
pub mod report;
#[cfg(feature = "commands")]
pub(crate) mod scaffold;
pub mod syntax;
// A build script reads of rows what the audit does not need, and the other way round.
#[cfg_attr(not(feature = "commands"), allow(dead_code))]
pub(crate) mod tables;
pub mod vendor;

pub use error::{Error, Result};
