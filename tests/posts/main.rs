//! What operations do that `spec/` does not have yet: POST, which is not idempotent, and amounts of money.
//! `spec/` beside this file is of the tests alone; the client in `generated.rs` is made of it by the pipeline.

#[path = "../common/mod.rs"]
mod common;
#[allow(dead_code, missing_docs, unused_imports, rustdoc::all, clippy::all, clippy::pedantic)]
mod generated {
    include!("generated.rs");
}
mod money;
mod retries;

use std::path::Path;

use manis_codegen::pipeline;

/// `BLESS=1` writes the client again.
#[test]
fn the_client_is_what_its_spec_makes() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/posts");
    let made = pipeline::run(&file.join("spec")).unwrap().client;
    let file = file.join("generated.rs");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    assert!(std::fs::read_to_string(file).unwrap() == made, "stale: run with BLESS=1");
}
