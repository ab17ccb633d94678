//! Every page's examples become tests of the crate beside the spec, without a line of Rust; and a page without
//! one that can be used is named.

mod common;

use std::path::Path;

use common::spec::Spec;
use manis_codegen::command::Exit;

const SETTINGS: &str =
    "mock: crate\nlibrary: shop\ntests: {client: super::client, mock: shop::mock}\n";
const CREATE: &str = include_str!("fixtures/example-pages/create-order.md");
const SHOW: &str = include_str!("fixtures/example-pages/show-order.md");
const CANCEL: &str = include_str!("fixtures/example-pages/cancel-order.md");
const GENERATED: &str = "tests/generated/mod.rs";

/// A folder with the pages, and what `codegen` says of their examples.
fn generated(pages: &[(&str, &str)]) -> (Spec, String) {
    let spec = Spec::empty();
    spec.write("spec/generate.yaml", SETTINGS);
    let files: Vec<_> = pages.iter().map(|(name, text)| spec.write(name, text)).collect();
    spec.vendor(&files.iter().map(|file| file.as_path()).collect::<Vec<_>>()).unwrap();
    let said = codegen(&spec);
    (spec, said)
}

fn codegen(spec: &Spec) -> String {
    let (exit, printed) = spec.codegen(|_| {}).unwrap();
    assert_eq!(exit, Exit::Success);
    let lines = printed
        .lines()
        .filter(|line| line.contains("example: ") || line.contains(" examples are "));
    lines.map(|line| format!("{line}\n")).collect()
}

fn is_test(function: &syn::ItemFn) -> bool {
    let mut names = function.attrs.iter().filter_map(|attribute| attribute.path().segments.last());
    names.any(|name| name.ident == "test")
}

/// The tests that were written, in their order.
fn tests(spec: &Spec) -> Vec<String> {
    let text = spec.read(GENERATED);
    let file = syn::parse_file(&text).unwrap();
    let functions = file.items.iter().filter_map(|item| match item {
        syn::Item::Fn(function) if is_test(function) => Some(&function.sig.ident),
        _ => None,
    });
    functions.map(ToString::to_string).collect()
}

#[test]
fn optional_fields_and_an_error_status() {
    let (spec, said) = generated(&[("create-order.md", CREATE)]);
    assert_eq!(said, "5 of 5 examples are tests of the crate\n");
    insta::assert_snapshot!(tests(&spec).join("\n"), @"
    create_order_request_1
    create_order_request_2
    create_order_response_201_1
    create_order_response_201_2
    create_order_response_422_1
    create_order_is_sent
    create_order_request_2_is_sent
    create_order_response_201_1_is_received
    create_order_response_201_1_is_mocked
    create_order_response_201_2_is_received
    create_order_response_201_2_is_mocked
    create_order_response_422_1_is_received
    create_order_response_422_1_is_mocked
    ");
    let text = spec.read(GENERATED);
    assert!(
        text.contains("refused(call.send().await, 422, CREATE_ORDER_RESPONSE_422_1)"),
        "{text}"
    );
    assert!(text.contains(".unprocessable_entity(&value::<types::Refusal>("), "{text}");
}

#[test]
fn example_without_a_request() {
    let (spec, _) = generated(&[("show-order.md", SHOW)]);
    let expected = [
        "show_order_response_200_1",
        "show_order_is_sent",
        "show_order_response_200_1_is_received",
        "show_order_response_200_1_is_mocked",
    ];
    assert_eq!(tests(&spec), expected);
    let text = spec.read(GENERATED);
    assert!(text.contains(r#"&[("lang", "en")], &[], Sent::Nothing"#), "{text}");
}

#[test]
fn page_that_is_added_renames_no_test() {
    let (spec, _) = generated(&[("show-order.md", SHOW)]);
    let before = tests(&spec);
    let page = spec.write("create-order.md", CREATE);
    spec.vendor(&[&page]).unwrap();
    codegen(&spec);
    let after = tests(&spec);
    assert!(before.iter().all(|test| after.contains(test)), "{before:?} {after:?}");
    assert!(after.contains(&"create_order_response_422_1_is_received".to_owned()), "{after:?}");
}

#[test]
fn page_whose_only_example_is_undefined() {
    let (spec, said) = generated(&[("cancel-order.md", CANCEL), ("show-order.md", SHOW)]);
    assert_eq!(
        said,
        "no usable example: cancel-order (DELETE /v1/orders/{orderId}): `undefined` is all that it \
         shows: request of 200: cancelled\n1 of 1 examples are tests of the crate\n"
    );
    let text = spec.read(GENERATED);
    let ignored = "#[ignore = \"cancel-order (DELETE /v1/orders/{orderId}): `undefined` is all";
    assert!(text.contains(ignored), "{text}");
    // It is called and mocked all the same, with what its document describes.
    let names = tests(&spec);
    for name in ["cancel_order_is_sent", "cancel_order_is_mocked"] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
}

#[track_caller]
fn named(page: &str, reason: &str) {
    let (spec, said) = generated(&[("show-order.md", page)]);
    let line = format!("no usable example: show-order (GET /v1/orders/{{orderId}}): {reason}\n");
    assert!(said.contains(&line), "{said}");
    assert!(tests(&spec).contains(&"show_order_has_no_usable_example".to_owned()));
}

#[test]
fn page_without_examples() {
    named(SHOW.split("## Examples").next().unwrap(), "it shows no example");
}

#[test]
fn page_whose_example_contradicts_its_schema() {
    let page = SHOW.replace("\"id\": \"o-1\"", "\"id\": 1");
    named(&page, "what it shows is not what its schema says: 200: one line, /id");
}

#[test]
fn page_whose_example_is_not_json() {
    named(&SHOW.replace("{\"id\": \"o-1\"", "{id: o-1"), "what it shows is not JSON");
}

#[test]
fn page_whose_example_has_no_schema() {
    let page = SHOW.replace("### 200: one line", "### 404: one line");
    named(&page, "its document has no schema for what it shows");
}

#[test]
fn header_is_that_of_the_client() {
    let (spec, _) = generated(&[("show-order.md", SHOW)]);
    let head = |file: &str| spec.read(file).lines().take(2).collect::<Vec<_>>().join("\n");
    assert_eq!(head(GENERATED), head("src/generated.rs"));
    assert!(head(GENERATED).starts_with("// @generated by `cargo xtask codegen`. Do not edit"));
}

#[test]
fn check_sees_an_example_that_changed() {
    let (spec, _) = generated(&[("show-order.md", SHOW)]);
    let check = |spec: &Spec| spec.codegen(|options| options.check = true).unwrap();
    assert_eq!(check(&spec).0, Exit::Success);
    let page = spec.write("show-order.md", SHOW.replace("lamp", "chair"));
    spec.vendor(&[&page]).unwrap();
    let (exit, printed) = check(&spec);
    assert_eq!(exit, Exit::Findings);
    assert!(
        printed.contains("-      \"article\": \"lamp\"\n+      \"article\": \"chair\""),
        "{printed}"
    );
}

#[test]
fn without_the_setting_there_are_no_tests() {
    let spec = Spec::vendored();
    codegen(&spec);
    assert!(!Path::new(&spec.path(GENERATED)).exists());
}

#[test]
fn setting_that_is_no_path_is_refused() {
    let spec = Spec::vendored();
    spec.write("spec/generate.yaml", "library: shop\ntests: {client: 'a client'}\n");
    let error = spec.refused(|spec| spec.codegen(|_| {}));
    assert!(error.to_string().contains("`a client` is not a Rust path"), "{error}");
}
