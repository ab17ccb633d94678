//! What review reads of a change: each leaf of a document and each item of a crate is altered, and the
//! snapshot must show it, in no more lines than the change has.

#[path = "../common/mod.rs"]
mod common;
mod document;
#[path = "../common/leaves.rs"]
mod leaves;
mod patches;
mod surface;

use similar::{ChangeTag, TextDiff};

/// The lines that are gone, and those that are new.
fn changed(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let diff = TextDiff::from_lines(old, new);
    let lines = |tag| {
        let of_tag = diff.iter_all_changes().filter(move |change| change.tag() == tag);
        of_tag.map(|change| change.value().to_owned()).collect()
    };
    (lines(ChangeTag::Delete), lines(ChangeTag::Insert))
}
