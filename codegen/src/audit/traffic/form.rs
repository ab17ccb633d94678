//! The forms of values, in the place of values that may be personal.

use serde_json::Value;

/// The most characters of a form.
const MOST: usize = 40;

/// A text with each letter and digit replaced by one of its kind. Of other signs only those of ASCII are kept:
/// accents belong to letters, and a terminal obeys some of the rest.
pub(super) fn of_text(text: &str) -> String {
    let masked = text.chars().map(|c| match c {
        _ if c.is_uppercase() => 'A',
        _ if c.is_alphabetic() => 'a',
        _ if c.is_numeric() => '9',
        ' '..='~' => c,
        _ => '?',
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

/// Whether a segment of a path looks like a word or a version, and so is the same in many calls.
pub(super) fn is_word(segment: &str) -> bool {
    segment.chars().all(|c| c.is_ascii_lowercase() || "-_.".contains(c))
        || segment.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|it| it.is_ascii_digit()))
}

/// The name of a field or parameter as it is; what is no name, such as an address of somebody, by its form.
pub(crate) fn name(name: &str) -> String {
    let is_name = name.chars().all(|c| c.is_alphanumeric() || "_-.:$[]~*".contains(c));
    if is_name { name.to_owned() } else { of_text(name) }
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
    fn words_and_versions_are_told_from_ids() {
        assert!(is_word("customers") && is_word("v2"));
        assert!(!is_word("4fa0-B1") && !is_word("Smith"));
        assert_eq!(of_text("4fa0-B1"), "9aa9-A9");
    }

    #[test]
    fn accents_and_what_a_terminal_obeys_are_no_part_of_a_form() {
        assert_eq!(form(&json!("e\u{301}\u{202e}\u{1b}[")), "\"a???[\"");
    }

    #[test]
    fn only_a_name_is_a_name() {
        assert_eq!(name("filter[first-name]"), "filter[first-name]");
        assert_eq!(name("ann@b.example"), "aaa@a.aaaaaaa");
        assert_eq!(name("\u{1b}[31mred"), "?[99aaaa");
    }
}
