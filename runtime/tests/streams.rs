//! Bodies that are handed on as they arrive, as generated functions do it.

#[path = "common/logs.rs"]
mod logs;
#[path = "common/server.rs"]
mod server;

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use logs::Logs;
use openapi_client_runtime::generated::{OperationInfo, Repeat, ResponseValue};
use openapi_client_runtime::reqwest::Url;
use openapi_client_runtime::{
    BoxError, ByteStream, Bytes, Client, ClientBuilder, Error, HttpService, Outcome, RetryPolicy,
    TransportError, reqwest,
};
use server::{Act, Server, response};
use tower::layer::layer_fn;
use tower::service_fn;
use tracing::Level;

/// What a generated function does whose success is a stream.
async fn stream(client: &Client) -> Result<ByteStream, Error> {
    let url: Url = format!("{}/files/4711", client.base_url()).parse().unwrap();
    let request = client.requests().get(url).build().unwrap();
    let info = OperationInfo::new("get_file", "/files/{id}", Repeat::Safe).streaming();
    let answer = client.execute(request, info, Default::default()).await.map_err(Error::retype)?;
    match answer.status().as_u16() {
        200 => Ok(ResponseValue::stream(answer).into_inner_stream()),
        _ => Err(Error::from_unexpected(answer).await),
    }
}

async fn next(stream: &mut ByteStream) -> Option<Result<Bytes, TransportError>> {
    poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await
}

/// All pieces up to an error, and the error.
async fn read(mut stream: ByteStream) -> (Vec<u8>, Option<TransportError>) {
    let mut bytes = Vec::new();
    while let Some(piece) = next(&mut stream).await {
        match piece {
            Ok(piece) => bytes.extend_from_slice(&piece),
            Err(error) => return (bytes, Some(error)),
        }
    }
    (bytes, None)
}

async fn client(act: Act, change: fn(ClientBuilder<Client>) -> ClientBuilder<Client>) -> Client {
    let server = Server::start([act]).await;
    let builder = Client::builder(&server.url).retry(RetryPolicy::none());
    change(builder).build().unwrap()
}

#[tokio::test]
async fn a_body_is_handed_on_whatever_the_limit_is() {
    let chunks = Act::SendChunks(vec![b'x'; 1000], 20);
    let client = client(chunks, |builder| builder.response_limit(10)).await;
    let (bytes, error) = read(stream(&client).await.unwrap()).await;
    assert_eq!((bytes.len(), error.is_none()), (20_000, true));
}

#[tokio::test]
async fn the_body_of_an_error_is_read_within_the_limit() {
    let act = || Act::Send(response("404 Not Found", "", b"0123456789ABC"));
    let error = stream(&client(act(), |builder| builder).await).await.unwrap_err();
    assert_eq!(error.response().unwrap().body().len(), 13);
    let error = stream(&client(act(), |builder| builder.response_limit(5)).await).await;
    assert!(matches!(error, Err(Error::ResponseTooLarge { limit: 5, .. })));
}

#[tokio::test]
async fn a_success_that_is_not_documented_is_read_within_the_limit() {
    let act = Act::Send(response("203 X", "", b"0123456789ABC"));
    let error = stream(&client(act, |builder| builder.response_limit(5)).await).await.unwrap_err();
    assert!(matches!(error, Error::ResponseTooLarge { limit: 5, .. }), "{error}");
    assert_eq!(error.outcome(), Outcome::CarriedOut);
}

#[tokio::test]
async fn a_body_that_is_cut_off_is_an_error_and_one_warning() {
    let cut = Act::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nAda".to_vec());
    let client = client(cut, |builder| builder).await;
    let (logs, guard) = Logs::capture();
    let (bytes, error) = read(stream(&client).await.unwrap()).await;
    drop(guard);
    assert_eq!(bytes, b"Ada");
    assert_eq!(error.unwrap().to_string(), "200 OK: the response was cut off");
    let warnings = logs.events(Level::WARN);
    assert_eq!(warnings.len(), 1);
    let of = |name: &str| warnings[0].get(name).to_owned();
    assert_eq!(of("url.template"), "/files/{id}");
    assert_eq!((of("operation"), of("outcome")), ("get_file".to_owned(), "CarriedOut".to_owned()));
    assert!(!format!("{warnings:?}").contains("4711"));
}

#[tokio::test]
async fn a_body_that_stalls_ends_with_the_time_of_the_attempt() {
    let stalls = Act::SendAndStall(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nAda".to_vec());
    let client = client(stalls, |builder| builder.timeout(Duration::from_millis(300))).await;
    let (bytes, error) = read(stream(&client).await.unwrap()).await;
    assert_eq!((bytes.as_slice(), error.unwrap().is_timeout()), (b"Ada".as_slice(), true));
}

#[tokio::test]
async fn the_span_of_a_documented_call_has_its_template() {
    let client = client(Act::Send(response("200 OK", "", b"")), |builder| builder).await;
    let (logs, guard) = Logs::capture();
    drop(stream(&client).await.unwrap());
    drop(guard);
    let span = &logs.spans()[0];
    assert_eq!(span.get("url.template"), "/files/{id}");
    assert_eq!((span.get("otel.name"), span.get("operation")), ("GET /files/{id}", "get_file"));
    assert!(!format!("{:?}", logs.all()).contains("4711"));
}

#[tokio::test]
async fn debug_of_a_stream_shows_nothing_of_it() {
    let client = client(Act::Send(response("200 OK", "", b"Ada")), |builder| builder).await;
    assert_eq!(format!("{:?}", stream(&client).await.unwrap()), "ByteStream");
}

/// A body that never goes on.
struct Silence;

impl Stream for Silence {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn a_body_of_a_layer_that_stalls_is_a_timeout() {
    let silent = layer_fn(|_: HttpService| {
        service_fn(|_| async {
            let body = reqwest::Body::wrap_stream(Silence);
            Ok::<_, BoxError>(reqwest::Response::from(http::Response::new(body)))
        })
    });
    let client = Client::builder("https://api.example.com").timeout(Duration::from_millis(100));
    let client = client.layer(silent).build().unwrap();
    let mut stream = stream(&client).await.unwrap();
    let error = tokio::time::timeout(Duration::from_secs(20), next(&mut stream)).await;
    let error = error.expect("the time of the attempt is kept").unwrap().unwrap_err();
    assert!(error.is_timeout() && error.status().is_some(), "{error:?}");
    assert!(next(&mut stream).await.is_none());
}
