use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{cookie, form, header, path, query};

/// The pairs of a query, as they stand in a URL before they are encoded.
#[track_caller]
fn check_query(style: &str, explode: bool, value: Value, wanted: &str) {
    let pairs = query("id", style, explode, &value).unwrap();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(pairs.join("&"), wanted, "{style} {explode} {value}");
}

#[track_caller]
fn check_path(style: &str, explode: bool, value: Value, wanted: &str) {
    let written = path("id", style, explode, &value).unwrap();
    assert_eq!(written, wanted, "{style} {explode} {value}");
}

fn list() -> Value {
    json!(["a", 2, 3.0])
}

fn object() -> Value {
    json!({ "a": "x", "b": 2, "c": null })
}

#[test]
fn query_of_style_form() {
    check_query("form", true, json!("x"), "id=x");
    check_query("form", true, list(), "id=a&id=2&id=3");
    check_query("form", false, list(), "id=a,2,3");
    check_query("form", true, object(), "a=x&b=2");
    check_query("form", false, object(), "id=a,x,b,2");
}

#[test]
fn query_of_a_delimited_style() {
    check_query("spaceDelimited", false, list(), "id=a 2 3");
    check_query("spaceDelimited", false, object(), "id=a x b 2");
    check_query("pipeDelimited", false, list(), "id=a|2|3");
    check_query("pipeDelimited", false, object(), "id=a|x|b|2");
    check_query("pipeDelimited", true, list(), "id=a&id=2&id=3");
}

#[test]
fn query_of_style_deep_object() {
    check_query("deepObject", true, object(), "id[a]=x&id[b]=2");
    let nested = json!({ "a": { "b": 1 }, "list": [1, { "c": 2 }], "none": [] });
    check_query("deepObject", true, nested, "id[a][b]=1&id[list][]=1&id[list][1][c]=2");
    check_query("deepObject", true, json!({}), "");
    check_query("deepObject", true, json!(null), "");
}

#[test]
fn query_of_json() {
    check_query("application/json", false, json!({ "a": [1] }), r#"id={"a":[1]}"#);
    check_query("application/json", false, json!([]), "id=[]");
    check_query("application/json", false, json!(null), "");
}

#[test]
fn query_of_nothing() {
    for style in ["form", "spaceDelimited", "pipeDelimited"] {
        for explode in [true, false] {
            check_query(style, explode, json!(null), "");
            check_query(style, explode, json!([]), "");
        }
        check_query(style, true, json!({}), "");
    }
}

#[test]
fn path_of_style_simple() {
    check_path("simple", false, json!("a/b"), "a%2Fb");
    check_path("simple", false, list(), "a,2,3");
    check_path("simple", false, object(), "a,x,b,2");
    check_path("simple", true, object(), "a=x,b=2");
    check_path("simple", false, json!([]), "");
    check_path("simple", false, json!({}), "");
    check_path("simple", false, json!(null), "");
}

#[test]
fn path_of_style_label() {
    check_path("label", false, json!("x"), ".x");
    check_path("label", false, list(), ".a,2,3");
    check_path("label", true, list(), ".a.2.3");
    check_path("label", false, object(), ".a,x,b,2");
    check_path("label", true, object(), ".a=x.b=2");
    check_path("label", true, json!([]), ".");
    check_path("label", true, json!(null), "");
}

#[test]
fn path_of_style_matrix() {
    check_path("matrix", false, json!("x"), ";id=x");
    check_path("matrix", false, list(), ";id=a,2,3");
    check_path("matrix", true, list(), ";id=a;id=2;id=3");
    check_path("matrix", false, object(), ";id=a,x,b,2");
    check_path("matrix", true, object(), ";a=x;b=2");
    check_path("matrix", false, json!([]), ";id=");
    check_path("matrix", true, json!(null), "");
}

#[test]
fn header_of_style_simple() {
    let written = |explode, value: Value| {
        let mut headers = HeaderMap::new();
        header(&mut headers, "x-id", "simple", explode, &value).unwrap();
        headers.get("x-id").map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(written(false, list()).as_deref(), Some("a,2,3"));
    assert_eq!(written(false, object()).as_deref(), Some("a,x,b,2"));
    assert_eq!(written(true, object()).as_deref(), Some("a=x,b=2"));
    assert_eq!(written(false, json!([])).as_deref(), Some(""));
    assert_eq!(written(false, json!(null)), None);
    let error = header(&mut HeaderMap::new(), "x-id", "simple", false, &"a\nb").unwrap_err();
    assert_eq!(error, "x-id: not the text of a header");
}

#[test]
fn cookies_are_one_header() {
    let mut headers = HeaderMap::new();
    cookie(&mut headers, "none", "form", true, &json!(null)).unwrap();
    assert!(headers.is_empty());
    cookie(&mut headers, "a", "form", true, &"x;y").unwrap();
    cookie(&mut headers, "b", "form", false, &json!([1, 2])).unwrap();
    let value = &headers["cookie"];
    assert_eq!(value, "a=x%3By; b=1%2C2");
    assert!(value.is_sensitive());
}

#[test]
fn fields_of_a_form() {
    let body = json!({ "text": "x", "list": [1, 2], "object": { "a": 1 }, "joined": [1, 2] });
    let pairs = form(&body, &[("joined", "pipeDelimited", false)]).unwrap();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(pairs, ["text=x", "list=1", "list=2", r#"object={"a":1}"#, "joined=1|2"]);
    assert_eq!(form(&json!([]), &[]).unwrap_err(), "a form has fields");
}
