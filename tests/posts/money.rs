//! Amounts over a real socket: no digit is lost on the way in or out, and what would be rounded is an error
//! with the path of the field.

use crate::client::Client;
use crate::common::{Act, Server, response};
use crate::error::Error;
use crate::types::{Payout, PayoutRequest};

async fn answer(body: &str) -> Result<Payout, Error> {
    let json = "content-type: application/json\r\n";
    let server = Server::start([Act::Send(response("200 OK", json, body.as_bytes()))]).await;
    let client = Client::builder(&server.url).build().unwrap();
    let request =
        PayoutRequest::builder().request_id("1").amount("10.50").fee(Some("0.10".parse().unwrap()));
    let request: PayoutRequest = request.try_into().unwrap();
    let payout = client.create_payout().body(request).send().await?;
    let requests = server.requests();
    let sent = requests.first().unwrap();
    assert!(sent.ends_with(r#"{"amount":10.50,"fee":"0.10","requestId":"1"}"#), "{sent}");
    Ok(payout.into_inner())
}

#[tokio::test]
async fn each_digit_of_a_response_arrives() {
    for (number, shown) in [
        ("0.1", "0.1"),
        ("10.50", "10.50"),
        ("1e3", "1000"),
        ("-0.00", "-0.00"),
        ("0.1234567890123456789012345678", "0.1234567890123456789012345678"),
        ("1234567890123456789012345678", "1234567890123456789012345678"),
    ] {
        let body = format!(r#"{{"requestId":"1","amount":{number},"fee":"{number}"}}"#);
        let payout = answer(&body).await.unwrap();
        assert_eq!(payout.amount.to_string(), shown);
        assert_eq!(payout.fee.flatten().unwrap().to_string(), shown);
    }
}

#[tokio::test]
async fn more_digits_are_an_error_with_the_path_and_without_the_amount() {
    let long = "0.12345678901234567890123456789";
    for (body, path) in [
        (format!(r#"{{"requestId":"1","amount":{long}}}"#), "amount"),
        (format!(r#"{{"requestId":"1","amount":1,"fee":"{long}"}}"#), "fee"),
        (r#"{"requestId":"1","amount":1e40}"#.to_owned(), "amount"),
    ] {
        let error = answer(&body).await.unwrap_err();
        assert!(matches!(&error, Error::InvalidResponse { .. }), "{error}");
        let shown = error.to_string();
        // Why is not told: a message of a decoder may repeat what it has read.
        assert!(shown.contains(&format!("at `{path}`")), "{shown}");
        assert!(!shown.contains("0.123"), "{shown}");
    }
}

#[tokio::test]
async fn an_amount_that_is_no_decimal_is_an_error_with_the_path() {
    for amount in [r#""10.50""#, "null", "true"] {
        let error = answer(&format!(r#"{{"requestId":"1","amount":{amount}}}"#)).await.unwrap_err();
        assert!(error.to_string().contains("at `amount`"), "{error}");
    }
}

#[tokio::test]
async fn null_and_nothing_are_no_amounts() {
    let payout = answer(r#"{"requestId":"1","amount":1,"fee":null}"#).await.unwrap();
    assert_eq!(payout.fee, Some(None));
    assert_eq!(answer(r#"{"requestId":"1","amount":1}"#).await.unwrap().fee, None);
}

#[tokio::test]
async fn debug_does_not_show_amounts() {
    let payout = answer(r#"{"requestId":"1","amount":47.11}"#).await.unwrap();
    assert!(!format!("{payout:?}").contains("47.11"));
}

#[test]
fn numbers_of_this_build_are_floats_to_others() {
    // `serde_json/arbitrary_precision` would change what every crate of a build reads.
    let value: serde_json::Value = serde_json::from_str("1.10").unwrap();
    assert_eq!(value.to_string(), "1.1");
}
