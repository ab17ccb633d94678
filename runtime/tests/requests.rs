//! Calls of which no function was generated.

#[path = "common/server.rs"]
mod server;

use std::time::Duration;

use openapi_client_runtime::reqwest::Method;
use openapi_client_runtime::{Call, Client, Error, Outcome, RetryPolicy};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use server::{Act, Server, response};

async fn server() -> Server {
    Server::start([Act::Send(response("200 OK", "", br#"{"id":"1"}"#))]).await
}

async fn sent(method: Method, path: &str, change: impl FnOnce(Call) -> Call) -> String {
    sent_below("", method, path, change).await
}

/// The request that a call of a client whose base URL has this path sends.
async fn sent_below(
    base: &str,
    method: Method,
    path: &str,
    change: impl FnOnce(Call) -> Call,
) -> String {
    let server = server().await;
    let client = Client::builder(format!("{}{base}", server.url)).build().unwrap();
    change(client.request(method, path)).send().await.unwrap();
    server.requests()[0].clone()
}

fn line(request: &str) -> &str {
    request.lines().next().unwrap()
}

fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").unwrap().1
}

/// Why a call is not sent.
async fn refused(base: &str, path: &str, change: impl FnOnce(Call) -> Call) -> String {
    let server = server().await;
    let client = Client::builder(format!("{}{base}", server.url)).build().unwrap();
    let error = change(client.request(Method::PUT, path)).send().await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    assert_eq!((error.outcome(), server.requests().len()), (Outcome::NotSent, 0));
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    error.to_string()
}

#[tokio::test]
async fn the_method_and_the_path_are_sent() {
    assert_eq!(line(&sent(Method::DELETE, "/a/b", |call| call).await), "DELETE /a/b HTTP/1.1");
    assert_eq!(line(&sent(Method::GET, "/", |call| call).await), "GET / HTTP/1.1");
    let propfind = Method::from_bytes(b"PROPFIND").unwrap();
    assert_eq!(line(&sent(propfind, "/a", |call| call).await), "PROPFIND /a HTTP/1.1");
}

#[tokio::test]
async fn the_path_of_the_base_url_comes_first() {
    for base in ["/v1", "/v1/"] {
        let request = sent_below(base, Method::GET, "/a", |call| call).await;
        assert_eq!(line(&request), "GET /v1/a HTTP/1.1");
    }
}

#[tokio::test]
async fn segments_are_encoded() {
    let change = |call: Call| call.segment("a/b?c#d%2e ü").segment(7);
    let request = sent(Method::GET, "/x", change).await;
    assert_eq!(line(&request), "GET /x/a%2Fb%3Fc%23d%252e%20%C3%BC/7 HTTP/1.1");
}

#[tokio::test]
async fn a_segment_that_would_change_the_path_is_refused() {
    for id in ["", ".", ".."] {
        let message = refused("", "/customers", |call| call.segment(id)).await;
        assert!(message.contains("segment"), "{message}");
        refused("", "/customers", |call| call.segment(id).segment("payouts")).await;
    }
    let request = sent(Method::GET, "/x", |call| call.segment("...").segment(".a")).await;
    assert_eq!(line(&request), "GET /x/.../.a HTTP/1.1");
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_is_refused() {
    let all = ["/../admin", "/../v10/x", "/a/../../v2", "/%2e%2e/admin", "/..", "/a/%2E./../.."];
    for path in all {
        let message = refused("/v1", path, |call| call).await;
        assert!(message.contains("leads out"), "{path}: {message}");
    }
}

#[tokio::test]
async fn a_path_that_is_none_is_refused() {
    for path in ["", "a", "https://elsewhere.example/hunter2", "@elsewhere.example", ":80/a"] {
        refused("", path, |call| call).await;
    }
    for path in ["/a?b=hunter2", "/a#hunter2"] {
        assert!(refused("", path, |call| call).await.contains("use `query`"));
    }
    for path in ["/a\r\nx-evil: hunter2", "/a\tb", "/\0"] {
        assert!(refused("", path, |call| call).await.contains("control"));
    }
}

#[tokio::test]
async fn a_host_in_the_path_stays_a_path() {
    for path in ["//elsewhere.example/a", "/\\elsewhere.example/a"] {
        let request = sent(Method::GET, path, |call| call).await;
        assert!(line(&request).starts_with("GET //elsewhere.example/a "), "{request}");
    }
}

#[tokio::test]
async fn the_query_is_encoded() {
    let change = |call: Call| call.query("a", "b&c=d ü").query("a", 2).query("e[]", true);
    let request = sent(Method::GET, "/x", change).await;
    assert_eq!(line(&request), "GET /x?a=b%26c%3Dd+%C3%BC&a=2&e%5B%5D=true HTTP/1.1");
}

#[tokio::test]
async fn a_body_is_sent_as_json() {
    let change = |call: Call| call.json(&json!({ "name": "Ada" }));
    let request = sent(Method::POST, "/x", change).await;
    assert!(request.contains("content-type: application/json\r\n"));
    assert_eq!(body(&request), r#"{"name":"Ada"}"#);
}

#[tokio::test]
async fn a_body_of_another_media_type_is_sent() {
    let change = |call: Call| call.body("text/csv", "a;b\n");
    let request = sent(Method::POST, "/x", change).await;
    assert!(request.contains("content-type: text/csv\r\n"));
    assert_eq!(body(&request), "a;b\n");
}

#[tokio::test]
async fn a_media_type_that_is_no_header_is_refused() {
    refused("", "/x", |call| call.body("text/csv\r\nx-evil: hunter2", "a")).await;
}

/// Cannot be serialized, and says why.
struct Broken;

impl Serialize for Broken {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("hunter2 is not allowed"))
    }
}

#[tokio::test]
async fn a_body_that_has_no_form_is_refused_without_repeating_it() {
    assert!(refused("", "/x", |call| call.json(&Broken)).await.contains("no form in JSON"));
    assert!(refused("", "/x", |call| call.extra("a", Broken)).await.contains("`a`"));
}

#[tokio::test]
async fn extra_fields_go_into_a_json_body() {
    let change = |call: Call| call.json(&json!({ "a": 1 })).extra("b", "c").extra("d", [1, 2]);
    assert_eq!(body(&sent(Method::PUT, "/x", change).await), r#"{"a":1,"b":"c","d":[1,2]}"#);
    let change = |call: Call| call.json(&json!({})).extra("a\"b", Value::Null);
    assert_eq!(body(&sent(Method::PUT, "/x", change).await), r#"{"a\"b":null}"#);
}

#[tokio::test]
async fn extra_fields_leave_the_text_of_a_body_as_it_is() {
    let text = "{ \"a\" : 1.10000000000000000000001 , \"b\":1e999 }\n";
    let change = |call: Call| call.body("application/merge-patch+json", text).extra("c", 1);
    let request = sent(Method::PUT, "/x", change).await;
    let expected = "{ \"a\" : 1.10000000000000000000001 , \"b\":1e999,\"c\":1}";
    assert_eq!(body(&request), expected);
}

#[tokio::test]
async fn extra_fields_go_into_a_form() {
    let form = "application/x-www-form-urlencoded; charset=utf-8";
    let change = |call: Call| call.body(form, "a=1").extra("b", "c d&").extra("e", 2);
    assert_eq!(body(&sent(Method::PUT, "/x", change).await), "a=1&b=c+d%26&e=2");
    let change = |call: Call| call.body(form, "").extra("b", true);
    assert_eq!(body(&sent(Method::PUT, "/x", change).await), "b=true");
}

#[tokio::test]
async fn extra_fields_go_into_the_query_where_there_is_no_body() {
    let change = |call: Call| call.query("a", 1).extra("b", "c d").extra("b", 2);
    let request = sent(Method::GET, "/x", change).await;
    assert_eq!(line(&request), "GET /x?a=1&b=c+d&b=2 HTTP/1.1");
}

#[tokio::test]
async fn an_extra_field_that_is_there_already_is_refused() {
    let hunter = json!({ "a": "hunter2" });
    let form = "application/x-www-form-urlencoded";
    for message in [
        refused("", "/x", |call| call.json(&hunter).extra("a", 1)).await,
        refused("", "/x", |call| call.body("application/json", "{\"\\u0061\":1}").extra("a", 1))
            .await,
        refused("", "/x", |call| call.json(&json!({})).extra("a", 1).extra("a", "hunter2")).await,
        refused("", "/x", |call| call.body(form, "a=hunter2").extra("a", 1)).await,
        refused("", "/x", |call| call.query("a", "hunter2").extra("a", 1)).await,
    ] {
        assert!(message.contains("`a`"), "{message}");
    }
}

#[tokio::test]
async fn an_extra_field_that_has_no_place_is_refused() {
    for text in ["[]", "\"hunter2\"", "1", "null", "hunter2"] {
        let message =
            refused("", "/x", |call| call.body("application/json", text).extra("a", 1)).await;
        assert!(message.contains("no JSON object"), "{message}");
    }
    let message = refused("", "/x", |call| call.body("text/csv", "hunter2").extra("a", 1)).await;
    assert!(message.contains("text/csv"), "{message}");
    let nested = json!({ "b": "hunter2" });
    assert!(refused("", "/x", |call| call.extra("a", &nested)).await.contains("no plain value"));
}

#[derive(Debug, Deserialize, PartialEq)]
struct Problem {
    code: String,
}

#[tokio::test]
async fn an_answer_is_decoded_on_request() {
    let server = server().await;
    let client = Client::builder(&server.url).build().unwrap();
    let response = client.request::<()>(Method::GET, "/x").send().await.unwrap();
    assert_eq!(response.json::<Value>().unwrap(), json!({ "id": "1" }));
    let error = response.json::<Problem>().unwrap_err();
    assert_eq!(error.to_string(), "missing field `*`");
}

#[tokio::test]
async fn a_problem_has_the_type_that_the_caller_names() {
    let act = Act::Send(response("422 Wrong", "", br#"{"code":"x","more":1}"#));
    let server = Server::start([act]).await;
    let client = Client::builder(&server.url).build().unwrap();
    let error = client.request::<Problem>(Method::POST, "/x").send().await.unwrap_err();
    assert_eq!(error.problem(), Some(&Problem { code: "x".to_owned() }));
    assert!(error.is_client_error() && !error.is_server_error());
}

#[tokio::test]
async fn the_status_decides_whatever_the_body_is() {
    let (unauthorized, limited) = ("401 Unauthorized", "429 Too Many Requests");
    for (status, body) in [(unauthorized, ""), (limited, "<html>"), ("500 Oops", "{")] {
        let server = Server::start([Act::Send(response(status, "", body.as_bytes()))]).await;
        let builder = Client::builder(&server.url).retry(RetryPolicy::none());
        let call = builder.build().unwrap().request::<Problem>(Method::POST, "/x");
        let error = call.send().await.unwrap_err();
        assert!(matches!(error, Error::ErrorResponse(_)), "{error}");
        assert_eq!(error.is_unauthorized(), status == unauthorized);
        assert_eq!(error.is_rate_limited(), status == limited);
        assert_eq!(error.is_server_error(), status == "500 Oops");
        assert_eq!(error.response().unwrap().body(), body);
    }
}

#[tokio::test]
async fn limits_and_credentials_are_those_of_the_client() {
    let server = server().await;
    let client = Client::builder(&server.url).bearer_token("t").response_limit(5).build().unwrap();
    let error = client.request::<()>(Method::GET, "/x").send().await.unwrap_err();
    assert!(matches!(error, Error::ResponseTooLarge { limit: 5, .. }), "{error}");
    assert!(server.requests()[0].contains("authorization: Bearer t\r\n"));
}

#[tokio::test]
async fn a_limit_does_not_count_what_a_head_request_does_not_get() {
    let act = Act::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n".to_vec());
    let server = Server::start([act]).await;
    let client = Client::builder(&server.url).build().unwrap();
    let response = client.request::<()>(Method::HEAD, "/x").send().await.unwrap();
    assert!(response.body().is_empty());
}

#[tokio::test]
async fn a_body_as_large_as_the_limit_is_read() {
    for (limit, is_read) in [(10, true), (9, false)] {
        let server = Server::start([Act::SendChunks(b"12345".to_vec(), 2)]).await;
        let client = Client::builder(&server.url).response_limit(limit).build().unwrap();
        let result = client.request::<()>(Method::GET, "/x").send().await;
        assert_eq!(result.is_ok(), is_read, "{limit}");
    }
}

#[tokio::test]
async fn a_marked_call_is_sent_again() {
    let act = Act::Send(response("503 Busy", "retry-after: 0\r\n", b""));
    let server = Server::start([act, Act::Send(response("200 OK", "", b"{}"))]).await;
    let policy = RetryPolicy::default().first_delay(Duration::from_millis(1));
    let client = Client::builder(&server.url).retry(policy).build().unwrap();
    let call = client.request::<()>(Method::POST, "/x").json(&json!({ "a": 1 })).extra("b", 2);
    call.header("idempotency-key", "k").repeatable().send().await.unwrap();
    let requests = server.requests();
    assert_eq!((requests.len(), requests.first()), (2, requests.last()), "the same, byte for byte");
    assert!(requests[0].ends_with(r#"{"a":1,"b":2}"#));
}
