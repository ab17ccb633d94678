//! A consumer's test: their code calls the client, the mock server answers as the API would.

mod common;

use httpmock::MockServer;
use manis::mock::MockServerExt;
use manis::types::{Customer, Problem};
use manis::{Client, Error};

/// What a consumer might have.
async fn rename(client: &Client, id: manis::uuid::Uuid, first_name: &str) -> Result<String, Error> {
    let mut update = common::smallest();
    update.first_name = first_name.into();
    let customer = client.update_customer_info().customer_id(id).body(update).send().await?;
    Ok(customer.first_name.clone().unwrap_or_default())
}

fn client_of(server: &MockServer) -> Client {
    Client::builder(format!("http://{}", server.address())).build().unwrap()
}

#[tokio::test]
async fn a_mock_that_answers_with_a_customer() {
    let server = MockServer::start_async().await;
    let (_, body) = common::documented("response").remove(1);
    let customer: Customer = serde_json::from_value(body).unwrap();
    let id = customer.id;
    let mock = server.update_customer_info(|when, then| {
        when.customer_id(&id);
        then.ok(&customer);
    });
    assert_eq!(rename(&client_of(&server), id, "Ada").await.ok(), customer.first_name);
    mock.assert();
}

#[tokio::test]
async fn a_mock_that_refuses() {
    let server = MockServer::start_async().await;
    let problem: Problem = Problem::builder().soa_code("M-1").try_into().unwrap();
    server.update_customer_info(|_, then| {
        then.forbidden(&problem);
    });
    let error = rename(&client_of(&server), manis::uuid::Uuid::nil(), "Ada").await.unwrap_err();
    assert_eq!(error.problem(), Some(&problem));
}
