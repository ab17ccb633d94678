//! What the hand-written tests share: the first page's examples, and a server that does exactly what a test
//! says. The examples of every page are tested in `tests/generated/`.
#![allow(dead_code, reason = "no test uses all of it")]

#[path = "../../runtime/tests/common/server.rs"]
mod server;

use manis::types::{CompanyInfo, CustomerType, CustomerUpdate};
use serde_json::Value;
#[allow(unused_imports, reason = "no test uses all of it")]
pub use server::{Act, Refusing, Server, json, response};

/// The customer of the documented example.
pub const CUSTOMER: &str = "14f5cba4-6ea2-4bbf-aa20-593232f193d4";

/// The documented examples of the first page.
pub fn examples() -> Vec<Value> {
    let file = include_str!("../../spec/upstream/update-customer-info.examples.json");
    serde_json::from_str(file).unwrap()
}

/// The documented bodies of one side, `request` or `response`, with their names.
pub fn documented(side: &str) -> Vec<(String, Value)> {
    let named = |example: Value| {
        let body = example[side]["json"].clone();
        (!body.is_null()).then(|| (example["name"].as_str().unwrap().to_owned(), body))
    };
    examples().into_iter().filter_map(named).collect()
}

/// The documented request.
pub fn documented_request() -> CustomerUpdate {
    let (_, body) = documented("request").remove(0);
    serde_json::from_value(body).unwrap()
}

/// The smallest update that is valid.
pub fn smallest() -> CustomerUpdate {
    CustomerUpdate::builder()
        .type_(CustomerType::Individual)
        .first_name("Ada")
        .last_name("Lovelace")
        .address_country("GB")
        .address_zip_code("W1")
        .address_city("London")
        .address_street("12 St James's Square")
        .address_location("Ground floor")
        .try_into()
        .unwrap()
}

/// The company of the documented request.
pub fn company() -> CompanyInfo {
    documented_request().company_info.unwrap()
}
