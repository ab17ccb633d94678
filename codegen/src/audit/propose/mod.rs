//! `audit --propose`: what is found becomes overlay actions where there is one right mend, explanations where
//! the document is right as it is, and questions where a person must decide.
//!
//! What is said to be gone is counted in the document that the actions make, by the audit.

mod distinct;
mod plan;
mod print;
mod render;
mod shared;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::entries;
use super::explain::Stages;
use super::facts::Facts;
use super::finding::Finding;
use super::mend::{Answer, Edit, Mend, Question, Reason};
use super::naming;
use super::traffic::Traffic;
use crate::document::operations;
use crate::error::{Result, Stage};
use crate::files::Files;
use crate::overlay::Overlay;
use crate::overlay::write::text::{self, Widened};
use crate::overlay::write::{Action, target};
use crate::{files, normalize, overlay, vendor};
use plan::Planned;

/// What is proposed for a spec folder.
#[derive(Debug)]
pub struct Proposal {
    /// How many findings were not explained.
    pub open: usize,
    /// `overlay.yaml` with what is proposed.
    pub overlay: String,
    /// `audit.yaml` with what is proposed.
    pub audit: String,
    /// The actions that are new, as they stand in the overlay.
    pub(crate) actions: Vec<Vec<String>>,
    /// The actions whose target gets broader, each with how it stands then.
    pub(crate) widened: Vec<(Widened, Vec<String>)>,
    /// The explanations, as they stand in `audit.yaml`, and the findings that they explain.
    pub(crate) entries: (Vec<String>, Vec<String>),
    /// What is left for a person.
    pub(crate) questions: Vec<Asked>,
}

/// A finding for a person to decide.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) finding: Finding,
    pub(crate) reason: Reason,
    /// What it may come to, in words and as actions.
    pub(crate) answers: Vec<(String, Vec<String>)>,
}

impl Proposal {
    /// How many findings are gone with the actions.
    pub fn mended(&self) -> usize {
        self.open.saturating_sub(self.explained() + self.questions.len())
    }

    /// The findings that are explained.
    pub fn explanations(&self) -> impl Iterator<Item = &str> {
        self.entries.1.iter().map(String::as_str)
    }

    /// How many findings are explained.
    pub fn explained(&self) -> usize {
        self.entries.1.len()
    }

    /// The findings that are left for a person, each with the reason.
    pub fn left(&self) -> impl Iterator<Item = (&str, Reason)> {
        self.questions.iter().map(|asked| (asked.finding.id.as_str(), asked.reason))
    }

    /// The files of a spec folder with what is proposed, where that is something.
    pub fn files(&self, spec: &Path, files: &mut Files) {
        if self.actions() > 0 {
            files.add(spec.join("overlay.yaml"), self.overlay.as_str());
        }
        if self.explained() > 0 {
            files.add(spec.join("audit.yaml"), self.audit.as_str());
        }
    }

    /// How many actions are new or broader.
    pub fn actions(&self) -> usize {
        self.actions.len() + self.widened.len()
    }

    /// For each reason, how many findings a person must decide.
    pub fn asked(&self) -> BTreeMap<Reason, usize> {
        let mut asked = BTreeMap::new();
        for question in &self.questions {
            *asked.entry(question.reason).or_default() += 1;
        }
        asked
    }
}

/// What one mend of a document may make findable, as a field that is there can be compared; so often the
/// document is looked at again.
const MAX_ROUNDS: usize = 8;

/// Proposes mends for a spec folder.
///
/// # Errors
/// As [`run`](super::run).
pub fn run(spec: &Path) -> Result<Proposal> {
    run_with(spec, &[])
}

