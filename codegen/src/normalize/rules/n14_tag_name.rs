//! N14: an exporter names a group by its own key, `subpackage_textToSpeech`; readers of the document and
//! of the client are shown the vendor's words.

use heck::ToTitleCase;
use serde_json::{Value, json};

use super::n07_operation_id::GROUP;
use crate::document::pointer;
use crate::normalize::Mending;
use crate::report::Rule;

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N14 tag-name",
    "a tag that is an exporter's key of a group, `subpackage_textToSpeech`",
    "the words in it: `Text To Speech`",
);

/// Names the tags of every operation, once operations are named after them.
pub(in crate::normalize) fn mend(page: &mut Mending) {
    for operation in page.operations() {
        let at = pointer::join(&operation.pointer(), "tags");
        let Some(Value::Array(tags)) = page.document.pointer_mut(&at) else { continue };
        let mut notes = Vec::new();
        for tag in tags {
            if let Some(name) = tag.as_str().and_then(name) {
                notes.push(format!("{} -> {name}", tag.as_str().unwrap_or_default()));
                *tag = json!(name);
            }
        }
        if !notes.is_empty() {
            page.log(&RULE, at, notes.join(", "));
        }
    }
}

/// The words of a group's key; of groups in a group, all.
fn name(tag: &str) -> Option<String> {
    let key = tag.strip_prefix(GROUP)?;
    let names: Vec<_> = key.split('/').map(|part| part.to_title_case()).collect();
    names.iter().all(|name| !name.is_empty()).then(|| names.join(" / "))
}
