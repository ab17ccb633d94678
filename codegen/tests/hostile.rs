//! Whatever stands in a file: no panic, no hang, no more memory than it is worth. A fault is an
//! error, and what is none goes through every stage before the generator.

#[path = "common/properties.rs"]
mod properties;

use std::fs;
use std::path::Path;

use manis_codegen::error::Problem;
use manis_codegen::syntax::yaml;
use manis_codegen::vendor::{Provenance, Upstream};
use manis_codegen::{Error, Result, lower, normalize, vendor};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

/// A file through everything before the generator.
fn file(name: &str, content: &[u8]) -> Result<Value> {
    let folder = tempfile::tempdir().unwrap();
    let (spec, input) = (folder.path().join("spec"), folder.path().join(name));
    fs::write(&input, content).unwrap();
    vendor::run(&spec, &[input])?.write()?;
    documents(&vendor::load(&spec)?)
}

fn documents(pages: &[Upstream]) -> Result<Value> {
    Ok(lower::run(&normalize::run(pages)?.document)?.document)
}

fn page(name: usize, document: Value) -> Upstream {
    Upstream {
        page: None,
        slug: format!("page-{name}"),
        file: Path::new("/pets/spec/upstream").join(format!("page-{name}.yaml")),
        text: String::new(),
        document,
        provenance: Provenance::default(),
        examples: Vec::new(),
    }
}

fn document(schemas: Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Pets", "version": "1" },
        "paths": { "/pets": { "post": { "requestBody": { "content": { "a/b": {
            "schema": { "$ref": "#/components/schemas/S0" } } } } } } },
        "components": { "schemas": schemas },
    })
}

/// As many schemas, each made from the name of the next one.
fn chain(length: usize, link: impl Fn(Value) -> Value, last: Value) -> Value {
    let mut schemas = Map::new();
    for at in 0..length {
        let next = json!({ "$ref": format!("#/components/schemas/S{}", at + 1) });
        schemas.insert(format!("S{at}"), link(next));
    }
    schemas.insert(format!("S{length}"), last);
    document(Value::Object(schemas))
}

fn one(document: Value) -> Result<Value> {
    documents(&[page(0, document)])
}

const MANY: usize = 5_000;

#[test]
fn schemas_that_refer_on_and_on() {
    one(chain(MANY, |next| next, json!({ "type": "string" }))).unwrap();
}

#[test]
fn schemas_that_refer_on_and_on_to_what_is_loosened() {
    for keyword in ["not", "items"] {
        one(chain(MANY, |next| json!({ keyword: next }), json!({ "contains": {} }))).unwrap();
    }
    let choice = |next| json!({ "oneOf": [next, { "type": "null" }] });
    one(chain(MANY, choice, json!({ "contains": {} }))).unwrap();
}

#[test]
fn schemas_that_each_refer_twice_to_the_next() {
    // Whoever follows both ways goes 2^60 of them.
    let twice = |next: Value| json!({ "allOf": [next, next], "anyOf": [next, next] });
    one(chain(60, twice, json!({ "required": ["name"] }))).unwrap();
}

#[test]
fn cycle_of_many_schemas() {
    let cycle = chain(MANY, |next| next, json!({ "$ref": "#/components/schemas/S0" }));
    let error = one(cycle).unwrap_err();
    assert!(matches!(&*error.problem, Problem::RefCycle { chain } if chain.len() > MANY));
    assert!(error.to_string().len() < 1_000, "{error}");
}

#[test]
fn cycle_of_path_items() {
    let mut cycle = document(json!({ "S0": {} }));
    cycle["paths"]["/dogs"] = json!({ "$ref": "#/paths/~1cats" });
    cycle["paths"]["/cats"] = json!({ "$ref": "#/paths/~1dogs" });
    assert!(matches!(*one(cycle).unwrap_err().problem, Problem::RefCycle { .. }));
}

