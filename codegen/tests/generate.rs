//! Progenitor's limits, one fixture each: the public surface that comes out, and what the report
//! says. `scaffolded.rs` compiles the same fixtures and runs their `wire` tests.

mod common;

use std::path::Path;

use common::spec::Spec;
use manis_codegen::pipeline;
use manis_codegen::syntax::yaml;
use serde_json::json;

fn fixture(_: &Path, text: String) -> datatest_stable::Result<()> {
    let fixture = yaml::parse(&text).map_err(|error| error.message)?;
    let spec = Spec::of(&yaml::print(&fixture["document"]));
    let outcome = pipeline::run(&spec.folder())?;
    let changes = outcome.changes.iter().filter(|change| change.stage.to_string() == "generate");
    let changes = changes.map(|change| {
        let mark = if change.loosened { "~ " } else { "" };
        format!("{mark}{} #{}: {}", change.rule, change.place, change.note)
    });
    let left_out = outcome.left_out.iter();
    let left_out = left_out
        .map(|part| format!("left out: {} #{}: {}", part.operation, part.place, part.reason));
    let found = json!({
        "report": changes.chain(left_out).collect::<Vec<_>>(),
        "outline": outcome.outline.lines().filter(|line| !line.contains("ConversionError")).collect::<Vec<_>>(),
    });
    for field in ["report", "outline"] {
        if found[field] != fixture.get(field).cloned().unwrap_or_else(|| json!([])) {
            return Err(format!("`{field}` differs; found is\n{}", yaml::print(&found)).into());
        }
    }
    Ok(())
}

datatest_stable::harness! {
    { test = fixture, root = "tests/fixtures/generate", pattern = r"\.yaml$" },
}
