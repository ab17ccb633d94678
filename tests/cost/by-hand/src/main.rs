// See `../../program.rs`.

include!("../../program.rs");

use by_hand::{Client, CustomerUpdate};

async fn call(address: &str, update: &str) -> Result<(), Box<dyn Error>> {
    // Without a provider `reqwest` panics: the one that has been built. An error says there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::new(reqwest::Client::new(), address, "secret");
    let update: CustomerUpdate = serde_json::from_str(update)?;
    println!("{}", client.update_customer_info(uuid::Uuid::nil(), &update).await?.id);
    Ok(())
}