/// The same with recorded traffic.
///
/// # Errors
/// As [`run_with`](super::run_with).
pub fn run_with(spec: &Path, traffic: &[PathBuf]) -> Result<Proposal> {
    let mut pages = vendor::load(spec)?;
    let (overlay_file, audit_file) = (spec.join("overlay.yaml"), spec.join("audit.yaml"));
    let read = |file: &Path, stage| file.exists().then(|| files::read(stage, file)).transpose();
    let written = read(&overlay_file, Stage::Overlay)?;
    let explained = read(&audit_file, Stage::Audit)?;
    let [written_ends, explained_ends] =
        [&written, &explained].map(|text| text.as_ref().is_some_and(|text| text.contains("\r\n")));
    let entries = entries::read(&audit_file)?;
    let normalized = normalize::run(&pages)?;
    let overlay = overlay::read(&overlay_file)?;
    let facts = Facts::of(&normalized.document, &pages);
    let traffic = Traffic::read(traffic, &mut pages)?;
    let stages = Stages {
        traffic: &traffic,
        pages: &pages,
        normalized: &normalized,
        overlay: overlay.as_ref(),
        entries: &entries,
        facts: &facts,
    };
    let proposing = Proposing { stages: &stages, normalized: &normalized.document };
    let proposed = proposing.propose(written, explained);
    let proposed = proposed.map(|it| Proposal {
        overlay: text::with_ends_of(written_ends, it.overlay),
        audit: text::with_ends_of(explained_ends, it.audit),
        ..it
    });
    proposed.map_err(|error| overlay::in_file(error, &overlay_file))
}

struct Proposing<'p> {
    stages: &'p Stages<'p>,
    normalized: &'p Value,
}

/// The document with all that is proposed, and what is found in it.
struct Settled {
    /// How many findings there were before.
    count: usize,
    open: Vec<Finding>,
    patched: Value,
}

/// What the rounds have come to.
#[derive(Default)]
struct Progress {
    text: Option<String>,
    /// Whether it has actions more.
    is_longer: bool,
    widened: Vec<Widened>,
    /// Edits that were made: what is still found is not asked for again.
    tried: BTreeSet<String>,
    contradictions: Vec<(Finding, Question)>,
    /// The findings whose edits were made.
    mended: BTreeSet<String>,
    /// Findings whose edit makes another place of the page disagree.
    doubtful: BTreeSet<String>,
}

