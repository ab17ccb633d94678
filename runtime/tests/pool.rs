//! Connections that are kept for the next call.

#[path = "common/pool.rs"]
mod pool;

use std::time::Duration;

use openapi_client_runtime::reqwest::Method;
use openapi_client_runtime::{Client, RetryPolicy};
use pool::KeepAlive;

/// A client that sends each call once, whatever comes of it.
fn client(server: &KeepAlive, idle: Duration) -> Client {
    let builder = Client::builder(&server.url).idle_timeout(idle).retry(RetryPolicy::none());
    builder.build().unwrap()
}

async fn call(client: &Client) -> bool {
    client.request::<()>(Method::POST, "/x").send().await.is_ok()
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = KeepAlive::start(None).await;
    let client = client(&server, Duration::from_secs(60));
    for _ in 0..5 {
        assert!(call(&client).await);
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn clones_share_connections() {
    let server = KeepAlive::start(None).await;
    let client = client(&server, Duration::from_secs(60));
    for _ in 0..5 {
        assert!(call(&client.with_timeout(Duration::from_secs(9))).await);
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_connection_that_was_idle_for_too_long_is_not_used_again() {
    let server = KeepAlive::start(None).await;
    let client = client(&server, Duration::from_millis(20));
    for _ in 0..3 {
        assert!(call(&client).await);
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn no_call_fails_where_the_server_keeps_connections_for_longer() {
    // It closes them after 300 ms; this client never uses one that is older than 20.
    let server = KeepAlive::start(Some(Duration::from_millis(300))).await;
    let client = client(&server, Duration::from_millis(20));
    for number in 0..60_u64 {
        assert!(call(&client).await, "call {number}");
        tokio::time::sleep(Duration::from_millis(number % 30)).await;
    }
}

#[tokio::test]
async fn a_connection_that_the_server_has_closed_is_not_used_again() {
    let server = KeepAlive::start(Some(Duration::from_millis(20))).await;
    let client = client(&server, Duration::from_secs(60));
    for number in 0..3 {
        assert!(call(&client).await, "call {number}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(server.connections(), 3);
}
