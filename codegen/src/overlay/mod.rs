//! Stage 3, overlay: applies an OpenAPI Overlay 1.1 document, the vendor's own mistakes as data.
//!
//! Beyond the Overlay Specification: every action must have a `description` (its evidence), must
//! match something and must change something. Consecutive actions with one `x-patch` are one patch,
//! so that a value can be removed and written anew; it must differ from what the vendor had.

mod apply;
mod document;
mod evidence;
mod fault;
#[cfg(feature = "commands")]
mod from;
#[cfg(feature = "commands")]
mod record;
#[cfg(feature = "commands")]
mod retarget;
mod target;
#[cfg(feature = "commands")]
pub(crate) mod write;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::document::pointer;
use crate::error::{Error, Problem, Result, Stage};
use crate::files;
use crate::report::{Change, Log, Staged};
use crate::syntax::yaml;

pub use document::{Action, Info, Overlay, parse, read};
pub use evidence::Difference;
use evidence::{Evidence, Selected};
#[cfg(feature = "commands")]
pub(crate) use evidence::{KEY as RECORD, named};
pub use fault::{ActionFault, Fault, StillApplies};
#[cfg(feature = "commands")]
pub use from::{Written, written_from};
#[cfg(feature = "commands")]
pub use record::{RecordChange, Recorded, record};
#[cfg(feature = "commands")]
pub use retarget::{Rename, Retargeted, retarget};

/// The extension that gives actions their patch's name.
const PATCH: &str = "x-patch";

/// Applies every action, in order.
///
/// # Errors
/// Actions that cannot be applied, and all that no longer fit the document.
pub fn run(document: &Value, overlay: &Overlay) -> Result<Staged> {
    let (staged, faults) = examine(document, overlay)?;
    match faults.first().map(|fault| fault.index) {
        None => Ok(staged),
        Some(index) => Err(at_action(Problem::Actions { faults }, index)),
    }
}

/// Applies every action that can be, and says which no longer fit the document.
///
/// # Errors
/// An action that no document could fit.
pub fn examine(document: &Value, overlay: &Overlay) -> Result<(Staged, Vec<ActionFault>)> {
    let mut staged = Staged { document: document.clone(), changes: Vec::new() };
    let mut faults = Vec::new();
    let mut start = 0;
    for patch in patches(overlay) {
        let before = staged.document.clone();
        let mut touched = Vec::new();
        for (index, action) in (start..).zip(patch) {
            let patch = rule_name(index, action);
            let mut add =
                |fault| faults.push(ActionFault { index, line: 0, patch: patch.clone(), fault });
            let applied = apply(overlay, index, &before, &mut staged.document);
            match applied.map_err(|problem| at_action(problem, index))? {
                Err(fault) => add(fault),
                Ok(Applied { changes, selected, unselected }) => {
                    let places = changes.iter().map(|change| change.place.clone());
                    let added = against(action, &selected, &before)
                        .map_err(|message| at_action(Problem::Overlay { message }, index))?;
                    let added = added.into_iter().chain(unselected);
                    added.for_each(|fault| add(in_patch(overlay, index, fault, &before)));
                    touched.extend(places.map(|place| (index, action, place)));
                    staged.changes.extend(changes);
                }
            }
        }
        for (index, action, place) in touched {
            if let Some(leaf) = stale_leaf(action, &place, &before, &staged.document)
                && !faults.iter().any(|it| it.index == index && it.fault != Fault::Unrecorded)
            {
                let what = format!("sets `#{leaf}` to what it is already");
                let fault = fixed(what, does_more(action, &[place], &before));
                let fault = in_patch(overlay, index, fault, &before);
                let patch = rule_name(index, action);
                faults.push(ActionFault { index, line: 0, patch, fault });
            }
        }
        restore_order(&before, &mut staged.document);
        start += patch.len();
    }
    Ok((staged, faults))
}

/// The consecutive actions of one name.
pub(crate) fn patches(overlay: &Overlay) -> impl Iterator<Item = &[Action]> {
    let is_one = |one: &Action, next: &Action| {
        patch_name(one).is_some() && patch_name(one) == patch_name(next)
    };
    overlay.actions.chunk_by(is_one)
}

/// A fault of an action; of one that is done, with what the rest of its patch still does.
fn in_patch(overlay: &Overlay, index: usize, fault: Fault, before: &Value) -> Fault {
    match fault {
        Fault::Fixed { what, .. } => {
            Fault::Fixed { what, others: still_applying(overlay, index, before) }
        }
        other => other,
    }
}

