//! Which requests go through a proxy, and what the proxy sees of them.

#[path = "common/proxy.rs"]
mod proxy;
#[path = "common/server.rs"]
mod server;

use std::env;
use std::process::Command;
use std::time::Duration;

use openapi_client_runtime::reqwest::{Certificate, Method};
use openapi_client_runtime::{
    Client, ClientBuilder, ConfigError, Error, Outcome, Proxy, Response, RetryPolicy,
};
use proxy::{Does, HOST, ProxyServer, TlsServer};
use server::{Act, Server, response};

const VARIABLES: [&str; 8] = [
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
];

/// Nothing listens there.
const DEAD: &str = "http://127.0.0.1:9";

async fn send(builder: ClientBuilder<Client>) -> Result<Response, Error> {
    let quick = RetryPolicy::default().first_delay(Duration::from_millis(1));
    let client = builder.retry(quick).bearer_token("hunter2").build().unwrap();
    client.request(Method::PUT, "/customers/1").json("Ada").send().await
}

fn trusting(server: &TlsServer, url: String) -> ClientBuilder<Client> {
    let certificate = server.certificate();
    Client::builder(url).configure_http(move |http| http.tls_certs_only([certificate.clone()]))
}

/// A server behind a proxy, and a client that is told of the proxy.
async fn behind(does: impl Fn(&TlsServer) -> Does) -> (TlsServer, ProxyServer) {
    let server = TlsServer::start().await;
    let proxy = ProxyServer::start(does(&server)).await;
    (server, proxy)
}

async fn tunnel() -> (TlsServer, ProxyServer) {
    behind(|server| Does::Tunnel(server.address)).await
}

/// A call in a process of its own, with these variables and no others of proxies: what it printed.
async fn with_variables(url: &str, pem: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["in_a_process_of_its_own", "--exact", "--ignored", "--nocapture"]);
    for name in VARIABLES {
        command.env_remove(name);
    }
    command.env("TEST_URL", url).env("TEST_PEM", pem).envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
#[ignore = "run by others, in a process of its own"]
async fn in_a_process_of_its_own() {
    let Ok(url) = env::var("TEST_URL") else { return };
    let mut builder = Client::builder(url).danger_allow_plain_http().retry(RetryPolicy::none());
    if let Ok(certificate) = Certificate::from_pem(env::var("TEST_PEM").unwrap().as_bytes()) {
        builder = builder.configure_http(move |http| http.tls_certs_only([certificate.clone()]));
    }
    if env::var("TEST_NO_PROXY").is_ok() {
        builder = builder.no_proxy();
    }
    let client = match builder.bearer_token("hunter2").build() {
        Ok(client) => client,
        Err(error) => return println!("not built: {error}"),
    };
    match client.request::<()>(Method::PUT, "/customers/1").json("Ada").send().await {
        Ok(response) => println!("status {}", response.status().as_u16()),
        Err(error) => println!("error {error:#}, {:?}", error.outcome()),
    }
}

