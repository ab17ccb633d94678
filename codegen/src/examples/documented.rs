//! The JSON bodies that are documented: beside a page, and in its document.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Misfit, Verdict, judge};
use crate::bounds::{MAX_EXAMPLE_DEPTH, MAX_EXAMPLE_REFERENCES};
use crate::document::media_type;
use crate::document::node::Node;
use crate::document::operations::{OperationNode, nodes, operations};
use crate::document::pointer::{self, percent_decoded};
use crate::document::visit;
use crate::vendor::Upstream;

/// A JSON body that the documentation shows.
pub(crate) struct Body {
    /// The id of its operation.
    pub operation_id: String,
    /// The page that shows it.
    pub page: String,
    /// What the page calls it.
    pub name: String,
    /// The status of a response; a request has none.
    pub status: Option<String>,
    /// The body.
    pub value: Value,
    /// What its schema has against it.
    pub misfits: Vec<Misfit>,
}

/// The bodies of every page and of the document itself, each once.
pub(crate) fn bodies(document: &Value, pages: &[Upstream]) -> Vec<Body> {
    let mut bodies = Vec::new();
    for operation in nodes(document) {
        let page = page_of(&operation.operation.label(), pages);
        let beside = page.map(|page| operation.beside(page)).unwrap_or_default();
        let mut seen = BTreeSet::new();
        for Shown { name, status, value } in beside.into_iter().chain(operation.inside()) {
            let media = operation.media(status.as_deref());
            let Some(schema) = media.and_then(|media| media.get("schema")) else { continue };
            let Verdict { value, misfits, .. } = judge(&schema, &value);
            if seen.insert((status.clone(), value.to_string())) {
                let operation_id = operation.node.text("operationId").unwrap_or_default();
                bodies.push(Body {
                    operation_id: operation_id.to_owned(),
                    page: page.map(|page| page.slug.clone()).unwrap_or_default(),
                    name,
                    status,
                    value,
                    misfits,
                });
            }
        }
    }
    bodies
}

/// What is shown: its name, the status of a response, and the value.
struct Shown {
    name: String,
    status: Option<String>,
    value: Value,
}

/// The page that an operation is from.
fn page_of<'p>(label: &str, pages: &'p [Upstream]) -> Option<&'p Upstream> {
    if let [only] = pages {
        return Some(only);
    }
    pages.iter().find(|page| {
        let all = operations(&page.document);
        all.iter().any(|operation| percent_decoded(&operation.label()) == percent_decoded(label))
    })
}

impl<'d> OperationNode<'d> {
    /// What stands beside the document of a page.
    fn beside(&self, page: &Upstream) -> Vec<Shown> {
        let mut shown = Vec::new();
        for example in &page.examples {
            let status =
                example.status.map(|status| status.to_string()).or_else(|| self.success_in_json());
            let response = status.map(|status| (Some(status), &example.response));
            for (status, body) in std::iter::once((None, &example.request)).chain(response) {
                let Some(value) = body.as_ref().and_then(|body| body.json()) else { continue };
                shown.push(Shown { name: example.name.clone(), status, value: value.clone() });
            }
        }
        shown
    }

    /// What is in the document.
    fn inside(&self) -> Vec<Shown> {
        let responses = self.node.get("responses");
        let statuses = responses.iter().flat_map(Node::fields);
        let statuses = statuses.map(|(status, _)| Some(status.to_owned()));
        let mut shown = Vec::new();
        for status in std::iter::once(None).chain(statuses) {
            let Some(media) = self.media(status.as_deref()) else { continue };
            for (name, value) in examples(self.root.value, &media) {
                shown.push(Shown { name, status: status.clone(), value });
            }
        }
        shown
    }

    /// The first status of success that is documented with JSON: what an example without a status
    /// shows.
    fn success_in_json(&self) -> Option<String> {
        let responses = self.node.get("responses")?;
        let mut statuses = responses.fields().map(|(status, _)| status.to_owned());
        statuses.find(|status| status.starts_with('2') && self.media(Some(status)).is_some())
    }

    /// The JSON of the request, or of the response with a status.
    fn media(&self, status: Option<&str>) -> Option<Node<'d>> {
        let holder = match status {
            None => self.node.get("requestBody")?,
            Some(status) => self.node.get("responses")?.get(status)?,
        };
        let content = holder.get("content")?;
        // A form is shown as JSON.
        media_type::json(&content)
            .or_else(|| media_type::form(&content).filter(|_| status.is_none()))
    }
}

/// The examples of a media type, or of its schema. What is in them may be references, although the
/// specification has no such thing.
fn examples(root: &Value, media: &Node<'_>) -> Vec<(String, Value)> {
    let mut found = media_type::examples(media);
    if found.is_empty()
        && let Some(schema) = media.get("schema")
    {
        let first = || schema.value.get("examples")?.as_array()?.first();
        let example = schema.value.get("example").or_else(first);
        found.extend(example.map(|example| ("example of the schema", example)));
    }
    let written_out = |value| written_out(root, value, 0, &mut { MAX_EXAMPLE_REFERENCES });
    found.into_iter().map(|(name, value)| (name.to_owned(), written_out(value))).collect()
}

/// A value with what it refers to.
fn written_out(root: &Value, value: &Value, depth: usize, left: &mut usize) -> Value {
    match value {
        Value::Object(fields) => {
            let target = visit::reference(value).and_then(pointer::of_reference);
            let target =
                target.filter(|_| fields.len() == 1 && *left > 0 && depth < MAX_EXAMPLE_DEPTH);
            if let Some(target) = target.and_then(|at| root.pointer(&at)) {
                *left -= 1;
                return written_out(root, target, depth + 1, left);
            }
            let fields = fields.iter();
            fields
                .map(|(name, value)| (name.clone(), written_out(root, value, depth, left)))
                .collect()
        }
        Value::Array(items) => {
            items.iter().map(|item| written_out(root, item, depth, left)).collect()
        }
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{MAX_EXAMPLE_REFERENCES, written_out};

    #[test]
    fn references_are_written_out() {
        let root = json!({ "a": { "b": 1 } });
        let value = json!([{ "$ref": "#/a" }, { "$ref": "#/a", "c": 2 }, { "$ref": "#/z" }]);
        let written = written_out(&root, &value, 0, &mut { MAX_EXAMPLE_REFERENCES });
        assert_eq!(written, json!([{ "b": 1 }, { "$ref": "#/a", "c": 2 }, { "$ref": "#/z" }]));
    }

    #[test]
    fn references_that_lead_to_each_other_end() {
        let again = json!({ "$ref": "#/a" });
        let root = json!({ "a": { "b": again, "c": again, "d": again } });
        let written = written_out(&root, &again, 0, &mut { MAX_EXAMPLE_REFERENCES });
        assert_eq!(written.to_string().matches("\"b\":").count(), MAX_EXAMPLE_REFERENCES);
    }
}
