//! When a call is sent again, and when it must not be. The operation is a PUT that nothing marks.

use std::time::{Duration, Instant};

use crate::call;
use crate::server::{Act, Server, json, response};
use crate::subject::answer;
use crate::subject::api::{Client, Error, Outcome, RetryPolicy};

fn ok() -> Act {
    Act::Send(json("200 OK", &answer()))
}

fn refusing(line: &str, headers: &str) -> Act {
    Act::Send(response(line, headers, b"busy"))
}

fn unavailable() -> Act {
    refusing("503 Service Unavailable", "retry-after: 0\r\n")
}

fn quick() -> RetryPolicy {
    RetryPolicy::default().attempts(4).first_delay(Duration::from_millis(1))
}

async fn retried(server: &Server) -> Result<u16, Error> {
    let result = call(&server.url, |builder| builder.retry(quick())).await;
    result.map(|value| value.status().as_u16())
}

#[tokio::test]
async fn a_429_with_retry_after_then_200_waits_as_long_as_asked() {
    let server = Server::start([refusing("429 Too Many", "retry-after: 1\r\n"), ok()]).await;
    let started = Instant::now();
    assert_eq!(retried(&server).await.unwrap(), 200);
    assert!(started.elapsed() >= Duration::from_secs(1), "it did not wait");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_503_three_times_then_200() {
    let server = Server::start([unavailable(), unavailable(), unavailable(), ok()]).await;
    assert_eq!(retried(&server).await.unwrap(), 200);
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    assert!(requests.iter().all(|request| *request == requests[0]), "each attempt is the same");
}

#[tokio::test]
async fn a_503_for_ever_ends_after_the_last_attempt() {
    let server = Server::start([unavailable()]).await;
    let error = retried(&server).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_408_is_sent_again() {
    let server = Server::start([refusing("408 Request Timeout", ""), ok()]).await;
    assert_eq!(retried(&server).await.unwrap(), 200);
}

#[tokio::test]
async fn what_may_have_been_carried_out_is_not_sent_again() {
    for act in [
        refusing("502 Bad Gateway", ""),
        refusing("503 Service Unavailable", ""),
        refusing("504 Gateway Timeout", ""),
        Act::SendAndReset(Vec::new()),
        Act::SendAndReset(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec()),
        refusing("500 Oops", ""),
    ] {
        let server = Server::start([act, ok()]).await;
        retried(&server).await.unwrap_err();
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn it_is_sent_again_where_the_caller_knows_that_nobody_else_writes() {
    for act in [refusing("504 Gateway Timeout", ""), Act::SendAndReset(Vec::new())] {
        let server = Server::start([act, ok()]).await;
        let policy = quick().repeat_unknown(true);
        assert!(call(&server.url, |builder| builder.retry(policy)).await.is_ok());
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn retries_are_off_by_one_setting() {
    let server = Server::start([unavailable(), ok()]).await;
    let error = call(&server.url, |builder| builder.retry(RetryPolicy::none())).await.unwrap_err();
    assert!(error.is_retryable());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn retries_can_be_set_for_one_call() {
    let server = Server::start([unavailable(), ok()]).await;
    let client = Client::builder(&server.url).retry(RetryPolicy::none()).build().unwrap();
    let once = client.with_retry(quick());
    assert!(crate::subject::send(&once, &mut String::new()).await.is_ok());
}

#[tokio::test]
async fn retry_after_longer_than_the_total_time_is_not_waited_for() {
    for digits in ["3600".to_owned(), "9".repeat(23)] {
        let headers = format!("retry-after: {digits}\r\n");
        let server = Server::start([refusing("503 X", &headers), ok()]).await;
        let error = retried(&server).await.unwrap_err();
        assert!(error.retry_after() >= Some(Duration::from_secs(3600)));
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn retry_after_as_a_date_far_behind_this_clock_waits_as_usual() {
    let past = "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    let server = Server::start([refusing("503 X", past), ok()]).await;
    assert_eq!(retried(&server).await.unwrap(), 200);
}

#[tokio::test]
async fn retry_after_as_a_date_far_ahead_of_this_clock_gives_up() {
    let future = "retry-after: Tue, 31 Dec 2999 23:59:59 GMT\r\n";
    let server = Server::start([refusing("503 X", future), ok()]).await;
    let error = retried(&server).await.unwrap_err();
    assert!(error.retry_after().unwrap() > Duration::from_secs(3600));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn retry_after_that_is_neither_is_ignored() {
    let server = Server::start([refusing("429 X", "retry-after: soon\r\n"), ok()]).await;
    assert_eq!(retried(&server).await.unwrap(), 200);
}

#[tokio::test]
async fn an_attempt_that_could_not_finish_is_not_begun() {
    // The second would be cut short after half a second, and its write be done or not.
    let slow = Act::WaitAndSend(Duration::from_millis(300), json("200 OK", &answer()));
    let server = Server::start([refusing("503 X", "retry-after: 0\r\n"), slow]).await;
    let policy = quick().total_time(Duration::from_millis(500));
    let error = call(&server.url, |builder| builder.retry(policy)).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.outcome()), (503, Outcome::Refused));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_refused_connection_is_tried_again() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{free}");
    let patient = RetryPolicy::default().attempts(10).first_delay(Duration::from_millis(50));
    let late = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let listener = tokio::net::TcpListener::bind(free).await.unwrap();
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        assert!(connection.read(&mut request).await.unwrap() > 0);
        connection.write_all(&json("200 OK", &answer())).await.unwrap();
    });
    assert!(call(&url, |builder| builder.retry(patient)).await.is_ok());
    late.await.unwrap();
}