impl Proposing<'_> {
    fn propose(&self, written: Option<String>, explained: Option<String>) -> Result<Proposal> {
        let mut doubtful = BTreeSet::new();
        loop {
            let start = Progress {
                text: written.clone(),
                doubtful: doubtful.clone(),
                ..Progress::default()
            };
            let (progress, settled) = self.rounds(start)?;
            // What is found again after it was mended is said in one place and denied in another.
            let again = settled.open.iter().map(|it| it.id.clone());
            let again: Vec<_> = again.filter(|id| progress.mended.contains(id)).collect();
            let known = doubtful.len();
            doubtful.extend(again);
            if doubtful.len() == known {
                return self.proposal(progress, settled, explained);
            }
        }
    }

    /// Rounds of proposals until nothing is left to propose.
    fn rounds(&self, mut progress: Progress) -> Result<(Progress, Settled)> {
        let mut patched = self.patched(progress.text.as_deref())?;
        let mut open = self.stages.open(&patched);
        let count = open.len();
        for _ in 0..MAX_ROUNDS {
            let again = self.round(&patched, &open, &mut progress)?;
            if !again {
                break;
            }
            patched = self.patched(progress.text.as_deref())?;
            open = self.stages.open(&patched);
        }
        Ok((progress, Settled { count, open, patched }))
    }

    fn proposal(
        &self,
        progress: Progress,
        settled: Settled,
        explained: Option<String>,
    ) -> Result<Proposal> {
        let Settled { count, open, patched } = settled;
        let is_changed = progress.is_longer || !progress.widened.is_empty();
        let overlay = match &progress.text {
            Some(text) if is_changed => overlay::record(self.normalized, text)?.text,
            text => text.clone().unwrap_or_default(),
        };
        let new = self.indexes(&overlay)?;
        let known = self.stages.overlay.map_or(0, |overlay| overlay.actions.len());
        let actions = (known..new).map(|index| text::action(&overlay, index)).collect();
        let widened = progress.widened.iter().cloned();
        let widened = widened.map(|it| (it.clone(), text::action(&overlay, it.index))).collect();
        let because = open.iter().filter_map(|finding| {
            let because = finding.mend.because?;
            finding.mend.question.is_none().then_some((finding, because))
        });
        let because: Vec<_> = because.collect();
        let explained_ids = because.iter().map(|(finding, _)| finding.id.clone()).collect();
        let entries = (print::entries(&because), explained_ids);
        let audit = text::with_entries(explained.as_deref(), &entries.0)?;
        let questions = open.iter().filter(|finding| finding.mend.because.is_none());
        let questions = questions
            .map(|finding| self.asked(&patched, &overlay, finding, progress.question(finding)));
        let questions = questions.collect();
        Ok(Proposal { open: count, overlay, audit, questions, entries, actions, widened })
    }

    /// How many actions an overlay has.
    fn indexes(&self, text: &str) -> Result<usize> {
        if text.is_empty() { Ok(0) } else { overlay::parse(text).map(|it| it.actions.len()) }
    }

    /// A question with the actions of each answer, as they would stand in the overlay.
    fn asked(&self, patched: &Value, text: &str, finding: &Finding, question: Question) -> Asked {
        let answers = question.answers.into_iter().map(|Answer { says, edits }| {
            let lines: Vec<_> =
                edits.iter().flat_map(|edit| self.answer(patched, finding, edit)).collect();
            let recorded = self.recorded(text, &lines).unwrap_or(lines);
            (says, recorded.into_iter().flatten().collect())
        });
        let answers = answers.collect();
        Asked { finding: finding.clone(), reason: question.reason, answers }
    }

    /// The actions that make one of the edits between which a person chooses.
    fn answer(&self, patched: &Value, finding: &Finding, edit: &Edit) -> Vec<Vec<String>> {
        let planned = Planned::alone(edit, finding);
        let evidence = print::evidence(&planned);
        let targets = target::several(patched, &planned.places).into_iter();
        let actions = targets.flat_map(|(target, _)| {
            Action::of(&edit.change, &edit.at, &target, edit.purpose, &evidence)
        });
        actions.map(|action| action.lines()).collect()
    }

    /// The same with what they are written against; none if they do not fit.
    fn recorded(&self, text: &str, actions: &[Vec<String>]) -> Option<Vec<Vec<String>>> {
        let known = self.indexes(text).ok()?;
        let text = text::with_actions((!text.is_empty()).then_some(text), actions).ok()?;
        let text = overlay::record(self.normalized, &text).ok()?.text;
        let new = self.indexes(&text).ok()?;
        Some((known..new).map(|index| text::action(&text, index)).collect())
    }

    /// The document with an overlay, whatever its actions were written against.
    fn patched(&self, text: Option<&str>) -> Result<Value> {
        let Some(text) = text else { return Ok(self.normalized.clone()) };
        let overlay = overlay::parse(text)?;
        let (staged, faults) = overlay::examine(self.normalized, &overlay)?;
        let unfit = faults.iter().any(|it| it.fault != overlay::Fault::Unrecorded);
        // What does not fit must be mended first; its error says how.
        if unfit {
            overlay::run(self.normalized, &overlay).map(|staged| staged.document)
        } else {
            Ok(staged.document)
        }
    }

    /// One round of proposals; whether there was one.
    fn round(&self, patched: &Value, open: &[Finding], progress: &mut Progress) -> Result<bool> {
        let findings = open.iter().filter(|finding| !progress.doubtful.contains(&finding.id));
        let findings: Vec<&Finding> = findings.collect();
        let edited = findings.iter().filter(|finding| !finding.mend.edits.is_empty());
        // What also has a question stays a finding until that is answered.
        let edited = edited.filter(|finding| finding.mend.question.is_none());
        progress.mended.extend(edited.map(|finding| finding.id.clone()));
        let (planned, contradictions) = plan::plan(patched, &findings);
        progress.contradictions.extend(contradictions);
        let mut fresh = Vec::new();
        for planned in planned {
            for (target, places) in target::several(patched, &planned.places) {
                let planned = planned.at(places);
                if progress.tried.insert(format!("{target} {:?}", planned.change)) {
                    fresh.push((planned, target));
                }
            }
        }
        let known = progress.text.as_deref().map(overlay::parse).transpose()?;
        let mut is_new = false;
        let mut actions = Vec::new();
        for (planned, target) in fresh {
            match known.as_ref().map(|known| self.widen(patched, known, &planned, progress)) {
                Some(true) => is_new = true,
                _ => actions.push(self.action(patched, &planned, &target)),
            }
        }
        Ok(is_new | self.add(actions, progress)?)
    }

    /// Adds actions to the overlay: all at once where all fit, which is as a rule; else one change after the other.
    fn add(&self, actions: Vec<Vec<Vec<String>>>, progress: &mut Progress) -> Result<bool> {
        let all: Vec<_> = actions.iter().flatten().cloned().collect();
        if all.is_empty() {
            return Ok(false);
        }
        let text = text::with_actions(progress.text.as_deref(), &all)?;
        if self.fits(&text)? {
            (progress.text, progress.is_longer) = (Some(text), true);
            return Ok(true);
        }
        let mut is_new = false;
        for lines in actions.into_iter().filter(|lines| !lines.is_empty()) {
            let text = text::with_actions(progress.text.as_deref(), &lines)?;
            if self.fits(&text)? {
                (progress.text, progress.is_longer) = (Some(text), true);
                is_new = true;
            }
        }
        Ok(is_new)
    }

    /// Whether an action that makes the same change elsewhere can get a broader target, which it then has.
    fn widen(
        &self,
        patched: &Value,
        known: &Overlay,
        planned: &Planned,
        progress: &mut Progress,
    ) -> bool {
        let Some(widened) = widened(patched, known, planned) else { return false };
        let text = progress.text.clone().unwrap_or_default();
        // What stands in braces is left alone, and the change is an action of its own.
        let text = text::with_target(&text, &widened).ok();
        let Some(text) = text.filter(|text| self.fits(text).unwrap_or(false)) else { return false };
        progress.text = Some(text);
        progress.widened.retain(|other| other.index != widened.index);
        progress.widened.push(widened);
        true
    }

    /// The actions that make a change.
    fn action(&self, patched: &Value, planned: &Planned, target: &str) -> Vec<Vec<String>> {
        let patch = self.patch_name(patched, planned);
        let place = planned.places.first().map_or("", String::as_str);
        let evidence = print::evidence(planned);
        let actions = Action::of(&planned.change, place, target, &patch, &evidence);
        actions.iter().map(Action::lines).collect()
    }

    /// Whether each action of an overlay does something.
    fn fits(&self, text: &str) -> Result<bool> {
        let overlay = overlay::parse(text)?;
        let faults = overlay::examine(self.normalized, &overlay);
        Ok(faults.is_ok_and(|(_, faults)| {
            faults.iter().all(|it| it.fault == overlay::Fault::Unrecorded)
        }))
    }

    /// What a correction is called: what it is for, and of which operation if it is of one.
    fn patch_name(&self, patched: &Value, planned: &Planned) -> String {
        let labels = planned.operations();
        let called = match labels.first() {
            Some(label) if labels.len() == 1 => {
                let nodes = operations::nodes(patched);
                let node = nodes.into_iter().find(|node| node.label() == **label);
                node.map(|node| naming::called(&node).to_owned())
            }
            _ => None,
        };
        match called {
            Some(called) => format!("{called}: {}", planned.purpose),
            None => planned.purpose.to_owned(),
        }
    }
}

