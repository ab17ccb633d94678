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
        found.contains(&"undocumented-call: PUT /pets/9A9/aaaaaa/Aaaaa".to_owned()),
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
    const PERSONAL: [&str; 5] = ["Zacharias", "Quimby", "4711", "secret-id-0815", "ann.smith"];
    let mut calls = vec![
        call(&json!({ "name": 4711, "owner": "Zacharias" }), 200, &json!({ "nick": ["Quimby"] })),
        call(&json!({ "name": "Zacharias", "nick": 4711 }), 422, &json!({ "error": "Quimby" })),
        call(&rex(), 200, &rex()),
        call(&rex(), 200, &rex()),
        call(&rex(), 200, &rex()),
    ];
    calls[2]["request"]["url"] = json!("https://api.example.com/pets/secret-id-0815/Quimby");
    calls[3]["request"]["url"] = json!("https://api.example.com/pets/ann.smith/visits");
    calls[4]["request"]["url"] =
        json!("https://api.example.com/pets/7?ann.smith&Quimby%40b.example=1");
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

/// Calls whose paths have one form are one finding, and each kind of them is still counted.
#[test]
fn calls_of_no_operation_whose_paths_have_one_form() {
    let calls = ["owners", "visits"].map(|word| {
        let mut call = call(&rex(), 200, &rex());
        call["request"]["url"] = json!(format!("https://api.example.com/pets/7/{word}"));
        call
    });
    let audit = audited(&calls);
    let unknown = audit.left.iter().find(|left| left.finding.id.starts_with("undocumented-call"));
    let said = &unknown.unwrap().finding.documentation;
    assert!(said.contains("entries/0; 1 recorded, the first is"), "{said}");
}

/// Two operations in one file: each has its own calls.
const TWO: &str = r#"openapi: 3.1.0
info: { title: Pets, version: 1.0.0 }
paths:
  /pets:
    get:
      operationId: list_pets
      responses:
        '200':
          description: All.
          content:
            application/json:
              schema:
                type: object
                required: [items]
                properties:
                  items: { type: array, items: { type: string } }
                  owners:
                    type: object
                    additionalProperties:
                      type: object
                      properties: { name: { type: string } }
  /pets/{petId}:
    put:
      operationId: update_pet
      parameters: [{ name: petId, in: path, required: true, schema: { type: string } }]
      responses:
        '200':
          description: The pet.
          content:
            application/json:
              schema: { type: object, required: [name], properties: { name: { type: string } } }
"#;

fn found_in_two(entries: &[Value]) -> Vec<String> {
    let spec = Spec::of(TWO);
    let file = har(&spec, entries);
    let audit = audit::run_with(&spec.folder(), &[file]).unwrap();
    let traffic = |id: &String| id.starts_with("example-") || id.starts_with("undocumented-s");
    found(&audit).into_iter().filter(traffic).collect()
}

fn listing(response: &Value) -> Value {
    let mut call = call(&rex(), 200, response);
    call["request"] = json!({ "method": "GET", "url": "https://api.example.com/pets" });
    call
}

#[test]
fn a_call_is_judged_by_its_own_operation_alone() {
    let mut teapot = listing(&json!({ "items": [] }));
    teapot["response"]["status"] = json!(418);
    let calls = [listing(&json!({ "items": [] })), call(&rex(), 200, &rex()), teapot];
    assert_eq!(found_in_two(&calls), ["undocumented-status: GET /pets response 418"]);
}

#[test]
fn keys_of_a_map_are_not_told() {
    let response = json!({ "items": [], "owners": { "ann@b.example": { "name": 7 } } });
    let found = found_in_two(&[listing(&response)]);
    assert_eq!(found, ["example-value: GET /pets response 200.owners.*.name"]);
}

#[test]
fn a_status_of_many_calls_is_told_once() {
    let calls: Vec<_> = (0..100).map(|_| call(&rex(), 418, &rex())).collect();
    let audit = audited(&calls);
    let status = audit.left.iter().find(|it| it.finding.id.starts_with("undocumented-status"));
    let said = &status.unwrap().finding.documentation;
    assert_eq!(said, "calls.har#/log/entries/0 has an answer 418, and 99 more calls");
}

/// A call with a body of an answer, as it is in a file.
fn answered(content: Value) -> Value {
    let mut call = call(&rex(), 200, &rex());
    call["response"]["content"] = content;
    call
}

#[track_caller]
fn assert_not_judged(call: Value) {
    let audit = audited(&[call]);
    assert_eq!(audit.traffic.unwrap().unjudged_bodies, 1);
    assert!(!found(&audit).iter().any(|id| id.contains("calls.har")), "{:?}", found(&audit));
}

#[test]
fn a_body_that_is_cut_off_is_counted_and_no_finding() {
    assert_not_judged(answered(
        json!({ "mimeType": "application/json", "text": "{\"name\": \"R" }),
    ));
}

#[test]
fn another_body_under_the_name_of_json_is_counted() {
    assert_not_judged(answered(json!({ "mimeType": "application/json", "text": "<p>Sorry" })));
}

#[test]
fn a_form_without_a_text_is_counted() {
    let mut call = call(&rex(), 200, &rex());
    let form = json!([{ "name": "name", "value": "Rex" }]);
    call["request"]["postData"] =
        json!({ "mimeType": "application/x-www-form-urlencoded", "params": form });
    assert_not_judged(call);
}

