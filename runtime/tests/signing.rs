//! Requests that are signed with an HMAC, verified at the server.

#[path = "common/server.rs"]
mod server;

use std::io::Write;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use openapi_client_runtime::reqwest::Method;
use openapi_client_runtime::reqwest::header::{HeaderMap, HeaderValue};
use openapi_client_runtime::{
    BoxError, Client, ClientBuilder, Credential, Error, Outcome, RetryPolicy, ToSign,
};
use serde_json::json;
use server::{Act, Server, response};
use sha2::{Digest, Sha256};

const KEY: &[u8] = b"k3y of both";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What both sides sign. No part can hold a line break, so none can be taken for another.
fn text(
    method: &str,
    authority: &str,
    target: &str,
    time: &str,
    account: &str,
    body: &[u8],
) -> String {
    let body = hex(&Sha256::digest(body));
    [method, authority, target, time, account, &body].join("\n")
}

fn mac(text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY).unwrap();
    mac.update(text.as_bytes());
    mac
}

/// The clients' side.
fn sign(request: &ToSign, time: u64) -> Result<HeaderMap, BoxError> {
    let account = request.headers().get("x-account").map(HeaderValue::to_str).transpose()?;
    let text = text(
        request.method().as_str(),
        &request.authority(),
        &request.path_and_query(),
        &time.to_string(),
        account.unwrap_or_default(),
        request.body(),
    );
    let mut headers = HeaderMap::new();
    headers.insert("x-time", time.into());
    headers.insert("x-signature", hex(&mac(&text).finalize().into_bytes()).parse()?);
    Ok(headers)
}

/// The server's side: what it got, byte for byte.
fn is_genuine(server: &Server, request: &str) -> bool {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let header = |name: &str| {
        let start = format!("{name}: ");
        head.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_default()
    };
    let mut line = head.lines().next().unwrap().split(' ');
    let (method, target) = (line.next().unwrap(), line.next().unwrap());
    assert_eq!(header("host"), "HOST");
    let host = server.url.trim_start_matches("http://");
    let text = text(method, host, target, header("x-time"), header("x-account"), body.as_bytes());
    let signature = header("x-signature").as_bytes();
    let bytes: Option<Vec<u8>> = signature
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    mac(&text).verify_slice(&bytes.unwrap()).is_ok()
}

/// A client whose attempts have times of their own.
fn signed(server: &Server) -> ClientBuilder<Client> {
    let clock = Arc::new(AtomicU64::new(1_700_000_000));
    let quick = RetryPolicy::default().first_delay(Duration::from_millis(1));
    Client::builder(&server.url).retry(quick).signer(move |request: ToSign| {
        let time = clock.fetch_add(1, Ordering::SeqCst);
        async move { sign(&request, time) }
    })
}

async fn ok() -> Server {
    Server::start([Act::Send(response("200 OK", "", b""))]).await
}

#[tokio::test]
async fn a_signature_that_is_verified_at_the_server() {
    let server = ok().await;
    let client = signed(&server).build().unwrap();
    let call = client.request::<()>(Method::POST, "/payouts").query("dry", true);
    call.json(&json!({ "amount": "10.50" })).send().await.unwrap();
    let request = server.requests().remove(0);
    assert!(is_genuine(&server, &request), "{request}");
    for (part, other) in [
        ("POST", "PUT"),
        ("/payouts", "/payins"),
        ("dry=true", "dry=false"),
        ("x-time: 17", "x-time: 18"),
        ("10.50", "99.50"),
    ] {
        let forged = request.replacen(part, other, 1);
        assert!(forged != request && !is_genuine(&server, &forged), "{part} is not covered");
    }
}

#[tokio::test]
async fn each_attempt_is_signed_anew() {
    let busy = Act::Send(response("503 Busy", "retry-after: 0\r\n", b""));
    let server = Server::start([busy.clone(), busy, Act::Send(response("200 OK", "", b""))]).await;
    let client = signed(&server).build().unwrap();
    client.request::<()>(Method::PUT, "/a").json(&1).send().await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for (number, request) in requests.iter().enumerate() {
        assert!(is_genuine(&server, request), "{request}");
        assert!(request.contains(&format!("x-time: 170000000{number}\r\n")), "{request}");
        assert_eq!(request.matches("x-signature").count(), 1, "{request}");
    }
}

#[tokio::test]
async fn awkward_paths_and_queries() {
    let server = ok().await;
    let client = signed(&server).build().unwrap();
    for id in ["a/b", "a b", "50%", "\u{e9}\u{1f431}", "...", "a?b#c", "a+b;c=d,e", "%2F"] {
        let call = client.request::<()>(Method::GET, "/pets").segment(id);
        call.query("q", id).query("\u{fc} &=", "").send().await.unwrap();
    }
    for path in ["/", "/a//b", "/%7Euser/%e2%82%ac", "/a/;v=1/'(x)!*"] {
        client.request::<()>(Method::GET, path).send().await.unwrap();
    }
    assert_eq!(server.requests().len(), 12);
    for request in server.requests() {
        assert!(is_genuine(&server, &request), "{request}");
    }
}

#[tokio::test]
async fn a_base_url_with_a_path() {
    let server = ok().await;
    let sign = |request: ToSign| async move { sign(&request, 1) };
    let builder = Client::builder(format!("{}/gate%20way/v1/", server.url)).signer(sign);
    let client: Client = builder.build().unwrap();
    client.request::<()>(Method::GET, "/pets").send().await.unwrap();
    let request = server.requests().remove(0);
    assert!(request.starts_with("GET /gate%20way/v1/pets ") && is_genuine(&server, &request));
}

