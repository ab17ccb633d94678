//! What the vendor changed and the client does not show: covered by a rule, by a patch of the overlay, or
//! said where no client looks.
//!
//! Each change of a vendored document is made alone in the old one, and the stages are run: where their
//! result stays the same, the change is covered, and by what is found by leaving that out.

use serde::Serialize;
use serde_json::Value;

use super::{
    Class, DocumentationChange, Side, WireChange, compare_documents, documentation, pages,
};
use crate::bounds::MAX_COVERED;
use crate::document::pointer;
use crate::error::Result;
use crate::overlay::Overlay;
use crate::report::{Change, Staged};
use crate::syntax::number;
use crate::vendor::Upstream;
use crate::{lower, normalize, overlay};

/// A change of a vendored document that the client does not show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CoveredChange {
    /// The page.
    pub page: String,
    /// JSON Pointer in the old vendored document.
    pub place: String,
    /// What was there; nothing if it is new.
    pub was: Option<Value>,
    /// What is there; nothing if it is gone.
    pub is: Option<Value>,
    /// What covers it: a patch, a rule, or nothing that a client looks at.
    pub by: String,
    /// What it would mean on the wire if nothing covered it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
}

impl CoveredChange {
    /// Whether a rule or a patch keeps it from the client, so that it is not known to say the same.
    pub(super) fn is_hidden(&self) -> bool {
        ["overlay", "normalize", "unknown"].iter().any(|stage| self.by.starts_with(stage))
    }
}

/// One change of a document.
struct Edit {
    /// JSON Pointer in the old document, of what was there or of what would be.
    at: String,
    was: Option<Value>,
    is: Option<Value>,
}

/// The changes of all pages that both sides have, which their clients do not show. What a report tells is looked at no
/// further.
pub(super) fn find(old: &Side, new: &Side, told: &Told<'_>) -> Vec<CoveredChange> {
    let mut edits = edits(old.upstream(), new.upstream());
    edits.retain(|(_, edit)| !told.is_told(edit));
    if edits.is_empty() {
        return Vec::new();
    }
    let rest = edits.split_off(edits.len().min(MAX_COVERED));
    let stages = |pages: &[Upstream]| Stages::of(pages, new.overlay());
    let (Some(base), Some(result)) = (stages(old.upstream()), stages(new.upstream())) else {
        return Vec::new();
    };
    let shown = wire_changes(&base.patched, &result.patched);
    let covered = edits.into_iter().filter_map(|(index, edit)| {
        let mut pages = old.upstream().to_vec();
        apply(&mut pages.get_mut(index)?.document, &edit);
        let changed = stages(&pages)?;
        let by = covered_by(&base, &changed, new.overlay(), &edit)?;
        let page = old.upstream().get(index)?;
        let now = &pages::counterpart(page, old.upstream(), new.upstream())?.slug;
        let page = &page.slug;
        let class = class(&base.normalized, &changed.normalized);
        (!is_part(&shown, &result, new, now, &edit)).then(|| edit.covered(page, by, class))
    });
    // What is too much to be looked at is not said to be shown.
    let unknown = rest.into_iter().filter_map(|(index, edit)| {
        let by = "unknown: too many changes to look at each".to_owned();
        Some(edit.covered(&old.upstream().get(index)?.slug, by, None))
    });
    covered.chain(unknown).collect()
}

/// What a report has already of the changes.
pub(super) struct Told<'r> {
    pub(super) wire: &'r [WireChange],
    pub(super) texts: &'r [DocumentationChange],
}

