//! Credentials on the wire.

#[path = "common/server.rs"]
mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use openapi_client_runtime::reqwest::Method;
use openapi_client_runtime::reqwest::header::{AUTHORIZATION, HeaderMap};
use openapi_client_runtime::{
    Client, ClientBuilder, ConfigError, Credential, Error, InvalidCredential, Outcome, RetryPolicy,
};
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

#[tokio::test]
async fn a_key_and_its_secret_are_one_credential() {
    let server = server().await;
    let credential = Credential::header("x-key-id", "k1").and_header("x-key-secret", "s1");
    send(Client::builder(&server.url).credential(credential)).await.unwrap();
    let request = &server.requests()[0];
    assert!(request.contains("x-key-id: k1\r\n") && request.contains("x-key-secret: s1\r\n"));
}

#[tokio::test]
async fn a_second_credential_of_another_header_is_sent_as_well() {
    let server = server().await;
    let builder = Client::builder(&server.url).bearer_token("t0ken");
    send(builder.credential(Credential::header("x-api-key", "k1"))).await.unwrap();
    let request = &server.requests()[0];
    assert!(request.contains("Bearer t0ken") && request.contains("x-api-key: k1"), "{request}");
}

#[tokio::test]
async fn a_user_name_without_a_password_is_sent() {
    let server = server().await;
    let builder = Client::builder(&server.url).credential(Credential::basic("sk_1", ""));
    send(builder).await.unwrap();
    assert!(server.requests()[0].contains("authorization: Basic c2tfMTo=\r\n"));
}

fn secure() -> ClientBuilder<Client> {
    Client::builder("https://api.example.com")
}

fn invalid(builder: ClientBuilder<Client>) -> InvalidCredential {
    match builder.build() {
        Err(ConfigError::Credential(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn api_key(name: &str, value: &str) -> Credential {
    Credential::header(name, value)
}

#[test]
fn two_values_for_one_header_are_a_conflict() {
    let all = [
        secure().bearer_token("a").bearer_token("b"),
        secure().bearer_token("a").bearer_token("a"),
        secure().bearer_token("a").credential(Credential::basic("b", "c")),
        secure().credential(api_key("x-key", "a")).credential(api_key("X-Key", "b")),
        secure().credential(api_key("x-key", "a").and_header("x-key", "b")),
        secure().bearer_token("a").credential(api_key("AUTHORIZATION", "b")),
    ];
    for builder in all {
        assert!(matches!(invalid(builder), InvalidCredential::Twice(_)));
    }
}

#[test]
fn a_provider_and_a_fixed_credential_are_a_conflict() {
    let provider = || async { Ok::<_, std::io::Error>(Credential::bearer("a")) };
    let all = [
        secure().bearer_token("a").credentials_provider(provider),
        secure().credentials_provider(provider).credential(api_key("x-key", "a")),
        secure().credentials_provider(provider).credentials_provider(provider),
    ];
    for builder in all {
        assert!(matches!(invalid(builder), InvalidCredential::ProviderAndFixed));
    }
}

#[test]
fn a_default_header_that_is_the_credentials_is_a_conflict() {
    let headers: HeaderMap = [(AUTHORIZATION, "hunter2".parse().unwrap())].into_iter().collect();
    for builder in [
        secure().bearer_token("a").default_headers(headers.clone()),
        secure().default_headers(headers.clone()).bearer_token("a"),
    ] {
        let error = builder.build().unwrap_err().to_string();
        assert!(error.contains("`authorization` is a credential"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn what_is_empty_is_no_credential() {
    let all = [
        secure().bearer_token(""),
        secure().bearer_token("  "),
        secure().bearer_token("\t"),
        secure().credential(api_key("x-key", "")),
        secure().credential(api_key("x-key", " ")),
        secure().credential(api_key("x-key", "a").and_header("x-secret", "")),
        secure().credential(Credential::basic("", "")),
        secure().credential(Credential::basic(" ", " ")),
    ];
    for builder in all {
        assert!(matches!(invalid(builder), InvalidCredential::Empty(_)));
    }
}

#[test]
fn a_pair_that_would_be_read_as_another_one_is_no_credential() {
    for (user, password) in [("me:admin", "x"), ("me\n", "x"), ("me", "x\u{7f}")] {
        let error = invalid(secure().credential(Credential::basic(user, password)));
        assert!(matches!(error, InvalidCredential::Basic), "{user}");
    }
    assert!(secure().credential(Credential::basic("me", "x:y")).build().is_ok());
}

#[test]
fn a_header_of_the_connection_is_no_credential() {
    for name in ["Host", "content-length", "Transfer-Encoding", "connection"] {
        let error = invalid(secure().credential(api_key(name, "hunter2")));
        assert!(matches!(error, InvalidCredential::Reserved(_)), "{name}");
        assert!(error.to_string().contains(name) && !error.to_string().contains("hunter2"));
    }
}

#[tokio::test]
async fn a_provider_with_an_empty_token_sends_nothing() {
    for empty in ["", " "] {
        let server = server().await;
        let provider = move || async move { Ok::<_, std::io::Error>(Credential::bearer(empty)) };
        let builder = Client::builder(&server.url).credentials_provider(provider);
        let error = send(builder).await.unwrap_err();
        assert!(format!("{error:#}").contains("`authorization` is empty"), "{error:#}");
        assert_eq!((error.outcome(), server.requests().len()), (Outcome::NotSent, 0));
    }
}

#[tokio::test]
async fn a_provider_whose_header_is_a_default_one_sends_nothing() {
    let server = server().await;
    let headers: HeaderMap = [(AUTHORIZATION, "hunter2".parse().unwrap())].into_iter().collect();
    let provider = || async { Ok::<_, std::io::Error>(Credential::bearer("hunter3")) };
    let builder = Client::builder(&server.url).default_headers(headers);
    let error = send(builder.credentials_provider(provider)).await.unwrap_err();
    assert!(error.to_string().contains("`authorization` is a credential"), "{error}");
    assert!(!format!("{error:?}").contains("hunter") && server.requests().is_empty());
}
