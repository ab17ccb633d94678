//! A success with a body that is not what is documented. The write was carried out.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::server::{self, Act, Server};
use crate::subject::api::{ClientBuilder, DecodeError, Error, Misfit, Outcome};
use crate::subject::{DATE, LIST, TEXT, answer, read};
use crate::{answering, call, fault, with, without};

fn decode(error: &Error) -> &DecodeError {
    match error {
        Error::InvalidResponse { source, .. } => source,
        other => panic!("not a decode error: {other:#}"),
    }
}

/// What is decoded of a body, and what of it does not fit.
async fn decoded(body: &Value) -> (crate::subject::Success, Vec<(String, String)>) {
    let server = answering(server::json("200 OK", body)).await;
    let value = call(&server.url, |builder| builder).await.unwrap();
    let told = |misfit: &Misfit| (misfit.path().to_owned(), misfit.reason().to_owned());
    let misfits = value.misfits().iter().map(told).collect();
    // What a strict client refuses is what a lenient one tells.
    let strict = call(&server.url, |builder| builder.strict_responses()).await;
    assert_eq!(strict.is_err(), !value.misfits().is_empty());
    if let Err(error) = strict {
        assert_eq!(decode(&error).path(), value.misfits()[0].path());
    }
    (value.into_inner(), misfits)
}

/// The one field of a body that does not fit, and why.
async fn misfit(body: &Value) -> (String, String) {
    let (_, misfits) = decoded(body).await;
    let [misfit] = misfits.as_slice() else { panic!("{misfits:?}") };
    misfit.clone()
}

