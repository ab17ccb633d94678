use serde_json::{Value, json};

use super::super::FilePart;
use super::super::reqwest::RequestBuilder;
use super::super::reqwest::multipart::Part;
use super::{add_to_form, with_form};

/// The texts of the parts that a value becomes, and their media types.
#[track_caller]
fn parts(value: Value, media: Option<&str>) -> Vec<(String, Option<String>)> {
    let form = add_to_form(None, "name", media, &value).unwrap().unwrap_or_default();
    let text = |part: Part| (String::from_utf8(part.bytes).unwrap(), part.media_type);
    let named = form.0.into_iter().inspect(|(name, _)| assert_eq!(name, "name"));
    named.map(|(_, part)| text(part)).collect()
}

fn part(text: &str, media: Option<&str>) -> (String, Option<String>) {
    (text.to_owned(), media.map(str::to_owned))
}

#[test]
fn texts_numbers_and_flags_are_parts() {
    assert_eq!(parts(json!("Rex"), None), [part("Rex", None)]);
    assert_eq!(parts(json!(1.5), None), [part("1.5", None)]);
    assert_eq!(parts(json!(true), None), [part("true", None)]);
}

#[test]
fn null_is_no_part() {
    assert_eq!(parts(json!(null), None), []);
}

#[test]
fn list_is_a_part_for_each_item() {
    assert_eq!(parts(json!(["a", 1]), None), [part("a", None), part("1", None)]);
    assert_eq!(parts(json!([]), None), []);
}

#[test]
fn object_is_json() {
    let json = Some("application/json");
    assert_eq!(parts(json!({ "a": 1 }), None), [part(r#"{"a":1}"#, json)]);
    let vendor = Some("application/pet+json");
    assert_eq!(parts(json!({ "a": 1 }), vendor), [part(r#"{"a":1}"#, vendor)]);
}

#[test]
fn everything_is_json_where_the_document_says_so() {
    let json = Some("application/json");
    assert_eq!(parts(json!("Rex"), json), [part("\"Rex\"", json)]);
    assert_eq!(parts(json!(["a", 1]), json), [part(r#"["a",1]"#, json)]);
}

#[test]
fn media_type_that_is_none() {
    let error = add_to_form(None, "name", Some("text"), &"Rex").unwrap_err();
    assert_eq!(error, "text is no media type");
}

fn file(file_name: Option<&str>, content_type: Option<&str>) -> FilePart {
    let [file_name, content_type] = [file_name, content_type].map(|it| it.map(str::to_owned));
    FilePart { bytes: b"x".to_vec(), file_name, content_type }
}

#[test]
fn file_always_has_a_name() {
    let part = file(None, None).to_part(Some("image/png")).unwrap();
    assert_eq!(part.file_name.as_deref(), Some("file"));
    assert_eq!(part.media_type.as_deref(), Some("image/png"));
}

#[test]
fn media_type_of_a_file_goes_before_that_of_the_document() {
    let part = file(Some("rex.gif"), Some("image/gif")).to_part(Some("image/png")).unwrap();
    assert_eq!(part.file_name.as_deref(), Some("rex.gif"));
    assert_eq!(part.media_type.as_deref(), Some("image/gif"));
}

#[test]
fn part_of_any_kind_is_a_file_if_it_has_a_name() {
    assert_eq!(file(None, None).to_any_part(None).unwrap(), Part::text("x"));
    let part = file(Some("rex.gif"), None).to_any_part(None).unwrap();
    assert_eq!(part.file_name.as_deref(), Some("rex.gif"));
}

#[test]
fn form_without_a_part_is_its_closing_delimiter() {
    let request = with_form(RequestBuilder::default(), None);
    assert_eq!(request.media_type.as_deref(), Some("multipart/form-data; boundary=boundary"));
    assert_eq!(request.body.as_deref(), Some("--boundary--\r\n"));
}

#[test]
fn form_with_a_part_is_sent_as_it_is() {
    let form = add_to_form(None, "name", None, &"Rex").unwrap();
    let request = with_form(RequestBuilder::default(), form.clone());
    assert_eq!(request.form, form);
    assert_eq!(request.body, None);
}
