//! A response with a status that is not 200, or a problem that is not as documented.

use manis::Error;
use serde_json::json;

use crate::common::{self, response};
use crate::{answering, call, fault};

#[tokio::test]
async fn a_204_where_200_is_documented() {
    let error = fault(&answering(response("204 No Content", "", b"")).await.url).await;
    assert!(matches!(error, Error::UnexpectedResponse(_)), "{error}");
    assert_eq!(error.status().unwrap(), 204);
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let elsewhere = answering(response("200 OK", "", b"{}")).await;
    let location = format!("location: {}/\r\n", elsewhere.url);
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let server = answering(response(status, &location, b"")).await;
        let error = fault(&server.url).await;
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        assert_eq!(error.headers().unwrap()["location"], format!("{}/", elsewhere.url));
    }
    assert!(elsewhere.requests().is_empty(), "personal data went elsewhere");
}

#[tokio::test]
async fn a_500_with_html() {
    let html = b"<html><h1>Oops</h1></html>";
    let server =
        answering(response("500 Internal Server Error", "content-type: text/html\r\n", html));
    let error = fault(&server.await.url).await;
    assert_eq!(error.status().unwrap(), 500);
    assert!(error.to_string().contains("<h1>Oops</h1>"), "{error}");
    assert_eq!(&error.body_bytes().unwrap()[..], html);
}

#[tokio::test]
async fn a_502_with_html_from_a_proxy() {
    let html = format!("<html>{}</html>", "Bad Gateway ".repeat(1000));
    let error = fault(&answering(response("502 Bad Gateway", "", html.as_bytes())).await.url).await;
    assert_eq!(error.status().unwrap(), 502);
    assert!(error.is_retryable());
    assert!(error.to_string().contains("Bad Gateway Bad"), "{error}");
    assert!(error.to_string().len() < manis::BODY_EXCERPT + 100, "{error}");
    assert_eq!(error.body_bytes().unwrap().len(), html.len(), "all of it, for those who ask");
}

#[tokio::test]
async fn a_401_with_an_empty_body() {
    let error = fault(&answering(response("401 Unauthorized", "", b"")).await.url).await;
    assert_eq!(error.status().unwrap(), 401);
    assert_eq!(error.problem(), None);
    assert!(error.to_string().contains("empty"), "{error}");
}

#[tokio::test]
async fn a_500_with_an_empty_body() {
    let error = fault(&answering(response("500 Oops", "", b"")).await.url).await;
    assert_eq!(error.status().unwrap(), 500);
}

#[tokio::test]
async fn a_403_in_plain_text() {
    let bytes = response("403 Forbidden", "content-type: text/plain\r\n", b"not you");
    let error = fault(&answering(bytes).await.url).await;
    assert_eq!(error.status().unwrap(), 403);
    assert!(error.to_string().contains("not you"), "{error}");
}

#[tokio::test]
async fn a_problem_with_half_its_fields() {
    let bytes = common::json("400 Bad Request", &json!({"title": "Invalid", "soaCode": "M-7"}));
    let error = fault(&answering(bytes).await.url).await;
    let problem = error.problem().unwrap();
    assert_eq!((problem.title.as_deref(), &problem.detail), (Some("Invalid"), &None));
    assert!(error.to_string().contains("M-7"), "{error}");
}

#[tokio::test]
async fn a_problem_that_repeats_the_request_shows_its_title_and_code_only() {
    let problem = json!({"title": "Invalid", "detail": "zaphod@betelgeuse.example is taken"});
    // The harness looks for the address; the detail itself is for code that asks.
    let error = fault(&answering(common::json("400 Bad Request", &problem)).await.url).await;
    assert!(error.problem().unwrap().detail.as_deref().unwrap().contains("is taken"));
}

#[tokio::test]
async fn a_problem_that_is_not_one() {
    let bytes = common::json("400 Bad Request", &json!({"title": 7}));
    let error = fault(&answering(bytes).await.url).await;
    assert_eq!(error.status().unwrap(), 400);
    assert!(error.to_string().contains("`title`"), "{error}");
}

#[tokio::test]
async fn the_request_id_of_a_failure_and_of_a_success() {
    let bytes = response("500 Oops", "x-request-id: req-1\r\n", b"{}");
    let error = fault(&answering(bytes).await.url).await;
    assert_eq!(error.request_id(), Some("req-1"));
    let body = crate::customer().to_string();
    let bytes = response("200 OK", "x-request-id: req-2\r\n", body.as_bytes());
    let value = call(&answering(bytes).await.url, |builder| builder).await.unwrap();
    assert_eq!((value.request_id(), value.status().as_u16()), (Some("req-2"), 200));
}
