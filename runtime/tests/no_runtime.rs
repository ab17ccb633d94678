//! Calls that are polled where no Tokio runtime is.

#[path = "common/server.rs"]
mod server;

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use openapi_client_runtime::reqwest::Method;
use openapi_client_runtime::{Client, Error, Outcome, Response};
use server::{Act, Server, response};

/// Wakes nobody.
struct Nobody;

impl Wake for Nobody {
    fn wake(self: Arc<Self>) {}
}

fn polled<T>(call: impl Future<Output = T>) -> Poll<T> {
    let waker = Waker::from(Arc::new(Nobody));
    pin!(call).poll(&mut Context::from_waker(&waker))
}

fn refused(client: &Client) {
    let call = client.request::<()>(Method::PUT, "/x").json("Ada").send();
    let Poll::Ready(Err(error)) = polled(call) else { panic!("it is not sent") };
    assert!(matches!(error, Error::NoRuntime), "{error}");
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(error.to_string().contains("Tokio runtime"), "{error}");
}

#[test]
fn without_a_runtime_a_call_is_an_error() {
    refused(&Client::builder("https://api.example.com").build().unwrap());
}

#[test]
fn without_a_runtime_a_call_with_a_layer_is_an_error() {
    let layer = tower::layer::layer_fn(|inner| inner);
    refused(&Client::builder("https://api.example.com").layer(layer).build().unwrap());
}

#[test]
fn without_timers_a_call_is_an_error() {
    for builder in [
        &mut tokio::runtime::Builder::new_current_thread(),
        tokio::runtime::Builder::new_multi_thread().enable_io(),
    ] {
        let runtime = builder.build().unwrap();
        let client = Client::builder("https://api.example.com").build().unwrap();
        let call = client.request::<()>(Method::PUT, "/x").send();
        let error = runtime.block_on(call).unwrap_err();
        assert!(matches!(error, Error::NoRuntime), "{error}");
    }
}

async fn call(client: Client) -> Result<Response, Error> {
    client.request(Method::PUT, "/x").send().await
}

#[test]
fn a_client_that_was_made_without_a_runtime_works_in_one() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let start = || Server::start([Act::Send(response("200 OK", "", b"{}"))]);
    let server = runtime.block_on(start());
    let client = Client::builder(&server.url).build().unwrap();
    refused(&client);
    let call = call(client);
    runtime.block_on(call).unwrap();
}

#[test]
fn a_client_may_be_used_in_one_runtime_after_another() {
    let client = |url: &str| Client::builder(url).build().unwrap();
    let made = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = Server::start([Act::Send(response("200 OK", "", b"{}"))]);
    let servers = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let server = servers.block_on(server);
    let client = client(&server.url);
    for _ in 0..2 {
        made().block_on(call(client.clone())).unwrap();
    }
}

#[test]
fn inside_of_another_runtimes_context_a_call_works() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let server = runtime.block_on(Server::start([Act::Send(response("200 OK", "", b"{}"))]));
    let client = Client::builder(&server.url).build().unwrap();
    let _context = runtime.enter();
    let result = polled(client.request::<()>(Method::PUT, "/x").send());
    // The other threads may even be quick enough to answer.
    assert!(!matches!(result, Poll::Ready(Err(_))), "{result:?}");
}
