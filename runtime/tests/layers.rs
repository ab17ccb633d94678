//! What is put between the client and the network: layers of tower.

#[path = "common/har.rs"]
mod har;
#[path = "common/server.rs"]
mod server;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use har::Recorder;
use openapi_client_runtime::reqwest::header::HeaderMap;
use openapi_client_runtime::reqwest::{self, Method, Request, Response};
use openapi_client_runtime::{
    BoxError, Client, ClientBuilder, Credential, Error, HttpService, NotSent, Outcome, RetryPolicy,
    ToSign, TransportError,
};
use serde_json::{Value, json};
use server::{Act, Refusing, Server, response};
use tower::layer::layer_fn;
use tower::{ServiceBuilder, ServiceExt, service_fn};

fn builder(url: &str) -> ClientBuilder<Client> {
    let quick = RetryPolicy::default().first_delay(Duration::from_millis(1));
    Client::builder(url).retry(quick)
}

async fn ok() -> Server {
    Server::start([Act::Send(server::json("200 OK", &json!({ "name": "Ada" })))]).await
}

async fn get(client: &Client) -> Result<openapi_client_runtime::Response, Error> {
    client.request(Method::GET, "/pets").query("kind", "cat").send().await
}

fn transport(error: Error) -> TransportError {
    match error {
        Error::Transport(error) => error,
        other => panic!("{other:?}"),
    }
}

/// A client without a network, whose requests are answered by a function.
fn answered<T>(
    answer: impl Fn(Request) -> T + Clone + Send + Sync + 'static,
) -> ClientBuilder<Client>
where
    T: Future<Output = Result<Response, BoxError>> + Send + 'static,
{
    let builder = builder("https://api.example.com/v1");
    builder.layer(layer_fn(move |_: HttpService| service_fn(answer.clone())))
}

/// A client whose requests fail in a layer, and how often they do.
fn failing<E>(error: impl Fn() -> E + Clone + Send + Sync + 'static) -> (Client, Arc<AtomicUsize>)
where
    E: Into<BoxError>,
{
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let answer = move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        let error = error().into();
        async move { Err(error) }
    };
    (answered(answer).build().unwrap(), asked)
}

#[tokio::test]
async fn a_server_in_memory() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let client = answered(move |request: Request| {
        let body = request.body().and_then(|body| body.as_bytes()).map(<[u8]>::to_vec);
        log.lock().unwrap().push((request.method().clone(), request.url().to_string(), body));
        async {
            let response = http::Response::builder().status(201).header("x-request-id", "r_1");
            Ok(Response::from(response.body(r#"{"id":"p_1"}"#)?))
        }
    });
    let client = client.build().unwrap();
    let call = client.request::<()>(Method::POST, "/pets").json(&json!({ "name": "Ada" }));
    let response = call.send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.request_id()), (201, Some("r_1")));
    assert_eq!(response.json::<Value>().unwrap(), json!({ "id": "p_1" }));
    let seen = seen.lock().unwrap().clone();
    let body = br#"{"name":"Ada"}"#.to_vec();
    assert_eq!(seen, [(Method::POST, "https://api.example.com/v1/pets".to_owned(), Some(body))]);
}

#[tokio::test]
async fn limits_hold_for_a_server_in_memory() {
    let answer = |_| async { Ok(Response::from(http::Response::new("x".repeat(100)))) };
    let client = answered(answer).response_limit(99).build().unwrap();
    let error = get(&client).await.unwrap_err();
    assert!(matches!(error, Error::ResponseTooLarge { limit: 99, .. }), "{error:?}");
}

#[tokio::test]
async fn a_layer_sees_each_attempt_with_credential_and_signature() {
    let busy = Act::Send(response("503 Busy", "retry-after: 0\r\n", b""));
    let server = Server::start([busy, Act::Send(response("200 OK", "", b""))]).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    let sign = |_: ToSign| async {
        let mut headers = HeaderMap::new();
        headers.insert("x-signature", "s1gned".parse()?);
        Ok::<_, BoxError>(headers)
    };
    let client = builder(&server.url).credential(Credential::header("x-key", "k3y")).signer(sign);
    let client = client.layer(layer_fn(move |inner: HttpService| {
        let log = log.clone();
        inner.map_request(move |request: Request| {
            let has = |name| request.headers().get(name).is_some_and(|it| it.is_sensitive());
            log.lock().unwrap().push((has("x-key"), has("x-signature")));
            request
        })
    }));
    get(&client.build().unwrap()).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [(true, true), (true, true)]);
}

