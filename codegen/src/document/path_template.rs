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

/// A path as RFC 3986, section 6.2.2, has it: what need not be encoded is not, and codes are in capitals.
#[cfg(feature = "commands")]
pub(crate) fn normal(path: &str) -> String {
    let mut parts = path.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut normal, part| {
        let code = part.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok());
        match code.zip(part.get(2..)) {
            Some((byte, rest)) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                normal.push(char::from(byte));
                normal + rest
            }
            Some((byte, rest)) => normal + &format!("%{byte:02X}") + rest,
            None => normal + "%" + part,
        }
    })
}

/// Writes variables of other frameworks in braces: `:id` and `<id>`, `<int:id>` as a whole segment, and a
/// variable with a pattern, `{id:[0-9]+}`.
pub fn in_braces(path: &str) -> String {
    // A pattern may have slashes and braces of its own.
    let path = without_patterns(path);
    let segments = path.split('/').map(|segment| match variable(segment) {
        Some(name) => format!("{{{name}}}"),
        None => segment.to_owned(),
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The name of a segment that is a variable in another syntax.
fn variable(segment: &str) -> Option<&str> {
    let inside = segment.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let name = match inside {
        // A converter stands before the name.
        Some(inside) => inside.rsplit_once(':').map_or(inside, |(_, name)| name),
        None => segment.strip_prefix(':')?,
    };
    is_name(name).then_some(name)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
}

/// `{id:[0-9]{2}}` is `{id}`.
fn without_patterns(path: &str) -> String {
    let (mut written, mut rest) = (String::new(), path);
    while let Some((before, inside)) = rest.split_once('{') {
        written.push_str(before);
        let end = end_of_variable(inside);
        let name = end.and_then(|end| inside.get(..end)?.split_once(':'));
        let name = name.map(|(name, _)| name.trim()).filter(|name| is_name(name));
        match (name, end) {
            (Some(name), Some(end)) => {
                written.extend(["{", name, "}"]);
                rest = inside.get(end + 1..).unwrap_or_default();
            }
            _ => {
                written.push('{');
                rest = inside;
            }
        }
    }
    written + rest
}

/// Where the brace is that closes one before this text.
fn end_of_variable(inside: &str) -> Option<usize> {
    let mut depth = 1_usize;
    inside.char_indices().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })
}

/// What stands in a path and is no variable of one segment: a variable for all that is left of a path, as frameworks
/// write it (`{proxy+}`, `{path*}`, `:path*`, `*path`), or another expression of RFC 6570 (`{?query}`).
pub fn other_expression(path: &str) -> Option<String> {
    let names = names(path).unwrap_or_default();
    let in_braces = names.into_iter().find(|name| is_expression(name));
    let of_framework = || {
        let mut segments = path.split('/');
        let found = segments.find(|segment| match segment.strip_prefix(':') {
            Some(name) => name.strip_suffix(['*', '+', '?']).is_some_and(is_name),
            None => segment.starts_with('*'),
        });
        found.map(str::to_owned)
    };
    in_braces.map(|name| format!("{{{name}}}")).or_else(of_framework)
}

/// Whether a segment is `.` or `..`, percent-encoded or not: URLs are without (RFC 3986, section 5.2.4; WHATWG URL).
pub fn is_dots(segment: &str) -> bool {
    let decoded = segment.replace("%2e", ".").replace("%2E", ".");
    decoded == "." || decoded == ".."
}

/// Whether what is in braces is an expression of RFC 6570 or of a framework, and no name.
pub fn is_expression(name: &str) -> bool {
    let is_operator = |c: char| "+#./;?&*".contains(c);
    name.starts_with(is_operator) || name.ends_with(['+', '*', '?'])
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
    while let Some((_, brace)) = rest.split_at_checked(rest.find(['{', '}']).unwrap_or(rest.len()))
        && !brace.is_empty()
    {
        let Some(inside) = brace.strip_prefix('{') else {
            return fault("was never opened");
        };
        let closed = inside.split_once('}').filter(|(name, _)| !name.contains(['{', '/']));
        let Some((name, after)) = closed else {
            return fault("never closes");
        };
        names.push(name.to_owned());
        rest = after;
    }
    Ok(names)
}
