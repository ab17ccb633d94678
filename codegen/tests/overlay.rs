//! What the vendor got wrong, as data, and the actions that no longer do anything: each file in
//! `fixtures/overlay` has `actions`, or a whole `overlay`, for what is `before`.

mod common;

use std::path::Path;

use common::case::{Case, Outcome};
use common::staged;
use manis_codegen::overlay;
use manis_codegen::syntax::yaml;
use serde_json::json;

fn case(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    let text = yaml::print(&match case.get("overlay") {
        Some(overlay) => overlay.clone(),
        None => json!({
            "overlay": "1.1.0",
            "info": { "title": "Corrections", "version": "1" },
            "actions": case.input("actions")?,
        }),
    });
    let before = case.input("before")?;
    let result = overlay::parse(&text).and_then(|read| overlay::run(before, &read));
    staged::expect(&case, result)
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/overlay", pattern = r".*" },
}
