//! Local references: what they lead to.

use serde_json::Value;

use super::node::Node;

/// What a reference leads to, or the value itself. A reference that leads nowhere stays.
pub(crate) fn resolve<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    Node { document, pointer: String::new(), value }.resolved().value
}
