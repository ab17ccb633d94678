//! Credentials on the wire.

#[path = "common/server.rs"]
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use openapi_client_runtime::reqwest::Method;
use openapi_client_runtime::{Client, ClientBuilder, Credential, Error, RetryPolicy};
use server::{Act, Server, response};

async fn send(builder: ClientBuilder<Client>) -> Result<(), Error> {
    let quick = RetryPolicy::default().first_delay(Duration::from_millis(1));
    let client = builder.retry(quick).build().unwrap();
    client.request(Method::PUT, "/customers/1").json("Ada").send().await.map(drop)
}

async fn server() -> Server {
    Server::start([Act::Send(response("200 OK", "", b""))]).await
}

#[tokio::test]
async fn a_bearer_token_is_sent() {
    let server = server().await;
    send(Client::builder(&server.url).bearer_token("t0ken")).await.unwrap();
    assert!(server.requests()[0].contains("authorization: Bearer t0ken\r\n"));
}

#[tokio::test]
async fn any_header_is_sent() {
    let server = server().await;
    let credential = Credential::header("X-Api-Key", "k3y");
    send(Client::builder(&server.url).credential(credential)).await.unwrap();
    assert!(server.requests()[0].contains("x-api-key: k3y\r\n"));
}

#[tokio::test]
async fn none_is_sent_unless_asked_for() {
    let server = server().await;
    send(Client::builder(&server.url)).await.unwrap();
    assert!(!server.requests()[0].contains("authorization"));
}

#[tokio::test]
async fn a_provider_is_asked_before_every_attempt() {
    let busy = Act::Send(response("503 Busy", "retry-after: 0\r\n", b""));
    let ok = Act::Send(response("200 OK", "", b""));
    let server = Server::start([busy, ok]).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let provider = move || {
        let number = asked.fetch_add(1, Ordering::SeqCst);
        async move { Ok::<_, std::io::Error>(Credential::bearer(format!("token-{number}"))) }
    };
    send(Client::builder(&server.url).credentials_provider(provider)).await.unwrap();
    let requests = server.requests();
    assert!(requests[0].contains("Bearer token-0") && requests[1].contains("Bearer token-1"));
}

#[tokio::test]
async fn a_provider_that_fails_sends_nothing() {
    let server = server().await;
    let provider = || async { Err::<Credential, _>(std::io::Error::other("vault is sealed")) };
    let error =
        send(Client::builder(&server.url).credentials_provider(provider)).await.unwrap_err();
    assert!(matches!(&error, Error::Credentials(source) if source.to_string().contains("sealed")));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_provider_with_an_illegal_token_sends_nothing_and_does_not_repeat_it() {
    let server = server().await;
    let provider = || async { Ok::<_, std::io::Error>(Credential::bearer("hunter2\n")) };
    let error =
        send(Client::builder(&server.url).credentials_provider(provider)).await.unwrap_err();
    assert!(server.requests().is_empty());
    let Error::Credentials(source) = &error else { panic!("{error}") };
    assert!(!format!("{error} {error:?} {source} {source:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_user_agent_is_sent_when_set() {
    let server = server().await;
    send(Client::builder(&server.url).user_agent("payments/1.0")).await.unwrap();
    assert!(server.requests()[0].contains("user-agent: payments/1.0\r\n"));
}
