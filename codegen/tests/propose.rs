//! What `audit --propose` makes of findings. Each file in `fixtures/propose` is a case: what goes in is as in
//! `audit.rs`; `proposed` are the actions that are new in the overlay, `broader` the targets of those that select more,
//! `entries` the findings that are explained, `asked` those for a person, each with its reason.
//!
//! Every case of the audit is tried as well: what is proposed is written, and then nothing more is proposed.

mod common;

use std::path::Path;

use common::audited::write;
use common::case::{Case, Field, Outcome};
use manis_codegen::audit::{self, Proposal};
use manis_codegen::command;
use manis_codegen::syntax::yaml;
use serde_json::{Map, Value, json};

/// The actions of an overlay, without what they were written against.
fn actions(spec: &Path) -> Outcome<Vec<Value>> {
    let file = spec.join("overlay.yaml");
    let text =
        if file.exists() { std::fs::read_to_string(file)? } else { "actions: []".to_owned() };
    let overlay = yaml::parse(&text).map_err(|error| error.message)?;
    let mut actions = overlay["actions"].as_array().cloned().unwrap_or_default();
    for action in actions.iter_mut().filter_map(Value::as_object_mut) {
        action.remove("x-written-against");
        action.remove("extensions");
    }
    Ok(actions)
}

fn asked(proposal: &Proposal) -> Value {
    let asked = proposal.left().map(|(id, reason)| (id.to_owned(), json!(reason)));
    asked.collect::<Map<_, _>>().into()
}

/// Writes what is proposed, and checks that it settles all it says, and that a second run has nothing to add.
fn settle(spec: &Path) -> Outcome<Proposal> {
    let proposal = audit::propose(spec)?;
    command::propose(spec, &[], true, &mut Vec::new())?;
    let audit = audit::run(spec)?;
    let left = audit.left.iter().filter(|left| left.because.is_none());
    let mut left: Vec<_> = left.map(|left| left.finding.id.clone()).collect();
    let mut asked: Vec<_> = proposal.left().map(|(id, _)| id.to_owned()).collect();
    left.sort();
    asked.sort();
    if left != asked {
        return Err(format!("left open: {left:?}, asked: {asked:?}").into());
    }
    let again = audit::propose(spec)?;
    match again.actions() + again.explained() {
        0 => Ok(proposal),
        count => Err(format!("a second run proposes {count} more:\n{}", again.render()).into()),
    }
}

fn case(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    let folder = tempfile::tempdir()?;
    write(folder.path(), &case)?;
    let before = actions(folder.path())?;
    let proposal = settle(folder.path())?;
    let after = actions(folder.path())?;
    let kept = before.iter().zip(&after);
    let broader = kept.filter(|(one, other)| one["target"] != other["target"]);
    let broader: Vec<_> = broader.map(|(_, action)| action["target"].clone()).collect();
    let new = after.get(before.len()..).unwrap_or_default().to_vec();
    case.expect(&[
        Field::list("proposed", new),
        Field::list("broader", broader),
        Field::list("entries", proposal.explanations().map(|id| json!(id)).collect::<Vec<_>>()),
        Field::new("asked", asked(&proposal)),
    ])
}

/// A case of the audit, whatever is found in it. Some are about overlays and entries that do not fit, which is to
/// be mended first.
fn case_of_the_audit(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    let folder = tempfile::tempdir()?;
    write(folder.path(), &case)?;
    settle(folder.path()).map(drop)
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/propose", pattern = r".*" },
    { test = case_of_the_audit, root = "tests/fixtures/audit", pattern = r".*" },
}
