//! What differs between a request and what a mock waits for, field by field, for people.

use httpmock::HttpMockRequest;
use serde_json::{Map, Value};

use crate::mock::template::Template;

/// One thing that is expected of a request. What is expected to be absent has no text.
#[derive(Debug)]
pub(crate) enum Field {
    Path(&'static str, String),
    Query(&'static str, Option<String>),
    Header(&'static str, Option<String>),
    Json(Value),
    Text(String),
}

/// How many characters of a value are shown.
const LONGEST: usize = 300;

/// How many differences of a mock are shown.
const MOST: usize = 40;

/// What differs, a line each.
pub(crate) fn differences(
    fields: &[Field],
    template: &Template,
    request: &HttpMockRequest,
) -> Vec<String> {
    let mut found = Vec::new();
    for field in fields {
        compare(field, template, request, &mut found);
    }
    if found.len() > MOST {
        let more = found.len() - MOST;
        found.truncate(MOST);
        found.push(format!("and {more} more"));
    }
    found
}

fn compare(field: &Field, template: &Template, request: &HttpMockRequest, found: &mut Vec<String>) {
    match field {
        Field::Path(name, text) => {
            let sent = template.value(name, request.uri().path());
            compare_texts(&format!("path {name}"), Some(text), &Vec::from_iter(sent), found);
        }
        Field::Query(name, text) => {
            let all = request.query_params().into_iter();
            let sent = all.filter(|(key, _)| key == name).map(|(_, value)| value);
            let place = format!("query {name}");
            compare_texts(&place, text.as_ref(), &sent.collect::<Vec<_>>(), found);
        }
        Field::Header(name, text) => {
            let all = request.headers_vec().iter();
            let sent = all.filter(|(key, _)| key.eq_ignore_ascii_case(name));
            let sent: Vec<_> = sent.map(|(_, value)| value.clone()).collect();
            compare_texts(&format!("header {name}"), text.as_ref(), &sent, found);
        }
        Field::Json(expected) => match serde_json::from_slice(request.body_ref()) {
            Ok(sent) => compare_values("body", expected, &sent, found),
            Err(_) if request.body_ref().is_empty() => {
                found.push(format!("body: {} expected, not sent", shown(expected)));
            }
            Err(_) => {
                let sent = quoted(&request.body_string());
                found.push(format!("body: JSON expected, {sent} sent"));
            }
        },
        Field::Text(text) => {
            compare_texts("body", Some(text), &[request.body_string()], found);
        }
    }
}

fn compare_texts(place: &str, expected: Option<&String>, sent: &[String], found: &mut Vec<String>) {
    let all = || sent.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ");
    match expected {
        Some(text) if sent.contains(text) => {}
        Some(text) if sent.is_empty() => {
            found.push(format!("{place}: {} expected, not sent", quoted(text)));
        }
        Some(text) => found.push(format!("{place}: {} expected, {} sent", quoted(text), all())),
        None if sent.is_empty() => {}
        None => found.push(format!("{place}: not expected, {} sent", all())),
    }
}

fn compare_values(place: &str, expected: &Value, sent: &Value, found: &mut Vec<String>) {
    match (expected, sent) {
        (Value::Object(expected), Value::Object(sent)) => {
            compare_fields(place, expected, sent, found);
        }
        (Value::Array(expected), Value::Array(sent)) => {
            for index in 0..expected.len().max(sent.len()) {
                let place = format!("{place}[{index}]");
                compare_optional(&place, expected.get(index), sent.get(index), found);
            }
        }
        _ if expected == sent => {}
        _ => found.push(format!("{place}: {} expected, {} sent", shown(expected), shown(sent))),
    }
}

fn compare_fields(
    place: &str,
    expected: &Map<String, Value>,
    sent: &Map<String, Value>,
    found: &mut Vec<String>,
) {
    for (name, value) in expected {
        compare_optional(&inside(place, name), Some(value), sent.get(name), found);
    }
    for (name, value) in sent.iter().filter(|(name, _)| !expected.contains_key(*name)) {
        compare_optional(&inside(place, name), None, Some(value), found);
    }
}

fn compare_optional(
    place: &str,
    expected: Option<&Value>,
    sent: Option<&Value>,
    found: &mut Vec<String>,
) {
    match (expected, sent) {
        (Some(expected), Some(sent)) => compare_values(place, expected, sent, found),
        (Some(expected), None) => {
            found.push(format!("{place}: {} expected, not sent", shown(expected)));
        }
        (None, Some(sent)) => found.push(format!("{place}: not expected, {} sent", shown(sent))),
        (None, None) => {}
    }
}

/// The place of a field: `body.name`, or `body["a name"]` where a dot would not tell.
fn inside(place: &str, name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '$';
    match !name.is_empty() && name.chars().all(is_plain) {
        true => format!("{place}.{name}"),
        false => format!("{place}[{}]", quoted(name)),
    }
}

fn shown(value: &Value) -> String {
    shortened(&value.to_string())
}

/// In quotes, and without a line break.
fn quoted(text: &str) -> String {
    shortened(&Value::from(text).to_string())
}

pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{LONGEST, compare_values, shortened};

    fn between(expected: Value, sent: Value) -> Vec<String> {
        let mut found = Vec::new();
        compare_values("body", &expected, &sent, &mut found);
        found
    }

    #[test]
    fn what_is_equal_is_not_named() {
        assert!(
            between(json!({ "a": [1, { "b": null }] }), json!({ "a": [1, { "b": null }] }))
                .is_empty()
        );
    }

    #[test]
    fn every_field_that_differs_is_named() {
        let found = between(
            json!({ "firstName": "Ada", "address": { "city": "London" }, "zip": "W1" }),
            json!({ "firstName": "Bob", "address": { "city": "Paris" }, "email": "b@x.example" }),
        );
        let mut expected = [
            "body.firstName: \"Ada\" expected, \"Bob\" sent",
            "body.address.city: \"London\" expected, \"Paris\" sent",
            "body.zip: \"W1\" expected, not sent",
            "body.email: not expected, \"b@x.example\" sent",
        ];
        let mut found = found;
        found.sort();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn items_are_told_by_their_number() {
        let found = between(json!({ "a": [1, 2, 3] }), json!({ "a": [1, 4] }));
        assert_eq!(found, ["body.a[1]: 2 expected, 4 sent", "body.a[2]: 3 expected, not sent"]);
    }

    #[test]
    fn null_is_a_value_and_not_an_absent_field() {
        assert_eq!(between(json!({ "a": null }), json!({})), ["body.a: null expected, not sent"]);
        assert_eq!(between(json!({}), json!({ "a": null })), ["body.a: not expected, null sent"]);
    }

    #[test]
    fn another_kind_of_value_is_shown() {
        assert_eq!(
            between(json!({ "a": "1" }), json!({ "a": 1 })),
            ["body.a: \"1\" expected, 1 sent"]
        );
        assert_eq!(between(json!([]), json!({})), ["body: [] expected, {} sent"]);
    }

    #[test]
    fn names_that_are_none_are_in_quotes() {
        let found = between(json!({ "a.b": 1 }), json!({ "a.b": 2 }));
        assert_eq!(found, ["body[\"a.b\"]: 1 expected, 2 sent"]);
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let long = "π".repeat(LONGEST + 1);
        assert_eq!(shortened(&long), format!("{}…", "π".repeat(LONGEST)));
    }
}
