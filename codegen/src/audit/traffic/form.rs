//! The forms of values, in the place of values that may be personal.

use serde_json::Value;

/// The most characters of a form.
const MOST: usize = 40;

/// A text with each letter and digit replaced by one of its kind.
fn of_text(text: &str) -> String {
    let masked = text.chars().map(|c| match c {
        _ if c.is_uppercase() => 'A',
        _ if c.is_alphabetic() => 'a',
        _ if c.is_numeric() => '9',
        _ if c.is_control() => '?',
        other => other,
    });
    let mut form: String = masked.clone().take(MOST).collect();
    if masked.count() > MOST {
        form.push('…');
    }
    form
}

/// A value with the form of its texts and numbers; of lists and objects only that they are such.
pub(crate) fn form(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{:?}", of_text(text)),
        Value::Number(number) => of_text(&number.to_string()),
        Value::Bool(_) | Value::Null => value.to_string(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// A segment of a path: a word as it is, anything else, which may be an id, by its form.
pub(super) fn segment(segment: &str) -> String {
    let is_word = segment.chars().all(|c| c.is_ascii_lowercase() || "-_.".contains(c))
        || segment.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|it| it.is_ascii_digit()));
    if is_word { segment.to_owned() } else { of_text(segment) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_of_a_text_is_left_but_its_form() {
        assert_eq!(form(&json!("Zoë O'Neil 7")), "\"Aaa A'Aaaa 9\"");
        assert_eq!(form(&json!("a@b.example")), "\"a@a.aaaaaaa\"");
        assert_eq!(form(&json!(-12.5)), "-99.9");
        assert_eq!(form(&json!({ "name": "Ann" })), "an object");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(form(&json!("x".repeat(100))), format!("\"{}…\"", "a".repeat(40)));
    }

    #[test]
    fn ids_in_a_path_are_forms() {
        assert_eq!(segment("customers"), "customers");
        assert_eq!(segment("v2"), "v2");
        assert_eq!(segment("4fa0-B1"), "9aa9-A9");
    }
}
