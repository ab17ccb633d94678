//! How values of parameters are written: the styles of OpenAPI (RFC 6570), read back.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::json;
use super::same::{difference, same_text, short, short_text};

/// A text, decoded; in a query, a plus sign is a blank.
pub fn decoded(raw: &str, plus: bool) -> String {
    let blank = raw.replace('+', " ");
    let raw = if plus { blank.as_str() } else { raw };
    percent_decode_str(raw).decode_utf8_lossy().into_owned()
}

/// Whether a raw text is a plain value. What is inside of a list or an object and no plain value has no style: it is
/// JSON.
pub fn is_scalar(raw: &str, value: &Value, plus: bool) -> bool {
    let text = decoded(raw, plus);
    match value {
        Value::Array(_) | Value::Object(_) | Value::Null => {
            json::parse(text.as_bytes()).is_ok_and(|found| difference(value, &found).is_none())
        }
        plain => is_text_of(&text, plain),
    }
}

/// Whether a decoded text is a plain value.
pub fn is_text_of(text: &str, value: &Value) -> bool {
    match value {
        Value::String(value) => same_text(value, text),
        Value::Bool(flag) => text == flag.to_string(),
        Value::Number(number) => {
            // As a whole number if it is one, to the last digit; else as the nearest float.
            text == number.to_string() || number.is_f64() && text.parse().ok() == number.as_f64()
        }
        _ => false,
    }
}

/// Whether a value is plain, a list of such, or an object of such: what styles are defined for.
pub fn is_defined(value: &Value) -> bool {
    let is_plain = |value: &Value| !value.is_object() && !value.is_array() && !value.is_null();
    match value {
        Value::Array(items) => items.iter().all(is_plain),
        Value::Object(fields) => !fields.is_empty() && fields.values().all(is_plain),
        value => is_plain(value),
    }
}

/// Whether raw texts are the items of a list, in order.
pub fn is_list(raw: &[&str], items: &[Value], plus: bool) -> bool {
    raw.len() == items.len() && raw.iter().zip(items).all(|(raw, item)| is_scalar(raw, item, plus))
}

/// Whether raw names and values are the fields of an object, in any order.
pub fn is_object(raw: &[(&str, &str)], value: &Value, plus: bool) -> bool {
    let Some(fields) = value.as_object() else { return false };
    raw.len() == fields.len()
        && fields.iter().all(|(name, value)| {
            let of_name = raw.iter().filter(|(raw, _)| decoded(raw, plus) == *name);
            of_name.map(|(_, raw)| is_scalar(raw, value, plus)).eq([true])
        })
}

/// Names and values that follow each other.
pub fn in_turns<'r>(parts: &[&'r str]) -> Vec<(&'r str, &'r str)> {
    let pairs = parts.chunks(2).map(|pair| match pair {
        [name, value] => (*name, *value),
        [name] => (*name, "\u{0}nothing"),
        _ => ("", ""),
    });
    pairs.collect()
}

/// The parts of `a,b`, none of nothing.
fn split<'r>(raw: &'r str, sign: &str) -> Vec<&'r str> {
    if raw.is_empty() { Vec::new() } else { raw.split(sign).collect() }
}

/// Whether a raw text is a value in the style `simple`, with a sign between parts. A list of one empty text
/// and an empty list are the same.
pub fn is_simple(raw: &str, value: &Value, explode: bool, sign: &str, plus: bool) -> bool {
    let parts = split(raw, sign);
    match value {
        Value::Array(items) => {
            let is_nothing = raw.is_empty() && items.iter().all(|item| item == "");
            is_nothing && items.len() < 2 || is_list(&parts, items, plus)
        }
        Value::Object(_) if explode => {
            let pairs = parts.iter().map(|part| part.split_once('=').unwrap_or((part, "")));
            is_object(&pairs.collect::<Vec<_>>(), value, plus)
        }
        Value::Object(_) => is_object(&in_turns(&parts), value, plus),
        value => is_scalar(raw, value, plus),
    }
}

/// Whether a list or an object has nothing in it: RFC 6570, section 2.3, has no such value.
pub fn is_nothing(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(serde_json::Map::is_empty)
}

/// The parts of a value with dots between.
fn dotted(value: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join("."),
        Value::Object(fields) => {
            let pairs = fields.iter().map(|(name, value)| format!("{name}={}", text(value)));
            pairs.collect::<Vec<_>>().join(".")
        }
        value => text(value),
    }
}

