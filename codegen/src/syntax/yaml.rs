//! Reading and writing YAML. Nothing outside names a YAML library, so that another one is a change
//! of this module.

mod load;
mod positions;
mod scalar;

pub(crate) use positions::Position;
pub(crate) use positions::positions;
use serde::de::{DeserializeOwned, Deserializer};
use serde_json::Value;

use super::{SyntaxError, number};
use crate::document::pointer;
use crate::error::Error;

/// Parses one YAML document into the JSON data model that OpenAPI is defined on.
///
/// Keys that are numbers or booleans (`200:`) become their text, as OpenAPI means them. Numbers keep
/// how they are written (`10.50`).
///
/// # Errors
/// YAML that does not parse or that JSON cannot express, a key that is given twice, nesting and
/// aliases beyond all measure.
pub fn parse(text: &str) -> Result<Value, SyntaxError> {
    load::load(text)
}

/// YAML that is not what a type asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeError {
    /// The reader's words, without the place.
    pub message: String,
    /// The line of the fault, counted from 1, where the reader knows it.
    pub line: Option<usize>,
    /// JSON Pointer to the value that does not fit; empty for the whole document.
    pub pointer: String,
}

impl TypeError {
    /// The error of a stage, at the place of this one.
    pub fn report(self, refused: impl FnOnce(String) -> Error) -> Error {
        let error = refused(self.message).at(self.pointer);
        match self.line {
            Some(line) => error.at_line(line),
            None => error,
        }
    }
}

/// Reads a file of the pipeline's own into the type that says what may be in it. Not for documents:
/// the numbers of those keep how they are written, see [`parse`].
///
/// # Errors
/// YAML that does not parse, keys that are given twice, and whatever the type does not take.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, TypeError> {
    // Merge keys are applied to values only, and values no longer know their lines.
    if !text.contains("<<") {
        return fitted(serde_yaml::Deserializer::from_str(text));
    }
    let mut value: serde_yaml::Value = fitted(serde_yaml::Deserializer::from_str(text))?;
    let merged = value.apply_merge();
    merged.map_err(|error| fault(&error, "", String::new()))?;
    fitted(value)
}

fn fitted<'de, T, D>(reader: D) -> Result<T, TypeError>
where
    T: DeserializeOwned,
    D: Deserializer<'de, Error = serde_yaml::Error>,
{
    serde_path_to_error::deserialize(reader).map_err(|error| {
        fault(error.inner(), &format!("{}: ", error.path()), pointer::of_path(error.path()))
    })
}

/// The library's message begins with the path and ends with the place, which are told apart here.
fn fault(error: &serde_yaml::Error, start: &str, pointer: String) -> TypeError {
    let (place, message) = (error.location(), error.to_string());
    // A list at the top is `.[1]` to the one and `[1]` to the other.
    let bare = message.strip_prefix('.').unwrap_or(&message);
    let message = bare.strip_prefix(start).unwrap_or(&message);
    let end = place.as_ref().map(|at| format!(" at line {} column {}", at.line(), at.column()));
    let message = end.and_then(|end| message.strip_suffix(&*end)).unwrap_or(message);
    TypeError { message: message.to_owned(), line: place.map(|at| at.line()), pointer }
}

