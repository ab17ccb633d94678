//! Many calls to a service that fails: they do not make it worse.

#[path = "common/server.rs"]
mod server;

use std::time::{Duration, Instant};

use openapi_client_runtime::reqwest::Method;
use openapi_client_runtime::{Client, RetryBudget, RetryPolicy};
use server::{Act, Server, response};

async fn busy() -> Server {
    Server::start([Act::Send(response("503 Busy", "retry-after: 0\r\n", b""))]).await
}

fn client(server: &Server, budget: Option<RetryBudget>) -> Client {
    let builder = Client::builder(&server.url)
        .retry(RetryPolicy::default().first_delay(Duration::from_millis(1)));
    match budget {
        Some(budget) => builder.retry_budget(budget).build().unwrap(),
        None => builder.build().unwrap(),
    }
}

/// So many calls, all of which fail; how many requests there were, and after how many seconds.
async fn calls(clients: &[Client], number: usize, server: &Server) -> (usize, usize) {
    let started = Instant::now();
    for _ in 0..number / 20 {
        let calls = clients
            .iter()
            .cycle()
            .take(20)
            .map(|client| tokio::spawn(client.request::<()>(Method::PUT, "/x").send()));
        for call in calls.collect::<Vec<_>>() {
            assert_eq!(call.await.unwrap().unwrap_err().status().unwrap().as_u16(), 503);
        }
    }
    (server.requests().len(), started.elapsed().as_secs() as usize)
}

#[tokio::test]
async fn a_service_that_always_fails_is_not_called_much_more() {
    let server = busy().await;
    let (requests, seconds) = calls(&[client(&server, None)], 600, &server).await;
    // A share of 20 percent, a reserve of 10, and one more a second.
    assert!(requests > 600 && requests <= 600 + 120 + 10 + seconds + 1, "{requests}");
}

#[tokio::test]
async fn clones_share_a_budget() {
    let server = busy().await;
    let client = client(&server, Some(RetryBudget::new(0, 10)));
    let others = client.with_timeout(Duration::from_secs(9));
    let (requests, seconds) = calls(&[client.clone(), others, client], 100, &server).await;
    assert!((110..=110 + seconds + 1).contains(&requests), "{requests}");
}

#[tokio::test]
async fn clients_that_are_no_clones_do_not() {
    let server = busy().await;
    let made = || client(&server, Some(RetryBudget::new(0, 10)));
    let (requests, _) = calls(&[made(), made()], 100, &server).await;
    assert!(requests >= 120, "{requests}");
}

#[tokio::test]
async fn a_budget_grows_with_calls() {
    let server = busy().await;
    let client = client(&server, Some(RetryBudget::new(100, 50)));
    let (requests, _) = calls(&[client], 100, &server).await;
    // The reserve alone would be for 150.
    assert!(requests >= 220, "{requests}");
}

#[tokio::test]
async fn a_budget_without_a_bound() {
    let server = busy().await;
    let client = client(&server, Some(RetryBudget::unlimited()));
    assert_eq!(calls(&[client], 100, &server).await.0, 300);
}

#[tokio::test]
async fn a_budget_of_nothing() {
    let server = busy().await;
    let client = client(&server, Some(RetryBudget::new(0, 0)));
    assert_eq!(calls(&[client], 60, &server).await.0, 60);
}
