//! The bodies of an operation, in a document of any stage.

use super::media_type;
use super::node::Node;
use super::operations::OperationNode;
use super::pointer::percent_decoded;

impl<'d> OperationNode<'d> {
    /// Method and path, decoded: what it is called in findings.
    pub(crate) fn label(&self) -> String {
        percent_decoded(&self.operation.label())
    }

    pub(crate) fn request_schema(&self) -> Option<Node<'d>> {
        schema_of(&self.node.get("requestBody")?)
    }

    pub(crate) fn response(&self, status: u16) -> Option<Node<'d>> {
        let responses = self.node.get("responses")?;
        let range = format!("{}XX", status / 100);
        // A range of statuses and `default` stand for those that are not there.
        [status.to_string(), range, "default".to_owned()]
            .iter()
            .find_map(|name| responses.get(name))
    }

    /// What an example without a status shows: the first status of success that has a schema.
    pub(crate) fn success(&self) -> Option<u16> {
        let responses = self.node.get("responses")?;
        let mut statuses = responses.fields().filter_map(|(status, _)| status.parse().ok());
        statuses
            .find(|status| (200..300).contains(status) && self.response_schema(*status).is_some())
    }

    pub(crate) fn response_schema(&self, status: u16) -> Option<Node<'d>> {
        schema_of(&self.response(status)?)
    }
}

/// The JSON schema of a body, or the schema of its first media type.
fn schema_of<'d>(body: &Node<'d>) -> Option<Node<'d>> {
    let content = body.get("content")?;
    let first = || content.fields().next().map(|(_, media)| media);
    media_type::json(&content).or_else(first)?.get("schema")
}
