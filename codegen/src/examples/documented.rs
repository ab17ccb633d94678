//! The JSON bodies that are documented: beside a page, and in its document.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Misfit, judge};
use crate::bounds::{MAX_EXAMPLE_DEPTH, MAX_EXAMPLE_REFERENCES};
use crate::document::media_type;
use crate::document::node::Node;
use crate::document::operations::{OperationNode, nodes, operations};
use crate::document::pointer;
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
    for found in nodes(document) {
        let page = page_of(&found.operation.label(), pages);
        let operation = Documented(found);
        let mut seen = BTreeSet::new();
        let shown = page.map(|page| operation.beside(page)).unwrap_or_default();
        for body in shown.into_iter().chain(operation.inside(page)) {
            if seen.insert((body.status.clone(), body.value.to_string())) {
                bodies.push(body);
            }
        }
    }
    bodies
}

/// The page that an operation is from.
fn page_of<'p>(label: &str, pages: &'p [Upstream]) -> Option<&'p Upstream> {
    if let [only] = pages {
        return Some(only);
    }
    pages.iter().find(|page| {
        let all = operations(&page.document);
        all.iter().any(|operation| decoded(&operation.label()) == decoded(label))
    })
}

fn decoded(label: &str) -> String {
    percent_encoding::percent_decode_str(label).decode_utf8_lossy().into_owned()
}

/// An operation whose bodies are documented.
struct Documented<'d>(OperationNode<'d>);

impl<'d> Documented<'d> {
    /// What stands beside the document of a page.
    fn beside(&self, page: &Upstream) -> Vec<Body> {
        let mut bodies = Vec::new();
        for example in &page.examples {
            let status = example.status.map(|status| status.to_string()).or_else(|| self.success());
            let response = status.map(|status| (Some(status), &example.response));
            let sides = std::iter::once((None, &example.request)).chain(response);
            for (status, body) in sides {
                let Some(value) = body.as_ref().and_then(|body| body.json()) else { continue };
                let Some(media) = self.media(status.as_deref()) else { continue };
                bodies.extend(self.body(&page.slug, &example.name, status, &media, value));
            }
        }
        bodies
    }

    /// What is in the document.
    fn inside(&self, page: Option<&Upstream>) -> Vec<Body> {
        let page = page.map(|page| page.slug.as_str()).unwrap_or_default();
        let responses = self.0.node.get("responses");
        let statuses = responses.iter().flat_map(Node::fields).map(|(status, _)| status);
        let sides = std::iter::once(None).chain(statuses.map(|status| Some(status.to_owned())));
        let mut bodies = Vec::new();
        for status in sides {
            let Some(media) = self.media(status.as_deref()) else { continue };
            for (name, value) in examples(self.0.root.value, &media) {
                bodies.extend(self.body(page, &name, status.clone(), &media, &value));
            }
        }
        bodies
    }

    /// The first status of success that is documented with JSON: what an example without a status
    /// shows.
    fn success(&self) -> Option<String> {
        let responses = self.0.node.get("responses")?;
        let mut statuses = responses.fields().map(|(status, _)| status.to_owned());
        statuses.find(|status| status.starts_with('2') && self.media(Some(status)).is_some())
    }

    /// The JSON of the request, or of the response with a status.
    fn media(&self, status: Option<&str>) -> Option<Node<'d>> {
        let holder = match status {
            None => self.0.node.get("requestBody")?,
            Some(status) => self.0.node.get("responses")?.get(status)?,
        };
        let content = holder.get("content")?;
        // A form is shown as JSON.
        media_type::json(&content)
            .or_else(|| media_type::form(&content).filter(|_| status.is_none()))
    }

    fn body(
        &self,
        page: &str,
        name: &str,
        status: Option<String>,
        media: &Node<'d>,
        value: &Value,
    ) -> Option<Body> {
        let schema = media.get("schema")?;
        let verdict = judge(&schema, value);
        Some(Body {
            operation_id: self.0.node.text("operationId").unwrap_or_default().to_owned(),
            page: page.to_owned(),
            name: name.to_owned(),
            status,
            value: verdict.value,
            misfits: verdict.misfits,
        })
    }
}

/// The examples of a media type, or of its schema. What is in them may be references, although the
/// specification has no such thing.
fn examples(root: &Value, media: &Node<'_>) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    if let Some(example) = media.value.get("example") {
        found.push(("example".to_owned(), example));
    }
    for (name, example) in media.get("examples").iter().flat_map(Node::fields) {
        if let Some(value) = example.resolved().value.get("value") {
            found.push((name.to_owned(), value));
        }
    }
    if found.is_empty()
        && let Some(schema) = media.get("schema")
    {
        let first =
            schema.value.get("examples").and_then(Value::as_array).and_then(|all| all.first());
        let example = schema.value.get("example").or(first);
        found.extend(example.map(|example| ("example of the schema".to_owned(), example)));
    }
    found
        .into_iter()
        .map(|(name, value)| (name, written_out(root, value, 0, &mut { MAX_EXAMPLE_REFERENCES })))
        .collect()
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