/// What the other actions of a patch do without one of them, to the document before the patch.
fn still_applying(overlay: &Overlay, without: usize, before: &Value) -> Vec<StillApplies> {
    let mut start = 0;
    for patch in patches(overlay) {
        let indexes = start..start + patch.len();
        start = indexes.end;
        if !indexes.contains(&without) {
            continue;
        }
        let mut now = before.clone();
        let others = indexes.filter(|index| *index != without).filter_map(|index| {
            let (action, earlier) = (overlay.actions.get(index)?, now.clone());
            // One that does not fit has a fault of its own.
            let applied = apply_alone(overlay, index, before, &mut now).ok()?.ok()?;
            let faults = against(action, &applied.selected, before).ok()?;
            let places = applied.changes.into_iter().map(|change| change.place);
            let does = fault::effect(action, &places.collect::<Vec<_>>(), &earlier, &now);
            (!faults.iter().any(Fault::is_fixed)).then_some(StillApplies { index, does })
        });
        return others.collect();
    }
    Vec::new()
}

/// How what an action selects differs from what it was written against.
fn against(action: &Action, selected: &Selected, before: &Value) -> Result<Vec<Fault>, String> {
    let refused = |fault| format!("`{}` {fault}", evidence::KEY);
    let Some(recorded) = Evidence::recorded(action).map_err(refused)? else {
        let is_bound = !selected.evidence(action, before).0.is_empty();
        return Ok(is_bound.then_some(Fault::Unrecorded).into_iter().collect());
    };
    let evidence::Comparison { differences, equal, unselected } =
        selected.compare(action, &recorded, before);
    let is_partly = does_more(action, selected.places(), before);
    let equal = equal.into_iter().map(|place| {
        let what = format!("the vendor has added `{place}` as the action adds it");
        fixed(what, is_partly)
    });
    let changed = (!differences.is_empty()).then_some(Fault::Changed(differences));
    let unselected = (!unselected.is_empty()).then_some(Fault::Unselected { places: unselected });
    Ok(equal.chain(changed).chain(unselected).collect())
}

/// An action that is done; in part, if it does more.
fn fixed(what: String, is_partly: bool) -> Fault {
    if is_partly { Fault::PartlyFixed { what } } else { Fault::fixed(what) }
}

/// Whether an update says something that the document before its patch does not say.
fn does_more(action: &Action, places: &[String], before: &Value) -> bool {
    let Some(update) = &action.update else { return false };
    places.iter().any(|place| {
        let mut leaves = Vec::new();
        collect_leaves(update, place, &mut leaves);
        leaves.retain(|leaf| !evidence::is_text(leaf.rsplit('/').next().unwrap_or_default()));
        leaves.iter().any(|leaf| {
            let in_update =
                leaf.strip_prefix(place.as_str()).and_then(|below| update.pointer(below));
            match (in_update, before.pointer(leaf)) {
                (Some(Value::Array(wanted)), Some(Value::Array(there))) => {
                    let plain = evidence::without_documentation;
                    let there: Vec<_> = there.iter().map(plain).collect();
                    !wanted.iter().map(plain).all(|item| there.contains(&item))
                }
                (wanted, there) => wanted != there,
            }
        })
    })
}

/// Puts keys that were there before back into their order: an overlay says nothing about order,
/// and a reader of the diff should see what changed, not what moved.
fn restore_order(before: &Value, after: &mut Value) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let mut rest = std::mem::take(after);
            for (key, old) in before {
                if let Some(mut new) = rest.shift_remove(key) {
                    restore_order(old, &mut new);
                    after.insert(key.clone(), new);
                }
            }
            after.extend(rest);
        }
        (Value::Array(before), Value::Array(after)) => {
            before.iter().zip(after).for_each(|(old, new)| restore_order(old, new));
        }
        _ => {}
    }
}

/// The error of an overlay in a file, with the lines of its actions.
pub(crate) fn in_file(mut error: Error, file: &Path) -> Error {
    let text = files::read(Stage::Overlay, file).unwrap_or_default();
    let positions = yaml::positions(&text);
    let line = |at: &str| positions.get(at).map(|position| position.line);
    if let Problem::Actions { faults } = error.problem.as_mut() {
        for fault in faults {
            fault.line = line(&format!("/actions/{}", fault.index)).unwrap_or_default();
        }
    }
    match error.place.pointer.as_deref().and_then(line) {
        Some(line) => error.at_line(line).in_file(file),
        None => error.in_file(file),
    }
}

fn at_action(problem: Problem, index: usize) -> Error {
    Error::new(Stage::Overlay, problem).at(format!("/actions/{index}"))
}

/// The patch that an action belongs to.
fn patch_name(action: &Action) -> Option<&str> {
    action.extensions.get(PATCH)?.as_str()
}

