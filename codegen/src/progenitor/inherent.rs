//! What progenitor and typify do by themselves, and users of the client rely on. No code here makes it so;
//! a fixture each says when another version of theirs no longer does.

use crate::report::Rule;

/// Everything of that kind that the documentation tells.
pub(super) const RULES: [Rule; 7] = [
    Rule::translated(
        "stream",
        "`text/event-stream`, binary and other media types of a response",
        "a stream of bytes",
    ),
    Rule::translated("boxed", "schemas that hold themselves", "boxed"),
    Rule::translated("keyword-name", "names that are words of Rust", "with a `_` at the end"),
    Rule::translated("enum-of-numbers", "enums of numbers", "a type of the listed numbers"),
    Rule::translated(
        "opaque-parameter",
        "parameters of a media type that is not JSON",
        "a text, made by the caller",
    ),
    Rule::translated(
        "part-content-type",
        "`contentType` of a part",
        "the part's own, unless a file brings one",
    ),
    Rule::translated(
        "date-time",
        "`date-time`",
        "an instant: written in UTC, whatever zone it was read in",
    ),
];
