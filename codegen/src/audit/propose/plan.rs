//! Edits of all findings as few actions: equal ones are one, those of one place and purpose stand together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{distinct, shared};
use crate::audit::finding::{Finding, Kind};
use crate::audit::mend::{Answer, Change, Edit, Question, Reason};

/// What an action says on behalf of findings.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) purpose: &'static str,
    pub(super) change: Change,
    pub(super) places: BTreeSet<String>,
    pub(super) evidence: Vec<Evidence>,
}

/// What a page says, and of which operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Evidence {
    pub(super) operation: String,
    pub(super) quote: String,
    /// The place that it is about.
    pub(super) place: String,
}

impl Evidence {
    pub(super) fn of(finding: &Finding, place: &str) -> Self {
        Self {
            place: place.to_owned(),
            operation: finding.operation(),
            quote: finding.documentation.clone(),
        }
    }
}

/// The plan for a list of findings, and the questions that come of edits that contradict each other.
pub(super) fn plan(
    document: &Value,
    findings: &[&Finding],
) -> (Vec<Planned>, Vec<(Finding, Question)>) {
    let mut parts: Vec<Planned> = Vec::new();
    let mut questions = Vec::new();
    // What a table describes is described better than what an example shows.
    let (shown, described): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| finding.kind == Kind::ExampleUnknownField);
    for finding in described.into_iter().chain(shown) {
        for part in finding.mend.edits.iter().flat_map(leaves) {
            let part = in_another_condition(&parts, part);
            match parts.iter_mut().find(|other| is_about_the_same(other, &part)) {
                None => parts.push(planned(&part, finding)),
                Some(other) if same(&other.change, &part.change) => {
                    other.evidence.push(Evidence::of(finding, &part.at));
                }
                Some(_) if finding.kind == Kind::ExampleUnknownField => {}
                Some(other) => questions.push((finding.clone(), contradiction(other, &part))),
            }
        }
    }
    distinct::distinguish(document, &mut parts);
    shared::share(document, &mut parts);
    let mut planned = together(parts);
    planned.sort_by_key(Planned::order);
    (planned, questions)
}

fn planned(edit: &Edit, finding: &Finding) -> Planned {
    Planned {
        purpose: edit.purpose,
        change: edit.change.clone(),
        places: BTreeSet::from([edit.at.clone()]),
        evidence: vec![Evidence::of(finding, &edit.at)],
    }
}

/// The single edits that an edit consists of: a key each.
fn leaves(edit: &Edit) -> Vec<Edit> {
    let Change::Update(Value::Object(fields)) = &edit.change else { return vec![edit.clone()] };
    let is_whole = fields.contains_key("if") || fields.contains_key("x-schema-name");
    if is_whole || !edit.at.ends_with("/properties") && !edit.at.ends_with("/responses") {
        return vec![edit.clone()];
    }
    let single = fields.iter().map(|(key, value)| {
        Edit::update(edit.purpose, edit.at.clone(), json!({ key.as_str(): value }))
    });
    single.collect()
}

/// A second condition of an object becomes a part of its `allOf`.
fn in_another_condition(parts: &[Planned], edit: Edit) -> Edit {
    let has_if =
        |change: &Change| matches!(change, Change::Update(update) if update.get("if").is_some());
    let is_second = has_if(&edit.change)
        && parts.iter().any(|other| {
            other.places.contains(&edit.at) && has_if(&other.change) && other.change != edit.change
        });
    match edit.change {
        Change::Update(update) if is_second => {
            Edit::update(edit.purpose, edit.at, json!({ "allOf": [update] }))
        }
        change => Edit { change, ..edit },
    }
}

/// Whether both say what becomes of one thing.
fn is_about_the_same(planned: &Planned, edit: &Edit) -> bool {
    let keys = |update: &Value| -> BTreeSet<String> {
        // A name more in a list leaves the others.
        let fields = update.as_object().into_iter().flatten();
        let fields = fields.filter(|(_, value)| !value.is_array()).map(|(key, _)| key.clone());
        fields.filter(|key| key != "description").collect()
    };
    planned.places.contains(&edit.at)
        && match (&planned.change, &edit.change) {
            (Change::Update(one), Change::Update(other)) => {
                one == other || !keys(one).is_disjoint(&keys(other))
            }
            (Change::Drop(one), Change::Drop(other)) => one == other,
            (Change::Replace(_), _) | (_, Change::Replace(_)) => true,
            _ => false,
        }
}

/// A value without what is for people alone. What a property is called is no documentation.
pub(super) fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(key, _)| key.as_str() != "description");
            let fields = fields.map(|(key, value)| {
                let below = match (key.as_str(), value) {
                    ("properties", Value::Object(properties)) => {
                        properties.iter().map(|(name, it)| (name.clone(), plain(it))).collect()
                    }
                    _ => plain(value),
                };
                (key.clone(), below)
            });
            fields.collect()
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

