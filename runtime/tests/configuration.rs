//! What is wrong with a configuration is said when the client is made.

use std::time::Duration;

use openapi_client_runtime::{Client, ClientBuilder, ConfigError, Credential, RetryPolicy};

fn refused(builder: ClientBuilder<Client>) -> String {
    builder.build().map(|client| format!("{client:?}")).unwrap_err().to_string()
}

fn secure() -> ClientBuilder<Client> {
    Client::builder("https://api.example.com")
}

#[test]
fn a_base_url_that_is_none() {
    assert!(refused(Client::builder("api.example.com")).contains("not a URL"));
    assert!(refused(Client::builder("")).contains("not a URL"));
}

#[test]
fn a_base_url_without_a_host() {
    assert!(refused(Client::builder("file:///tmp")).contains("no host"));
    assert!(refused(Client::builder("https:/")).contains("not a URL"));
}

#[test]
fn a_base_url_with_one_slash() {
    assert!(refused(Client::builder("https:/api.example.com")).contains("//"));
}

#[test]
fn a_base_url_with_a_password_is_refused_without_repeating_it() {
    let message = refused(Client::builder("https://me:hunter2@api.example.com"));
    assert!(message.contains("user name or password") && !message.contains("hunter2"), "{message}");
}

#[test]
fn a_base_url_with_a_query() {
    assert!(refused(Client::builder("https://api.example.com/?a=b")).contains("query"));
}

#[test]
fn a_base_url_of_another_scheme() {
    assert!(refused(Client::builder("ftp://api.example.com")).contains("neither https nor http"));
}

#[test]
fn plain_http_is_refused() {
    let error = Client::builder("http://api.example.com").build().unwrap_err();
    assert!(matches!(error, ConfigError::PlainHttp { .. }));
    assert!(error.to_string().contains("danger_allow_plain_http"), "the way out is named");
}

#[test]
fn plain_http_to_a_host_that_only_looks_like_loopback_is_refused() {
    for host in ["localhost.example.com", "127.0.0.1.example.com", "10.0.0.1", "[::2]"] {
        let error = Client::builder(format!("http://{host}")).build().unwrap_err();
        assert!(matches!(error, ConfigError::PlainHttp { .. }), "{host}: {error}");
    }
}

#[test]
fn plain_http_to_loopback_is_fine() {
    for host in ["localhost", "127.0.0.1:8080", "127.9.9.9", "[::1]:80"] {
        assert!(Client::builder(format!("http://{host}")).build().is_ok(), "{host}");
    }
}

#[test]
fn plain_http_with_explicit_permission() {
    let builder = Client::builder("http://api.example.com").danger_allow_plain_http();
    assert!(builder.build().is_ok());
}

#[test]
fn a_header_value_that_is_not_legal_is_refused_without_repeating_it() {
    let message = refused(secure().bearer_token("secret\nx-evil: 1"));
    assert!(message.contains("authorization") && !message.contains("secret"), "{message}");
}

#[test]
fn a_header_name_that_is_not_legal() {
    let message = refused(secure().credential(Credential::header("x key", "secret")));
    assert!(message.contains("`x key`") && !message.contains("secret"), "{message}");
}

#[test]
fn a_user_agent_that_is_not_legal() {
    assert!(refused(secure().user_agent("a\r\nb")).contains("user agent"));
}

#[test]
fn a_timeout_of_zero() {
    assert!(refused(secure().timeout(Duration::ZERO)).contains("the timeout is zero"));
    assert!(refused(secure().connect_timeout(Duration::ZERO)).contains("connect timeout"));
    let policy = RetryPolicy::default().total_time(Duration::ZERO);
    assert!(refused(secure().retry(policy)).contains("total time"));
}

#[test]
fn a_response_limit_of_zero() {
    assert!(refused(secure().response_limit(0)).contains("response limit"));
}

#[test]
fn credentials_are_in_no_debug() {
    let credential = Credential::header("x-api-key", "hunter2");
    let builder = secure().credential(credential.clone());
    let client = builder.clone().build().unwrap();
    let shown = format!("{credential:?} {builder:?} {client:?} {client:#?}");
    assert!(shown.contains("x-api-key: set") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn clients_can_be_shared_and_their_futures_sent() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    fn sent<T: Send>(_: T) {}
    let client = secure().build().unwrap();
    shared(&client);
    sent(client.request::<()>(openapi_client_runtime::reqwest::Method::GET, "/").send());
}
