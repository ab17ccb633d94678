//! What is logged: names by OpenTelemetry's conventions for HTTP clients, and nothing of a person.

#[path = "common/logs.rs"]
mod logs;
#[path = "common/server.rs"]
mod server;

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use logs::Logs;
use openapi_client_runtime::generated::{Extras, OperationInfo, Repeat, ResponseValue};
use openapi_client_runtime::reqwest::Method;
use openapi_client_runtime::{Call, Client, ClientBuilder, Credential, Error, RetryPolicy};
use serde::Deserialize;
use serde_json::json;
use server::{Act, Server, response};
use tracing::Level;

const BODY: &str = r#"{"name":"Ada Lovelace"}"#;

fn status(line: &str, headers: &str) -> Act {
    Act::Send(response(line, headers, BODY.as_bytes()))
}

fn busy() -> Act {
    status("503 Busy", "retry-after: 0\r\n")
}

fn quick(server: &Server) -> ClientBuilder<Client> {
    let policy = RetryPolicy::default().first_delay(Duration::from_millis(1));
    Client::builder(&server.url).retry(policy).timeout(Duration::from_secs(5))
}

/// Calls with what must not be logged, everywhere.
async fn call(client: &Client, method: Method) -> bool {
    let call: Call = client.request(method, "/customers");
    let call = call.segment("id-4711").query("q", "Lovelace").header("x-name", "Lovelace");
    call.json(&json!({ "name": "Ada Lovelace" })).send().await.is_ok()
}

async fn logged(acts: impl Into<Vec<Act>>, method: Method) -> (Logs, Server) {
    let server = Server::start(acts).await;
    let client = quick(&server).bearer_token("hunter2").build().unwrap();
    let (logs, guard) = Logs::capture();
    call(&client, method).await;
    drop(guard);
    (logs, server)
}

#[tokio::test]
async fn a_call_that_fails_is_one_warning() {
    let (logs, server) = logged([busy(), status("422 Wrong", "")], Method::PUT).await;
    let warnings = logs.events(Level::WARN);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let warning = &warnings[0];
    let names = [
        "error.type",
        "http.request.method",
        "http.request.resend_count",
        "http.response.status_code",
        "message",
        "operation",
        "outcome",
        "server.address",
        "server.port",
    ];
    assert_eq!(warning.names(), names);
    let port = server.url.rsplit(':').next().unwrap();
    let values = ["422", "PUT", "1", "422", "call failed: 422 Unprocessable Entity"];
    assert_eq!(names[..5].iter().map(|name| warning.get(name)).collect::<Vec<_>>(), values);
    let values = ["request", "Refused", "127.0.0.1", port];
    assert_eq!(names[5..].iter().map(|name| warning.get(name)).collect::<Vec<_>>(), values);
}

#[tokio::test]
async fn a_warning_names_the_cause() {
    let (logs, _server) = logged([Act::SendAndReset(Vec::new())], Method::PUT).await;
    let warning = &logs.events(Level::WARN)[0];
    assert!(
        warning
            .get("message")
            .starts_with("call failed: the connection was lost before a response: ")
    );
    assert_eq!((warning.get("error.type"), warning.get("outcome")), ("connection_lost", "Unknown"));
    assert!(!warning.names().contains(&"http.response.status_code"));
}

#[derive(Deserialize)]
struct Problem {
    title: Option<String>,
    status: Option<u16>,
}

#[tokio::test]
async fn a_problem_with_a_misfit_keeps_the_rest_and_tells() {
    let problem = br#"{"title":"No","status":"4711"}"#;
    let server = Server::start([Act::Send(response("400 Bad", "", problem))]).await;
    let (logs, guard) = Logs::capture();
    let call: Call<Problem> = quick(&server).build().unwrap().request(Method::PUT, "/customers");
    let error = call.send().await.unwrap_err();
    drop(guard);
    let Error::ErrorResponse(error) = error else { panic!("{error}") };
    let problem = error.problem().unwrap();
    assert_eq!((problem.title.as_deref(), problem.status), (Some("No"), None));
    assert_eq!(error.misfits().len(), 1);
    let told = logs.events(Level::DEBUG).into_iter();
    let told: Vec<_> = told.filter(|event| event.get("message").contains("problem")).collect();
    assert_eq!((told.len(), logs.events(Level::WARN).len()), (1, 1));
    assert!(!format!("{:?}", logs.all()).contains("4711"));
}

