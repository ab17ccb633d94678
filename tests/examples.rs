//! What `tests/generated/` does not say of the first page's examples: what leaves byte for byte, what stays
//! unset, what is refused before it is sent, and what a caller sees of an error.

mod common;

use common::{Act, CUSTOMER, Server, documented, documented_request};
use httpmock::{Method, MockServer};
use manis::types::{Customer, CustomerType, CustomerTypeOrUnknown, CustomerUpdate, Problem};
use manis::{Client, RetryPolicy};
use serde_json::{Value, json};

#[tokio::test]
async fn the_documented_request_on_the_wire() {
    let response = &documented("response")[2].1;
    let server = Server::start([Act::Send(common::json("200 OK", response))]).await;
    let client = Client::builder(&server.url).build().unwrap();
    client
        .update_customer_info()
        .customer_id(CUSTOMER.parse::<uuid::Uuid>().unwrap())
        .body(documented_request())
        .send()
        .await
        .unwrap();
    let [request] = &server.requests()[..] else { panic!("one request") };
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    let request = format!("{}\n\n{body:#}", head.replace("\r\n", "\n"));
    insta::assert_snapshot!("documented_request_on_the_wire", request);
}

#[tokio::test]
async fn a_mock_server_accepts_the_documented_request_and_its_response_is_typed() {
    let server = MockServer::start_async().await;
    let (_, body) = documented("request").remove(0);
    let mock = server
        .mock_async(|when, then| {
            when.method(Method::PUT)
                .path(format!("/api/v1/customers/{CUSTOMER}"))
                .header("content-type", "application/json")
                .header("accept", "application/json")
                .header_missing("api-version")
                .header_missing("authorization")
                .json_body(body);
            then.status(200).json_body(documented("response")[0].1.clone());
        })
        .await;
    let customer =
        call(&format!("http://{}", server.address()), documented_request()).await.unwrap();
    mock.assert_async().await;
    assert_eq!(customer.id.to_string(), CUSTOMER);
    assert_eq!(customer.type_, Some(CustomerTypeOrUnknown::Known(CustomerType::Company)));
    assert_eq!(customer.created_at.unwrap().to_rfc3339(), "2025-06-11T09:41:39.838+00:00");
    assert_eq!(customer.dob.unwrap().to_string(), "1999-01-31");
    assert_eq!(customer.psp_results.as_ref().unwrap().len(), 2);
    assert_eq!(customer.company_info.as_ref().unwrap().name.as_deref(), Some("EGS"));
}

#[tokio::test]
async fn an_unset_optional_is_absent_and_never_null() {
    let server = Server::start([Act::Send(common::json("200 OK", &documented("response")[1].1))]);
    let server = server.await;
    call(&server.url, common::smallest()).await.unwrap();
    let request = server.requests().remove(0);
    let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(
        body,
        json!({
            "type": "INDIVIDUAL", "firstName": "Ada", "lastName": "Lovelace",
            "addressCountry": "GB", "addressZipCode": "W1", "addressCity": "London",
            "addressStreet": "12 St James's Square", "addressLocation": "Ground floor",
        })
    );
}

#[tokio::test]
async fn a_base_url_with_a_path_and_a_slash_keeps_the_path() {
    let server = Server::start([Act::Send(common::json("200 OK", &documented("response")[1].1))]);
    let server = server.await;
    call(&format!("{}/gateway/", server.url), common::smallest()).await.unwrap();
    let request = server.requests().remove(0);
    let line = request.lines().next().unwrap();
    assert_eq!(line, format!("PUT /gateway/api/v1/customers/{CUSTOMER} HTTP/1.1"));
}

async fn call(
    url: &str,
    body: CustomerUpdate,
) -> Result<manis::ResponseValue<Customer>, manis::Error> {
    let client = Client::builder(url).retry(RetryPolicy::none()).build().unwrap();
    let id = CUSTOMER.parse::<uuid::Uuid>().unwrap();
    client.update_customer_info().customer_id(id).body(body).send().await
}