/// What an action is called in reports: its patch, or its place.
pub(crate) fn rule_name(index: usize, action: &Action) -> String {
    patch_name(action).map_or_else(|| format!("actions[{index}]"), str::to_owned)
}

/// What an action did to a value, in a few words.
fn note(action: &Action, old: Option<&Value>) -> String {
    match (&action.update, &action.copy) {
        _ if action.remove => match old.filter(|old| is_primitive(old)) {
            Some(old) => format!("removed {old}"),
            None => "removed".to_owned(),
        },
        (Some(update), _) => format!("set {}", keys(update)),
        (None, Some(source)) => format!("copied from {source}"),
        (None, None) => String::new(),
    }
}

fn keys(update: &Value) -> String {
    match update {
        Value::Object(fields) => fields.keys().cloned().collect::<Vec<_>>().join(", "),
        Value::Array(items) => format!("{} more entries", items.len()),
        other => other.to_string(),
    }
}

/// What an action did.
struct Applied {
    /// One change a place that it selects.
    changes: Vec<Change>,
    selected: Selected,
    /// One of several names in its target that selects nothing.
    unselected: Option<Fault>,
}

/// Applies one action, or says why it does nothing, and what the rest of its patch does.
fn apply(
    overlay: &Overlay,
    index: usize,
    before_patch: &Value,
    document: &mut Value,
) -> Result<Result<Applied, Fault>, Problem> {
    let applied = apply_alone(overlay, index, before_patch, document)?;
    Ok(applied.map_err(|fault| in_patch(overlay, index, fault, before_patch)))
}

/// Applies one action, or says why it does nothing.
fn apply_alone(
    overlay: &Overlay,
    index: usize,
    before_patch: &Value,
    document: &mut Value,
) -> Result<Result<Applied, Fault>, Problem> {
    let refused = |message: String| Problem::Overlay { message };
    let Some(action) = overlay.actions.get(index) else {
        return Err(refused(format!("there is no action {index}")));
    };
    let path = JsonPath::parse(&action.target).map_err(|error| refused(error.to_string()))?;
    let located = path.query_located(document);
    let places: Vec<_> = located.locations().map(|place| place.to_json_pointer()).collect();
    if places.is_empty() {
        let recorded = Evidence::recorded(action).ok().flatten();
        return Ok(Err(target::selects_nothing(document, action, recorded.as_ref())));
    }
    let unselected = target::unselected_name(document, &action.target);
    let selected = Selected::of(&places, document, before_patch);
    let before = document.clone();
    let applied = apply::apply(action, &places, document);
    if applied.is_err() {
        document.clone_from(&before);
    }
    if *document == before {
        // The vendor may say something else than the action was written for.
        let unfit = against(action, &selected, before_patch).map_err(refused)?;
        let changed = unfit.into_iter().find(|fault| matches!(fault, Fault::Changed(_)));
        if let (Err(message), None) = (applied, &changed) {
            return Err(refused(message));
        }
        let fixed = || Fault::fixed(format!("`{}` changes nothing", action.target));
        return Ok(Err(changed.unwrap_or_else(fixed)));
    }
    let mut log = Log::new(Stage::Overlay);
    let rule = rule_name(index, action);
    for place in &places {
        log.add_action(&rule, place, note(action, before.pointer(place)));
    }
    Ok(Ok(Applied { changes: log.changes, selected, unselected }))
}

fn is_primitive(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// A value that the action sets to what it was before the whole patch.
fn stale_leaf(action: &Action, place: &str, before: &Value, after: &Value) -> Option<String> {
    let mut leaves = Vec::new();
    collect_leaves(action.update.as_ref()?, place, &mut leaves);
    leaves.into_iter().find(|leaf| match (before.pointer(leaf), after.pointer(leaf)) {
        (Some(before), Some(after)) => is_same(leaf, before, after),
        _ => false,
    })
}

fn collect_leaves(update: &Value, at: &str, leaves: &mut Vec<String>) {
    match update {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, value) in fields {
                collect_leaves(value, &pointer::join(at, key), leaves);
            }
        }
        _ => leaves.push(at.to_owned()),
    }
}

/// Equality; `required` lists names in no particular order.
fn is_same(pointer: &str, one: &Value, other: &Value) -> bool {
    let names = |value: &Value| {
        let names = value.as_array()?.iter().map(Value::as_str);
        names.map(|name| name.map(str::to_owned)).collect::<Option<BTreeSet<_>>>()
    };
    one == other
        || pointer.ends_with("/required") && names(one).is_some() && names(one) == names(other)
}
