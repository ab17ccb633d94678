//! What generated code needs from the hand-written client. The refine stage of the pipeline
//! points generated code here, by the setting `runtime` in `spec/generate.yaml`.

pub(crate) use crate::client::Client;
pub(crate) use crate::error::Error;
pub(crate) use crate::response::ResponseValue;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What the pipeline knows of an operation.
pub(crate) struct OperationInfo {
    /// The `operationId`, in snake case.
    pub operation_id: &'static str,
    /// The path template: names of variables, no values.
    pub path: &'static str,
    /// Whether sending it again does no harm: by its method (RFC 9110), or marked in the overlay.
    pub retryable: bool,
}

/// What stands in a path segment as it is: the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a value for a path segment.
pub(crate) fn encode_path(value: &str) -> String {
    utf8_percent_encode(value, SEGMENT).to_string()
}
