//! Turns a vendor's documentation pages, with the broken OpenAPI documents inside, into a Rust
//! client, and shows what it did.
//!
//! Data flows one way, one stage a module, each a function from a document to a document and a
//! list of what it did: [`vendor`] → [`normalize`] → [`overlay`] → [`lower`] → [`generate`] →
//! [`refine`] → [`outline`]. [`pipeline::run`] is all of them in order.
//!
//! Beside the way: `audit` holds a page against its own tables and examples, [`drift`] one version
//! of a spec against another, `proof` makes tests of the pages' examples. What only they need is
//! behind the feature `review`, so that a build of the client does not wait for it.
//!
//! Nothing in here knows a vendor: what is true of one API alone is data in its `overlay.yaml`.

#[cfg(feature = "review")]
pub mod audit;
pub mod build;
pub mod change;
pub mod command;
pub mod drift;
pub mod error;
mod flat;
pub mod generate;
mod json;
pub mod lower;
mod media_type;
mod node;
pub mod normalize;
pub mod outline;
pub mod output;
pub mod overlay;
pub mod pipeline;
pub mod pointer;
pub mod progress;
#[cfg(feature = "review")]
pub mod proof;
pub mod refine;
mod rename;
pub mod scaffold;
pub mod vendor;
pub mod walk;
pub mod yaml;

pub use error::{Error, Result};
