//! What the vendor got wrong, as data, and the actions that no longer do anything: each file in
//! `fixtures/overlay` has `actions`, or a whole `overlay`, for what is `before`. `against` is the document
//! that the actions were written against, if the vendor has changed it since.

mod common;

use std::path::Path;

use common::case::{Case, Outcome};
use common::staged;
use manis_codegen::error::{Error, Problem, Result, Stage};
use manis_codegen::overlay::Overlay;
use manis_codegen::overlay::{self, Fault};
use manis_codegen::report::Staged;
use manis_codegen::syntax::yaml;
use serde_json::{Value, json};

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
    let text = match case.get("against") {
        Some(against) => overlay::record(against, &text)?.text,
        None => text,
    };
    staged::expect(&case, overlay::parse(&text).and_then(|read| run(before, &read, &case)))
}

/// Where a case is not about what actions were written against, it is as if they said it.
fn run(before: &Value, overlay: &Overlay, case: &Case) -> Result<Staged> {
    if case.get("against").is_some() || case.get("overlay").is_some() {
        return overlay::run(before, overlay);
    }
    let (staged, mut faults) = overlay::examine(before, overlay)?;
    faults.retain(|fault| fault.fault != Fault::Unrecorded);
    match faults.first().map(|fault| fault.index) {
        None => Ok(staged),
        Some(index) => {
            let error = Error::new(Stage::Overlay, Problem::Actions { faults });
            Err(error.at(format!("/actions/{index}")))
        }
    }
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/overlay", pattern = r".*" },
}
