//! Marks of paged operations that do not fit: each is an error with its place and what to do.

mod common;

use common::spec::Spec;
use manis_codegen::pipeline;
use manis_codegen::syntax::yaml;
use serde_json::{Value, json};

/// A list with everything that a mark could name.
const DOCUMENT: &str = r#"
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets/{owner}:
    get:
      operationId: list_pets
      parameters:
      - {name: owner, in: path, required: true, schema: {type: string}}
      - {name: page, in: query, schema: {type: integer}}
      - {name: size, in: query, schema: {type: integer, maximum: 100}}
      - {name: tags, in: query, schema: {type: array, items: {type: string}}}
      - {name: session, in: cookie, schema: {type: string}}
      responses:
        '200':
          description: A page.
          content:
            application/json:
              schema:
                type: object
                properties:
                  data: {type: array, items: {type: object, properties: {id: {type: string}}}}
                  total: {type: integer}
                  more: {type: boolean}
                  next: {type: string}
                  either: {oneOf: [{type: object, properties: {list: {type: array, items: {type: integer}}}}, {type: string}]}
"#;

/// What is wrong with a mark, and where it says so.
fn refused(mark: &Value) -> (String, String) {
    let mut document = yaml::parse(DOCUMENT).unwrap();
    document["paths"]["/pets/{owner}"]["get"]["x-pagination"] = mark.clone();
    let spec = Spec::of(&yaml::print(&document));
    let error = pipeline::run(&spec.folder()).map(drop).unwrap_err();
    let place = error.place.pointer.clone().unwrap_or_default();
    let place = place.strip_prefix("/paths/~1pets~1{owner}/get/x-pagination").map(str::to_owned);
    assert!(error.to_string().contains("GET /pets/{owner}"), "{error}");
    assert!(error.to_string().contains("x-pagination` in overlay.yaml"), "{error}");
    (error.to_string(), place.unwrap_or_else(|| panic!("{error}")))
}

#[track_caller]
fn assert_refused(mark: Value, place: &str, words: &str) {
    let (error, found) = refused(&mark);
    assert!(error.contains(words) && found == place, "at {found}: {error}");
}

fn numbered(input: Value, outputs: Value) -> Value {
    json!({ "type": "offsetLimit", "inputs": [input], "outputs": outputs })
}

fn page() -> Value {
    json!({ "name": "page", "in": "parameters", "type": "page", "start": 1 })
}

#[test]
fn a_mark_with_a_key_that_means_nothing() {
    let mark = numbered(page(), json!({ "results": "$.data", "totl": "$.total" }));
    assert_refused(mark, "", "unknown field `totl`");
}

#[test]
fn a_kind_that_is_none() {
    assert_refused(json!({ "type": "magic" }), "", "unknown variant `magic`");
    assert_refused(json!("offsetLimit"), "", "these pages cannot be asked for");
}

#[test]
fn a_parameter_that_is_not_there() {
    let input = json!({ "name": "pageNo", "in": "parameters", "type": "page", "start": 1 });
    let mark = numbered(input, json!({ "results": "$.data" }));
    assert_refused(mark, "/inputs/0", "the operation has no parameter `pageNo`");
}

#[test]
fn a_parameter_of_the_path_or_a_cookie() {
    for (name, words) in [("owner", "a path parameter"), ("session", "a cookie parameter")] {
        let input = json!({ "name": name, "in": "parameters", "type": "page", "start": 1 });
        assert_refused(numbered(input, json!({ "results": "$.data" })), "/inputs/0", words);
    }
}

#[test]
fn a_parameter_that_is_a_list() {
    let input = json!({ "name": "tags", "in": "parameters", "type": "page", "start": 1 });
    let mark = numbered(input, json!({ "results": "$.data" }));
    assert_refused(mark, "/inputs/0", "`tags` is of the type array");
}

#[test]
fn a_field_of_a_body_that_is_not_there() {
    let input = json!({ "name": "page", "in": "requestBody", "type": "page", "start": 1 });
    let mark = numbered(input, json!({ "results": "$.data" }));
    assert_refused(mark, "/inputs/0", "the body has no field `page`");
}

#[test]
fn a_first_page_that_nobody_knows() {
    let input = json!({ "name": "page", "in": "parameters", "type": "page" });
    let mark = numbered(input, json!({ "results": "$.data" }));
    assert_refused(mark, "/inputs/0", "whether the first page is 0 or 1 is not said");
}

#[test]
fn a_field_of_the_answer_that_is_not_there() {
    for (output, words) in [
        ("results", "`$.data.items` is not in the answer: it has no field `items` there"),
        ("total", "`$.meta.total` is not in the answer: it has no field `meta` there"),
        ("hasMore", "`$.next[0]` is not in the answer: it has no list there"),
    ] {
        let path = words.split('`').nth(1).unwrap();
        let mut outputs = json!({ "results": "$.data" });
        outputs[output] = json!(path);
        assert_refused(numbered(page(), outputs), &format!("/outputs/{output}"), words);
    }
}

#[test]
fn a_field_of_another_type() {
    for (output, path, words) in [
        ("results", "$.total", "of the type integer, not array"),
        ("total", "$.more", "of the type boolean, not integer"),
        ("hasMore", "$.data", "of the type array, not boolean"),
        ("numPages", "$.data", "of the type array, not integer"),
    ] {
        let mut outputs = json!({ "results": "$.data" });
        outputs[output] = json!(path);
        assert_refused(numbered(page(), outputs), &format!("/outputs/{output}"), words);
    }
}

