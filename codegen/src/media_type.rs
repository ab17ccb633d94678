//! Media types by their names.

/// The name without parameters, in lower case.
pub fn essence(name: &str) -> String {
    name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
