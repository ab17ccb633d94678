//! A client without a TLS feature, as a library depends on it that leaves TLS to the program. For
//! `--no-default-features`: with TLS there is nothing to try here.
#![cfg(not(any(feature = "rustls", feature = "aws-lc-rs", feature = "native-tls")))]

mod common;

use common::{Act, CUSTOMER, Server, documented, json, smallest};
use manis::{Client, ClientBuilder, ConfigError};

const HTTPS: &str = "https://api.example.com";

#[test]
fn https_is_an_error_of_build_that_names_each_feature() {
    let error = Client::builder(HTTPS).build().unwrap_err();
    assert!(matches!(error, ConfigError::NoTls), "{error:?}");
    let message = error.to_string();
    for feature in ["`rustls`", "`aws-lc-rs`", "`native-tls`"] {
        assert!(message.contains(feature), "{message}");
    }
}

#[test]
fn https_is_an_error_of_build_however_the_http_client_is_configured() {
    let builder = Client::builder(HTTPS).configure_http(|http| http.tcp_nodelay(true));
    assert!(matches!(builder.build(), Err(ConfigError::NoTls)));
}

#[test]
fn what_is_wrong_with_the_address_is_told_first() {
    let error = Client::builder("https://api.example.com/?a=b").build().unwrap_err();
    assert!(matches!(error, ConfigError::InvalidBaseUrl(_)), "{error:?}");
}

#[test]
fn a_client_of_ones_own_is_taken_as_it_is() {
    let http = ClientBuilder::http_builder().build().unwrap();
    assert!(Client::builder(HTTPS).http_client(http).build().is_ok());
}

#[tokio::test]
async fn plain_http_on_loopback_works() {
    let (_, body) = documented("response").remove(0);
    let server = Server::start([Act::Send(json("200 OK", &body))]).await;
    let client = Client::builder(&server.url).build().unwrap();
    client.update_customer_info().customer_id(CUSTOMER).body(smallest()).send().await.unwrap();
}
