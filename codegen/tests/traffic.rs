//! Recorded traffic (HAR files) as a witness of the audit.

mod common;

use std::path::PathBuf;

use common::spec::Spec;
use manis_codegen::audit::{self, Audit};
use manis_codegen::command;
use manis_codegen::drift::Format;
use serde_json::{Value, json};

/// A call of the one operation of the pets.
fn call(request: &Value, status: u16, response: &Value) -> Value {
    json!({
        "request": {
            "method": "PUT", "url": "https://api.example.com/pets/7a1?verbose=1",
            "postData": { "mimeType": "application/json", "text": request.to_string() },
        },
        "response": {
            "status": status,
            "content": { "mimeType": "application/json; charset=utf-8", "text": response.to_string() },
        },
    })
}

fn har(spec: &Spec, entries: &[Value]) -> PathBuf {
    spec.write("calls.har", json!({ "log": { "entries": entries } }).to_string())
}

fn audited(entries: &[Value]) -> Audit {
    let spec = Spec::vendored();
    let file = har(&spec, entries);
    audit::run_with(&spec.folder(), &[file]).unwrap()
}

/// The ids of what is left, the operation left out.
fn found(audit: &Audit) -> Vec<String> {
    let ids = audit.left.iter().map(|left| left.finding.id.replace(": PUT /pets/{petId}", ""));
    ids.collect()
}

fn found_in(call: Value) -> Vec<String> {
    found(&audited(&[call]))
}

fn rex() -> Value {
    json!({ "name": "Rex" })
}

/// What is found without traffic.
fn found_before() -> Vec<String> {
    found(&audit::run(&Spec::vendored().folder()).unwrap())
}

/// What traffic adds to what is found.
#[track_caller]
fn assert_adds(call: Value, expected: &[&str]) {
    let before = found_before();
    let mut added = found_in(call);
    added.retain(|id| !before.contains(id) && id != "undeclared-parameter query verbose");
    assert_eq!(added, expected);
}

#[test]
fn what_fits_adds_nothing() {
    assert_adds(call(&rex(), 200, &json!({ "name": "Rex", "nick": null })), &[]);
}

#[test]
fn a_parameter_that_is_not_declared() {
    let found = found_in(call(&rex(), 200, &rex()));
    assert!(found.contains(&"undeclared-parameter query verbose".to_owned()), "{found:?}");
}

#[test]
fn a_field_that_is_not_described() {
    let response = json!({ "name": "Rex", "breed": "Beagle" });
    assert_adds(call(&rex(), 200, &response), &["example-unknown-field response 200.breed"]);
}

#[test]
fn a_required_field_that_is_absent() {
    assert_adds(call(&json!({}), 200, &rex()), &["example-missing-field request.name"]);
}

#[test]
fn a_value_of_another_type() {
    assert_adds(call(&rex(), 200, &json!({ "name": 7 })), &["example-value response 200.name"]);
}

#[test]
fn a_status_that_is_not_described() {
    assert_adds(
        call(&rex(), 418, &json!({ "error": "tea" })),
        &["undocumented-status response 418"],
    );
}

#[test]
fn a_call_of_no_operation() {
    let mut call = call(&rex(), 200, &rex());
    call["request"]["url"] = json!("https://api.example.com/pets/7A1/owners/Smith");
    let audit = audited(&[call]);
    let found = found(&audit);
    assert!(
        found.contains(&"undocumented-call: PUT /pets/9A9/owners/Aaaaa".to_owned()),
        "{found:?}"
    );
}

#[test]
fn a_call_of_another_address_is_counted_and_no_finding() {
    let mut call = call(&rex(), 200, &rex());
    call["request"]["url"] = json!("https://cdn.example.com/logo.png");
    let audit = audited(&[call]);
    assert_eq!(found(&audit), found_before());
    let counts = audit.traffic.unwrap();
    assert_eq!((counts.calls, counts.judged, counts.elsewhere), (1, 0, 1));
}