#[test]
fn a_path_that_is_none() {
    for path in ["data", "$..data", "$.data[*].id"] {
        let mark = numbered(page(), json!({ "results": path }));
        assert_refused(mark, "/outputs/results", "is no path of names and indexes");
    }
}

#[test]
fn a_list_that_has_no_type_of_its_own_in_rust() {
    let mark = numbered(page(), json!({ "results": "$.either.list" }));
    assert_refused(mark, "/outputs/results", "in Rust there is no list");
    let mark = numbered(page(), json!({ "results": "$.data[0]" }));
    assert_refused(mark, "/outputs/results", "of the type object, not array");
}

#[test]
fn pages_without_an_end() {
    let words = "nothing says where the pages end";
    assert_refused(numbered(page(), json!({})), "/outputs", words);
}

#[test]
fn an_offset_without_items() {
    let input = json!({ "name": "page", "in": "parameters", "type": "offset" });
    let mark = numbered(input, json!({ "hasMore": "$.more" }));
    assert_refused(mark, "", "an offset counts items");
}

#[test]
fn inputs_that_are_missing_twice_there_or_of_another_kind() {
    let one = "one input of the type `page` or `offset` is needed";
    let outputs = json!({ "results": "$.data" });
    let mark = |kind: &str, inputs: &[Value]| json!({ "type": kind, "inputs": inputs, "outputs": outputs });
    let offset = json!({ "name": "size", "in": "parameters", "type": "offset" });
    assert_refused(mark("offsetLimit", &[]), "/inputs", one);
    assert_refused(mark("offsetLimit", &[page(), offset]), "/inputs", one);
    let twice = "a second input of one `type`";
    assert_refused(mark("offsetLimit", &[page(), page()]), "/inputs/1", twice);
    let unused = "an input of this `type` is not used here";
    assert_refused(mark("cursor", &[page()]), "/inputs/0", unused);
    assert_refused(mark("link", &[page()]), "/inputs/0", unused);
}

#[test]
fn outputs_of_another_kind_or_missing() {
    let cursor = json!({ "name": "page", "in": "parameters", "type": "cursor" });
    let mark =
        |kind: &str, outputs: Value| json!({ "type": kind, "inputs": [], "outputs": outputs });
    let results = json!({ "results": "$.data" });
    assert_refused(mark("url", results.clone()), "/outputs", "`nextUrl` is needed");
    let of_cursor = json!({ "type": "cursor", "inputs": [cursor], "outputs": results });
    assert_refused(of_cursor, "/outputs", "`nextCursor` is needed");
    for (kind, output) in
        [("link", "nextUrl"), ("url", "nextCursor"), ("link", "total"), ("url", "numPages")]
    {
        let mut outputs = json!({ "results": "$.data" });
        outputs[output] = json!("$.next");
        let words = format!("`{output}`");
        assert_refused(mark(kind, outputs), &format!("/outputs/{output}"), &words);
    }
}

#[test]
fn the_overlays_key_stands_in_for_that_of_the_page() {
    let mut document = yaml::parse(DOCUMENT).unwrap();
    let get = &mut document["paths"]["/pets/{owner}"]["get"];
    get["x-speakeasy-pagination"] = json!({ "type": "magic" });
    let run = |document: &Value| pipeline::run(&Spec::of(&yaml::print(document)).folder());
    assert!(run(&document).is_err());
    document["paths"]["/pets/{owner}"]["get"]["x-pagination"] = json!(false);
    assert!(!run(&document).unwrap().outline().contains("Pages<"));
}

/// The vendor's lists, as their pages are: an action each says how they are paged. What that does on the wire is in
/// the fixture `pages-by-number`.
const LISTS: &str = r#"
overlay: 1.1.0
info: {title: Corrections, version: 1.0.0}
actions:
- target: $.paths['/api/v1/customers'].get
  description: 'The page, Query Params: "Page number (default: 0)".'
  x-patch: P1
  update:
    x-pagination:
      type: offsetLimit
      inputs:
      - {name: page, in: parameters, type: page, start: 0}
      - {name: pageSize, in: parameters, type: limit}
      outputs: {results: $.data, total: $.total}
- target: $.paths['/api/v1/payins'].get
  description: The example counts pages from 0.
  x-patch: P2
  update:
    x-pagination:
      type: offsetLimit
      inputs:
      - {name: page, in: parameters, type: page, start: 0}
      - {name: pageSize, in: parameters, type: limit}
      outputs: {results: $.data, total: $.total}
"#;

#[test]
fn the_stand_ins_lists_page() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("tests/pages");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_list =
        |file: &std::path::PathBuf| file.file_name().unwrap().to_str().unwrap().starts_with("get-");
    let lists: Vec<_> = files.filter(is_list).collect();
    let spec = Spec::empty();
    spec.vendor(&lists.iter().map(|file| file.as_path()).collect::<Vec<_>>()).unwrap();
    spec.overlay(LISTS);
    let outline = pipeline::run(&spec.folder()).unwrap().outline();
    let items: Vec<_> = outline.lines().filter(|line| line.contains("-> Items<")).collect();
    assert_eq!(items.len(), 2, "{outline}");
    assert!(items.iter().all(|line| line.contains("fn items(self)")), "{items:?}");
}
