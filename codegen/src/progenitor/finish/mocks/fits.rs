//! Whether a value is what a schema of OpenAPI 3.0 says, so that it decodes into the schema's type.
//!
//! The audit asks a validator, which a build script does not have. This says yes only where the validator
//! does, which a test compares; where it cannot tell, it says no.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Map, Value};

use crate::bounds::{MAX_FITTED_DEPTH, MAX_FITTED_SCHEMAS};
use crate::document::merged::MergedSchema;
use crate::document::node::Node;
use crate::syntax::number;

/// Whether a value is what the schema says.
pub(super) fn fits(schema: &Node<'_>, value: &Value) -> bool {
    let value = number::without_texts(value.clone());
    Check { left: MAX_FITTED_SCHEMAS }.fits(schema, &value, true, 0)
}

struct Check {
    /// How many more schemas are looked at.
    left: usize,
}

impl Check {
    /// `is_whole` says whether the schema describes all fields of the value.
    fn fits(&mut self, schema: &Node<'_>, value: &Value, is_whole: bool, depth: usize) -> bool {
        if depth > MAX_FITTED_DEPTH || self.left == 0 {
            return false;
        }
        self.left -= 1;
        let merged = MergedSchema::of(schema.clone());
        if value.is_null() && merged.flag("nullable") {
            return true;
        }
        merged.nots.is_empty()
            && is_of_type(&merged, value)
            && is_listed(&merged, value)
            && match value {
                Value::String(text) => is_text(&merged, text),
                Value::Number(_) => is_number(&merged, value),
                Value::Array(items) => self.is_list(&merged, items, depth),
                Value::Object(fields) => self.is_object(&merged, fields, is_whole, depth),
                Value::Null | Value::Bool(_) => true,
            }
            && self.is_an_alternative(&merged, value, is_whole, depth)
    }

    fn is_list(&mut self, schema: &MergedSchema<'_>, items: &[Value], depth: usize) -> bool {
        let is_unique = || {
            let twice =
                |(index, item): (usize, &Value)| items.iter().take(index).any(|it| it == item);
            !schema.flag("uniqueItems") || !items.iter().enumerate().any(twice)
        };
        is_within(schema, ["minItems", "maxItems"], items.len())
            && is_unique()
            && match schema.applicator("items") {
                Some(of) => items.iter().all(|item| self.fits(&of, item, true, depth + 1)),
                None => true,
            }
    }

    fn is_object(
        &mut self,
        schema: &MergedSchema<'_>,
        fields: &Map<String, Value>,
        is_whole: bool,
        depth: usize,
    ) -> bool {
        let others = schema.applicator("additionalProperties");
        // Of an object whose fields nobody has described, any are meant.
        let is_open = schema.properties.is_empty() && !schema.is_closed();
        let may_have_more = is_open || !is_whole || !schema.unions.is_empty();
        is_within(schema, ["minProperties", "maxProperties"], fields.len())
            && schema.required.iter().all(|name| fields.contains_key(*name))
            && fields.iter().all(|(name, value)| {
                match schema.properties.get(name.as_str()).or(others.as_ref()) {
                    Some(property) => self.fits(property, value, true, depth + 1),
                    None => may_have_more,
                }
            })
    }

    /// Whether a value is one of the alternatives of each choice. Beside properties, an alternative describes
    /// a part of the fields.
    fn is_an_alternative(
        &mut self,
        schema: &MergedSchema<'_>,
        value: &Value,
        is_whole: bool,
        depth: usize,
    ) -> bool {
        let is_whole = is_whole && schema.properties.is_empty() && schema.unions.len() == 1;
        schema.unions.iter().all(|choice| {
            choice.items().any(|alternative| self.fits(&alternative, value, is_whole, depth + 1))
        })
    }
}

fn is_of_type(schema: &MergedSchema<'_>, value: &Value) -> bool {
    let types = schema.keywords.get("type");
    let is = |of: &&Value| match of.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => false,
    };
    match types {
        Some(types) => types.iter().all(is),
        None => schema.properties.is_empty() || value.is_object(),
    }
}

fn is_listed(schema: &MergedSchema<'_>, value: &Value) -> bool {
    let lists = schema.keywords.get("enum").into_iter().flatten();
    let mut lists = lists.filter_map(|list| list.as_array());
    lists.all(|list| list.iter().any(|one| number::are_equal(one, value)))
}

fn is_within(schema: &MergedSchema<'_>, [least, most]: [&str; 2], count: usize) -> bool {
    let limits = |key: &str| {
        let values = schema.keywords.get(key).into_iter().flatten();
        values.filter_map(|value| number::as_u64(value)).collect::<Vec<_>>()
    };
    let count = count as u64;
    limits(least).iter().all(|least| count >= *least)
        && limits(most).iter().all(|most| count <= *most)
}

