//! What a reviewer reads of a change, as snapshots: [`document()`], the patched document; [`patches()`],
//! what was done to the vendor's; [`surface()`], the public surface of the crate. Each has one line an
//! item, by name and not by index, so that one thing that changes is one line that differs.

mod document;
mod lines;
mod members;
pub(crate) mod modules;
mod patches;
pub(crate) mod rust;
mod surface;

pub use document::document;
pub use patches::patches;
pub use surface::{sources, surface};
