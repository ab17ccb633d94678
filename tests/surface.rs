//! What a reviewer reads when the vendor's page has changed: the public surface, the patches, and
//! the document as the client sees it. And whether what is committed is what `spec/` makes.

#[path = "../codegen/tests/common/leaves.rs"]
mod leaves;

use std::path::Path;

use leaves::leaves;
use manis_codegen::contract;
use manis_codegen::files::Files;
use manis_codegen::pipeline::{self, Outcome};
use serde_json::{Value, json};

fn outcome() -> Outcome {
    pipeline::run(Path::new("spec")).unwrap()
}

#[test]
fn the_public_surface() {
    let sources = contract::sources(Path::new("src")).unwrap();
    insta::assert_snapshot!("public_surface", surface(&sources));
}

fn surface(sources: &Files) -> String {
    contract::surface(sources, Path::new("src/lib.rs")).unwrap()
}

#[test]
fn the_patches() {
    insta::assert_snapshot!("patches", contract::patches(&outcome()).unwrap());
}

#[test]
fn the_patched_document() {
    let text = contract::document(&outcome().documents.lowered);
    insta::assert_snapshot!("patched_document", text);
}

/// How many lines of a text another has not.
fn missing(text: &str, other: &str) -> usize {
    let mut others: Vec<_> = other.lines().collect();
    let is_missing = |line: &&str| match others.iter().position(|other| other == line) {
        Some(index) => {
            others.swap_remove(index);
            false
        }
        None => true,
    };
    text.lines().filter(is_missing).count()
}

#[test]
fn each_leaf_of_the_patched_document_is_in_a_line() {
    let document = outcome().documents.lowered;
    let before = contract::document(&document);
    let places = leaves(&document);
    assert!(places.len() > 200, "{}", places.len());
    for at in places {
        let mut edited = document.clone();
        let leaf = edited.pointer_mut(&at).unwrap();
        *leaf = match leaf {
            Value::String(text) => json!(format!("{text}x")),
            Value::Bool(flag) => json!(!*flag),
            Value::Number(number) => json!(number.as_f64().unwrap() + 1.0),
            _ => json!(["x"]),
        };
        let after = contract::document(&edited);
        let (gone, new) = (missing(&before, &after), missing(&after, &before));
        // A field that is required no more, and another that is.
        assert!((1..=2).contains(&new) && gone <= 2, "{at}: {gone} gone, {new} new");
    }
}

/// Renames what a keyword declares in the sources of a name, and compares the surface.
fn rename(keyword: &str, name: &str, is_declared: fn(&str) -> bool) {
    let sources = contract::sources(Path::new("src")).unwrap();
    let (mut renamed, mut count) = (Files::default(), 0);
    for (file, text) in sources.iter() {
        let lines = text.lines().map(|line| match line.trim_start().strip_prefix(keyword) {
            Some(declared)
                if (name.is_empty() || file.ends_with(name)) && is_declared(declared) =>
            {
                count += 1;
                line.replacen(keyword, &format!("{keyword}other_"), 1)
            }
            _ => line.to_owned(),
        });
        renamed.add(file, lines.collect::<Vec<_>>().join("\n"));
    }
    let (before, after) = (surface(&sources), surface(&renamed));
    assert!(count > 2, "{keyword}: {count}");
    assert_eq!((missing(&before, &after), missing(&after, &before)), (count, count), "{keyword}");
}

#[test]
fn each_function_of_the_crate_is_in_a_line() {
    rename("pub fn ", "", |_| true);
}

#[test]
fn each_field_of_a_generated_type_is_in_a_line() {
    rename("pub ", "src/generated.rs", |declared| {
        declared.split_once(": ").is_some_and(|(name, _)| !name.contains([' ', '(']))
    });
}

#[test]
fn what_is_committed_is_what_the_spec_makes() {
    let stale = outcome().files().stale().unwrap();
    let diffs: String = stale.iter().map(|stale| stale.diff.as_str()).collect();
    assert!(stale.is_empty(), "run `cargo xtask codegen`:\n{diffs}");
}

#[cfg(feature = "codegen")]
#[test]
fn the_client_that_is_built_is_the_client_that_is_committed() {
    let built = include_str!(concat!(env!("OUT_DIR"), "/client.rs"));
    assert!(built == include_str!("../src/generated.rs"), "run `cargo xtask codegen`");
    let built = include_str!(concat!(env!("OUT_DIR"), "/mock.rs"));
    assert!(built == include_str!("../src/generated_mock.rs"), "run `cargo xtask codegen`");
}

#[test]
fn two_runs_make_the_same_bytes() {
    let (one, other) = (outcome(), outcome());
    assert!(
        one.client == other.client && one.openapi() == other.openapi() && one.mock == other.mock
    );
}
