//! Parameters that are more than one plain value, written as OpenAPI says (section 4.7.12.2).
#![allow(dead_code)]

use serde::Serialize;
use serde_json::Value;

/// JSON in a parameter stands beside the styles.
const JSON: &str = "application/json";

enum Parts {
    Nothing,
    One(String),
    List(Vec<String>),
    Fields(Vec<(String, String)>),
}

impl Parts {
    /// Whether this is so of an item, or of the name or value of a field.
    fn any(&self, is_so: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Nothing | Self::One(_) => false,
            Self::List(items) => items.iter().any(|item| is_so(item)),
            Self::Fields(fields) => fields.iter().any(|(name, value)| is_so(name) || is_so(value)),
        }
    }
}

fn json(value: &impl Serialize) -> Result<Value, String> {
    serde_json::to_value(value).map_err(|error| error.to_string())
}

/// A whole number is written without a fraction.
fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Number(number) if number.is_f64() => match number.as_f64() {
            Some(float) => float.to_string(),
            None => number.to_string(),
        },
        other => other.to_string(),
    }
}

fn parts(style: &str, value: &impl Serialize) -> Result<Parts, String> {
    if style == JSON {
        let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
        // The one control character that JSON has as it is, and no header.
        let text = text.replace('\u{7f}', "\\u007f");
        return Ok(if text == "null" { Parts::Nothing } else { Parts::One(text) });
    }
    Ok(match json(value)? {
        Value::Null => Parts::Nothing,
        Value::Array(items) => Parts::List(items.into_iter().map(text).collect()),
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            Parts::Fields(fields.map(|(name, value)| (name, text(value))).collect())
        }
        plain => Parts::One(text(plain)),
    })
}

/// How a text is written where some characters have a meaning.
type Encode = fn(&str) -> String;

/// How names are written, and values.
#[derive(Clone, Copy)]
struct Encodings {
    name: Encode,
    value: Encode,
}

impl Encodings {
    const fn both(encode: Encode) -> Self {
        Self { name: encode, value: encode }
    }
}

/// What a URL holds as it is, wherever it stands: the unreserved characters of RFC 3986.
const UNRESERVED: &str = "-._~";

/// The reserved characters of RFC 3986, except for the `#` that ends a query.
const RESERVED: &str = ":/?[]@!$&'()*+,;=";

fn encoded(text: &str, kept: impl Fn(char) -> bool) -> String {
    let octet = |byte: u8| match char::from(byte) {
        c if byte.is_ascii() && (c.is_ascii_alphanumeric() || kept(c)) => c.to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(octet).collect()
}

/// A value in a path or a query: all but unreserved characters are percent-encoded.
fn url(text: &str) -> String {
    encoded(text, |c| UNRESERVED.contains(c))
}

/// A value in a url-encoded form, where `+` stands for a blank.
fn form_text(text: &str) -> String {
    url(text).replace("%20", "+")
}

/// Reserved expansion (RFC 6570, section 3.2.3): reserved characters stay, and so does what is
/// percent-encoded already.
fn reserved(text: &str) -> String {
    let mut pieces = text.split('%');
    let plain = |piece: &str| encoded(piece, |c| (UNRESERVED.to_owned() + RESERVED).contains(c));
    let mut written = plain(pieces.next().unwrap_or_default());
    for piece in pieces {
        written += if begins_with_code(piece) { "%" } else { "%25" };
        written += &plain(piece);
    }
    written
}

/// A name beside such values: it is not the caller's, and it ends at the first `=` or `&`, or at a comma.
fn reserved_name(text: &str) -> String {
    encoded(text, |c| (UNRESERVED.to_owned() + RESERVED).contains(c) && !"&=+,".contains(c))
}

/// Whether two hexadecimal digits come first: after a `%`, they are a percent-encoded byte.
fn begins_with_code(text: &str) -> bool {
    text.as_bytes().get(..2).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit))
}

/// An item of a list in a header. Most servers read its text as it is, so no more is encoded than what
/// would be taken for something else: the comma between items, and a `%` before two digits.
fn header_text(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut written = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        written += if begins_with_code(piece) { "%25" } else { "%" };
        written += piece;
    }
    written.replace(',', "%2C")
}

/// `a,1,b,2`, or `a=1,b=2`.
fn joined(fields: Vec<(String, String)>, explode: bool, sign: &str, encode: Encodings) -> String {
    let between = if explode { "=" } else { sign };
    let fields = fields.into_iter();
    let fields =
        fields.map(|(name, value)| (encode.name)(&name) + between + &(encode.value)(&value));
    fields.collect::<Vec<_>>().join(sign)
}