async fn plain_server() -> Server {
    Server::start([Act::Send(response("200 OK", "", b"{}"))]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_goes_through_no_proxy_of_the_environment() {
    let (server, proxy) = (plain_server().await, ProxyServer::start(Does::Answer("200 OK")).await);
    let local = server.url.replace("127.0.0.1", "localhost");
    for url in [&server.url, &local] {
        let all: Vec<_> = VARIABLES[..6].iter().map(|name| (*name, proxy.url.as_str())).collect();
        let printed = with_variables(url, "", &all).await;
        assert!(printed.contains("status 200"), "{printed}");
    }
    assert_eq!((proxy.seen.all().len(), server.requests().len()), (0, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_works_while_all_variables_name_a_dead_address() {
    let server = plain_server().await;
    let all: Vec<_> = VARIABLES[..6].iter().map(|name| (*name, DEAD)).collect();
    let printed = with_variables(&server.url, "", &all).await;
    assert!(printed.contains("status 200"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn https_goes_through_the_proxy_of_the_environment() {
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        let (server, proxy) = tunnel().await;
        let url = format!("https://{HOST}");
        let printed = with_variables(&url, &server.pem, &[(name, &proxy.url)]).await;
        assert!(printed.contains("status 200"), "{name}: {printed}");
        assert!(proxy.seen.all()[0].starts_with(&format!("CONNECT {HOST}:443 HTTP/1.1\r\n")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_of_the_environment_may_have_no_scheme() {
    let (server, proxy) = tunnel().await;
    let address = proxy.url.trim_start_matches("http://");
    let url = format!("https://{HOST}");
    let printed = with_variables(&url, &server.pem, &[("HTTPS_PROXY", address)]).await;
    assert!(printed.contains("status 200"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_variable_that_is_set_counts() {
    let (server, proxy) = tunnel().await;
    let variables =
        [("https_proxy", proxy.url.as_str()), ("HTTPS_PROXY", DEAD), ("ALL_PROXY", DEAD)];
    let printed = with_variables(&format!("https://{HOST}"), &server.pem, &variables).await;
    assert!(printed.contains("status 200"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_in_the_variable_is_sent_to_the_proxy() {
    let (server, proxy) = tunnel().await;
    let address = proxy.url.replace("http://", "http://me:pass@");
    let url = format!("https://{HOST}");
    let printed = with_variables(&url, &server.pem, &[("HTTPS_PROXY", &address)]).await;
    assert!(printed.contains("status 200"), "{printed}");
    assert!(proxy.seen.all()[0].to_lowercase().contains("proxy-authorization: basic bwu6cgfzcw=="));
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_in_no_proxy_are_reached_directly() {
    for hosts in ["localhost", "other.example, localhost", "*"] {
        for name in ["no_proxy", "NO_PROXY"] {
            let (server, proxy) = tunnel().await;
            let url = format!("https://localhost:{}", server.address.port());
            let variables = [("HTTPS_PROXY", proxy.url.as_str()), (name, hosts)];
            let printed = with_variables(&url, &server.pem, &variables).await;
            assert!(printed.contains("status 200"), "{name}={hosts}: {printed}");
            assert_eq!(proxy.seen.all().len(), 0, "{name}={hosts}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_are_not_in_no_proxy_go_through_the_proxy() {
    let (server, proxy) = tunnel().await;
    let variables = [("HTTPS_PROXY", proxy.url.as_str()), ("NO_PROXY", "example.com")];
    let printed = with_variables(&format!("https://{HOST}"), &server.pem, &variables).await;
    assert!(printed.contains("status 200"), "{printed}");
    assert_eq!(proxy.seen.all().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_is_ignored_on_request() {
    let server = TlsServer::start().await;
    let url = format!("https://localhost:{}", server.address.port());
    let variables = [("HTTPS_PROXY", DEAD), ("TEST_NO_PROXY", "1")];
    let printed = with_variables(&url, &server.pem, &variables).await;
    assert!(printed.contains("status 200"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_proxy_of_the_environment_is_not_passed_by() {
    let server = TlsServer::start().await;
    let url = format!("https://localhost:{}", server.address.port());
    let printed = with_variables(&url, &server.pem, &[("HTTPS_PROXY", DEAD)]).await;
    assert!(
        printed.contains("error could not connect") && printed.contains("NotSent"),
        "{printed}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_that_is_no_address_is_an_error_of_build() {
    for wrong in ["http://", "http://me:hunter2@proxy:port", "socks5://me:hunter2@proxy"] {
        let printed = with_variables("https://localhost", "", &[("ALL_PROXY", wrong)]).await;
        assert!(printed.contains("not built: the address of the proxy"), "{wrong}: {printed}");
        assert!(printed.contains("ALL_PROXY") && !printed.contains("hunter2"), "{printed}");
    }
}

#[tokio::test]
async fn a_proxy_for_https_sees_a_name_and_encrypted_bytes() {
    let (server, proxy) = tunnel().await;
    let builder = trusting(&server, format!("https://{HOST}"));
    send(builder.proxy(Proxy::https(&proxy.url).unwrap())).await.unwrap();
    assert!(server.seen.all()[0].contains("authorization: Bearer hunter2"), "it arrived");
    let through = proxy.seen.all().concat() + &proxy.tunnelled.all().concat();
    for secret in ["hunter2", "customers", "Ada", "authorization"] {
        assert!(!through.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_proxy_for_https_is_not_for_plain_http() {
    let (server, proxy) = (plain_server().await, ProxyServer::start(Does::Answer("200 OK")).await);
    send(Client::builder(&server.url).proxy(Proxy::https(&proxy.url).unwrap())).await.unwrap();
    assert_eq!((proxy.seen.all().len(), server.requests().len()), (0, 1));
}

#[tokio::test]
async fn a_proxy_that_is_named_for_all_gets_plain_http() {
    let proxy = ProxyServer::start(Does::Answer("200 OK")).await;
    let builder = Client::builder(format!("http://{HOST}")).danger_allow_plain_http();
    send(builder.proxy(Proxy::all(&proxy.url).unwrap())).await.unwrap();
    assert!(
        proxy.seen.all()[0].starts_with(&format!("PUT http://{HOST}/customers/1 HTTP/1.1\r\n"))
    );
}

#[tokio::test]
async fn a_proxy_that_is_named_for_all_is_for_https_too() {
    let (server, proxy) = tunnel().await;
    let builder = trusting(&server, format!("https://{HOST}"));
    send(builder.proxy(Proxy::all(&proxy.url).unwrap())).await.unwrap();
    assert_eq!((proxy.seen.all().len(), server.seen.all().len()), (1, 1));
}

#[tokio::test]
async fn the_first_proxy_that_is_for_a_request_takes_it() {
    let first = ProxyServer::start(Does::Answer("200 OK")).await;
    let second = ProxyServer::start(Does::Answer("200 OK")).await;
    let builder = Client::builder(format!("http://{HOST}"))
        .danger_allow_plain_http()
        .proxy(Proxy::https(DEAD).unwrap())
        .proxy(Proxy::all(&first.url).unwrap())
        .proxy(Proxy::all(&second.url).unwrap());
    send(builder).await.unwrap();
    assert_eq!((first.seen.all().len(), second.seen.all().len()), (1, 0));
}

#[tokio::test]
async fn hosts_that_a_named_proxy_is_not_for_are_reached_directly() {
    let (server, proxy) = (plain_server().await, ProxyServer::start(Does::Answer("200 OK")).await);
    let named = Proxy::all(&proxy.url).unwrap().except("127.0.0.1");
    send(Client::builder(&server.url).proxy(named)).await.unwrap();
    assert_eq!((proxy.seen.all().len(), server.requests().len()), (0, 1));
}

#[tokio::test]
async fn a_named_proxy_is_told_who_is_asking() {
    let (server, proxy) = tunnel().await;
    let named = Proxy::https(&proxy.url).unwrap().basic_auth("me", "pass");
    send(trusting(&server, format!("https://{HOST}")).proxy(named)).await.unwrap();
    assert!(proxy.seen.all()[0].to_lowercase().contains("proxy-authorization: basic bwu6cgfzcw=="));
    assert!(!server.seen.all()[0].to_lowercase().contains("proxy-authorization"));
}

#[tokio::test]
async fn a_proxy_that_refuses_to_connect_is_named_and_asked_once() {
    for answer in ["403 Forbidden", "407 Proxy Authentication Required"] {
        let (server, proxy) = behind(|_| Does::Answer(answer)).await;
        let builder = trusting(&server, format!("https://{HOST}"));
        let error = send(builder.proxy(Proxy::https(&proxy.url).unwrap())).await.unwrap_err();
        assert!(error.is_proxy_refusal(), "{answer}: {error:#}");
        let Error::Transport(transport) = &error else { panic!("{error}") };
        assert!(transport.is_proxy_refusal() && transport.is_connect());
        assert_eq!((error.outcome(), error.is_retryable()), (Outcome::NotSent, false));
        assert_eq!(error.to_string(), "the proxy refused to connect");
        assert_eq!((proxy.seen.all().len(), server.seen.all().len()), (1, 0), "{answer}");
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_plain_http_is_named_and_asked_once() {
    let proxy = ProxyServer::start(Does::Answer("407 Proxy Authentication Required")).await;
    let builder = Client::builder(format!("http://{HOST}")).danger_allow_plain_http();
    let error = send(builder.proxy(Proxy::all(&proxy.url).unwrap())).await.unwrap_err();
    assert!(error.is_proxy_refusal() && !error.is_retryable());
    assert_eq!(error.to_string(), "407 Proxy Authentication Required");
    assert_eq!((error.outcome(), proxy.seen.all().len()), (Outcome::Refused, 1));
}

#[tokio::test]
async fn a_403_of_the_api_is_no_refusal_of_a_proxy() {
    let server = Server::start([Act::Send(response("403 Forbidden", "", b""))]).await;
    let error = send(Client::builder(&server.url)).await.unwrap_err();
    assert!(!error.is_proxy_refusal());
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused_behind_a_proxy() {
    let (server, proxy) = tunnel().await;
    let builder = Client::builder(format!("https://{HOST}"));
    let error = send(builder.proxy(Proxy::https(&proxy.url).unwrap())).await.unwrap_err();
    assert_eq!((error.outcome(), server.seen.all().len()), (Outcome::NotSent, 0), "{error:#}");
}

#[test]
fn an_address_that_is_none_is_an_error_that_does_not_repeat_it() {
    for wrong in ["", "http://", "socks5://me:hunter2@proxy", "http://me:hunter2@proxy:port"] {
        for error in [Proxy::https(wrong).unwrap_err(), Proxy::all(wrong).unwrap_err()] {
            assert!(matches!(error, ConfigError::InvalidProxy(_)), "{wrong}: {error}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}

#[test]
fn debug_of_a_proxy_does_not_show_its_password() {
    let proxy = Proxy::https("http://me:hunter2@proxy:3128").unwrap().basic_auth("me", "hunter2");
    assert!(!format!("{proxy:?}").contains("hunter2"));
}
