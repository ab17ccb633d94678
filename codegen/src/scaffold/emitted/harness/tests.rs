use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use super::super::client::ApiError;
use super::{
    Error, Received, ResponseValue, Sent, accepted, answering, left, refused, round_trip, same,
    serve,
};

/// What the server gets of a request: its line, its headers, and its body.
fn sent(line: &str, headers: &str, body: &str) -> Received {
    let (client, received) = serve();
    let mut stream = TcpStream::connect(client.baseurl.trim_start_matches("http://")).unwrap();
    let length = body.len();
    write!(stream, "{line} HTTP/1.1\r\n{headers}content-length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 500"), "{answer}");
    received.join().unwrap()
}

const ID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

fn json_sent() -> Received {
    let headers = "content-type: application/json\r\nX-Since: 2024-01-01T01:00:00+01:00\r\n";
    let id = ID.to_uppercase();
    sent(&format!("POST /pets/{id}?tag=a+b&limit=%31"), headers, r#"{"name": "Rex", "age": 3.0}"#)
}

const QUERY: &[(&str, &str)] = &[("limit", "1"), ("tag", "a b")];
const HEADERS: &[(&str, &str)] = &[("x-since", "2024-01-01T00:00:00Z")];
const BODY: Sent = Sent::Json(r#"{"age": 3, "name": "Rex"}"#);

#[track_caller]
fn check_json(line: &str, query: &[(&str, &str)], headers: &[(&str, &str)], body: Sent) {
    json_sent().check(&line.replace("ID", ID), query, headers, body);
}

#[test]
fn request_that_is_as_it_is_described() {
    check_json("POST /pets/ID", QUERY, HEADERS, BODY);
}

#[test]
#[should_panic(expected = "GET")]
fn another_method() {
    check_json("GET /pets/ID", QUERY, HEADERS, BODY);
}

#[test]
#[should_panic(expected = "dogs")]
fn another_path() {
    check_json("POST /dogs/ID", QUERY, HEADERS, BODY);
}

#[test]
#[should_panic(expected = "left == right")]
fn query_without_a_pair() {
    check_json("POST /pets/ID", &[("limit", "1")], HEADERS, BODY);
}

#[test]
#[should_panic(expected = "header x-since")]
fn header_of_another_value() {
    check_json("POST /pets/ID", QUERY, &[("x-since", "2024-01-01T01:00:00Z")], BODY);
}

#[test]
#[should_panic(expected = "header x-key")]
fn header_that_is_missing() {
    check_json("POST /pets/ID", QUERY, &[("x-key", "1")], BODY);
}

#[test]
#[should_panic(expected = "Max")]
fn another_body() {
    check_json("POST /pets/ID", QUERY, HEADERS, Sent::Json(r#"{"age": 3, "name": "Max"}"#));
}

fn form_sent(content_type: &str) -> Received {
    sent("PUT /pets", &format!("content-type: {content_type}\r\n"), "b=%2B&a=1+2")
}

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn form_in_another_order() {
    form_sent(FORM).check("PUT /pets", &[], &[], Sent::Form(&[("a", "1 2"), ("b", "+")]));
}

#[test]
#[should_panic(expected = "left == right")]
fn another_form() {
    form_sent(FORM).check("PUT /pets", &[], &[], Sent::Form(&[("a", "1 2")]));
}

#[test]
#[should_panic(expected = "text/plain")]
fn body_of_another_media_type() {
    form_sent("text/plain").check("PUT /pets", &[], &[], Sent::Form(&[("a", "1 2"), ("b", "+")]));
}

#[test]
fn spellings_of_one_value() {
    for (one, other) in [
        (json!(1), json!(1.0)),
        (json!("2024-01-01T00:00:00Z"), json!("2024-01-01T01:00:00.000+01:00")),
        (json!(ID), json!(ID.to_uppercase())),
        (json!("::1"), json!("0:0:0:0:0:0:0:1")),
        (json!({ "a": [1.0] }), json!({ "a": [1] })),
    ] {
        assert_eq!(same(one), same(other));
    }
}

#[test]
fn values_that_differ() {
    for (one, other) in [
        (json!(1), json!(1.5)),
        (json!(1), json!("1")),
        (json!("2024-01-01T00:00:00Z"), json!("2024-01-01T00:00:01Z")),
        (json!({ "a": null }), json!({})),
    ] {
        assert_ne!(same(one), same(other));
    }
}

#[derive(Debug, serde::Deserialize, serde::Serialize)]
struct Pet {
    name: String,
}

#[test]
fn body_that_comes_back() {
    round_trip::<Pet>(r#"{"name": "Rex"}"#);
}

#[test]
#[should_panic(expected = "age")]
fn body_that_loses_a_field() {
    round_trip::<Pet>(r#"{"name": "Rex", "age": 3}"#);
}

#[test]
#[should_panic(expected = "the request was not sent: no name")]
fn request_that_never_left() {
    left::<(), ()>(Err(Error::InvalidRequest("no name".to_owned())));
}

#[test]
fn answer_does_not_matter() {
    left::<(), ()>(Ok(()));
    left::<(), ()>(Err(Error::ErrorResponse(ApiError { status: 500, problem: None })));
}

type Ended = Result<ResponseValue<Pet>, Error<Pet>>;

const REX: &str = r#"{"name": "Rex"}"#;

fn wrong_rex(status: u16) -> ApiError<Pet> {
    ApiError { status, problem: Some(rex(status).value) }
}

fn rex(status: u16) -> ResponseValue<Pet> {
    ResponseValue { status, value: Pet { name: "Rex".to_owned() } }
}

#[test]
fn answer_with_a_body() {
    let (client, _) = answering(404, "{}");
    let mut stream = TcpStream::connect(client.baseurl.trim_start_matches("http://")).unwrap();
    write!(stream, "GET / HTTP/1.1\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    assert!(
        answer.contains("content-type: application/json\r\n") && answer.ends_with("\r\n\r\n{}")
    );
}

#[test]
fn success_as_documented() {
    let ended: Ended = Ok(rex(201));
    accepted(ended, 201, REX);
}

#[test]
#[should_panic(expected = "Max")]
fn success_with_another_body() {
    let ended: Ended = Ok(rex(201));
    accepted(ended, 201, r#"{"name": "Max"}"#);
}

#[test]
#[should_panic(expected = "201")]
fn success_with_another_status() {
    let ended: Ended = Ok(rex(200));
    accepted(ended, 201, REX);
}

#[test]
#[should_panic(expected = "200 is documented as a success")]
fn error_in_place_of_a_success() {
    let ended: Ended = Err(Error::ErrorResponse(wrong_rex(200)));
    accepted(ended, 200, REX);
}

#[test]
fn typed_error_as_documented() {
    let ended: Ended = Err(Error::ErrorResponse(wrong_rex(404)));
    refused(ended, 404, REX);
}

#[test]
#[should_panic(expected = "a problem of the documented form")]
fn error_whose_body_is_no_problem() {
    let ended: Ended = Err(Error::ErrorResponse(ApiError { status: 404, problem: None }));
    refused(ended, 404, REX);
}

#[test]
#[should_panic(expected = "404 is documented as an error with a type")]
fn error_without_its_type() {
    let ended: Ended = Err(Error::InvalidRequest(String::new()));
    refused(ended, 404, REX);
}

#[test]
#[should_panic(expected = "404 is documented as an error")]
fn success_in_place_of_an_error() {
    let ended: Ended = Ok(rex(404));
    refused(ended, 404, REX);
}
