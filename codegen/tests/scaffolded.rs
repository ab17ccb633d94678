//! What the fixtures generate, compiled. Every one of `fixtures/generate` is a crate of its own: it
//! compiles without a warning, and its `wire` tests pass against a server on loopback. Those of
//! `fixtures/normalize` and `fixtures/lower` are modules of a crate a stage. All are one workspace,
//! so that their dependencies are compiled once. It takes minutes, so it runs where it is asked for:
//! `cargo test --package manis-codegen --test scaffolded -- --ignored`.

mod common;
#[allow(dead_code)]
#[path = "common/dialects.rs"]
mod dialects;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::spec::Spec;
use manis_codegen::command::Exit;
use manis_codegen::document::operations::operations;
use manis_codegen::document::pointer;
use manis_codegen::syntax::yaml;
use serde_json::{Map, Value, json};

/// What the tests of every fixture share.
const SERVER: &str = include_str!("common/server.rs.txt");

fn fixtures(stage: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(stage);
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn stem(fixture: &Path) -> String {
    fixture.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn read(fixture: &Path) -> Value {
    yaml::parse(&fs::read_to_string(fixture).unwrap()).unwrap()
}

/// Writes the crate of a fixture; its name.
fn scaffold(workspace: &Path, fixture: &Path) -> String {
    let name = stem(fixture);
    let fixture = read(fixture);
    let spec = Spec::of(&yaml::print(&fixture["document"]));
    if let Some(settings) = fixture.get("settings") {
        spec.write("spec/generate.yaml", yaml::print(settings));
    }
    let folder = workspace.join(&name);
    let (exit, _) = spec.codegen(|options| options.out = Some(folder.clone())).unwrap();
    assert_eq!(exit, Exit::Success);
    join(&folder);
    if let Some(wire) = fixture["wire"].as_str() {
        let library = name.replace('-', "_");
        let test =
            format!("#![allow(dead_code, unused_imports)]\nuse {library}::*;\n{SERVER}\n{wire}");
        fs::create_dir_all(folder.join("tests")).unwrap();
        fs::write(folder.join("tests/wire.rs"), test).unwrap();
    }
    name
}

/// Makes a crate a member of the workspace, with what the tests need.
fn join(folder: &Path) {
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let alone = text.split("# Not part of").next().unwrap();
    let tools =
        "futures-util = { version = \"0.3\", default-features = false, features = [\"std\"] }\n";
    fs::write(manifest, format!("{}\n{tools}", alone.trim_end())).unwrap();
}

/// Writes one crate for the fixtures of a stage, a module each; its name.
fn group(workspace: &Path, stage: &str) -> String {
    let folder = workspace.join(stage);
    let mut library = "#![allow(dead_code, missing_docs, unused_imports)]\n".to_owned();
    for file in fixtures(stage) {
        let fixture = read(&file);
        if fixture.get("error").is_some() {
            continue;
        }
        let spec = Spec::empty();
        let pages = fixture["before"]["pages"].as_object().cloned();
        for (page, document) in pages.unwrap_or_else(|| one(&fixture["before"])) {
            let text = yaml::print(&whole(&page, document));
            spec.write(&format!("spec/upstream/{page}.yaml"), text);
        }
        let made = spec.codegen(|options| options.out = Some(folder.clone()));
        assert_eq!(made.unwrap_or_else(|error| panic!("{file:?}: {error}")).0, Exit::Success);
        let module = stem(&file).replace('-', "_");
        // Examples in the documentation call what is at the root of a crate.
        let code = fs::read_to_string(folder.join("src/generated.rs")).unwrap();
        let code = code.replace(&format!("{stage}::"), &format!("{stage}::{module}::"));
        fs::write(folder.join(format!("src/{module}.rs")), code).unwrap();
        library += &format!("pub mod {module};\n");
    }
    let _ = fs::remove_dir_all(folder.join("tests"));
    fs::write(folder.join("src/lib.rs"), library).unwrap();
    join(&folder);
    stage.to_owned()
}

fn one(document: &Value) -> Map<String, Value> {
    Map::from_iter([("pets".to_owned(), document.clone())])
}

/// A document around what a fixture is about, with an operation that answers with each schema.
fn whole(page: &str, fixture: Value) -> Value {
    let is_document =
        ["openapi", "paths", "components"].iter().any(|key| fixture.get(key).is_some());
    let mut document = match is_document {
        true => fixture,
        false => dialects::document(&fixture),
    };
    let defaults =
        json!({ "openapi": "3.1.0", "info": { "title": "Pets", "version": "1" }, "paths": {} });
    for (key, value) in defaults.as_object().unwrap() {
        if document.get(key).is_none() {
            document[key] = value.clone();
        }
    }
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let names: Vec<_> = schemas.into_iter().flatten().map(|(name, _)| name.clone()).collect();
    for (index, name) in names.iter().enumerate() {
        let reference = pointer::to_component("schemas", name);
        let content = json!({ "application/json": { "schema": { "$ref": reference } } });
        document["paths"][format!("/{page}/schemas/{index}")] = json!({
            "get": { "responses": { "200": { "description": "It.", "content": content } } },
        });
    }
    if operations(&document).is_empty() {
        document["paths"]["/"] =
            json!({ "get": { "responses": { "204": { "description": "" } } } });
    }
    document
}

/// Writes the crates of today and tomorrow, and one caller's program as a test of each; their names.
fn growing(workspace: &Path) -> [String; 2] {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/growth");
    let caller = fs::read_to_string(folder.join("caller.rs.txt")).unwrap();
    ["today", "tomorrow"].map(|name| {
        let document = fs::read_to_string(folder.join(name).with_extension("yaml")).unwrap();
        let made = workspace.join(name);
        let spec = Spec::of(&document);
        let (exit, _) = spec.codegen(|options| options.out = Some(made.clone())).unwrap();
        assert_eq!(exit, Exit::Success);
        join(&made);
        fs::create_dir_all(made.join("tests")).unwrap();
        let caller = caller.replace("client::", &format!("{name}::"));
        fs::write(made.join("tests/caller.rs"), caller).unwrap();
        name.to_owned()
    })
}

#[test]
#[ignore = "compiles a crate a fixture"]
fn every_fixture_compiles_and_behaves() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffolded");
    // Crates of fixtures that are gone.
    let _ = fs::remove_dir_all(&workspace);
    let all = fixtures("generate");
    let mut names: Vec<_> = all.iter().map(|file| scaffold(&workspace, file)).collect();
    assert!(names.len() > 20);
    names.extend(["normalize", "lower"].map(|stage| group(&workspace, stage)));
    names.extend(growing(&workspace));
    let members = names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n");
    fs::write(workspace.join("Cargo.toml"), manifest).unwrap();
    let run = Command::new(env!("CARGO"))
        .args(["test", "--workspace", "--no-fail-fast", "--quiet"])
        .current_dir(&workspace)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffolded-target"))
        .env("RUSTFLAGS", "-D warnings")
        .output()
        .unwrap();
    let (out, errors) =
        (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{out}\n{errors}");
    let wire =
        all.iter().filter(|file| fs::read_to_string(file).unwrap().contains("\nwire:")).count();
    let ran = out.lines().filter(|line| line.starts_with("test result: ok."));
    let ran = ran.filter(|line| !line.contains(" 0 passed")).count();
    assert!(ran >= wire, "{out}");
}
