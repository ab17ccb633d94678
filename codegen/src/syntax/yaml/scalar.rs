//! What a plain scalar is, by the core schema of YAML 1.2.

use serde_json::{Number, Value};

use crate::syntax::number;

/// The value of a scalar without quotes.
pub fn resolve(text: &str) -> Result<Value, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        text => match parse(text)? {
            Some(value) => number::written_as(text, value),
            None => Value::String(text.to_owned()),
        },
    })
}

fn parse(text: &str) -> Result<Option<Number>, String> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return Err(format!("`{text}` is not a JSON number"));
    }
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Ok(None);
    }
    let is_digits = unsigned.bytes().all(|byte| byte.is_ascii_digit());
    // `007` is somebody's number plate.
    if is_digits && unsigned.len() > 1 && unsigned.starts_with('0') {
        return Ok(None);
    }
    Ok(number::parse(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers() {
        for (text, value) in [
            ("1", json!(1)),
            ("-1", json!(-1)),
            ("0", json!(0)),
            ("1.5", json!(1.5)),
            ("-1000.0", json!(-1000.0)),
            ("18446744073709551615", json!(u64::MAX)),
        ] {
            assert_eq!(resolve(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn numbers_that_are_not_printed_as_they_are_written() {
        for text in ["10.50", "1.10", "-1e3", ".5", "+1", "0x1F", "0o17", "18446744073709551616"] {
            let value = resolve(text).unwrap();
            assert_eq!(number::text(&value).as_deref(), Some(text));
        }
    }

    #[test]
    fn words_that_look_like_something_else() {
        for text in [
            "007", "1_000", "1e400", "inf", "nan", "yes", "off", "3.1.0", "+-1", ".", "0x", "-",
            "1:2",
        ] {
            assert_eq!(resolve(text), Ok(json!(text)), "{text}");
        }
    }
}