#[test]
fn base64_in_lines_and_without_padding() {
    for text in ["eyJuYW1l\nIjo3fQ==", "eyJuYW1lIjo3fQ"] {
        let content = json!({ "mimeType": "application/json", "text": text, "encoding": "Base64" });
        assert_adds(answered(content), &["example-value response 200.name"]);
    }
}

#[test]
fn a_body_behind_a_byte_order_mark() {
    let content = json!({ "mimeType": "application/json", "text": "\u{feff}{\"name\": 7}" });
    assert_adds(answered(content), &["example-value response 200.name"]);
}

#[test]
fn a_media_type_of_null_or_in_capitals() {
    for media_type in [Value::Null, json!("TEXT/Plain")] {
        let content = json!({ "mimeType": media_type, "text": "{\"name\": 7}" });
        assert_adds(answered(content), &["example-value response 200.name"]);
    }
}

/// As recorders write it of a call that was broken off.
#[test]
fn no_answer_in_any_spelling() {
    for status in [json!(-1), json!(0), json!(null), json!("")] {
        let mut call = call(&rex(), 200, &json!({}));
        call["response"] = json!({ "status": status });
        assert_adds(call, &[]);
    }
    let mut without = call(&rex(), 200, &json!({}));
    without.as_object_mut().unwrap().remove("response");
    assert_adds(without, &[]);
}

#[test]
fn a_status_as_a_text_or_a_fraction() {
    for status in [json!("418"), json!(418.0)] {
        let mut call = call(&rex(), 200, &json!({}));
        call["response"]["status"] = status;
        assert_adds(call, &["undocumented-status response 418"]);
    }
}

#[test]
fn an_answer_from_the_cache_of_a_browser_is_none() {
    assert_adds(call(&rex(), 304, &json!({ "name": 7 })), &[]);
}

#[test]
fn what_a_browser_does_by_itself_is_no_call_of_the_api() {
    for (method, url) in [
        ("OPTIONS", "https://api.example.com/pets/7"),
        ("GET", "wss://api.example.com/pets/7/live"),
        ("GET", "blob:https://api.example.com/pets/7"),
        ("GET", "data:text/plain,7"),
    ] {
        let mut call = call(&rex(), 200, &rex());
        call["request"] = json!({ "method": method, "url": url });
        let audit = audited(&[call]);
        assert_eq!(found(&audit), found_before(), "{url}");
        assert_eq!(audit.traffic.unwrap().elsewhere, 1);
    }
}

/// Chrome writes who called, and who called that, each inside of the other.
#[test]
fn an_initiator_nested_without_end_is_passed_over() {
    let spec = Spec::vendored();
    let call = call(&rex(), 418, &rex()).to_string();
    let (open, close) = ("{\"parent\":".repeat(50_000), "}".repeat(50_000));
    let call = format!("{},\"_initiator\":{open}1{close}}}", &call[..call.len() - 1]);
    let file = spec.write("calls.har", format!("{{\"log\":{{\"entries\":[{call}]}}}}"));
    let audit = audit::run_with(&spec.folder(), &[file]).unwrap();
    assert!(found(&audit).contains(&"undocumented-status response 418".to_owned()));
}

#[test]
fn files_of_one_name_are_told_apart() {
    let spec = Spec::vendored();
    let text = json!({ "log": { "entries": [call(&rex(), 418, &rex())] } }).to_string();
    let files = ["one/calls.har", "two/calls.har"].map(|name| spec.write(name, &text));
    let audit = audit::run_with(&spec.folder(), &files).unwrap();
    let status = audit.left.iter().find(|it| it.finding.id.starts_with("undocumented-status"));
    let said = &status.unwrap().finding.documentation;
    assert!(said.contains("one/calls.har#/log/entries/0"), "{said}");
}

#[test]
fn what_follows_behind_the_file_is_not_lost() {
    assert_refused("{\"log\": {\"entries\": []}}\n{\"log\": {\"entries\": []}}", ":2");
}

#[test]
fn an_error_tells_no_value() {
    for (entry, place) in [
        ("\"Zacharias\"", "/log/entries/0"),
        ("{\"request\": {\"method\": \"GET\", \"url\": 4711}}", "/request/url"),
        (
            "{\"request\": {\"method\": \"GET\", \"url\": \"a:b\"}, \"response\": {\"status\": \"Zacharias, expected x\"}}",
            "/response/status",
        ),
    ] {
        let spec = Spec::vendored();
        let file = spec.write("calls.har", format!("{{\"log\": {{\"entries\": [{entry}]}}}}"));
        let error = audit::run_with(&spec.folder(), &[file]).unwrap_err().to_string();
        assert!(error.contains(place) && error.contains("HAR (HTTP Archive 1.2)"), "{error}");
        assert!(!error.contains("Zacharias") && !error.contains("4711"), "{error}");
    }
}

#[test]
fn a_file_in_another_encoding_is_refused_with_what_to_do() {
    let spec = Spec::vendored();
    let file = spec.write("calls.har", [0xFF, 0xFE, b'{', 0]);
    let error = audit::run_with(&spec.folder(), &[file]).unwrap_err().to_string();
    assert!(error.contains("calls.har:1") && error.contains("export the calls again"), "{error}");
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
