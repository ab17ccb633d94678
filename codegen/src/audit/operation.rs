//! The operation that a page is about, in a document of any stage.

use std::ops::Deref;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::finding::Kind;
use crate::document::media_type;
use crate::document::node::Node;
use crate::document::operations::{self, OperationNode};

/// An operation in its document, and what it is called in findings.
pub(super) struct Operation<'d> {
    in_document: OperationNode<'d>,
    /// Method and path, decoded.
    pub(super) label: String,
}

impl<'d> Deref for Operation<'d> {
    type Target = OperationNode<'d>;

    fn deref(&self) -> &Self::Target {
        &self.in_document
    }
}

impl<'d> Operation<'d> {
    /// All operations of a document.
    pub(super) fn all(document: &'d Value) -> Vec<Self> {
        let nodes = operations::nodes(document).into_iter();
        let label = |node: &OperationNode<'_>| decoded(&node.operation.label());
        nodes.map(|node| Self { label: label(&node), in_document: node }).collect()
    }

    /// The id of a finding: the same before and after components are renamed.
    pub(super) fn id(&self, kind: Kind, name: &str) -> String {
        format!("{kind}: {} {name}", self.label).trim_end().to_owned()
    }

    pub(super) fn request_schema(&self) -> Option<Node<'d>> {
        schema_of(&self.node.get("requestBody")?)
    }

    pub(super) fn response(&self, status: u16) -> Option<Node<'d>> {
        self.node.get("responses")?.get(&status.to_string())
    }

    /// What an example without a status shows: the first status of success that has a schema.
    pub(super) fn success(&self) -> Option<u16> {
        let responses = self.node.get("responses")?;
        let statuses = responses.fields().filter_map(|(status, _)| status.parse().ok());
        statuses
            .filter(|status| (200..300).contains(status))
            .find(|status| self.response_schema(*status).is_some())
    }

    pub(super) fn response_schema(&self, status: u16) -> Option<Node<'d>> {
        schema_of(&self.response(status)?)
    }

    /// The names of the parameters that are declared for one location.
    pub(super) fn parameters_in(&self, location: &str) -> impl Iterator<Item = &'d str> {
        let parameters = self.parameters().into_iter();
        let of_location =
            parameters.filter(move |parameter| parameter.location() == Some(location));
        of_location.filter_map(|parameter| parameter.name())
    }
}

/// The JSON schema of a body, or the schema of its first media type.
fn schema_of<'d>(body: &Node<'d>) -> Option<Node<'d>> {
    let content = body.get("content")?;
    let first = || content.fields().next().map(|(_, media)| media);
    media_type::json(&content).or_else(first)?.get("schema")
}

/// A path template without percent-encoding.
pub(super) fn decoded(path: &str) -> String {
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}
