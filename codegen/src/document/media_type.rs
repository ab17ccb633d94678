//! Media types by their names.

use serde_json::Value;

use super::node::Node;

/// The media type of JSON.
pub const JSON: &str = "application/json";

/// The media type of a url-encoded form.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// The name without parameters, in lower case.
pub fn essence(name: &str) -> String {
    name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The name as RFC 9110, section 8.3.1, tells it from others: names and charsets in lower case, parameters in the
/// order of their names and without quotes. JSON has one charset, RFC 8259, section 8.1.
#[cfg(feature = "commands")]
pub(crate) fn canonical(name: &str) -> String {
    let essence = essence(name);
    let parameters = name.split(';').skip(1).filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'));
        let value = if name == "charset" { value.to_ascii_lowercase() } else { value.to_owned() };
        (name != "charset" || !is_json(&essence)).then(|| format!("{name}={value}"))
    });
    let mut parameters: Vec<_> = parameters.collect();
    parameters.sort();
    [vec![essence], parameters].concat().join("; ")
}

/// Whether a media type is one of a range, RFC 9110, section 12.5.1.
#[cfg(feature = "commands")]
pub(crate) fn is_in_range(name: &str, range: &str) -> bool {
    let Some((kind, subtype)) = range.split_once('/') else { return false };
    let is_of_kind = kind == "*" || name.split_once('/').is_some_and(|(own, _)| own == kind);
    name != range && is_of_kind && subtype == "*"
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

/// The examples that a media type shows, by their names; the only one is called `example`.
pub(crate) fn examples<'d>(media: &Node<'d>) -> Vec<(&'d str, &'d Value)> {
    let only = media.value.get("example").map(|example| ("example", example));
    let named = media.get("examples");
    let named = named.iter().flat_map(Node::fields);
    let named = named.filter_map(|(name, it)| Some((name, it.resolved().value.get("value")?)));
    only.into_iter().chain(named).collect()
}

fn entry<'d>(content: &Node<'d>, is_meant: impl Fn(&str) -> bool) -> Option<Node<'d>> {
    content.fields().find(|(name, _)| is_meant(name)).map(|(_, media)| media)
}