#[tokio::test]
async fn the_last_layer_is_the_outermost() {
    let server = ok().await;
    let add = |word: &'static str| {
        layer_fn(move |inner: HttpService| {
            inner.map_request(move |mut request: Request| {
                let headers = request.headers_mut();
                let before = headers.get("x-way").map_or("", |value| value.to_str().unwrap());
                let way = format!("{before}{word}").parse().unwrap();
                headers.insert("x-way", way);
                request
            })
        })
    };
    let client = builder(&server.url).layer(add("inner")).layer(add("outer "));
    get(&client.build().unwrap()).await.unwrap();
    assert!(server.requests()[0].contains("x-way: outer inner\r\n"));
}

#[tokio::test]
async fn towers_rate_limit_in_a_buffer() {
    let server = ok().await;
    let wait = Duration::from_millis(100);
    let client = builder(&server.url).layer(ServiceBuilder::new().buffer(32).rate_limit(2, wait));
    let client: Client = client.build().unwrap();
    let started = Instant::now();
    let calls = (0..5).map(|_| {
        // Clones have one limit together.
        let client = client.clone();
        tokio::spawn(async move { get(&client).await.map(drop) })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(server.requests().len(), 5);
    assert!(started.elapsed() >= 2 * wait, "two at a time");
}

#[tokio::test]
async fn a_layer_that_hangs_is_bounded_by_the_timeout() {
    let client = answered(|_| std::future::pending());
    let policy = RetryPolicy::none();
    let client = client.timeout(Duration::from_millis(50)).retry(policy).build().unwrap();
    let error = get(&client).await.unwrap_err();
    assert!(error.is_timeout() && error.outcome() == Outcome::Unknown, "{error:?}");
}

#[tokio::test]
async fn a_body_that_stalls_behind_a_layer_is_bounded_by_the_timeout() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".to_vec();
    let server = Server::start([Act::SendAndStall(head)]).await;
    let late = layer_fn(|inner: HttpService| {
        service_fn(move |request| {
            let inner = inner.clone();
            async move {
                tokio::time::sleep(Duration::from_millis(50)).await;
                inner.oneshot(request).await
            }
        })
    });
    let client = builder(&server.url).timeout(Duration::from_millis(300)).layer(late);
    let client: Client = client.retry(RetryPolicy::none()).build().unwrap();
    let error = transport(get(&client).await.unwrap_err());
    assert!(error.is_timeout() && error.status().unwrap() == 200, "{error:?}");
}

#[tokio::test]
async fn an_error_of_a_layer_is_of_unknown_outcome() {
    let (client, asked) = failing(|| std::io::Error::other("the metrics\nare full"));
    let error = get(&client).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    let text = format!("{error:#}");
    assert_eq!(text, "a layer between this client and the network failed: the metrics\\nare full");
    assert_eq!(asked.load(Ordering::SeqCst), 3, "a GET does no harm");
    let call = client.request::<()>(Method::POST, "/pets").json(&1);
    assert_eq!(call.send().await.unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(asked.load(Ordering::SeqCst), 4, "a POST may");
}

#[tokio::test]
async fn a_layer_that_sent_nothing_says_so_and_is_not_asked_again() {
    let (client, asked) = failing(|| NotSent::new("the circuit is open"));
    let error = get(&client).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert_eq!(format!("{error:#}"), "a layer did not send the request: the circuit is open");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_timeout_of_a_layer_is_a_timeout() {
    let client = answered(|_| async {
        let never = std::future::pending::<Result<Response, BoxError>>();
        tokio::time::timeout(Duration::from_millis(1), never).await?
    });
    let error = get(&client.build().unwrap()).await.unwrap_err();
    assert!(error.is_timeout() && error.outcome() == Outcome::Unknown, "{error:?}");
}

#[derive(Debug, thiserror::Error)]
#[error("attempt failed")]
struct Around(#[source] BoxError);

#[tokio::test]
async fn what_the_http_client_says_is_known_through_layers() {
    let Refusing { url, .. } = &Refusing::new();
    let plain = builder(url).layer(layer_fn(|inner: HttpService| inner));
    let wrapped = builder(url).layer(layer_fn(|inner: HttpService| inner.map_err(Around)));
    for client in [plain, wrapped] {
        let error = get(&client.build().unwrap()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent);
        assert!(transport(error).is_connect());
    }
}

#[tokio::test]
async fn a_layer_is_found_in_an_error() {
    let (client, _) = failing(|| Around("x".into()));
    let error = transport(get(&client).await.unwrap_err());
    assert!(error.get_ref().is::<Around>());
}

#[tokio::test]
async fn a_recorder_of_har_files() {
    let problem = response(
        "403 Forbidden",
        "content-type: application/json\r\nset-cookie: session=hunter2\r\nx-request-id: r_1\r\n",
        br#"{"code":"A-1"}"#,
    );
    let bytes = response("200 OK", "content-type: image/png\r\n", &[0x89, 0xff]);
    let server = Server::start([Act::Send(problem), Act::Send(bytes)]).await;
    let recorder = Recorder::default();
    let sign = |_: ToSign| async {
        let mut headers = HeaderMap::new();
        headers.insert("x-signature", "hunter2".parse()?);
        Ok::<_, BoxError>(headers)
    };
    let client = builder(&server.url).bearer_token("hunter2").signer(sign).layer(recorder.clone());
    let client: Client = client.build().unwrap();
    let call = client.request::<()>(Method::POST, "/pets").query("kind", "a b");
    let error = call.json(&json!({ "name": "Ada" })).send().await.unwrap_err();
    assert_eq!(error.body_bytes().unwrap(), r#"{"code":"A-1"}"#, "the answer is still whole");
    assert_eq!(get(&client).await.unwrap().body().as_ref(), [0x89, 0xff]);
    let har = recorder.har();
    assert_complete(&har, 2);
    assert!(!har.to_string().contains("hunter2"), "{har:#}");
    let entry = &har["log"]["entries"][0];
    assert_eq!(entry["request"]["postData"]["text"], r#"{"name":"Ada"}"#);
    assert_eq!(entry["request"]["queryString"], json!([{ "name": "kind", "value": "a b" }]));
    assert_eq!(entry["response"]["status"], 403);
    let id = json!({ "name": "x-request-id", "value": "r_1" });
    assert!(entry["response"]["headers"].as_array().unwrap().contains(&id));
    let content = &har["log"]["entries"][1]["response"]["content"];
    assert_eq!((&content["text"], &content["encoding"]), (&json!("if8="), &json!("base64")));
}

#[tokio::test]
async fn a_recorder_keeps_what_got_no_answer() {
    let cut = Act::SendAndReset(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".to_vec());
    let server = Server::start([Act::SendAndReset(Vec::new()), cut]).await;
    let recorder = Recorder::default();
    let client = builder(&server.url).retry(RetryPolicy::none()).layer(recorder.clone());
    let client: Client = client.build().unwrap();
    for _ in 0..2 {
        let error = get(&client).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
    }
    let har = recorder.har();
    assert_complete(&har, 2);
    let of = |index: usize| har["log"]["entries"][index]["response"].clone();
    assert_eq!((of(0)["status"].as_u64(), of(1)["status"].as_u64()), (Some(0), Some(200)));
    assert!(of(0)["_error"].is_string() && of(1)["_error"].is_string());
}

/// Every field that HAR 1.2 requires is there, with its type.
fn assert_complete(har: &Value, entries: usize) {
    let log = &har["log"];
    assert_eq!(log["version"], "1.2");
    assert!(log["creator"]["name"].is_string() && log["creator"]["version"].is_string());
    let all = log["entries"].as_array().unwrap();
    assert_eq!(all.len(), entries);
    for entry in all {
        let started = entry["startedDateTime"].as_str().unwrap();
        let shape: String =
            started.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
        assert_eq!(shape, "9999-99-99T99:99:99Z");
        assert!(entry["time"].as_f64().unwrap() >= 0.0 && entry["cache"].is_object());
        for name in ["send", "wait", "receive"] {
            assert!(entry["timings"][name].as_f64().unwrap() >= 0.0, "{name}");
        }
        for (half, texts, lists) in [
            (
                &entry["request"],
                &["method", "url", "httpVersion"][..],
                &["cookies", "headers", "queryString"][..],
            ),
            (
                &entry["response"],
                &["statusText", "httpVersion", "redirectURL"],
                &["cookies", "headers"],
            ),
        ] {
            assert!(texts.iter().all(|name| half[*name].is_string()), "{half}");
            assert!(lists.iter().all(|name| half[*name].is_array()), "{half}");
            assert!(half["headersSize"].is_i64() && half["bodySize"].is_i64(), "{half}");
        }
        let content = &entry["response"]["content"];
        assert!(content["size"].is_u64() && content["mimeType"].is_string());
        assert!(entry["response"]["status"].is_u64());
    }
}

#[test]
fn an_http_client_is_a_service_by_itself() {
    fn is_service<S: tower::Service<Request, Response = Response>>() {}
    is_service::<reqwest::Client>();
    is_service::<HttpService>();
}
