//! The page's examples against the schemas.

use std::collections::BTreeSet;

use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use super::check::{Said, add};
use super::finding::{Finding, Kind};
use super::operation::Operation;
use crate::document::node::Node;
use crate::document::pointer;
use crate::examples::{Undescribed, undescribed, validator};
use crate::vendor::{Example, Upstream};

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
                judged.unknown_fields(schema, value, found);
            }
        }
    }
}

struct Judged<'j, 'd> {
    operation: &'j Operation<'d>,
    example: &'j Example,
    side: String,
}

impl Judged<'_, '_> {
    /// What the schema refuses.
    fn validate(&self, schema: &Node<'_>, value: &Value, found: &mut Vec<Finding>) {
        let Some(validator) = validator(&self.operation.root, schema) else { return };
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

    fn unknown_fields(&self, schema: Node<'_>, value: &Value, found: &mut Vec<Finding>) {
        for Undescribed { at, place, name } in undescribed(schema, value) {
            let words = format!("no property `{name}`");
            let correction = "add the property, or take it out of the example";
            self.add(Kind::ExampleUnknownField, &at, place, words, correction, found);
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
