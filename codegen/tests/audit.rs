//! What the audit finds, case by case: each file in `fixtures/audit` is a small API with its
//! documentation, and says what must be found in it.
//!
//! `description`, `request`, `responses`, `path`, `servers` and `line` make the page; `actions` are
//! its overlay and `audit` its `audit.yaml`. `expect` is what the patched document is left with,
//! `vendored` what the page has besides, `mended` by what; the operation is left out of ids.

use std::path::Path;

use manis_codegen::audit::{self, Audit};
use manis_codegen::syntax::yaml;
use serde_json::{Value, json};

/// The operation that all cases are about.
const OPERATION: &str = ": PUT /pets/{petId}";

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
    let path = case.get("path").and_then(Value::as_str).unwrap_or("/pets/{petId}");
    let mut document = json!({
        "openapi": "3.1.0",
        "info": { "title": "Pets", "version": "1" },
        "paths": { path: { "put": operation } },
    });
    if let Some(servers) = case.get("servers") {
        document["servers"] = servers.clone();
    }
    document
}

fn write(spec: &Path, case: &Value) -> std::io::Result<()> {
    std::fs::create_dir_all(spec.join("upstream"))?;
    let upstream = |name: &str, value: &Value| {
        std::fs::write(spec.join("upstream").join(name), value.to_string())
    };
    upstream("pets.json", &document(case))?;
    upstream("pets.examples.json", case.get("examples").unwrap_or(&json!([])))?;
    let line = case.get("line").map(|url| json!({ "method": "PUT", "url": url }));
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
    }
    match case.get("audit") {
        Some(entries) => std::fs::write(spec.join("audit.yaml"), yaml::print(entries)),
        None => Ok(()),
    }
}

/// Ids without what all have in common.
fn short(id: &str) -> String {
    let at = id.find(": ").map_or(id.len(), |at| at);
    let rest = id[at..].strip_prefix(OPERATION).unwrap_or(&id[at..]);
    format!("{}{rest}", &id[..at])
}

fn found(audit: &Audit) -> Value {
    let left: Vec<_> = audit.left.iter().map(|left| short(&left.finding.id)).collect();
    let gone = audit.vendored.iter().filter(|one| !one.mended_by.is_empty());
    let mended: Value = gone
        .map(|one| (short(&one.finding.id), json!(one.mended_by)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    json!({
        "expect": left,
        "mended": mended,
        "idle_patches": audit.idle_patches,
        "idle_entries": audit.idle_entries,
    })
}

fn case(_: &Path, text: String) -> datatest_stable::Result<()> {
    let case = yaml::parse(&text).map_err(|error| error.message)?;
    let folder = tempfile::tempdir()?;
    write(folder.path(), &case)?;
    let audit = audit::run(folder.path())?;
    let found = found(&audit);
    for (field, value) in found.as_object().into_iter().flatten() {
        // What is mended need not be repeated where it is not the point.
        let wanted = match case.get(field) {
            None if field == "mended" => continue,
            wanted => wanted.cloned().unwrap_or(json!([])),
        };
        if *value != wanted {
            return Err(format!("`{field}` differs; found is\n{}", yaml::print(&found)).into());
        }
    }
    let vendored: Vec<_> = audit.vendored.iter().map(|one| short(&one.finding.id)).collect();
    for wanted in case.get("vendored").and_then(Value::as_array).into_iter().flatten() {
        if !vendored.iter().any(|found| found == wanted) {
            return Err(format!("{wanted} is not found in the page: {vendored:?}").into());
        }
    }
    let explained = ["expect", "idle_patches", "idle_entries"]
        .iter()
        .all(|field| found[field].as_array().is_none_or(Vec::is_empty));
    let wanted = case.get("explained").and_then(Value::as_bool).unwrap_or(explained);
    if audit.is_explained() != wanted {
        return Err(format!("explained is {}", audit.is_explained()).into());
    }
    Ok(())
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/audit", pattern = r"\.yaml$" },
}
