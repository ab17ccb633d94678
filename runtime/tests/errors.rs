//! One line for people: what each error shows, and what its causes are.

#[path = "common/server.rs"]
mod server;

use std::error::Error as _;
use std::time::Duration;

use openapi_client_runtime::generated::{OperationInfo, Repeat, ResponseValue};
use openapi_client_runtime::reqwest::{Method, Url};
use openapi_client_runtime::{Client, ClientBuilder, Credential, Error, RetryPolicy};
use serde::Deserialize;
use server::{Act, Refusing, Server, response};

async fn error(
    act: Act,
    change: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
) -> Error {
    let server = Server::start([act]).await;
    let builder = Client::builder(&server.url).retry(RetryPolicy::none());
    let client = change(builder).build().unwrap();
    client.request(Method::PUT, "/customers/4711").json("Ada").send().await.unwrap_err()
}

async fn of(line: &str, headers: &str, body: &str) -> Error {
    error(Act::Send(response(line, headers, body.as_bytes())), |builder| builder).await
}

/// Checks what every error keeps: one line, each cause once, and what one form hides the others hide.
fn check(error: &Error, display: &str, causes: &[&str]) {
    assert_eq!(error.to_string(), display);
    let mut chain = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        chain.push(cause.to_string());
        source = cause.source();
    }
    assert_eq!(chain.len(), causes.len(), "{chain:?}");
    let all: Vec<_> = causes.iter().zip(&chain).collect();
    assert!(all.iter().all(|(part, cause)| cause.contains(**part)), "{chain:?}");
    let whole = format!("{error:#}");
    assert_eq!(whole, [&[display.to_owned()], chain.as_slice()].concat().join(": "));
    assert_eq!(format!("{error:?}"), format!("Error({whole})"));
    for text in [whole, format!("{error:#?}")] {
        assert!(!text.contains(char::is_control), "{text}");
        for hidden in ["Ada", "4711", "127.0.0.1"] {
            assert!(!text.contains(hidden), "{text}");
        }
    }
}

#[tokio::test]
async fn an_error_of_the_api() {
    let hostile = "{\"name\":\"Ada\"}\r\n\u{1b}[2J";
    check(&of("400 Ada 4711", "", hostile).await, "400 Bad Request", &[]);
    check(
        &of("500 x", "content-type: text/html\r\n", "<b>Ada").await,
        "500 Internal Server Error",
        &[],
    );
    check(&of("401 x", "www-authenticate: Ada\r\n", "").await, "401 Unauthorized", &[]);
    check(&of("599 Ada", "", "").await, "599", &[]);
}

#[tokio::test]
async fn a_redirect() {
    let error = of("303 See Ada", "location: /customers/4711\r\n", "").await;
    check(&error, "303 See Other, which is not documented", &[]);
}

#[tokio::test]
async fn a_body_that_is_too_large() {
    let large = Act::Send(response("200 OK", "", b"Ada Ada Ada"));
    let error = error(large, |builder| builder.response_limit(5)).await;
    check(&error, "200 OK with a body of more than 5 bytes", &[]);
}

#[tokio::test]
async fn a_request_that_is_not_valid() {
    let client = Client::builder("https://api.example.com").build().unwrap();
    let call = client.request(Method::PUT, "/x").header("host", "Ada");
    let error = call.send().await.unwrap_err();
    check(&error, "the request is not valid: the header `host` is set by the connection", &[]);
}

#[tokio::test]
async fn a_reason_with_a_line_break_is_one_line() {
    let client = Client::builder("https://api.example.com").build().unwrap();
    let call = client.request::<()>(Method::PUT, "/x").extra("a\nb\u{202e}", [1]);
    let error = call.send().await.unwrap_err().to_string();
    assert!(error.contains("`a\\nb\\u{202e}`") && !error.contains('\n'), "{error}");
}

#[tokio::test]
async fn credentials_that_fail() {
    let provider = || async { Err::<Credential, _>(std::io::Error::other("the vault\nis sealed")) };
    let act = Act::Send(Vec::new());
    let error = error(act, |builder| builder.credentials_provider(provider)).await;
    assert_eq!(error.to_string(), "no credentials for the request");
    assert_eq!(format!("{error:#}"), "no credentials for the request: the vault\\nis sealed");
    assert_eq!(error.source().unwrap().to_string(), "the vault\nis sealed", "for code, as it is");
}

