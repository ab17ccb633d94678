//! Pages that are added later change nothing of what was there, whatever is on them.

#[path = "common/properties.rs"]
mod properties;

use manis_codegen::normalize;
use manis_codegen::vendor::{Provenance, Upstream};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// A few names, of which some are one in Rust, so that pages meet.
const NAMES: [&str; 4] = ["Pet", "Toy", "pet", "Pet_2"];

fn schema() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!({ "type": "string" })),
        Just(json!({ "type": "integer" })),
        select(NAMES.to_vec()).prop_map(|name| {
            json!({ "properties": { "a": { "$ref": format!("#/components/schemas/{name}") } } })
        }),
    ]
}

fn page() -> impl Strategy<Value = Value> {
    let schemas = vec(schema(), NAMES.len());
    let route = (select(vec!["/pets", "/toys", "/pets/{id}"]), select(vec!["get", "put"]));
    let id = select(vec![None, Some("list"), Some("get-all")]);
    let tag = select(vec!["subpackage_pets", "toys"]);
    (schemas, route, id, tag).prop_map(|(schemas, (path, method), id, tag)| {
        let schemas = NAMES.iter().map(ToString::to_string).zip(schemas).collect::<Value>();
        let content = json!({ "a/b": { "schema": { "$ref": "#/components/schemas/Pet" } } });
        let mut operation =
            json!({ "tags": [tag], "responses": { "200": { "content": content } } });
        if let Some(id) = id {
            operation["operationId"] = json!(id);
        }
        json!({
            "openapi": "3.1.0",
            "info": { "title": "Pets", "version": "1" },
            "paths": { path: { method: operation } },
            "components": { "schemas": schemas },
        })
    })
}

fn merge(pages: &[Value]) -> Value {
    let pages: Vec<_> = (pages.iter().enumerate())
        .map(|(at, document)| Upstream {
            page: None,
            slug: format!("page-{at}"),
            file: format!("/pets/spec/upstream/page-{at}.yaml").into(),
            text: String::new(),
            document: document.clone(),
            provenance: Provenance::default(),
            examples: Vec::new(),
        })
        .collect();
    normalize::run(&pages).unwrap().document
}

proptest! {
    #![proptest_config(properties::cases(256))]

    #[test]
    fn nothing_is_renamed(pages in vec(page(), 2..8), earlier in any::<prop::sample::Index>()) {
        let before = merge(&pages[..1 + earlier.index(pages.len() - 1)]);
        let after = merge(&pages);
        for (name, schema) in before["components"]["schemas"].as_object().unwrap() {
            prop_assert_eq!(&after["components"]["schemas"][name], schema);
        }
        for (path, item) in before["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                prop_assert_eq!(&after["paths"][path][method], operation);
            }
        }
    }
}
