//! The time that a call may take is kept, whatever hangs.

#[path = "common/server.rs"]
mod server;

use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_core::Stream;
use openapi_client_runtime::reqwest::header::HeaderMap;
use openapi_client_runtime::reqwest::{Body, Method, Request};
use openapi_client_runtime::{
    BoxError, Bytes, Client, ClientBuilder, Credential, Error, HttpService, Outcome, Response,
    RetryPolicy,
};
use server::{Act, Server, response};
use tower::ServiceExt;

const SHORT: Duration = Duration::from_millis(100);

async fn send(builder: ClientBuilder<Client>) -> Result<Response, Error> {
    let client = builder.build().unwrap();
    client.request(Method::PUT, "/x").json("Ada").send().await
}

fn busy(retry_after: &str) -> Act {
    Act::Send(response("503 Busy", &format!("retry-after: {retry_after}\r\n"), b""))
}

async fn ok() -> Server {
    Server::start([Act::Send(response("200 OK", "", b"{}"))]).await
}

fn quick() -> RetryPolicy {
    RetryPolicy::default().first_delay(Duration::from_millis(1))
}

/// A provider that takes this long.
fn slow(
    takes: Duration,
) -> impl Fn() -> Pin<Box<dyn Future<Output = Result<Credential, BoxError>> + Send>> + Send + Sync {
    move || {
        Box::pin(async move {
            tokio::time::sleep(takes).await;
            Ok(Credential::bearer("t"))
        })
    }
}

#[tokio::test]
async fn a_provider_that_never_answers() {
    let server = ok().await;
    for builder in [
        Client::builder(&server.url).timeout(SHORT),
        Client::builder(&server.url).retry(quick().total_time(SHORT)),
    ] {
        let error = send(builder.credentials_provider(pending::<Result<_, BoxError>>)).await;
        let error = error.unwrap_err();
        assert!(matches!(error, Error::Credentials(_)), "{error}");
        assert!(format!("{error:#}").contains("as long as the whole attempt"), "{error:#}");
        assert_eq!((error.outcome(), server.requests().len()), (Outcome::NotSent, 0));
    }
}

#[tokio::test]
async fn a_signer_that_never_answers() {
    let server = ok().await;
    let builder = Client::builder(&server.url).timeout(SHORT);
    let never = |_| pending::<Result<HeaderMap, BoxError>>();
    let error = send(builder.signer(never)).await.unwrap_err();
    assert!(matches!(error, Error::Credentials(_)), "{error}");
    assert_eq!((error.outcome(), server.requests().len()), (Outcome::NotSent, 0));
}

#[tokio::test]
async fn a_provider_that_is_slow_is_taken_off_the_attempt() {
    let late = Act::WaitAndSend(Duration::from_millis(400), response("200 OK", "", b"{}"));
    let server = Server::start([late]).await;
    let builder = Client::builder(&server.url).timeout(Duration::from_millis(600));
    // Either of them alone is quick enough.
    let error = send(builder.credentials_provider(slow(Duration::from_millis(400)))).await;
    let error = error.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!((error.outcome(), server.requests().len()), (Outcome::Unknown, 1));
}

#[tokio::test]
async fn a_provider_that_is_slow_is_taken_off_the_total_time() {
    let server = Server::start([busy("0")]).await;
    let policy = quick().total_time(Duration::from_millis(700));
    let builder = Client::builder(&server.url).timeout(Duration::from_millis(500)).retry(policy);
    let error = send(builder.credentials_provider(slow(Duration::from_millis(300)))).await;
    assert_eq!(error.unwrap_err().status().unwrap().as_u16(), 503);
    assert_eq!(server.requests().len(), 1, "400 ms are left, and an attempt may take 500");
}

/// A layer that does this with requests.
fn layer<F, T>(
    serve: F,
) -> impl tower::Layer<HttpService, Service = HttpService> + Clone + Send + Sync + 'static
where
    F: Fn(Request) -> T + Clone + Send + Sync + 'static,
    T: Future<Output = Result<openapi_client_runtime::reqwest::Response, BoxError>>
        + Send
        + 'static,
{
    tower::layer::layer_fn(move |_| HttpService::new(tower::service_fn(serve.clone())))
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_nothing_sent_however_short_the_timeout() {
    // The operating system takes the connection; nobody speaks TLS on it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let error = send(Client::builder(url).timeout(SHORT).retry(RetryPolicy::none())).await;
    let error = error.unwrap_err();
    assert!(error.is_timeout(), "{error:#}");
    assert_eq!(error.outcome(), Outcome::NotSent, "{error:#}");
}

#[tokio::test]
async fn a_layer_that_never_answers() {
    let builder = Client::builder("http://127.0.0.1:9").timeout(SHORT);
    let error = send(builder.layer(layer(|_| pending()))).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.outcome(), Outcome::Unknown);
}

/// A service that is never ready.
#[derive(Clone)]
struct NeverReady;

impl tower::Service<Request> for NeverReady {
    type Response = openapi_client_runtime::reqwest::Response;
    type Error = BoxError;
    type Future = std::future::Pending<Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Pending
    }

    fn call(&mut self, _: Request) -> Self::Future {
        pending()
    }
}

