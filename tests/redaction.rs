//! `Debug` of personal data shows the shape, not the person.

mod common;

use manis::types::{Customer, CustomerTypeOrUnknown, Problem};

#[test]
fn debug_of_a_customer() {
    let (_, body) = common::documented("response").remove(0);
    let customer: Customer = serde_json::from_value(body).unwrap();
    insta::assert_snapshot!("debug_of_a_customer", format!("{customer:#?}"));
}

#[test]
fn debug_of_an_update() {
    insta::assert_snapshot!("debug_of_an_update", format!("{:#?}", common::smallest()));
}

#[test]
fn debug_of_a_problem_shows_what_is_not_personal() {
    let problem = Problem::builder().title("Invalid").detail("zaphod@betelgeuse.example is taken");
    let problem: Problem = problem.try_into().unwrap();
    let shown = format!("{problem:?}");
    assert!(shown.contains("Invalid") && shown.contains("detail: set"), "{shown}");
    assert!(!shown.contains("zaphod"), "{shown}");
}

#[test]
fn debug_of_a_type_that_is_not_known() {
    let unknown = CustomerTypeOrUnknown::Unknown("zaphod".into());
    assert_eq!(format!("{unknown:?}"), "Unknown(set)");
}
