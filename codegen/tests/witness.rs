//! Code of a caller that each breaking change of the surface is shown with: it compiles against the old client and
//! not against the new one.
//!
//! A case is a folder of `fixtures/witness`, `KIND` or `KIND--DETAIL` after [`Break`], with the documents `old.yaml` and
//! `new.yaml`, and `old.generate.yaml` and `new.generate.yaml` where the settings are not those of every client.
//!
//! The compiler takes a minute, and more where no other test has compiled what clients depend on:
//! `cargo test --package manis-codegen --test witness -- --ignored`. other suites may come too: `WITNESSES=drift,generate`.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::spec::Spec;
use manis_codegen::drift::{self, Break, Class, Drift, Format, RustChange, Side};
use manis_codegen::pipeline;
use manis_codegen::syntax::yaml;
use serde_json::Value;

/// What a case is made of.
struct Case {
    name: String,
    /// Document and settings of both sides.
    sides: [(String, Option<String>); 2],
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names
}

fn cases() -> Vec<Case> {
    let case = |path: PathBuf| {
        let read = |name: &str| fs::read_to_string(path.join(name));
        let side = |side: &str| {
            let document = read(&format!("{side}.yaml")).unwrap();
            (document, read(&format!("{side}.generate.yaml")).ok())
        };
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        Case { name, sides: ["old", "new"].map(side) }
    };
    names(&folder().join("witness")).into_iter().map(case).collect()
}

fn spec((document, settings): &(String, Option<String>)) -> Spec {
    let spec = Spec::of(document);
    if let Some(settings) = settings {
        spec.write("spec/generate.yaml", settings);
    }
    spec
}

impl Case {
    fn read(&self) -> [Side; 2] {
        self.sides.each_ref().map(|side| Side::read(&spec(side).folder()).unwrap())
    }

    fn drift(&self) -> Drift {
        let [old, new] = self.read();
        drift::compare(&old, &new)
    }

    fn breaks(&self) -> Vec<RustChange> {
        let [old, new] = self.read();
        let rust = drift::compare_surfaces(&old, &new).into_iter();
        rust.filter(|change| change.class == Class::Breaking).collect()
    }
}

