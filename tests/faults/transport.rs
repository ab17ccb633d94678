//! No complete response.

use std::time::Duration;

use manis::{Error, RetryPolicy, TransportError};

use crate::common::{self, Act, Server, json};
use crate::{call, customer, fault};

fn transport(error: &Error) -> &TransportError {
    match error {
        Error::Transport(error) => error,
        other => panic!("not a transport error: {other}"),
    }
}

#[tokio::test]
async fn connection_refused() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = fault(&format!("http://{free}")).await;
    assert!(transport(&error).is_connect());
    assert!(error.is_retryable());
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn dns_failure() {
    // RFC 2606: never a host.
    let error = fault("https://no-such-host.invalid").await;
    assert!(transport(&error).is_connect(), "{error}");
}

#[tokio::test]
async fn tls_certificate_not_trusted() {
    let server = httpmock::MockServer::start_async().await;
    let error = fault(&format!("https://localhost:{}", server.port())).await;
    assert!(transport(&error).is_connect());
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test]
async fn reset_before_the_headers() {
    let server = Server::start([Act::SendAndReset(Vec::new())]).await;
    let error = fault(&server.url).await;
    assert!(!transport(&error).is_connect());
    assert!(!error.is_retryable(), "the request may have been carried out");
    assert!(error.to_string().contains("before a response"), "{error}");
}

#[tokio::test]
async fn reset_during_the_headers() {
    let server = Server::start([Act::SendAndReset(b"HTTP/1.1 200 OK\r\ncontent-".to_vec())]).await;
    let error = fault(&server.url).await;
    assert!(!transport(&error).is_connect() && !error.is_retryable());
}

#[tokio::test]
async fn reset_after_the_headers() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec();
    let server = Server::start([Act::SendAndReset(head)]).await;
    let error = fault(&server.url).await;
    assert_eq!(error.status().unwrap(), 200);
    assert!(error.to_string().contains("cut off"), "{error}");
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn body_shorter_than_announced() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec();
    let server = Server::start([Act::Send(head)]).await;
    let error = fault(&server.url).await;
    assert!(!transport(&error).is_timeout());
    assert_eq!(error.status().unwrap(), 200);
}

#[tokio::test]
async fn response_that_never_starts() {
    let server = Server::start([Act::SendAndStall(Vec::new())]).await;
    let short = Duration::from_millis(200);
    let error = call(&server.url, |builder| builder.timeout(short)).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_retryable());
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn body_that_stalls() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec();
    let server = Server::start([Act::SendAndStall(head)]).await;
    let short = Duration::from_millis(200);
    let error = call(&server.url, |builder| builder.timeout(short)).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.status().unwrap(), 200);
}

#[tokio::test]
async fn header_bomb() {
    let headers: String = (0..1000).map(|n| format!("x-{n}: {}\r\n", "a".repeat(1000))).collect();
    let server = Server::start([Act::Send(common::response("200 OK", &headers, b"{}"))]).await;
    let error = fault(&server.url).await;
    assert!(!transport(&error).is_connect(), "{error}");
}

#[tokio::test]
async fn an_attempt_ends_when_the_total_time_is_over() {
    let server = Server::start([Act::SendAndStall(Vec::new())]).await;
    let policy = RetryPolicy::default().total_time(Duration::from_millis(200));
    let error = call(&server.url, |builder| builder.retry(policy)).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_the_client_usable() {
    let acts = [Act::SendAndStall(Vec::new()), Act::Send(json("200 OK", &customer()))];
    let server = Server::start(acts).await;
    let client = manis::Client::builder(&server.url).build().unwrap();
    let id = manis::uuid::Uuid::nil();
    let call = || client.update_customer_info().customer_id(id).body(crate::planted()).send();
    assert!(tokio::time::timeout(Duration::from_millis(100), call()).await.is_err());
    assert_eq!(call().await.unwrap().first_name, "Zaphod-first");
}
