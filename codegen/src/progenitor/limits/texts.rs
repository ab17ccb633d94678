//! Descriptions are documentation, which Rust reads as well: none is left that would be compiled.

use serde_json::Value;

use super::Prepared;
use crate::document::visit::{self, Kind};
use crate::document::{pointer, set};
use crate::progenitor::prose;
use crate::report::Rule;

pub(in crate::progenitor) const TEXT: Rule = Rule::translated(
    "text",
    "code, open HTML, lone carriage returns and characters for the direction of text in a description",
    "documentation that shows them: code of no language, so that nothing is compiled or tested; entities",
);

pub(in crate::progenitor) const DEPRECATED: Rule = Rule::translated(
    "deprecated",
    "a deprecated operation, parameter or schema",
    "a line in its documentation; the compiler does not warn",
);

/// Makes documentation of descriptions.
pub(super) fn prepare(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = prepared;
    visit::each_mut(document, |kind, at, node| {
        if [Kind::Operation, Kind::Parameter, Kind::Schema].contains(&kind)
            && node.get("deprecated").and_then(Value::as_bool) == Some(true)
        {
            let described = node.get("description").and_then(Value::as_str).unwrap_or_default();
            let described = format!("{described}\n\n**Deprecated.**");
            set(node, "description", described.trim_start());
            log.add(&DEPRECATED, pointer::join(at, "deprecated"), "a line in the documentation");
        }
        for (key, made) in [
            ("title", prose::plain as fn(&str) -> String),
            ("summary", prose::plain),
            ("description", prose::documentation),
        ] {
            let Some(Value::String(text)) = node.get_mut(key) else { continue };
            let new = made(text);
            if new != *text {
                log.add(&TEXT, pointer::join(at, key), "shown as it is written");
                *text = new;
            }
        }
    });
}
