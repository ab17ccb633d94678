//! The table of faults: what can go wrong between a client and the API, one row a test, each over
//! a real socket, and what each means for the write. For every row the harness also proves that neither the
//! logs at TRACE nor the error's `Display` and `Debug` hold the token or anything that the request says of
//! a person, and that nothing from the server breaks a line of a log.

#[path = "../../runtime/tests/common/server.rs"]
mod server;
mod subject;

mod bodies;
mod hostile;
mod retries;
mod statuses;
mod transport;

use std::io;
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use serde_json::Value;
use server::{Act, Server};
use subject::api::{Client, ClientBuilder, Error, Outcome, ResponseValue, RetryPolicy};
use subject::{Success, secrets};

const TOKEN: &str = "tok-4711-zarquon";

fn without(mut value: Value, field: &str) -> Value {
    value.as_object_mut().unwrap().remove(field).unwrap();
    value
}

fn with(mut value: Value, field: &str, content: Value) -> Value {
    value[field] = content;
    value
}

/// A server that answers every request like this.
async fn answering(bytes: Vec<u8>) -> Server {
    Server::start([Act::Send(bytes)]).await
}

/// A call with planted values, and the proof that nothing of them gets out.
async fn call(
    url: &str,
    configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> Result<ResponseValue<Success>, Error> {
    let logs = Logs::default();
    let _guard = logs.capture();
    let builder = Client::builder(url)
        .bearer_token(TOKEN)
        .timeout(Duration::from_secs(5))
        .retry(RetryPolicy::none());
    let client = configure(builder).build().unwrap();
    let mut shown = format!("{client:?}");
    let result = subject::send(&client, &mut shown).await;
    match &result {
        Ok(value) => shown += &format!("{value:?} {value:#?} {:?}", value.raw()),
        Err(error) => shown += &texts(error).join("\n"),
    }
    let logged = logs.text();
    assert!(logged.contains(subject::OPERATION), "nothing was captured: {logged}");
    assert_eq!(logged.contains("WARN"), result.is_err() || is_misfit(&result), "{logged}");
    assert!(!logged.contains(" INFO "), "{logged}");
    for secret in secrets().iter().map(String::as_str).chain([TOKEN, hostile::FORGED]) {
        assert!(!shown.contains(secret), "`{secret}` is shown: {shown}");
        assert!(!logged.contains(secret), "`{secret}` is logged: {logged}");
    }
    result
}

fn is_misfit(result: &Result<ResponseValue<Success>, Error>) -> bool {
    result.as_ref().is_ok_and(|value| !value.misfits().is_empty())
}

/// All that an error shows.
fn texts(error: &Error) -> Vec<String> {
    let mut texts = vec![format!("{error}"), format!("{error:#}"), format!("{error:?}")];
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        texts.extend([format!("{cause}"), format!("{cause:?}")]);
        source = cause.source();
    }
    assert!(texts.iter().all(|text| !text.chars().any(char::is_control)), "{texts:?}");
    texts
}

/// The same, for a call that must fail, and what that means for the write.
async fn fault(url: &str, outcome: Outcome) -> Error {
    let error = call(url, |builder| builder).await.unwrap_err();
    assert_eq!(error.outcome(), outcome, "{error:#}");
    error
}

#[derive(Clone, Default)]
struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// Everything that is logged on this thread, by `tracing` or by `log`, until the guard drops.
    fn capture(&self) -> tracing::subscriber::DefaultGuard {
        static LOG: Once = Once::new();
        LOG.call_once(|| tracing_log::LogTracer::init().unwrap());
        let logs = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || logs.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
