use serde_json::{Value, json};
use syn::{File, parse_quote};

use super::{Counted, Counting};
use crate::error::{Problem, Result};
use crate::report::{LeftOut, Rule};

static OPERATION: Rule = Rule::left_out("operation", "", "");
static PART: Rule = Rule::left_out("media-type", "", "");
static ROUTE: Rule = Rule::left_out("N9 merge", "", "");

/// A client that lists and adds pets.
fn client() -> File {
    parse_quote! {
        impl Client {
            pub fn base_url(&self) -> &str { "" }
            pub fn list_pets(&self) -> builder::ListPets<'_> { builder::ListPets::new(self) }
            pub fn add_pet(&self) -> builder::AddPet<'_> { builder::AddPet::new(self) }
        }
        pub mod builder {
            impl<'a> ListPets<'a> {
                #[doc = "Sends a `GET` request to `/pets/{owner}`"]
                pub async fn send(self) {}
            }
            impl<'a> AddPet<'a> {
                #[doc = "Sends a `POST` request to `/pets/{owner}`"]
                pub async fn send(self) {}
            }
        }
    }
}

fn document(paths: Value) -> Value {
    json!({ "openapi": "3.1.0", "paths": paths })
}

fn both() -> Value {
    document(json!({ "/pets/{owner}": { "get": {}, "post": {} } }))
}

fn left_out(rule: &'static Rule, operation: &str, place: &str) -> LeftOut {
    let (operation, place) = (operation.to_owned(), place.to_owned());
    LeftOut { rule, operation, place, reason: String::new() }
}

/// Counts pages of which none was changed by an overlay.
fn count(pages: &[&Value], left_out: &[LeftOut]) -> Result<Counted> {
    patched(pages, &json!({}), &json!({}), left_out)
}

fn patched(
    pages: &[&Value],
    before: &Value,
    after: &Value,
    left_out: &[LeftOut],
) -> Result<Counted> {
    let names = ["a", "b", "c"];
    let pages = names.into_iter().zip(pages.iter().copied()).collect();
    let client = client();
    let left_out = left_out.iter().collect();
    Counting { pages, before, after, left_out, client: &client }.run()
}

#[track_caller]
fn lost(counted: Result<Counted>) -> Vec<String> {
    match *counted.unwrap_err().problem {
        Problem::Lost { operations } => operations,
        other => panic!("{other}"),
    }
}

#[test]
fn each_operation_has_a_function() {
    let counted = count(&[&both()], &[]).unwrap();
    assert_eq!((counted.operations, counted.functions), (2, 2));
}

#[test]
fn an_operation_that_a_stage_loses_is_named_with_its_page() {
    let more = document(json!({ "/dogs": { "get": {} } }));
    assert_eq!(lost(count(&[&both(), &more], &[])), ["GET /dogs (b)"]);
}

#[test]
fn an_operation_that_is_left_out_is_not_lost() {
    let more = document(json!({ "/dogs": { "get": {} } }));
    let dogs = [left_out(&OPERATION, "GET /dogs", "/paths/~1dogs/get")];
    assert_eq!(count(&[&both(), &more], &dogs).unwrap().operations, 3);
}

#[test]
fn a_part_that_is_left_out_does_not_hide_a_loss() {
    let more = document(json!({ "/dogs": { "get": {} } }));
    let part = [left_out(&PART, "GET /dogs", "/paths/~1dogs/get/requestBody")];
    assert_eq!(lost(count(&[&both(), &more], &part)), ["GET /dogs (b)"]);
}

#[test]
fn whatever_has_an_object_in_a_path_item_is_an_operation() {
    let item = json!({
        "get": {}, "post": {}, "query": {}, "FETCH": {}, "additionalOperations": { "LINK": {} },
        "summary": "", "servers": [], "parameters": [], "x-note": {}, "put": null,
    });
    let page = document(json!({ "/pets/%7Bowner%7D": item, "x-paths": { "get": {} } }));
    let names = ["FETCH", "LINK", "QUERY"].map(|it| format!("{it} /pets/{{owner}} (a)"));
    assert_eq!(lost(count(&[&page], &[])), names);
}

