use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{DecimalError, Number, Text, to_value};

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Payout<T> {
    amount: T,
}

/// Decodes a body with a number as it is written, and encodes it again.
#[track_caller]
fn again(number: &str) -> String {
    let body = format!(r#"{{"amount":{number}}}"#);
    let decoded: Payout<Number> = serde_json::from_str(&body).unwrap();
    let encoded = serde_json::to_string(&decoded).unwrap();
    encoded.replace(r#"{"amount":"#, "").replace('}', "")
}

/// Why a number as it is written does not decode, with the path of the field.
#[track_caller]
fn refused(number: &str) -> String {
    let body = format!(r#"{{"amount":{number}}}"#);
    let mut json = serde_json::Deserializer::from_slice(body.as_bytes());
    let decoded = serde_path_to_error::deserialize::<_, Payout<Number>>(&mut json);
    let error = decoded.unwrap_err();
    assert_eq!(error.path().to_string(), "amount");
    error.inner().to_string()
}

#[test]
fn numbers_keep_each_digit() {
    for number in [
        "0.1",
        "10.50",
        "-0.00",
        "0",
        "-7",
        "1000000.000000",
        "0.1234567890123456789012345678",
        "1234567890123456789012345678",
        "12345678901234.56789012345678",
        "79228162514264337593543950335",
        "9007199254740993",
    ] {
        assert_eq!(again(number), number);
    }
}

#[test]
fn an_exponent_is_written_out() {
    for (number, written) in [
        ("1e3", "1000"),
        ("1E+3", "1000"),
        ("1.50e1", "15.0"),
        ("1.5e-3", "0.0015"),
        ("1e28", "10000000000000000000000000000"),
        ("0e99999999999999999999", "0"),
        ("0.00e1", "0.0"),
    ] {
        assert_eq!(again(number), written);
    }
}

#[test]
fn what_would_be_rounded_is_an_error_that_names_the_field_and_not_the_amount() {
    for number in [
        "0.12345678901234567890123456789",
        "79228162514264337593543950336",
        "123456789012345678901234567890",
        "1e29",
        "1e-29",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        "1.00000000000000000000000000000",
    ] {
        let error = refused(number);
        assert!(error.starts_with("more digits than the 28"), "{number}: {error}");
        assert!(!error.contains(number), "{error}");
    }
}

#[test]
fn a_number_is_not_a_text_nor_anything_else() {
    for other in [r#""10.50""#, "null", "true", "[]", "{}"] {
        assert!(refused(other).starts_with("not a decimal"), "{other}");
    }
}

#[test]
fn a_text_keeps_each_digit_and_is_not_a_number() {
    let body = r#"{"amount":"10.50"}"#;
    let decoded: Payout<Text> = serde_json::from_str(body).unwrap();
    assert_eq!(serde_json::to_string(&decoded).unwrap(), body);
    for other in ["10.50", r#""""#, r#""1,000.50""#, r#"" 1""#, r#""EUR 1""#, r#""1.""#, r#"".5""#]
    {
        let body = format!(r#"{{"amount":{other}}}"#);
        assert!(serde_json::from_str::<Payout<Text>>(&body).is_err(), "{other}");
    }
}

#[test]
fn decimals_in_options_lists_and_maps() {
    for body in ["[1.10,null,2]", "[null]"] {
        let list: Vec<Option<Number>> = serde_json::from_str(body).unwrap();
        assert_eq!(serde_json::to_string(&list).unwrap(), body);
    }
    let body = r#"{"EUR":0.1234567890123456789012345678}"#;
    let map: BTreeMap<String, Number> = serde_json::from_str(body).unwrap();
    assert_eq!(serde_json::to_string(&map).unwrap(), body);
}

/// serde buffers what is untagged, and by `flatten`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Buffered {
    Amount(Number),
    Other { amount: Number },
}

#[test]
fn what_is_buffered_keeps_the_value_or_is_an_error() {
    let again = |text: &str| {
        let value: Result<Buffered, _> = serde_json::from_str(text);
        value.map(|value| serde_json::to_string(&value).unwrap())
    };
    assert_eq!(again("10.50").unwrap(), "10.5");
    assert_eq!(again(r#"{"amount":10.25}"#).unwrap(), r#"{"amount":10.25}"#);
    assert_eq!(again("9007199254740993").unwrap(), "9007199254740993");
    assert_eq!(again("1e3").unwrap(), "1000.0");
    for long in ["0.1234567890123456", "12345678901234567890.5", "1e29"] {
        again(long).unwrap_err();
    }
}

#[test]
fn a_value_of_serde_json_keeps_the_value_or_is_an_error() {
    let decode = |value: Value| serde_json::from_value::<Payout<Number>>(value);
    assert_eq!(decode(json!({"amount": 10.5})).unwrap().amount, "10.50".parse().unwrap());
    assert_eq!(decode(json!({"amount": u64::MAX})).unwrap().amount, u64::MAX.into());
    let error = decode(json!({"amount": 0.1234567890123456_f64})).unwrap_err().to_string();
    assert!(error.contains("15 digits of a float"), "{error}");
    let value = json!({"amount": 10.5});
    assert_eq!(Payout::<Number>::deserialize(&value).unwrap().amount.to_string(), "10.5");
}

#[test]
fn a_reader_keeps_the_value_or_is_an_error() {
    let read = |text: &str| serde_json::from_reader::<_, Number>(text.as_bytes());
    assert_eq!(read("10.50").unwrap().to_string(), "10.50");
    read("0.1234567890123456").unwrap_err();
}

#[test]
fn a_value_for_a_parameter_keeps_the_value_or_is_an_error() {
    let amount = |text: &str| Payout { amount: text.parse::<Number>().unwrap() };
    assert_eq!(to_value(&amount("10.50")).unwrap(), json!({"amount": 10.5}));
    to_value(&amount("0.1234567890123456")).unwrap_err();
    // The error ends with the call.
    serde_json::to_string(&amount("0.1234567890123456")).unwrap();
}

#[test]
fn a_decimal_is_made_of_texts_and_whole_numbers() {
    let decimals: [Number; 4] = [
        "10.50".try_into().unwrap(),
        7_i64.into(),
        7_u8.into(),
        "7".to_owned().try_into().unwrap(),
    ];
    assert_eq!(decimals.map(|it| it.to_string()), ["10.50", "7", "7", "7"]);
    assert_eq!("ten".parse::<Text>(), Err(DecimalError::NotADecimal));
    assert_eq!("0.12345678901234567890123456789".parse::<Text>(), Err(DecimalError::TooManyDigits));
}

#[test]
fn a_decimal_is_one_to_compare_and_to_calculate_with() {
    let (a, b): (Number, Number) = ("10.50".parse().unwrap(), "0.10".parse().unwrap());
    assert_eq!((*a + *b).to_string(), "10.60");
    assert!(a > b);
    assert_eq!(a, "10.5".parse().unwrap());
    assert_eq!(Text::from(a).value(), a.into());
}

#[test]
fn serde_json_hands_out_the_json_of_a_value_by_the_name_that_is_asked_for() {
    // By any other name this is a float, and an error.
    assert_eq!(again("0.12345678901234567"), "0.12345678901234567");
}

#[test]
fn numbers_of_this_build_are_floats_to_others() {
    // `serde_json/arbitrary_precision` is off.
    assert_eq!(serde_json::from_str::<Value>("1.10").unwrap().to_string(), "1.1");
}