#[tokio::test]
async fn a_connection_that_is_refused() {
    let refusing = Refusing::new();
    let builder = Client::builder(&refusing.url).retry(RetryPolicy::none());
    let call = builder.build().unwrap().request(Method::PUT, "/customers/4711");
    check(&call.send().await.unwrap_err(), "could not connect", &["refused"]);
}

#[tokio::test]
async fn a_connection_that_is_lost() {
    let error = error(Act::SendAndReset(Vec::new()), |builder| builder).await;
    check(&error, "the connection was lost before a response", &["reset"]);
}

#[tokio::test]
async fn an_answer_that_is_cut_off() {
    let cut = Act::Send(b"HTTP/1.1 200 Ada\r\ncontent-length: 100\r\n\r\nAda".to_vec());
    let error = error(cut, |builder| builder).await;
    assert_eq!(error.to_string(), "200 OK: the response was cut off");
    check(&error, "200 OK: the response was cut off", &["end of file"]);
}

#[tokio::test]
async fn an_answer_that_is_late() {
    let short = Duration::from_millis(200);
    let stalls = Act::SendAndStall(Vec::new());
    let late = error(stalls, |builder| builder.timeout(short)).await;
    assert_eq!(late.to_string(), "no response in time");
    assert!(!format!("{late:#}").contains('\n'));
}

#[tokio::test]
async fn an_answer_that_is_not_http() {
    let error = error(Act::Send(b"Ada Lovelace\r\n\r\n".to_vec()), |builder| builder).await;
    assert_eq!(error.to_string(), "the response cannot be parsed");
    assert!(!format!("{error:#} {error:?}").contains("Ada"), "{error:#}");
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "what decodes is no subject here")]
struct Answer {
    id: u32,
}

/// What a generated function does with an answer.
async fn decoded(body: &str) -> Error {
    let act = Act::Send(response("200 OK", "", body.as_bytes()));
    let server = Server::start([act]).await;
    let client = Client::builder(&server.url).build().unwrap();
    let url: Url = format!("{}/customers/1", server.url).parse().unwrap();
    let request = client.requests().get(url).build().unwrap();
    let info = OperationInfo::new("get", "/customers/{id}", Repeat::Safe).fields(&["id"]);
    let answer = client.execute(request, info, Default::default()).await.unwrap();
    ResponseValue::<Answer>::from_response(answer).await.unwrap_err()
}

#[tokio::test]
async fn an_answer_that_cannot_be_read() {
    let display = "200 OK with a body that is not as documented";
    check(&decoded("").await, display, &["no body"]);
    check(&decoded("{\"Ada\n\u{1b}").await, display, &["not JSON"]);
    check(&decoded("WARNING Ada: {\"id\":1}").await, display, &["not JSON"]);
    check(&decoded("{\"Ada\":4711}").await, display, &["missing field `id`"]);
    check(&decoded("{\"id\":\"Ada\"}").await, display, &["at `id`: string where u32 is expected"]);
    check(&decoded("[\"Ada\"]").await, display, &[""]);
}

/// A request of a generated function whose path holds this id as it is.
async fn with_id(id: &str) -> Result<(), String> {
    let server = Server::start([Act::Send(response("200 OK", "", b"{}"))]).await;
    let client = Client::builder(format!("{}/v1", server.url)).build().unwrap();
    let path = openapi_client_runtime::generated::encode_path(id);
    let url: Url = format!("{}/customers/{path}/cards", client.base_url()).parse().unwrap();
    let request = client.requests().delete(url).build().unwrap();
    let info = OperationInfo::new("delete", "/customers/{id}/cards", Repeat::Idempotent);
    let result = client.execute(request, info, Default::default()).await;
    assert_eq!(server.requests().len(), usize::from(result.is_ok()));
    result.map(drop).map_err(|error| error.to_string())
}

#[tokio::test]
async fn an_id_never_leads_to_another_operation() {
    for id in ["", ".", ".."] {
        assert!(with_id(id).await.unwrap_err().contains("another operation"), "{id}");
    }
    for id in ["1", "...", "a/b", "../x", "%2e%2e", "?", "#", " ", "ü", "\0", "\n"] {
        with_id(id).await.unwrap();
    }
}