async fn problem_of(status: u16) -> (u16, Problem) {
    let server = MockServer::start_async().await;
    let body = json!({
        "timestamp": "2025-06-11T09:41:39.838Z", "title": "Refused", "type": "about:blank",
        "status": status, "soaCode": "MAN-1", "detail": "because",
    });
    server
        .mock_async(|when, then| {
            when.any_request();
            then.status(status).json_body(body.clone());
        })
        .await;
    let error =
        call(&format!("http://{}", server.address()), common::smallest()).await.unwrap_err();
    let problem = error.problem().expect("a typed problem").clone();
    assert_eq!(serde_json::to_value(&problem).unwrap(), body);
    (error.status().unwrap().as_u16(), problem)
}

#[tokio::test]
async fn a_400_is_a_typed_problem() {
    assert_eq!(problem_of(400).await.0, 400);
}

#[tokio::test]
async fn a_401_is_a_typed_problem() {
    assert_eq!(problem_of(401).await.0, 401);
}

#[tokio::test]
async fn a_403_is_a_typed_problem() {
    assert_eq!(problem_of(403).await.0, 403);
}

#[tokio::test]
async fn a_500_is_a_typed_problem() {
    let (status, problem) = problem_of(500).await;
    assert_eq!((status, problem.soa_code.as_deref()), (500, Some("MAN-1")));
}

#[test]
fn a_customer_type_that_is_not_known_is_kept() {
    let mut response = documented("response").remove(0).1;
    response["type"] = json!("TRUST");
    let customer: Customer = serde_json::from_value(response.clone()).unwrap();
    assert_eq!(customer.type_, Some(CustomerTypeOrUnknown::Unknown("TRUST".to_owned())));
    assert_eq!(serde_json::to_value(customer).unwrap(), response);
}

#[test]
fn a_customer_without_the_fields_that_only_finmo_needs() {
    let mut response = documented("response").remove(1).1;
    for field in ["dob", "email", "phoneNumber", "phoneCountryCode", "countryOfResidence"] {
        response.as_object_mut().unwrap().remove(field).expect(field);
    }
    let customer: Customer = serde_json::from_value(response).unwrap();
    assert_eq!((customer.dob, customer.email, customer.phone_number), (None, None, None));
}

fn refused(update: CustomerUpdate) -> tokio::task::JoinHandle<(String, usize)> {
    tokio::spawn(async move {
        let server = Server::start([Act::Send(common::json("200 OK", &json!({})))]).await;
        let error = call(&server.url, update).await.unwrap_err();
        (error.to_string(), server.requests().len())
    })
}

#[tokio::test]
async fn a_company_without_company_info_does_not_reach_the_wire() {
    let mut update = common::smallest();
    update.type_ = CustomerType::Company;
    let (message, requests) = refused(update).await.unwrap();
    assert!(
        message.contains("missing: `companyInfo` (required if `type` is COMPANY)"),
        "{message}"
    );
    assert_eq!(requests, 0);
}

#[test]
fn a_company_with_company_info_is_accepted() {
    let update = CustomerUpdate::builder().type_(CustomerType::Company);
    let update = update.first_name("A").last_name("B").address_country("GB").address_zip_code("1");
    let update = update.address_city("L").address_street("S").address_location("F");
    let complete = update.clone().company_info(common::company());
    assert!(CustomerUpdate::try_from(complete).is_ok());
    let error = CustomerUpdate::try_from(update).unwrap_err().to_string();
    assert!(error.contains("companyInfo"), "{error}");
}

#[test]
fn a_required_field_that_is_not_set_is_named() {
    let update = CustomerUpdate::builder().type_(CustomerType::Individual);
    let error = CustomerUpdate::try_from(update).unwrap_err().to_string();
    assert!(error.contains("`addressCity`"), "{error}");
}

#[test]
fn status_of_a_problem_is_an_integer() {
    let problem: manis::types::Problem = serde_json::from_str(r#"{"status": 400}"#).unwrap();
    assert_eq!(problem.status, Some(400));
}
