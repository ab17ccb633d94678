use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{cookie, form, header, path, query, reserved_query, same_path};

fn request() -> reqwest::Request {
    let url = reqwest::Url::parse("http://localhost/v1/pets").unwrap();
    reqwest::Request::new(reqwest::Method::GET, url)
}

/// The query of a URL.
#[track_caller]
fn check_query(style: &str, explode: bool, value: Value, wanted: &str) {
    let mut request = request();
    query(&mut request, "id", style, explode, &value).unwrap();
    let written = request.url().query().unwrap_or_default();
    assert_eq!(written, wanted, "{style} {explode} {value}");
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
    check_query("spaceDelimited", false, list(), "id=a%202%203");
    check_query("spaceDelimited", false, object(), "id=a%20x%20b%202");
    check_query("pipeDelimited", false, list(), "id=a|2|3");
    check_query("pipeDelimited", false, object(), "id=a|x|b|2");
    check_query("pipeDelimited", true, list(), "id=a&id=2&id=3");
}

#[test]
fn query_of_style_deep_object() {
    check_query("deepObject", true, object(), "id%5Ba%5D=x&id%5Bb%5D=2");
    let nested = json!({ "a": { "b": 1 }, "list": [1, { "c": 2 }], "none": [] });
    let wanted = "id%5Ba%5D%5Bb%5D=1&id%5Blist%5D%5B%5D=1&id%5Blist%5D%5B1%5D%5Bc%5D=2";
    check_query("deepObject", true, nested, wanted);
    check_query("deepObject", true, json!({}), "");
    check_query("deepObject", true, json!(null), "");
}

#[test]
fn query_of_json() {
    check_query("application/json", false, json!({ "a": [1] }), "id=%7B%22a%22%3A%5B1%5D%7D");
    check_query("application/json", false, json!([]), "id=%5B%5D");
    check_query("application/json", false, json!(null), "");
}

#[test]
fn query_of_nothing() {
    for style in ["form", "spaceDelimited", "pipeDelimited"] {
        for explode in [true, false] {
            check_query(style, explode, json!(null), "");
            check_query(style, explode, json!([]), "");
            check_query(style, explode, json!({}), "");
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
    check_path("label", true, json!([]), "");
    check_path("label", false, json!({}), "");
    check_path("label", false, json!([""]), ".");
    check_path("label", true, json!(null), "");
}

#[test]
fn path_of_style_matrix() {
    check_path("matrix", false, json!("x"), ";id=x");
    check_path("matrix", false, list(), ";id=a,2,3");
    check_path("matrix", true, list(), ";id=a;id=2;id=3");
    check_path("matrix", false, object(), ";id=a,x,b,2");
    check_path("matrix", true, object(), ";a=x;b=2");
    check_path("matrix", false, json!([]), "");
    check_path("matrix", true, json!({}), "");
    check_path("matrix", true, json!(""), ";id");
    check_path("matrix", true, json!(["", "a"]), ";id;id=a");
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
    assert_eq!(written(false, json!([])), None);
    assert_eq!(written(true, json!({})), None);
    assert_eq!(written(false, json!(null)), None);
    header(&mut HeaderMap::new(), "x-id", "application/json", false, &"a\n\u{7f}").unwrap();
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
    assert_eq!(value, "a=x%3By; b=1,2");
    assert!(value.is_sensitive());
}

#[test]
fn fields_of_a_form() {
    let body = json!({ "text": "x &", "list": [1, 2], "object": { "a": 1 }, "joined": [1, 2] });
    let written = form(&body, &[("joined", "pipeDelimited", false)]).unwrap();
    assert_eq!(written, "text=x+%26&list=1&list=2&object=%7B%22a%22%3A1%7D&joined=1|2");
    assert_eq!(form(&json!([]), &[]).unwrap_err(), "a form has fields");
}

#[test]
fn items_are_encoded_and_separators_are_not() {
    let items = json!(["a b", "c,d", "e|f&g"]);
    check_query("form", false, items.clone(), "id=a%20b,c%2Cd,e%7Cf%26g");
    check_query("pipeDelimited", false, items.clone(), "id=a%20b|c%2Cd|e%7Cf%26g");
    check_path("simple", false, items, "a%20b,c%2Cd,e%7Cf%26g");
    check_query("form", false, json!({ "a,b": "c d" }), "id=a%2Cb,c%20d");
}

#[test]
fn blanks_cannot_separate_items_that_have_some() {
    let mut request = request();
    let items = json!(["a b", "c"]);
    let error = query(&mut request, "id", "spaceDelimited", false, &items).unwrap_err();
    assert_eq!(error, "id: an item has a blank, which separates items");
    assert_eq!(request.url().query(), None);
}

#[test]
fn queries_are_added_to_each_other() {
    let mut request = request();
    request.url_mut().set_query(Some("a=b+c"));
    query(&mut request, "id", "form", false, &["x", "y"]).unwrap();
    query(&mut request, "none", "form", false, &json!(null)).unwrap();
    query(&mut request, "n&m", "form", false, &json!("z")).unwrap();
    assert_eq!(request.url().query(), Some("a=b+c&id=x,y&n%26m=z"));
}

#[test]
fn reserved_characters_stay_where_they_may() {
    let written = |value: &str| {
        let mut request = request();
        reserved_query(&mut request, "$filter", "form", true, &value).unwrap();
        request.url().query().unwrap_or_default().to_owned()
    };
    assert_eq!(written("/foo/bar"), "$filter=/foo/bar");
    assert_eq!(written("50%"), "$filter=50%25");
    assert_eq!(written("a%20b%zz"), "$filter=a%20b%25zz");
    assert_eq!(written("Hello World!"), "$filter=Hello%20World!");
    assert_eq!(written("a#b"), "$filter=a%23b");
}

#[test]
fn reserved_characters_do_not_end_a_name() {
    let mut request = request();
    reserved_query(&mut request, "a&b=c+d%20[]/", "form", true, &"x&y").unwrap();
    reserved_query(&mut request, "e", "deepObject", true, &json!({ "f=g": "h" })).unwrap();
    let query = request.url().query().unwrap_or_default();
    assert_eq!(query, "a%26b%3Dc%2Bd%2520[]/=x&y&e[f%3Dg]=h");
}

#[test]
fn items_of_a_header_are_told_apart() {
    let mut headers = HeaderMap::new();
    header(&mut headers, "x-id", "simple", false, &["a b", "c,d", "50%", "%41"]).unwrap();
    assert_eq!(headers["x-id"], "a b,c%2Cd,50%,%2541");
}

#[test]
fn a_path_that_is_another_is_refused() {
    let check = |path: &str, template: &str| {
        let url = reqwest::Url::parse(&format!("http://localhost/v1{path}")).unwrap();
        let request = reqwest::Request::new(reqwest::Method::GET, url);
        same_path(&request, "http://localhost/v1", template).is_ok()
    };
    assert!(check("/pets/%5C", "/pets/{id}") && check("/pets/", "/pets/"));
    assert!(check("/pets/..x/a", "/pets/{id}/a"));
    for path in ["/pets/..", "/pets/.", "/pets/", "/pets/%2e%2E", "/pets/a\\b", "/pets"] {
        assert!(!check(path, "/pets/{id}"), "{path}");
    }
}
