//! The vendored page against itself: every finding is mended, or left for a reason.

use std::path::Path;

use manis_codegen::audit;

#[test]
fn every_finding_is_explained() {
    let audit = audit::run(Path::new("spec")).unwrap();
    assert!(audit.is_explained(), "{}", audit.render(audit::Format::Text));
}

/// What could be sent to the vendor.
#[test]
fn the_report_for_the_vendor() {
    let report = audit::run(Path::new("spec")).unwrap().render(audit::Format::Markdown);
    insta::assert_snapshot!("report_for_the_vendor", report);
}

/// Which action mends which finding, and what is left for which reason.
#[test]
fn what_mends_what() {
    let report = audit::run(Path::new("spec")).unwrap().render(audit::Format::Text);
    insta::assert_snapshot!("what_mends_what", anstream::adapter::strip_str(&report).to_string());
}

/// Scripts read this: its names must not change unnoticed.
#[test]
fn json_for_scripts() {
    let json = audit::run(Path::new("spec")).unwrap().render(audit::Format::Json);
    let mut json: serde_json::Value = serde_json::from_str(&json).unwrap();
    for list in ["vendored", "left"] {
        json[list].as_array_mut().unwrap().truncate(1);
    }
    insta::assert_snapshot!("json_for_scripts", serde_json::to_string_pretty(&json).unwrap());
}
