//! Bounds that no type of Rust has: typify reads them, and makes nothing of them.

use serde_json::{Map, Value};

use super::{Prepared, decimals};
use crate::document::{pointer, visit};
use crate::report::Rule;

pub(in crate::progenitor) const UNCHECKED: Rule = Rule::loosened(
    "unchecked",
    "`minimum`, `maximum` and `multipleOf` of a number, `minItems` and `maxItems` of a list, \
     `minProperties` and `maxProperties` of a map, as far as no type of Rust says them",
    "not checked, neither in requests nor in answers",
);

/// Says of each that it is not checked. Of integers, typify would take a bound alone for a type's: `maximum: 127`
/// for an `i8`, which has no room for -200.
pub(super) fn prepare(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = prepared;
    visit::each_schema_mut(document, |at, keywords| {
        let unchecked: Vec<_> =
            keywords.keys().filter(|key| is_unchecked(keywords, key)).cloned().collect();
        let is_integer = keywords.get("type").and_then(Value::as_str) == Some("integer");
        for key in unchecked {
            let value = keywords.get(&key).unwrap_or(&Value::Null);
            log.add(&UNCHECKED, pointer::join(at, &key), format!("{value} is not checked"));
            if is_integer && !is_beyond_its_format(keywords, &key) {
                keywords.shift_remove(&key);
                keywords.shift_remove(excluded(&key));
            }
        }
    });
}

fn is_unchecked(keywords: &Map<String, Value>, key: &str) -> bool {
    let value = keywords.get(key).unwrap_or(&Value::Null);
    match key {
        "multipleOf" | "minimum" | "maximum" => {
            !decimals::is_marked(keywords) && !is_of_integer(keywords, key)
        }
        "minItems" | "minProperties" => value.as_u64() != Some(0) && !is_array(keywords),
        "maxItems" | "maxProperties" => !is_array(keywords),
        _ => false,
    }
}

/// Whether a bound is that of the integer of Rust that typify takes: of its format, or of both bounds.
fn is_of_integer(keywords: &Map<String, Value>, key: &str) -> bool {
    if keywords.get("type").and_then(Value::as_str) != Some("integer") || key == "multipleOf" {
        return false;
    }
    let bounds @ (least, most) = bounds(keywords);
    match (range_of_format(keywords), key) {
        (_, "minimum") if least == Some(1.0) => true,
        (Some((lowest, _)), "minimum") => least == Some(lowest),
        (Some((_, highest)), _) => most == Some(highest),
        (None, "minimum") if least == Some(0.0) => true,
        (None, _) => RANGES.iter().any(|(_, (low, high))| bounds == (Some(*low), Some(*high))),
    }
}

/// A format and a bound outside of it contradict each other: typify takes 64 bits, if it knows of both.
fn is_beyond_its_format(keywords: &Map<String, Value>, key: &str) -> bool {
    let (least, most) = bounds(keywords);
    range_of_format(keywords).is_some_and(|(lowest, highest)| match key {
        "minimum" => least.is_some_and(|least| least < lowest),
        "maximum" => most.is_some_and(|most| most > highest),
        _ => false,
    })
}

/// The least and the greatest integer.
fn bounds(keywords: &Map<String, Value>) -> (Option<f64>, Option<f64>) {
    let bound = |key: &str, step: f64| {
        let value = keywords.get(key)?.as_f64()?;
        let is_excluded = keywords.get(excluded(key)) == Some(&Value::Bool(true));
        Some(if is_excluded { value + step } else { value })
    };
    (bound("minimum", 1.0), bound("maximum", -1.0))
}

/// The flag of a bound.
fn excluded(key: &str) -> &'static str {
    match key {
        "minimum" => "exclusiveMinimum",
        "maximum" => "exclusiveMaximum",
        _ => "",
    }
}

/// The formats of integers that typify knows, as it compares them.
const RANGES: [(&str, (f64, f64)); 10] = [
    ("int8", (i8::MIN as f64, i8::MAX as f64)),
    ("uint8", (0.0, u8::MAX as f64)),
    ("int16", (i16::MIN as f64, i16::MAX as f64)),
    ("uint16", (0.0, u16::MAX as f64)),
    ("int", (i32::MIN as f64, i32::MAX as f64)),
    ("int32", (i32::MIN as f64, i32::MAX as f64)),
    ("uint", (0.0, u32::MAX as f64)),
    ("uint32", (0.0, u32::MAX as f64)),
    ("int64", (i64::MIN as f64, i64::MAX as f64)),
    ("uint64", (0.0, u64::MAX as f64)),
];

fn range_of_format(keywords: &Map<String, Value>) -> Option<(f64, f64)> {
    let format = keywords.get("format").and_then(Value::as_str)?;
    RANGES.iter().find(|(name, _)| *name == format).map(|(_, range)| *range)
}

/// Whether a list has a fixed length, which is an array of Rust or told by another rule.
fn is_array(keywords: &Map<String, Value>) -> bool {
    let [least, most] = ["minItems", "maxItems"].map(|key| keywords.get(key)?.as_u64());
    least.is_some() && least == most
}
