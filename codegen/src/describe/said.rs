//! What a row says of one place of the document.

use serde_json::Value;

use super::text::holds;
use super::write::{Authors, Beside};

/// The words of a row, and where they go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Saying {
    /// JSON Pointer of the property, as it is written, or of the parameter.
    pub(super) pointer: String,
    /// The field's name in the row.
    pub(super) name: String,
    /// What the row says.
    pub(super) words: String,
    /// For whom the field is required, in the fixed form.
    pub(super) line: Option<String>,
    /// The row as it stands on the page.
    pub(super) quote: String,
    /// Which table of which operation has the row.
    pub(super) from: String,
    /// The providers that require the field, as [`super::providers::MARK`] has them.
    pub(super) required_for: Vec<Value>,
    /// JSON Pointers of the enums that list the values of the field.
    pub(super) enums: Vec<String>,
    /// Values that the row explains, and how.
    pub(super) explained: Vec<(String, String)>,
}

impl Saying {
    /// Whether the field has these words, so that no other place needs to. What an author of a correction
    /// wrote in their place counts.
    pub(super) fn is_held(&self, document: &Value, beside: &Beside, authors: &Authors<'_>) -> bool {
        let place = document.pointer(&self.pointer);
        let description = place.and_then(|it| it.get("description")).and_then(Value::as_str);
        let beside = beside.get(&self.pointer).map(String::as_str);
        let description = beside.or(description).unwrap_or_default();
        let line = self.line.as_deref().unwrap_or_default();
        authors.wrote(&self.pointer) || holds(description, &self.words) && holds(description, line)
    }
}
