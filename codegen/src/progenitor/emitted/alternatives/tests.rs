use std::cell::Cell;

use serde_json::{Value, json};

use super::{has_texts, matching_leaves, unions};

#[track_caller]
fn check(value: Value, again: Value, count: usize) {
    assert_eq!(matching_leaves(&value, &again), count);
}

#[test]
fn fields_count_with_their_values() {
    check(json!({ "a": 1, "b": { "c": "x" } }), json!({ "a": 1, "b": { "c": "x" } }), 5);
    check(json!({ "a": 1, "b": 2 }), json!({ "b": 2, "c": 3 }), 2);
    check(json!({ "a": 1 }), json!({ "a": 2 }), 1);
}

#[test]
fn items_count_with_their_values() {
    check(json!([1, 2, 3]), json!([1, 2]), 4);
    check(json!([]), json!([]), 0);
}

#[test]
fn whole_number_is_one_with_and_without_a_fraction() {
    check(json!(2), json!(2.0), 1);
    check(json!(2), json!(2.5), 0);
}

#[test]
fn values_of_other_types_are_not_kept() {
    check(json!("1"), json!(1), 0);
    check(json!(null), json!(null), 1);
}

#[test]
fn texts_of_fields_tell_alternatives_apart() {
    let is_one = |value: Value| has_texts(&value, &[("type", &["a", "b"])]).is_ok();
    assert!(is_one(json!({ "type": "b" })));
    assert!(!is_one(json!({ "type": "c" })));
    // The decoder says what is wrong, if something is.
    assert!(is_one(json!({})) && is_one(json!({ "type": 1 })) && is_one(json!("x")));
}

#[derive(Clone, Debug, PartialEq)]
enum Either {
    Some(Vec<u8>),
    Map(serde_json::Map<String, Value>),
    Any(Value),
}

fn union(value: Value) -> unions::Union<Either> {
    unions::Union::of(value, None)
}

#[test]
fn the_first_alternative_that_explains_all_is_taken() {
    let mut union = union(json!({ "a": 1 }));
    union.attempt("Some", Either::Some);
    union.attempt("Map", Either::Map);
    union.attempt_by("Any", |_| panic!("is not tried"), Either::Any);
    let best = union.best::<serde_json::Error>().unwrap();
    assert_eq!(best, Either::Map(json!({ "a": 1 }).as_object().unwrap().clone()));
}

#[test]
fn the_alternative_that_explains_most_is_taken() {
    let mut union = union(json!({ "a": 1, "b": 2 }));
    union.attempt_by("Any", |_| Ok(json!({ "a": 1 })), Either::Any);
    union.attempt("Map", Either::Map);
    union.attempt_by("Any", |_| Ok(json!({})), Either::Any);
    assert!(matches!(union.best::<serde_json::Error>(), Ok(Either::Map(_))));
}

#[test]
fn the_reason_of_each_alternative_is_told() {
    let mut union = union(json!("x"));
    union.attempt("Some", Either::Some);
    union.attempt("Map", Either::Map);
    let error = union.best::<serde_json::Error>().unwrap_err().to_string();
    assert!(error.starts_with("no alternative fits: Some: invalid type"), "{error}");
    assert!(error.contains("; Map: invalid type"), "{error}");
}

#[test]
fn what_a_discriminator_stands_for_is_told_with_its_reason() {
    let decoded = serde_json::from_value(json!("x"));
    let error = unions::only::<_, _, serde_json::Error>("list", decoded, Either::Some);
    assert!(error.unwrap_err().to_string().starts_with("list: invalid type"));
}

#[test]
fn reasons_are_cut() {
    let mut union = union(json!("x"));
    let fails = |_: &Value| Err::<Value, _>(serde::de::Error::custom("ß".repeat(5000)));
    union.attempt_by("Any", fails, Either::Any);
    let error = union.best::<serde_json::Error>().unwrap_err().to_string();
    assert_eq!(error.matches('ß').count(), 1000);
}

/// How often an alternative is tried, where the same value is decoded twice inside of an outermost union.
fn attempts_at(value: &Value, again: &Value) -> usize {
    let mut outermost = union(json!([1]));
    outermost.attempt("Some", Either::Some);
    let attempts = Cell::new(0);
    let outcomes = [value, again].map(|value| {
        let mut inner = union(value.clone());
        let decode = |value: &Value| {
            attempts.set(attempts.get() + 1);
            serde_json::from_value(value.clone())
        };
        inner.attempt_by("Map", decode, Either::Map);
        inner.best::<serde_json::Error>().map_err(|error| error.to_string())
    });
    if value == again {
        assert_eq!(outcomes[0], outcomes[1]);
    }
    attempts.get()
}

#[test]
fn inside_of_another_union_the_same_value_is_decoded_once() {
    assert_eq!(attempts_at(&json!({ "a": 1 }), &json!({ "a": 1 })), 1);
    assert_eq!(attempts_at(&json!({ "a": 1 }), &json!({ "a": 2 })), 2);
    // What no alternative fits is remembered, too.
    assert_eq!(attempts_at(&json!("x"), &json!("x")), 1);
    // Nothing is from one outermost union to the next.
    assert_eq!(attempts_at(&json!("x"), &json!("x")), 1);
}

#[test]
fn values_that_were_written_differently_are_not_the_same() {
    let mut outermost = union(json!([1]));
    outermost.attempt("Some", Either::Some);
    let read = |written: &str| {
        let mut inner = unions::Union::of(json!(0.1), Some(written.to_owned()));
        inner.attempt_by("Any", |_| Ok(json!(written)), Either::Any);
        inner.best::<serde_json::Error>().unwrap()
    };
    assert_eq!(read("0.1"), Either::Any(json!("0.1")));
    assert_eq!(read("0.10"), Either::Any(json!("0.10")));
}

#[test]
fn a_union_is_a_level_from_its_first_attempt_on() {
    let mut union = union(json!([1]));
    assert!(!unions::Level::enter().1);
    union.attempt("Some", Either::Some);
    assert!(unions::Level::enter().1);
    drop(union);
    assert!(!unions::Level::enter().1);
}
