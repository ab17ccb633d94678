//! What counts as breaking, case by case: each file in `fixtures/drift` changes a small API
//! (`fixtures/drift-base.yaml`) in one way and says what `drift` must find.
//!
//! `why` argues the verdict; `given` prepares both sides, `patch` makes the new one (RFC 6902);
//! `verdict`, `wire`, `rust` and `documentation` are what must come out, no more and no less.

mod common;

use std::collections::HashMap;
use std::fmt::Debug;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use common::case::{Case, Field, Outcome};
use manis_codegen::drift::{self, Drift, Side};
use manis_codegen::syntax::yaml;
use serde_json::{Value, json};

/// The document that cases change.
static BASE: LazyLock<Result<Value, String>> = LazyLock::new(|| {
    yaml::parse(include_str!("fixtures/drift-base.yaml")).map_err(|error| error.message)
});

/// A side, or why there is none, once somebody has asked for it.
type Cell = Arc<OnceLock<Result<Arc<Side>, String>>>;

/// By document: many cases begin with the same one, and what takes time is to generate a client.
static SIDES: LazyLock<Mutex<HashMap<String, Cell>>> = LazyLock::new(Mutex::default);

fn side(document: &Value) -> Outcome<Arc<Side>> {
    let document = yaml::print(document);
    let cell = {
        let mut sides = SIDES.lock().map_err(|_| "another case panicked")?;
        sides.entry(document.clone()).or_default().clone()
    };
    // Outside of the lock, so that others can be read meanwhile.
    Ok(cell.get_or_init(|| read(&document).map_err(|error| error.to_string())).clone()?)
}

fn read(document: &str) -> Outcome<Arc<Side>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("shop.yaml");
    std::fs::write(&file, document)?;
    Ok(Arc::new(Side::read(&file)?))
}

fn apply(document: &mut Value, case: &Case, field: &str) -> Outcome {
    let Some(patch) = case.get(field) else { return Ok(()) };
    let patch: json_patch::Patch = serde_json::from_value(patch.clone())?;
    Ok(json_patch::patch(document, &patch)?)
}

/// A report in the words of a case.
fn found(drift: &Drift) -> [Field; 4] {
    let word = |value: &dyn Debug| format!("{value:?}").to_lowercase();
    let wire = drift.wire.iter().map(|change| {
        let (class, direction) = (word(&change.class), word(&change.direction));
        format!("{class} {direction} {} #{}: {}", change.rule, change.new, change.note)
    });
    let rust = drift.rust.iter().map(|change| format!("{} {change}", word(&change.class)));
    let texts = drift.documentation.iter().chain(&drift.examples).map(|text| text.place.clone());
    [
        Field::new("verdict", json!(drift.verdict.bump)),
        Field::list("wire", wire.collect::<Vec<_>>()),
        Field::list("rust", rust.collect::<Vec<_>>()),
        Field::list("documentation", texts.collect::<Vec<_>>()),
    ]
}

fn case(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    if case.input("why")?.as_str().is_none_or(|why| why.len() < 5) {
        return Err("the case does not say why".into());
    }
    let mut old = BASE.clone()?;
    apply(&mut old, &case, "given")?;
    let mut new = old.clone();
    apply(&mut new, &case, "patch")?;
    case.expect(&found(&drift::compare(&*side(&old)?, &*side(&new)?)))
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/drift", pattern = r".*" },
}
