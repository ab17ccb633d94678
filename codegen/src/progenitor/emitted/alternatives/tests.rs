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
fn levels_are_deep_from_the_fifth_on_and_end_with_their_scope() {
    let levels: Vec<_> = (0..5).map(|_| unions::Level::enter()).collect();
    let deep: Vec<_> = levels.iter().map(|(_, deep)| *deep).collect();
    assert_eq!(deep, [false, false, false, false, true]);
    drop(levels);
    assert!(!unions::Level::enter().1);
}

#[test]
fn texts_of_fields_tell_alternatives_apart() {
    let is_one = |value: Value| has_texts(&value, &[("type", &["a", "b"])]).is_ok();
    assert!(is_one(json!({ "type": "b" })));
    assert!(!is_one(json!({ "type": "c" })));
    // The decoder says what is wrong, if something is.
    assert!(is_one(json!({})) && is_one(json!({ "type": 1 })) && is_one(json!("x")));
}

#[derive(Debug, PartialEq)]
enum Either {
    Some(Vec<u8>),
    Map(serde_json::Map<String, Value>),
    Any(Value),
}

fn union(value: Value) -> unions::Union<Either> {
    unions::Union::of(value)
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
fn a_union_is_a_level_from_its_first_attempt_on() {
    let mut unions: Vec<_> = (0..4).map(|_| union(json!([1]))).collect();
    assert!(!unions::Level::enter().1);
    unions.iter_mut().for_each(|it| it.attempt("Some", Either::Some));
    assert!(unions::Level::enter().1);
}
