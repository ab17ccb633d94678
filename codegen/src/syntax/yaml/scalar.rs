//! What a plain scalar is, by the core schema of YAML 1.2.

use serde_json::{Number, Value};

/// The value of a scalar without quotes.
pub fn resolve(text: &str) -> Result<Value, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        text => match number(text)? {
            Some(number) => Value::Number(number),
            None => Value::String(text.to_owned()),
        },
    })
}

fn number(text: &str) -> Result<Option<Number>, String> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return Err(format!("`{text}` is not a JSON number"));
    }
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Ok(None);
    }
    let is_negative = text.starts_with('-');
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = unsigned.strip_prefix(prefix)
            && digits.starts_with(|c: char| c.is_digit(radix))
        {
            let number = u64::from_str_radix(digits, radix).ok();
            return Ok(number.filter(|_| !is_negative).map(Number::from));
        }
    }
    let is_digits = unsigned.bytes().all(|byte| byte.is_ascii_digit());
    // `007` is somebody's number plate.
    if is_digits && unsigned.len() > 1 && unsigned.starts_with('0') {
        return Ok(None);
    }
    let positive = text.strip_prefix('+').unwrap_or(text);
    if let Ok(whole) = positive.parse::<u64>() {
        return Ok(Some(whole.into()));
    }
    if let Ok(whole) = positive.parse::<i64>() {
        return Ok(Some(whole.into()));
    }
    Ok(positive.parse::<f64>().ok().and_then(Number::from_f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers() {
        for (text, value) in [
            ("1", json!(1)),
            ("+1", json!(1)),
            ("-1", json!(-1)),
            ("0", json!(0)),
            ("0x1F", json!(31)),
            ("0o17", json!(15)),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("-1e3", json!(-1000.0)),
            ("18446744073709551615", json!(u64::MAX)),
            ("18446744073709551616", json!(18446744073709551616.0)),
        ] {
            assert_eq!(resolve(text), Ok(value), "{text}");
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
