//! What was done to the vendor's document: of each action of the overlay the lines of the document that
//! it changed, old and new; of every other stage what it reports.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::document::lines_of;
use super::lines::{self, Line};
use crate::bounds::MAX_DIFF_TIME;
use crate::error::{Result, Stage};
use crate::overlay::{self, Action, Overlay};
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
    let vendored = outcome.vendored();
    for change in of_stage(|stage| *stage == Stage::Normalize) {
        text += &reported(change, &vendored);
    }
    if let Some(overlay) = &outcome.overlay {
        text += &actions(overlay, &outcome.documents.normalized)?;
    }
    for change in of_stage(|stage| ![Stage::Normalize, Stage::Overlay].contains(stage)) {
        let before = match change.stage {
            Stage::Describe => &outcome.documents.patched,
            Stage::Lower => &outcome.documents.described,
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

/// A line that is gone, or new.
struct Edit<'l> {
    sign: char,
    line: &'l Line,
    /// What it belongs to.
    holders: Vec<&'l str>,
}

/// The lines that differ, each group below what it belongs to.
fn difference(before: &[Line], after: &[Line]) -> String {
    let mut text = String::new();
    let mut last: Option<(Vec<&str>, usize)> = None;
    for Edit { sign, line, holders } in edits(before, after) {
        // Lines of one new item stay together below its own.
        let root =
            last.as_ref().filter(|(root, depth)| line.depth >= *depth && holders.starts_with(root));
        let depth = match root {
            Some((_, depth)) => *depth,
            None => {
                text += &format!("    {}\n", heading(&holders));
                last = Some((holders, line.depth));
                line.depth
            }
        };
        let indent = "    ".repeat(line.depth - depth);
        text += &format!("        {sign} {indent}{}\n", line.text());
    }
    text
}

/// The lines that differ, the new of an item below the old.
fn edits<'l>(before: &'l [Line], after: &'l [Line]) -> Vec<Edit<'l>> {
    let (old, new) = (keys(before), keys(after));
    let (old, new): (Vec<_>, Vec<_>) = (as_texts(&old), as_texts(&new));
    let mut diff = TextDiff::configure();
    let edit = |sign, lines: &'l [Line], index: usize| {
        let (line, holders) = (lines.get(index)?, lines::holders(lines, index));
        Some(Edit { sign, line, holders })
    };
    let mut edits = Vec::new();
    let (mut gone, mut added) = (Vec::new(), Vec::new());
    for change in diff.timeout(MAX_DIFF_TIME).diff_slices(&old, &new).iter_all_changes() {
        match (change.tag(), change.old_index(), change.new_index()) {
            (ChangeTag::Delete, Some(index), _) => gone.extend(edit('-', before, index)),
            (ChangeTag::Insert, _, Some(index)) => added.extend(edit('+', after, index)),
            _ => edits.extend(paired(&mut gone, &mut added)),
        }
    }
    edits.extend(paired(&mut gone, &mut added));
    edits
}

/// Each item that is gone, with the new one of its name.
fn paired<'l>(gone: &mut Vec<Edit<'l>>, added: &mut Vec<Edit<'l>>) -> Vec<Edit<'l>> {
    let mut added = items(std::mem::take(added));
    let mut edits = Vec::new();
    for item in items(std::mem::take(gone)) {
        let called = name(&item);
        edits.extend(item);
        if let Some(index) = added.iter().position(|new| name(new) == called) {
            edits.extend(added.remove(index));
        }
    }
    edits.extend(added.into_iter().flatten());
    edits
}

/// Lines together with those that belong to them.
fn items(edits: Vec<Edit<'_>>) -> Vec<Vec<Edit<'_>>> {
    let mut items: Vec<Vec<Edit<'_>>> = Vec::new();
    for edit in edits {
        match items.last_mut() {
            Some(item) if item.first().is_some_and(|it| it.line.depth < edit.line.depth) => {
                item.push(edit);
            }
            _ => items.push(vec![edit]),
        }
    }
    items
}

/// What an item is called, whether it is required or not.
fn name(item: &[Edit<'_>]) -> Option<(usize, String)> {
    let line = item.first()?.line;
    Some((line.depth, line.label.trim_end_matches('!').to_owned()))
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
