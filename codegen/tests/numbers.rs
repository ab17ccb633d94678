//! Numbers keep how they are written, from the page to the document and the examples; and how that is
//! done is seen nowhere.

mod common;
#[path = "common/properties.rs"]
mod properties;

use common::spec::{DOCUMENT, Spec, page};
use manis_codegen::audit;
use manis_codegen::command::{self, DriftOptions, Old};
use manis_codegen::drift::{self, Side};
use proptest::prelude::*;

/// What no output may have: it marks a number that is not written as it is printed.
const MARK: char = '\u{FDD0}';

/// A page about an amount.
fn amount(schema: &str, example: &str) -> String {
    let document = DOCUMENT.replace("name:\n          type: string", &format!("name: {schema}"));
    page(&document).replace("\"Rex\"", example)
}

fn vendored(page: &str) -> Spec {
    let spec = Spec::empty();
    let input = spec.write("pets.md", page);
    spec.vendor(&[&input]).unwrap();
    spec
}

fn generated(spec: &Spec) {
    spec.codegen(|options| {
        options.out = Some(spec.path("client"));
        options.emit = Some(spec.path("stages"));
        options.report = Some(spec.path("report.json"));
    })
    .unwrap();
}

#[test]
fn an_amount_keeps_its_zero_from_page_to_document_and_example() {
    let spec = vendored(&amount("{type: number, minimum: 0.10, example: 10.50}", "10.50"));
    generated(&spec);
    let document = spec.read("spec/openapi.yaml");
    assert!(document.contains("minimum: 0.10") && document.contains("example: 10.50"));
    assert!(spec.read("spec/upstream/pets.examples.json").contains("\"name\": 10.50"));
    assert!(spec.read("client/tests/examples/update_pet_request_1.json").contains("10.50"));
}

#[test]
fn a_document_of_json_keeps_its_numbers() {
    let spec = Spec::empty();
    let text = r#"{"openapi": "3.0.3", "info": {"title": "Pets", "version": "1"},
        "paths": {"/pets": {"get": {"operationId": "list", "responses": {"200":
        {"description": "", "content": {"application/json": {"example": 1.50}}}}}}}}"#;
    spec.write("spec/upstream/pets.json", text);
    generated(&spec);
    assert!(spec.read("stages/1-vendored.yaml").contains("example: 1.50"));
}

#[test]
fn a_value_of_the_overlay_keeps_its_zero() {
    let spec = vendored(&amount("{type: number}", "1"));
    spec.overlay(
        "overlay: 1.1.0\ninfo: {title: Corrections, version: '1'}\nactions:\n\
         - target: $.components.schemas.Pet.properties.name\n  x-patch: amount\n  \
         description: An amount.\n  update: {example: 10.50}\n",
    );
    generated(&spec);
    assert!(spec.read("spec/openapi.yaml").contains("example: 10.50"));
}

#[test]
fn a_version_is_a_text_as_it_is_written() {
    let spec = vendored(&page(&DOCUMENT.replace("version: 1.0.0", "version: 1.10")));
    generated(&spec);
    assert!(spec.read("spec/openapi.yaml").contains("version: '1.10'"));
}

#[test]
fn a_bound_counts_by_its_value() {
    let sides = ["{type: number, maximum: 10.50}", "{type: number, maximum: 10.5}"];
    let sides = sides.map(|schema| vendored(&amount(schema, "1")));
    let [old, new] = sides.each_ref().map(|spec| Side::read(&spec.folder()).unwrap());
    assert!(drift::compare(&old, &new).wire.is_empty());
}

#[test]
fn a_text_that_would_be_taken_for_a_number_is_refused() {
    let spec = Spec::empty();
    let input = spec.write("pets.md", amount(&format!("{{title: \"{MARK}1\"}}"), "1"));
    let error = spec.refused(|spec| spec.vendor(&[&input])).to_string();
    assert!(error.contains("pets.md:33") && error.contains("U+FDD0"), "{error}");
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?(0|[1-9][0-9]{0,3})\\.[0-9]{0,3}0",
        "-?[1-9](\\.[0-9]{1,2})?[eE][+-]?[0-9]",
        "[1-9][0-9]{19,30}",
        "[+-]?[0-9]{1,3}",
        "\\.[0-9]{1,3}|0x[0-9A-F]{1,3}|0[0-9]{1,2}\\.0",
    ]
}

/// A schema with numbers wherever one may stand, right or wrong.
fn schema() -> impl Strategy<Value = String> {
    let keyword = prop::sample::select(vec![
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minContains",
        "const",
        "default",
        "example",
        "title",
        "description",
        "pattern",
        "format",
        "x-anything",
        "required",
        "nullable",
        "$anchor",
    ]);
    let lists = prop::sample::select(vec!["enum", "examples", "required", "prefixItems", "anyOf"]);
    let types =
        prop::sample::select(vec!["string", "number", "integer", "boolean", "array", "1.10"]);
    (
        types,
        prop::collection::btree_map(keyword, number(), 0..4),
        prop::collection::btree_map(lists, prop::collection::vec(number(), 1..3), 0..2),
    )
        .prop_map(|(kind, keywords, lists)| {
            let keywords = keywords.into_iter().filter(|(key, _)| !lists.contains_key(key));
            let mut fields = vec![format!("type: {kind}")];
            fields.extend(keywords.map(|(key, number)| format!("{key}: {number}")));
            fields.extend(lists.iter().map(|(key, all)| format!("{key}: [{}]", all.join(", "))));
            format!("{{{}}}", fields.join(", "))
        })
}

proptest! {
    #![proptest_config(properties::cases(24))]

    #[test]
    fn no_output_shows_how_numbers_are_kept(old in schema(), new in schema(), example in "[1-9]\\.[0-9]0") {
        let sides = [old, new].map(|schema| vendored(&amount(&schema, &example)));
        let mut printed = Vec::new();
        for spec in &sides {
            let done = spec.codegen(|options| {
                options.out = Some(spec.path("client"));
                options.emit = Some(spec.path("stages"));
                options.report = Some(spec.path("report.json"));
            });
            printed.push(done.map_or_else(|error| error.to_string(), |(_, text)| text));
            for format in [audit::Format::Text, audit::Format::Markdown, audit::Format::Json] {
                let found = audit::run(&spec.folder());
                printed.push(found.map_or_else(|error| error.to_string(), |it| it.render(format)));
            }
            printed.extend(spec.files().into_iter().map(|(_, text)| String::from_utf8(text).unwrap()));
        }
        for format in [drift::Format::Text, drift::Format::Markdown, drift::Format::Json] {
            let mut out = Vec::new();
            let options = DriftOptions { old: Old::Path(sides[0].folder()), new: sides[1].folder(), format, accept: None };
            match command::drift(&options, &mut out) {
                Ok(_) => printed.push(String::from_utf8(out).unwrap()),
                Err(error) => printed.push(error.to_string()),
            }
        }
        for text in printed {
            prop_assert!(!text.contains(MARK), "{}", text);
        }
    }
}
