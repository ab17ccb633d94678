//! HTTP/2, which the feature `http2` switches on: here by prior knowledge, in `tls.rs` as TLS negotiates it.
#![cfg(feature = "http2")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http::Request;
use openapi_client_runtime::reqwest::{Method, Version};
use openapi_client_runtime::{Bytes, Client, ClientBuilder, Error, Outcome};
use tokio::net::TcpListener;

/// A server that has something to say to each request, and the number of connections and requests it got.
struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl Server {
    async fn start(answer: fn(&Request<RecvStream>, SendResponse<Bytes>)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (connections, requests) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
        let (address, server) = (listener.local_addr().unwrap(), requests.clone());
        let server = Self { address, connections: connections.clone(), requests: server };
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let requests = requests.clone();
                tokio::spawn(async move {
                    let mut connection = h2::server::handshake(connection).await.unwrap();
                    while let Some(Ok((request, respond))) = connection.accept().await {
                        requests.fetch_add(1, Ordering::SeqCst);
                        answer(&request, respond);
                    }
                });
            }
        });
        server
    }

    fn client(&self) -> ClientBuilder<Client> {
        Client::builder(format!("http://{}", self.address))
            .bearer_token("t0ken")
            .configure_http(|http| http.http2_prior_knowledge())
    }
}

/// What the request was, as the body.
fn tell(request: &Request<RecvStream>, mut respond: SendResponse<Bytes>) {
    let authorization = request.headers()["authorization"].to_str().unwrap();
    let told = format!("{:?} {} {authorization}", request.version(), request.uri());
    let mut body = respond.send_response(http::Response::new(()), false).unwrap();
    body.send_data(told.into(), true).unwrap();
}

#[tokio::test]
async fn a_call_is_made_over_http_2() {
    let server = Server::start(tell).await;
    let client = server.client().build().unwrap();
    let answer = client.request::<()>(Method::GET, "/pets").send().await.unwrap();
    let expected = format!("{:?} http://{}/pets Bearer t0ken", Version::HTTP_2, server.address);
    assert_eq!(String::from_utf8_lossy(answer.body()), expected);
}

#[tokio::test]
async fn calls_that_are_under_way_together_share_a_connection() {
    let server = Server::start(tell).await;
    let client = server.client().build().unwrap();
    let call = |id: u32| client.request::<()>(Method::GET, "/pets").segment(id).send();
    call(0).await.unwrap();
    let calls: Vec<_> = (1..=32).map(|id| tokio::spawn(call(id))).collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().status(), 200);
    }
    assert_eq!(server.requests.load(Ordering::SeqCst), 33);
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_write_whose_stream_is_reset_is_not_sent_again() {
    let reset = |_: &Request<RecvStream>, mut respond: SendResponse<Bytes>| {
        respond.send_reset(Reason::INTERNAL_ERROR);
    };
    let server = Server::start(reset).await;
    let client = server.client().build().unwrap();
    let call = client.request::<()>(Method::PUT, "/pets").json(&1);
    let error = call.send().await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown, "{error:#}");
    assert_eq!(server.requests.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_limit_of_a_response_is_the_same() {
    let server = Server::start(tell).await;
    let client = server.client().response_limit(8).build().unwrap();
    let error = client.request::<()>(Method::GET, "/pets").send().await.unwrap_err();
    assert!(matches!(error, Error::ResponseTooLarge { limit: 8, .. }), "{error:#}");
}
