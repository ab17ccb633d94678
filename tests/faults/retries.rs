//! When a call is sent again, and when it must not be.

use std::time::{Duration, Instant};

use manis::{Error, RetryPolicy};

use crate::common::{Act, Server, json, response};
use crate::{call, customer};

fn ok() -> Act {
    Act::Send(json("200 OK", &customer()))
}

fn unavailable(headers: &str) -> Act {
    Act::Send(response("503 Service Unavailable", headers, b"busy"))
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
    let busy = Act::Send(response("429 Too Many", "retry-after: 1\r\n", b""));
    let server = Server::start([busy, ok()]).await;
    let started = Instant::now();
    assert_eq!(retried(&server).await.unwrap(), 200);
    assert!(started.elapsed() >= Duration::from_secs(1), "it did not wait");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_503_three_times_then_200() {
    let server = Server::start([unavailable(""), unavailable(""), unavailable(""), ok()]).await;
    assert_eq!(retried(&server).await.unwrap(), 200);
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    assert!(requests.iter().all(|request| *request == requests[0]), "each attempt is the same");
}

#[tokio::test]
async fn a_503_for_ever_ends_after_the_last_attempt() {
    let server = Server::start([unavailable("")]).await;
    let error = retried(&server).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 503);
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn retries_are_off_by_one_setting() {
    let server = Server::start([unavailable(""), ok()]).await;
    let error = call(&server.url, |builder| builder.retry(RetryPolicy::none())).await.unwrap_err();
    assert!(error.is_retryable());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn retries_can_be_set_for_one_call() {
    let server = Server::start([unavailable(""), ok()]).await;
    let client = manis::Client::builder(&server.url).retry(RetryPolicy::none()).build().unwrap();
    let once = client.with_retry(quick());
    let request = once.update_customer_info().customer_id(manis::uuid::Uuid::nil());
    assert!(request.body(crate::planted()).send().await.is_ok());
}

#[tokio::test]
async fn a_500_is_not_sent_again() {
    let server = Server::start([Act::Send(response("500 Oops", "", b"{}")), ok()]).await;
    assert_eq!(retried(&server).await.unwrap_err().status().unwrap(), 500);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_lost_connection_is_not_sent_again() {
    // The update may have been made: whoever called must decide.
    let server = Server::start([Act::SendAndReset(Vec::new()), ok()]).await;
    assert!(matches!(retried(&server).await.unwrap_err(), Error::Transport(_)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn retry_after_longer_than_the_total_time_is_not_waited_for() {
    let server = Server::start([unavailable("retry-after: 3600\r\n"), ok()]).await;
    let error = retried(&server).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn retry_after_as_a_date_far_behind_this_clock_waits_as_usual() {
    let past = "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    let server = Server::start([unavailable(past), ok()]).await;
    assert_eq!(retried(&server).await.unwrap(), 200);
}

#[tokio::test]
async fn retry_after_as_a_date_far_ahead_of_this_clock_gives_up() {
    let future = "retry-after: Tue, 31 Dec 2999 23:59:59 GMT\r\n";
    let server = Server::start([unavailable(future), ok()]).await;
    let error = retried(&server).await.unwrap_err();
    assert!(error.retry_after().unwrap() > Duration::from_secs(3600));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn retry_after_that_is_neither_is_ignored() {
    let server = Server::start([unavailable("retry-after: soon\r\n"), ok()]).await;
    assert_eq!(retried(&server).await.unwrap(), 200);
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
        connection.write_all(&json("200 OK", &customer())).await.unwrap();
    });
    assert!(call(&url, |builder| builder.retry(patient)).await.is_ok());
    late.await.unwrap();
}
