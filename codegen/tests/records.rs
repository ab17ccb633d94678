//! What actions were written against stands in the overlay's own text, of which nothing else changes.

mod common;

use common::spec::{DOCUMENT, Spec};
use manis_codegen::audit;
use manis_codegen::command::{self, Exit};
use manis_codegen::error::Problem;
use manis_codegen::overlay;
use manis_codegen::syntax::yaml;
use serde_json::Value;

const OVERLAY: &str = "# Why there is an overlay.
overlay: 1.1.0
info: {title: Corrections, version: '1'}
actions:
  # The table says so.
  - x-patch: name
    target: $.components.schemas.Pet.properties.name
    description: >-
      The table.

      # This is text.
    update: {maxLength: 10}

  # And the examples.
  - target: $.components.schemas.Pet.properties
    description: The examples.
    update:
      age:
        type: integer
";

fn document() -> Value {
    yaml::parse(DOCUMENT).unwrap()
}

fn recorded() -> String {
    overlay::record(&document(), OVERLAY).unwrap().text
}

#[test]
fn records_are_added_and_nothing_else_changes() {
    insta::assert_snapshot!("recorded", recorded());
}

#[test]
fn what_is_recorded_already_is_not_written_again() {
    let again = overlay::record(&document(), &recorded()).unwrap();
    assert_eq!((again.text, again.changes), (recorded(), Vec::new()));
}

#[test]
fn a_change_of_the_vendor_is_shown_with_both_values() {
    let mut document = document();
    document["components"]["schemas"]["Pet"]["properties"]["name"]["type"] = "integer".into();
    let again = overlay::record(&document, &recorded()).unwrap();
    let shown: String = again.changes.iter().map(ToString::to_string).collect();
    assert_eq!(shown, "#/actions/0  name\n  name/type: was \"string\", is \"integer\"\n");
    assert!(again.text.contains("name/type: integer"), "{}", again.text);
}

#[test]
fn an_action_in_braces_is_refused() {
    let text = "overlay: 1.1.0\ninfo: {title: A, version: '1'}\nactions:\n- {target: $.info, description: B., \
                update: {license: {name: MIT}}}\n";
    let error = overlay::record(&document(), text).unwrap_err().to_string();
    assert!(error.contains("write it with a line a key"), "{error}");
}

#[test]
fn an_action_that_fits_nothing_is_for_a_person() {
    let text = OVERLAY.replace("schemas.Pet.properties.name", "schemas.Pett.properties.name");
    let error = overlay::record(&document(), &text).unwrap_err();
    assert!(matches!(*error.problem, Problem::Actions { .. }), "{error}");
    assert!(error.to_string().contains("there is `$.components.schemas['Pet']`"), "{error}");
}

#[test]
fn without_accept_nothing_is_written() {
    let spec = Spec::vendored();
    spec.write("spec/overlay.yaml", OVERLAY);
    let before = spec.files();
    let mut out = Vec::new();
    assert_eq!(command::overlay(&spec.folder(), false, &mut out).unwrap(), Exit::Findings);
    assert!(before == spec.files());
}

#[test]
fn targets_and_explanations_follow_what_was_renamed() {
    let spec = Spec::vendored();
    spec.write("spec/overlay.yaml", OVERLAY);
    spec.write("spec/audit.yaml", "- findings: ['a: properties.name']\n  because: It is so.\n");
    let mut out = Vec::new();
    command::retarget(&spec.folder(), "properties.name", "properties.nick", &mut out).unwrap();
    let text = spec.read("spec/overlay.yaml");
    assert_eq!(text, OVERLAY.replace("properties.name", "properties.nick"));
    assert!(spec.read("spec/audit.yaml").contains("properties.nick"));
    let error = spec.refused(|spec| {
        command::retarget(&spec.folder(), "properties.name", "properties.nick", &mut Vec::new())
    });
    assert!(error.to_string().contains("no target has `properties.name`"), "{error}");
}

#[test]
fn a_name_within_a_longer_one_is_another_name() {
    let text = OVERLAY.replace("properties.name", "properties['name','nameOfOwner']");
    let renamed = |text: &str, old, new| overlay::retarget(text, old, new).unwrap().text;
    let once = renamed(&text, "name", "nameOfPet");
    assert!(once.contains("properties['nameOfPet','nameOfOwner']"), "{once}");
    // The second run finds nothing more to do.
    assert!(overlay::retarget(&once, "name", "nameOfPet").is_err());
    // A part of names, which no name is.
    let parts = renamed(&text, "OfOwner", "OfKeeper");
    assert!(parts.contains("properties['name','nameOfKeeper']"), "{parts}");
    assert!(overlay::retarget(&text, "name", "").is_err());
}

/// A page whose table says of `name` that it is optional.
fn disagreeing() -> Spec {
    let table = "      description: |\n        **Request body**\n\n        | Field | Type | Required |\n        \
                 |---|---|---|\n        | `name` | string | no |\n";
    let spec = Spec::empty();
    let document = DOCUMENT.replace("      requestBody:", &format!("{table}      requestBody:"));
    spec.write("spec/upstream/pets.yaml", document);
    spec
}

const EXPLAINED: &str = "# Why there are reasons.
- findings:
    # Each on a line of its own.
    - 'required: PUT /pets/{petId} request.name'
    - 'undocumented-field: PUT /pets/{petId} request.nick'
    # The last.
  because: >-
    It is
    so.
";

#[test]
fn explanations_are_given_their_values_and_nothing_else_changes() {
    let spec = disagreeing();
    spec.write("spec/audit.yaml", EXPLAINED);
    let mut out = Vec::new();
    assert_eq!(command::accept_audit(&spec.folder(), &mut out).unwrap(), Exit::Success);
    insta::assert_snapshot!(spec.read("spec/audit.yaml"));
    assert!(audit::run(&spec.folder()).unwrap().stale_entries.is_empty());
    assert_eq!(command::accept_audit(&spec.folder(), &mut out).unwrap(), Exit::Success);
    assert!(
        String::from_utf8(out).unwrap().ends_with("every entry says which values it explains\n")
    );
}

#[test]
fn an_explanation_of_what_is_not_there_is_for_a_person() {
    let spec = disagreeing();
    spec.write("spec/audit.yaml", EXPLAINED.replace("request.name", "request.nam"));
    let mut out = Vec::new();
    assert_eq!(command::accept_audit(&spec.folder(), &mut out).unwrap(), Exit::Findings);
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains("not recorded: required: PUT /pets/{petId} request.nam\n"), "{out}");
    assert!(out.contains("there is `required: PUT /pets/{petId} request.name`"), "{out}");
}

#[test]
fn explanations_in_one_line_are_refused() {
    let spec = disagreeing();
    let text = "- {findings: ['required: PUT /pets/{petId} request.name'], because: It is so.}\n";
    spec.write("spec/audit.yaml", text);
    let error = spec.refused(|spec| command::accept_audit(&spec.folder(), &mut Vec::new()));
    assert!(error.to_string().contains("write each on a line of its own"), "{error}");
}
