//! Media types by their names.

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
