//! What an operation is called in findings.

use super::finding::Kind;
use crate::document::operations::OperationNode;

impl OperationNode<'_> {
    /// The id of a finding: the same before and after components are renamed.
    pub(super) fn finding_id(&self, kind: Kind, name: &str) -> String {
        format!("{kind}: {} {name}", self.label()).trim_end().to_owned()
    }
}
