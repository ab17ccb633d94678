//! Media types by their names.

use super::node::Node;

/// The media type of JSON.
pub const JSON: &str = "application/json";

/// The media type of a url-encoded form.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// The name without parameters, in lower case.
pub fn essence(name: &str) -> String {
    name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a media type is JSON: by its name, or by the suffix of RFC 6839, section 3.1.
pub fn is_json(name: &str) -> bool {
    let name = essence(name);
    name == JSON || name.ends_with("+json") || name == "text/json"
}

/// The entry of a `content` that is JSON: `application/json` before any other.
pub(crate) fn json<'d>(content: &Node<'d>) -> Option<Node<'d>> {
    content.get(JSON).or_else(|| entry(content, is_json))
}

/// The entry of a `content` that is a url-encoded form.
#[cfg(feature = "commands")]
pub(crate) fn form<'d>(content: &Node<'d>) -> Option<Node<'d>> {
    entry(content, |name| essence(name) == FORM)
}

fn entry<'d>(content: &Node<'d>, is_meant: impl Fn(&str) -> bool) -> Option<Node<'d>> {
    content.fields().find(|(name, _)| is_meant(name)).map(|(_, media)| media)
}
