//! What a reviewer reads when the vendor's page has changed: the public surface, the patches, and
//! the document as the client sees it. And whether what is committed is what `spec/` makes.

use std::fmt::Write;
use std::path::Path;

use manis_codegen::pipeline::{self, Outcome};
use serde_json::Value;

fn outcome() -> Outcome {
    pipeline::run(Path::new("spec")).unwrap()
}

#[test]
fn the_public_surface() {
    insta::assert_snapshot!("public_surface", outcome().outline);
}

#[test]
fn the_patches() {
    let mut log = String::new();
    for change in outcome().changes {
        let loosened = if change.loosened { " (loosened)" } else { "" };
        let place = change.place.replace("~1", "/");
        writeln!(
            log,
            "{} {}{loosened}\n    {place}\n    {}",
            change.stage, change.rule, change.note
        )
        .unwrap();
    }
    insta::assert_snapshot!("patches", log);
}

/// One line a field: a change of the document is a changed line here.
#[test]
fn the_patched_document() {
    let outcome = outcome();
    let document = &outcome.documents.lowered;
    let mut text = String::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            writeln!(text, "{} {path}", method.to_uppercase()).unwrap();
            for (status, response) in operation["responses"].as_object().unwrap() {
                let content = response["content"].as_object().unwrap();
                for (media, content) in content {
                    writeln!(text, "    {status} {media}: {}", kind(&content["schema"])).unwrap();
                }
            }
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        writeln!(text, "{name}: {}", kind(schema)).unwrap();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
            let mark = if required.contains(&Value::from(property.as_str())) { "!" } else { "" };
            writeln!(text, "    {property}{mark}: {}", kind(schema)).unwrap();
        }
    }
    insta::assert_snapshot!("patched_document", text);
}

fn kind(schema: &Value) -> String {
    let text = |key: &str| schema[key].as_str().unwrap_or_default();
    if let Some((_, name)) = text("$ref").rsplit_once('/') {
        return name.to_owned();
    }
    match text("type") {
        "array" => format!("[{}]", kind(&schema["items"])),
        "" => schema.to_string(),
        kind if !schema["enum"].is_null() => format!("{kind} {}", schema["enum"]),
        kind => format!("{kind} {}", text("format")).trim_end().to_owned(),
    }
}

#[test]
fn what_is_committed_is_what_the_spec_makes() {
    let stale = outcome().files().stale().unwrap();
    let diffs: String = stale.iter().map(|stale| stale.diff.as_str()).collect();
    assert!(stale.is_empty(), "run `cargo xtask codegen`:\n{diffs}");
}

#[cfg(feature = "codegen")]
#[test]
fn the_client_that_is_built_is_the_client_that_is_committed() {
    let built = include_str!(concat!(env!("OUT_DIR"), "/client.rs"));
    assert!(built == include_str!("../src/generated.rs"), "run `cargo xtask codegen`");
    let built = include_str!(concat!(env!("OUT_DIR"), "/mock.rs"));
    assert!(built == include_str!("../src/generated_mock.rs"), "run `cargo xtask codegen`");
}

#[test]
fn two_runs_make_the_same_bytes() {
    let (one, other) = (outcome(), outcome());
    assert!(one.client == other.client && one.openapi == other.openapi && one.mock == other.mock);
}
