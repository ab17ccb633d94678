//! What the audit finds, case by case: each file in `fixtures/audit` is a small API with its
//! documentation, and says what must be found in it.
//!
//! `description`, `request`, `responses`, `bare_responses` (those without a body), `parameters`, `path`, `method`,
//! `servers` and `line` make the document, `page` is what stands around it; `toys` is the document of a second
//! page, with the same fields, and `more` are those of others; `actions` are its overlay and `audit` its `audit.yaml`; `traffic` are recorded calls. `expect` is what the patched document is left with
//! (`said`: in both words, and what would mend it), `vendored` what the page has besides, `mended` by what; the operation is left out of ids.

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use common::audited::write;
use common::case::{Case, Field, Outcome};
use manis_codegen::audit::{self, Audit, Kind};
use manis_codegen::command::{self, Codegen};
use serde_json::{Value, json};

/// The operation that most cases are about.
const OPERATION: &str = ": PUT /pets/{petId}";
/// The same of a case with another method.
const READING: &str = ": GET /pets/{petId}";

/// Ids without what all have in common.
fn short(id: &str) -> String {
    let at = id.find(": ").map_or(id.len(), |at| at);
    let rest = [OPERATION, READING].iter().find_map(|label| id[at..].strip_prefix(label));
    let rest = rest.unwrap_or(&id[at..]);
    format!("{}{rest}", &id[..at])
}

fn mended(audit: &Audit) -> Value {
    let gone = audit.vendored.iter().filter(|one| !one.mended_by.is_empty());
    let mended = gone.map(|one| (short(&one.finding.id), json!(one.mended_by)));
    mended.collect::<serde_json::Map<_, _>>().into()
}

/// What page and document say in each finding that is left, and what would mend it.
fn said(audit: &Audit) -> Value {
    let left = audit.left.iter().map(|left| {
        let finding = &left.finding;
        let sides = [&finding.documentation, &finding.document, &finding.correction];
        (short(&finding.id), json!(sides))
    });
    left.collect::<serde_json::Map<_, _>>().into()
}

/// An example is tested in the generated crate if, and only if, the audit has nothing against it.
fn same_verdict(spec: &Path, audit: &Audit) -> Outcome {
    let report = spec.join("report.json");
    let options = Codegen {
        spec: spec.to_owned(),
        out: Some(spec.join("client")),
        report: Some(report.clone()),
        ..Codegen::default()
    };
    command::codegen(&options, &mut Vec::new())?;
    let report: Value = serde_json::from_str(&std::fs::read_to_string(report)?)?;
    let untested: BTreeSet<String> = report["examples"]["mismatched"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|mismatch| mismatch["example"].to_string())
        .collect();
    let left = audit.left.iter().map(|left| &left.finding);
    let kinds = [Kind::ExampleMissingField, Kind::ExampleUnknownField, Kind::ExampleValue];
    let about: Vec<_> = left.filter(|it| kinds.contains(&it.kind)).collect();
    let found: BTreeSet<String> = about
        .iter()
        .filter_map(|finding| Some(format!("\"{}\"", finding.documentation.split('"').nth(1)?)))
        .collect();
    if untested != found {
        return Err(format!("not tested: {untested:?}, found by the audit: {found:?}").into());
    }
    Ok(())
}

/// The recorded calls of a case as a HAR file.
fn traffic(folder: &Path, case: &Case) -> Outcome<Vec<PathBuf>> {
    let Some(calls) = case.get("traffic").and_then(Value::as_array) else { return Ok(Vec::new()) };
    let entries = calls.iter().map(|call| {
        let content =
            json!({ "mimeType": "application/json", "text": call["response"].to_string() });
        json!({
            "request": { "method": call["method"], "url": call["url"] },
            "response": { "status": call["status"], "content": content },
        })
    });
    let har = json!({ "log": { "entries": entries.collect::<Vec<_>>() } });
    let file = folder.join("calls.har");
    std::fs::write(&file, har.to_string())?;
    Ok(vec![file])
}

fn case(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    let folder = tempfile::tempdir()?;
    write(folder.path(), &case)?;
    let audit = audit::run_with(folder.path(), &traffic(folder.path(), &case)?)?;
    let left: Vec<_> = audit.left.iter().map(|left| short(&left.finding.id)).collect();
    let is_explained =
        left.is_empty() && audit.idle_patches.is_empty() && audit.stale_entries.is_empty();
    let stale = audit.stale_entries.iter().map(|stale| {
        let text = stale.to_string();
        text.lines().skip(1).map(str::trim).collect::<Vec<_>>().join("; ")
    });
    let mut fields = vec![
        Field::list("expect", left),
        Field::list("idle_patches", json!(audit.idle_patches)),
        Field::list("stale_entries", stale.collect::<Vec<_>>()),
    ];
    // What is mended need not be repeated where it is not the point.
    if case.get("mended").is_some() {
        fields.push(Field::new("mended", mended(&audit)));
    }
    // What both sides say, where that is the point.
    if case.get("said").is_some() {
        fields.push(Field::new("said", said(&audit)));
    }
    case.expect(&fields)?;
    if case.get("examples").is_some() {
        same_verdict(folder.path(), &audit)?;
    }
    let vendored: Vec<_> = audit.vendored.iter().map(|one| short(&one.finding.id)).collect();
    for wanted in case.list("vendored")? {
        if !vendored.iter().any(|found| found == wanted) {
            return Err(format!("{wanted} is not found in the page: {vendored:?}").into());
        }
    }
    let wanted = case.get("explained").and_then(Value::as_bool).unwrap_or(is_explained);
    if audit.is_explained() != wanted {
        return Err(format!("explained is {}", audit.is_explained()).into());
    }
    Ok(())
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/audit", pattern = r".*" },
}
