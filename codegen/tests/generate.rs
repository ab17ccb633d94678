//! Progenitor's limits: each file in `fixtures/generate` is a `document` with one, the `outline` of
//! the public surface that comes out, and what the `report` says. `scaffolded.rs` compiles the same
//! files and runs their `wire` tests. `settings` are those of a spec folder, and `rules` those of which no report tells.

mod common;

use std::path::Path;

use common::case::{Case, Field, Outcome};
use common::spec::Spec;
use manis_codegen::pipeline;
use manis_codegen::syntax::yaml;

/// What every client has; the snapshot of this repository's own has it.
fn is_of_every_client(line: &str) -> bool {
    let shared = [
        "ConversionError",
        "struct Client",
        "type ClientBuilder",
        "type Error",
        "const BASE_URL_VARIABLE",
        "const TOKEN_VARIABLE",
        "impl Api for Client",
        "Client: fn base_url(",
        "Client: fn builder(",
        "Client: fn from_env(",
        "Client: fn request(",
        "Client: fn with_retry(",
        "Client: fn with_timeout(",
        "fn header(mut self",
        "fn extra(mut self",
    ];
    shared.iter().any(|part| line.contains(part))
}

fn case(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    let spec = Spec::of(&yaml::print(case.input("document")?));
    if let Some(settings) = case.get("settings") {
        spec.write("spec/generate.yaml", yaml::print(settings));
    }
    let outcome = pipeline::run(&spec.folder())?;
    let changes = outcome.changes.iter().filter(|change| change.stage.to_string() == "generate");
    let changes = changes.map(|change| {
        let mark = if change.loosened { "~ " } else { "" };
        format!("{mark}{} #{}: {}", change.rule, change.place, change.note)
    });
    let left_out = outcome.left_out.iter();
    let left_out = left_out
        .map(|part| format!("left out: {} #{}: {}", part.operation, part.place, part.reason));
    let outline = outcome.outline();
    let outline = outline.lines().filter(|line| !is_of_every_client(line));
    case.expect(&[
        Field::list("report", changes.chain(left_out).collect::<Vec<_>>()),
        Field::list("outline", outline.collect::<Vec<_>>()),
    ])
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/generate", pattern = r".*" },
}