#[tokio::test]
async fn a_call_that_succeeds_is_no_warning() {
    let (logs, server) = logged([busy(), status("200 OK", "")], Method::PUT).await;
    assert_eq!((logs.events(Level::WARN).len(), server.requests().len()), (0, 2));
}

#[tokio::test]
async fn nothing_is_info_or_an_error() {
    for acts in [vec![busy(), status("200 OK", "")], vec![status("500 Oops", "")]] {
        let (logs, _server) = logged(acts, Method::PUT).await;
        assert!(!logs.all().is_empty());
        let loud = [Level::INFO, Level::ERROR].map(|level| logs.events(level).len());
        assert_eq!(loud, [0, 0]);
    }
}

#[tokio::test]
async fn each_attempt_is_a_debug_event() {
    let (logs, _server) = logged([busy(), status("200 OK", "")], Method::PUT).await;
    let debug = logs.events(Level::DEBUG);
    let messages: Vec<_> = debug.iter().map(|event| event.get("message")).collect();
    assert_eq!(messages, ["attempt ended", "waiting to send again", "attempt ended"]);
    let names = [
        "attempt",
        "duration_ms",
        "http.request.body.size",
        "http.response.body.size",
        "http.response.status_code",
        "message",
    ];
    assert_eq!(debug[0].names(), names);
    let of = |name: &str| [debug[0].get(name), debug[2].get(name)].map(str::to_owned);
    assert_eq!(of("attempt"), ["1", "2"]);
    assert_eq!(of("http.response.status_code"), ["503", "200"]);
    assert_eq!(of("http.request.body.size"), [BODY.len().to_string(), BODY.len().to_string()]);
    assert_eq!(debug[1].names(), ["http.request.resend_count", "message", "wait_ms"]);
    assert_eq!(debug[1].get("http.request.resend_count"), "1");
}

#[tokio::test]
async fn an_attempt_without_an_answer_says_what_went_wrong() {
    let (logs, _server) = logged([Act::SendAndReset(Vec::new())], Method::PUT).await;
    let attempt = &logs.events(Level::DEBUG)[0];
    let names = ["attempt", "duration_ms", "error.type", "http.request.body.size", "message"];
    assert_eq!(attempt.names(), names);
    assert_eq!(attempt.get("error.type"), "connection_lost");
}

#[tokio::test]
async fn the_span_of_a_call() {
    let (logs, server) = logged([busy(), status("404 Not Found", "")], Method::PUT).await;
    let spans = logs.spans();
    assert_eq!(spans.len(), 1);
    let span = &spans[0];
    let names = [
        "error.type",
        "http.request.method",
        "http.request.resend_count",
        "http.response.status_code",
        "operation",
        "otel.kind",
        "otel.name",
        "server.address",
        "server.port",
    ];
    assert_eq!(
        (span.name, span.level, span.names()),
        ("http.client", Level::DEBUG, names.to_vec())
    );
    let port = server.url.rsplit(':').next().unwrap();
    let values = ["404", "PUT", "1", "404", "request", "client", "PUT", "127.0.0.1", port];
    assert_eq!(names.map(|name| span.get(name)), values);
}

#[tokio::test]
async fn the_span_of_a_call_that_succeeds() {
    let (logs, _server) = logged([status("200 OK", "")], Method::GET).await;
    let span = &logs.spans()[0];
    assert_eq!(span.get("http.response.status_code"), "200");
    assert!(!span.names().contains(&"error.type"));
    assert!(!span.names().contains(&"http.request.resend_count"), "it was sent once");
}