#[test]
fn a_path_item_by_reference_has_the_operations_that_it_refers_to() {
    let mut page = document(json!({ "/dogs": { "$ref": "#/components/pathItems/a%20b" } }));
    page["components"] = json!({ "pathItems": {
        "a b": { "$ref": "#/components/pathItems/c", "put": {} },
        // A cycle, which ends all the same.
        "c": { "$ref": "#/components/pathItems/a%20b", "get": {} },
    } });
    assert_eq!(lost(count(&[&both(), &page], &[])), ["GET /dogs (b)", "PUT /dogs (b)"]);
}

#[test]
fn a_route_of_two_pages_is_counted_once_and_listed() {
    let counted = count(&[&both(), &document(json!({ "/pets/{owner}": { "get": {} } }))], &[]);
    let counted = counted.unwrap();
    assert_eq!(counted.operations, 2);
    let merged: Vec<_> = counted.merged.iter().map(|it| (&*it.operation, &*it.page)).collect();
    assert_eq!(merged, [("GET /pets/{owner}", "b")]);
}

#[test]
fn a_route_that_another_page_has_otherwise_is_left_out_and_hides_no_loss() {
    let other = document(json!({ "/dogs": { "get": {} } }));
    let refused = [left_out(&ROUTE, "GET /dogs", "c#/paths/~1dogs/get")];
    assert_eq!(lost(count(&[&both(), &other, &other], &refused)), ["GET /dogs (b)"]);
    let again = [left_out(&ROUTE, "GET /pets/{owner}", "b#/paths/~1pets~1{owner}/get")];
    let counted = count(&[&both(), &both()], &again).unwrap();
    assert_eq!((counted.operations, counted.merged.len()), (3, 1));
}

#[test]
fn an_overlay_removes_and_adds_operations() {
    let one = document(json!({ "/pets/{owner}": { "get": {} }, "/dogs": { "get": {} } }));
    let counted = patched(&[&one], &one, &both(), &[]).unwrap();
    assert_eq!((counted.operations, counted.functions), (2, 2));
}

#[test]
fn a_function_of_no_operation_is_named() {
    let one = document(json!({ "/pets/{owner}": { "get": {} } }));
    match *count(&[&one], &[]).unwrap_err().problem {
        Problem::Unasked { functions } => assert_eq!(functions, ["add_pet"]),
        other => panic!("{other}"),
    }
}

#[test]
fn a_function_of_another_path_hides_no_loss() {
    let page = document(json!({ "/pets/{owner}": { "get": {} }, "/dogs": { "post": {} } }));
    assert_eq!(lost(count(&[&page], &[])), ["POST /dogs (a)"]);
}

#[test]
fn a_path_in_a_frameworks_own_words_has_its_function() {
    let page = document(json!({ "/pets/:owner": { "get": {}, "post": {} } }));
    assert_eq!(count(&[&page], &[]).unwrap().operations, 2);
}

#[test]
fn a_route_that_two_pages_describe_in_other_words_is_told() {
    let with = |body: Value, pet: &str| {
        let reference = json!({ "$ref": "#/components/schemas/Pet" });
        let operation = json!({ "requestBody": reference, "description": pet });
        let mut page = document(json!({ "/pets/{owner}": { "get": operation, "post": {} } }));
        page["components"] = json!({ "schemas": { "Pet": body } });
        page
    };
    let first = with(json!({ "type": "object", "description": "A pet." }), "One.");
    let differs = |other: &Value| {
        let merged = count(&[&first, other], &[]).unwrap().merged;
        merged.iter().map(|it| it.differs).collect::<Vec<_>>()
    };
    assert_eq!(differs(&with(json!({ "type": "object", "title": "Pet" }), "Two.")), [false, false]);
    assert_eq!(differs(&with(json!({ "type": "array" }), "One.")), [true, false]);
    let title = json!({ "type": "object", "properties": { "title": {} } });
    assert_eq!(differs(&with(title, "One.")), [true, false]);
}
