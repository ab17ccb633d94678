//! One schema in a document, as a validator of each of the two dialects sees it.

use serde_json::{Value, json};

/// Where the schema is.
pub const IT: &str = "/components/schemas/It";

/// A document around a schema.
pub fn document(schema: &Value) -> Value {
    json!({
        "openapi": "3.1.0",
        "paths": {},
        "components": { "schemas": { "It": schema, "Pet": { "type": "object" } } },
    })
}

/// A schema as 3.1 and, lowered, as 3.0 has it.
pub struct Dialects {
    pub before: jsonschema::Validator,
    pub after: jsonschema::Validator,
}

impl Dialects {
    pub fn of(before: &Value, after: &Value) -> Self {
        let root = |mut root: Value, dialect: &str| {
            // Where a validator looks for anchors and identifiers.
            root["$defs"] = root["components"]["schemas"].clone();
            // Beside `$ref` the older dialects see nothing.
            root["allOf"] = json!([{ "$ref": "#/$defs/It" }]);
            root["$schema"] = json!(dialect);
            // A format is a note in 3.1, and stays one.
            let options = jsonschema::options().should_validate_formats(false);
            options.build(&root).unwrap()
        };
        Self {
            before: root(before.clone(), "https://json-schema.org/draft/2020-12/schema"),
            after: root(nullable(after), "http://json-schema.org/draft-04/schema#"),
        }
    }
}

/// `nullable` as 3.0.3 defines it: it adds null to the `type` beside it, and is nothing elsewhere.
fn nullable(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let mut fields: serde_json::Map<_, _> =
                fields.iter().map(|(key, value)| (key.clone(), nullable(value))).collect();
            if fields.remove("nullable") == Some(Value::Bool(true))
                && let Some(name) = fields.get_mut("type")
            {
                *name = json!([name, "null"]);
            }
            Value::Object(fields)
        }
        Value::Array(items) => items.iter().map(nullable).collect(),
        other => other.clone(),
    }
}
