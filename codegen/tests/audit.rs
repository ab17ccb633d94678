//! What the audit finds, case by case: each file in `fixtures/audit` is a small API with its
//! documentation, and says what must be found in it.
//!
//! `description`, `request`, `responses`, `bare_responses` (those without a body), `parameters`, `path`, `method`,
//! `servers` and `line` make the document, `page` is what stands around it; `toys` is the document of a second
//! page, with the same fields; `actions` are its overlay and `audit` its `audit.yaml`. `expect` is what the patched document is left with
//! (`said`: in both words, and what would mend it), `vendored` what the page has besides, `mended` by what; the operation is left out of ids.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::case::{Case, Field, Outcome};
use manis_codegen::audit::{self, Audit, Kind};
use manis_codegen::command::{self, Codegen};
use manis_codegen::syntax::yaml;
use serde_json::{Value, json};

/// The operation that most cases are about.
const OPERATION: &str = ": PUT /pets/{petId}";
/// The same of a case with another method.
const READING: &str = ": GET /pets/{petId}";

fn json_content(schema: &Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}

fn document(case: &Value) -> Value {
    let mut operation = json!({
        "description": case.get("description").unwrap_or(&json!("")),
        "parameters": [
            { "name": "petId", "in": "path", "required": true, "schema": { "type": "string" } }
        ],
        "responses": { "200": { "description": "The pet." } },
    });
    if let Some(schema) = case.get("request") {
        let required = case.get("body_required").cloned().unwrap_or(json!(true));
        operation["requestBody"] = json!({ "required": required, "content": json_content(schema) });
    }
    for (status, schema) in case.get("responses").and_then(Value::as_object).into_iter().flatten() {
        let response = json!({ "description": "As documented.", "content": json_content(schema) });
        operation["responses"][status] = response;
    }
    for status in case.get("bare_responses").and_then(Value::as_array).into_iter().flatten() {
        operation["responses"][status.to_string()] = json!({ "description": "As documented." });
    }
    if let Some(Value::Array(declared)) = case.get("parameters")
        && let Some(Value::Array(parameters)) = operation.get_mut("parameters")
    {
        parameters.extend(declared.iter().cloned());
    }
    let path = case.get("path").and_then(Value::as_str).unwrap_or("/pets/{petId}");
    let method = case.get("method").and_then(Value::as_str).unwrap_or("put");
    let mut document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Pets", "version": "1" },
        "paths": { path: { method: operation } },
    });
    if let Some(servers) = case.get("servers") {
        document["servers"] = servers.clone();
    }
    document
}

/// What a case says of its first document.
fn inputs(case: &Case) -> Value {
    const INPUTS: [&str; 9] = [
        "description",
        "request",
        "body_required",
        "responses",
        "bare_responses",
        "parameters",
        "path",
        "method",
        "servers",
    ];
    let said = INPUTS.iter().filter_map(|name| Some((*name, case.get(name)?.clone())));
    said.map(|(name, value)| (name.to_owned(), value)).collect::<serde_json::Map<_, _>>().into()
}

fn write(spec: &Path, case: &Case) -> Outcome {
    std::fs::create_dir_all(spec.join("upstream"))?;
    let upstream = |name: &str, value: &Value| {
        std::fs::write(spec.join("upstream").join(name), value.to_string())
    };
    upstream("pets.json", &document(&inputs(case)))?;
    if let Some(toys) = case.get("toys") {
        upstream("toys.json", &document(toys))?;
    }
    upstream("pets.examples.json", case.get("examples").unwrap_or(&json!([])))?;
    let line = case.get("line").map(
        |url| json!({ "method": "PUT", "url": url, "content_type": case.get("content_type") }),
    );
    if let Some(page) = case.get("page").and_then(Value::as_str) {
        // What stands around the document, which the vendored page has to hold.
        let page = format!("```json\n{}\n```\n\n{page}", json!({ "openapi": "3.1.0" }));
        std::fs::write(spec.join("upstream/pets.md"), page)?;
    }
    upstream(
        "pets.provenance.json",
        &json!({
            "request": line,
            "undefined": case.get("undefined").unwrap_or(&json!([])),
            "sha256": { "page": "", "document": "" },
        }),
    )?;
    if let Some(actions) = case.get("actions") {
        let info = json!({ "title": "Corrections", "version": "1" });
        let overlay = json!({ "overlay": "1.1.0", "info": info, "actions": actions });
        std::fs::write(spec.join("overlay.yaml"), yaml::print(&overlay))?;
        command::overlay(spec, true, &mut Vec::new())?;
    }
    match case.get("audit") {
        Some(entries) => Ok(std::fs::write(spec.join("audit.yaml"), yaml::print(entries))?),
        None => Ok(()),
    }
}

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

fn case(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    let folder = tempfile::tempdir()?;
    write(folder.path(), &case)?;
    let audit = audit::run(folder.path())?;
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
