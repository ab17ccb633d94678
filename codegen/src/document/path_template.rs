//! Path templates (OpenAPI 3.1, section 4.8.8.2): `/customers/{customerId}`.

use crate::error::Problem;

/// Decodes percent-encoded braces, nothing else.
pub fn decode(path: &str) -> String {
    let mut decoded = path.to_owned();
    for (code, brace) in [("%7B", "{"), ("%7b", "{"), ("%7D", "}"), ("%7d", "}")] {
        decoded = decoded.replace(code, brace);
    }
    decoded
}

/// A text in which a path variable may have any name: it says the same when the vendor renames one.
#[cfg(feature = "commands")]
pub fn without_variables(text: &str) -> String {
    let mut parts = text.split('{');
    let mut key = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.split_once('}').map_or(part, |(_, rest)| rest);
        key.push_str("{}");
        key.push_str(rest);
    }
    key
}

/// The template names in a path.
pub fn names(path: &str) -> Result<Vec<String>, Problem> {
    let fault = |fault| Err(Problem::Template { template: path.to_owned(), fault });
    let mut names = Vec::new();
    let mut rest = path;
    while let Some(at) = rest.find(['{', '}']) {
        let Some(inside) = rest[at..].strip_prefix('{') else {
            return fault("was never opened");
        };
        let Some(end) = inside.find(['{', '}', '/']).filter(|end| inside[*end..].starts_with('}'))
        else {
            return fault("never closes");
        };
        names.push(inside[..end].to_owned());
        rest = &inside[end + 1..];
    }
    Ok(names)
}
