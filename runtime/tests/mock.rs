//! Typed mocks, as generated code makes them: what is matched, and what is told when nothing is.
#![cfg(feature = "mock")]

use httpmock::{Mock, MockServer, Then};
use openapi_client_runtime::mock::{self, Operation, When};
use openapi_client_runtime::reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

static SHOW: Operation = Operation {
    name: "show_pet",
    method: "GET",
    path: "/v1/pets/{id}",
    others: &["/v1/owners/{owner}/v1/pets/{id}"],
};
static UPDATE: Operation =
    Operation { name: "update_pet", method: "PUT", path: "/v1/pets/{id}", others: &[] };

/// Answers with 204 to what is waited for.
fn mocked<'s>(
    server: &'s MockServer,
    operation: &'static Operation,
    when: impl FnOnce(When) -> When,
) -> Mock<'s> {
    mock::mock(server, operation, |given, then| {
        when(given);
        then.status(204);
    })
}

/// A client that goes to no proxy.
fn http() -> Client {
    openapi_client_runtime::ClientBuilder::<()>::http_builder().no_proxy().build().unwrap()
}

/// Without TLS, whatever features `httpmock` has been built with.
fn url(server: &MockServer, path: &str) -> String {
    format!("http://{}{path}", server.address())
}

async fn call(
    server: &MockServer,
    method: Method,
    path: &str,
    body: &Value,
) -> (StatusCode, String) {
    let request = http().request(method, url(server, path));
    let request = if body.is_null() { request } else { request.json(body) };
    let response = request.send().await.unwrap();
    (response.status(), response.text().await.unwrap())
}

async fn put(server: &MockServer, path: &str, body: Value) -> (StatusCode, String) {
    call(server, Method::PUT, path, &body).await
}

async fn get(server: &MockServer, path: &str) -> (StatusCode, String) {
    call(server, Method::GET, path, &Value::Null).await
}

#[tokio::test]
async fn a_base_url_may_have_a_path() {
    let server = MockServer::start_async().await;
    let mock = mocked(&server, &SHOW, |when| when.path_param("id", "1"));
    assert_eq!(get(&server, "/some/base/v1/pets/1").await.0, 204);
    assert_eq!(get(&server, "/v1/pets/1").await.0, 204);
    mock.assert_calls(2);
}

#[tokio::test]
async fn a_path_that_ends_alike_is_another_operations() {
    let server = MockServer::start_async().await;
    mocked(&server, &SHOW, |when| when);
    let (status, text) = get(&server, "/v1/owners/7/v1/pets/1").await;
    assert_eq!(status, 404);
    assert!(!text.contains("show_pet"), "{text}");
}

#[tokio::test]
async fn a_value_in_the_path_is_matched_as_it_is_sent() {
    for (value, sent) in [("a/b.c", "a%2Fb.c"), ("π", "%CF%80"), ("a+(b)*", "a%2B%28b%29%2A")] {
        let server = MockServer::start_async().await;
        mocked(&server, &SHOW, |when| when.path_param("id", value));
        assert_eq!(get(&server, &format!("/v1/pets/{sent}")).await.0, 204, "{value}");
        assert_eq!(get(&server, "/v1/pets/a%2Fbxc").await.0, 404, "{value}");
    }
}

