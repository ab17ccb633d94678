//! A response with a body that is not what is documented.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use manis::{DecodeError, Error};
use serde_json::{Value, json};

use crate::common::{self, Act, Server};
use crate::{answering, call, customer, fault, with, without};

fn decode(error: &Error) -> &DecodeError {
    match error {
        Error::InvalidResponse { source, .. } => source,
        other => panic!("not a decode error: {other}"),
    }
}

/// The path and the reason of what does not fit in a body.
async fn misfit(body: &Value) -> (String, String) {
    let server = answering(common::json("200 OK", body)).await;
    let error = fault(&server.url).await;
    assert_eq!(error.status().unwrap(), 200);
    assert!(!error.is_retryable());
    let source = decode(&error);
    assert!(error.to_string().contains(source.reason()), "{error}");
    (source.path().to_owned(), source.reason().to_owned())
}

#[tokio::test]
async fn not_json_with_a_json_content_type() {
    let bytes =
        common::response("200 OK", "content-type: application/json\r\n", b"<html>no</html>");
    let error = fault(&answering(bytes).await.url).await;
    assert!(error.to_string().contains("<html>no</html>"), "the first bytes: {error}");
    assert!(decode(&error).reason().starts_with("not JSON"));
}

#[tokio::test]
async fn json_that_ends_early() {
    let bytes = common::response("200 OK", "", b"{\"id\": \"14f5");
    let error = fault(&answering(bytes).await.url).await;
    assert!(decode(&error).reason().starts_with("not JSON"), "{error}");
    assert_eq!(&error.body_bytes().unwrap()[..], b"{\"id\": \"14f5");
}

#[tokio::test]
async fn json_with_more_after_its_end() {
    let bytes = common::response("200 OK", "", format!("{} {{}}", customer()).as_bytes());
    let error = fault(&answering(bytes).await.url).await;
    assert!(decode(&error).reason().contains("trailing"), "{error}");
}

#[tokio::test]
async fn json_with_a_missing_required_field() {
    let (_, reason) = misfit(&without(customer(), "lastName")).await;
    assert_eq!(reason, "missing field `lastName`");
}

#[tokio::test]
async fn json_with_a_wrong_type_deep_inside() {
    let results = json!([{"pspId": "nium", "pspName": "Nium", "success": "Zaphod-first"}]);
    let (path, reason) = misfit(&with(customer(), "pspResults", results)).await;
    assert_eq!(path, "pspResults[0].success");
    assert_eq!(reason, "string where a boolean is expected");
}

#[tokio::test]
async fn json_with_a_number_where_text_is_required() {
    let (path, reason) = misfit(&with(customer(), "firstName", json!(90909))).await;
    assert_eq!(
        (path.as_str(), reason.as_str()),
        ("firstName", "integer where a string is expected")
    );
}

#[tokio::test]
async fn json_with_a_null_where_a_value_is_required() {
    let (path, reason) = misfit(&with(customer(), "firstName", Value::Null)).await;
    assert_eq!((path.as_str(), reason.as_str()), ("firstName", "null where a string is expected"));
}

#[tokio::test]
async fn json_with_a_date_that_is_none() {
    let (path, reason) = misfit(&with(customer(), "dob", json!("Zaphod-first"))).await;
    assert_eq!((path.as_str(), reason.as_str()), ("dob", "a value that is not allowed here"));
}

#[tokio::test]
async fn json_with_a_duplicate_key() {
    let body = customer().to_string();
    let body = body.replacen('{', "{\"firstName\": \"Zaphod-first\", ", 1);
    let error = fault(&answering(common::response("200 OK", "", body.as_bytes())).await.url).await;
    assert_eq!(decode(&error).reason(), "duplicate field `firstName`");
}

#[tokio::test]
async fn an_unknown_enum_value_is_kept() {
    let body = with(customer(), "type", json!("TRUST"));
    let server = answering(common::json("200 OK", &body)).await;
    let customer = call(&server.url, |builder| builder).await.unwrap();
    assert_eq!(customer.type_.to_string(), "TRUST");
}

#[tokio::test]
async fn extra_fields_are_ignored_and_still_in_the_raw_body() {
    let body = with(customer(), "shoeSize", json!(44));
    let server = answering(common::json("200 OK", &body)).await;
    let customer = call(&server.url, |builder| builder).await.unwrap();
    assert_eq!(customer.raw().body(), body.to_string().as_bytes());
}

#[tokio::test]
async fn a_null_where_a_value_is_optional_is_none() {
    let server = answering(common::json("200 OK", &with(customer(), "email", Value::Null))).await;
    let customer = call(&server.url, |builder| builder).await.unwrap();
    assert_eq!(customer.email, None);
}

fn assert_too_large(error: &Error, expected: usize) {
    match error {
        Error::ResponseTooLarge { status, limit } => {
            assert_eq!((status.as_u16(), *limit), (200, expected));
        }
        other => panic!("not too large: {other}"),
    }
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn body_announced_larger_than_the_limit() {
    // Announced, never sent: the limit must hold before the first byte is read.
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n".to_vec();
    let server = Server::start([Act::SendAndStall(head)]).await;
    assert_too_large(&fault(&server.url).await, 8 << 20);
}

#[tokio::test]
async fn chunked_body_larger_than_the_limit() {
    let server = Server::start([Act::SendChunks(vec![b' '; 1 << 16], 100_000)]).await;
    let error = call(&server.url, |builder| builder.response_limit(1 << 20)).await.unwrap_err();
    assert_too_large(&error, 1 << 20);
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let body = customer();
    let server = answering(common::json("200 OK", &body)).await;
    let limit = body.to_string().len();
    assert!(call(&server.url, |builder| builder.response_limit(limit)).await.is_ok());
    assert!(call(&server.url, |builder| builder.response_limit(limit - 1)).await.is_err());
}

/// 64 MiB of spaces in some 64 KiB.
fn bomb() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        encoder.write_all(&[b' '; 1 << 20]).unwrap();
    }
    common::response("200 OK", "content-encoding: gzip\r\n", &encoder.finish().unwrap())
}

#[tokio::test]
async fn gzip_bomb_against_a_client_that_decompresses() {
    let server = answering(bomb()).await;
    let decompressing = reqwest::Client::builder().gzip(true).build().unwrap();
    let error = call(&server.url, |builder| builder.http_client(decompressing)).await.unwrap_err();
    assert_too_large(&error, 8 << 20);
}

#[tokio::test]
async fn gzip_that_nobody_asked_for_is_not_unpacked() {
    let server = answering(bomb()).await;
    let error = fault(&server.url).await;
    assert!(decode(&error).reason().starts_with("not JSON"), "{error}");
    assert!(error.body_bytes().unwrap().len() < 1 << 20);
    assert!(!server.requests()[0].contains("accept-encoding"));
}
