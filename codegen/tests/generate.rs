//! Progenitor's limits: each file in `fixtures/generate` is a `document` with one, the `outline` of
//! the public surface that comes out, and what the `report` says. `scaffolded.rs` compiles the same
//! files and runs their `wire` tests. `settings` are those of a spec folder, and `rules` those of which no report tells.

mod common;

use std::path::Path;

use common::case::{Case, Field, Outcome};
use common::spec::Spec;
use manis_codegen::pipeline;
use manis_codegen::syntax::yaml;

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
    let outline = outcome.outline.lines().filter(|line| !line.contains("ConversionError"));
    case.expect(&[
        Field::list("report", changes.chain(left_out).collect::<Vec<_>>()),
        Field::list("outline", outline.collect::<Vec<_>>()),
    ])
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/generate", pattern = r".*" },
}