#[tokio::test]
async fn not_json_with_a_json_content_type() {
    let bytes =
        server::response("200 OK", "content-type: application/json\r\n", b"<html>no</html>");
    let error = fault(&answering(bytes).await.url, Outcome::CarriedOut).await;
    assert!(!format!("{error:#}").contains("<html>"), "{error:#}");
    assert_eq!(error.response().unwrap().excerpt(), "<html>no</html>", "for those who ask");
    assert!(decode(&error).reason().starts_with("not JSON"));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn no_body_at_all() {
    let server = answering(server::response("200 OK", "", b"")).await;
    assert_eq!(decode(&fault(&server.url, Outcome::CarriedOut).await).reason(), "no body");
}

#[tokio::test]
async fn json_that_ends_early() {
    let bytes = server::response("200 OK", "", b"{\"id\": \"14f5");
    let error = fault(&answering(bytes).await.url, Outcome::CarriedOut).await;
    assert!(decode(&error).reason().starts_with("not JSON"), "{error}");
    assert_eq!(&error.body_bytes().unwrap()[..], b"{\"id\": \"14f5");
}

#[tokio::test]
async fn json_with_more_after_its_end() {
    let bytes = server::response("200 OK", "", format!("{} {{}}", answer()).as_bytes());
    let error = fault(&answering(bytes).await.url, Outcome::CarriedOut).await;
    assert!(decode(&error).reason().contains("trailing"), "{error}");
}

#[tokio::test]
async fn json_without_what_a_caller_cannot_do_without() {
    let bytes = server::json("200 OK", &without(answer(), "id"));
    let error = fault(&answering(bytes).await.url, Outcome::CarriedOut).await;
    assert_eq!(decode(&error).reason(), "missing field `id`");
    assert!(format!("{error:#}").ends_with("as documented: missing field `id`"), "{error:#}");
}

#[tokio::test]
async fn json_without_any_other_field() {
    let (value, misfits) = decoded(&without(answer(), TEXT)).await;
    assert_eq!((read(&value).0, misfits), (None, vec![]));
}

#[tokio::test]
async fn json_with_a_wrong_type_deep_inside() {
    let (list, flag) = LIST;
    let mut body = answer();
    body[list][0][flag] = json!("Zaphod-first");
    let (value, misfits) = decoded(&body).await;
    let reason = "string where a boolean is expected".to_owned();
    assert_eq!(misfits, [(format!("{list}[0].{flag}"), reason)]);
    assert_eq!(read(&value).2, [None], "the rest of the item is kept");
}

#[tokio::test]
async fn json_with_a_list_that_is_none() {
    let (list, _) = LIST;
    let (value, misfits) = decoded(&with(answer(), list, json!({}))).await;
    assert_eq!((read(&value).2, misfits[0].0.as_str()), (vec![], list));
}

#[tokio::test]
async fn json_with_an_item_that_is_none() {
    let (list, flag) = LIST;
    let items = json!([{ flag: true }, "Zaphod-first", { flag: false }]);
    let (value, misfits) = decoded(&with(answer(), list, items)).await;
    assert_eq!(misfits[0].0, format!("{list}[1]"));
    assert_eq!(read(&value).2, [Some(true), Some(false)], "the others are kept");
}

#[tokio::test]
async fn json_with_several_fields_that_do_not_fit() {
    let body = with(with(answer(), TEXT, json!(1)), DATE, json!("Zaphod-first"));
    let (value, misfits) = decoded(&body).await;
    let mut paths: Vec<_> = misfits.iter().map(|(path, _)| path.as_str()).collect();
    paths.sort_unstable();
    let mut expected = [TEXT, DATE];
    expected.sort_unstable();
    assert_eq!((paths, read(&value).0), (expected.to_vec(), None));
}

#[tokio::test]
async fn json_with_a_number_where_text_is_documented() {
    let reason = "integer where a string is expected".to_owned();
    assert_eq!(misfit(&with(answer(), TEXT, json!(90909))).await, (TEXT.to_owned(), reason));
}

#[tokio::test]
async fn json_with_a_date_that_is_none() {
    let reason = "a value that is not allowed here".to_owned();
    assert_eq!(
        misfit(&with(answer(), DATE, json!("Zaphod-first"))).await,
        (DATE.to_owned(), reason)
    );
}

#[tokio::test]
async fn json_with_a_duplicate_key() {
    let body = answer().to_string();
    let body = body.replacen('{', &format!("{{\"{TEXT}\": \"Zaphod-other\", "), 1);
    let bytes = server::response("200 OK", "", body.as_bytes());
    let value = call(&answering(bytes).await.url, |builder| builder).await.unwrap();
    assert_eq!(value.misfits()[0].reason(), format!("duplicate field `{TEXT}`"));
    assert_eq!(read(&value).0, None, "nobody knows which of the two it is");
}

#[tokio::test]
async fn extra_fields_are_ignored_and_still_in_the_raw_body() {
    let body = with(answer(), "shoeSize", json!(44));
    let server = answering(server::json("200 OK", &body)).await;
    let value = call(&server.url, |builder| builder).await.unwrap();
    assert_eq!(value.raw().body(), body.to_string().as_bytes());
}

#[tokio::test]
async fn a_null_is_none() {
    let (value, misfits) = decoded(&with(answer(), TEXT, Value::Null)).await;
    assert_eq!((read(&value).0, misfits), (None, vec![]));
}

fn assert_too_large(error: &Error, expected: usize) {
    match error {
        Error::ResponseTooLarge { status, limit, .. } => {
            assert_eq!((status.as_u16(), *limit), (200, expected));
        }
        other => panic!("not too large: {other}"),
    }
    assert!(!error.is_retryable());
    assert_eq!(error.outcome(), Outcome::CarriedOut);
}

#[tokio::test]
async fn body_announced_larger_than_the_limit() {
    // Announced, never sent: the limit must hold before the first byte is read.
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n".to_vec();
    let server = Server::start([Act::SendAndStall(head)]).await;
    assert_too_large(&fault(&server.url, Outcome::CarriedOut).await, 8 << 20);
}

#[tokio::test]
async fn chunked_body_larger_than_the_limit() {
    let server = Server::start([Act::SendChunks(vec![b' '; 1 << 16], 100_000)]).await;
    let error = call(&server.url, |builder| builder.response_limit(1 << 20)).await.unwrap_err();
    assert_too_large(&error, 1 << 20);
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let body = answer();
    let server = answering(server::json("200 OK", &body)).await;
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
    server::response("200 OK", "content-encoding: gzip\r\n", &encoder.finish().unwrap())
}

#[tokio::test]
async fn gzip_bomb_against_a_client_that_decompresses() {
    let server = answering(bomb()).await;
    let decompressing = ClientBuilder::http_builder().gzip(true).no_proxy().build().unwrap();
    let error = call(&server.url, |builder| builder.http_client(decompressing)).await.unwrap_err();
    assert_too_large(&error, 8 << 20);
}

#[tokio::test]
async fn gzip_that_nobody_asked_for_is_not_unpacked() {
    let server = answering(bomb()).await;
    let error = fault(&server.url, Outcome::CarriedOut).await;
    assert!(decode(&error).reason().starts_with("not JSON"), "{error}");
    assert!(error.body_bytes().unwrap().len() < 1 << 20);
    assert!(!server.requests()[0].contains("accept-encoding"));
}
