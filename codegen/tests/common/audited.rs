//! The spec folder of a case about what the audit finds; `tests/audit.rs` says which fields a case has.

use std::path::Path;

use manis_codegen::command;
use manis_codegen::syntax::yaml;
use serde_json::{Value, json};

use super::case::{Case, Outcome};

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

/// Writes the spec folder that a case describes.
pub fn write(spec: &Path, case: &Case) -> Outcome {
    std::fs::create_dir_all(spec.join("upstream"))?;
    let upstream = |name: &str, value: &Value| {
        std::fs::write(spec.join("upstream").join(name), value.to_string())
    };
    upstream("pets.json", &document(&inputs(case)))?;
    if let Some(toys) = case.get("toys") {
        upstream("toys.json", &document(toys))?;
    }
    for (index, page) in case.list("more")?.iter().enumerate() {
        upstream(&format!("more-{index}.json"), &document(page))?;
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
