//! Every fixture of `fixtures/generate` as a crate of its own: it compiles without a warning, and
//! its `wire` tests pass against a server on loopback. All of them are one workspace, so that their
//! dependencies are compiled once. It takes minutes, so it runs where it is asked for:
//! `cargo test --package manis-codegen --test scaffolded -- --ignored`.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::spec::Spec;
use manis_codegen::command::Exit;
use manis_codegen::yaml;

/// What the tests of every fixture share.
const SERVER: &str = include_str!("common/server.rs.txt");

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/generate");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

/// Writes the crate of a fixture; its name.
fn scaffold(workspace: &Path, fixture: &Path) -> String {
    let name = fixture.file_stem().unwrap().to_str().unwrap().to_owned();
    let fixture = yaml::parse(&fs::read_to_string(fixture).unwrap()).unwrap();
    let spec = Spec::of(&yaml::print(&fixture["document"]));
    let folder = workspace.join(&name);
    let (exit, _) = spec.codegen(|options| options.out = Some(folder.clone())).unwrap();
    assert_eq!(exit, Exit::Success);
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let alone = text.split("# Not part of").next().unwrap();
    let tools =
        "futures-util = { version = \"0.3\", default-features = false, features = [\"std\"] }\n";
    fs::write(manifest, format!("{}\n{tools}", alone.trim_end())).unwrap();
    if let Some(wire) = fixture["wire"].as_str() {
        let library = name.replace('-', "_");
        let test =
            format!("#![allow(dead_code, unused_imports)]\nuse {library}::*;\n{SERVER}\n{wire}");
        fs::create_dir_all(folder.join("tests")).unwrap();
        fs::write(folder.join("tests/wire.rs"), test).unwrap();
    }
    name
}

#[test]
#[ignore = "compiles a crate a fixture"]
fn every_fixture_compiles_and_behaves() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffolded");
    // Crates of fixtures that are gone.
    let _ = fs::remove_dir_all(&workspace);
    let names: Vec<_> = fixtures().iter().map(|file| scaffold(&workspace, file)).collect();
    assert!(names.len() > 20);
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
    let wire = fixtures()
        .iter()
        .filter(|file| fs::read_to_string(file).unwrap().contains("\nwire:"))
        .count();
    let ran = out.lines().filter(|line| line.starts_with("test result: ok."));
    let ran = ran.filter(|line| !line.contains(" 0 passed")).count();
    assert!(ran >= wire, "{out}");
}
