//! An edit of generated code that was announced is made, or is an error: what a progenitor whose
//! output differs slightly would get. And what `x-personal` says arrives at the generated field.

use quote::ToTokens;
use serde_json::{Value, json};

use super::{Draft, Generated, Settings, generate, print, shape};
use crate::error::{Problem, Result};
use crate::lower;
use crate::syntax::yaml;

/// The document of a fixture, and its draft as a progenitor would make it whose text differs.
fn drafted(fixture: &str, settings: &Settings, differ: impl Fn(&str) -> String) -> (Value, Draft) {
    let document = yaml::parse(fixture).unwrap()["document"].clone();
    let lowered = lower::run(&document).unwrap().document;
    let mut draft = generate(&lowered, settings).unwrap();
    let text = draft.client.file.to_token_stream().to_string();
    draft.client.file = syn::parse_str(&differ(&text)).unwrap();
    (lowered, draft)
}

fn finished(fixture: &str, from: &str, to: &str) -> Result<Generated> {
    let settings = Settings::default();
    let (lowered, draft) = drafted(fixture, &settings, |text| text.replace(from, to));
    draft.finish(&lowered, &settings)
}

/// The limit and the subject of an edit that finds no place.
#[track_caller]
fn no_place(fixture: &str, from: &str, to: &str) -> (&'static str, String) {
    let error = finished(fixture, from, to).unwrap_err();
    assert!(error.to_string().contains(shape::VERSION), "{error}");
    match *error.problem {
        Problem::NoPlaceToEdit { limit, subject, .. } => (limit, subject),
        other => panic!("{other}"),
    }
}

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../tests/fixtures/generate/", $name, ".yaml"))
    };
}

const MULTIPART: &str = fixture!("multipart-form");

#[test]
fn what_progenitor_generates_is_edited() {
    finished(MULTIPART, "a name that is nowhere", "").unwrap();
}

#[test]
fn body_that_is_sent_by_another_call() {
    let edit = no_place(MULTIPART, ". json (& body)", ". body (serde_json :: to_vec (& body) ?)");
    assert_eq!(edit, ("multipart", "add_photo".to_owned()));
}

#[test]
fn headers_in_a_variable_of_another_name() {
    let edit = no_place(MULTIPART, "header_map", "headers_of_request");
    assert_eq!(edit, ("undocumented-header", "add_photo".to_owned()));
}

#[test]
fn url_encoded_body_that_is_sent_by_another_call() {
    let edit = no_place(fixture!("url-encoded-form"), "form_urlencoded", "form_encoded");
    assert_eq!(edit.0, "form");
}

#[test]
fn query_that_is_written_by_another_call() {
    let edit = no_place(fixture!("query-of-an-object"), ". query (", ". add_query (");
    assert_eq!(edit.0, "parameter");
}

#[test]
fn status_that_is_looked_at_in_another_way() {
    let fixture = fixture!("answers-that-differ-by-status");
    let edit = no_place(fixture, ". status ()", ". status_code ()");
    assert_eq!(edit.0, "status");
}

#[test]
fn response_that_is_read_by_another_call() {
    let fixture = fixture!("answers-that-differ-by-status");
    let edit = no_place(fixture, "from_response", "of_response");
    assert_eq!(edit.0, "several-responses");
}

#[test]
fn conversion_from_a_builder_of_another_shape() {
    let edit = no_place(fixture!("condition-of-other-fields"), "TryFrom <", "TryInto2 <");
    assert_eq!(edit.0, "required-if");
}

#[test]
fn builder_of_an_object_that_is_converted_in_another_way() {
    let edit = no_place(fixture!("null-and-absent"), "TryFrom <", "TryInto2 <");
    assert_eq!(edit, ("setters", "Pet".to_owned()));
}

#[test]
fn arguments_that_are_looked_at_in_another_way() {
    let fixture = fixture!("numbers-as-they-are-written");
    let edit = no_place(fixture, "Error :: InvalidRequest", "Error :: Invalid");
    assert_eq!(edit, ("setters", "show_pet".to_owned()));
}

#[test]
fn constructor_of_another_name() {
    let edit = no_place(MULTIPART, "new_with_client", "with_client");
    assert_eq!(edit.0, "base-url");
}

