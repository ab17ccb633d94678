//! No complete response.

use std::time::Duration;

use crate::server::{self, Act, Refusing, Server, json};
use crate::subject::api::{Client, Error, Outcome, RetryPolicy, TransportError};
use crate::subject::{answer, read};
use crate::{call, fault};

fn transport(error: &Error) -> &TransportError {
    match error {
        Error::Transport(error) => error,
        other => panic!("not a transport error: {other}"),
    }
}

#[tokio::test]
async fn connection_refused() {
    let error = fault(&Refusing::new().url, Outcome::NotSent).await;
    assert!(transport(&error).is_connect());
    assert!(error.is_retryable());
    assert_eq!((error.status(), error.to_string().as_str()), (None, "could not connect"));
    assert_eq!(format!("{error:#}").matches("refused").count(), 1, "{error:#}");
}

#[tokio::test]
async fn dns_failure() {
    // RFC 2606: never a host.
    let url = "https://no-such-host.invalid";
    let error = call(url, |builder| builder.no_proxy()).await.unwrap_err();
    assert!(transport(&error).is_connect(), "{error}");
    assert_eq!(error.outcome(), Outcome::NotSent);
}

#[tokio::test]
async fn tls_that_the_server_does_not_speak() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let answer = b"HTTP/1.1 400 Bad Request\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut connection, answer).await.unwrap();
    });
    let error = call(&url, |builder| builder.no_proxy()).await.unwrap_err();
    assert!(transport(&error).is_connect(), "{error:#}");
    assert_eq!(error.outcome(), Outcome::NotSent);
}

#[tokio::test]
async fn reset_before_the_headers() {
    let server = Server::start([Act::SendAndReset(Vec::new())]).await;
    let error = fault(&server.url, Outcome::Unknown).await;
    assert!(!transport(&error).is_connect());
    assert!(!error.is_retryable(), "the request may have been carried out");
    assert!(error.to_string().contains("before a response"), "{error}");
}

#[tokio::test]
async fn reset_during_the_headers() {
    let server = Server::start([Act::SendAndReset(b"HTTP/1.1 200 OK\r\ncontent-".to_vec())]).await;
    let error = fault(&server.url, Outcome::Unknown).await;
    assert!(!transport(&error).is_connect() && !error.is_retryable());
}

#[tokio::test]
async fn reset_after_the_headers() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec();
    let server = Server::start([Act::SendAndReset(head)]).await;
    let error = fault(&server.url, Outcome::CarriedOut).await;
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.to_string(), "200 OK: the response was cut off");
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn body_of_an_error_that_is_cut_off() {
    for (line, outcome) in [("400 X", Outcome::Refused), ("500 X", Outcome::Unknown)] {
        let head = format!("HTTP/1.1 {line}\r\ncontent-length: 100\r\n\r\n{{");
        let server = Server::start([Act::Send(head.into_bytes())]).await;
        assert!(fault(&server.url, outcome).await.status().is_some());
    }
}

#[tokio::test]
async fn body_shorter_than_announced() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec();
    let server = Server::start([Act::Send(head)]).await;
    let error = fault(&server.url, Outcome::CarriedOut).await;
    assert!(!transport(&error).is_timeout());
    assert_eq!(error.status().unwrap(), 200);
}

#[tokio::test]
async fn response_that_never_starts() {
    let server = Server::start([Act::SendAndStall(Vec::new())]).await;
    let short = Duration::from_millis(200);
    let error = call(&server.url, |builder| builder.timeout(short)).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_retryable());
    assert_eq!((error.status(), error.outcome()), (None, Outcome::Unknown));
}

#[tokio::test]
async fn body_that_stalls() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec();
    let server = Server::start([Act::SendAndStall(head)]).await;
    let short = Duration::from_millis(200);
    let error = call(&server.url, |builder| builder.timeout(short)).await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.outcome(), Outcome::CarriedOut);
}

#[tokio::test]
async fn what_is_not_http() {
    for bytes in
        ["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 2\r\n"]
    {
        let server = Server::start([Act::Send(bytes.as_bytes().to_vec())]).await;
        let error = fault(&server.url, Outcome::Unknown).await;
        assert!(transport(&error).is_invalid_http(), "{error:#}");
        assert_eq!(error.to_string(), "the response cannot be parsed");
    }
}

#[tokio::test]
async fn a_header_that_is_folded_over_two_lines_is_read() {
    // RFC 9112, section 5.2.
    let bytes = server::response("200 OK", "x-a: one\r\n two\r\n", answer().to_string().as_bytes());
    let server = Server::start([Act::Send(bytes)]).await;
    assert!(call(&server.url, |builder| builder).await.is_ok());
}

#[tokio::test]
async fn header_bomb() {
    let headers: String = (0..1000).map(|n| format!("x-{n}: {}\r\n", "a".repeat(1000))).collect();
    let server = Server::start([Act::Send(server::response("200 OK", &headers, b"{}"))]).await;
    let error = fault(&server.url, Outcome::Unknown).await;
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
    let acts = [Act::SendAndStall(Vec::new()), Act::Send(json("200 OK", &answer()))];
    let server = Server::start(acts).await;
    let client = Client::builder(&server.url).build().unwrap();
    let call = async || crate::subject::send(&client, &mut String::new()).await;
    assert!(tokio::time::timeout(Duration::from_millis(100), call()).await.is_err());
    assert_eq!(read(&call().await.unwrap()).0.as_deref(), Some("Zaphod-first"));
}
