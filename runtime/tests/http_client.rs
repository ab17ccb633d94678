//! What a user may do to the HTTP client, and what of this client's guarantees is left then.

#[path = "common/pool.rs"]
mod pool;
#[path = "common/proxy.rs"]
mod proxy;
#[path = "common/server.rs"]
mod server;

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use openapi_client_runtime::reqwest::{
    self, ClientBuilder as HttpBuilder, Method, Proxy, redirect,
};
use openapi_client_runtime::{Client, ClientBuilder, Error, Outcome, Response, RetryPolicy};
use pool::KeepAlive;
use proxy::{Does, HOST, ProxyServer};
use server::{Act, Server, response};

async fn send(builder: ClientBuilder<Client>) -> Result<Response, Error> {
    let quick = RetryPolicy::default().first_delay(Duration::from_millis(1));
    let client = builder.retry(quick).bearer_token("hunter2").build().unwrap();
    client.request(Method::PUT, "/customers/1").json("Ada").send().await
}

fn configured(
    server: &Server,
    configure: impl Fn(HttpBuilder) -> HttpBuilder + Send + Sync + 'static,
) -> ClientBuilder<Client> {
    Client::builder(&server.url).configure_http(configure)
}

fn own(server: &Server, configure: impl Fn(HttpBuilder) -> HttpBuilder) -> ClientBuilder<Client> {
    Client::builder(&server.url).http_client(whole(configure))
}

fn whole(configure: impl Fn(HttpBuilder) -> HttpBuilder) -> reqwest::Client {
    // What else is in the environment is the subject of one test alone.
    configure(ClientBuilder::<Client>::http_builder().no_proxy()).build().unwrap()
}

/// A server that sends everybody elsewhere, and the place where it sends them.
async fn redirecting() -> (Server, Server) {
    let elsewhere = Server::start([Act::Send(response("200 OK", "", b"{}"))]).await;
    let location = format!("location: {}/x\r\n", elsewhere.url);
    let act = Act::Send(response("307 Temporary Redirect", &location, b""));
    (Server::start([act]).await, elsewhere)
}

/// A server that answers 8 KiB, compressed to a few bytes, whatever is asked for.
async fn compressing() -> Server {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&[b' '; 8 << 10]).unwrap();
    let body = gzip.finish().unwrap();
    assert!(body.len() < 1 << 10);
    Server::start([Act::Send(response("200 OK", "content-encoding: gzip\r\n", &body))]).await
}

async fn ok() -> Server {
    Server::start([Act::Send(response("200 OK", "", b"{}"))]).await
}

#[tokio::test]
async fn redirects_are_not_followed_whatever_is_configured() {
    let (server, elsewhere) = redirecting().await;
    let follow = |http: HttpBuilder| http.redirect(redirect::Policy::limited(5));
    let error = send(configured(&server, follow)).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.outcome()), (307, Outcome::Refused));
    assert_eq!((server.requests().len(), elsewhere.requests().len()), (1, 0));
}

#[tokio::test]
async fn nothing_is_decompressed_whatever_is_configured() {
    let server = compressing().await;
    let response = send(configured(&server, |http| http.gzip(true))).await.unwrap();
    assert!(response.body().starts_with(b"\x1f\x8b"), "as it was sent");
    assert!(!server.requests()[0].contains("accept-encoding"));
}

#[tokio::test]
async fn a_proxy_that_is_configured_is_not_used() {
    let (server, proxy) = (ok().await, ProxyServer::start(Does::Answer("200 OK")).await);
    let url = proxy.url.clone();
    let through = move |http: HttpBuilder| http.proxy(Proxy::all(&url).unwrap());
    send(configured(&server, through)).await.unwrap();
    assert_eq!((server.requests().len(), proxy.seen.all().len()), (1, 0));
}

#[tokio::test]
async fn a_configured_proxy_does_not_take_the_place_of_a_named_one() {
    let named = ProxyServer::start(Does::Answer("200 OK")).await;
    let configured = ProxyServer::start(Does::Answer("200 OK")).await;
    let url = configured.url.clone();
    let builder = Client::builder(format!("http://{HOST}"))
        .danger_allow_plain_http()
        .proxy(openapi_client_runtime::Proxy::all(&named.url).unwrap())
        .configure_http(move |http| http.proxy(Proxy::all(&url).unwrap()));
    send(builder).await.unwrap();
    assert_eq!((named.seen.all().len(), configured.seen.all().len()), (1, 0));
}

