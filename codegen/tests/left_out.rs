//! Operations that the document has and no client can have: each is told, and those beside it are generated.

mod common;

use common::spec::Spec;
use manis_codegen::command::Exit;

const NO_CONTENT: &str = "{'204': {description: Done.}}";

/// A document of one good operation.
const GOOD: &str = "openapi: 3.1.0
info: {title: Pets, version: '1'}
paths:
  /pet: {get: {operationId: show_pet, responses: {'204': {description: Done.}}}}
";

/// What is said of each operation beside a good one, and whether the sum is right.
#[track_caller]
fn left_out_beside_a_good_one(paths: &str) -> String {
    let text = GOOD.replace("paths:\n", &format!("paths:\n{paths}"));
    let (exit, printed) = Spec::of(&text).codegen(|_| {}).unwrap();
    assert_eq!(exit, Exit::Success);
    assert!(printed.contains("1 of 2 operations generated"), "{printed}");
    printed
}

#[test]
fn path_without_a_slash() {
    for path in ["dogs", "''"] {
        let path = format!("  {path}: {{get: {{operationId: dogs, responses: {NO_CONTENT}}}}}\n");
        let printed = left_out_beside_a_good_one(&path);
        assert!(printed.contains("its path does not begin with `/`"), "{printed}");
    }
}

#[test]
fn method_that_3_1_does_not_have() {
    for method in ["query", "FOO"] {
        let path =
            format!("  /dogs: {{{method}: {{operationId: dogs, responses: {NO_CONTENT}}}}}\n");
        let printed = left_out_beside_a_good_one(&path);
        let said = format!("left out: {} /dogs", method.to_uppercase());
        assert!(printed.contains(&said), "{printed}");
    }
}

#[test]
fn additional_operations_of_3_2() {
    let path =
        format!("  /dogs: {{additionalOperations: {{COPY: {{responses: {NO_CONTENT}}}}}}}\n");
    let printed = left_out_beside_a_good_one(&path);
    assert!(printed.contains("left out: COPY /dogs"), "{printed}");
}

#[test]
fn response_whose_key_is_no_status() {
    let response = "{'200  CONTENT': {description: A., content: {application/json: {schema: {type: string}}}}, '201': {description: B., content: {application/json: {schema: {type: integer}}}}}";
    let path = format!("  /dogs: {{get: {{operationId: dogs, responses: {response}}}}}\n");
    let printed = left_out_beside_a_good_one(&path);
    assert!(printed.contains("the key of a response is no status"), "{printed}");
}
