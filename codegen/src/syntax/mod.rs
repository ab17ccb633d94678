//! Text to the JSON data model that OpenAPI is defined on, and back.

pub mod json;
pub(crate) mod number;
pub mod yaml;

/// A text that does not parse, or that has no counterpart in the JSON data model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The parser's words.
    pub message: String,
    /// The line of the fault, counted from 1, where the parser knows it.
    pub line: Option<usize>,
}
