//! What generated code needs from the hand-written client. The refine stage of the pipeline
//! points generated code here, by the setting `runtime` in `spec/generate.yaml`.

pub(crate) use crate::client::Client;
pub(crate) use crate::error::Error;
pub(crate) use crate::response::ResponseValue;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::Value;

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

/// A query parameter as OpenAPI writes it unless a page says otherwise (`style: form`, exploded): a pair for a
/// value, one for each item of a list or field of an object, none for nothing.
#[allow(dead_code, reason = "not every spec has an operation with a query")]
pub(crate) struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a T,
}

#[allow(dead_code, reason = "not every spec has an operation with a query")]
impl<'a, T> QueryParam<'a, T> {
    pub(crate) fn new(name: &'a str, value: &'a T) -> Self {
        Self { name, value }
    }
}

impl<T: Serialize> Serialize for QueryParam<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |value: &Value| match value {
            Value::String(text) => Ok(text.clone()),
            Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
            _ => Err(S::Error::custom("a value inside of a query parameter is no plain one")),
        };
        let value = serde_json::to_value(self.value).map_err(S::Error::custom)?;
        let pairs: Vec<(&str, String)> = match &value {
            Value::Null => Vec::new(),
            Value::Array(items) => {
                items.iter().map(|item| Ok((self.name, text(item)?))).collect::<Result<_, _>>()?
            }
            Value::Object(fields) => fields
                .iter()
                .map(|(name, field)| Ok((name.as_str(), text(field)?)))
                .collect::<Result<_, _>>()?,
            plain => vec![(self.name, text(plain)?)],
        };
        pairs.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn query(value: Value) -> Option<String> {
        let request = reqwest::Client::new().get("http://localhost/");
        let request = request.query(&QueryParam::new("a", &value)).build();
        Some(request.ok()?.url().query().unwrap_or_default().to_owned())
    }

    #[test]
    fn query_of_plain_values() {
        assert_eq!(query(json!("b c&d")).unwrap(), "a=b+c%26d");
        assert_eq!([query(json!(10)), query(json!(true))].map(Option::unwrap), ["a=10", "a=true"]);
        assert_eq!(query(json!(null)).unwrap(), "");
    }

    #[test]
    fn query_of_lists_and_objects() {
        assert_eq!(query(json!(["x", 1])).unwrap(), "a=x&a=1");
        assert_eq!(query(json!({ "x": 1, "y": "z" })).unwrap(), "x=1&y=z");
    }

    #[test]
    fn query_of_what_has_no_form_is_an_error() {
        assert_eq!(query(json!([[1]])), None);
    }
}
