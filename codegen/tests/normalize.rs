//! What the exporter breaks: each file in `fixtures/normalize` is a defect.
//!
//! `before` is one document, or `pages` by their names, with the `examples` beside them. `request_line` and `content_type` are what
//! the page says beside a document; what is left out of it stands among the `changes`.

mod common;

use std::path::Path;

use common::case::{Case, Outcome};
use common::staged;
use manis_codegen::error::Stage;
use manis_codegen::normalize;
use manis_codegen::report::{Change, Staged};
use manis_codegen::vendor::{Provenance, RequestLine, Upstream};
use serde_json::Value;

/// Before is one document, or `pages`, by their names.
fn case(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    let before = case.input("before")?;
    if let Some(Value::Object(pages)) = before.get("pages") {
        let examples = |slug: &str| before.get("examples").and_then(|all| all.get(slug)).cloned();
        let pages: Result<Vec<_>, serde_json::Error> = pages
            .iter()
            .map(|(slug, page)| {
                let examples = examples(slug).map(serde_json::from_value).transpose()?;
                Ok(Upstream { examples: examples.unwrap_or_default(), ..upstream(slug, page) })
            })
            .collect();
        let pages = pages?;
        return staged::expect(&case, normalize::run(&pages).map(with_left_out));
    }
    let line = case.get("request_line").and_then(Value::as_str);
    let line = line.and_then(|line| line.split_once(' '));
    let content_type = case.get("content_type").and_then(Value::as_str).map(str::to_owned);
    let line = line.map(|(method, url)| RequestLine {
        method: method.into(),
        url: url.into(),
        content_type,
    });
    staged::expect(&case, normalize::mend(before, line.as_ref()))
}

fn upstream(slug: &str, document: &Value) -> Upstream {
    Upstream {
        page: None,
        slug: slug.to_owned(),
        file: format!("/vendors/pets/spec/upstream/{slug}.yaml").into(),
        text: String::new(),
        document: document.clone(),
        provenance: Provenance::default(),
        examples: Vec::new(),
    }
}

/// What is left out, among the changes.
fn with_left_out(merged: normalize::Merged) -> Staged {
    let left_out = merged.left_out.into_iter().map(|part| {
        let rule = format!("left out {}", part.operation);
        let (place, note) = (part.place, String::new());
        Change { stage: Stage::Normalize, rule, place, note, loosened: false }
    });
    let changes = merged.changes.into_iter().chain(left_out).collect();
    Staged { document: merged.document, changes }
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/normalize", pattern = r".*" },
}
