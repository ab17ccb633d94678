//! The table of faults: what can go wrong between a client and the API, one row a test, each over
//! a real socket. For every row the harness also proves that neither the logs at TRACE nor the
//! error's `Display` and `Debug` hold the token or anything that the request says of a person.

#[path = "../common/mod.rs"]
mod common;

mod bodies;
mod retries;
mod statuses;
mod transport;

use std::io;
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use common::{Act, CUSTOMER, Server};
use manis::types::{Customer, CustomerType, CustomerUpdate};
use manis::{Client, ClientBuilder, Error, ResponseValue, RetryPolicy};
use serde_json::{Value, json};

const TOKEN: &str = "tok-4711-zarquon";

/// An update whose every text is recognisable.
fn planted() -> CustomerUpdate {
    CustomerUpdate {
        type_: CustomerType::Individual,
        first_name: "Zaphod-first".into(),
        last_name: "Beeblebrox-last".into(),
        // Two letters that nothing else would print.
        address_country: "⁂⁑".parse().unwrap(),
        address_zip_code: "zip-90909".into(),
        address_city: "Betelgeuse-city".into(),
        address_street: "Trillian-street".into(),
        address_location: "Heartofgold-floor".into(),
        email: Some("zaphod@betelgeuse.example".into()),
        phone_number: Some("phone-424242".into()),
        identification_value: Some("passport-777".into()),
        dob: Some("1942-04-02".parse().unwrap()),
        ..common::smallest()
    }
}

/// What must appear nowhere.
fn secrets() -> Vec<String> {
    let update = serde_json::to_value(planted()).unwrap();
    let texts = update.as_object().unwrap().iter().filter(|(name, _)| *name != "type");
    let texts = texts.map(|(_, value)| value.as_str().unwrap().to_owned());
    texts.chain([TOKEN.to_owned(), CUSTOMER.to_owned()]).collect()
}

/// The customer that a server answers with: the planted values again.
fn customer() -> Value {
    let mut customer = serde_json::to_value(planted()).unwrap();
    for (field, value) in [
        ("id", json!(CUSTOMER)),
        ("createdAt", json!("2025-06-11T09:41:39.838Z")),
        ("createdBy", json!(CUSTOMER)),
        ("updatedAt", json!("2025-06-11T09:41:39.838Z")),
        ("updatedBy", json!(CUSTOMER)),
        ("pspResults", json!([{"pspId": "nium", "pspName": "Nium", "success": true}])),
    ] {
        customer[field] = value;
    }
    customer
}

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
) -> Result<ResponseValue<Customer>, Error> {
    let logs = Logs::default();
    let _guard = logs.capture();
    let builder = Client::builder(url)
        .bearer_token(TOKEN)
        .timeout(Duration::from_secs(5))
        .retry(RetryPolicy::none());
    let client = configure(builder).build().unwrap();
    let id = CUSTOMER.parse::<manis::uuid::Uuid>().unwrap();
    let request = client.update_customer_info().customer_id(id).body(planted());
    let mut shown = format!("{request:?} {client:?}");
    let result = request.send().await;
    match &result {
        Ok(value) => shown += &format!("{value:?} {value:#?} {:?}", value.raw()),
        Err(error) => {
            shown += &format!("{error} {error:?} {error:#?}");
            let mut source = std::error::Error::source(error);
            while let Some(cause) = source {
                shown += &format!("{cause} {cause:?}");
                source = cause.source();
            }
        }
    }
    let logged = logs.text();
    assert!(logged.contains("update_customer_info"), "nothing was captured: {logged}");
    for secret in secrets() {
        assert!(!shown.contains(&secret), "`{secret}` is shown: {shown}");
        assert!(!logged.contains(&secret), "`{secret}` is logged: {logged}");
    }
    result
}

/// The same, for a call that must fail.
async fn fault(url: &str) -> Error {
    call(url, |builder| builder).await.unwrap_err()
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
