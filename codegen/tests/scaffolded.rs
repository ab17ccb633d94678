//! What the fixtures generate, compiled. Every one of `fixtures/generate` is a crate of its own: it
//! compiles without a warning, and its `wire` tests pass against a server on loopback. Those of
//! `fixtures/normalize` and `fixtures/lower` are modules of a crate a stage. All are one workspace,
//! so that their dependencies are compiled once. It takes minutes, so it runs where it is asked for:
//! `cargo test --package manis-codegen --test scaffolded -- --ignored`; with `FIXTURES=pages,query`, those of
//! `fixtures/generate` alone that have one of these in their names. Each crate's oracle runs as well; `oracle` of a
//! fixture are the mismatches that are known, with reasons: another one fails, and so does one that is no more.
//!
//! A crate of another vendor, copied to where nothing of this repository is, passes the table of faults.

mod common;
#[allow(dead_code)]
#[path = "common/dialects.rs"]
mod dialects;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::spec::Spec;
use manis_codegen::command::{Exit, RuntimeFrom};
use manis_codegen::document::operations::operations;
use manis_codegen::document::pointer;
use manis_codegen::syntax::yaml;
use serde_json::{Map, Value, json};

/// What the tests of every fixture share.
const SERVER: &str = include_str!("common/server.rs.txt");

/// How the server makes a client.
const CLIENT: &str = "fn client(url: &str) -> Client {
    Client::builder(url).retry(RetryPolicy::none()).build().unwrap()
}";

/// The same without the runtime.
const PLAIN_CLIENT: &str = "fn client(url: &str) -> Client { Client::new(url) }";

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
    if let Some(known) = fixture.get("oracle") {
        spec.write("spec/oracle.yaml", yaml::print(known));
    }
    let folder = workspace.join(&name);
    let is_plain = fixture.pointer("/settings/runtime").is_some();
    let made = spec.codegen(|options| {
        options.out = Some(folder.clone());
        options.runtime = (!is_plain).then_some(RuntimeFrom::Registry);
    });
    assert_eq!(made.unwrap().0, Exit::Success);
    join(&folder);
    if let Some(wire) = fixture["wire"].as_str() {
        let library = name.replace('-', "_");
        let client = if is_plain { PLAIN_CLIENT } else { CLIENT };
        let test = format!(
            "#![allow(dead_code, unused_imports)]\nuse {library}::*;\n{SERVER}\n{client}\n{wire}"
        );
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
    // All share the sources of this repository.
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
    let from = format!("openapi-client-runtime = {{ version = {:?}", env!("CARGO_PKG_VERSION"));
    let alone = alone.replace(&from, &format!("openapi-client-runtime = {{ path = {runtime:?}"));
    fs::write(manifest, format!("{}\n", alone.trim_end())).unwrap();
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
        let made = spec.codegen(|options| {
            options.out = Some(folder.clone());
            options.runtime = Some(RuntimeFrom::Registry);
        });
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
        let outcome = spec.codegen(|options| {
            options.out = Some(made.clone());
            options.runtime = Some(RuntimeFrom::Registry);
        });
        assert_eq!(outcome.unwrap().0, Exit::Success);
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
    let wanted = std::env::var("FIXTURES").unwrap_or_default();
    let mut all = fixtures("generate");
    all.retain(|file| wanted.split(',').any(|wanted| stem(file).contains(wanted)));
    let mut names: Vec<_> = all.iter().map(|file| scaffold(&workspace, file)).collect();
    if wanted.is_empty() {
        assert!(names.len() > 20);
        names.extend(["normalize", "lower"].map(|stage| group(&workspace, stage)));
    }
    write_workspace(&workspace, &names);
    let out = test(&workspace, &["--workspace", "--no-fail-fast", "--features", "mock"]);
    let wire =
        all.iter().filter(|file| fs::read_to_string(file).unwrap().contains("\nwire:")).count();
    let ran = out.lines().filter(|line| line.starts_with("test result: ok."));
    let ran = ran.filter(|line| !line.contains(" 0 passed")).count();
    assert!(ran >= wire, "{out}");
}

fn write_workspace(workspace: &Path, names: &[String]) {
    let members = names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n");
    fs::write(workspace.join("Cargo.toml"), manifest).unwrap();
}

#[test]
#[ignore = "compiles two crates"]
fn one_more_field_value_and_parameter_break_no_caller() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth");
    let _ = fs::remove_dir_all(&workspace);
    write_workspace(&workspace, &growing(&workspace));
    let out = test(&workspace, &["--workspace", "--test", "caller"]);
    let passed = out.lines().filter(|line| line.starts_with("test result: ok."));
    let passed = passed.filter(|line| !line.contains(" 0 passed")).count();
    assert_eq!(passed, 2, "{out}");
}