/// Adds to a query, in which reserved characters of a value are percent-encoded.
pub fn query(
    request: &mut ::reqwest::Request,
    name: &str,
    style: &str,
    explode: bool,
    value: &impl Serialize,
) -> Result<(), String> {
    append(request.url_mut(), &pairs(name, style, explode, value, Encodings::both(url))?);
    Ok(())
}

/// The same, where reserved characters stay as they are.
pub fn reserved_query(
    request: &mut ::reqwest::Request,
    name: &str,
    style: &str,
    explode: bool,
    value: &impl Serialize,
) -> Result<(), String> {
    let encode = Encodings { name: reserved_name, value: reserved };
    append(request.url_mut(), &pairs(name, style, explode, value, encode)?);
    Ok(())
}

/// Adds pairs that are encoded already: `reqwest` would encode what separates items as well.
fn append(url: &mut ::reqwest::Url, pairs: &[(String, String)]) {
    if pairs.is_empty() {
        return;
    }
    let before = url.query().filter(|query| !query.is_empty());
    let before = before.map(|query| query.to_owned() + "&").unwrap_or_default();
    url.set_query(Some(&(before + &in_one(pairs))));
}

fn in_one(pairs: &[(String, String)]) -> String {
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&")
}

/// Names and values, encoded, and joined by separators that are not.
fn pairs(
    name: &str,
    style: &str,
    explode: bool,
    value: &impl Serialize,
    encode: Encodings,
) -> Result<Vec<(String, String)>, String> {
    let named = (encode.name)(name);
    if style == "deepObject" {
        let mut pairs = Vec::new();
        deep(name.to_owned(), json(value)?, &mut pairs);
        let pairs = pairs.into_iter();
        return Ok(pairs
            .map(|(name, value)| ((encode.name)(&name), (encode.value)(&value)))
            .collect());
    }
    let sign = match style {
        "spaceDelimited" => "%20",
        "pipeDelimited" => "|",
        _ => ",",
    };
    let parts = parts(style, value)?;
    if style == "spaceDelimited" && !explode && parts.any(|text| text.contains(' ')) {
        return Err(format!("{name}: an item has a blank, which separates items"));
    }
    let pair = |value: String| (named.clone(), value);
    Ok(match parts {
        Parts::Nothing => Vec::new(),
        // RFC 6570, section 2.3: a list or an object without anything in it is no value.
        Parts::List(items) if items.is_empty() => Vec::new(),
        Parts::Fields(fields) if fields.is_empty() => Vec::new(),
        Parts::One(value) => vec![pair((encode.value)(&value))],
        Parts::List(items) if explode => items.iter().map(|it| pair((encode.value)(it))).collect(),
        Parts::List(items) => {
            let items: Vec<_> = items.iter().map(|item| (encode.value)(item)).collect();
            vec![pair(items.join(sign))]
        }
        Parts::Fields(fields) if explode => fields
            .iter()
            .map(|(name, value)| ((encode.name)(name), (encode.value)(value)))
            .collect(),
        Parts::Fields(fields) => vec![pair(joined(fields, false, sign, encode))],
    })
}

/// `name[field]=value`, and on into fields that are objects. The specification leaves open what
/// becomes of lists; this is what servers that know brackets take.
fn deep(name: String, value: Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (field, value) in fields {
                deep(format!("{name}[{field}]"), value, pairs);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.into_iter().enumerate() {
                match item {
                    Value::Object(_) => deep(format!("{name}[{index}]"), item, pairs),
                    item => pairs.push((format!("{name}[]"), text(item))),
                }
            }
        }
        plain => pairs.push((name, text(plain))),
    }
}

/// A part of a path, encoded.
pub fn path(
    name: &str,
    style: &str,
    explode: bool,
    value: &impl Serialize,
) -> Result<String, String> {
    let (prefix, sign) = match style {
        "label" => (".", if explode { "." } else { "," }),
        "matrix" => (";", if explode { ";" } else { "," }),
        _ => ("", ","),
    };
    // RFC 6570, section 3.2.7: there is no sign after the name of a parameter that is empty.
    let named = |text: String| match style {
        "matrix" if text.is_empty() => url(name),
        "matrix" => format!("{}={text}", url(name)),
        _ => text,
    };
    let written = match parts(style, value)? {
        Parts::Nothing => return Ok(String::new()),
        // RFC 6570, section 2.3: a list or an object without anything in it is no value.
        Parts::List(items) if items.is_empty() => return Ok(String::new()),
        Parts::Fields(fields) if fields.is_empty() => return Ok(String::new()),
        Parts::One(value) => named(url(&value)),
        Parts::List(items) => {
            let items = items.iter().map(|item| url(item));
            match explode {
                true => items.map(named).collect::<Vec<_>>().join(sign),
                false => named(items.collect::<Vec<_>>().join(sign)),
            }
        }
        Parts::Fields(fields) if explode => joined(fields, true, sign, Encodings::both(url)),
        Parts::Fields(fields) => named(joined(fields, false, sign, Encodings::both(url))),
    };
    Ok(format!("{prefix}{written}"))
}

