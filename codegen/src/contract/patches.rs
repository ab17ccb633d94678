//! What was done to the vendor's document: of each action of the overlay the lines of the document that
//! it changed, old and new; of every other stage what it reports.

use roas_overlay::v1_1::{Action, Overlay};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::document::lines_of;
use super::lines::{self, Line};
use crate::bounds::MAX_DIFF_TIME;
use crate::error::{Result, Stage};
use crate::overlay;
use crate::pipeline::Outcome;
use crate::report::Change;
use crate::syntax::number;

/// The lines of all patches, in their order.
///
/// # Errors
/// An action that cannot be applied again, which [`crate::pipeline::run`] has refused before.
pub fn patches(outcome: &Outcome) -> Result<String> {
    let mut text = String::new();
    let of_stage = |is_told: fn(&Stage) -> bool| {
        outcome.changes.iter().filter(move |change| is_told(&change.stage))
    };
    for change in of_stage(|stage| *stage == Stage::Normalize) {
        text += &reported(change, &outcome.documents.vendored);
    }
    if let Some(overlay) = &outcome.overlay {
        text += &actions(overlay, &outcome.documents.normalized)?;
    }
    for change in of_stage(|stage| ![Stage::Normalize, Stage::Overlay].contains(stage)) {
        let before = match change.stage {
            Stage::Lower => &outcome.documents.patched,
            _ => &outcome.documents.lowered,
        };
        text += &reported(change, before);
    }
    // A note may quote a number as the vendor writes it.
    Ok(number::unmarked(&text).into_owned())
}

/// What a stage reports. Its place is in the document that the stage was given.
fn reported(change: &Change, before: &Value) -> String {
    let Change { stage, rule, place, note, loosened } = change;
    let place = match place.starts_with('/') {
        true => overlay::named(before, place).replace("~1", "/"),
        false => place.clone(),
    };
    let loosened = if *loosened { " (loosened)" } else { "" };
    format!("{stage} {rule}{loosened}\n    {place}\n    {note}\n")
}

/// Applies the actions one by one, and compares what there was with what there is.
fn actions(overlay: &Overlay, normalized: &Value) -> Result<String> {
    let mut text = String::new();
    let mut document = normalized.clone();
    let mut before = lines_of(&document);
    for (index, action) in overlay.actions.iter().enumerate() {
        document = applied(overlay, action, &document)?;
        let after = lines_of(&document);
        text += &format!("overlay {}\n", overlay::rule_name(index, action));
        text += &difference(&before, &after);
        before = after;
    }
    Ok(text)
}

/// The document after one action. Whether the action fits is judged on the whole patch, by the stage.
fn applied(overlay: &Overlay, action: &Action, document: &Value) -> Result<Value> {
    let alone = Overlay { actions: vec![action.clone()], ..overlay.clone() };
    Ok(overlay::examine(document, &alone)?.0.document)
}

/// The lines that differ, each group below what it belongs to.
fn difference(before: &[Line], after: &[Line]) -> String {
    let mut diff = TextDiff::configure();
    diff.timeout(MAX_DIFF_TIME);
    let (old, new) = (keys(before), keys(after));
    let (old, new): (Vec<_>, Vec<_>) = (as_texts(&old), as_texts(&new));
    let mut text = String::new();
    let mut last = None;
    for change in diff.diff_slices(&old, &new).iter_all_changes() {
        let (sign, lines, index) = match (change.tag(), change.old_index(), change.new_index()) {
            (ChangeTag::Delete, Some(index), _) => ('-', before, index),
            (ChangeTag::Insert, _, Some(index)) => ('+', after, index),
            _ => continue,
        };
        let holders = lines::holders(lines, index);
        // Lines of one new item stay together below its own.
        let root = last.as_ref().filter(|(root, depth)| {
            let (root, depth): (&Vec<&str>, &usize) = (root, depth);
            lines[index].depth >= *depth && holders.starts_with(root)
        });
        let depth = match root {
            Some((_, depth)) => *depth,
            None => {
                text += &format!("    {}\n", heading(&holders));
                last = Some((holders, lines[index].depth));
                lines[index].depth
            }
        };
        let indent = "    ".repeat(lines[index].depth.saturating_sub(depth));
        text += &format!("        {sign} {indent}{}\n", lines[index].text());
    }
    text
}

/// What tells a line from others: its text, and what it belongs to.
fn keys(lines: &[Line]) -> Vec<String> {
    let keys = lines.iter().enumerate().map(|(index, line)| {
        let holders = lines::holders(lines, index);
        format!("{}\n{}", holders.join("\n"), line.text())
    });
    keys.collect()
}

fn as_texts(keys: &[String]) -> Vec<&str> {
    keys.iter().map(String::as_str).collect()
}

fn heading(holders: &[&str]) -> String {
    match holders {
        [] => "the document".to_owned(),
        holders => holders.join(" > "),
    }
}
