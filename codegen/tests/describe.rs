//! The words of a page's tables: each file in `fixtures/describe` is a `page`, with the actions of an
//! `overlay` where an author has a say, the document `after` and what is reported. What comes out in Rust is
//! held against an independent reading of the same tables.

mod common;

use std::fs;
use std::path::Path;

use common::case::{Case, Field, Outcome};
use common::tables::{Held, compare, documentation};
use manis_codegen::error::Stage;
use manis_codegen::syntax::yaml;
use manis_codegen::{command, pipeline, vendor};

fn case(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    let page = case.input("page")?.as_str().ok_or("`page` is no text")?;
    let folder = tempfile::tempdir()?;
    let spec = folder.path().join("spec");
    let input = folder.path().join("page.md");
    fs::write(&input, page)?;
    vendor::run(&spec, &[input])?.write()?;
    if let Some(actions) = case.get("overlay") {
        fs::write(spec.join("overlay.yaml"), yaml::print(actions))?;
        command::overlay(&spec, true, &mut Vec::new())?;
    }
    let outcome = pipeline::run(&spec)?;
    let changes = outcome.changes.iter().filter(|change| change.stage == Stage::Describe);
    let changes = changes.map(|change| format!("{} at {}", change.rule, change.place));
    let client = outcome.client;
    let Held { said, held, without_field, missing } = compare(page, &documentation(&client));
    let mut rust = vec![format!("{held} of {said} rows are on their fields and setters")];
    rust.extend(without_field.iter().map(|name| format!("no field: {name}")));
    rust.extend(missing.iter().map(|row| format!("not held: {row}")));
    rust.extend(missing_for(&client));
    case.expect(&[
        Field::new("after", outcome.documents.described),
        Field::list("changes", changes.collect::<Vec<_>>()),
        Field::list("rust", rust),
    ])
}

/// The lines of `missing_for`, without the paths that generators spell out.
fn missing_for(client: &str) -> Vec<String> {
    let start = client.find("pub fn missing_for");
    let Some(code) = start.and_then(|at| client.get(at..)) else { return Vec::new() };
    let lines = code.lines().take_while(|line| !line.contains("let mut seen"));
    lines.map(|line| line.trim().to_owned()).collect()
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/describe", pattern = r".*" },
}