#[test]
fn references_into_one_schema() {
    let field = |at| (format!("p{at}"), json!({ "type": "string" }));
    let reference = |at| {
        let target = format!("#/components/schemas/S0/properties/p{at}");
        (format!("R{at}"), json!({ "$ref": target }))
    };
    let mut schemas: Map<_, _> = (0..MANY).map(reference).collect();
    schemas
        .insert("S0".to_owned(), json!({ "properties": (0..MANY).map(field).collect::<Value>() }));
    let lowered = one(document(Value::Object(schemas))).unwrap();
    assert_eq!(lowered["components"]["schemas"].as_object().unwrap().len(), 2 * MANY + 1);
}

#[test]
fn components_whose_names_are_one_in_rust() {
    let name = |at: usize| format!("S0{}{}", "-".repeat(at % 70), "_".repeat(at / 70));
    let schemas = (0..MANY).map(|at| (name(at), json!({}))).collect();
    let lowered = one(document(schemas)).unwrap();
    assert_eq!(lowered["components"]["schemas"].as_object().unwrap().len(), MANY);
}

#[test]
fn operations_that_share_everything() {
    let operation = json!({ "operationId": "update", "parameters": [
        { "name": "x-api-key", "in": "header", "required": true }] });
    let paths = (0..MANY).map(|at| {
        let path = format!("/pets{}{}/%7Bid{at}%7D", "-".repeat(at % 70), "_".repeat(at / 70));
        (path, json!({ "put": operation.clone() }))
    });
    let mut document = document(json!({ "S0": {} }));
    document["paths"] = paths.collect();
    let lowered = one(document).unwrap();
    let ids = lowered["paths"].as_object().unwrap().values();
    let mut ids: Vec<_> = ids.map(|item| item["put"]["operationId"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), MANY);
}

#[test]
fn pages_on_which_every_component_differs() {
    let differing = |at| {
        let schemas = (0..20).map(|name| {
            let next = format!("#/components/schemas/S{}", (name + 1) % 20);
            (
                format!("S{name}"),
                json!({ "properties": { "n": { "$ref": next }, "m": { "const": at } } }),
            )
        });
        let mut document = document(schemas.collect());
        document["paths"] = json!({ format!("/pets{at}"): document["paths"]["/pets"] });
        page(at, document)
    };
    let pages: Vec<_> = (0..200).map(differing).collect();
    let lowered = documents(&pages).unwrap();
    assert_eq!(lowered["components"]["schemas"].as_object().unwrap().len(), 200 * 20);
}

#[test]
fn page_of_many_blocks() {
    let error = file("pets.md", "```yaml\nopenapi: 3.1.0\n```\n\n".repeat(50_000).as_bytes());
    let error: Error = error.unwrap_err();
    assert!(error.to_string().len() < 1_000, "{error}");
}

#[test]
fn documents_nested_without_end() {
    for deep in ["[", "{a: ", "- ", "? "] {
        let text = format!("openapi: 3.1.0\npaths: {{}}\nx:\n  {}", deep.repeat(100_000));
        let error = file("pets.yaml", text.as_bytes()).unwrap_err();
        assert!(matches!(*error.problem, Problem::Syntax { .. }), "{error}");
    }
    let text = format!("{{\"openapi\": \"3.1.0\", \"x\": {}", "[".repeat(100_000));
    assert!(matches!(
        *file("pets.json", text.as_bytes()).unwrap_err().problem,
        Problem::Syntax { .. }
    ));
}

#[test]
fn schema_nested_as_deep_as_a_document_may_be() {
    let mut schema = json!({ "type": ["string", "null"] });
    for _ in 0..50 {
        schema = json!({ "not": { "if": true, "then": schema } });
    }
    one(document(json!({ "S0": schema }))).unwrap();
}

/// A large text that is repeated by aliases asks for a terabyte.
#[test]
fn aliases_of_a_large_text() {
    let (text, aliases) = ("x".repeat(1 << 20), "*a, ".repeat(1 << 20));
    let bomb = format!("openapi: 3.1.0\npaths: {{}}\na: &a {text}\nb: [{aliases}]\n");
    let error = file("pets.yaml", bomb.as_bytes()).unwrap_err();
    assert!(matches!(*error.problem, Problem::Syntax { .. }), "{error}");
}

