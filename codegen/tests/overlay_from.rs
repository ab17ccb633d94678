//! What `overlay --from` makes of a document that was edited by hand. Each file in `fixtures/overlay-from` is a case:
//! `document` is what there is, `actions` an overlay that is there already, `edit` what the maintainer does to the
//! patched document, as JSON Patch (RFC 6902); `written` is what comes of it, or `error`.
//!
//! And of a whole document every leaf is changed, and removed, one at a time: each must be sayable.

mod common;
#[path = "common/leaves.rs"]
mod leaves;

use std::path::Path;

use common::case::{Case, Field, Outcome};
use leaves::leaves;
use manis_codegen::overlay::{self, Written};
use manis_codegen::syntax::yaml;
use serde_json::{Value, json};

fn written(document: &Value, text: Option<&str>, edited: &Value) -> Result<Written, String> {
    overlay::written_from(document, text, edited).map_err(|error| error.to_string())
}

/// The overlay once each new action has its evidence.
fn described(written: &Written) -> String {
    written.text.replace("description: ''", "description: because")
}

fn apply(document: &Value, text: &str) -> Outcome<Value> {
    let overlay = overlay::parse(text)?;
    Ok(overlay::run(document, &overlay)?.document)
}

fn case(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    let document = case.input("document")?;
    let overlay = case.get("actions").map(|actions| {
        let info = json!({ "title": "Corrections", "version": "1" });
        yaml::print(&json!({ "overlay": "1.1.0", "info": info, "actions": actions }))
    });
    let overlay = overlay.map(|text| overlay::record(document, &text)).transpose()?;
    let overlay = overlay.map(|recorded| recorded.text);
    let mut edited = match &overlay {
        Some(text) => apply(document, text)?,
        None => document.clone(),
    };
    let edit: json_patch::Patch = serde_json::from_value(case.input("edit")?.clone())?;
    json_patch::patch(&mut edited, &edit)?;
    let written = match written(document, overlay.as_deref(), &edited) {
        Ok(written) => written,
        Err(error) => return case.expect(&[Field::new("error", error), Field::none("written")]),
    };
    let lines: Vec<_> = written.actions.iter().flatten().map(String::as_str).collect();
    let actions = yaml::parse(&lines.join("\n")).map_err(|error| error.message)?;
    case.expect(&[Field::new("written", actions), Field::none("error")])?;
    if !written.actions.is_empty() && overlay::parse(&written.text).is_ok() {
        return Err("an action without its evidence is taken".into());
    }
    if written.actions.is_empty() {
        return Ok(());
    }
    match apply(document, &described(&written))? == edited {
        true => Ok(()),
        false => Err("the overlay makes another document".into()),
    }
}

/// The document with a leaf that says something else, and without it.
fn edits(document: &Value, place: &str) -> Vec<Value> {
    // Which version it is decides what may be edited.
    if place == "/openapi" {
        return Vec::new();
    }
    let mut changed = document.clone();
    if let Some(leaf) = changed.pointer_mut(place) {
        *leaf = match leaf {
            Value::String(text) => json!(format!("{text} too")),
            Value::Bool(flag) => json!(!*flag),
            Value::Number(_) => json!(77),
            _ => json!("something"),
        };
    }
    let mut without = document.clone();
    let remove = json!([{ "op": "remove", "path": place }]);
    let remove: json_patch::Patch = serde_json::from_value(remove).unwrap_or_default();
    match json_patch::patch(&mut without, &remove) {
        Ok(()) => vec![changed, without],
        Err(_) => vec![changed],
    }
}

/// A document of every kind of place.
fn every_leaf(_: &Path, text: String) -> Outcome {
    let document = yaml::parse(&text).map_err(|error| error.message)?;
    let mut tried = 0;
    for place in leaves(&document) {
        for edited in edits(&document, &place) {
            let written =
                written(&document, None, &edited).map_err(|error| format!("{place}: {error}"))?;
            if apply(&document, &described(&written))? != edited {
                return Err(format!("{place}: the overlay makes another document").into());
            }
            tried += 1;
        }
    }
    if tried < 100 { Err(format!("only {tried} edits were tried").into()) } else { Ok(()) }
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/overlay-from", pattern = r".*" },
    { test = every_leaf, root = "tests/fixtures", pattern = r"^hostile-sound\.yaml$" },
}