/// Checks that the path of a request has the segments of its template: with `.`, `..` or nothing for a
/// value, it would be the path of another operation.
pub fn same_path(
    request: &::reqwest::Request,
    base_url: &str,
    template: &str,
) -> Result<(), String> {
    let base = ::reqwest::Url::parse(base_url).map_err(|error| error.to_string())?;
    let base = base.path().trim_end_matches('/');
    let mut found = request.url().path().strip_prefix(base).unwrap_or_default().split('/');
    let fits = template
        .split('/')
        .all(|expected| found.next().is_some_and(|found| expected.is_empty() || !found.is_empty()));
    match fits && found.next().is_none() {
        true => Ok(()),
        false => Err("a value in the path is empty, `.` or `..`, or has a backslash, so that the \
                      path would be that of another operation"
            .to_owned()),
    }
}

/// Adds a header.
pub fn header(
    headers: &mut ::reqwest::header::HeaderMap,
    name: &'static str,
    style: &str,
    explode: bool,
    value: &impl Serialize,
) -> Result<(), String> {
    let written = match parts(style, value)? {
        Parts::Nothing => return Ok(()),
        // RFC 6570, section 2.3: a list or an object without anything in it is no value.
        Parts::List(items) if items.is_empty() => return Ok(()),
        Parts::Fields(fields) if fields.is_empty() => return Ok(()),
        Parts::One(value) => value,
        Parts::List(items) => {
            items.iter().map(|item| header_text(item)).collect::<Vec<_>>().join(",")
        }
        Parts::Fields(fields) => joined(fields, explode, ",", Encodings::both(header_text)),
    };
    let value = ::reqwest::header::HeaderValue::try_from(written);
    headers.append(name, value.map_err(|_| format!("{name}: not the text of a header"))?);
    Ok(())
}

/// Adds to the one header that all cookies are in.
pub fn cookie(
    headers: &mut ::reqwest::header::HeaderMap,
    name: &str,
    style: &str,
    explode: bool,
    value: &impl Serialize,
) -> Result<(), String> {
    let mut cookies = Vec::new();
    if let Some(before) = headers.get(::reqwest::header::COOKIE) {
        cookies.push(before.to_str().map_err(|error| error.to_string())?.to_owned());
    }
    let new = pairs(name, style, explode, value, Encodings { name: cookie_name, value: octets })?
        .into_iter();
    cookies.extend(new.map(|(name, value)| format!("{name}={value}")));
    if cookies.is_empty() {
        return Ok(());
    }
    let value = ::reqwest::header::HeaderValue::try_from(cookies.join("; "));
    let mut value = value.map_err(|_| format!("{name}: not the text of a cookie"))?;
    // Most cookies are credentials, which logs leave out.
    value.set_sensitive(true);
    headers.insert(::reqwest::header::COOKIE, value);
    Ok(())
}

/// What a cookie may not hold (RFC 6265, section 4.1.1), percent-encoded.
fn octets(text: &str) -> String {
    encoded(text, |c| c.is_ascii_graphic() && !"\",;\\%".contains(c))
}

/// The name of a cookie ends at the first `=`.
fn cookie_name(text: &str) -> String {
    octets(text).replace('=', "%3D")
}

/// A form, encoded. Lists are repeated and objects are JSON, unless a field is written in a style of
/// its own.
pub fn form(body: &impl Serialize, written: &[(&str, &str, bool)]) -> Result<String, String> {
    let Value::Object(fields) = json(body)? else {
        return Err("a form has fields".to_owned());
    };
    let mut all = Vec::new();
    for (name, value) in fields {
        match written.iter().find(|(field, ..)| *field == name) {
            Some((_, style, explode)) => {
                all.extend(pairs(&name, style, *explode, &value, Encodings::both(form_text))?);
            }
            None if value.is_object() => {
                all.push((form_text(&name), form_text(&value.to_string())))
            }
            None => all.extend(pairs(&name, "form", true, &value, Encodings::both(form_text))?),
        }
    }
    Ok(in_one(&all))
}

#[cfg(test)]
mod tests;
