//! Amounts over a real socket: no digit is lost on the way in or out, and what would be rounded is an error
//! with the path of the field.

use manis::{Error, ResponseValue};

use crate::common::{Act, Server, response};
use crate::generated::Client;
use crate::generated::types::{Payout, PayoutRequest, Problem};

async fn answer(body: &str) -> Result<ResponseValue<Payout>, Error<Problem>> {
    let json = "content-type: application/json\r\n";
    let server = Server::start([Act::Send(response("200 OK", json, body.as_bytes()))]).await;
    let client = Client::builder(&server.url).build().unwrap();
    let request = PayoutRequest::builder().request_id("1").amount("10.50").fee("0.10");
    let request: PayoutRequest = request.try_into().unwrap();
    let payout = client.create_payout().body(request).send().await?;
    let requests = server.requests();
    let sent = requests.first().unwrap();
    assert!(sent.ends_with(r#"{"amount":10.50,"fee":"0.10","requestId":"1"}"#), "{sent}");
    Ok(payout)
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
        let payout = answer(&body).await.unwrap().into_inner();
        assert_eq!(payout.amount.unwrap().to_string(), shown);
        assert_eq!(payout.fee.flatten().unwrap().to_string(), shown);
    }
}

/// The field of an answer that is left out, and why.
async fn misfit(body: &str) -> (String, String) {
    let payout = answer(body).await.unwrap();
    assert_eq!(
        (payout.misfits().len(), payout.request_id.as_deref()),
        (1, Some("1")),
        "{payout:?}"
    );
    let misfit = payout.misfits().first().unwrap();
    (misfit.path().to_owned(), misfit.reason().to_owned())
}

#[tokio::test]
async fn an_amount_with_more_digits_is_left_out_and_told_without_the_amount() {
    let long = "0.12345678901234567890123456789";
    for (body, path) in [
        (format!(r#"{{"requestId":"1","amount":{long}}}"#), "amount"),
        (format!(r#"{{"requestId":"1","amount":1,"fee":"{long}"}}"#), "fee"),
        (r#"{"requestId":"1","amount":1e40}"#.to_owned(), "amount"),
    ] {
        let (told, reason) = misfit(&body).await;
        // Why is not told: a message of a decoder may repeat what it has read.
        assert_eq!((told.as_str(), reason.as_str()), (path, "a value that is not allowed here"));
    }
}

#[tokio::test]
async fn an_amount_that_is_no_decimal_is_left_out_and_told() {
    for amount in [r#""10.50""#, "true"] {
        let body = format!(r#"{{"requestId":"1","amount":{amount}}}"#);
        assert_eq!(misfit(&body).await.0, "amount");
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