/// Writes a document as YAML, in the order of its keys, and its numbers as they were written.
pub fn print(value: &Value) -> String {
    // The JSON data model has no value that YAML cannot express.
    let printed = serde_yaml::to_string(value).unwrap_or_default();
    number::unmarked_yaml(&printed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn status_codes_as_numbers_become_text() {
        assert_eq!(parse("200: a\n"), Ok(json!({"200": "a"})));
    }

    #[test]
    fn merge_keys_are_applied() {
        let text = "base: &b {x: 1}\nuse: {<<: *b, y: 2}\n";
        assert_eq!(parse(text).unwrap()["use"], json!({"x": 1, "y": 2}));
    }

    #[test]
    fn a_syntax_error_knows_its_line() {
        assert_eq!(parse("a: 1\nb: [\n").unwrap_err().line, Some(3));
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        assert!(parse("a: 1\na: 2\n").unwrap_err().message.contains("duplicate"));
    }

    #[test]
    fn not_a_number_is_refused() {
        assert!(parse("a: .nan\n").unwrap_err().message.contains("JSON number"));
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Own {
        name: String,
        flag: Option<bool>,
    }

    #[test]
    fn a_type_says_where_it_is_not_met() {
        let place = |text| {
            let error = read::<Vec<Own>>(text).unwrap_err();
            (error.message, error.line, error.pointer)
        };
        assert_eq!(
            place("- name: a\n- name: b\n  flag: x\n"),
            (
                "invalid type: string \"x\", expected a boolean".to_owned(),
                Some(3),
                "/1/flag".to_owned()
            )
        );
        assert_eq!(
            place("- name: a\n- flag: true\n"),
            ("missing field `name`".to_owned(), Some(2), "/1".to_owned())
        );
        let (message, line, _) = place("- name: a\n  name: b\n");
        assert!(message.contains("duplicate field `name`"), "{message}");
        assert_eq!(line, Some(1));
        // Where the list begins that never ends.
        assert_eq!(place("- name: a\n- [\n").1, Some(2));
    }

    #[test]
    fn a_type_is_met_by_what_is_merged() {
        let all = read::<Vec<Own>>("- &a {name: a}\n- {<<: *a, flag: true}\n").unwrap();
        assert_eq!(all[1], Own { name: "a".into(), flag: Some(true) });
        assert!(read::<Vec<Own>>("- {<<: 1, name: a}\n").is_err());
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let previous = format!("*a{}, ", level - 1).repeat(9);
            bomb.push_str(&format!("a{level}: &a{level} [{previous}]\n"));
        }
        assert!(parse(&bomb).unwrap_err().message.contains("repeat too much"));
    }

    #[test]
    fn deep_nesting_is_refused() {
        let block: String = (1..1000).map(|depth| " ".repeat(depth) + "a:\n").collect();
        for deep in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), block] {
            assert!(parse(&deep).is_err());
        }
    }

    #[test]
    fn a_long_text_with_many_aliases_is_refused() {
        let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a, ".repeat(10_000));
        assert!(parse(&text).unwrap_err().message.contains("repeat too much"));
    }

    #[test]
    fn an_alias_inside_of_what_it_names_is_refused() {
        assert!(parse("a: &a [*a]\n").is_err());
    }

    #[test]
    fn aliases_stand_for_what_they_name() {
        let text = "a: &a {b: &b 1}\nc: [*a, *b]\n&k d: {*k : 2}\n";
        let value = json!({"a": {"b": 1}, "c": [{"b": 1}, 1], "d": {"d": 2}});
        assert_eq!(parse(text), Ok(value));
    }

    #[test]
    fn of_several_merged_mappings_the_first_counts() {
        let text = "x: {<<: [{a: 1}, {a: 2, b: 2}], b: 3}\ny: {'<<': 1}\n";
        assert_eq!(parse(text), Ok(json!({"x": {"b": 3, "a": 1}, "y": {"<<": 1}})));
        assert!(parse("x: {<<: 1}\n").unwrap_err().message.contains("no mapping"));
    }

    #[test]
    fn quotes_and_tags_make_text() {
        let text = "[1, '1', \"1\", !!str 1, !!int 1, !mine 1]";
        assert_eq!(parse(text), Ok(json!([1, "1", "1", "1", 1, 1])));
    }

    #[test]
    fn a_second_document_is_refused() {
        assert!(parse("a: 1\n---\nb: 1\n").unwrap_err().message.contains("more than one"));
    }

    #[test]
    fn a_key_that_is_a_list_is_refused() {
        assert!(parse("[a]: 1\n").unwrap_err().message.contains("list or a mapping"));
    }
}
