//! Leaves of documents: those of all fixtures of the generator, and of one with everything else.

use std::fs;
use std::path::Path;

use manis_codegen::contract;
use manis_codegen::document::pointer;
use manis_codegen::syntax::yaml;
use serde_json::{Value, json};

use crate::changed;
use crate::leaves::leaves;

/// A document with what the fixtures of the stages do not have.
const EVERYTHING: &str = r##"
openapi: 3.1.0
info: {title: Pets, version: "1", description: About pets., license: {name: MIT, url: "https://mit.example"}}
servers:
- url: https://{host}/v1
  variables: {host: {default: a.example, enum: [a.example, b.example], description: A host.}}
tags: [{name: pets, description: About pets.}]
security: [{key: []}, {oauth: [read, write]}]
externalDocs: {url: "https://docs.example"}
paths:
  /pets/{id}:
    summary: Pets.
    parameters: [{name: id, in: path, required: true, style: simple, explode: false, schema: {type: string, maxLength: 50}}]
    post:
      operationId: add
      tags: [pets]
      deprecated: true
      security: []
      parameters:
      - {name: limit, in: query, allowReserved: true, schema: {type: integer, minimum: 1, maximum: 9, default: 3}, examples: {few: {value: 1}}}
      - {$ref: '#/components/parameters/Trace'}
      requestBody:
        required: true
        description: A pet.
        content:
          multipart/form-data:
            schema: {type: object, properties: {photo: {type: string, format: binary}}, required: [photo]}
            encoding: {photo: {contentType: image/png, headers: {X-Size: {schema: {type: integer}}}}}
            example: {photo: abc}
      responses:
        default:
          description: Added.
          headers: {X-Left: {required: true, description: How many., schema: {type: integer, multipleOf: 5}}}
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
          links: {next: {operationId: add, parameters: {id: $response.body#/id}}}
      callbacks:
        added: {'{$request.body#/url}': {post: {operationId: told, responses: {'204': {description: Told.}}}}}
webhooks:
  lost: {post: {operationId: lost, responses: {'200': {description: Lost.}}}}
components:
  parameters: {Trace: {name: X-Trace, in: header, deprecated: true, schema: {type: string, pattern: '^[a-f]+$'}}}
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    oauth: {type: oauth2, flows: {implicit: {authorizationUrl: "https://auth.example", scopes: {read: Reads., write: Writes.}}}}
  schemas:
    Pet:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {type: 'null'}]
      discriminator: {propertyName: kind, mapping: {cat: '#/components/schemas/Cat'}}
    Cat:
      type: object
      title: Cat
      required: [kind, name, ghost]
      additionalProperties: false
      minProperties: 1
      properties:
        kind: {type: string, enum: [cat, lion]}
        name: {type: [string, 'null'], minLength: 2, maxLength: 2, readOnly: true, example: Tom}
        tags: {type: array, uniqueItems: true, maxItems: 9, items: {type: string, format: uuid, enum: [a, b]}}
        born: {type: string, format: date, x-personal: false, externalDocs: {url: "https://born.example"}}
        price: {type: number, exclusiveMinimum: 0, default: 1.5, const: 1.50}
        kittens: {type: array, items: {type: array, items: {$ref: '#/components/schemas/Cat'}}}
        other: {type: object, additionalProperties: {type: string}, patternProperties: {'^x': {type: integer}}}
"##;

/// Every document of the fixtures of a stage, and the one above.
fn documents() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/generate");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let fixtures = files.iter().map(|file| {
        let fixture = yaml::parse(&fs::read_to_string(file).unwrap()).unwrap();
        (file.file_stem().unwrap().to_string_lossy().into_owned(), fixture["document"].clone())
    });
    let mut all: Vec<_> = fixtures.collect();
    assert!(all.len() > 20);
    all.push(("everything".to_owned(), yaml::parse(EVERYTHING).unwrap()));
    all
}

/// Another value of the same type.
fn other(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(format!("{text}x")),
        Value::Bool(flag) => json!(!flag),
        Value::Number(number) => json!(number.as_f64().unwrap() + 1.0),
        Value::Null => json!("x"),
        Value::Array(_) => json!(["x"]),
        Value::Object(_) => json!({ "x": "x" }),
    }
}

fn change(document: &mut Value, at: &str) {
    let leaf = document.pointer_mut(at).unwrap();
    *leaf = other(leaf);
}

fn remove(document: &mut Value, at: &str) {
    let (holder, key) = at.rsplit_once('/').unwrap();
    match document.pointer_mut(holder).unwrap() {
        Value::Object(fields) => drop(fields.shift_remove(&pointer::unescape(key)).unwrap()),
        Value::Array(items) => drop(items.remove(key.parse().unwrap())),
        _ => unreachable!(),
    }
}