/// `struct-removed` for `StructRemoved`.
fn name_of(how: Break) -> String {
    let mut name = String::new();
    for letter in format!("{how:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

#[test]
fn every_break_has_a_case_and_every_case_is_of_a_break() {
    let cases = cases();
    let found: BTreeSet<_> =
        cases.iter().map(|case| case.name.split("--").next().unwrap().to_owned()).collect();
    let declared: BTreeSet<_> = Break::ALL.iter().copied().map(name_of).collect();
    assert_eq!(found, declared);
}

#[test]
fn every_case_breaks_as_it_is_called_and_has_witnesses() {
    let mut faults = Vec::new();
    for case in cases() {
        let breaks = case.breaks();
        let called = case.name.split("--").next().unwrap();
        let is_called = |change: &RustChange| change.how.is_some_and(|how| name_of(how) == called);
        if !breaks.iter().any(is_called) {
            faults.push(format!("{} has {breaks:#?}", case.name));
        }
        let without = breaks.iter().filter(|change| change.witness.is_none());
        faults.extend(without.map(|change| format!("{}: no witness: {change}", case.name)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What a case of one break is reported as.
#[track_caller]
fn reported(name: &str, format: Format, expected: &str) {
    let case = cases().into_iter().find(|case| case.name == name).unwrap();
    let text = anstream::adapter::strip_str(&case.drift().render(format)).to_string();
    assert!(text.contains(expected), "{text}");
}

#[test]
fn a_terminal_has_the_witness_below_the_change() {
    let expected = "! struct types::Pet: `age: Option<i64>` removed
      fn witness(it: types::Pet) {
          let _ = it.age;
      }
";
    reported("field-removed", Format::Text, expected);
}

#[test]
fn markdown_has_the_witness_as_a_block_of_the_change() {
    let expected = "- breaking: struct types::Pet: `age: Option<i64>` removed

  ```rust
  fn witness(it: types::Pet) {
      let _ = it.age;
  }
  ```
";
    reported("field-removed", Format::Markdown, expected);
}

#[test]
fn json_has_the_witness_in_the_change() {
    let expected = r#""witness": "fn witness(it: types::Pet) {\n    let _ = it.age;\n}""#;
    reported("field-removed", Format::Json, expected);
}

#[test]
fn json_has_no_witness_where_nothing_breaks() {
    let case = cases().into_iter().find(|case| case.name == "field-removed").unwrap();
    let [old, new] = case.sides;
    let drift = Case { name: case.name, sides: [new, old] }.drift();
    assert!(!drift.rust.is_empty() && !drift.render(Format::Json).contains("witness"));
}

/// What is compiled: clients, and callers of theirs.
#[derive(Default)]
struct Clients {
    /// The modules of clients, by what they are made of.
    modules: BTreeMap<(String, Option<String>), String>,
    /// Of each witness: its case and change, the code, and the modules that it is for.
    witnesses: Vec<(String, String, [String; 2])>,
}

impl Clients {
    fn add(&mut self, folder: &Path, case: &Case) {
        let modules = case.sides.each_ref().map(|side| self.module(folder, side));
        for change in case.breaks() {
            let what = format!("{}: {change}", case.name);
            let witness = change.witness.unwrap_or_else(|| panic!("no witness: {what}"));
            self.witnesses.push((what, witness, modules.clone()));
        }
    }

    /// Writes a client; its module.
    fn module(&mut self, folder: &Path, side: &(String, Option<String>)) -> String {
        if let Some(module) = self.modules.get(side) {
            return module.clone();
        }
        let module = format!("client{}", self.modules.len());
        let client = pipeline::run(&spec(side).folder()).unwrap().client;
        let is_plain = side.1.as_ref().is_some_and(|settings| settings.contains("progenitor"));
        let root = if is_plain { PLAIN_ROOT } else { ROOT };
        let (_, root) = root.split_once("pub use generated::*;").unwrap();
        let root =
            format!("mod generated;\npub use generated::*;\n{root}\npub use rust_decimal;\n");
        let folder = folder.join("src").join(&module);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("mod.rs"), root).unwrap();
        fs::write(folder.join("generated.rs"), client).unwrap();
        self.modules.insert(side.clone(), module.clone());
        module
    }

    fn root(&self) -> String {
        let modules = self.modules.values().map(|module| format!("pub mod {module};\n"));
        format!("#![allow(warnings)]\n{}", modules.collect::<String>())
    }
}

/// The root of a crate, behind its documentation.
const ROOT: &str = include_str!("../src/scaffold/emitted/lib.txt");
const PLAIN_ROOT: &str = include_str!("../src/scaffold/emitted/lib_progenitor_client.txt");

/// The callers that still are in question, each a module of one crate; the lines at which they begin.
fn callers(
    clients: &Clients,
    side: usize,
    left: &BTreeSet<usize>,
) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut begins) = ("#![allow(warnings)]\n".to_owned(), Vec::new());
    for &index in left {
        begins.push((text.lines().count() + 1, index));
        let (_, witness, modules) = &clients.witnesses[index];
        let client = &modules[side];
        let _ = writeln!(text, "mod caller{index} {{\nuse clients::{client}::*;\n{witness}\n}}");
    }
    (text, begins)
}

/// Checks a crate of a workspace; the lines of its errors, with their texts.
fn check(workspace: &Path, name: &str) -> Vec<(usize, String)> {
    let run = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--message-format=json", "--package", name])
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffolded-target"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&run.stdout);
    let messages = out.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut found = Vec::new();
    for message in messages.filter(|it| it["message"]["level"] == "error") {
        let text = message["message"]["rendered"].as_str().unwrap_or_default().to_owned();
        assert_eq!(message["target"]["name"], name, "{text}");
        let spans = message["message"]["spans"].as_array().unwrap();
        let primary = spans.iter().find(|span| span["is_primary"] == true);
        // The last error says how many there were.
        found.extend(primary.map(|it| (it["line_start"].as_u64().unwrap() as usize, text)));
    }
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() == found.is_empty(), "{name}: {errors}");
    found
}

fn write_crate(workspace: &Path, name: &str, dependencies: &str, library: &str) {
    let folder = workspace.join(name);
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = format!(
        "[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{dependencies}"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/lib.rs"), library).unwrap();
}

/// What both kinds of client depend on.
fn dependencies() -> String {
    let manifest = include_str!("../src/scaffold/emitted/manifest.toml");
    let (_, after) = manifest.split_once("[dependencies]\n").unwrap();
    let (dependencies, _) = after.split_once("\n[dev-dependencies]").unwrap();
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
    let lines = dependencies.lines().filter(|line| !line.starts_with("httpmock"));
    let lines = lines.map(|line| line.replace("RUNTIME", &format!("path = {runtime:?}")) + "\n");
    lines.collect::<String>()
        + "progenitor-client = \"0.15\"\n\
           rust_decimal = { version = \"1\", default-features = false, features = [\"std\"] }\n"
}

#[test]
#[ignore = "compiles all clients of the cases"]
fn witnesses_compile_against_the_old_client_and_not_against_the_new_one() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("witness");
    // Clients of cases that are gone.
    let _ = fs::remove_dir_all(&workspace);
    let mut clients = Clients::default();
    for case in all_cases() {
        clients.add(&workspace.join("clients"), &case);
    }
    write_crate(&workspace, "clients", &dependencies(), &clients.root());
    let members = "[workspace]\nresolver = \"3\"\nmembers = [\"clients\", \"old\", \"new\"]\n";
    fs::write(workspace.join("Cargo.toml"), members).unwrap();
    let write = |name: &str, library: &str| {
        let dependencies = dependencies() + "clients = { path = \"../clients\" }\n";
        write_crate(&workspace, name, &dependencies, library);
    };
    let mut left: BTreeSet<_> = (0..clients.witnesses.len()).collect();
    write("old", &callers(&clients, 0, &left).0);
    write("new", "");
    let faults = check(&workspace, "old");
    let texts: Vec<_> = faults.into_iter().map(|(_, text)| text).collect();
    assert!(
        texts.is_empty(),
        "{} do not compile against the old:\n{}",
        texts.len(),
        texts.join("\n")
    );
    // The compiler stops at the first kind of errors; those that it found are set aside, and it goes on.
    while !left.is_empty() {
        let (library, begins) = callers(&clients, 1, &left);
        write("new", &library);
        let errors = check(&workspace, "new");
        let failed = errors.iter().filter_map(|(line, _)| {
            begins.iter().rev().find(|(begin, _)| begin <= line).map(|(_, index)| *index)
        });
        let failed: BTreeSet<_> = failed.collect();
        let compile = |index: &usize| {
            clients.witnesses[*index].0.clone() + "\n" + &clients.witnesses[*index].1
        };
        let compiled: Vec<_> = left.iter().map(compile).collect();
        assert!(!failed.is_empty(), "compile against the new:\n{}", compiled.join("\n\n"));
        left.retain(|index| !failed.contains(index));
    }
}

/// The cases, and with `WITNESSES=drift,generate` what those suites have.
fn all_cases() -> Vec<Case> {
    let wanted = std::env::var("WITNESSES").unwrap_or_default();
    let is_wanted = |suite: &str| wanted.split(',').any(|wanted| wanted == suite);
    let mut all = cases();
    if is_wanted("drift") {
        let base = yaml::parse(include_str!("fixtures/drift-base.yaml")).unwrap();
        all.extend(names(&folder().join("drift")).iter().map(|file| of_drift(&base, file)));
    }
    if is_wanted("generate") {
        all.extend(names(&folder().join("generate")).iter().map(|file| of_generate(file)));
    }
    all
}

/// A client of `fixtures/generate`, of which one operation is left.
fn of_generate(file: &Path) -> Case {
    let case = yaml::parse(&fs::read_to_string(file).unwrap()).unwrap();
    let settings = case.get("settings").map(yaml::print);
    let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
    let left = "openapi: 3.0.3\ninfo: {title: Pets, version: '1'}\n\
                paths: {/left: {get: {operationId: left, responses: {'204': {description: It.}}}}}\n";
    let sides = [(yaml::print(&case["document"]), settings.clone()), (left.to_owned(), settings)];
    Case { name, sides }
}

/// A case of `fixtures/drift`.
fn of_drift(base: &Value, file: &Path) -> Case {
    let case = yaml::parse(&fs::read_to_string(file).unwrap()).unwrap();
    let mut document = base.clone();
    let sides = ["given", "patch"].map(|field| {
        if let Some(patch) = case.get(field) {
            let patch: json_patch::Patch = serde_json::from_value(patch.clone()).unwrap();
            json_patch::patch(&mut document, &patch).unwrap();
        }
        (yaml::print(&document), None)
    });
    Case { name: file.file_stem().unwrap().to_str().unwrap().to_owned(), sides }
}
