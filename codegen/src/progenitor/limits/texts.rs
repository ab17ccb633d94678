//! Descriptions are documentation, which Rust reads as well: none is left that would be compiled.

use serde_json::Value;

use super::Prepared;
use crate::document::{pointer, visit};
use crate::progenitor::prose;
use crate::report::Rule;

pub(in crate::progenitor) const TEXT: Rule = Rule::translated(
    "text",
    "code, open HTML, lone carriage returns and characters for the direction of text in a description",
    "documentation that shows them: code of no language, so that nothing is compiled or tested; entities",
);

/// Makes documentation of descriptions.
pub(super) fn prepare(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = prepared;
    visit::each_mut(document, |_, at, node| {
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
