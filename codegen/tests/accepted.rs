//! Findings of `drift` that are accepted in `drift.yaml`, and what tells them from others.

mod common;

use common::spec::{DOCUMENT, Spec};
use manis_codegen::Result;
use manis_codegen::command::{self, DriftOptions, Exit, Old};
use manis_codegen::drift::Format;
use serde_json::Value;

/// A spec folder in which a name is a number.
fn changed() -> Spec {
    Spec::of(&with_number_for("name"))
}

fn with_number_for(field: &str) -> String {
    let (before, after) = (
        format!("        {field}:\n          type: string\n"),
        format!("        {field}:\n          type: integer\n"),
    );
    assert!(DOCUMENT.contains(&before));
    DOCUMENT.replace(&before, &after)
}

fn run(old: &Spec, new: &Spec, format: Format, accept: Option<&str>) -> Result<(Exit, String)> {
    let (old, new) = (Old::Path(old.folder()), new.folder());
    let options = DriftOptions { old, new, format, accept: accept.map(str::to_owned) };
    let mut out = Vec::new();
    let exit = command::drift(&options, &mut out)?;
    Ok((exit, String::from_utf8(out).unwrap()))
}

fn json(old: &Spec, new: &Spec) -> Value {
    let (_, text) = run(old, new, Format::Json, None).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The fingerprints of all findings in a section.
fn fingerprints(report: &Value, section: &str) -> Vec<String> {
    let findings = report[section].as_array().unwrap().iter();
    findings.map(|finding| finding["fingerprint"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_accepted_is_no_finding_any_more() {
    let (old, new) = (Spec::of(DOCUMENT), changed());
    assert_eq!(run(&old, &new, Format::Text, None).unwrap().0, Exit::Findings);
    run(&old, &new, Format::Text, Some("Nobody sends names.")).unwrap();
    let (exit, text) = run(&old, &new, Format::Text, None).unwrap();
    assert_eq!(exit, Exit::Success, "{text}");
    assert!(text.contains("none: nothing but what is accepted (3)"), "{text}");
    assert!(text.contains("Nobody sends names."), "{text}");
}

#[test]
fn what_comes_after_what_is_accepted_is_a_finding() {
    let (old, new) = (Spec::of(DOCUMENT), changed());
    run(&old, &new, Format::Text, Some("Nobody sends names.")).unwrap();
    let with_more = with_number_for("name").replace("- 'null'", "- integer");
    new.write("spec/upstream/pets.yaml", with_more);
    let (exit, text) = run(&old, &new, Format::Text, None).unwrap();
    assert_eq!(exit, Exit::Findings);
    assert!(text.contains("major: ") && text.contains("/properties/nick"), "{text}");
}

#[test]
fn what_is_accepted_and_gone_is_stale() {
    let (old, new) = (Spec::of(DOCUMENT), changed());
    run(&old, &new, Format::Text, Some("Nobody sends names.")).unwrap();
    new.write("spec/upstream/pets.yaml", DOCUMENT);
    let (exit, text) = run(&old, &new, Format::Text, None).unwrap();
    assert_eq!(exit, Exit::Findings);
    assert!(text.contains("accepted in drift.yaml and not found: delete"), "{text}");
}

#[test]
fn what_is_accepted_against_another_base_says_nothing() {
    let (old, new) = (Spec::of(DOCUMENT), changed());
    run(&old, &new, Format::Text, Some("Nobody sends names.")).unwrap();
    let report = json(&new, &new);
    assert_eq!(report["verdict"]["bump"], "none", "{report:#}");
    let other = Spec::of(&DOCUMENT.replace("1.0.0", "1.0.1"));
    assert_eq!(run(&other, &new, Format::Text, None).unwrap().0, Exit::Findings);
}

#[test]
fn a_second_entry_leaves_the_first_as_it_is() {
    let (old, new) = (Spec::of(DOCUMENT), changed());
    run(&old, &new, Format::Text, Some("First.")).unwrap();
    let first = new.read("spec/drift.yaml");
    run(&Spec::of(&DOCUMENT.replace("1.0.0", "1.0.1")), &new, Format::Text, Some("Second."))
        .unwrap();
    let both = new.read("spec/drift.yaml");
    assert!(both.starts_with(&first) && both.contains("Second."), "{both}");
}

#[test]
fn fingerprints_are_the_same_beside_other_findings() {
    let (old, one) = (Spec::of(DOCUMENT), changed());
    let with_more =
        with_number_for("name").replace("operationId: update_pet", "operationId: change_pet");
    let two = Spec::of(&with_more);
    let (one, two) =
        (fingerprints(&json(&old, &one), "wire"), fingerprints(&json(&old, &two), "wire"));
    assert!(!one.is_empty() && one.iter().all(|it| two.contains(it)), "{one:?} {two:?}");
}

#[test]
fn each_finding_has_a_fingerprint_of_its_own() {
    let report = json(&Spec::of(DOCUMENT), &changed());
    let sections = ["wire", "rust"].map(|section| fingerprints(&report, section));
    let mut all = sections.concat();
    let count = all.len();
    all.sort();
    all.dedup();
    assert!(count > 2 && all.len() == count, "{report:#}");
}

#[test]
fn an_entry_without_a_reason_is_refused() {
    let (old, new) = (Spec::of(DOCUMENT), changed());
    let error = run(&old, &new, Format::Text, Some(" ")).unwrap_err().to_string();
    assert!(error.contains("needs a reason"), "{error}");
    new.write("spec/drift.yaml", "- base: x\n  findings: []\n  because: ''\n");
    let error = run(&old, &new, Format::Text, None).unwrap_err().to_string();
    assert!(error.contains("drift.yaml") && error.contains("/0/because"), "{error}");
}

#[test]
fn what_is_no_list_of_entries_is_refused_with_its_place() {
    let (old, new) = (Spec::of(DOCUMENT), changed());
    new.write("spec/drift.yaml", "- base: x\n  finding: []\n");
    let error = run(&old, &new, Format::Text, None).unwrap_err().to_string();
    assert!(error.contains("drift.yaml"), "{error}");
}

#[test]
fn nothing_is_accepted_in_a_file() {
    let (old, new) = (Spec::of(DOCUMENT), changed());
    let new = new.folder().join("upstream/pets.yaml");
    let options = DriftOptions {
        old: Old::Path(old.folder()),
        new,
        format: Format::Text,
        accept: Some("Why not.".to_owned()),
    };
    let error = command::drift(&options, &mut Vec::new()).unwrap_err().to_string();
    assert!(error.contains("spec folder"), "{error}");
}
