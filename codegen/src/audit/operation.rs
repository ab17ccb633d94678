//! The operation that a page is about, in a document of any stage.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::finding::Kind;
use super::tables::{Need, Row};
use crate::document::media_type;
use crate::document::node::Node;
use crate::document::operations::{self, OperationNode};

/// An operation, with its path item and document.
pub(super) struct Operation<'d> {
    pub(super) root: Node<'d>,
    pub(super) item: Node<'d>,
    pub(super) node: Node<'d>,
    /// The path as the document has it.
    pub(super) path: String,
    /// Method and path, decoded.
    pub(super) label: String,
    /// What the tables say of request fields, by their names from the body down.
    pub(super) request_rows: BTreeMap<String, Row>,
    found: OperationNode<'d>,
}

impl<'d> Operation<'d> {
    /// All operations of a document.
    pub(super) fn all(document: &'d Value) -> Vec<Self> {
        let found = operations::nodes(document).into_iter().map(|found| Self {
            path: found.operation.path.clone(),
            label: decoded(&found.operation.label()),
            root: found.root.clone(),
            item: found.item.clone(),
            node: found.node.clone(),
            request_rows: BTreeMap::new(),
            found,
        });
        found.collect()
    }

    /// The id of a finding: the same before and after components are renamed.
    pub(super) fn id(&self, kind: Kind, name: &str) -> String {
        format!("{kind}: {} {name}", self.label).trim_end().to_owned()
    }

    pub(super) fn request_schema(&self) -> Option<Node<'d>> {
        schema_of(&self.node.get("requestBody")?)
    }

    pub(super) fn response(&self, status: u16) -> Option<Node<'d>> {
        let responses = self.node.get("responses")?;
        responses.get(&status.to_string())
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

    /// The names of declared parameters of one place.
    pub(super) fn parameters(&self, place: &str) -> Vec<&'d str> {
        let all = self.found.parameters().into_iter();
        all.filter(|it| it.location() == Some(place)).filter_map(|it| it.name()).collect()
    }

    /// Who must send the field of a request that a response repeats.
    pub(super) fn need_in_request(&self, name: &str) -> Need {
        self.in_request(name).map_or(Need::Unsaid, Row::need)
    }

    pub(super) fn quote_in_request(&self, name: &str) -> String {
        self.in_request(name).map(|row| row.quote.clone()).unwrap_or_default()
    }

    fn in_request(&self, name: &str) -> Option<&Row> {
        self.request_rows.get(name.split_once('.')?.1)
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
