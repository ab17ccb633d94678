//! The oracle must object to what is wrong: a right request is changed in one way after the other.

use serde_json::{Value, json};

use super::oracle::bodies;
use super::oracle::check::Given;
use super::oracle::document::{Document, Media, Way};
use super::oracle::generate::{Generator, MOST_VALUES, Parts, Use};
use super::oracle::random::Random;
use super::oracle::recorded;
use super::oracle::request;
use super::oracle::same;
use super::oracle::schemas::Schemas;

fn document() -> Document {
    let text = json!({
        "openapi": "3.0.3",
        "servers": [{ "url": "https://api.example.com/v2/" }],
        "paths": { "/pets/{id}/toys": { "post": {
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
                { "name": "tags", "in": "query", "explode": false, "schema": { "type": "array" } },
                { "name": "kinds", "in": "query", "schema": { "type": "array" } },
                { "name": "X-Trace", "in": "header", "schema": { "type": "string" } },
                { "name": "session", "in": "cookie", "schema": { "type": "string" } },
            ],
            "requestBody": { "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/Toy" } },
                "application/x-www-form-urlencoded": { "schema": { "type": "object" } },
                "multipart/form-data": { "schema": { "type": "object", "properties": {
                    "photo": { "type": "string", "format": "binary" },
                    "name": { "type": "string" },
                } } },
            } },
            "responses": { "200": { "description": "", "content": { "application/json": {} } } },
        } } },
        "components": { "schemas": { "Toy": {
            "type": "object",
            "required": ["name", "id"],
            "properties": {
                "id": { "type": "integer", "readOnly": true },
                "name": { "type": "string", "nullable": true, "minLength": 1 },
                "price": { "type": "number", "minimum": 0, "exclusiveMinimum": true },
            },
        } } },
    });
    Document::parse(&text.to_string(), Way::Request).unwrap()
}

/// What the checker has against a request with a body of one media type.
fn faults(media: &str, value: Value, raw: &[u8]) -> Vec<String> {
    let document = document();
    let [operation] = &document.operations()[..] else { panic!("one operation") };
    let set = [json!("a/b c"), json!(["x y", "1,2"]), json!(["+", "&"]), json!("é"), json!("s")];
    let media = operation.body.as_ref().unwrap().media.iter().find(|it| it.name == media);
    let given = Given {
        operation,
        values: operation.parameters.iter().zip(set).collect(),
        body: Some((media.unwrap(), value)),
    };
    let request = request::parse(raw).unwrap().unwrap();
    given.faults(&document, &request).into_iter().map(|fault| fault.at).collect()
}

const HEAD: &str = "POST /v2/pets/a%2Fb%20c/toys?tags=x%20y,1%2C2&kinds=%2B&kinds=%26 HTTP/1.1\r\n\
                    host: a\r\naccept: application/json\r\nx-trace: é\r\ncookie: session=s\r\n";