#[tokio::test]
async fn bodies_as_they_are_sent() {
    let server = ok().await;
    let client = signed(&server).build().unwrap();
    client.request::<()>(Method::DELETE, "/a").send().await.unwrap();
    let long = "\u{e9}".repeat(1 << 16);
    for body in [json!(""), json!({}), json!("\r\n\r\n\u{2028}\0"), json!(long), json!(1e300)] {
        client.request::<()>(Method::POST, "/a").json(&body).send().await.unwrap();
    }
    assert_eq!(server.requests().len(), 6);
    for request in server.requests() {
        assert!(is_genuine(&server, &request), "{}", request.len());
    }
}

#[tokio::test]
async fn a_signature_covers_headers_of_the_client_and_of_the_call() {
    let server = ok().await;
    let mut all = HeaderMap::new();
    all.insert("x-account", HeaderValue::from_static("a_1"));
    let client = signed(&server).default_headers(all).build().unwrap();
    client.request::<()>(Method::GET, "/a").send().await.unwrap();
    client.request::<()>(Method::GET, "/a").header("x-account", "a_2").send().await.unwrap();
    let requests = server.requests();
    for (request, account) in requests.iter().zip(["a_1", "a_2"]) {
        let line = format!("x-account: {account}\r\n");
        assert!(request.contains(&line) && is_genuine(&server, request), "{request}");
        assert!(!is_genuine(&server, &request.replace(&line, "")), "it is covered");
    }
}

#[tokio::test]
async fn a_credential_and_a_signature_go_together_and_the_signer_sees_both() {
    let server = ok().await;
    let credential = Credential::header("x-account", "k_1").and_header("x-secret", "s_1");
    let client = signed(&server).credential(credential).build().unwrap();
    client.request::<()>(Method::GET, "/a").send().await.unwrap();
    let request = server.requests().remove(0);
    assert!(request.contains("x-account: k_1\r\n") && request.contains("x-secret: s_1\r\n"));
    assert!(is_genuine(&server, &request), "{request}");
}

#[tokio::test]
async fn a_providers_credential_of_this_attempt_is_what_is_signed() {
    let busy = Act::Send(response("503 Busy", "retry-after: 0\r\n", b""));
    let server = Server::start([busy, Act::Send(response("200 OK", "", b""))]).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let provider = move || {
        let number = asked.fetch_add(1, Ordering::SeqCst);
        async move { Ok::<_, BoxError>(Credential::header("x-account", format!("k_{number}"))) }
    };
    let client = signed(&server).credentials_provider(provider).build().unwrap();
    client.request::<()>(Method::GET, "/a").send().await.unwrap();
    let requests = server.requests();
    for (number, request) in requests.iter().enumerate() {
        assert!(request.contains(&format!("x-account: k_{number}\r\n")));
        assert!(is_genuine(&server, request), "{request}");
    }
}

async fn failing<F, T>(server: &Server, sign: F) -> Error
where
    F: Fn(ToSign) -> T + Send + Sync + 'static,
    T: Future<Output = Result<HeaderMap, BoxError>> + Send + 'static,
{
    let client: Client = Client::builder(&server.url).signer(sign).build().unwrap();
    client.request(Method::GET, "/a").send().await.unwrap_err()
}

#[tokio::test]
async fn a_signer_that_fails_sends_nothing_and_is_asked_once() {
    let server = ok().await;
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let error = failing(&server, move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Err("the key is sealed".into()) }
    })
    .await;
    assert!(matches!(&error, Error::Credentials(_)) && error.outcome() == Outcome::NotSent);
    assert!(format!("{error:#}").ends_with(": the key is sealed"), "{error:#}");
    assert_eq!((server.requests().len(), asked.load(Ordering::SeqCst)), (0, 1));
}

#[tokio::test]
async fn a_signer_sets_no_header_of_the_connection() {
    for name in ["host", "content-length", "transfer-encoding", "connection"] {
        let server = ok().await;
        let error = failing(&server, move |_| async move {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static("evil.example"));
            Ok(headers)
        })
        .await;
        assert!(matches!(&error, Error::Credentials(_)), "{name}: {error:?}");
        assert!(format!("{error:#}").contains(name) && !format!("{error:#}").contains("evil"));
        assert!(server.requests().is_empty());
    }
}

#[tokio::test]
async fn a_signature_in_the_header_authorization_takes_its_place() {
    let server = ok().await;
    let sign = |_| async move {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_static("HMAC s1gned"));
        Ok::<_, BoxError>(headers)
    };
    let client: Client =
        Client::builder(&server.url).bearer_token("t").signer(sign).build().unwrap();
    client.request::<()>(Method::GET, "/a").send().await.unwrap();
    let request = server.requests().remove(0);
    assert_eq!(request.matches("authorization: ").count(), 1);
    assert!(request.contains("authorization: HMAC s1gned\r\n"), "{request}");
}

/// A log that a test reads.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_signature_is_in_no_log_and_no_debug() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _ = tracing_log::LogTracer::init();
    // For all threads: the other tests' calls may be in the log as well.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let server = Server::start([Act::Send(response("403 Forbidden", "", b""))]).await;
    let client = signed(&server).build().unwrap();
    let call = client.request::<()>(Method::POST, "/a").json(&"Ada");
    let error = call.send().await.unwrap_err();
    let request = server.requests().remove(0);
    assert!(is_genuine(&server, &request));
    let signature = request.split("x-signature: ").nth(1).unwrap().get(..64).unwrap();
    let shown = format!("{client:?} {error:?} {error:#}");
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("attempt ended"), "the log has the call");
    assert!(!log.contains(signature) && !shown.contains(signature));
}
