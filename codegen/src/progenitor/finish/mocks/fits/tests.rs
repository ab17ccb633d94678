use serde_json::{Value, json};

use super::fits;
use crate::document::node::Node;
use crate::examples;

/// Whether a value fits, and the same by the validator of the audit.
fn both(schema: &Value, value: &Value) -> [bool; 2] {
    let document = json!({
        "openapi": "3.0.3",
        "schema": schema,
        "components": { "schemas": { "Name": { "type": "string", "minLength": 2 } } },
    });
    let root = Node::root(&document);
    let schema = root.get("schema").unwrap();
    [fits(&schema, value), examples::fits(&schema, value)]
}

#[test]
fn what_is_said_of_each_value_is_what_the_validator_says() {
    let schemas = [
        (json!({ "type": "string" }), json!("a"), json!(1)),
        (json!({ "type": "string", "nullable": true }), json!(null), json!(1)),
        (json!({ "type": "string" }), json!("a"), json!(null)),
        (json!({ "type": "string", "minLength": 2, "maxLength": 3 }), json!("πππ"), json!("π")),
        (json!({ "type": "string", "pattern": "^[A-Z]{2}$" }), json!("GB"), json!("gb")),
        (json!({ "type": "string", "enum": ["a", "b"] }), json!("b"), json!("c")),
        (json!({ "type": "integer", "format": "int32" }), json!(1), json!(3_000_000_000_u64)),
        (json!({ "type": "integer", "minimum": 1 }), json!(1), json!(0)),
        (json!({ "type": "integer", "minimum": 1, "exclusiveMinimum": true }), json!(2), json!(1)),
        (json!({ "type": "number", "maximum": 1.5 }), json!(1.5), json!(1.6)),
        (json!({ "type": "number", "multipleOf": 0.5 }), json!(1.5), json!(1.6)),
        (json!({ "type": "boolean" }), json!(true), json!("true")),
        (json!({ "type": "array", "items": { "type": "integer" } }), json!([1]), json!(["1"])),
        (json!({ "type": "array", "minItems": 1, "items": {} }), json!([1]), json!([])),
        (
            json!({ "type": "array", "uniqueItems": true, "items": {} }),
            json!([1, 2]),
            json!([1, 1]),
        ),
        (json!({ "$ref": "#/components/schemas/Name" }), json!("ab"), json!("a")),
    ];
    for (schema, good, bad) in schemas {
        assert_eq!(both(&schema, &good), [true, true], "{schema} {good}");
        assert_eq!(both(&schema, &bad), [false, false], "{schema} {bad}");
    }
}

#[test]
fn formats_that_have_a_type_or_are_checked() {
    let formats = [
        ("uuid", "14f5cba4-6ea2-4bbf-aa20-593232f193d4", "14f5cba4"),
        ("date", "2024-02-29", "2023-02-29"),
        ("date-time", "2025-06-11T09:41:39.838Z", "2025-06-11 09:41"),
        ("date-time", "2025-06-11T09:41:39+02:00", "2025-06-11T09:41:39"),
        ("email", "a@b.example", "a"),
        ("uri", "https://a.example/b", "a b"),
        ("ipv4", "127.0.0.1", "127.0.0.256"),
        ("ipv6", "::1", ":::1"),
    ];
    for (format, good, bad) in formats {
        let schema = json!({ "type": "string", "format": format });
        assert_eq!(both(&schema, &json!(good)), [true, true], "{format} {good}");
        assert_eq!(both(&schema, &json!(bad)), [false, false], "{format} {bad}");
    }
}

#[test]
fn objects() {
    let a =
        json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } });
    let b = json!({ "type": "object", "required": ["b"], "properties": { "b": { "type": "integer" } } });
    let cases = [
        (a.clone(), json!({ "a": "x" }), json!({})),
        // No property describes `b`.
        (a.clone(), json!({ "a": "x" }), json!({ "a": "x", "b": 1 })),
        (json!({ "allOf": [a, b] }), json!({ "a": "x", "b": 1 }), json!({ "a": "x" })),
        (json!({ "oneOf": [a, b] }), json!({ "b": 1 }), json!({ "b": "1" })),
        (json!({ "anyOf": [a, b] }), json!({ "a": "x" }), json!({ "c": 1 })),
        (
            json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
            json!({ "any": 1 }),
            json!({ "any": "1" }),
        ),
        (
            json!({ "type": "object", "maxProperties": 1 }),
            json!({ "a": 1 }),
            json!({ "a": 1, "b": 2 }),
        ),
    ];
    for (schema, good, bad) in cases {
        assert_eq!(both(&schema, &good), [true, true], "{schema} {good}");
        assert_eq!(both(&schema, &bad), [false, false], "{schema} {bad}");
    }
}

#[test]
fn what_cannot_be_told_does_not_fit() {
    let schema = json!({ "type": "string", "format": "time" });
    assert!(!both(&schema, &json!("12:00:00Z"))[0]);
    assert!(!both(&json!({ "not": { "type": "string" } }), &json!(1))[0]);
}
