//! N14: an exporter names a group by its own key, `subpackage_textToSpeech`; readers of the document and
//! of the client are shown the vendor's words.

use std::collections::BTreeMap;

use heck::ToTitleCase;
use serde_json::{Value, json};

use super::n07_operation_id::GROUP;
use crate::document::{components, pointer};
use crate::normalize::Mending;
use crate::report::Rule;

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N14 tag-name",
    "a tag that is an exporter's key of a group, `subpackage_textToSpeech`",
    "the words in it: `Text To Speech`; of `subpackage_texttospeech`, those of the page's address or of the exporter's name of a body",
);

/// Names the tags of every operation, once operations are named after them.
///
/// A key in lower case does not say where its words end: `virtualaccount`. The exporter's names of bodies
/// (`VirtualAccount_…_Response_200`) and the page's address may.
pub(in crate::normalize) fn mend(page: &mut Mending, address: Option<&str>) {
    let known = spellings(&page.document, address);
    let name = |tag: &str| name(tag, &known);
    if let Some(Value::Array(tags)) = page.document.get_mut("tags") {
        let declared = tags.iter_mut().filter_map(|tag| tag.get_mut("name"));
        for tag in declared {
            if let Some(name) = tag.as_str().and_then(name) {
                *tag = json!(name);
            }
        }
    }
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
fn name(tag: &str, known: &BTreeMap<String, String>) -> Option<String> {
    let key = tag.strip_prefix(GROUP)?;
    let names: Vec<_> = key
        .split('/')
        .map(|part| known.get(part).map_or_else(|| part.to_title_case(), Clone::clone))
        .collect();
    names.iter().all(|name| !name.is_empty()).then(|| names.join(" / "))
}

/// Words that are several, by what they are in lower case without a gap.
fn spellings(document: &Value, address: Option<&str>) -> BTreeMap<String, String> {
    let names = components::all(document).filter(|(section, ..)| *section == "schemas");
    let groups = names.filter_map(|(_, name, _)| {
        let (group, rest) = name.split_once('_')?;
        rest.contains("_Response_").then_some(group)
    });
    let steps = address.into_iter().flat_map(|address| address.split('/').skip(3));
    let words = groups.chain(steps).map(ToTitleCase::to_title_case);
    let several = words.filter(|words| words.contains(' '));
    several.map(|words| (words.replace(' ', "").to_lowercase(), words)).collect()
}
