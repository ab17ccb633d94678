//! What setters take, and what they say of a value that they cannot take.

use std::collections::HashMap;
use std::num::NonZeroU32;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use openapi_client_runtime::values::{Faults, FromText, IntoValue, Value};
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// What a setter would take.
fn set<T>(value: impl IntoValue<T>) -> Result<T, String> {
    value.into_value().map_err(|faults| faults.to_string())
}

#[test]
fn texts_are_taken_as_they_are_written() {
    let owned = "a".to_owned();
    let all = [set("a"), set(&owned), set(owned.clone()), set('a')];
    assert!(all.into_iter().all(|it: Result<String, _>| it.as_deref() == Ok("a")));
}

#[test]
fn a_date_is_a_text_or_a_date() {
    let date = NaiveDate::from_ymd_opt(2025, 1, 31).unwrap();
    assert_eq!(set::<NaiveDate>("2025-01-31"), Ok(date));
    assert_eq!(set::<NaiveDate>(date), Ok(date));
    for wrong in ["31.01.2025", "2025-1-31", "2025-02-30", ""] {
        assert_eq!(set::<NaiveDate>(wrong), Err("not a date (YYYY-MM-DD)".to_owned()));
    }
}

#[test]
fn a_time_may_be_of_any_zone() {
    let time: DateTime<FixedOffset> = "2025-01-31T09:00:00+01:00".parse().unwrap();
    let utc = time.with_timezone(&Utc);
    assert_eq!(set::<DateTime<Utc>>(time), Ok(utc));
    assert_eq!(set::<DateTime<Utc>>(utc), Ok(utc));
    assert_eq!(set::<DateTime<Utc>>("2025-01-31T08:00:00Z"), Ok(utc));
    assert!(set::<DateTime<Utc>>("2025-01-31").unwrap_err().starts_with("not a date and time"));
}

#[test]
fn what_is_wrong_repeats_no_value() {
    let wrong = set::<Uuid>("jane@home.example").unwrap_err();
    assert_eq!(wrong, "not a UUID");
}

#[test]
fn numbers_of_any_width_are_taken_if_they_fit() {
    assert_eq!(set::<i64>(5), Ok(5));
    assert_eq!(set::<u8>(255_usize), Ok(255));
    assert_eq!(set::<u8>(256), Err("not a whole number from 0 to 255".to_owned()));
    assert_eq!(set::<f64>(1), Ok(1.0));
    assert_eq!(set::<NonZeroU32>(1), Ok(NonZeroU32::MIN));
    assert!(set::<NonZeroU32>(0).unwrap_err().starts_with("not a whole number from 1"));
}

#[test]
fn lists_are_of_what_their_items_are_taken_of() {
    assert_eq!(set::<Vec<String>>(["a", "b"]), Ok(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(set::<Vec<i64>>(&[1, 2]), Ok(vec![1, 2]));
    assert_eq!(set::<Vec<Option<String>>>(vec![Some("a"), None]).unwrap().len(), 2);
    let two = set::<Vec<Uuid>>(vec!["x", "y"]).unwrap_err();
    assert_eq!(two, "`[0]`: not a UUID; `[1]`: not a UUID");
}

#[test]
fn maps_do_not_tell_their_keys() {
    let map: HashMap<String, i64> = set([("a", 1)]).unwrap();
    assert_eq!(map["a"], 1);
    let wrong = set::<HashMap<String, Uuid>>([("jane@home.example", "x")]).unwrap_err();
    assert_eq!(wrong, "`*`: not a UUID");
}

#[test]
fn any_json_is_taken() {
    assert_eq!(set::<Json>("a"), Ok(json!("a")));
    assert_eq!(set::<Json>(json!({ "a": 1 })), Ok(json!({ "a": 1 })));
}

#[derive(Debug, PartialEq)]
struct Own(String);
impl Value for Own {}
impl FromText for Own {
    fn from_text(text: &str) -> Result<Self, std::borrow::Cow<'static, str>> {
        if text == "own" { Ok(Self(text.to_owned())) } else { Err("not own".into()) }
    }
}

#[test]
fn a_generated_type_is_taken_itself_boxed_or_as_a_text() {
    let own = || Own("own".to_owned());
    assert_eq!([set(own()), set(Box::new(own())), set("own")], [Ok(own()), Ok(own()), Ok(own())]);
    assert_eq!(set::<Own>("another".to_owned()), Err("not own".to_owned()));
}

#[test]
fn all_faults_are_told_the_wrong_ones_first() {
    let mut inner = Faults::default();
    inner.take::<()>("email", Err(Faults::missing()));
    inner.take::<()>("tags", set::<Vec<Uuid>>(["x"]).map(drop).map_err(|_| Faults::wrong("no")));
    let mut faults = Faults::default();
    assert_eq!(faults.take::<()>("id", Err(Faults::missing())), None);
    assert_eq!(faults.take("name", Ok(1)), Some(1));
    faults.take::<()>("companyInfo", Err(inner));
    faults.required("vat", "required if `type` is COMPANY");
    assert_eq!(
        faults.to_string(),
        "`companyInfo.tags`: no; missing: `id`, `companyInfo.email`, \
         `vat` (required if `type` is COMPANY)"
    );
}

#[test]
fn a_field_of_the_body_is_named_without_the_body() {
    let mut body = Faults::default();
    body.take::<()>("name", Err(Faults::missing()));
    body.take::<()>("[1]", Err(Faults::missing()));
    let mut faults = Faults::default();
    assert_eq!(faults.take_body::<()>(Err(body)), None);
    assert_eq!(faults.take_body::<()>(Err(Faults::missing())), None);
    assert_eq!(faults.to_string(), "missing: `name`, `body[1]`, `body`");
}