/// Equality, but for what is for people alone.
fn same(one: &Change, other: &Change) -> bool {
    match (one, other) {
        (Change::Update(one), Change::Update(other))
        | (Change::Replace(one), Change::Replace(other)) => plain(one) == plain(other),
        (one, other) => one == other,
    }
}

fn contradiction(planned: &Planned, edit: &Edit) -> Question {
    let says = |change: &Change| match change {
        Change::Update(value) | Change::Replace(value) => value.to_string(),
        Change::Drop(name) => format!("take out `{name}`"),
        Change::Remove => "take it out".to_owned(),
    };
    let first = Answer { says: says(&planned.change), edits: Vec::new() };
    let second = Answer { says: says(&edit.change), edits: vec![edit.clone()] };
    Question { reason: Reason::EvidenceDisagrees, answers: vec![first, second] }
}

/// Equal changes of several places are one; updates of one place for one purpose are one.
fn together(parts: Vec<Planned>) -> Vec<Planned> {
    let mut merged: Vec<Planned> = Vec::new();
    for part in parts {
        let known = merged.iter_mut().find(|other| {
            other.purpose == part.purpose
                && other.places == part.places
                && matches!((&other.change, &part.change), (Change::Update(_), Change::Update(_)))
        });
        match known {
            Some(other) => {
                if let (Change::Update(into), Change::Update(update)) =
                    (&mut other.change, part.change)
                {
                    merge(into, update);
                }
                other.evidence.extend(part.evidence);
            }
            None => merged.push(part),
        }
    }
    let mut wide: Vec<Planned> = Vec::new();
    for part in merged {
        let is_update = matches!(part.change, Change::Update(_));
        let known = wide.iter_mut().find(|other| {
            is_update && other.purpose == part.purpose && same(&other.change, &part.change)
        });
        match known {
            Some(other) => {
                other.places.extend(part.places);
                other.evidence.extend(part.evidence);
            }
            None => wide.push(part),
        }
    }
    wide
}

/// Merges as an update does: objects by key, lists end to end.
pub(super) fn merge(into: &mut Value, update: Value) {
    match (into, update) {
        (Value::Object(into), Value::Object(update)) => {
            for (key, value) in update {
                match into.get_mut(&key) {
                    Some(there) => merge(there, value),
                    None => drop(into.insert(key, value)),
                }
            }
        }
        (Value::Array(into), Value::Array(update)) => {
            for item in update {
                if !into.contains(&item) {
                    into.push(item);
                }
            }
        }
        (into, update) => *into = update,
    }
}

impl Planned {
    /// Where it stands among the others: what is about the whole API first, then operation by operation, each
    /// from what it takes to what it answers.
    fn order(&self) -> (bool, BTreeSet<String>, usize) {
        const PURPOSES: [&str; 6] = [
            "shared schemas",
            "bodies",
            "required request fields",
            "conditional request fields",
            "missing request fields",
            "documented values",
        ];
        let operations: BTreeSet<_> = self.operations().into_iter().map(str::to_owned).collect();
        let known = PURPOSES.iter().position(|purpose| *purpose == self.purpose);
        let by_name = self.purpose.bytes().next().map_or(0, usize::from);
        (operations.len() == 1, operations, known.unwrap_or(PURPOSES.len() + by_name))
    }

    /// A change on behalf of one finding alone.
    pub(super) fn alone(edit: &Edit, finding: &Finding) -> Self {
        planned(edit, finding)
    }

    pub(super) fn update(&self) -> Option<&Value> {
        match &self.change {
            Change::Update(update) => Some(update),
            Change::Drop(_) | Change::Replace(_) | Change::Remove => None,
        }
    }

    /// The part of it that is about some of its places.
    pub(super) fn at(&self, places: BTreeSet<String>) -> Self {
        let evidence = self.evidence.iter().filter(|it| places.contains(&it.place)).cloned();
        let evidence: Vec<_> = evidence.collect();
        // What is shared is evidence of places that are not its own.
        let evidence = if evidence.is_empty() { self.evidence.clone() } else { evidence };
        Self { places, evidence, ..self.clone() }
    }

    /// The operations that it is about, each once.
    pub(super) fn operations(&self) -> BTreeSet<&str> {
        self.evidence.iter().map(|it| it.operation.as_str()).collect()
    }

    /// What is quoted, by operation.
    pub(super) fn quotes(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut quotes = BTreeMap::<_, BTreeSet<_>>::new();
        for it in &self.evidence {
            quotes.entry(it.operation.as_str()).or_default().insert(it.quote.as_str());
        }
        quotes
    }
}