#[tokio::test]
async fn the_http_client_does_not_send_again_by_itself_whatever_is_configured() {
    let server = Server::start([Act::Send(response("500 Oops", "", b""))]).await;
    let error = send(configured(&server, eager)).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), server.requests().len()), (500, 1));
}

/// Sends everything again, whatever came of it.
fn eager(http: HttpBuilder) -> HttpBuilder {
    let again = reqwest::retry::for_host("127.0.0.1")
        .no_budget()
        .max_retries_per_request(2)
        .classify_fn(|attempt| attempt.retryable());
    http.retry(again)
}

#[tokio::test]
async fn what_is_configured_has_an_effect() {
    let server = ok().await;
    let address = server.url.trim_start_matches("http://").parse().unwrap();
    let builder = Client::builder(format!("http://{HOST}"))
        .danger_allow_plain_http()
        .configure_http(move |http| http.resolve(HOST, address).http1_title_case_headers());
    send(builder).await.unwrap();
    assert!(server.requests()[0].contains("Authorization: Bearer hunter2"), "in title case");
}

#[tokio::test]
async fn a_second_configuration_comes_after_the_first() {
    let server = ok().await;
    let builder = configured(&server, |http| http.http1_title_case_headers().user_agent("first"))
        .configure_http(|http| http.user_agent("second"));
    send(builder).await.unwrap();
    assert!(server.requests()[0].contains("User-Agent: second"), "{:?}", server.requests());
}

#[tokio::test]
async fn the_configuration_is_made_anew_for_each_client_of_a_builder() {
    let (server, made) = (ok().await, Arc::new(Mutex::new(0)));
    let count = made.clone();
    let builder = configured(&server, move |http| {
        *count.lock().unwrap() += 1;
        http
    });
    send(builder.clone()).await.unwrap();
    send(builder).await.unwrap();
    assert_eq!(*made.lock().unwrap(), 2);
}

#[tokio::test]
async fn a_timeout_that_is_configured_does_not_lengthen_an_attempt() {
    let server = Server::start([Act::SendAndStall(Vec::new())]).await;
    let builder = configured(&server, |http| http.timeout(Duration::from_secs(600)));
    let error = send(builder.timeout(Duration::from_millis(100))).await.unwrap_err();
    assert!(error.is_timeout());
}

// What is gone with an HTTP client of one's own, one test for each line of the documentation.

#[tokio::test]
async fn with_a_client_of_ones_own_redirects_are_followed_with_the_body() {
    let (server, elsewhere) = redirecting().await;
    send(own(&server, |http| http)).await.unwrap();
    assert!(elsewhere.requests()[0].ends_with("\"Ada\""));
}

