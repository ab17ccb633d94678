//! The rows of the table of faults that PUT and POST differ in: a POST that is marked as repeatable is sent
//! again as PUT is, byte for byte the same, and any other is sent once.

use std::time::Duration;

use serde_json::json;

use manis::{Credential, Error, RetryPolicy};

use crate::common::{self, Act, Refusing, Server, response};
use crate::generated::Client;
use crate::generated::types::{PayoutRequest, Problem};

fn quick() -> RetryPolicy {
    RetryPolicy::default().attempts(3).first_delay(Duration::from_millis(1))
}

fn client(url: &str) -> Client {
    Client::builder(url).bearer_token("token").retry(quick()).build().unwrap()
}

fn request() -> PayoutRequest {
    let request = PayoutRequest::builder().request_id("req-4711").amount("10.50");
    request.try_into().unwrap()
}

/// A call of the operation that is marked.
async fn marked(url: &str) -> Result<u16, Error<Problem>> {
    let call = client(url).create_payout().body(request()).send().await;
    call.map(|value| value.status().as_u16())
}

/// A call of the one that is not.
async fn unmarked(url: &str) -> Result<u16, Error<Problem>> {
    let call = client(url).create_refund().body(request()).send().await;
    call.map(|value| value.status().as_u16())
}

fn ok() -> Act {
    Act::Send(common::json("200 OK", &json!({"requestId": "req-4711", "amount": 10.5})))
}

fn refusing(status: &str) -> Act {
    Act::Send(response(status, "", b"busy"))
}

/// The rows in which a PUT is sent again.
const NOT_NOW: [&str; 4] =
    ["429 Too Many Requests", "502 Bad Gateway", "503 Unavailable", "504 Gateway Timeout"];

fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").unwrap().1
}

#[tokio::test]
async fn a_marked_post_is_sent_again_with_the_same_bytes() {
    for status in NOT_NOW {
        let server = Server::start([refusing(status), refusing(status), ok()]).await;
        assert_eq!(marked(&server.url).await.unwrap(), 200, "{status}");
        let requests = server.requests();
        assert_eq!(requests.len(), 3, "{status}");
        assert!(requests.iter().all(|again| *again == requests[0]), "{requests:?}");
        assert_eq!(body(&requests[2]), r#"{"amount":10.50,"requestId":"req-4711"}"#);
        assert!(requests[0].starts_with("POST /payouts "), "{requests:?}");
    }
}

#[tokio::test]
async fn an_unmarked_post_is_sent_once() {
    for status in NOT_NOW {
        let server = Server::start([refusing(status), ok()]).await;
        let error = unmarked(&server.url).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        // The caller may know that it does no harm.
        assert!(error.is_retryable());
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn an_unmarked_post_is_sent_once_whatever_the_server_asks_for() {
    let busy = Act::Send(response("503 Unavailable", "retry-after: 0\r\n", b""));
    let server = Server::start([busy, ok()]).await;
    unmarked(&server.url).await.unwrap_err();
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_marked_post_whose_answer_is_lost_is_sent_again_and_an_unmarked_one_is_not() {
    let server = Server::start([Act::SendAndReset(Vec::new()), ok()]).await;
    assert_eq!(marked(&server.url).await.unwrap(), 200);
    let requests = server.requests();
    assert_eq!(requests[0], requests[1]);
    let server = Server::start([Act::SendAndReset(Vec::new()), ok()]).await;
    assert_eq!(unmarked(&server.url).await.unwrap_err().outcome(), manis::Outcome::Unknown);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_post_that_failed_or_was_refused_is_not_sent_again() {
    for act in [refusing("500 Oops"), refusing("400 Bad Request")] {
        let server = Server::start([act.clone(), ok()]).await;
        marked(&server.url).await.unwrap_err();
        assert_eq!(server.requests().len(), 1);
        let server = Server::start([act, ok()]).await;
        unmarked(&server.url).await.unwrap_err();
        assert_eq!(server.requests().len(), 1);
    }
}

/// How often a call tries to connect to where nobody listens: the credentials are asked for each time.
async fn connections(is_marked: bool) -> u32 {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    let refusing = Refusing::new();
    let asked = Arc::new(AtomicU32::new(0));
    let count = asked.clone();
    let client = Client::builder(&refusing.url)
        .retry(quick())
        .credentials_provider(move || {
            count.fetch_add(1, Ordering::SeqCst);
            async { Ok::<_, std::io::Error>(Credential::bearer("token")) }
        })
        .build()
        .unwrap();
    let error = match is_marked {
        true => client.create_payout().body(request()).send().await.unwrap_err(),
        false => client.create_refund().body(request()).send().await.unwrap_err(),
    };
    assert!(matches!(&error, Error::Transport(error) if error.is_connect()), "{error}");
    asked.load(Ordering::SeqCst)
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_for_a_marked_post_alone() {
    assert_eq!(connections(true).await, 3);
    assert_eq!(connections(false).await, 1);
}
