//! What is wrong with a configuration is said when the client is made.

use std::time::Duration;

use manis::{Client, ClientBuilder, ConfigError, Credential, RetryPolicy};

fn refused(builder: ClientBuilder) -> String {
    builder.build().map(|client| format!("{client:?}")).unwrap_err().to_string()
}

fn secure() -> ClientBuilder {
    Client::builder("https://manis.example.com")
}

#[test]
fn a_base_url_that_is_none() {
    assert!(refused(Client::builder("manis.example.com")).contains("not a URL"));
    assert!(refused(Client::builder("")).contains("not a URL"));
}

#[test]
fn a_base_url_without_a_host() {
    assert!(refused(Client::builder("file:///tmp")).contains("no host"));
    assert!(refused(Client::builder("https:/")).contains("not a URL"));
}

#[test]
fn a_base_url_with_one_slash_as_on_the_vendors_page() {
    assert!(refused(Client::builder("https:/manis.example.com")).contains("//"));
}

#[test]
fn a_base_url_with_a_password_is_refused_without_repeating_it() {
    let message = refused(Client::builder("https://me:hunter2@manis.example.com"));
    assert!(message.contains("user name or password") && !message.contains("hunter2"), "{message}");
}

#[test]
fn a_base_url_with_a_query() {
    assert!(refused(Client::builder("https://manis.example.com/?a=b")).contains("query"));
}

#[test]
fn a_base_url_of_another_scheme() {
    assert!(refused(Client::builder("ftp://manis.example.com")).contains("neither https nor http"));
}

#[test]
fn plain_http_is_refused() {
    let error = Client::builder("http://manis.example.com").build().unwrap_err();
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
    let builder = Client::builder("http://manis.example.com").danger_allow_plain_http();
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
    sent(client.update_customer_info().send());
}

/// Variables belong to the whole process, so the tests of them are one.
#[test]
fn from_the_environment() {
    // Each case in a process of its own: this test again, with the variables set.
    let run = |variables: &[(&str, &str)]| {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["in_a_process_of_its_own", "--exact", "--ignored", "--nocapture"])
            .env_remove("MANIS_BASE_URL")
            .env_remove("MANIS_TOKEN")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let url = ("MANIS_BASE_URL", "https://manis.example.com");
    assert!(run(&[]).contains("MANIS_BASE_URL is not set"));
    assert!(run(&[url]).contains("credentials: none"));
    let with_token = run(&[url, ("MANIS_TOKEN", "hunter2")]);
    assert!(with_token.contains("authorization: set") && !with_token.contains("hunter2"));
    assert!(run(&[url, ("MANIS_TOKEN", "a\nb")]).contains("a header cannot have"));
}

#[test]
#[ignore = "run by from_the_environment, in a process of its own"]
fn in_a_process_of_its_own() {
    match Client::from_env() {
        Ok(client) => println!("{client:?}"),
        Err(error) => println!("{error}"),
    }
}
