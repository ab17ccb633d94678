//! A response with a status that is not 200, or a problem that is not as documented.

use serde_json::json;

use crate::server::{self, response};
use crate::subject::CODE;
use crate::subject::api::{Error, Outcome};
use crate::{answering, call, fault};

/// The error of a status with a body.
async fn status(line: &str, headers: &str, body: &[u8], outcome: Outcome) -> Error {
    fault(&answering(response(line, headers, body)).await.url, outcome).await
}

#[tokio::test]
async fn a_204_where_200_is_documented() {
    let error = status("204 No Content", "", b"", Outcome::CarriedOut).await;
    assert!(matches!(error, Error::UnexpectedResponse(_)), "{error}");
    assert_eq!(error.to_string(), "204 No Content, which is not documented");
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let elsewhere = answering(response("200 OK", "", b"{}")).await;
    let location = format!("location: {}/\r\n", elsewhere.url);
    for (line, outcome) in [
        ("301 Moved", Outcome::Unknown),
        ("302 Found", Outcome::Unknown),
        ("303 See Other", Outcome::Unknown),
        ("307 Temporary", Outcome::Refused),
        ("308 Permanent", Outcome::Refused),
    ] {
        let error = status(line, &location, b"", outcome).await;
        assert_eq!(error.status().unwrap().as_str(), &line[..3]);
        assert_eq!(error.headers().unwrap()["location"], format!("{}/", elsewhere.url));
    }
    assert!(elsewhere.requests().is_empty(), "personal data went elsewhere");
}

#[tokio::test]
async fn a_500_with_html() {
    let html = b"<html><h1>Oops</h1></html>";
    let error = status("500 X", "content-type: text/html\r\n", html, Outcome::Unknown).await;
    assert_eq!(error.to_string(), "500 Internal Server Error");
    assert!(matches!(error, Error::ErrorResponse(_)) && error.is_server_error());
    assert_eq!(error.response().unwrap().excerpt(), "<html><h1>Oops</h1></html>");
    assert!(error.problem().is_none() && error.code().is_none());
}

#[tokio::test]
async fn a_502_with_html_from_a_proxy() {
    let html = format!("<html>{}</html>", "Bad Gateway ".repeat(1000));
    let error = status("502 X", "", html.as_bytes(), Outcome::Unknown).await;
    assert!(error.is_retryable());
    assert_eq!(error.to_string(), "502 Bad Gateway");
    assert_eq!(error.response().unwrap().excerpt().len(), crate::subject::api::BODY_EXCERPT);
    assert_eq!(error.body_bytes().unwrap().len(), html.len(), "all of it, for those who ask");
}

#[tokio::test]
async fn a_503_and_a_504_from_a_gateway() {
    for line in ["503 X", "504 X"] {
        assert!(status(line, "", b"", Outcome::Unknown).await.is_retryable());
    }
}

#[tokio::test]
async fn a_503_of_a_service_that_says_when_it_is_back() {
    status("503 X", "retry-after: 1\r\n", b"", Outcome::Refused).await;
}

#[tokio::test]
async fn a_401_with_an_empty_body() {
    let error = status("401 X", "", b"", Outcome::Refused).await;
    assert!(matches!(&error, Error::ErrorResponse(it) if it.problem().is_none()));
    assert!(error.is_unauthorized() && error.is_client_error() && !error.is_server_error());
    assert_eq!(error.to_string(), "401 Unauthorized");
}

#[tokio::test]
async fn a_429_with_an_empty_body() {
    let error = status("429 X", "retry-after: 7\r\n", b"", Outcome::Refused).await;
    assert!(error.is_rate_limited() && error.is_retryable());
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(7)));
}

#[tokio::test]
async fn a_403_in_plain_text() {
    let error = status("403 X", "content-type: text/plain\r\n", b"not you", Outcome::Refused).await;
    assert_eq!(error.to_string(), "403 Forbidden");
    assert_eq!(error.response().unwrap().excerpt(), "not you");
}

#[tokio::test]
async fn an_error_that_is_not_documented_with_a_problem_that_is() {
    let bytes = server::json("409 X", &json!({ "title": "Taken", CODE: "M-9" }));
    let error = fault(&answering(bytes).await.url, Outcome::Refused).await;
    assert_eq!(error.problem().unwrap().title.as_deref(), Some("Taken"));
    assert_eq!(error.to_string(), "409 Conflict (code M-9)");
}

#[tokio::test]
async fn a_problem_with_half_its_fields() {
    let bytes = server::json("400 X", &json!({ "title": "Invalid", CODE: "M-7" }));
    let error = fault(&answering(bytes).await.url, Outcome::Refused).await;
    let problem = error.problem().unwrap();
    assert_eq!((problem.title.as_deref(), &problem.detail), (Some("Invalid"), &None));
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (Some("M-7"), "400 Bad Request (code M-7)")
    );
}

#[tokio::test]
async fn a_problem_that_repeats_the_request_shows_its_code_only() {
    let text = "zaphod@betelgeuse.example is taken";
    let problem = json!({ "title": text, "detail": text, "type": text, CODE: "M-8" });
    // The harness looks for the address; the rest is for code that asks.
    let error =
        fault(&answering(server::json("400 X", &problem)).await.url, Outcome::Refused).await;
    assert_eq!(error.problem().unwrap().detail.as_deref(), Some(text));
}

#[tokio::test]
async fn a_problem_with_members_of_another_type_keeps_the_others() {
    // RFC 9457, section 3.1: what does not fit is ignored.
    let bytes = server::json("400 X", &json!({ "title": 7, "status": "400", "detail": "no" }));
    let error = fault(&answering(bytes).await.url, Outcome::Refused).await;
    let problem = error.problem().unwrap();
    assert_eq!(
        (&problem.title, problem.status, problem.detail.as_deref()),
        (&None, None, Some("no"))
    );
}

#[tokio::test]
async fn a_code_beside_members_that_cannot_be_read() {
    let text = format!(r#"{{"{CODE}":"M-0","title":"#).into_bytes();
    let text = [text, format!(r#""?","detail":1e999,"{CODE}":"M-9"}}"#).into_bytes()].concat();
    // Not UTF-8.
    let body: Vec<_> =
        text.into_iter().map(|byte| if byte == b'?' { 0xff } else { byte }).collect();
    let error =
        status("400 X", "content-type: application/json\r\n", &body, Outcome::Refused).await;
    // Of a name that is there twice, the last one counts.
    assert_eq!(error.code(), Some("M-9"));
}

#[tokio::test]
async fn a_problem_that_is_none() {
    for body in ["[]", "\"no\"", "7", "{"] {
        let error = status("400 X", "", body.as_bytes(), Outcome::Refused).await;
        assert!(error.problem().is_none(), "{body}");
    }
}

#[tokio::test]
async fn the_request_id_of_a_failure_and_of_a_success() {
    let error = status("500 X", "x-request-id: req-1\r\n", b"{}", Outcome::Unknown).await;
    assert_eq!(error.request_id(), Some("req-1"));
    let body = crate::subject::answer().to_string();
    let bytes = response("200 OK", "x-request-id: req-2\r\n", body.as_bytes());
    let value = call(&answering(bytes).await.url, |builder| builder).await.unwrap();
    assert_eq!((value.request_id(), value.status().as_u16()), (Some("req-2"), 200));
}
