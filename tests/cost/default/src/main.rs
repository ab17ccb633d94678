// See `../../program.rs`.

include!("../../program.rs");

use manis::Client;
use manis::types::CustomerUpdate;

async fn call(address: &str, update: &str) -> Result<(), Box<dyn Error>> {
    let client = Client::builder(address).bearer_token("secret").build()?;
    let update: CustomerUpdate = serde_json::from_str(update)?;
    let customer =
        client.update_customer_info().customer_id(uuid::Uuid::nil()).body(update).send().await?;
    println!("{}", customer.id);
    Ok(())
}
