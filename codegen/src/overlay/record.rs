//! Records what actions were written against, in the overlay's own text: comments, order and layout of
//! everything else stay.

use std::collections::BTreeMap;
use std::fmt;

use super::document::{Action, Overlay};
use serde_json::{Value, json};

use super::evidence::{self, Difference, Evidence, Selected};
use super::write::text::{in_braces, keys_of};
use super::{ActionFault, Applied, Fault, against, apply, at_action, parse, patches, rule_name};
use crate::error::{Error, Problem, Result, Stage};
use crate::syntax::yaml;

/// An overlay whose actions say what they were written against.
#[derive(Debug)]
pub struct Recorded {
    /// The overlay's text.
    pub text: String,
    /// What was recorded otherwise before.
    pub changes: Vec<RecordChange>,
}

/// What an action was written against, and what it is written against now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordChange {
    /// The action's index in the overlay.
    pub index: usize,
    /// The patch that it belongs to.
    pub patch: String,
    /// Each place that differs.
    pub differences: Vec<Difference>,
}

impl fmt::Display for RecordChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "#/actions/{}  {}", self.index, self.patch)?;
        for difference in &self.differences {
            writeln!(f, "  {difference}")?;
        }
        Ok(())
    }
}

/// Records what each action of an overlay is written against in a document.
///
/// # Errors
/// An overlay that is none, an action that is no longer needed or whose target is gone, and an action that
/// is not written as a block, into which nothing can be added without rewriting it.
pub fn record(document: &Value, text: &str) -> Result<Recorded> {
    let overlay = parse(text)?;
    let mut now = document.clone();
    let (mut changes, mut records, mut faults) = (Vec::new(), BTreeMap::new(), Vec::new());
    let mut index = 0;
    for patch in patches(&overlay) {
        let before = now.clone();
        for action in patch {
            let patch = rule_name(index, action);
            let mut add = |fault| {
                faults.push(ActionFault { index, line: 0, patch: patch.clone(), fault });
            };
            let applied = apply(&overlay, index, &before, &mut now);
            match applied.map_err(|problem| at_action(problem, index))? {
                Err(fault) | Ok(Applied { unselected: Some(fault), .. }) => add(fault),
                Ok(Applied { selected, .. }) => {
                    let unfit = against(action, &selected, &before);
                    let unfit = unfit.unwrap_or_default().into_iter();
                    unfit.filter(is_for_a_person).for_each(&mut add);
                    let evidence = selected.evidence(action, &before);
                    if let Some(differences) = differences(action, &selected, &evidence, &before) {
                        changes.push(RecordChange { index, patch, differences });
                        records.insert(index, evidence);
                    }
                }
            }
            index += 1;
        }
    }
    if !faults.is_empty() {
        return Err(for_a_person(faults, changes));
    }
    let written = edit(text, &records)?;
    check(&overlay, &written, &records)?;
    Ok(Recorded { text: written, changes })
}

/// The error of actions that do not fit. What could be recorded waits too, so that all is seen at once.
fn for_a_person(mut faults: Vec<ActionFault>, changes: Vec<RecordChange>) -> Error {
    let changed = changes.into_iter().map(|RecordChange { index, patch, differences }| {
        ActionFault { index, line: 0, patch, fault: Fault::Changed(differences) }
    });
    faults.extend(changed);
    faults.sort_by_key(|fault| fault.index);
    let first = faults.first().map_or(0, |fault| fault.index);
    at_action(Problem::Actions { faults }, first)
}

/// Whether nothing can be recorded that would make an action fit.
fn is_for_a_person(fault: &Fault) -> bool {
    !matches!(fault, Fault::Changed(_) | Fault::Unrecorded)
}

/// How the evidence differs from what an action records; nothing if it does not.
fn differences(
    action: &Action,
    selected: &Selected,
    evidence: &Evidence,
    before: &Value,
) -> Option<Vec<Difference>> {
    let recorded = Evidence::recorded(action).ok().flatten();
    if recorded.is_none() && evidence.0.is_empty() {
        return None;
    }
    let Some(recorded) = recorded else {
        // Of what was not recorded at all, also what is absent is news.
        return Some(selected.differences(&Evidence::default(), evidence, before));
    };
    let mut differences = selected.compare(action, &recorded, before).differences;
    if differences.is_empty() {
        differences = selected.differences(&recorded, evidence, before);
    }
    (!differences.is_empty()).then_some(differences)
}

/// Writes records into the text, from the last action to the first, so that lines keep their numbers.
fn edit(text: &str, records: &BTreeMap<usize, Evidence>) -> Result<String> {
    let positions = yaml::positions(text);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (index, evidence) in records.iter().rev() {
        let block = || -> Option<(std::ops::Range<usize>, usize)> {
            let (keys, column) = keys_of(&positions, *index)?;
            let after = positions.get(&format!("/actions/{}", index + 1));
            let end = after.map_or(lines.len(), |next| next.line - 1);
            let of_action = end_of(lines.get(..end)?, column);
            let there = keys.iter().find(|(key, _)| *key == evidence::KEY);
            let range = match there {
                None => of_action..of_action,
                Some((_, key)) => {
                    let next =
                        keys.iter().map(|(_, other)| other.line).filter(|line| *line > key.line);
                    key.line - 1..next.min().map_or(of_action, |line| line - 1)
                }
            };
            Some((range, column))
        };
        let (range, column) = block().ok_or_else(|| in_braces(*index))?;
        let printed = yaml::print(&json!({ evidence::KEY: evidence.record() }));
        let indented = printed.lines().map(|line| format!("{}{line}", " ".repeat(column)));
        let indented: Vec<_> = indented.filter(|_| !evidence.0.is_empty()).collect();
        lines.splice(range, indented);
    }
    Ok(lines.join("\n") + "\n")
}

/// The line after the last one of an action: what follows are blank lines and comments between actions, or
/// what stands further left than its keys.
fn end_of(lines: &[String], column: usize) -> usize {
    let belongs = |line: &String| {
        let indent = line.len() - line.trim_start().len();
        !line.trim().is_empty() && indent >= column
    };
    lines.iter().rposition(belongs).map_or(lines.len(), |last| last + 1)
}

/// Checks what was written by reading it: everything but the records is as before.
fn check(before: &Overlay, written: &str, records: &BTreeMap<usize, Evidence>) -> Result<()> {
    let after = parse(written)?;
    let bare = |overlay: &Overlay| {
        let mut overlay = overlay.clone();
        for action in &mut overlay.actions {
            action.extensions.remove(evidence::KEY);
        }
        overlay
    };
    let is_recorded = records.iter().all(|(index, evidence)| {
        let recorded = after.actions.get(*index).and_then(|action| Evidence::recorded(action).ok());
        recorded.is_some_and(|it| it.unwrap_or_default().differences(evidence).is_empty())
    });
    if bare(before) == bare(&after) && is_recorded {
        return Ok(());
    }
    let message =
        "writing the records would change more than them: write each action as a block".to_owned();
    Err(Error::new(Stage::Overlay, Problem::Overlay { message }))
}
