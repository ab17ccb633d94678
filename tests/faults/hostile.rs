//! Answers that try to get something into a log, or out of a person's data.

use serde_json::{Value, json};

use crate::server::{json as json_bytes, response};
use crate::subject::api::{Error, Outcome};
use crate::subject::{TEXT, answer};
use crate::{answering, call, fault, with};

/// A line that an answer tries to add to the log.
pub const FORGED: &str = "\n2025-01-01T00:00:00Z ERROR forged";

/// A name that tells of a person, breaks the line and colours the terminal.
const NAME: &str = "zaphod@betelgeuse.example\n2025-01-01T00:00:00Z ERROR forged \u{1b}[31m";

#[tokio::test]
async fn an_unknown_field_that_is_named_after_a_person() {
    let body = with(answer(), NAME, json!([1]));
    let server = answering(json_bytes("200 OK", &body)).await;
    assert!(call(&server.url, |builder| builder).await.is_ok());
}

#[tokio::test]
async fn an_unknown_field_that_is_not_json() {
    let name = Value::from(NAME).to_string();
    let body = answer().to_string().replacen('{', &format!("{{{name}: nonsense,"), 1);
    let bytes = response("200 OK", "content-type: application/json\r\n", body.as_bytes());
    let error = fault(&answering(bytes).await.url, Outcome::CarriedOut).await;
    assert!(matches!(error, Error::InvalidResponse { .. }), "{error:#}");
}

#[tokio::test]
async fn a_warning_that_is_printed_before_the_json() {
    let body = format!("Warning: slow query for zaphod@betelgeuse.example\n{}", answer());
    let bytes = response("200 OK", "content-type: application/json\r\n", body.as_bytes());
    let error = fault(&answering(bytes).await.url, Outcome::CarriedOut).await;
    assert!(error.response().unwrap().excerpt().contains("slow query"), "for those who ask");
}

#[tokio::test]
async fn a_byte_order_mark_is_skipped() {
    let body = [b"\xef\xbb\xbf", answer().to_string().as_bytes()].concat();
    let bytes = response("200 OK", "content-type: application/json\r\n", &body);
    assert!(call(&answering(bytes).await.url, |builder| builder).await.is_ok());
}

#[tokio::test]
async fn a_byte_order_mark_before_what_is_not_json() {
    let body = [b"\xef\xbb\xbf", FORGED.as_bytes(), b"zaphod@betelgeuse.example"].concat();
    for kind in ["application/json", "text/html", "application/xml"] {
        let header = format!("content-type: {kind}\r\n");
        let bytes = response("500 Oops", &header, &body);
        let error = fault(&answering(bytes).await.url, Outcome::Unknown).await;
        let excerpt = error.response().unwrap().excerpt();
        assert!(excerpt.contains("\\n2025"), "escaped: {excerpt}");
    }
}

#[tokio::test]
async fn a_value_that_tells_of_a_person_where_a_text_is_expected() {
    let body = with(answer(), TEXT, json!({ NAME: { NAME: 1 } }));
    let value = call(&answering(json_bytes("200 OK", &body)).await.url, |it| it).await.unwrap();
    assert_eq!(value.misfits().len(), 1);
    assert_eq!(value.misfits()[0].path(), TEXT);
}

#[tokio::test]
async fn a_reason_phrase_and_headers_that_forge_a_line() {
    let headers = "x-request-id: a\tERROR forged\r\nretry-after: zaphod@betelgeuse.example\r\n";
    let bytes = response("418 zaphod@betelgeuse.example", headers, b"{}");
    let error = fault(&answering(bytes).await.url, Outcome::Refused).await;
    assert_eq!(error.to_string(), "418 I'm a teapot");
    assert_eq!(error.retry_after(), None);
}

#[tokio::test]
async fn a_code_that_is_no_code() {
    for code in [json!(NAME), json!("zaphod@betelgeuse.example"), json!("x".repeat(65)), json!([])]
    {
        let body = json!({ crate::subject::CODE: code });
        let error = fault(&answering(json_bytes("400 X", &body)).await.url, Outcome::Refused).await;
        assert_eq!((error.code(), error.to_string().as_str()), (None, "400 Bad Request"));
    }
}