#[tokio::test]
async fn every_field_that_differs_is_told() {
    let server = MockServer::start_async().await;
    let expected = json!({ "firstName": "Ada", "zip": "W1" });
    mocked(&server, &UPDATE, |when| when.path_param("id", "1").json_body(expected));
    let sent = json!({ "firstName": "Bob", "email": "b@x.example" });
    let (status, text) = put(&server, "/base/v1/pets/2", sent).await;
    assert_eq!(status, 404);
    for line in [
        "No mock matches PUT /base/v1/pets/2.",
        "mock 1 of `update_pet`:",
        "path id: \"1\" expected, \"2\" sent",
        "body.firstName: \"Ada\" expected, \"Bob\" sent",
        "body.zip: \"W1\" expected, not sent",
        "body.email: not expected, \"b@x.example\" sent",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn query_and_headers_that_differ_are_told() {
    let server = MockServer::start_async().await;
    mocked(&server, &SHOW, |when| {
        when.query_param("limit", "5").query_param_missing("page").header("x-trace", "t")
    });
    let (_, text) = get(&server, "/v1/pets/1?limit=6&page=2").await;
    for line in [
        "query limit: \"5\" expected, \"6\" sent",
        "query page: not expected, \"2\" sent",
        "header x-trace: \"t\" expected, not sent",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_is_told() {
    let server = MockServer::start_async().await;
    mocked(&server, &UPDATE, |when| when.json_body(json!({ "a": 1 })));
    let (_, text) = put(&server, "/v1/pets/1", Value::Null).await;
    assert!(text.contains("body: {\"a\":1} expected, not sent"), "{text}");
    let request = http().put(url(&server, "/v1/pets/1")).body("plain");
    let text = request.send().await.unwrap().text().await.unwrap();
    assert!(text.contains("body: JSON expected, \"plain\" sent"), "{text}");
}

#[tokio::test]
async fn all_mocks_of_the_operation_are_told_and_no_others() {
    let server = MockServer::start_async().await;
    mocked(&server, &SHOW, |when| when.path_param("id", "9"));
    mocked(&server, &UPDATE, |when| when.path_param("id", "1"));
    mocked(&server, &UPDATE, |when| when.path_param("id", "2"));
    let (_, text) = put(&server, "/v1/pets/3", json!({})).await;
    assert!(text.contains("mock 1 of `update_pet`:\n    path id: \"1\" expected"), "{text}");
    assert!(text.contains("mock 2 of `update_pet`:\n    path id: \"2\" expected"), "{text}");
    assert!(!text.contains("show_pet"), "{text}");
}

#[tokio::test]
async fn a_mock_that_is_made_later_is_met() {
    let server = MockServer::start_async().await;
    mocked(&server, &UPDATE, |when| when.path_param("id", "1"));
    assert_eq!(put(&server, "/v1/pets/2", json!({})).await.0, 404);
    let later = mocked(&server, &UPDATE, |when| when.path_param("id", "2"));
    assert_eq!(put(&server, "/v1/pets/2", json!({})).await.0, 204);
    later.assert();
}

#[tokio::test]
async fn an_operation_without_a_mock_gets_what_httpmock_says() {
    let server = MockServer::start_async().await;
    mocked(&server, &UPDATE, |when| when);
    let (status, text) = get(&server, "/v1/pets/1").await;
    assert_eq!(status, 404);
    assert!(text.contains("did not match any route or mock"), "{text}");
}

#[tokio::test]
async fn mocks_of_httpmock_that_are_there_before_are_met() {
    let server = MockServer::start_async().await;
    let any = server.mock(|when, then| {
        when.path("/v1/pets/2");
        then.status(500);
    });
    mocked(&server, &UPDATE, |when| when.path_param("id", "1"));
    assert_eq!(put(&server, "/v1/pets/2", json!({})).await.0, 500);
    any.assert();
}

#[tokio::test]
async fn a_condition_of_httpmocks_own_is_named_and_not_guessed() {
    let server = MockServer::start_async().await;
    let mock = mock::mock(&server, &UPDATE, |when, then: Then| {
        when.path_param("id", "1").into_inner().header("x-own", "1");
        then.status(204);
    });
    let (status, text) = put(&server, "/v1/pets/1", json!({})).await;
    assert_eq!(status, 404);
    assert!(text.contains("a condition that was added by `into_inner` is not met"), "{text}");
    let request = http().put(url(&server, "/v1/pets/1")).header("x-own", "1");
    assert_eq!(request.send().await.unwrap().status(), 204);
    mock.assert();
}

#[tokio::test]
async fn a_mock_that_has_answered_all_its_calls_is_told() {
    let server = MockServer::start_async().await;
    mocked(&server, &UPDATE, |when| when).up_to_n_times(1);
    assert_eq!(put(&server, "/v1/pets/1", json!({})).await.0, 204);
    let (_, text) = put(&server, "/v1/pets/1", json!({})).await;
    assert!(text.contains("it has answered all its calls"), "{text}");
}

#[tokio::test]
async fn a_mock_that_is_deleted_is_forgotten() {
    let server = MockServer::start_async().await;
    mocked(&server, &UPDATE, |when| when.path_param("id", "1")).delete();
    let (status, text) = put(&server, "/v1/pets/2", json!({})).await;
    assert_eq!(status, 404);
    assert!(!text.contains("update_pet"), "{text}");
}

#[tokio::test]
async fn a_server_that_is_reset_has_forgotten_its_mocks() {
    let server = MockServer::start_async().await;
    mocked(&server, &UPDATE, |when| when.path_param("id", "1"));
    server.reset_async().await;
    let (_, text) = put(&server, "/v1/pets/2", json!({})).await;
    assert!(!text.contains("update_pet"), "{text}");
    mocked(&server, &UPDATE, |when| when.path_param("id", "3"));
    let (_, text) = put(&server, "/v1/pets/2", json!({})).await;
    assert!(text.contains("\"3\" expected") && !text.contains("\"1\" expected"), "{text}");
}

#[tokio::test]
async fn mocks_that_are_made_at_the_same_time_are_all_met() {
    let server = MockServer::start_async().await;
    let ids: Vec<String> = (0..16).map(|id| id.to_string()).collect();
    std::thread::scope(|scope| {
        for id in &ids {
            let server = &server;
            scope.spawn(move || mocked(server, &UPDATE, |when| when.path_param("id", id)));
        }
    });
    for id in &ids {
        assert_eq!(put(&server, &format!("/v1/pets/{id}"), json!({})).await.0, 204);
    }
    let (_, text) = put(&server, "/v1/pets/none", json!({})).await;
    assert!(text.contains("mock 16 of `update_pet`"), "{text}");
}

#[tokio::test]
async fn a_when_alone_is_httpmocks_with_the_operation() {
    let server = MockServer::start_async().await;
    let mock = server.mock(|when, then| {
        When::new(when, &SHOW).path_param("id", "1");
        then.status(204);
    });
    assert_eq!(get(&server, "/base/v1/pets/1").await.0, 204);
    mock.assert();
}

#[test]
#[should_panic(expected = "an example that does not fit its type")]
fn an_example_of_another_type_is_named() {
    mock::example::<u8>("\"text\"");
}
