//! The cases of the stages: a defect, `before` and `after` it was mended, and the `changes` that are
//! reported for it, or the `error`. The file's name is the defect's.

use manis_codegen::Result;
use manis_codegen::report::{Change, Staged};
use serde_json::Value;

use super::case::{Case, Field, Outcome};

/// Compares what a stage did.
pub fn expect(case: &Case, result: Result<Staged>) -> Outcome {
    case.expect(&match result {
        Ok(staged) => [
            Field::new("after", staged.document),
            Field::list("changes", staged.changes.iter().map(line).collect::<Vec<_>>()),
            Field::none("error"),
        ],
        Err(error) => [
            Field::none("after"),
            Field::none("changes"),
            Field::new("error", without_help(&error.to_string())?),
        ],
    })
}

/// A change as a case has it.
fn line(change: &Change) -> Value {
    let mark = if change.loosened { "~" } else { "" };
    let place = if change.place.is_empty() { "" } else { " at " };
    Value::String(format!("{mark}{}{place}{}", change.rule, change.place))
}

/// Every error says what to do next; a case has what went wrong.
fn without_help(error: &str) -> Outcome<&str> {
    let (fault, _) = error.split_once("\n  help: ").ok_or_else(|| format!("no help: {error}"))?;
    Ok(fault)
}