/// Whether a raw part of a path is a value.
pub fn is_in_path(raw: &str, name: &str, style: &str, explode: bool, value: &Value) -> bool {
    match style {
        "label" | "matrix" if is_nothing(value) => raw.is_empty(),
        "label" => {
            // Exploded, the sign between parts is one that values have as it is.
            raw.strip_prefix('.').is_some_and(|raw| match explode {
                true => decoded(raw, false) == dotted(value),
                false => is_simple(raw, value, false, ",", false),
            })
        }
        "matrix" => {
            let parts: Vec<_> = raw.split(';').skip(1).collect();
            let pairs = parts.iter().map(|part| part.split_once('=').unwrap_or((part, "")));
            let pairs: Vec<_> = pairs.collect();
            match value {
                Value::Array(items) if explode => {
                    let raw: Vec<_> = pairs.iter().map(|(_, raw)| *raw).collect();
                    pairs.iter().all(|(raw, _)| decoded(raw, false) == name)
                        && is_list(&raw, items, false)
                }
                Value::Object(_) if explode => is_object(&pairs, value, false),
                value => match pairs.as_slice() {
                    [(raw_name, raw)] => {
                        decoded(raw_name, false) == name && is_simple(raw, value, false, ",", false)
                    }
                    _ => false,
                },
            }
        }
        _ => is_simple(raw, value, explode, ",", false),
    }
}

/// The pairs of a query or a form; each is found once.
#[derive(Debug)]
pub struct Pairs<'q> {
    pairs: Vec<(String, &'q str, bool)>,
}

impl<'q> Pairs<'q> {
    /// Of a raw text.
    pub fn of(raw: &'q str) -> Self {
        let pairs = raw.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Self { pairs: pairs.map(|(name, value)| (decoded(name, true), value, false)).collect() }
    }

    /// The raw values of a name.
    pub fn take(&mut self, name: &str) -> Vec<&'q str> {
        let named = self.pairs.iter_mut().filter(|(found, _, taken)| found == name && !taken);
        let taken = named.map(|pair| {
            pair.2 = true;
            pair.1
        });
        taken.collect()
    }

    /// What nothing took.
    pub fn left(&self) -> Vec<String> {
        let left = self.pairs.iter().filter(|(_, _, taken)| !taken);
        left.map(|(name, value, _)| short_text(&format!("{name}={value}"))).collect()
    }
}

/// How a pair of a query or a form is written.
#[derive(Clone, Copy, Debug)]
pub struct Style<'s> {
    pub name: &'s str,
    pub style: &'s str,
    pub explode: bool,
    /// Whether a plus sign is a blank, as in forms. RFC 6570, which `allowReserved` is from, leaves it as it is.
    pub plus: bool,
}

/// What a query or a form has against a value that must be in it; nothing if it is there.
pub fn fault_of_pairs(
    pairs: &mut Pairs<'_>,
    style: Style<'_>,
    value: Option<&Value>,
) -> Option<String> {
    let Some(value) = value else {
        let found = pairs.take(style.name);
        return (!found.is_empty()).then(|| format!("sent though it was not set: {found:?}"));
    };
    let (name, explode) = (style.name, style.explode);
    let said = |found: &[&str]| Some(format!("{} was sent as {found:?}", short(value)));
    if let Value::Object(fields) = value
        && (style.style == "deepObject" || explode)
    {
        let is_deep = style.style == "deepObject";
        let mut fields = fields.iter();
        return fields.find_map(|(field, value)| match is_deep {
            true => fault_of_deep(pairs, &format!("{name}[{field}]"), style.plus, value),
            false => {
                let style = Style { name: field, style: "form", ..style };
                fault_of_pairs(pairs, style, Some(value))
            }
        });
    }
    if style.style == "deepObject" && value.is_array() {
        return fault_of_deep(pairs, name, style.plus, value);
    }
    let found = pairs.take(name);
    let is_right = match (value, found.as_slice()) {
        (value, found) if is_nothing(value) => found.is_empty(),
        (Value::Array(items), found) if explode => is_list(found, items, style.plus),
        (value, [one]) => {
            signs(style.style).iter().any(|sign| is_simple(one, value, false, sign, style.plus))
        }
        _ => false,
    };
    if is_right { None } else { said(&found) }
}

/// The same for `deepObject`. What is inside of a field is nothing that the specification says: objects go on
/// with brackets, lists have empty ones, and lists of objects the number of each.
fn fault_of_deep(pairs: &mut Pairs<'_>, name: &str, plus: bool, value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => {
            let mut fields = fields.iter();
            fields.find_map(|(field, value)| {
                fault_of_deep(pairs, &format!("{name}[{field}]"), plus, value)
            })
        }
        Value::Array(items) => {
            let (objects, plain): (Vec<_>, Vec<_>) =
                items.iter().cloned().enumerate().partition(|(_, item)| item.is_object());
            let plain: Vec<_> = plain.into_iter().map(|(_, item)| item).collect();
            let found = pairs.take(&format!("{name}[]"));
            if !is_list(&found, &plain, plus) {
                return Some(format!("{name}: {} was sent as {found:?}", short(value)));
            }
            let mut objects = objects.iter();
            objects.find_map(|(index, object)| {
                fault_of_deep(pairs, &format!("{name}[{index}]"), plus, object)
            })
        }
        value => match pairs.take(name).as_slice() {
            [one] if is_scalar(one, value, plus) => None,
            found => Some(format!("{name}: {} was sent as {found:?}", short(value))),
        },
    }
}

/// The signs between parts, as they stand in a raw query.
fn signs(style: &str) -> &'static [&'static str] {
    match style {
        "spaceDelimited" => &["%20", "+"],
        "pipeDelimited" => &["|", "%7C"],
        _ => &[","],
    }
}
