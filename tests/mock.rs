//! A consumer's test: their code calls the client, the mock server answers as the API would.

mod common;

use httpmock::MockServer;
use manis::mock::{MockServerExt, examples};
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
    let customer: Customer = examples::update_customer_info_200_2();
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

#[tokio::test]
async fn a_base_url_may_have_a_path() {
    let server = MockServer::start_async().await;
    let customer = examples::update_customer_info_200();
    let mock = server.update_customer_info(|when, then| {
        when.customer_id(&customer.id);
        then.ok(&customer);
    });
    let url = format!("http://{}/gateway/manis", server.address());
    let client = Client::builder(url).build().unwrap();
    assert_eq!(rename(&client, customer.id, "Ada").await.ok(), customer.first_name);
    mock.assert();
}

#[tokio::test]
async fn a_mock_that_is_not_met_says_what_differs() {
    let server = MockServer::start_async().await;
    let mut expected = common::smallest();
    expected.first_name = "Ada".into();
    expected.address_city = "Paris".into();
    let id = manis::uuid::Uuid::nil();
    server.update_customer_info(|when, then| {
        when.customer_id(&id).body(&expected);
        then.ok(&examples::update_customer_info_200());
    });
    let other = manis::uuid::Uuid::max();
    let error = rename(&client_of(&server), other, "Bob").await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
    let text = String::from_utf8_lossy(error.body_bytes().unwrap());
    for line in [
        "mock 1 of `update_customer_info`:",
        "path customer_id: \"00000000-0000-0000-0000-000000000000\" expected, \"ffffffff-",
        "body.firstName: \"Ada\" expected, \"Bob\" sent",
        "body.addressCity: \"Paris\" expected, \"London\" sent",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("lastName"), "{text}");
}

#[tokio::test]
async fn a_documented_request_is_made_with_one_call() {
    let server = MockServer::start_async().await;
    let update = examples::update_customer_info_request();
    let customer = examples::update_customer_info_200();
    let mock = server.update_customer_info(|when, then| {
        when.body(&update);
        then.ok(&customer);
    });
    let client = client_of(&server);
    let call = client.update_customer_info().customer_id(customer.id);
    let answer = call.body(update).send().await.unwrap();
    assert_eq!(*answer, customer);
    mock.assert();
}
