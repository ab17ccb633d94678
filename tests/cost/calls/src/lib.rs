//! The same call by two clients, and the server that answers both.

#![forbid(unsafe_code)]

use std::error::Error;
use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

pub mod server;

/// What may go wrong in a program that measures.
pub type Wrong = Box<dyn Error + Send + Sync>;

/// The documented requests and answers.
const EXAMPLES: &str = include_str!("../../../../spec/upstream/update-customer-info.examples.json");

/// A client that makes the documented call. Each call has a body of its own, as it has in a program.
pub trait Caller: Send + Sync + Sized + 'static {
    /// A client of the server at an address.
    ///
    /// # Errors
    /// An address that is none.
    fn new(address: &str) -> Result<Self, Wrong>;

    /// Makes the call, and reads its answer.
    fn call(&self) -> impl Future<Output = Result<(), Wrong>> + Send;
}

/// The client of this repository, as it is by default.
pub struct Manis(manis::Client, manis::types::CustomerUpdate);

impl Caller for Manis {
    fn new(address: &str) -> Result<Self, Wrong> {
        let client = manis::Client::builder(address).bearer_token("secret").build()?;
        Ok(Self(client, serde_json::from_value(documented("request")?)?))
    }

    async fn call(&self) -> Result<(), Wrong> {
        let call = self.0.update_customer_info().customer_id(Uuid::nil()).body(self.1.clone());
        documented_answer(call.send().await?.id)
    }
}

/// The client that is written by hand.
pub struct ByHand(by_hand::Client, by_hand::CustomerUpdate);

impl Caller for ByHand {
    /// With what a careful person sets: times, and no redirects for bodies that are about persons.
    fn new(address: &str) -> Result<Self, Wrong> {
        // An error says that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(30))
            .connect_timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let client = by_hand::Client::new(http, address, "secret");
        Ok(Self(client, serde_json::from_value(documented("request")?)?))
    }

    async fn call(&self) -> Result<(), Wrong> {
        let update = self.1.clone();
        documented_answer(self.0.update_customer_info(Uuid::nil(), &update).await?.id)
    }
}

/// The answer is read, not only received.
fn documented_answer(id: Uuid) -> Result<(), Wrong> {
    match id.is_nil() {
        true => Err("another answer than the documented one".into()),
        false => Ok(()),
    }
}

/// The body of the first documented request or answer.
fn documented(part: &str) -> Result<Value, Wrong> {
    let examples: Vec<Value> = serde_json::from_str(EXAMPLES)?;
    let bodies = examples.iter().filter_map(|example| example.get(part)?.get("json"));
    Ok(bodies.cloned().next().ok_or("no such example")?)
}
