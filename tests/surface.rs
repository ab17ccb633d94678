//! What a reviewer reads when the vendor's page has changed: the public surface, the patches, and
//! the document as the client sees it. And whether what is committed is what `spec/` makes.

use std::path::Path;

use manis_codegen::contract;
use manis_codegen::pipeline::{self, Outcome};

fn outcome() -> Outcome {
    pipeline::run(Path::new("spec")).unwrap()
}

#[test]
fn the_public_surface() {
    let sources = contract::sources(Path::new("src")).unwrap();
    let surface = contract::surface(&sources, Path::new("src/lib.rs")).unwrap();
    insta::assert_snapshot!("public_surface", surface);
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
    assert!(one.client == other.client && one.openapi == other.openapi && one.mock == other.mock);
}