#[test]
fn runtime_sends_an_operation_of_another_name() {
    let settings = Settings::default();
    let (lowered, draft) =
        drafted(fixture!("operation-ids-of-the-client"), &settings, str::to_owned);
    let code = print(draft.finish(&lowered, &settings).unwrap().file).unwrap();
    assert!(code.contains("OperationInfo::new(\n                    \"new_operation\""), "{code}");
}

#[test]
fn version_is_the_one_that_is_pinned() {
    let manifest = include_str!("../../Cargo.toml");
    assert!(manifest.contains(&format!("progenitor-impl = \"={}\"", shape::VERSION)));
}

#[test]
fn a_setter_says_whether_none_is_null_or_nothing() {
    let may = json!({ "type": "string", "nullable": true });
    let must = json!({ "type": "string", "nullable": true, "x-essential": true });
    let properties = json!({ "must": must, "may": may, "plain": { "type": "string" } });
    let pet = json!({ "type": "object", "required": ["must"], "properties": properties });
    let code = code_of("Pet", json!({ "Pet": pet }), &Settings::default());
    for said in [
        "`must`](Self::must), to null with `None`.",
        "`may`](Self::may), to null with `Some(None)`, or unsets it with `None`.",
        "`plain`](Self::plain), or unsets it with `None`.",
    ] {
        assert!(code.contains(said), "{said}: {code}");
    }
}

/// The code of `Debug` for a type, where the settings ask for redaction.
fn debug_of(name: &str, schemas: Value) -> String {
    code_of(name, schemas, &Settings { redact: Some(true), ..Settings::default() })
}

/// The code of a client with an operation that answers with a type.
fn code_of(name: &str, schemas: Value, settings: &Settings) -> String {
    let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "Pets", "version": "1" },
        "paths": { "/pet": { "get": { "operationId": "show", "responses": { "200": {
            "description": "", "content": { "application/json": { "schema": reference } } } } } } },
        "components": { "schemas": schemas },
    });
    let draft = generate(&document, settings).unwrap();
    let code = print(draft.finish(&document, settings).unwrap().file).unwrap();
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}

const SHOWN: &str = ".field(\"kind\", &self.kind)";
const HIDDEN: &str = ".field(\"kind\", &format_args!(\"set\"))";

fn kind(is_personal: bool, ty: &str) -> Value {
    let kind = json!({ "type": ty, "x-personal": is_personal, "x-essential": true });
    // A name is hidden, so that `Debug` is not the derived one.
    let properties = json!({ "kind": kind, "name": { "type": "string" } });
    json!({ "type": "object", "required": ["kind"], "properties": properties })
}

#[test]
fn personal_mark_of_a_property() {
    assert!(debug_of("Pet", json!({ "Pet": kind(false, "string") })).contains(SHOWN));
    assert!(debug_of("Pet", json!({ "Pet": kind(true, "integer") })).contains(HIDDEN));
}

#[test]
fn personal_mark_inside_all_of() {
    for (is_personal, ty, wanted) in [(false, "string", SHOWN), (true, "integer", HIDDEN)] {
        let more = json!({ "type": "object", "properties": { "age": { "type": "integer" } } });
        let pet = json!({ "allOf": [kind(is_personal, ty), more] });
        assert!(debug_of("Pet", json!({ "Pet": pet })).contains(wanted), "{ty}");
        let base = json!({ "$ref": "#/components/schemas/Base" });
        let pet = json!({ "allOf": [base, more] });
        let schemas = json!({ "Base": kind(is_personal, ty), "Pet": pet });
        // The part alone is no type: no method takes or returns it.
        let code = debug_of("Pet", schemas);
        assert_eq!(code.matches(wanted).count(), 1, "{ty}: {code}");
    }
}

#[test]
fn personal_mark_inside_an_inline_object() {
    for (is_personal, ty, wanted) in [(false, "string", SHOWN), (true, "integer", HIDDEN)] {
        let pet = json!({ "type": "object", "properties": { "owner": kind(is_personal, ty) } });
        assert!(debug_of("Pet", json!({ "Pet": pet })).contains(wanted), "{ty}");
    }
}