/// Everything that the stages look for.
const WORDS: &[&str] = &[
    "openapi",
    "info",
    "title",
    "version",
    "paths",
    "components",
    "schemas",
    "parameters",
    "webhooks",
    "pathItems",
    "securitySchemes",
    "/pets/{id}",
    "/pets/%7Bid%7D",
    "/pets/{id",
    "get",
    "post",
    "tags",
    "operationId",
    "summary",
    "requestBody",
    "responses",
    "200",
    "content",
    "a/b",
    "schema",
    "security",
    "servers",
    "url",
    "name",
    "in",
    "required",
    "type",
    "enum",
    "value",
    "description",
    "const",
    "items",
    "properties",
    "$ref",
    "$id",
    "$anchor",
    "$defs",
    "$dynamicRef",
    "$dynamicAnchor",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "prefixItems",
    "examples",
    "nullable",
    "additionalProperties",
    "unevaluatedProperties",
    "patternProperties",
    "dependentSchemas",
    "exclusiveMinimum",
    "minimum",
    "maxItems",
    "contentEncoding",
    "contentMediaType",
    "discriminator",
    "mapping",
    "propertyName",
    "callbacks",
    "links",
    "headers",
    "x-schema-name",
    "license",
    "identifier",
    "jsonSchemaDialect",
    "Pet",
];

const TEXTS: &[&str] = &[
    "3.1.0",
    "3.0.3",
    "endpoint_a.b",
    "header",
    "path",
    "query",
    "Authorization",
    "x-api-key",
    "mutualTLS",
    "apiKey",
    "object",
    "string",
    "null",
    "array",
    "integer",
    "",
    "~",
    "#",
    "#/",
    "#a",
    "a",
    "base64",
    "#/components/schemas/Pet",
    "#/components/schemas/Pet/$defs/a",
    "#/paths/~1pets~1{id}",
    "%",
    "%ff",
    "#/components/pathItems/Pet",
    "https://example.com",
    "https:/",
    "/",
    "subpackage_",
    "é\u{0}",
    "7B7D",
];

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        4 => select(TEXTS).prop_map(Value::from),
        2 => select(WORDS).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 5, |inner| {
        let entries = prop::collection::vec((select(WORDS), inner.clone()), 0..5);
        prop_oneof![
            1 => prop::collection::vec(inner, 0..4).prop_map(Value::Array),
            4 => entries.prop_map(|all| all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()),
        ]
    })
}

/// A document with a bit of everything, sound until something in it is replaced.
fn sound() -> Value {
    yaml::parse(include_str!("fixtures/hostile-sound.yaml")).unwrap()
}

/// Pointers of everything in a value.
fn places(at: String, value: &Value, found: &mut Vec<String>) {
    use manis_codegen::document::pointer::join;
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| places(join(&at, key), value, found));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| places(format!("{at}/{index}"), item, found));
        }
        _ => {}
    }
    found.push(at);
}

#[test]
fn the_sound_document_is_sound() {
    one(sound()).unwrap();
}

proptest! {
    #![proptest_config(properties::cases(300))]

    #[test]
    fn any_bytes(bytes: Vec<u8>, name in select(vec!["a.md", "a.yaml", "a.json"])) {
        let _ = file(name, &bytes);
    }

    #[test]
    fn any_text_in_a_page(text in "(openapi: 3\\.1\\.0\n|```yaml\n|```|[-#a: {}\\[\\]&*!|>'\"\n~<é]){0,60}") {
        let _ = file("a.md", format!("```yaml\nopenapi: 3.1.0\n{text}").as_bytes());
        let _ = file("a.md", text.as_bytes());
        let _ = file("a.yaml", text.as_bytes());
    }

    #[test]
    fn any_value_as_a_document(value in any_value()) {
        let _ = one(value);
    }

    #[test]
    fn anything_in_the_place_of_something(
        replaced in prop::collection::vec((any::<Index>(), any_value()), 1..4),
    ) {
        let mut pages = Vec::new();
        for (index, value) in replaced {
            let mut document = sound();
            let mut all = Vec::new();
            places(String::new(), &document, &mut all);
            *document.pointer_mut(&all[index.index(all.len())]).unwrap() = value;
            pages.push(page(pages.len(), document));
        }
        let _ = documents(&pages);
    }
}