#[test]
fn a_body_that_is_no_json_is_counted() {
    let mut call = call(&rex(), 200, &rex());
    call["response"]["content"] =
        json!({ "mimeType": "image/png", "text": "iVBORw0KGgo=", "encoding": "base64" });
    assert_eq!(audited(&[call]).traffic.unwrap().unjudged_bodies, 1);
}

#[test]
fn a_body_in_base64_is_read() {
    let mut call = call(&rex(), 200, &rex());
    // `{"name":7}`
    call["response"]["content"] =
        json!({ "mimeType": "application/json", "text": "eyJuYW1lIjo3fQ==", "encoding": "base64" });
    assert_adds(call, &["example-value response 200.name"]);
}

#[test]
fn a_call_that_was_broken_off_has_no_answer() {
    let mut call = call(&rex(), 0, &Value::Null);
    call["response"]["content"] = json!({ "mimeType": "x-unknown" });
    assert_adds(call, &[]);
}

/// Every place in which values could be told.
#[test]
fn no_value_is_told() {
    const PERSONAL: [&str; 4] = ["Zacharias", "Quimby", "4711", "secret-id-0815"];
    let mut calls = vec![
        call(&json!({ "name": 4711, "owner": "Zacharias" }), 200, &json!({ "nick": ["Quimby"] })),
        call(&json!({ "name": "Zacharias", "nick": 4711 }), 422, &json!({ "error": "Quimby" })),
        call(&rex(), 200, &rex()),
    ];
    calls[2]["request"]["url"] = json!("https://api.example.com/pets/secret-id-0815/Quimby");
    let spec = Spec::vendored();
    let files = [har(&spec, &calls)];
    let mut printed = Vec::new();
    for format in [Format::Text, Format::Markdown, Format::Json] {
        command::audit(&spec.folder(), &files, format, &mut printed).unwrap();
    }
    command::propose(&spec.folder(), &files, true, &mut printed).unwrap();
    let mut printed = String::from_utf8(printed).unwrap();
    printed += &spec.read("spec/overlay.yaml");
    assert!(printed.contains("breed") || printed.contains("owner"), "{printed}");
    for value in PERSONAL {
        assert!(!printed.contains(value), "{value} is in {printed}");
    }
}

/// From a recorded call to an action of the overlay that has the field.
#[test]
fn an_undescribed_field_becomes_an_action() {
    let spec = Spec::vendored();
    let response = json!({ "name": "Rex", "breed": "Beagle" });
    let files = [har(&spec, &[call(&rex(), 200, &response)])];
    command::propose(&spec.folder(), &files, true, &mut Vec::new()).unwrap();
    let overlay = spec.read("spec/overlay.yaml");
    assert!(overlay.contains("breed:") && overlay.contains("type: string"), "{overlay}");
    let found = found(&audit::run_with(&spec.folder(), &files).unwrap());
    assert!(!found.iter().any(|id| id.contains("breed")), "{found:?}");
}

#[track_caller]
fn assert_refused(text: &str, place: &str) {
    let spec = Spec::vendored();
    let file = spec.write("calls.har", text);
    let error = audit::run_with(&spec.folder(), &[file]).unwrap_err().to_string();
    assert!(error.contains("calls.har") && error.contains(place), "{error}");
}

#[test]
fn what_is_no_har_is_refused_with_its_place() {
    assert_refused("not JSON", ":1");
    assert_refused("{\"log\": {}}", "/log");
    assert_refused(
        "{\"log\": {\"entries\": [{\"request\": {\"method\": 1}}]}}",
        "/log/entries/0/request/method",
    );
    let no_address = "{\"log\": {\"entries\": [{\"request\": {\"method\": \"GET\", \"url\": \"pets\"}, \
                      \"response\": {\"status\": 200}}]}}";
    assert_refused(no_address, "/log/entries/0/request/url");
}

#[test]
fn a_file_that_is_not_there_is_refused() {
    let spec = Spec::vendored();
    let error = audit::run_with(&spec.folder(), &[spec.path("none.har")]).unwrap_err().to_string();
    assert!(error.contains("none.har"), "{error}");
}
