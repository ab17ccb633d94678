//! A value of another type anywhere in a document: the generator leaves something out or refuses the
//! document, and does not panic.

mod common;

use common::spec::Spec;
use manis_codegen::document::pointer;
use manis_codegen::pipeline;
use manis_codegen::syntax::yaml;
use serde_json::{Value, json};

const DOCUMENT: &str = "
openapi: 3.0.3
info: {title: Pets, version: '1'}
paths:
  /pets/{id}:
    post:
      operationId: add
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: tags, in: query, style: pipeDelimited, schema: {type: array, items: {type: string}}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
      requestBody:
        content:
          multipart/form-data:
            schema: {type: object, properties: {photo: {type: string, format: binary}}}
            encoding: {photo: {contentType: image/png}}
      responses:
        '200': {description: It., content: {application/problem+json: {schema: {$ref: '#/components/schemas/Pet'}}}}
        '202': {description: Later., content: {text/plain: {}}}
        default: {description: No., content: {application/json: {}}}
components:
  schemas:
    Pet:
      oneOf: [{$ref: '#/components/schemas/Dog'}, {$ref: '#/components/schemas/Cat'}]
      discriminator: {propertyName: kind, mapping: {dog: '#/components/schemas/Dog'}}
      properties: {age: {type: integer}}
    Dog:
      type: object
      required: [kind]
      properties: {kind: {type: string}, nick: {type: string, nullable: true}}
      allOf: [{anyOf: [{not: {properties: {kind: {enum: [a]}}}}, {required: [nick]}]}]
    Cat:
      type: object
      properties:
        kind: {anyOf: [{type: string, enum: [a, A]}, {type: string}]}
        Kind: {type: string, enum: [1, '1', null]}
";

/// Pointers of everything in a value.
fn places(at: &str, value: &Value) -> Vec<String> {
    let below: Vec<_> = match value {
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (pointer::join(at, key), value)).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (format!("{at}/{index}"), item)).collect()
        }
        _ => Vec::new(),
    };
    let below = below.into_iter().flat_map(|(at, value)| places(&at, value));
    below.chain([at.to_owned()]).collect()
}

fn generate(document: &Value) -> manis_codegen::Result<pipeline::Outcome> {
    let spec = Spec::of(&yaml::print(document));
    spec.write("spec/generate.yaml", "mock: crate\nredact: true\n");
    pipeline::run(&spec.folder())
}

#[test]
fn document_that_is_sound() {
    assert_eq!(generate(&yaml::parse(DOCUMENT).unwrap()).unwrap().generated, 1);
}

#[track_caller]
fn check(value: &Value) {
    let document = yaml::parse(DOCUMENT).unwrap();
    for at in places("", &document).into_iter().filter(|at| !at.is_empty()) {
        let mut malformed = document.clone();
        *malformed.pointer_mut(&at).unwrap() = value.clone();
        let attempt = std::panic::catch_unwind(|| drop(generate(&malformed)));
        assert!(attempt.is_ok(), "{value} at {at}");
    }
}

#[test]
fn number_anywhere() {
    check(&json!(7));
}

#[test]
fn null_anywhere() {
    check(&Value::Null);
}

#[test]
fn list_anywhere() {
    check(&json!([]));
}

#[test]
fn reference_anywhere() {
    check(&json!({ "$ref": "#/components/schemas/Pet" }));
}
