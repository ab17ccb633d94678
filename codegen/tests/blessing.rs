//! What `BLESS=1` does to the text of a case.

mod common;

use common::case::{Field, blessed};
use serde_json::{Value, json};

const CASE: &str = "\
# Why it is so.
before: {a: 1,   b: [x]}
after:
  a: 2

  b:
  - x

# About the changes.
changes:
- one
# Between two of them.
- two

wire: |
  after: not a key

  # not a comment
";

fn found(after: Value, changes: Value) -> [Field; 3] {
    [Field::new("after", after), Field::list("changes", changes), Field::none("error")]
}

fn refused() -> [Field; 3] {
    [Field::none("after"), Field::none("changes"), Field::new("error", "no")]
}

#[test]
fn comments_and_other_keys_survive() {
    let new = blessed(CASE, &found(json!({ "a": 3 }), json!(["three"]))).unwrap();
    let expected = CASE.replace("  a: 2\n\n  b:\n  - x\n", "  a: 3\n").replace(
        "- one\n# Between two of them.\n- two\n", //
        "- three\n",
    );
    assert_eq!(new, expected);
}

#[test]
fn twice_is_once() {
    for fields in [found(json!({ "a": "0x1" }), json!(["three"])), refused()] {
        let once = blessed(CASE, &fields).unwrap();
        assert_ne!(once, CASE);
        assert_eq!(blessed(&once, &fields).unwrap(), once);
    }
}

#[test]
fn what_is_right_stays_as_it_is_written() {
    let fields = found(json!({ "a": 2, "b": ["x"] }), json!(["one", "two"]));
    assert_eq!(blessed(CASE, &fields).unwrap(), CASE);
    let flow = "before: 1\nafter: {a:   [1, 2]}\n";
    assert_eq!(blessed(flow, &found(json!({ "a": [1, 2] }), json!([]))).unwrap(), flow);
}

#[test]
fn an_error_takes_the_place_of_what_came_out_and_back() {
    let one = "# Why.\nbefore: 1\nafter: {a: 2}\nchanges: [b]\n# The end.\nother: 3\n";
    let error = "# Why.\nbefore: 1\nerror: no\n# The end.\nother: 3\n";
    assert_eq!(blessed(one, &refused()).unwrap(), error);
    let back = "# Why.\nbefore: 1\nafter:\n  a: 2\nchanges:\n- b\n# The end.\nother: 3\n";
    assert_eq!(blessed(error, &found(json!({ "a": 2 }), json!(["b"]))).unwrap(), back);
}

#[test]
fn what_a_new_case_lacks_is_added_at_its_end() {
    let new = blessed("before: 1", &found(json!("x"), json!([]))).unwrap();
    assert_eq!(new, "before: 1\nafter: x\n");
}

#[test]
fn what_would_not_be_read_as_it_was_found_is_refused() {
    // A flow style that ends at the start of a line.
    let text = "after: {\n  a: 1\n}\nbefore: 1\n";
    if let Ok(new) = blessed(text, &found(json!(2), json!([]))) {
        panic!("{new}");
    }
}
