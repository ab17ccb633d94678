// See `../../program.rs`.

include!("../../program.rs");

#[path = "../../by-hand/src/lib.rs"]
mod client;

use client::{Client, CustomerUpdate};

async fn call(address: &str, update: &str) -> Result<(), Box<dyn Error>> {
    let client = Client::new(reqwest::Client::new(), address, "secret");
    let update: CustomerUpdate = serde_json::from_str(update)?;
    println!("{}", client.update_customer_info(uuid::Uuid::nil(), &update).await?.id);
    Ok(())
}
