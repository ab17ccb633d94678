//! The vendor changes their page, case by case: each file in `fixtures/vendor-changes` edits the page of
//! `vendor-changes-base.page.md`, which has corrections and explanations beside it, and says what `codegen`,
//! `drift` and `audit` make of it.
//!
//! `edits` are pairs of `was` and `is` in the page, `overlay` in the corrections; `retarget` is what is
//! renamed in them afterwards, `accept` records what is there now. `also` is a second page,
//! `also_as` the name of its file, and `had` one that was there before.

mod common;

use std::path::Path;

use common::case::{Case, Field, Outcome};
use common::spec::Spec;
use manis_codegen::Result;
use manis_codegen::command::{self, DriftOptions, Exit, Old};
use manis_codegen::drift::Format;
use serde_json::Value;

const PAGE: &str = include_str!("fixtures/vendor-changes-base.page.md");
const OVERLAY: &str = include_str!("fixtures/vendor-changes-base.overlay.yaml");
const AUDIT: &str = include_str!("fixtures/vendor-changes-base.audit.yaml");

/// The spec as it was before the vendor changed anything.
fn before() -> Spec {
    let spec = Spec::empty();
    spec.write("spec/overlay.yaml", OVERLAY);
    spec.write("spec/audit.yaml", AUDIT);
    let page = spec.write("pets.md", PAGE);
    spec.vendor(&[&page]).unwrap();
    spec
}

/// A text after a case's edits; each has to find its place.
fn edited(text: &str, case: &Case, field: &str) -> Outcome<String> {
    let mut text = text.to_owned();
    for edit in case.get(field).and_then(Value::as_array).into_iter().flatten() {
        let of = |key: &str| edit[key].as_str().ok_or(format!("{field} without {key}"));
        if !text.contains(of("was")?) {
            return Err(format!("not in the text: {}", of("was")?).into());
        }
        text = text.replace(of("was")?, of("is")?);
    }
    Ok(text)
}

/// What a command printed or failed with, in lines, without the folder's name and colours.
fn said(spec: &Spec, command: impl FnOnce(&mut Vec<u8>) -> Result<Exit>) -> Vec<String> {
    let mut out = Vec::new();
    let end = match command(&mut out) {
        Ok(exit) => format!("exit: {exit:?}"),
        Err(error) => format!("error: {error}\nexit: {:?}", Exit::BadInput),
    };
    let text = format!("{}{end}", String::from_utf8(out).unwrap());
    let text = anstream::adapter::strip_str(&text).to_string();
    let root = spec.path("").display().to_string();
    text.lines().map(|line| line.replace(&root, "").trim_end().to_owned()).collect()
}

/// Of what `codegen` says, what is not said of every page: errors, and the verdict.
fn codegen(spec: &Spec) -> Vec<String> {
    let said = said(spec, |out| {
        let options = command::Codegen { spec: spec.folder(), ..Default::default() };
        command::codegen(&options, out)
    });
    let is_news = |line: &&String| {
        let start = line.split(' ').next().unwrap_or_default();
        ["error:", "exit:", "left", "warning:"].contains(&start) || line.starts_with("  line ")
    };
    said.iter().filter(is_news).cloned().collect()
}

/// Of what `audit` says, what nobody has explained.
fn audit(spec: &Spec) -> Vec<String> {
    let said = said(spec, |out| command::audit(&spec.folder(), &[], Format::Text, out));
    let open = said.iter().skip_while(|line| {
        !["not explained", "overlay ", "entries of", "error:", "exit:"]
            .iter()
            .any(|start| line.starts_with(start))
    });
    open.filter(|line| !line.contains("findings in the pages")).cloned().collect()
}

fn drift(old: &Spec, new: &Spec) -> Vec<String> {
    said(new, |out| {
        let old = Old::Path(old.folder());
        let options = DriftOptions { old, new: new.folder(), format: Format::Text, accept: None };
        command::drift(&options, out)
    })
}

fn case(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    let (old, new) = (before(), before());
    if let Some(had) = case.get("had").and_then(Value::as_str) {
        old.vendor(&[&old.write("more.md", had)])?;
    }
    new.write("spec/overlay.yaml", edited(OVERLAY, &case, "overlay")?);
    let mut pages = vec![new.write("pets.md", edited(PAGE, &case, "edits")?)];
    if let Some(also) = case.get("also").and_then(Value::as_str) {
        let name = case.get("also_as").and_then(Value::as_str).unwrap_or("more.md");
        pages.push(new.write(name, also));
    }
    new.vendor(&pages.iter().map(|page| page.as_path()).collect::<Vec<_>>())?;
    if let Some(rename) = case.get("retarget") {
        let name = |key: &str| rename[key].as_str().unwrap_or_default();
        command::retarget(&new.folder(), name("was"), name("is"), &mut Vec::new())?;
    }
    if case.get("accept") == Some(&Value::Bool(true)) {
        command::overlay(&new.folder(), true, &mut Vec::new())?;
    }
    case.expect(&[
        Field::new("codegen", codegen(&new)),
        Field::new("drift", drift(&old, &new)),
        Field::new("audit", audit(&new)),
    ])
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/vendor-changes", pattern = r".*" },
}