fn add_beside(document: &mut Value, at: &str) {
    let (holder, _) = at.rsplit_once('/').unwrap();
    match document.pointer_mut(holder).unwrap() {
        Value::Object(fields) => drop(fields.insert("x-added".to_owned(), json!("x"))),
        Value::Array(items) => items.push(json!("added")),
        _ => unreachable!(),
    }
}

/// Edits every leaf of every document, and says which edits the snapshot does not show in at most two lines.
fn unseen(edit: fn(&mut Value, &str)) -> Vec<String> {
    let mut unseen = Vec::new();
    let mut edits = 0;
    for (name, document) in documents() {
        let before = contract::document(&document);
        let places = leaves(&document);
        for at in places.iter().filter(|at| !at.is_empty()) {
            let mut edited = document.clone();
            edit(&mut edited, at);
            let (gone, new) = changed(&before, &contract::document(&edited));
            edits += 1;
            if gone.is_empty() && new.is_empty() || gone.len() > 2 || new.len() > 2 {
                unseen.push(format!("{name} {at}\n{gone:#?}\n{new:#?}"));
            }
        }
    }
    assert!(edits > 1000, "{edits}");
    unseen
}

#[test]
fn a_leaf_that_changes() {
    let unseen = unseen(change);
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

#[test]
fn a_leaf_that_is_removed() {
    let unseen = unseen(remove);
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

#[test]
fn a_leaf_that_is_added() {
    let unseen = unseen(add_beside);
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

/// Every node as something that it cannot be.
#[test]
fn a_document_that_is_malformed() {
    let document = yaml::parse(EVERYTHING).unwrap();
    let before = contract::document(&document);
    let mut places = vec![String::new()];
    let mut index = 0;
    while let Some(at) = places.get(index).cloned() {
        match document.pointer(&at).unwrap() {
            Value::Object(fields) => {
                places.extend(fields.keys().map(|key| pointer::join(&at, key)))
            }
            Value::Array(items) => places.extend((0..items.len()).map(|i| format!("{at}/{i}"))),
            _ => {}
        }
        index += 1;
    }
    for at in places {
        for wrong in [json!(null), json!(7), json!("x7"), json!([[7]]), json!({ "": { "": 7 } })] {
            let mut edited = document.clone();
            *edited.pointer_mut(&at).unwrap() = wrong;
            assert_ne!(before, contract::document(&edited), "{at}");
        }
    }
}

/// The one line of [`EVERYTHING`] that is about a place, before and after an edit.
fn line_of(at: &str, edit: fn(&mut Value)) -> (String, String) {
    let document = yaml::parse(EVERYTHING).unwrap();
    let mut edited = document.clone();
    edit(edited.pointer_mut(at).unwrap());
    let (gone, new) = changed(&contract::document(&document), &contract::document(&edited));
    assert!(gone.len() == 1 && new.len() == 1, "{gone:#?} {new:#?}");
    (gone[0].trim().to_owned(), new[0].trim().to_owned())
}

#[test]
fn a_constraint_says_its_values() {
    let (old, new) =
        line_of("/components/schemas/Cat/properties/name/maxLength", |it| *it = json!(200));
    assert_eq!(old, r#"name!: string|null minLength=2 maxLength=2 readOnly=true example="Tom""#);
    assert_eq!(new, r#"name!: string|null minLength=2 maxLength=200 readOnly=true example="Tom""#);
}

#[test]
fn a_parameter_that_moves_is_one_line() {
    let at = "/paths/~1pets~1{id}/post/parameters/0/in";
    let (old, new) = line_of(at, |it| *it = json!("header"));
    assert_eq!(old, "query limit allowReserved=true: integer minimum=1 maximum=9 default=3");
    assert_eq!(new, "header limit allowReserved=true: integer minimum=1 maximum=9 default=3");
}

#[test]
fn another_default_host_is_one_line() {
    let at = "/servers/0/variables/host/default";
    let (old, new) = line_of(at, |it| *it = json!("c.example"));
    assert_eq!(old, r#"host default="a.example" "A host.""#);
    assert_eq!(new, r#"host default="c.example" "A host.""#);
}

#[test]
fn a_number_is_as_it_is_written() {
    let (old, _) = line_of("/components/schemas/Cat/properties/price/const", |it| *it = json!(2));
    assert!(old.ends_with("const=1.50"), "{old}");
}

#[test]
fn the_end_of_a_long_description_is_seen() {
    let long = |end: &str| json!({ "info": { "description": "word ".repeat(100) + end } });
    let (one, other) = (contract::document(&long("a")), contract::document(&long("b")));
    assert_ne!(one, other);
    assert!(one.len() < 120, "{one}");
}
