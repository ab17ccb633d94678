//! The first program of the README, in a crate with the dependencies that are printed above it; and a program
//! that corrects the document on its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

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

/// Whether a crate with these dependencies and a program compiles.
fn check(root: &Path, dependencies: &str, program: &str) -> Result<(), String> {
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
    fs::write(crate_folder.join("src/main.rs"), program).unwrap();
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

/// Both tests write one crate.
static READER: Mutex<()> = Mutex::new(());

#[test]
#[ignore = "builds a crate with all its dependencies"]
fn first_program_compiles_with_the_dependencies_printed_above_it() {
    let _alone = READER.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    // What the other test may have left.
    let _ = fs::remove_dir_all(root.join("reader/.cargo"));
    let ways = dependencies();
    assert_eq!(ways.len(), 2);
    for way in ways {
        check(&root, &way, block("no_run")).unwrap_or_else(|errors| panic!("{way}\n{errors}"));
    }
}

/// An overlay of the program's own, which names a field that this crate does not know.
const OVERLAY: &str = "\
overlay: 1.1.0
info: { title: Our corrections, version: \"1\" }
actions:
  - target: $.paths['/api/v1/customers/{customerId}'].put.requestBody.content['application/json'].schema.properties
    description: Support told us that the API takes a nickname.
    update: { nickname: { type: string } }
    x-written-against: { absent: [nickname] }
";

const NICKNAMED: &str = "\
fn main() {
    let update = manis::types::CustomerUpdate::builder().nickname(\"Ada\".to_owned());
    assert!(manis::types::CustomerUpdate::try_from(update).is_err());
}
";

#[test]
#[ignore = "builds a crate with all its dependencies"]
fn an_overlay_of_the_program_is_applied_and_watched() {
    let _alone = READER.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let reader = root.join("reader");
    let way = dependencies().remove(0);
    let with = |overlay: &str| {
        fs::create_dir_all(reader.join(".cargo")).unwrap();
        let config = "[env]\nMANIS_OVERLAY = { value = \"manis-overlay.yaml\", relative = true }\n";
        fs::write(reader.join(".cargo/config.toml"), config).unwrap();
        fs::write(reader.join("manis-overlay.yaml"), overlay).unwrap();
        check(&root, &way, NICKNAMED)
    };
    with(OVERLAY).unwrap();
    // What is mended here is told to those who mended it there.
    let gone = with(&OVERLAY.replace("nickname", "firstName").replace("{ type: string }", "{}"));
    let error = gone.unwrap_err();
    assert!(error.contains("manis-overlay.yaml"), "{error}");
    with(OVERLAY).unwrap();
    fs::remove_dir_all(reader.join(".cargo")).unwrap();
    let error = check(&root, &way, NICKNAMED).unwrap_err();
    assert!(error.contains("nickname"), "{error}");
}