/// The tests in a folder.
fn tests(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["test", "--quiet"])
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffolded-target"))
        .env("RUSTFLAGS", "-D warnings")
        // Half of the time is the linker's, with what only a debugger reads.
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    command
}

/// Runs the tests in a folder; what they print.
fn test(folder: &Path, arguments: &[&str]) -> String {
    let run = tests(folder, arguments).output().unwrap();
    let (out, errors) =
        (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{out}\n{errors}");
    out.into_owned()
}

/// What the table of faults needs besides the crate.
const TOOLS: &str = r#"
flate2 = "1"
reqwest = { version = "0.13", default-features = false, features = ["gzip"] }
tokio = { version = "1", features = ["io-util", "macros", "net", "rt-multi-thread"] }
tracing = "0.1"
tracing-log = "0.2"
tracing-subscriber = { version = "0.3", default-features = false, features = ["fmt"] }

[workspace]
"#;

/// The spec folder of another vendor, and a crate that is made of it.
fn parcels() -> (Spec, PathBuf) {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/document.yaml");
    let spec = Spec::of(&fs::read_to_string(document).unwrap());
    let made = spec.path("parcels");
    spec.codegen(|options| options.out = Some(made.clone())).unwrap();
    (spec, made)
}

#[test]
#[ignore = "compiles a crate"]
fn the_table_of_faults_holds_for_another_vendor() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (_spec, made) = parcels();
    // Elsewhere, there is nothing but the folder.
    let elsewhere = tempfile::tempdir().unwrap();
    let folder = elsewhere.path().join("parcels");
    fs::rename(&made, &folder).or_else(|_| copy(&made, &folder)).unwrap();
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let (alone, _) = manifest.split_once("tokio = {").unwrap();
    fs::write(folder.join("Cargo.toml"), format!("{alone}{TOOLS}")).unwrap();
    let table = here.join("../tests/faults");
    let faults = folder.join("tests/faults");
    copy(&table, &faults).unwrap();
    fs::copy(here.join("tests/faults/subject.rs"), faults.join("subject.rs")).unwrap();
    let server = here.join("../runtime/tests/common/server.rs");
    fs::copy(server, faults.join("server.rs")).unwrap();
    let main = fs::read_to_string(faults.join("main.rs")).unwrap();
    let main = main.replace("../../runtime/tests/common/server.rs", "server.rs");
    fs::write(faults.join("main.rs"), main).unwrap();
    let out = test(&folder, &["--test", "faults"]);
    let rows =
        out.lines().find_map(|line| line.strip_prefix("running ")?.split(' ').next()?.parse().ok());
    assert!(rows.is_some_and(|rows: usize| rows > 60), "{out}");
}

/// A field that nobody describes is valid, and no type has it.
#[test]
#[ignore = "compiles a crate"]
fn recorded_calls_go_through_the_client() {
    let (spec, made) = parcels();
    let call = |response: &Value| {
        let order = json!({ "receiver": "Zaphod", "street": "Trillian", "wanted": "1942-04-02" });
        json!({
            "request": {
                "method": "PUT", "url": "https://parcels.example/v1/parcels/7",
                "postData": { "mimeType": "application/json", "text": order.to_string() },
            },
            "response": { "status": 200, "content": { "text": response.to_string() } },
        })
    };
    let answer =
        json!({ "id": "zip-9", "receiver": "Zaphod", "wanted": "1942-04-02", "stops": [] });
    let mut more = answer.clone();
    more["mood"] = json!("Marvin");
    let run = |answer: &Value| {
        let har = json!({ "log": { "entries": [call(answer)] } });
        let file = spec.write("calls.har", har.to_string());
        let mut command = tests(&made, &["--test", "oracle", "--", "--nocapture"]);
        let run = command.env("ORACLE_TRAFFIC", file).output().unwrap();
        let text = [run.stdout, run.stderr].map(|it| String::from_utf8_lossy(&it).into_owned());
        (run.status.success(), text.concat())
    };
    let (survives, text) = run(&answer);
    assert!(survives && text.contains("oracle: 2 recorded bodies went through"), "{text}");
    let (survives, text) = run(&more);
    assert!(!survives && text.contains("does not survive the client at /mood"), "{text}");
    assert!(!text.contains("Marvin") && !text.contains("Zaphod"), "{text}");
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => drop(fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}
