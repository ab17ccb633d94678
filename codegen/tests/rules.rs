//! Every rule is documented and has a fixture, and every fixture has a rule.
//!
//! Which rules a fixture is about is what its suite has found and compared: the `changes` of normalize
//! and lower, and what the pipeline reports of a document of generate. A fixture that shows where a rule
//! ends, or one of which no report tells, names it in `rules`; those of normalize begin with its number.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::docs;
use common::spec::Spec;
use manis_codegen::report::{Effect, Rule};
use manis_codegen::syntax::yaml;
use manis_codegen::{describe, lower, normalize, pipeline, progenitor};
use serde_json::Value;

/// What a report can tell of a rule: its id, and what becomes of the document's meaning.
type Told = (String, &'static str);

fn told(rule: &Rule) -> Told {
    let effect = match rule.effect {
        Effect::Mended | Effect::Translated => "kept",
        Effect::Loosened => "loosened",
        Effect::LeftOut => "left out",
    };
    (rule.id.to_owned(), effect)
}

/// A suite of fixtures, and its stage's rules.
struct Suite {
    name: &'static str,
    rules: Vec<&'static Rule>,
    /// Rules that a document of this suite always meets.
    always: &'static [&'static str],
}

fn suites() -> [Suite; 4] {
    [
        Suite { name: "normalize", rules: normalize::rules().collect(), always: &[] },
        Suite { name: "describe", rules: describe::rules().collect(), always: &[] },
        Suite { name: "lower", rules: lower::rules().collect(), always: &["version"] },
        Suite {
            name: "generate",
            rules: progenitor::rules().collect(),
            always: &["undocumented-header", "documentation", "redact-debug", "runtime"],
        },
    ]
}

impl Suite {
    fn fixtures(&self) -> Vec<(String, Value)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(self.name);
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let read = |file: PathBuf| {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            (name, yaml::parse(&fs::read_to_string(file).unwrap()).unwrap())
        };
        files.map(read).collect()
    }

    /// The rules that a fixture meets.
    fn met(&self, fixture: &Value) -> BTreeSet<Told> {
        match fixture.get("document") {
            Some(document) => generated(document, fixture.get("settings")),
            None => list(fixture, "changes").filter_map(|line| changed(&line)).collect(),
        }
    }
}

/// What a line of `changes` tells.
fn changed(line: &str) -> Option<Told> {
    if line.starts_with("left out ") {
        return Some(("N9 merge".to_owned(), "left out"));
    }
    let rule = line.split_once(" at ").map_or(line, |(rule, _)| rule);
    Some(match rule.strip_prefix('~') {
        Some(rule) => (rule.to_owned(), "loosened"),
        None => (rule.to_owned(), "kept"),
    })
}

/// What the report of a document tells about generating and refining.
fn generated(document: &Value, settings: Option<&Value>) -> BTreeSet<Told> {
    let spec = Spec::of(&yaml::print(document));
    if let Some(settings) = settings {
        spec.write("spec/generate.yaml", yaml::print(settings));
    }
    let outcome = pipeline::run(&spec.folder()).unwrap();
    let stages = ["generate", "refine"];
    let changes = outcome.changes.iter();
    let changes = changes.filter(|it| stages.contains(&it.stage.to_string().as_str()));
    let changes = changes
        .map(|change| (change.rule.clone(), if change.loosened { "loosened" } else { "kept" }));
    changes.chain(outcome.left_out.iter().map(|part| told(part.rule))).collect()
}

fn list(fixture: &Value, field: &str) -> impl Iterator<Item = String> {
    let items = fixture.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    items.into_iter().map(|item| item.as_str().unwrap_or_default().to_owned())
}

#[test]
fn every_rule_has_a_fixture_and_every_fixture_a_rule() {
    let mut faults = Vec::new();
    for suite in suites() {
        let declared: BTreeSet<_> = suite.rules.iter().map(|rule| told(rule)).collect();
        let mut proven = BTreeSet::new();
        for (name, fixture) in suite.fixtures() {
            let met = suite.met(&fixture);
            for (rule, effect) in met.difference(&declared) {
                faults.push(format!("{}/{name}: `{rule}`, {effect}, is not declared", suite.name));
            }
            let named: Vec<_> = list(&fixture, "rules").collect();
            for rule in named.iter().filter(|rule| !declared.iter().any(|(id, _)| id == *rule)) {
                faults.push(format!("{}/{name}: there is no rule `{rule}`", suite.name));
            }
            let number = name.split('-').next().unwrap_or_default().to_uppercase();
            let is_numbered = declared.iter().any(|(id, _)| id.split(' ').next() == Some(&number));
            let own = met.iter().filter(|(rule, _)| !suite.always.contains(&rule.as_str()));
            if own.count() == 0
                && named.is_empty()
                && !is_numbered
                && fixture.get("error").is_none()
            {
                faults.push(format!("{}/{name}: is about no rule", suite.name));
            }
            proven.extend(met);
            proven.extend(declared.iter().filter(|(id, _)| named.contains(id)).cloned());
        }
        for (rule, effect) in declared.difference(&proven) {
            faults.push(format!("{}: `{rule}`, {effect}, has no fixture", suite.name));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// The rows of a stage's rules. Rules that differ in nothing but their names share one.
fn table(rules: &[&Rule]) -> String {
    let mut text = String::from("| rule | in the document | | becomes |\n|---|---|---|---|\n");
    for group in rules.chunk_by(|one, other| {
        (one.subject, one.effect, one.result) == (other.subject, other.effect, other.result)
    }) {
        let ids: Vec<_> = group.iter().map(|rule| format!("`{}`", rule.id)).collect();
        let effect = match group[0].effect {
            Effect::Mended => "mended",
            Effect::Translated => "translated",
            Effect::Loosened => "loosened",
            Effect::LeftOut => "left out",
        };
        let (subject, result) = (group[0].subject, group[0].result);
        text += &format!("| {} | {subject} | {effect} | {result} |\n", ids.join(", "));
    }
    text
}

#[test]
fn every_rule_is_documented() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pages-of-other-vendors.md");
    for suite in suites() {
        docs::renew(&file, &format!("rules of {}", suite.name), &table(&suite.rules));
    }
}