impl Told<'_> {
    /// Whether a change is told where it was made, with what was and is there.
    fn is_told(&self, edit: &Edit) -> bool {
        let is_same = |one: &Option<Value>, other: &Option<Value>| match (one, other) {
            (Some(one), Some(other)) => number::are_equal(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        let is_place = |was: &Option<Value>, pointer: &str| was.is_none() || pointer == edit.at;
        let on_wire = self.wire.iter().any(|change| {
            is_place(&change.was, &change.old)
                && is_place(&change.is, &change.new)
                && is_same(&change.was, &edit.was)
                && is_same(&change.is, &edit.is)
        });
        on_wire || self.texts.iter().any(|text| text.place == edit.at)
    }
}

impl Edit {
    fn covered(self, page: &str, by: String, class: Option<Class>) -> CoveredChange {
        let Self { at: place, was, is } = self;
        CoveredChange { page: page.to_owned(), place, was, is, by, class }
    }
}

/// All changes of the vendored documents, with what is to say of each.
pub(super) fn all(old: &[Upstream], new: &[Upstream], by: &str) -> Vec<CoveredChange> {
    let edits = edits(old, new).into_iter();
    let covered = edits
        .filter_map(|(index, edit)| Some(edit.covered(&old.get(index)?.slug, by.to_owned(), None)));
    covered.collect()
}

/// The changes of the pages that both sides have, each with its page's index in the old one.
fn edits(old: &[Upstream], new: &[Upstream]) -> Vec<(usize, Edit)> {
    let both = old
        .iter()
        .enumerate()
        .filter_map(|(index, page)| Some((index, page, pages::counterpart(page, old, new)?)));
    let edits = both.flat_map(|(index, page, after)| {
        let mut edits = Vec::new();
        compare("", &page.document, &after.document, &mut edits);
        edits.into_iter().map(move |edit| (index, edit))
    });
    edits.collect()
}

/// Whether a change that shows nothing alone is part of one that is shown: undone in the new document, it
/// shows the same, or leaves what is no document.
fn is_part(
    shown: &[(String, String)],
    result: &Stages,
    new: &Side,
    name: &str,
    edit: &Edit,
) -> bool {
    let mut pages = new.upstream().to_vec();
    let Some(page) = pages.iter_mut().find(|page| page.slug == name) else { return false };
    apply(&mut page.document, &Edit { at: edit.at.clone(), was: None, is: edit.was.clone() });
    let undone = Stages::of(&pages, new.overlay());
    match undone.filter(|undone| undone.lowered.is_some()) {
        Some(undone) => {
            let left = wire_changes(&undone.patched, &result.patched);
            left.iter().any(|change| shown.contains(change))
        }
        None => !shown.is_empty(),
    }
}

/// What changes on the wire, by rule and place in the new document.
fn wire_changes(before: &Value, after: &Value) -> Vec<(String, String)> {
    let changes = compare_documents(before, after).0.into_iter();
    changes.map(|change| (change.rule.to_string(), change.new)).collect()
}

/// Whether two results differ in what drift looks at.
fn is_shown(base: &Stages, changed: &Stages) -> bool {
    let texts = base.lowered.as_ref().zip(changed.lowered.as_ref());
    let are_texts_shown =
        texts.is_some_and(|(before, after)| !documentation::compare(before, after).is_empty());
    let (wire, unjudged) = compare_documents(&base.patched, &changed.patched);
    let for_people =
        documentation::compare_for_people((&base.patched, &[]), (&changed.patched, &[]));
    are_texts_shown || !for_people.is_empty() || !wire.is_empty() || !unjudged.is_empty()
}

/// What becomes of changes of vendored documents, the Rust left out.
#[derive(Debug)]
pub struct Visibility {
    /// What drift shows of them on the wire.
    pub wire: Vec<super::WireChange>,
    /// How many changes it lists that no rule judges.
    pub unjudged: usize,
    /// How many texts it shows.
    pub texts: usize,
    /// What covers them, if drift shows nothing.
    pub covered_by: Option<String>,
    /// The actions of the overlay that no longer fit.
    pub unfit: Vec<overlay::ActionFault>,
}

/// Looks at what the stages make of other documents with the same overlay.
///
/// # Errors
/// What keeps a document from being normalized, patched or lowered.
pub fn visibility(
    old: &[Upstream],
    new: &[Upstream],
    overlay: Option<&Overlay>,
) -> Result<Visibility> {
    let lowered = |pages: &[Upstream]| {
        let normalized = normalize::run(pages)?;
        let (staged, unfit) = match overlay {
            Some(overlay) => overlay::examine(&normalized.document, overlay)?,
            None => (Staged { document: normalized.document.clone(), changes: vec![] }, vec![]),
        };
        let Staged { document: lowered, changes } = lower::run(&staged.document)?;
        let patched = staged.document;
        Ok((Stages { normalized, patched, lowered: None, changes, unfit }, lowered))
    };
    let ((base, before), (changed, after)) = (lowered(old)?, lowered(new)?);
    let (wire, unjudged) = compare_documents(&base.patched, &changed.patched);
    let for_people =
        documentation::compare_for_people((&base.patched, &[]), (&changed.patched, &[]));
    let mut edits = Vec::new();
    for (was, is) in old.iter().zip(new) {
        compare("", &was.document, &is.document, &mut edits);
    }
    let none = || Edit { at: String::new(), was: None, is: None };
    let edit = edits.into_iter().next().unwrap_or_else(none);
    let [base, changed] = [(base, before.clone()), (changed, after.clone())]
        .map(|(stages, lowered)| Stages { lowered: Some(lowered), ..stages });
    Ok(Visibility {
        wire,
        unjudged: unjudged.len(),
        texts: documentation::compare(&before, &after).len() + for_people.len(),
        covered_by: covered_by(&base, &changed, overlay, &edit),
        unfit: changed.unfit,
    })
}

/// The document after each stage, as far as they come.
struct Stages {
    normalized: normalize::Merged,
    patched: Value,
    lowered: Option<Value>,
    /// What lower did.
    changes: Vec<Change>,
    unfit: Vec<overlay::ActionFault>,
}

impl Stages {
    fn of(pages: &[Upstream], overlay: Option<&Overlay>) -> Option<Self> {
        let normalized = normalize::run(pages).ok()?;
        let (patched, unfit) = patched(&normalized.document, overlay)?;
        let (lowered, changes) = match lower::run(&patched) {
            Ok(Staged { document, changes }) => (Some(document), changes),
            Err(_) => (None, Vec::new()),
        };
        Some(Self { normalized, patched, lowered, changes, unfit })
    }
}

fn patched(
    document: &Value,
    overlay: Option<&Overlay>,
) -> Option<(Value, Vec<overlay::ActionFault>)> {
    let Some(overlay) = overlay else { return Some((document.clone(), Vec::new())) };
    let (Staged { document, .. }, faults) = overlay::examine(document, overlay).ok()?;
    Some((document, faults))
}

/// What keeps a change from the client; nothing if the client shows it.
fn covered_by(
    base: &Stages,
    changed: &Stages,
    overlay: Option<&Overlay>,
    edit: &Edit,
) -> Option<String> {
    if base.normalized.document == changed.normalized.document {
        let (before, after) = (&base.normalized.changes, &changed.normalized.changes);
        let rule = other_rule(before, after).unwrap_or_else(|| rule_at(&base.normalized, edit));
        return Some(format!("normalize {rule}").trim().to_owned());
    }
    if base.patched == changed.patched {
        return Some(format!("overlay {}", patch_over(base, changed, overlay?)));
    }
    let (Some(before), Some(after)) = (&base.lowered, &changed.lowered) else { return None };
    if is_shown(base, changed) {
        return None;
    }
    if before == after {
        // What is only said otherwise is translated; what 3.0 has no word for has a rule of its own.
        let rule = other_rule(&base.changes, &changed.changes);
        return Some(
            rule.map_or("lower: the same in 3.0".to_owned(), |rule| format!("lower {rule}")),
        );
    }
    let by_patch = || new_fault(base, changed).map(|fault| format!("overlay {}", fault.patch));
    Some(by_patch().unwrap_or_else(|| "nothing: it changes nothing on the wire".to_owned()))
}

/// The first action that fits the old document and not the changed one.
fn new_fault<'c>(base: &Stages, changed: &'c Stages) -> Option<&'c overlay::ActionFault> {
    changed.unfit.iter().find(|fault| {
        !base.unfit.iter().any(|other| other.index == fault.index && other.fault == fault.fault)
    })
}