#[tokio::test]
async fn with_a_client_of_ones_own_redirects_are_not_followed_if_it_does_not() {
    let (server, elsewhere) = redirecting().await;
    let error = send(own(&server, |http| http.redirect(redirect::Policy::none()))).await;
    assert_eq!(error.unwrap_err().status().unwrap().as_u16(), 307);
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_client_of_ones_own_a_proxy_of_the_environment_sees_plain_http() {
    let proxy = ProxyServer::start(Does::Answer("200 OK")).await;
    let program = std::env::current_exe().unwrap();
    let mut command = std::process::Command::new(program);
    command.args(["a_client_of_ones_own_in_a_process_of_its_own", "--exact", "--ignored"]);
    for name in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
    command.env("http_proxy", &proxy.url);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let seen = proxy.seen.all().concat();
    assert!(seen.starts_with(&format!("PUT http://{HOST}/customers/1")), "{seen}");
    assert!(seen.contains("authorization: Bearer hunter2"));
}

#[tokio::test]
#[ignore = "run by another, in a process of its own"]
async fn a_client_of_ones_own_in_a_process_of_its_own() {
    let builder = Client::builder(format!("http://{HOST}")).danger_allow_plain_http();
    send(builder.http_client(ClientBuilder::<Client>::http_builder().build().unwrap()))
        .await
        .unwrap();
}

#[tokio::test]
async fn with_a_client_of_ones_own_compression_is_asked_for_and_undone() {
    let server = compressing().await;
    let response = send(own(&server, |http| http)).await.unwrap();
    assert_eq!(response.body().len(), 8 << 10);
    assert!(server.requests()[0].contains("accept-encoding: gzip"));
}

#[tokio::test]
async fn with_a_client_of_ones_own_the_limit_counts_what_is_decompressed() {
    let server = compressing().await;
    let error = send(own(&server, |http| http).response_limit(1 << 10)).await.unwrap_err();
    assert!(matches!(error, Error::ResponseTooLarge { limit: 1024, .. }), "{error}");
}

#[tokio::test]
async fn with_a_client_of_ones_own_named_proxies_and_configurations_have_no_effect() {
    let (server, proxy) = (ok().await, ProxyServer::start(Does::Answer("200 OK")).await);
    let builder = own(&server, |http| http)
        .proxy(openapi_client_runtime::Proxy::all(&proxy.url).unwrap())
        .configure_http(|http| http.http1_title_case_headers());
    send(builder).await.unwrap();
    assert!(proxy.seen.all().is_empty());
    assert!(server.requests()[0].contains("authorization: Bearer"), "not in title case");
}

#[tokio::test]
async fn with_a_client_of_ones_own_idle_connections_are_kept_as_long_as_it_says() {
    for (of_client, connections) in [(60_000, 1), (20, 2)] {
        let server = KeepAlive::start(None).await;
        let http = whole(|http| http.pool_idle_timeout(Duration::from_millis(of_client)));
        let builder = Client::builder(&server.url).http_client(http);
        let client = builder.idle_timeout(Duration::from_millis(20)).build().unwrap();
        client.request::<()>(Method::GET, "/x").send().await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        client.request::<()>(Method::GET, "/x").send().await.unwrap();
        assert_eq!(server.connections(), connections);
    }
}

#[tokio::test]
async fn with_a_client_of_ones_own_the_connect_timeout_is_the_clients() {
    // A server that speaks no TLS and says nothing: connecting ends with a timeout.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let short = Duration::from_millis(50);
    let http = whole(|http| http.connect_timeout(short));
    let builder = Client::builder(&url).http_client(http).retry(RetryPolicy::none());
    let client = builder.connect_timeout(Duration::from_secs(600)).build().unwrap();
    let error = client.request::<()>(Method::GET, "/x").send().await.unwrap_err();
    assert_eq!(error.to_string(), "could not connect in time");
    let builder = Client::builder(&url).http_client(whole(|http| http)).connect_timeout(short);
    let client = builder.timeout(Duration::from_millis(300)).build().unwrap();
    let error = client.request::<()>(Method::POST, "/x").send().await.unwrap_err();
    assert_eq!(error.to_string(), "no response in time", "the whole attempt's");
}

#[tokio::test]
async fn with_a_client_of_ones_own_it_may_send_again_by_itself() {
    let server = Server::start([Act::Send(response("500 Oops", "", b""))]).await;
    send(own(&server, eager)).await.unwrap_err();
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn with_a_client_of_ones_own_its_headers_are_not_compared_with_the_credentials() {
    let server = ok().await;
    let headers = [(reqwest::header::AUTHORIZATION, "mine".parse().unwrap())];
    let headers: reqwest::header::HeaderMap = headers.into_iter().collect();
    send(own(&server, |http| http.default_headers(headers.clone()))).await.unwrap();
    assert!(
        server.requests()[0].contains("Bearer hunter2"),
        "the credential is the one that is sent"
    );
}

#[tokio::test]
async fn with_a_client_of_ones_own_folded_header_lines_are_an_error() {
    let folded = Act::Send(response("200 OK", "x-a: one\r\n two\r\n", b"{}"));
    let server = Server::start([folded]).await;
    assert!(send(Client::builder(&server.url)).await.is_ok());
    let error = send(own(&server, |http| http)).await.unwrap_err();
    let Error::Transport(transport) = &error else { panic!("{error}") };
    assert!(transport.is_invalid_http());
}

#[tokio::test]
async fn with_a_client_of_ones_own_the_timeout_of_an_attempt_still_applies() {
    let server = Server::start([Act::SendAndStall(Vec::new())]).await;
    let error = send(own(&server, |http| http).timeout(Duration::from_millis(100))).await;
    assert!(error.unwrap_err().is_timeout());
}