#[tokio::test]
async fn a_call_that_is_never_sent_is_a_warning_too() {
    let client = Client::builder("https://api.example.com").build().unwrap();
    let (logs, guard) = Logs::capture();
    let call = |path: &str| client.request::<()>(Method::PUT, path);
    call("no slash").send().await.unwrap_err();
    call("/x").segment("..").send().await.unwrap_err();
    call("/x").header("host", "hunter2").send().await.unwrap_err();
    drop(guard);
    let warnings = logs.events(Level::WARN);
    let shown: Vec<_> =
        warnings.iter().map(|it| (it.get("error.type"), it.get("outcome"))).collect();
    assert_eq!(shown, [("invalid_request", "NotSent"); 3]);
    assert!(warnings.iter().all(|warning| warning.get("server.address") == "api.example.com"));
}

/// Line breaks that are none of ASCII's, marks and overrides of direction, and characters without a form.
const UNSEEN: &str = "\u{85}\u{2028}\u{2029}\u{200e}\u{200f}\u{61c}\u{202e}\u{2066}\u{2069}\u{200b}\u{2060}\u{feff}\u{ad}\u{e0041}";

#[tokio::test]
async fn a_provider_cannot_forge_lines_of_a_log() {
    let server = Server::start([status("200 OK", "")]).await;
    let evil = format!("sealed\nWARN all is well\u{1b}[2J{UNSEEN}");
    let provider = move || {
        let evil = evil.clone();
        async move { Err::<Credential, _>(std::io::Error::other(evil)) }
    };
    let client = quick(&server).credentials_provider(provider).build().unwrap();
    let (logs, guard) = Logs::capture();
    call(&client, Method::PUT).await;
    drop(guard);
    let message = logs.events(Level::WARN)[0].get("message").to_owned();
    assert!(message.contains("sealed\\nWARN") && !message.contains(char::is_control), "{message}");
    assert!(!message.contains(|c| UNSEEN.contains(c)), "{message}");
}

/// Every word of every library, at TRACE.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<Vec<u8>>>);

impl Write for Everything {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_library_logs_what_is_sent_or_received() {
    tracing_log::LogTracer::init().unwrap();
    let everything = Everything::default();
    let writer = everything.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let answers = [busy(), status("422 Wrong", "x-name: Lovelace\r\n")];
    let server = Server::start(answers).await;
    // The bytes on the wire are asked for, in vain.
    let client = quick(&server).bearer_token("hunter2");
    let client = client.configure_http(|http| http.connection_verbose(true)).build().unwrap();
    assert!(!call(&client, Method::PUT).await);
    let text = String::from_utf8(everything.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("call failed") && text.contains("TRACE"), "{text}");
    for secret in ["hunter2", "Lovelace", "Ada", "id-4711"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "nobody asks")]
struct Item {
    name: Option<String>,
    email: Option<String>,
}

#[tokio::test]
async fn what_is_left_out_of_all_items_is_one_warning() {
    let odd = format!("[{}]", [r#"{"email":4711,"name":["Ada"]}"#; 300].join(","));
    let headers = "content-type: application/json\r\n";
    let server = Server::start([Act::Send(response("200 OK", headers, odd.as_bytes()))]).await;
    let client = quick(&server).build().unwrap();
    let info = OperationInfo::new("list", "/items", Repeat::Safe).fields(&["email", "name"]);
    let request = client.requests().get(format!("{}/items", server.url)).build().unwrap();
    let answer = client.execute(request, info, Extras::default()).await.unwrap();
    let (logs, guard) = Logs::capture();
    let value = ResponseValue::<Vec<Item>>::from_response::<()>(answer).await.unwrap();
    drop(guard);
    assert_eq!((value.len(), value.misfits().len()), (300, 600));
    let warnings = logs.events(Level::WARN);
    let told = |name: &str| warnings.iter().map(|it| it.get(name).to_owned()).collect::<Vec<_>>();
    assert_eq!(told("field"), ["[0].email", "[0].name"]);
    assert_eq!(told("count"), ["300", "300"]);
    assert!(!format!("{warnings:?}").contains("Ada") && !format!("{warnings:?}").contains("4711"));
}