fn is_text(schema: &MergedSchema<'_>, text: &str) -> bool {
    let texts = |key: &str| {
        let values = schema.keywords.get(key).into_iter().flatten();
        values.filter_map(|value| value.as_str())
    };
    is_within(schema, ["minLength", "maxLength"], text.chars().count())
        && texts("pattern").all(|pattern| {
            regress::Regex::with_flags(pattern, "u").is_ok_and(|it| it.find(text).is_some())
        })
        && texts("format").all(|format| is_of_format(format, text))
}

fn is_of_format(format: &str, text: &str) -> bool {
    match format {
        "uuid" => is_like(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
        "date" => is_date(text),
        "date-time" => is_date_time(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "email" | "idn-email" => is_email(text),
        "uri" => url::Url::parse(text).is_ok() && text.is_ascii() && !text.contains([' ', '\\']),
        "decimal" => is_decimal(text),
        // A validator checks these, or they have a type of their own: not told here.
        "time"
        | "partial-date-time"
        | "duration"
        | "hostname"
        | "idn-hostname"
        | "uri-reference"
        | "iri"
        | "iri-reference"
        | "uri-template"
        | "json-pointer"
        | "relative-json-pointer"
        | "regex"
        | "ip" => false,
        _ => true,
    }
}

/// An address of the plain kind; of others, it is not told.
fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let are_parts = |text: &str, more: &str| {
        text.split('.').all(|part| {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || more.contains(c);
            let is_edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            part.chars().all(is_plain)
                && is_edge(part.chars().next())
                && is_edge(part.chars().next_back())
        })
    };
    are_parts(local, "-_+") && are_parts(host, "-")
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, part].iter().all(|digits| !digits.is_empty() && is_digits(digits))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is of a form: `x` is a hexadecimal digit, `0` a decimal one, all else is itself.
fn is_like(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, form)| match form {
            b'x' => byte.is_ascii_hexdigit(),
            b'0' => byte.is_ascii_digit(),
            form => byte == form,
        })
}

fn number_at(text: &str, from: usize, to: usize) -> u32 {
    text.get(from..to).and_then(|digits| digits.parse().ok()).unwrap_or_default()
}

fn is_date(text: &str) -> bool {
    if !is_like(text, "0000-00-00") {
        return false;
    }
    let year = number_at(text, 0, 4);
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match number_at(text, 5, 7) {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&number_at(text, 8, 10))
}

/// RFC 3339, section 5.6, without leap seconds.
fn is_date_time(text: &str) -> bool {
    let (Some(date), Some(time)) = (text.get(..10), text.get(10..19)) else { return false };
    let is_time = is_like(time, "T00:00:00")
        && number_at(time, 1, 3) < 24
        && number_at(time, 4, 6) < 60
        && number_at(time, 7, 9) < 60;
    let rest = text.get(19..).unwrap_or_default();
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if (1..=9).contains(&(fraction.len() - zone.len())) { zone } else { "" }
        }
        None => rest,
    };
    let is_offset = zone.get(..1).is_some_and(|sign| sign == "+" || sign == "-")
        && zone.get(1..).is_some_and(|zone| is_like(zone, "00:00"))
        && number_at(zone, 1, 3) < 24
        && number_at(zone, 4, 6) < 60;
    is_date(date) && is_time && (zone == "Z" || is_offset)
}

fn is_number(schema: &MergedSchema<'_>, value: &Value) -> bool {
    let Some(number) = value.as_f64() else { return false };
    let all = |key: &str| schema.keywords.get(key).into_iter().flatten();
    let limits = |key: &str| all(key).filter_map(|it| number::as_f64(it)).collect::<Vec<_>>();
    let is_flagged = |key: &str| all(key).any(|it| it.as_bool() == Some(true));
    let (above, below) = (is_flagged("exclusiveMinimum"), is_flagged("exclusiveMaximum"));
    let is_multiple = |of: &f64| *of > 0.0 && (number / of).fract() == 0.0;
    let mut formats = all("format").filter_map(|it| it.as_str());
    limits("minimum").iter().all(|least| if above { number > *least } else { number >= *least })
        && limits("maximum").iter().all(|most| if below { number < *most } else { number <= *most })
        && limits("multipleOf").iter().all(is_multiple)
        && formats.all(|format| match format {
            "int32" => value.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
            "int64" => value.is_i64(),
            // Types of their own, which are rare: not told here.
            format => !format.starts_with("int") && !format.starts_with("uint"),
        })
}

#[cfg(all(test, feature = "commands"))]
mod tests;
