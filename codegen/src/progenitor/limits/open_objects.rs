//! `additionalProperties: true` beside properties. typify takes it for no keyword at all: the fields that
//! nobody described are passed over. Of an empty schema, which says the same, it makes a map of them.

use serde_json::json;

use super::{Prepared, schemas};
use crate::document::{pointer, visit};
use crate::report::Rule;

pub(in crate::progenitor) const OPEN: Rule = Rule::translated(
    "open",
    "`additionalProperties: true` beside properties",
    "a map of the fields that are not described",
);

/// Writes it as an empty schema.
pub(super) fn prepare(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = prepared;
    visit::each_schema_mut(document, |at, keywords| {
        let is_open = keywords.get("additionalProperties") == Some(&json!(true));
        if is_open && schemas::is_of_described(keywords, at) {
            keywords.insert("additionalProperties".to_owned(), json!({}));
            let note = "the other fields are in `extra`";
            log.add(&OPEN, pointer::join(at, "additionalProperties"), note);
        }
    });
}
