//! Reading and writing JSON. As a document: a key that is given twice is a fault, as it is in YAML.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{SyntaxError, number};

/// Parses a document. Numbers keep how they are written (`10.50`).
///
/// # Errors
/// Text that is no JSON, a key that is given twice, a number beyond what a double can express.
pub fn parse(text: &str) -> Result<Value, SyntaxError> {
    let fault = |error: serde_json::Error| SyntaxError {
        line: Some(error.line()).filter(|line| *line > 0),
        message: error.to_string(),
    };
    let Unique(mut value) = serde_json::from_str(text).map_err(fault)?;
    if has_fraction(&value) {
        keep_texts(&mut value, serde_json::from_str(text).map_err(fault)?);
    }
    Ok(value)
}

/// Whether a value has a number that may be written in several ways, as whole ones may not.
fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(fields) => fields.values().any(has_fraction),
        _ => false,
    }
}

/// Writes a value as JSON in lines, and its numbers as they were written.
pub fn print(value: &impl Serialize) -> String {
    // No type that is printed has a map key that is not a string, all that JSON cannot express.
    let printed = serde_json::to_string_pretty(value).unwrap_or_default();
    number::unmarked(&printed).into_owned() + "\n"
}

/// Gives numbers their texts; the value has been read from the same text.
fn keep_texts(value: &mut Value, written: &RawValue) {
    let written = written.get();
    match value {
        Value::Number(number) => *value = number::written_as(written, number.clone()),
        Value::Array(items) => {
            let texts: Vec<&RawValue> = serde_json::from_str(written).unwrap_or_default();
            let written = items.iter_mut().zip(texts).filter(|(item, _)| has_fraction(item));
            written.for_each(|(item, text)| keep_texts(item, text));
        }
        Value::Object(fields) => {
            let texts: HashMap<String, &RawValue> =
                serde_json::from_str(written).unwrap_or_default();
            for (name, text) in texts {
                if let Some(field) = fields.get_mut(&name).filter(|field| has_fraction(field)) {
                    keep_texts(field, text);
                }
            }
        }
        _ => {}
    }
}

struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Unique)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        number::check_text(value).map(|()| value.into()).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            number::check_text(&key).map_err(A::Error::custom)?;
            if map.contains_key(&key) {
                return Err(A::Error::custom(format_args!("duplicate key `{key}`")));
            }
            let Unique(value) = entries.next_value()?;
            map.insert(key, value);
        }
        Ok(map.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_of_value() {
        let text = "{\"a\": [null, true, 1, -1, 1.5, \"x\", {}]}";
        let value = json!({"a": [null, true, 1, -1, 1.5, "x", {}]});
        assert_eq!(parse(text).unwrap(), value);
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        let error = parse("{\n\"a\": 1,\n\"a\": 2}").unwrap_err();
        assert_eq!((error.line, error.message.contains("duplicate key `a`")), (Some(3), true));
    }

    #[test]
    fn numbers_keep_their_texts() {
        let text = "[\n  10.50,\n  {\n    \"a\\n\": 1e3,\n    \"b\": 2.0\n  }\n]\n";
        assert_eq!(print(&parse(text).unwrap()), text);
    }

    #[test]
    fn a_text_that_looks_like_a_kept_number_is_refused() {
        for text in ["\"\u{FDD0}1\"", "{\"\\ufdd01\": 1}"] {
            assert!(parse(text).unwrap_err().message.contains("U+FDD0"));
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
