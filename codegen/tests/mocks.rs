//! Typed mocks of another vendor's document: what they are made on, and which examples they have.

mod common;

use std::fs;
use std::path::Path;

use common::spec::Spec;
use manis_codegen::pipeline;
use manis_codegen::syntax::yaml;

/// The mocks of a fixture of `generate`, with these settings.
fn mocks(settings: &str) -> String {
    let file = "tests/fixtures/generate/mocks-that-tell-what-differs.yaml";
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let spec = Spec::of(&yaml::print(&yaml::parse(&text).unwrap()["document"]));
    spec.write("spec/generate.yaml", settings);
    pipeline::run(&spec.folder()).unwrap().mock.unwrap()
}

/// The functions of the module `examples`, and what each returns.
fn examples(mocks: &str) -> Vec<String> {
    let lines = mocks.split("pub mod examples").nth(1).unwrap_or_default().lines();
    let functions = lines.filter_map(|line| line.trim().strip_prefix("pub fn "));
    functions.map(|function| function.trim_end_matches(" {").to_owned()).collect()
}

#[test]
fn every_example_that_fits_is_a_function_once() {
    assert_eq!(
        examples(&mocks("mock: crate\n")),
        [
            "show_pet_200() -> types::Pet",
            "show_pet_200_2() -> types::Pet",
            "show_pet_4xx() -> types::Refusal",
            "add_pet_request() -> types::Pet",
        ]
    );
}

#[test]
fn a_parameter_is_called_as_its_setter_is() {
    let mocks = mocks("mock: crate\n");
    assert!(mocks.contains("path: \"/pets/{pet_id}\""), "{mocks}");
    assert!(mocks.contains(".path_param(\"pet_id\", value.to_string())"), "{mocks}");
    assert!(!mocks.contains("path_matches") && !mocks.contains("regex::"), "{mocks}");
}

#[test]
fn a_path_that_ends_like_another_is_told_apart() {
    let mocks = mocks("mock: crate\n");
    assert_eq!(mocks.matches("others: &[\"/owners/{owner}/pets/{pet}\"]").count(), 1, "{mocks}");
    assert_eq!(mocks.matches("others: &[]").count(), 2, "{mocks}");
}

#[test]
fn a_client_without_the_runtime_has_progenitors_mocks() {
    let mocks = mocks("mock: crate\nruntime: progenitor-client\n");
    assert!(mocks.contains("path_matches") && !mocks.contains("openapi_client_runtime"), "{mocks}");
    assert!(examples(&mocks).is_empty(), "{mocks}");
}

#[test]
fn an_answer_whose_status_has_no_name_is_called_after_its_number() {
    let file = "tests/fixtures/generate/statuses-that-no-registry-names.yaml";
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let spec = Spec::of(&yaml::print(&yaml::parse(&text).unwrap()["document"]));
    spec.write("spec/generate.yaml", "mock: crate\n");
    let mocks = pipeline::run(&spec.folder()).unwrap().mock.unwrap();
    let then = mocks.split("impl ListPetsThen").nth(1).unwrap();
    let functions: Vec<_> =
        then.split("pub fn ").skip(3).map(|it| it.split('(').next().unwrap()).collect();
    assert_eq!(
        functions[..6],
        [
            "ok",
            "status_299",
            "status_499",
            "network_authentication_required",
            "status_520",
            "status_999"
        ]
    );
    assert!(then.contains(".status(520u16)") && !then.contains("510u16"), "{then}");
}
