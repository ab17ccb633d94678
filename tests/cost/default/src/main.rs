use std::error::Error;

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

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(update)) = (arguments.next(), arguments.next()) else {
        return Err("an address and an update, please".into());
    };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(call(&address, &update))
}
