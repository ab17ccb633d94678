//! Updates a customer.
//!
//! `cargo run --example update_customer` starts a server on loopback that answers with the
//! documented example. With `MANIS_BASE_URL` (and `MANIS_TOKEN`) it calls that host instead.

use std::error::Error;

use httpmock::{Method, MockServer};
use manis::types::{CustomerType, CustomerUpdate};
use manis::{BASE_URL_VARIABLE, Client};

/// The customer of the documented example.
const CUSTOMER: &str = "dedd40da-fb4d-41b5-88e1-f2351d7f36f1";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let server;
    let client = if std::env::var_os(BASE_URL_VARIABLE).is_some() {
        Client::from_env()?
    } else {
        server = documented_server().await?;
        println!("{BASE_URL_VARIABLE} is not set: calling the documented example on loopback");
        Client::builder(format!("http://{}", server.address())).build()?
    };

    let update: CustomerUpdate = CustomerUpdate::builder()
        .type_(CustomerType::Individual)
        .first_name("Ada")
        .last_name("Lovelace")
        .address_country("GB")
        .address_zip_code("SW1Y 4JH")
        .address_city("London")
        .address_street("12 St James's Square")
        .address_location("Ground floor")
        .try_into()?;

    let id: manis::uuid::Uuid = CUSTOMER.parse()?;
    match client.update_customer_info().customer_id(id).body(update).send().await {
        Ok(customer) => {
            println!("updated {}", customer.id);
            // One provider may have refused while the others took it: the answer is a success all the same.
            for result in customer.rejected_by() {
                println!("  but not by {}", result.psp_name.as_deref().unwrap_or("a provider"));
            }
            Ok(())
        }
        Err(error) => {
            if let Some(problem) = error.problem() {
                eprintln!("refused: {}", problem.title.as_deref().unwrap_or("no reason given"));
            }
            Err(error.into())
        }
    }
}

/// A server that answers as the vendor's page does.
async fn documented_server() -> Result<MockServer, Box<dyn Error>> {
    let examples = include_str!("../spec/upstream/update-customer-info.examples.json");
    let examples: serde_json::Value = serde_json::from_str(examples)?;
    let body = examples[1]["response"]["json"].clone();
    let server = MockServer::start_async().await;
    server
        .mock_async(|when, then| {
            when.method(Method::PUT).path(format!("/api/v1/customers/{CUSTOMER}"));
            then.status(200).json_body(body);
        })
        .await;
    Ok(server)
}
