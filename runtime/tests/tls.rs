//! TLS as it is by default: rustls with ring and the platform's certificates. Each call is in a process of its
//! own, for which certificates the platform has, and which provider is installed, is said once a process.

#[path = "common/proxy.rs"]
mod proxy;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use openapi_client_runtime::reqwest::{Certificate, Method};
use openapi_client_runtime::{Client, RetryPolicy};
use proxy::TlsServer;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};

/// A file of these certificates, which the platform is told to trust and no others.
fn trusted(test: &str, pem: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.pem"));
    fs::write(&file, pem).unwrap();
    file
}

/// What a call to a server printed.
async fn call(server: &TlsServer, how: &str, trusted: &Path, pinned: &str) -> String {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["in_a_process_of_its_own", "--exact", "--ignored", "--nocapture"]);
    for name in ["SSL_CERT_DIR", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(name);
    }
    let url = format!("https://localhost:{}", server.address.port());
    command.env("SSL_CERT_FILE", trusted);
    command.env("TEST_URL", url).env("TEST_HOW", how).env("TEST_PINNED", pinned);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
#[ignore = "run by others, in a process of its own"]
async fn in_a_process_of_its_own() {
    let (Ok(url), Ok(how)) = (env::var("TEST_URL"), env::var("TEST_HOW")) else { return };
    let mut builder = Client::builder(url).retry(RetryPolicy::none());
    if how == "configured" {
        builder = builder.configure_http(|http| http.tcp_nodelay(true));
    }
    if how == "pinned" {
        let pem = env::var("TEST_PINNED").unwrap();
        let certificate = Certificate::from_pem(pem.as_bytes()).unwrap();
        builder = builder.configure_http(move |http| http.tls_certs_only([certificate.clone()]));
    }
    if how == "provider of the program" {
        let useless = CryptoProvider { cipher_suites: Vec::new(), ..ring::default_provider() };
        useless.install_default().unwrap();
    }
    let client = match builder.build() {
        Ok(client) => client,
        Err(error) => return println!("not built: {error:?}"),
    };
    println!("of the process: {}", CryptoProvider::get_default().is_some());
    match client.request::<()>(Method::GET, "/").send().await {
        Ok(response) => println!("status {}", response.status().as_u16()),
        Err(error) => println!("error {error:#}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_of_the_platform_are_trusted_and_the_process_is_as_it_was() {
    let server = TlsServer::start().await;
    let printed = call(&server, "", &trusted("platform", &server.pem), "").await;
    assert!(printed.contains("status 200"), "{printed}");
    assert!(printed.contains("of the process: false"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn others_are_not() {
    let (server, other) = (TlsServer::start().await, TlsServer::start().await);
    let printed = call(&server, "", &trusted("others", &other.pem), "").await;
    assert!(printed.contains("error") && printed.contains("certificate"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configured_client_needs_no_provider_of_the_program() {
    let server = TlsServer::start().await;
    let printed = call(&server, "configured", &trusted("configured", &server.pem), "").await;
    assert!(printed.contains("status 200"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_that_are_configured_are_the_only_ones() {
    let (server, other) = (TlsServer::start().await, TlsServer::start().await);
    let of_the_platform = trusted("pinned", &server.pem);
    let printed = call(&server, "pinned", &of_the_platform, &other.pem).await;
    assert!(printed.contains("error") && printed.contains("certificate"), "{printed}");
    let printed = call(&server, "pinned", &of_the_platform, &server.pem).await;
    assert!(printed.contains("status 200"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_of_the_program_goes_before_ring() {
    let server = TlsServer::start().await;
    let trusted = trusted("program", &server.pem);
    let printed = call(&server, "provider of the program", &trusted, "").await;
    assert!(printed.contains("not built: Tls("), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_without_certificates_is_an_error_of_build() {
    let server = TlsServer::start().await;
    let none = trusted("none", "");
    for how in ["", "configured"] {
        let printed = call(&server, how, &none, "").await;
        assert!(printed.contains("not built"), "{printed}");
    }
}

/// Both protocols are spoken by the server: which one is taken is the client's to offer.
#[tokio::test(flavor = "multi_thread")]
async fn http_2_is_offered_with_its_feature_and_not_without() {
    let expected = if cfg!(feature = "http2") { "GET / HTTP/2.0" } else { "GET / HTTP/1.1" };
    for how in ["", "configured"] {
        let server = TlsServer::speaking(&["h2", "http/1.1"]).await;
        let printed = call(&server, how, &trusted("protocols", &server.pem), "").await;
        assert!(printed.contains("status 200"), "{printed}");
        assert!(server.seen.all()[0].starts_with(expected), "{how}: {:?}", server.seen.all());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_http_2_is_spoken_to_as_before() {
    let server = TlsServer::speaking(&["http/1.1"]).await;
    let printed = call(&server, "", &trusted("without http 2", &server.pem), "").await;
    assert!(printed.contains("status 200"), "{printed}");
    assert!(server.seen.all()[0].starts_with("GET / HTTP/1.1"), "{:?}", server.seen.all());
}
