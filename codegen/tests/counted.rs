//! The sum of operations, counted on vendored pages and on generated code.

mod common;

use common::spec::Spec;
use manis_codegen::pipeline::{self, Outcome};
use serde_json::{Value, json};

fn document(version: &str, paths: &str) -> String {
    format!(
        "openapi: {version}\ninfo: {{title: Pets, version: '1'}}\npaths:\n{paths}\
         components: {{pathItems: {{Dogs: {{get: {OPERATION}}}}}}}\n"
    )
}

const OPERATION: &str = "{responses: {'204': {description: Done.}}}";

fn report(spec: &Spec) -> (Outcome, Value) {
    let outcome = pipeline::run(&spec.folder()).unwrap();
    let report = serde_json::to_value(outcome.report()).unwrap();
    (outcome, report["operations"].clone())
}

#[test]
fn methods_of_3_2_are_operations() {
    let paths = format!(
        "  /pets:\n    get: {OPERATION}\n    query: {OPERATION}\n    \
         additionalOperations: {{LINK: {OPERATION}}}\n"
    );
    let (outcome, operations) = report(&Spec::of(&document("3.2.0", &paths)));
    assert_eq!((outcome.operations, outcome.generated), (3, 1));
    let named: Vec<_> = outcome.left_out.iter().map(|it| it.operation.as_str()).collect();
    assert_eq!(named, ["QUERY /pets", "LINK /pets"]);
    assert_eq!(operations["total"], 3);
}

#[test]
fn a_path_item_by_reference() {
    let paths = "  /dogs: {$ref: '#/components/pathItems/Dogs'}\n";
    let (outcome, _) = report(&Spec::of(&document("3.1.0", paths)));
    assert_eq!((outcome.operations, outcome.generated), (1, 1));
}

#[test]
fn a_route_of_two_pages_is_listed_as_merged() {
    let spec = Spec::empty();
    let one = format!("  /pets: {{get: {OPERATION}}}\n");
    spec.write("spec/upstream/a.yaml", document("3.1.0", &one));
    spec.write("spec/upstream/b.yaml", document("3.1.0", &one));
    let (outcome, operations) = report(&spec);
    assert_eq!((outcome.operations, outcome.generated), (1, 1));
    assert_eq!(
        operations["merged"],
        json!([{ "operation": "GET /pets", "page": "b", "first": "a", "differs": false }])
    );
}

#[test]
fn a_route_that_two_pages_have_otherwise_is_counted_twice() {
    let spec = Spec::empty();
    let one = format!("  /pets: {{get: {OPERATION}}}\n");
    spec.write("spec/upstream/a.yaml", document("3.1.0", &one));
    let other = document("3.1.0", &one).replace("'204'", "'205'");
    spec.write("spec/upstream/b.yaml", other);
    let (outcome, operations) = report(&spec);
    assert_eq!((outcome.operations, outcome.generated), (2, 1));
    assert_eq!(operations["merged"], json!([]));
    assert_eq!(outcome.left_out.len(), 1);
}

#[test]
fn an_overlay_removes_and_adds_operations() {
    let paths = format!("  /pets: {{get: {OPERATION}, post: {OPERATION}}}\n");
    let spec = Spec::of(&document("3.1.0", &paths));
    // Operations of an overlay are named by it.
    let [put, patch] = ["put", "patch"]
        .map(|id| OPERATION.replacen('{', &format!("{{operationId: {id}_pets, "), 1));
    spec.overlay(&format!(
        "overlay: 1.1.0\ninfo: {{title: Corrections, version: '1'}}\nactions:\n\
         - target: '$.paths[\"/pets\"].post'\n  remove: true\n  description: It is gone.\n\
         - target: '$.paths[\"/pets\"]'\n  update: {{put: {put}, patch: {patch}}}\n\x20 \
         description: They are new.\n"
    ));
    let (outcome, _) = report(&spec);
    assert_eq!((outcome.operations, outcome.generated), (3, 3));
}
