//! What counts as breaking, case by case: each file in `drift/cases` changes the patched document
//! of this API (`drift/base.yaml`, as it once was) in one way and says what `drift` must find.
//!
//! `why` argues the verdict; `given` prepares both sides, `patch` makes the new one (RFC 6902);
//! `verdict`, `wire`, `rust` and `documentation` are what must come out, no more and no less.

use std::path::Path;

use manis_codegen::drift::{self, Drift, Side};
use manis_codegen::syntax::yaml;
use serde_json::{Value, json};

type Outcome = datatest_stable::Result<()>;

fn side(name: &str, document: &Value) -> datatest_stable::Result<Side> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(format!("{name}.yaml"));
    std::fs::write(&file, yaml::print(document))?;
    Ok(Side::read(&file)?)
}

fn apply(document: &mut Value, case: &Value, field: &str) -> Outcome {
    let Some(patch) = case.get(field) else { return Ok(()) };
    let patch: json_patch::Patch = serde_json::from_value(patch.clone())?;
    Ok(json_patch::patch(document, &patch)?)
}

/// What is there of a report, in the words of a case.
fn found(drift: &Drift) -> Value {
    let word = |value: &dyn std::fmt::Debug| format!("{value:?}").to_lowercase();
    let wire = drift.wire.iter().map(|change| {
        let (class, direction) = (word(&change.class), word(&change.direction));
        format!("{class} {direction} {} #{}: {}", change.rule, change.new, change.note)
    });
    let rust = drift.rust.iter().map(|change| format!("{} {change}", word(&change.class)));
    let texts = drift.documentation.iter().chain(&drift.examples).map(|text| text.place.clone());
    json!({
        "verdict": drift.verdict.bump,
        "wire": wire.collect::<Vec<_>>(),
        "rust": rust.collect::<Vec<_>>(),
        "documentation": texts.collect::<Vec<_>>(),
    })
}

fn case(case: &Path, text: String) -> Outcome {
    let case_of = |text: &str| yaml::parse(text).map_err(|error| error.message);
    let expected = case_of(&text)?;
    if expected["why"].as_str().is_none_or(|why| why.len() < 5) {
        return Err("the case does not say why".into());
    }
    let mut old = case_of(include_str!("drift/base.yaml"))?;
    apply(&mut old, &expected, "given")?;
    let mut new = old.clone();
    apply(&mut new, &expected, "patch")?;
    let name = case.file_stem().unwrap_or_default().to_string_lossy();
    let found = found(&drift::compare(&side(&name, &old)?, &side(&name, &new)?));
    for field in ["verdict", "wire", "rust", "documentation"] {
        let wanted = expected.get(field).cloned().unwrap_or_else(|| json!([]));
        if found[field] != wanted {
            return Err(format!("`{field}` differs; found is\n{}", yaml::print(&found)).into());
        }
    }
    Ok(())
}

datatest_stable::harness! {
    { test = case, root = "tests/drift/cases", pattern = r"\.yaml$" },
}
