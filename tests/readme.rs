//! The first program of the README, in a crate with the dependencies that are printed above it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const README: &str = include_str!("../README.md");

/// The first fenced block of a kind.
fn block(kind: &str) -> &'static str {
    let (_, rest) = README.split_once(&format!("```{kind}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

/// Every way to depend on this crate that the README prints, with the lines that all need.
fn dependencies() -> Vec<String> {
    let lines: Vec<_> = block("toml").lines().collect();
    let is_way = |line: &&&str| line.trim_start_matches("# ").starts_with("manis = ");
    let others: String = lines
        .iter()
        .filter(|line| !line.starts_with('#') && !is_way(line))
        .map(|line| format!("{line}\n"))
        .collect();
    let ways = lines.iter().filter(is_way);
    ways.map(|way| format!("{others}{}\n", way.trim_start_matches("# "))).collect()
}

/// Whether a crate with these dependencies and the README's program compiles.
fn check(root: &Path, dependencies: &str) -> Result<(), String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let patch = |name: &str, path: PathBuf| format!("{name} = {{ path = {path:?} }}\n");
    let manifest = format!(
        "[package]\nname = \"reader\"\nedition = \"2024\"\n\n{dependencies}\n[workspace]\n\n\
         [patch.crates-io]\n{}{}{}",
        patch("manis", here.to_owned()),
        patch("manis-codegen", here.join("codegen")),
        patch("openapi-client-runtime", here.join("runtime")),
    );
    let crate_folder = root.join("reader");
    fs::create_dir_all(crate_folder.join("src")).unwrap();
    fs::write(crate_folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(crate_folder.join("src/main.rs"), block("no_run")).unwrap();
    // The versions that this repository is tested with.
    fs::copy(here.join("Cargo.lock"), crate_folder.join("Cargo.lock")).unwrap();
    let run = Command::new(env!("CARGO"))
        .args(["check", "--quiet"])
        .current_dir(&crate_folder)
        .env("CARGO_TARGET_DIR", root.join("target"))
        .output()
        .unwrap();
    match run.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&run.stderr).into_owned()),
    }
}

#[test]
#[ignore = "builds a crate with all its dependencies"]
fn first_program_compiles_with_the_dependencies_printed_above_it() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let ways = dependencies();
    assert_eq!(ways.len(), 2);
    for way in ways {
        check(&root, &way).unwrap_or_else(|errors| panic!("{way}\n{errors}"));
    }
}
