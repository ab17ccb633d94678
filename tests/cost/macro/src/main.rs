// See `../../program.rs`.

include!("../../program.rs");

mod generated {
    progenitor::generate_api!(spec = "../../../spec/openapi.yaml", interface = Builder);
}

async fn call(address: &str, update: &str) -> Result<(), Box<dyn Error>> {
    let client = generated::Client::new(address);
    let update: generated::types::CustomerUpdate = serde_json::from_str(update)?;
    let customer =
        client.update_customer_info().customer_id(uuid::Uuid::nil()).body(update).send().await?;
    println!("{}", customer.id);
    Ok(())
}
