//! Numbers that keep how they are written. JSON's data model has a number's value alone, but `10.50`
//! is an amount and `1.10` may be a version: printed as `10.5` and `1.1`, they are other texts.
//!
//! A number whose text is not what is printed of its value is kept as a text that starts with a
//! mark. The mark is a noncharacter, which Unicode reserves for use inside of a program, so no text
//! of a document has it: the readers refuse it. Whoever needs a value asks this module for it, and
//! whatever prints takes the mark out. No number in the generator or in a validator has a mark.

use std::borrow::Cow;

use serde_json::{Number, Value};

/// Starts the text of a number that is not written as it is printed.
const MARK: char = '\u{FDD0}';

/// Refuses a text that cannot be told from a marked number.
pub(super) fn check_text(text: &str) -> Result<(), &'static str> {
    match text.contains(MARK) {
        true => Err("a text with U+FDD0, which is no character: take it out"),
        false => Ok(()),
    }
}

/// A number of JSON (RFC 8259, section 6) or of YAML; none beyond what a double can express.
pub(super) fn parse(text: &str) -> Option<Number> {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        let digits = text.strip_prefix('+').unwrap_or(text).strip_prefix(prefix);
        if let Some(digits) =
            digits.filter(|digits| digits.starts_with(|c: char| c.is_digit(radix)))
        {
            return u64::from_str_radix(digits, radix).ok().map(Number::from);
        }
    }
    let positive = text.strip_prefix('+').unwrap_or(text);
    let whole = positive.parse::<u64>().map(Number::from);
    let whole = whole.or_else(|_| positive.parse::<i64>().map(Number::from));
    whole.ok().or_else(|| positive.parse::<f64>().ok().and_then(Number::from_f64))
}

/// The value of a number with that text, which it keeps.
pub(super) fn written_as(text: &str, number: Number) -> Value {
    if number.to_string() == text {
        Value::Number(number)
    } else {
        Value::String(format!("{MARK}{text}"))
    }
}

/// The text of a number, as it is written.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => text.strip_prefix(MARK).map(str::to_owned),
        _ => None,
    }
}

/// The value of a number, however it is written.
pub(crate) fn value(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => text.strip_prefix(MARK).and_then(parse),
        _ => None,
    }
}

/// The value of a number as a double.
pub(crate) fn as_f64(number: &Value) -> Option<f64> {
    value(number)?.as_f64()
}

/// The value of a number that is a count.
pub(crate) fn as_u64(number: &Value) -> Option<u64> {
    value(number)?.as_u64()
}

/// Whether two values are the same, however their numbers are written.
pub(crate) fn are_equal(one: &Value, other: &Value) -> bool {
    let is_same = |one: &Value, other: &Value| {
        one == other || value(one).is_some_and(|one| value(other) == Some(one))
    };
    are_equal_by(one, other, is_same)
}

/// Whether two values are the same, if those that hold no others are as `is_same` says.
pub(crate) fn are_equal_by(
    one: &Value,
    other: &Value,
    is_same: fn(&Value, &Value) -> bool,
) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            let mut both = one.iter().zip(other);
            one.len() == other.len() && both.all(|(one, other)| are_equal_by(one, other, is_same))
        }
        (Value::Object(one), Value::Object(other)) => {
            let is_in_other = |(name, one)| {
                other.get(name).is_some_and(|other| are_equal_by(one, other, is_same))
            };
            one.len() == other.len() && one.iter().all(is_in_other)
        }
        _ => is_same(one, other),
    }
}

/// Takes every number for its value, for readers that know no marks.
pub(crate) fn without_texts(mut document: Value) -> Value {
    drop_texts(&mut document);
    document
}

fn drop_texts(document: &mut Value) {
    match document {
        Value::String(_) => {
            if let Some(number) = value(document) {
                *document = Value::Number(number);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(drop_texts),
        Value::Object(fields) => fields.values_mut().for_each(drop_texts),
        _ => {}
    }
}

/// Takes the marks out of printed YAML.
pub(super) fn unmarked_yaml(printed: &str) -> String {
    printed.replace(MARK, "")
}

/// Takes the marks out of printed JSON or of a sentence that quotes it, and with them the quotes that
/// make a text of a number. What YAML alone can write (`+1`, `0x1F`) becomes the value.
pub(crate) fn unmarked(printed: &str) -> Cow<'_, str> {
    if !printed.contains(MARK) {
        return printed.into();
    }
    let mut parts = printed.split(MARK);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let quote = ["\\\"", "\""].into_iter().find(|quote| plain.ends_with(quote));
        let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
        let (number, rest) = part.split_at(end.unwrap_or(part.len()));
        let closed = quote.and_then(|quote| Some((quote, rest.strip_prefix(quote)?)));
        if let Some((quote, _)) = closed {
            plain.truncate(plain.len() - quote.len());
        }
        match parse(number).filter(|_| serde_json::from_str::<f64>(number).is_err()) {
            Some(value) => plain += &value.to_string(),
            None => plain += number,
        }
        plain += closed.map_or(rest, |(_, rest)| rest);
    }
    plain.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn number(text: &str) -> Value {
        written_as(text, parse(text).unwrap())
    }

    #[test]
    fn a_number_keeps_its_text() {
        for written in ["10.50", "1e3", "1.0", "0.10", "-0", "5", "123456789012345678901234567890"]
        {
            assert_eq!(text(&number(written)).as_deref(), Some(written));
        }
    }

    #[test]
    fn what_only_yaml_can_write_is_a_value_in_json() {
        let numbers: Value = ["+1", ".5", "0x1F", "007.0"].into_iter().map(number).collect();
        assert_eq!(unmarked(&numbers.to_string()), "[1,0.5,31,7.0]");
    }

    #[test]
    fn the_value_is_the_same_however_it_is_written() {
        assert_eq!(as_f64(&number("10.50")), Some(10.5));
        assert_eq!(without_texts(json!([number("10.50"), "10.50"])), json!([10.5, "10.50"]));
    }

    #[test]
    fn what_is_printed_has_no_mark() {
        let printed = json!({ "a": number("10.50"), "b": format!("{} or \"1\"", number("1.10")) });
        assert_eq!(unmarked(&printed.to_string()), r#"{"a":10.50,"b":"1.10 or \"1\""}"#);
        assert_eq!(unmarked_yaml(&format!("a: {MARK}1.10\n")), "a: 1.10\n");
    }
}