/// The rule that does something in one of two runs only.
fn other_rule(before: &[Change], after: &[Change]) -> Option<String> {
    let only = |one: &[Change], other: &[Change]| {
        one.iter().find(|change| !other.contains(change)).map(|change| change.rule.clone())
    };
    only(after, before).or_else(|| only(before, after))
}

/// The rule that changed the place, or what is around it.
fn rule_at(normalized: &normalize::Merged, edit: &Edit) -> String {
    let place = |change: &Change| {
        let (_, place) = change.place.split_once('#').unwrap_or(("", &change.place));
        place.to_owned()
    };
    let around = normalized.changes.iter().filter(|change| edit.at.starts_with(&place(change)));
    let nearest = around.max_by_key(|change| place(change).len());
    nearest.map_or_else(String::new, |change| change.rule.clone()).trim().to_owned()
}

/// The patch whose actions say that it no longer fits, or without which the change is seen.
fn patch_over(base: &Stages, changed: &Stages, overlay: &Overlay) -> String {
    if let Some(fault) = new_fault(base, changed) {
        return fault.patch.clone();
    }
    let names: Vec<_> =
        (0..).zip(&overlay.actions).map(|(i, it)| overlay::rule_name(i, it)).collect();
    let is_seen_without = |name: &&String| {
        let kept = overlay.actions.iter().zip(&names).filter(|(_, other)| other != name);
        let actions = kept.map(|(action, _)| action.clone()).collect();
        let without = Overlay { actions, ..overlay.clone() };
        let [before, after] = [base, changed]
            .map(|stages| patched(&stages.normalized.document, Some(&without)).map(|it| it.0));
        before != after
    };
    names.iter().find(is_seen_without).cloned().unwrap_or_else(|| "several patches".to_owned())
}