fn message(head: &str, media: &str, body: &str) -> String {
    format!("{head}content-type: {media}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// What the checker has against a request whose text was changed at one place.
fn changed(from: &str, to: &str) -> Vec<String> {
    let json = "application/json";
    let (mut head, mut body) = (HEAD.to_owned(), r#"{"name":"a","price":1.5}"#.to_owned());
    if !from.is_empty() {
        assert!(head.contains(from) != body.contains(from), "{from} is not there once");
        head = head.replace(from, to);
        body = body.replace(from, to);
    }
    faults(json, json!({ "name": "a", "price": 1.5 }), message(&head, json, &body).as_bytes())
}

#[test]
fn it_has_nothing_against_what_is_right() {
    assert_eq!(changed("", ""), <[&str; 0]>::default());
}

#[test]
fn it_takes_what_means_the_same() {
    for (from, to) in [
        ("x%20y", "x+y"),
        ("1.5", "1.50"),
        ("{\"name\"", "{ \"name\""),
        ("accept: application/json", "accept: */*"),
        ("host: a\r\n", "Host: a\r\nuser-agent: x\r\n"),
    ] {
        assert_eq!(changed(from, to), <[&str; 0]>::default(), "{from} → {to}");
    }
}

#[test]
fn it_objects_to_every_change() {
    for (from, to, at) in [
        ("POST", "PUT", "method"),
        ("/v2/", "/", "path"),
        ("%2Fb", "/b", "path"),
        ("%20c", "+c", "path"),
        ("/toys", "/toys/", "path"),
        ("a%2Fb", "b%2Fb", "path"),
        ("tags=x%20y,1%2C2&", "", "query tags"),
        (",1%2C2", ",1,2", "query tags"),
        ("x%20y,1%2C2", "x%20y%2C1%2C2", "query tags"),
        ("x%20y,1%2C2", "1%2C2,x%20y", "query tags"),
        ("=%2B", "=+", "query kinds"),
        ("&kinds=%26", "", "query kinds"),
        ("&kinds=%26", "&kinds=%26&kinds=%26", "query kinds"),
        ("&kinds=%26", "&kinds=%2526", "query kinds"),
        ("&kinds=%26", "&kinds=%26&more=1", "query"),
        ("x-trace: é\r\n", "", "header X-Trace"),
        ("x-trace: é\r\n", "x-trace: e\r\n", "header X-Trace"),
        ("x-trace: é\r\n", "x-trace: é\r\nx-trace: é\r\n", "header X-Trace"),
        ("x-trace: é\r\n", "x-trace: é\r\nx-more: 1\r\n", "headers"),
        ("session=s", "session=t", "cookie session"),
        ("session=s", "session=s; more=1", "cookies"),
        ("cookie: session=s\r\n", "", "cookie session"),
        ("accept: application/json", "accept: text/html", "accept"),
        (",\"price\":1.5", "", "body"),
        ("1.5", "1.25", "body"),
        ("1.5", "\"1.5\"", "body"),
        ("1.5}", "1.5,\"more\":1}", "body"),
        ("1.5}", "1.5,\"price\":1.5}", "body"),
        ("1.5}", "1.5", "body"),
    ] {
        assert_eq!(changed(from, to), [at], "{from} → {to}");
    }
}

#[test]
fn it_objects_to_another_media_type() {
    let raw = message(HEAD, "text/plain", "{\"name\":\"a\"}");
    assert_eq!(faults("application/json", json!({ "name": "a" }), raw.as_bytes()), ["media type"]);
}

#[test]
fn it_reads_forms() {
    let media = "application/x-www-form-urlencoded";
    let value = json!({ "a": "é +", "b": [1, 2], "c": true });
    let check = |body: &str| faults(media, value.clone(), message(HEAD, media, body).as_bytes());
    assert_eq!(check("a=%C3%A9+%2B&b=1&b=2&c=true"), <[&str; 0]>::default());
    for wrong in [
        "a=%C3%A9++&b=1&b=2&c=true",
        "a=%C3%A9+%2B&b=1&c=true",
        "a=%C3%A9+%2B&b=1&b=2",
        "a=%C3%A9+%2B&b=2&b=1&c=true",
        "a=%C3%A9+%2B&b=1&b=2&c=true&d=",
        "a=%C3%A9+%2B&b=1&b=2&c=true&c=true",
    ] {
        assert_eq!(check(wrong), ["body"], "{wrong}");
    }
}

#[test]
fn it_reads_the_parts_of_a_form() {
    let media = "multipart/form-data; boundary=x";
    let value = json!({ "photo": "\u{ff}", "name": "Rex" });
    let photo =
        "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"f\"\r\n\r\n\u{ff}\r\n";
    let name = "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nRex\r\n";
    let check = |body: &str| {
        // One byte that is no text.
        let body: Vec<u8> = body.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let length = body.len();
        let head = format!("{HEAD}content-type: {media}\r\ncontent-length: {length}\r\n\r\n");
        faults("multipart/form-data", value.clone(), &[head.as_bytes(), &body].concat())
    };
    assert_eq!(check(&format!("{photo}{name}--x--\r\n")), <[&str; 0]>::default());
    for wrong in [
        format!("{photo}{}--x--\r\n", name.replace("\"\r", "\"; filename=\"f\"\r")),
        format!("{name}--x--\r\n"),
        format!("{photo}--x--\r\n"),
        format!("{photo}{name}{name}--x--\r\n"),
        format!("{}{name}--x--\r\n", photo.replace("; filename=\"f\"", "")),
        format!("{photo}{}--x--\r\n", name.replace("Rex", "rex")),
        format!("{photo}{name}"),
    ] {
        assert_eq!(check(&wrong), ["body"], "{wrong}");
    }
}

#[test]
fn a_form_without_a_part_is_its_closing_delimiter() {
    let media = "multipart/form-data; boundary=x";
    let check = |body: &str| {
        faults("multipart/form-data", json!({}), message(HEAD, media, body).as_bytes())
    };
    assert_eq!(check("--x--\r\n"), <[&str; 0]>::default());
    for wrong in ["", "--x\r\n\r\n", "--y--\r\n"] {
        assert_eq!(check(wrong), ["body"], "{wrong}");
    }
}

#[test]
fn parts_are_files_in_some_alternatives() {
    let file = json!({ "type": "string", "format": "binary" });
    let form = json!({ "oneOf": [
        { "properties": { "a": file, "b": { "anyOf": [file, { "type": "string" }] } } },
        { "properties": { "c": { "oneOf": [file, { "type": "array", "items": file }, { "type": "null" }] } } },
        { "properties": { "d": { "allOf": [{ "type": "string" }, { "format": "binary" }] } } },
    ] });
    let text = json!({ "form": { "schema": form } }).to_string();
    let document = Document::parse(&text, Way::Request).unwrap();
    let schema = Some("/form/schema".to_owned());
    let media =
        Media { name: "multipart/form-data".to_owned(), position: 0, schema, encoding: json!({}) };
    let parts = |name: &str| bodies::Parts::of(&document, &media, name);
    let of = |file, other, several| bodies::Parts { file, other, several };
    assert_eq!(parts("a"), of(true, false, false));
    assert_eq!(parts("b"), of(true, true, false));
    assert_eq!(parts("c"), of(true, false, true));
    assert_eq!(parts("d"), of(true, false, false));
    assert_eq!(parts("e"), of(false, false, false));
    assert!(parts("b").is_file(&json!("\u{ff}a")) && !parts("b").is_file(&json!("a")));
}

#[test]
fn what_is_too_large_has_no_value() {
    let document = document();
    for schema in [
        json!({ "type": "array", "minItems": 5_000_000_000_u64 }),
        json!({ "type": "array", "minItems": 4_000, "items": { "type": "array", "minItems": 4_000 } }),
        json!({ "type": "string", "minLength": 5_000_000_000_u64 }),
        json!({ "type": "string", "pattern": "^(a{900}){900}$" }),
        json!({ "type": "object", "minProperties": 5_000_000_000_u64, "additionalProperties": true }),
    ] {
        let (random, used) = (&mut Random::new(1), Use::Json);
        let (parts, left) = (Parts::All, MOST_VALUES);
        let mut generator = Generator { document: &document, random, used, parts, left };
        assert_eq!(generator.value(&schema, 0), None, "{schema}");
    }
}

#[test]
fn a_header_whose_name_is_no_token_is_not_tried() {
    let names = ["X-Fine", "X Y", "Größe", "", "X:Y"];
    let parameters = names.map(|name| json!({ "name": name, "in": "header", "schema": {} }));
    let paths = json!({ "/pets": { "get": { "parameters": parameters, "responses": {} } } });
    let text = json!({ "openapi": "3.1.0", "paths": paths }).to_string();
    let document = Document::parse(&text, Way::Request).unwrap();
    let [operation] = &document.operations()[..] else { panic!("one operation") };
    let tried: Vec<_> = operation.parameters.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(tried, ["X-Fine"]);
}

#[test]
fn a_body_that_is_not_set_is_not_sent() {
    let document = document();
    let [operation] = &document.operations()[..] else { panic!("one operation") };
    let given = Given { operation, values: Vec::new(), body: None };
    let raw = message("POST /v2/pets/a/toys HTTP/1.1\r\n", "application/json", "{}");
    let request = request::parse(raw.as_bytes()).unwrap().unwrap();
    let faults = given.faults(&document, &request);
    assert!(faults.iter().any(|fault| fault.at == "body"), "{faults:?}");
}

#[test]
fn a_document_of_3_0_is_read_as_2020_12() {
    let document = document();
    let schemas = Schemas::of(&document).unwrap();
    let accepts = |value: Value| schemas.accepts("/components/schemas/Toy", &value);
    // Of a request, what is `readOnly` is not required.
    assert!(accepts(json!({ "name": null, "price": 0.5 })));
    for wrong in [json!({}), json!({ "name": "" }), json!({ "name": "a", "price": 0 })] {
        assert!(!accepts(wrong.clone()), "{wrong}");
    }
}

#[test]
fn the_same_seed_makes_the_same_values() {
    let document = document();
    let made = |seed: u64| {
        let (random, used) = (&mut Random::of(seed, "POST /pets", 3), Use::Json);
        let (parts, left) = (Parts::All, MOST_VALUES);
        let mut generator = Generator { document: &document, random, used, parts, left };
        let schema = json!({ "type": "array", "minItems": 20, "items": { "type": "string" } });
        generator.value(&schema, 0).unwrap()
    };
    assert_eq!(made(1), made(1));
    assert_ne!(made(1), made(2));
}

#[test]
fn an_answer_is_the_same_but_for_null() {
    let sent = json!({ "a": null, "b": [{ "c": 1 }] });
    assert_eq!(same::answer_difference(&sent, &json!({ "b": [{ "c": 1.0 }] })), None);
    for wrong in [
        json!({}),
        json!({ "b": [{}] }),
        json!({ "b": [{ "c": 2 }] }),
        json!({ "b": [{ "c": 1, "d": 1 }] }),
    ] {
        assert!(same::answer_difference(&sent, &wrong).is_some(), "{wrong}");
    }
}

/// What recorders write of one call, in a file of its own.
fn recorded_in(text: &str) -> Result<Vec<recorded::Recorded>, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.har");
    std::fs::write(&file, text).unwrap();
    recorded::read(file.as_os_str())
}

#[test]
fn a_recording_behind_a_byte_order_mark_with_initiators_nested_without_end() {
    let (open, close) = ("{\"parent\":".repeat(1000), "}".repeat(1000));
    let request = r#"{"method": "GET", "url": "https://pets.example/pets"}"#;
    let answer = r#"{"status": 200, "content": {"text": "\ufeff{\"a\": 1}"}}"#;
    let entry =
        format!(r#"{{"_initiator": {open}1{close}, "request": {request}, "response": {answer}}}"#);
    let calls = recorded_in(&format!("\u{feff}{{\"log\": {{\"entries\": [{entry}]}}}}")).unwrap();
    assert_eq!(calls[0].response, Some(json!({ "a": 1 })));
}

#[test]
fn a_recorded_call_without_an_answer_was_sent() {
    for response in ["null", r#"{"status": null}"#, r#"{"status": -1}"#] {
        let body = r#"{"text": "{}"}"#;
        let request =
            format!(r#"{{"method": "POST", "url": "https://a.example/a", "postData": {body}}}"#);
        let entry = format!(r#"{{"request": {request}, "response": {response}}}"#);
        let calls = recorded_in(&format!(r#"{{"log": {{"entries": [{entry}]}}}}"#)).unwrap();
        assert_eq!((calls[0].status, &calls[0].request), (0, &Some(json!({}))));
    }
}

#[test]
fn a_file_that_is_no_recording_is_refused_without_its_values() {
    let error = recorded_in(r#"{"log": {"entries": ["Zaphod"]}}"#).unwrap_err();
    assert!(error.contains("calls.har") && !error.contains("Zaphod"), "{error}");
}

/// What the checker has against a `GET /pets` with these parameters.
fn faults_of(parameters: Value, set: &[Value], head: &str) -> Vec<String> {
    let paths = json!({ "/pets": { "get": { "parameters": parameters, "responses": {} } } });
    let text = json!({ "openapi": "3.1.0", "paths": paths }).to_string();
    let document = Document::parse(&text, Way::Request).unwrap();
    let [operation] = &document.operations()[..] else { panic!("one operation") };
    let values = operation.parameters.iter().zip(set.iter().cloned()).collect();
    let given = Given { operation, values, body: None };
    let raw = format!("GET /pets{head}\r\n\r\n");
    let request = request::parse(raw.as_bytes()).unwrap().unwrap();
    given.faults(&document, &request).into_iter().map(|fault| fault.at).collect()
}

#[test]
fn nothing_is_absent() {
    for place in ["query", "header", "cookie"] {
        for explode in [true, false] {
            let parameters =
                json!([{ "name": "a", "in": place, "explode": explode, "schema": {} }]);
            for value in [json!([]), json!({})] {
                let faults =
                    |head: &str| faults_of(parameters.clone(), std::slice::from_ref(&value), head);
                assert_eq!(faults(" HTTP/1.1"), <[&str; 0]>::default());
                let empty = match place {
                    "query" => "?a= HTTP/1.1",
                    "header" => " HTTP/1.1\r\na: ",
                    _ => " HTTP/1.1\r\ncookie: a=",
                };
                assert_eq!(faults(empty).len(), 1, "{empty} {explode} {value}");
            }
        }
    }
}

#[test]
fn items_of_a_header_encode_what_ends_them() {
    let parameters = json!([{ "name": "a", "in": "header", "schema": {} }]);
    let faults = |raw: &str| {
        let head = format!(" HTTP/1.1\r\na: {raw}");
        faults_of(parameters.clone(), &[json!(["x,y", "%2F b", "50%"])], &head)
    };
    assert_eq!(faults("x%2Cy,%252F b,50%"), <[&str; 0]>::default());
    for wrong in
        ["x,y,%252F b,50%", "x%2Cy,%2F b,50%", "x%2Cy,%252F%20b,50%", "x%252Cy,%252F b,50%"]
    {
        assert_eq!(faults(wrong), ["header a"], "{wrong}");
    }
}

#[test]
fn what_has_no_style_is_json_or_in_brackets() {
    let parameters = json!([
        { "name": "a", "in": "query", "schema": {} },
        { "name": "b", "in": "query", "style": "deepObject", "explode": true, "schema": {} },
    ]);
    let values = [json!([[1], {}]), json!({ "c": [{ "d": 1 }, 2] })];
    let faults =
        |query: &str| faults_of(parameters.clone(), &values, &format!("?{query} HTTP/1.1"));
    assert_eq!(faults("a=[1]&a=%7B%7D&b[c][]=2&b[c][0][d]=1"), <[&str; 0]>::default());
    assert_eq!(faults("a=1&a=%7B%7D&b[c][]=2&b[c][0][d]=1"), ["query a"]);
    for wrong in ["b[c][]=2&b[c][][d]=1", "b[c][]=2", "b[c][0][d]=1", "b[c][1]=2&b[c][0][d]=1"] {
        let at = faults(&format!("a=[1]&a=%7B%7D&{wrong}"));
        assert!(at.contains(&"query b".to_owned()), "{wrong}: {at:?}");
    }
}

#[test]
fn a_cookie_of_json_is_one() {
    let content = json!({ "application/json": { "schema": {} } });
    let parameters = json!([{ "name": "a", "in": "cookie", "content": content }]);
    let faults = |raw: &str| {
        let head = format!(" HTTP/1.1\r\ncookie: {raw}");
        faults_of(parameters.clone(), &[json!({ "b": "," })], &head)
    };
    assert_eq!(faults("a={%22b%22:%22%2C%22}"), <[&str; 0]>::default());
    for wrong in ["b=%2C", "a={%22b%22:%22%22}", "a=b,%2C"] {
        assert!(!faults(wrong).is_empty(), "{wrong}");
    }
}

#[test]
fn a_range_is_sent_as_octets_or_text() {
    let text =
        json!({ "file": { "schema": { "type": "string", "format": "binary" } } }).to_string();
    let document = Document::parse(&text, Way::Request).unwrap();
    let sent = |name: &str| {
        let schema = Some("/file/schema".to_owned());
        let media = Media { name: name.to_owned(), position: 0, schema, encoding: json!({}) };
        bodies::sent_as(&document, &media)
    };
    assert_eq!(sent("image/*"), "application/octet-stream");
    assert_eq!(sent("*/*"), "application/octet-stream");
    assert_eq!(sent("text/*"), "text/plain");
    assert_eq!(sent("image/png"), "image/png");
}
