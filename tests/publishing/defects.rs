//! `docs/defects.md`, made of the rules, the overlay and the audit.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use manis_codegen::audit::{self, Audit};
use manis_codegen::{normalize, pipeline, syntax};
use serde_json::Value;

use crate::common::{root, text};

#[path = "../../codegen/tests/common/docs.rs"]
mod docs;

/// A text in a cell of a table: what looks like HTML is not, but in code it is shown as it is.
fn cell(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut parts = one_line.replace('|', "\\|").split('`').map(str::to_owned).collect::<Vec<_>>();
    for outside in parts.iter_mut().step_by(2) {
        *outside = outside.replace('<', "&lt;");
    }
    parts.join("`")
}

/// A finding's name, as code.
fn code(id: &str) -> String {
    format!("`{}`", cell(&id.replace('`', "")))
}

fn rows(out: &mut String, findings: &[&audit::Finding]) {
    out.push_str("\n| where | the page says | its document says |\n|---|---|---|\n");
    for finding in findings {
        let sides = [&finding.documentation, &finding.document].map(|side| cell(side));
        writeln!(out, "| {} | {} | {} |", code(&finding.id), sides[0], sides[1]).unwrap();
    }
}

/// The findings that something mends, by its name in reports.
fn mended<'a>(audit: &'a Audit, by: &str) -> Vec<&'a audit::Finding> {
    let mended =
        audit.vendored.iter().filter(|found| found.mended_by.iter().any(|name| name == by));
    mended.map(|found| &found.finding).collect()
}

fn summary(audit: &Audit, patches: usize) -> String {
    let all = audit.vendored.len();
    let settled = audit.vendored.iter().filter(|found| !found.mended_by.is_empty()).count();
    format!(
        "{all} places are found where the pages contradict themselves: {settled} are mended, by rules and \
         {patches} corrections. The corrected document still disagrees with them in {}, each left for a reason.\n",
        audit.left.len()
    )
}

/// What the exporter broke, and the rule that mends it.
fn exporter(outcome: &pipeline::Outcome) -> String {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for change in &outcome.changes {
        *places.entry(&change.rule).or_default() += 1;
    }
    let mut out =
        "| rule | what is broken | what it becomes | places |\n|---|---|---|---|\n".to_owned();
    for rule in normalize::rules() {
        if let Some(count) = places.get(rule.id) {
            let (subject, result) = (cell(rule.subject), cell(rule.result));
            writeln!(out, "| {} | {subject} | {result} | {count} |", rule.id).unwrap();
        }
    }
    out
}

/// The overlay's patches with their actions, in order.
fn patches(overlay: &Value) -> Vec<(&str, Vec<&Value>)> {
    let mut patches: Vec<(&str, Vec<&Value>)> = Vec::new();
    for action in overlay["actions"].as_array().unwrap() {
        let name = action["x-patch"].as_str().unwrap();
        match patches.last_mut().filter(|(last, _)| *last == name) {
            Some((_, actions)) => actions.push(action),
            None => patches.push((name, vec![action])),
        }
    }
    patches
}

/// One correction: what it mends, and what it rests on.
fn correction(audit: &Audit, name: &str, actions: &[&Value]) -> String {
    let mut out = format!("\n### {name}\n");
    let findings = mended(audit, &format!("overlay {name}"));
    if !findings.is_empty() {
        rows(&mut out, &findings);
    }
    out.push('\n');
    for action in actions {
        let evidence = action["description"].as_str().unwrap();
        writeln!(out, "- {}", evidence.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap();
        if let Some(because) = action["x-because"].as_str() {
            let because = because.split_whitespace().collect::<Vec<_>>().join(" ");
            writeln!(out, "  Not found by the audit: {because}").unwrap();
        }
    }
    out
}

fn left(audit: &Audit) -> String {
    let mut out =
        "| where | the page says | the document says | why it is left |\n|---|---|---|---|\n"
            .to_owned();
    for left in &audit.left {
        let finding = &left.finding;
        let because = cell(left.because.as_deref().unwrap());
        let sides = [&finding.documentation, &finding.document].map(|side| cell(side));
        writeln!(out, "| {} | {} | {} | {because} |", code(&finding.id), sides[0], sides[1])
            .unwrap();
    }
    out
}

#[test]
fn the_page_of_defects_is_what_is_mended() {
    let page = root().join("docs/defects.md");
    let audit = audit::run(Path::new("spec")).unwrap();
    let outcome = pipeline::run(Path::new("spec")).unwrap();
    let overlay = syntax::yaml::parse(&text("spec/overlay.yaml")).unwrap();
    let patches = patches(&overlay);
    docs::renew(&page, "summary", &summary(&audit, patches.len()));
    docs::renew(&page, "exporter", &exporter(&outcome));
    let corrections = patches.iter().map(|(name, actions)| correction(&audit, name, actions));
    docs::renew(&page, "corrections", &format!("{}\n", corrections.collect::<String>()));
    docs::renew(&page, "left", &left(&audit));
}

/// A finding that no section shows would be mended without a word.
#[test]
fn every_finding_is_on_the_page() {
    let (page, audit) = (text("docs/defects.md"), audit::run(Path::new("spec")).unwrap());
    let rules: Vec<_> = normalize::rules().map(|rule| rule.id).collect();
    for found in &audit.vendored {
        let by_a_rule = |name: &String| rules.iter().any(|id| name.contains(id));
        if !found.mended_by.iter().any(by_a_rule) {
            assert!(page.contains(&code(&found.finding.id)), "{}", found.finding.id);
        }
    }
    assert!(text("README.md").contains("(docs/defects.md)"), "the README does not lead there");
}