/// What a change means on the wire if no patch covers it.
fn class(before: &normalize::Merged, after: &normalize::Merged) -> Option<Class> {
    let (changes, _) = compare_documents(&before.document, &after.document);
    changes.into_iter().map(|change| change.class).min()
}

/// The places where two documents differ, each as far up as everything in it is new or gone.
fn compare(at: &str, was: &Value, is: &Value, edits: &mut Vec<Edit>) {
    match (was, is) {
        (Value::Object(was), Value::Object(is)) => {
            for (key, was) in was {
                let at = pointer::join(at, key);
                match is.get(key) {
                    Some(is) => compare(&at, was, is, edits),
                    None => edits.push(Edit { at, was: Some(was.clone()), is: None }),
                }
            }
            for (key, is) in is.iter().filter(|(key, _)| !was.contains_key(*key)) {
                let at = pointer::join(at, key);
                edits.push(Edit { at, was: None, is: Some(is.clone()) });
            }
        }
        // A list of plain values, such as `required`, is one thing.
        (Value::Array(was), Value::Array(is))
            if was.len() == is.len()
                && was.iter().any(|item| item.is_object() || item.is_array()) =>
        {
            for (index, (was, is)) in was.iter().zip(is).enumerate() {
                compare(&format!("{at}/{index}"), was, is, edits);
            }
        }
        (was, is) if was == is => {}
        (was, is) => {
            let (was, is) = (Some(was.clone()), Some(is.clone()));
            edits.push(Edit { at: at.to_owned(), was, is });
        }
    }
}

fn apply(document: &mut Value, edit: &Edit) {
    let Some((holder, key)) = edit.at.rsplit_once('/') else { return };
    match (document.pointer_mut(holder), &edit.is) {
        (Some(Value::Object(fields)), Some(is)) => {
            fields.insert(pointer::unescape(key), is.clone());
        }
        (Some(Value::Object(fields)), None) => drop(fields.shift_remove(&pointer::unescape(key))),
        (Some(Value::Array(items)), Some(is)) => {
            let item = key.parse::<usize>().ok().and_then(|index| items.get_mut(index));
            if let Some(item) = item {
                *item = is.clone();
            }
        }
        _ => {}
    }
}