impl Progress {
    /// Why a finding that is left is for a person.
    fn question(&self, finding: &Finding) -> Question {
        let contradiction = self.contradictions.iter().find(|(other, _)| other.id == finding.id);
        match &finding.mend {
            Mend { question: Some(question), .. } => question.clone(),
            _ if self.doubtful.contains(&finding.id) => {
                Question { reason: Reason::EvidenceDisagrees, answers: Vec::new() }
            }
            // It had an edit, which did not settle it alone.
            Mend { edits, .. } if !edits.is_empty() => match contradiction {
                Some((_, question)) => question.clone(),
                None => Question { reason: Reason::WaitsForAnother, answers: Vec::new() },
            },
            _ => Question { reason: Reason::NoEvidence, answers: Vec::new() },
        }
    }
}

/// An update without what is for people alone. Merged into `properties`, its keys are names.
fn comparable(place: &str, update: &Value) -> Value {
    let update = match place.ends_with("/properties") {
        true => serde_json::json!({ "properties": update }),
        false => update.clone(),
    };
    plan::plain(&update)
}

/// An action that makes the same change of other places, with a target that selects all of them.
fn widened(patched: &Value, overlay: &Overlay, planned: &Planned) -> Option<Widened> {
    let holder = planned.places.first()?;
    let wanted = comparable(holder, planned.update()?);
    overlay.actions.iter().enumerate().find_map(|(index, action)| {
        if action.remove || comparable(holder, action.update.as_ref()?) != wanted {
            return None;
        }
        let mut places = target::selected(patched, &action.target)?;
        let known = places.len();
        places.extend(planned.places.iter().cloned());
        if places.len() == known {
            return None;
        }
        let target = target::of(patched, &places)?;
        let old = action.description.as_deref().unwrap_or_default();
        let more = print::evidence(planned);
        Some(Widened {
            index,
            patch: overlay::rule_name(index, action),
            target,
            description: format!("{} Also {more}", old.trim()),
        })
    })
}