#[tokio::test]
async fn a_layer_that_is_never_ready() {
    let never = tower::layer::layer_fn(|_| NeverReady);
    let builder = Client::builder("http://127.0.0.1:9").timeout(SHORT).layer(never);
    assert!(send(builder).await.unwrap_err().is_timeout());
}

/// A body without an end.
struct Endless;

impl Stream for Endless {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn a_body_of_a_layer_that_never_ends() {
    let answer = |_| async { Ok(hyper::Response::new(Body::wrap_stream(Endless)).into()) };
    let builder = Client::builder("http://127.0.0.1:9").timeout(SHORT).layer(layer(answer));
    let error = send(builder).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(error.to_string(), "200 OK: the response did not end in time");
    assert_eq!(error.outcome(), Outcome::CarriedOut);
}

#[tokio::test]
async fn a_layer_that_waits_is_taken_off_the_attempt() {
    let late = Act::WaitAndSend(Duration::from_millis(400), response("200 OK", "", b"{}"));
    let server = Server::start([late]).await;
    let waits = tower::layer::layer_fn(|inner: HttpService| {
        tower::service_fn(move |request| {
            let inner = inner.clone();
            async move {
                tokio::time::sleep(Duration::from_millis(400)).await;
                inner.oneshot(request).await
            }
        })
    });
    let builder = Client::builder(&server.url).timeout(Duration::from_millis(600)).layer(waits);
    assert!(send(builder).await.unwrap_err().is_timeout());
}

#[tokio::test]
async fn no_attempt_is_begun_that_cannot_finish() {
    // The second attempt would have 800 ms of the 1,000 that it may take.
    let first = Act::WaitAndSend(
        Duration::from_millis(700),
        response("503 Busy", "retry-after: 0\r\n", b""),
    );
    let server = Server::start([first, Act::SendAndStall(Vec::new())]).await;
    let policy = quick().total_time(Duration::from_millis(1500));
    let error =
        send(Client::builder(&server.url).timeout(Duration::from_secs(1)).retry(policy)).await;
    let error = error.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 503, "what the server said is not lost");
    assert_eq!((error.outcome(), server.requests().len()), (Outcome::Refused, 1));
}

#[tokio::test]
async fn no_attempt_is_begun_after_a_wait_that_is_too_long() {
    let all = ["3600", "61", "99999999999999999999999", "Tue, 31 Dec 2999 23:59:59 GMT"];
    for wait in all {
        let server = Server::start([busy(wait)]).await;
        let error = send(Client::builder(&server.url)).await.unwrap_err();
        assert_eq!(server.requests().len(), 1, "{wait}");
        assert!(error.retry_after().unwrap() > Duration::from_secs(60), "{wait}");
    }
}

#[tokio::test]
async fn a_wait_that_the_server_asks_for_is_kept() {
    let server = Server::start([busy("1"), Act::Send(response("200 OK", "", b"{}"))]).await;
    let started = Instant::now();
    send(Client::builder(&server.url).retry(quick())).await.unwrap();
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_wait_that_cannot_be_read_is_none() {
    for wait in ["", "soon", "-1", "1.5", "+1", "0x10"] {
        let server = Server::start([busy(wait), Act::Send(response("200 OK", "", b"{}"))]).await;
        send(Client::builder(&server.url).retry(quick())).await.unwrap();
        assert_eq!(server.requests().len(), 2, "{wait}");
    }
}

#[tokio::test]
async fn the_longest_of_all_times_is_fine() {
    let server = Server::start([busy("0"), Act::Send(response("200 OK", "", b"{}"))]).await;
    let policy = quick().total_time(Duration::MAX).longest_delay(Duration::MAX);
    let builder = Client::builder(&server.url).timeout(Duration::MAX).retry(policy);
    // A second attempt may take longer than what is left of the total time, so there is none.
    let error = send(builder).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), server.requests().len()), (503, 1));
    let server = ok().await;
    let builder =
        Client::builder(&server.url).timeout(Duration::MAX).connect_timeout(Duration::MAX);
    send(builder.idle_timeout(Duration::MAX)).await.unwrap();
}

#[tokio::test]
async fn a_time_of_zero_is_refused_when_it_is_set_later() {
    let server = ok().await;
    let client = Client::builder(&server.url).build().unwrap();
    let none = RetryPolicy::default().total_time(Duration::ZERO);
    for client in [client.with_timeout(Duration::ZERO), client.with_retry(none)] {
        let error = client.request::<()>(Method::PUT, "/x").send().await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
        assert_eq!((error.outcome(), server.requests().len()), (Outcome::NotSent, 0));
    }
}

#[tokio::test]
async fn a_timeout_of_one_call_is_not_that_of_the_next() {
    let late = Act::WaitAndSend(Duration::from_millis(300), response("200 OK", "", b"{}"));
    let server = Server::start([late]).await;
    let client = Client::builder(&server.url).build().unwrap();
    let call = client.with_timeout(SHORT).request::<()>(Method::PUT, "/x").send();
    assert!(call.await.unwrap_err().is_timeout());
    client.request::<()>(Method::PUT, "/x").send().await.unwrap();
}
