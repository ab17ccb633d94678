//! Headers of the caller's own: for all calls, and for one.

#[path = "common/server.rs"]
mod server;

use openapi_client_runtime::reqwest::Method;
use openapi_client_runtime::reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use openapi_client_runtime::{Call, Client, ClientBuilder, Credential, Error, Outcome};
use server::{Act, Server, response};

/// RFC 9110 and 9112: what belongs to the connection, and to the proxy.
const RESERVED: [&str; 10] = [
    "Connection",
    "Content-Length",
    "Host",
    "Keep-Alive",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
];

async fn server() -> Server {
    Server::start([Act::Send(response("200 OK", "", b"{}"))]).await
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let pairs = pairs.iter().map(|(name, value)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_static(value))
    });
    pairs.collect()
}

/// What a call of a client brings, and the requests that the server got.
async fn call(
    builder: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
    change: impl FnOnce(Call) -> Call,
) -> (Result<(), Error>, Vec<String>) {
    let server = server().await;
    let client = builder(Client::builder(&server.url)).build().unwrap();
    let call = change(client.request(Method::PUT, "/x").json("Ada"));
    (call.send().await.map(drop), server.requests())
}

async fn sent(
    builder: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
    change: impl FnOnce(Call) -> Call,
) -> String {
    let (result, requests) = call(builder, change).await;
    result.unwrap();
    requests[0].clone()
}

/// Why a call was not sent: a request that is not valid, with nothing of the values.
async fn refused(
    builder: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>,
    change: impl FnOnce(Call) -> Call,
) -> String {
    let (result, requests) = call(builder, change).await;
    let error = result.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    assert_eq!((error.outcome(), requests.len()), (Outcome::NotSent, 0));
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    error.to_string()
}

#[tokio::test]
async fn default_headers_are_sent() {
    let headers = headers(&[("x-account", "a1"), ("x-region", "eu")]);
    let request = sent(|builder| builder.default_headers(headers), |call| call).await;
    assert!(request.contains("x-account: a1\r\n") && request.contains("x-region: eu\r\n"));
}

#[tokio::test]
async fn default_headers_may_have_several_values() {
    let headers = headers(&[("x-tag", "one"), ("x-tag", "two")]);
    let request = sent(|builder| builder.default_headers(headers), |call| call).await;
    assert!(request.contains("x-tag: one\r\n") && request.contains("x-tag: two\r\n"), "{request}");
}

#[tokio::test]
async fn default_headers_that_are_set_twice_are_those_of_the_second_time() {
    let (first, second) = (headers(&[("x-a", "1"), ("x-b", "1")]), headers(&[("x-a", "2")]));
    let builder =
        |builder: ClientBuilder<_>| builder.default_headers(first).default_headers(second);
    let request = sent(builder, |call| call).await;
    assert!(request.contains("x-a: 2\r\n") && request.contains("x-b: 1\r\n"), "{request}");
    assert!(!request.contains("x-a: 1"), "{request}");
}

#[tokio::test]
async fn a_header_of_a_call_is_sent() {
    let request = sent(|builder| builder, |call| call.header("Idempotency-Key", "k-1")).await;
    assert!(request.contains("idempotency-key: k-1\r\n"));
}

#[tokio::test]
async fn a_header_of_a_call_takes_the_place_of_a_default_one() {
    let headers = headers(&[("x-account", "a1"), ("x-account", "a2")]);
    let change = |call: Call| call.header("X-Account", "b");
    let request = sent(|builder| builder.default_headers(headers), change).await;
    assert!(request.contains("x-account: b\r\n") && !request.contains("x-account: a"), "{request}");
}

#[tokio::test]
async fn the_second_header_of_a_name_takes_the_place_of_the_first() {
    let change = |call: Call| call.header("x-a", "1").header("X-A", "2");
    let request = sent(|builder| builder, change).await;
    assert!(request.contains("x-a: 2\r\n") && !request.contains("x-a: 1"), "{request}");
}

#[tokio::test]
async fn a_header_is_sent_with_every_attempt() {
    let busy = Act::Send(response("503 Busy", "retry-after: 0\r\n", b""));
    let server = Server::start([busy, Act::Send(response("200 OK", "", b"{}"))]).await;
    let client = Client::builder(&server.url).build().unwrap();
    let call = client.request::<()>(Method::PUT, "/x").header("traceparent", "00-1");
    call.send().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.iter().filter(|it| it.contains("traceparent: 00-1")).count(), 2);
}

#[tokio::test]
async fn a_header_of_the_connection_is_refused_for_a_call() {
    for name in RESERVED {
        let message = refused(|builder| builder, |call| call.header(name, "hunter2")).await;
        assert!(message.contains(&name.to_lowercase()), "{message}");
    }
}

#[test]
fn a_header_of_the_connection_is_refused_for_all_calls() {
    for name in RESERVED {
        let headers = headers(&[(name, "hunter2")]);
        let builder = Client::builder("https://api.example.com").default_headers(headers);
        let message = builder.build().unwrap_err().to_string();
        assert!(message.contains(&name.to_lowercase()), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[tokio::test]
async fn the_header_of_a_credential_is_refused_for_a_call() {
    for name in ["authorization", "Authorization", "AUTHORIZATION"] {
        let change = |call: Call| call.header(name, "Bearer hunter2");
        let message = refused(|builder| builder.bearer_token("t"), change).await;
        assert!(message.contains("`authorization` is a credential"), "{message}");
    }
    let key = Credential::header("x-id", "1").and_header("x-api-key", "2");
    let change = |call: Call| call.header("X-Api-Key", "hunter2");
    let message = refused(|builder| builder.credential(key), change).await;
    assert!(message.contains("`x-api-key`"), "{message}");
}

#[tokio::test]
async fn the_header_of_a_providers_credential_is_refused_for_a_call() {
    let provider = || async { Ok::<_, std::io::Error>(Credential::bearer("t")) };
    let change = |call: Call| call.header("Authorization", "Bearer hunter2");
    let message = refused(|builder| builder.credentials_provider(provider), change).await;
    assert!(message.contains("`authorization` is a credential"), "{message}");
}

#[tokio::test]
async fn a_value_that_is_not_legal_is_refused_without_repeating_it() {
    for value in ["hunter2\r\nx-evil: 1", "hunter2\0", "hunter2\u{7f}"] {
        let message = refused(|builder| builder, |call| call.header("x-a", value)).await;
        assert!(message.contains("`x-a`"), "{message}");
    }
}

#[tokio::test]
async fn a_name_that_is_not_legal_is_refused_without_repeating_it() {
    for name in ["", "hunter2 x", "hunter2\r\nx-evil", "hunter2:"] {
        let message = refused(|builder| builder, |call| call.header(name, "hunter2")).await;
        assert!(message.contains("name"), "{message}");
    }
}

#[tokio::test]
async fn the_first_thing_that_is_refused_is_told() {
    let change = |call: Call| call.header("host", "a").header("x-a", "\n").header("x-b", "1");
    let message = refused(|builder| builder, change).await;
    assert!(message.contains("`host`"), "{message}");
}

#[test]
fn debug_of_calls_and_builders_shows_no_value() {
    let headers = headers(&[("x-account", "hunter2")]);
    let builder = Client::builder("https://api.example.com").default_headers(headers);
    let client = builder.clone().build().unwrap();
    let call = client.request::<()>(Method::PUT, "/hunter2").header("x-a", "hunter2");
    let call = call.query("a", "hunter2").json("hunter2").extra("a", "hunter2");
    let shown = format!("{builder:?} {client:?} {call:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
}
