//! What this crate's runtime does with operations that `spec/` does not have yet: POST, which is not
//! idempotent, and amounts of money. `spec/` beside this file is of the tests alone; the client in
//! `generated.rs` is made of it by the pipeline, and meets the sources of this crate as the real one does.
#![allow(dead_code, unused_imports, missing_docs, reason = "the tests use little of the client")]

#[path = "../../src/client.rs"]
mod client;
#[path = "../common/mod.rs"]
mod common;
#[path = "../../src/config.rs"]
mod config;
#[path = "../../src/credentials.rs"]
mod credentials;
#[allow(clippy::enum_variant_names, reason = "it is public in the crate itself")]
#[path = "../../src/error.rs"]
mod error;
#[allow(rustdoc::all, clippy::all, clippy::pedantic)]
mod generated {
    include!("generated.rs");
}
#[path = "../../src/response.rs"]
mod response;
#[path = "../../src/retry.rs"]
mod retry;
#[path = "../../src/runtime.rs"]
mod runtime;

mod money;
mod retries;

use std::path::Path;

use generated::{builder, types};
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
