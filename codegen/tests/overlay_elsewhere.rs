//! The overlays of `fixtures/overlay` mean the same to another implementation of the specification.

mod common;

use std::path::Path;

use common::case::Case;
use manis_codegen::overlay;
use manis_codegen::syntax::yaml;
use roas_overlay::apply::{Apply, ApplyErrorKind};
use roas_overlay::v1_1::Overlay;
use serde_json::{Value, json};

/// What the other implementation makes of a case; none where it does not do what 1.1 says.
fn elsewhere(before: &Value, overlay: &Value) -> Option<Value> {
    let overlay: Overlay = serde_json::from_value(overlay.clone()).unwrap();
    let mut document = before.clone();
    match overlay.apply(&mut document, Default::default()) {
        Ok(_) => Some(document),
        // It is right by 1.0 there: 1.1 removes and replaces primitive values as well.
        Err(error) if error.kind == ApplyErrorKind::PrimitiveActionTarget => None,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn every_overlay_does_the_same_there() {
    let (mut same, mut primitive) = (0, 0);
    for file in std::fs::read_dir("tests/fixtures/overlay").unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let Ok(case) = Case::read(Path::new(&path), text) else { panic!("{}", path.display()) };
        let (Some(actions), Some(_)) = (case.get("actions"), case.get("after")) else { continue };
        let overlay = json!({
            "overlay": "1.1.0",
            "info": { "title": "Corrections", "version": "1" },
            "actions": actions,
        });
        let before = case.get("before").unwrap();
        let here = overlay::parse(&yaml::print(&overlay)).unwrap();
        let here = overlay::examine(before, &here).unwrap().0.document;
        match elsewhere(before, &overlay) {
            Some(there) => {
                assert_eq!(here, there, "{}", path.display());
                same += 1;
            }
            None => primitive += 1,
        }
    }
    assert!(same >= 10 && primitive <= 6, "{same} compared, {primitive} not");
}
