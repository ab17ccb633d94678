//! The page's examples against the schemas.

use std::collections::BTreeSet;

use jsonschema::error::ValidationErrorKind;
use serde_json::{Value, json};

use super::check::{Said, add};
use super::finding::{Finding, Kind};
use super::operation::Operation;
use crate::flat::Flat;
use crate::node::Node;
use crate::pointer;
use crate::vendor::{Example, Upstream};

/// How deep an example is followed; one that nests deeper proves nothing more.
const DEPTH: usize = 64;

pub(super) fn check(operation: &Operation<'_>, page: &Upstream, found: &mut Vec<Finding>) {
    for name in &page.provenance.undefined {
        add(
            operation,
            found,
            Kind::UndefinedExample,
            name,
            Said {
                pointer: operation.node.pointer.clone(),
                documentation: format!("the {name} is `undefined`"),
                document: "an example is a value".to_owned(),
                correction: "show the value, or leave the example out".to_owned(),
            },
        );
    }
    for example in &page.examples {
        let status = example.status.unwrap_or(200);
        let sides = [
            ("request", &example.request, operation.request_schema()),
            ("response", &example.response, operation.response_schema(status)),
        ];
        for (side, body, schema) in sides {
            if let (Some(value), Some(schema)) =
                (body.as_ref().and_then(|body| body.json()), schema)
            {
                let side = match side {
                    "response" => format!("response {status}"),
                    side => side.to_owned(),
                };
                let judged = Judged { operation, example, side };
                judged.validate(&schema, value, found);
                judged.unknown_fields(schema, value, "", 0, found);
            }
        }
    }
}

/// A JSON body that a page shows.
pub struct Body {
    /// The id of its operation.
    pub operation_id: String,
    /// What the page calls it.
    pub name: String,
    /// Whether it is a request's.
    pub is_request: bool,
    /// The body.
    pub value: Value,
    /// What the schema refuses: the field, and why.
    pub misfits: Vec<(String, String)>,
}

/// The JSON bodies of a page whose operations are in a document.
pub(super) fn bodies(operation: &Operation<'_>, page: &Upstream) -> Vec<Body> {
    let mut bodies = Vec::new();
    for example in &page.examples {
        let status = example.status.unwrap_or(200);
        let sides = [
            (true, &example.request, operation.request_schema()),
            (false, &example.response, operation.response_schema(status)),
        ];
        for (is_request, body, schema) in sides {
            let (Some(value), Some(schema)) = (body.as_ref().and_then(|body| body.json()), schema)
            else {
                continue;
            };
            let validator = validator(operation, &schema);
            let errors = validator.iter().flat_map(|validator| validator.iter_errors(value));
            let misfits = errors.map(|error| {
                let words: String = error.to_string().chars().take(160).collect();
                (error.instance_path().to_string(), words)
            });
            bodies.push(Body {
                operation_id: operation.node.text("operationId").unwrap_or_default().to_owned(),
                name: example.name.clone(),
                is_request,
                value: value.clone(),
                misfits: misfits.collect(),
            });
        }
    }
    bodies
}

struct Judged<'j, 'd> {
    operation: &'j Operation<'d>,
    example: &'j Example,
    side: String,
}

impl Judged<'_, '_> {
    /// What the schema refuses.
    fn validate(&self, schema: &Node<'_>, value: &Value, found: &mut Vec<Finding>) {
        let Some(validator) = validator(self.operation, schema) else { return };
        for error in validator.iter_errors(value) {
            let at = error.instance_path().to_string();
            let (kind, at) = match error.kind() {
                ValidationErrorKind::Required { property } => {
                    let name = property.as_str().unwrap_or_default();
                    (Kind::ExampleMissingField, pointer::join(&at, name))
                }
                _ => (Kind::ExampleValue, at),
            };
            // The words of a validator may go on for pages.
            let words: String = error.to_string().chars().take(160).collect();
            let correction = match kind {
                Kind::ExampleMissingField => "show the field, or take it out of `required`",
                _ => "correct the example, or the schema",
            };
            self.add(kind, &at, schema.pointer.clone(), words, correction, found);
        }
    }

    /// What no property describes. An object without properties describes none on purpose.
    fn unknown_fields(
        &self,
        schema: Node<'_>,
        value: &Value,
        at: &str,
        depth: usize,
        found: &mut Vec<Finding>,
    ) {
        let flat = Flat::of(schema);
        if depth > DEPTH || !flat.unions.is_empty() {
            return;
        }
        match value {
            Value::Object(fields) if !flat.properties.is_empty() => {
                for (name, value) in fields {
                    let at = pointer::join(at, name);
                    match flat.properties.get(name.as_str()) {
                        Some(property) => {
                            self.unknown_fields(property.clone(), value, &at, depth + 1, found);
                        }
                        None if flat.applicator("additionalProperties").is_some() => {}
                        None => {
                            let place = flat.node.place("properties");
                            let words = format!("no property `{name}`");
                            let correction = "add the property, or take it out of the example";
                            let kind = Kind::ExampleUnknownField;
                            self.add(kind, &at, place, words, correction, found);
                        }
                    }
                }
            }
            Value::Array(items) => {
                if let Some(schema) = flat.applicator("items") {
                    for (index, item) in items.iter().enumerate() {
                        let at = format!("{at}/{index}");
                        self.unknown_fields(schema.clone(), item, &at, depth + 1, found);
                    }
                }
            }
            _ => {}
        }
    }

    fn add(
        &self,
        kind: Kind,
        at: &str,
        pointer: String,
        document: String,
        correction: &str,
        found: &mut Vec<Finding>,
    ) {
        // Which item of a list it is does not matter.
        let name = at.split('/').filter(|part| part.parse::<usize>().is_err());
        let name = name.collect::<Vec<_>>().join(".");
        let name = format!("{}{name}", self.side);
        let names = BTreeSet::from([self.example.name.as_str()]);
        let documentation = format!("the {} of {names:?}, at `{at}`", self.side);
        let documentation = documentation.replace(['{', '}'], "");
        let correction = correction.to_owned();
        add(
            self.operation,
            found,
            kind,
            &name,
            Said { pointer, documentation, document, correction },
        );
    }
}

/// A validator of one schema, with the document around it so that references lead somewhere.
fn validator(operation: &Operation<'_>, schema: &Node<'_>) -> Option<jsonschema::Validator> {
    let mut root = operation.root.value.as_object()?.clone();
    root.insert("$ref".to_owned(), json!(format!("#{}", encoded(&schema.pointer))));
    // Tags and servers are no keywords, but `$schema` and ids would be.
    root.retain(|key, _| !key.starts_with('$') || key == "$ref");
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    options.build(&Value::Object(root)).ok()
}

/// A pointer as the fragment of a reference.
fn encoded(pointer: &str) -> String {
    percent_encoding::utf8_percent_encode(pointer, FRAGMENT).to_string()
}

const FRAGMENT: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'%')
    .add(b'{')
    .add(b'}');
