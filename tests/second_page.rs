//! A page that is added is tested without a line of Rust: a copy of this crate with more pages, whose generated
//! tests are compiled and run. It takes minutes, so it runs where it is asked for:
//! `cargo test --package manis --test second_page -- --ignored`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use manis_codegen::command::{self, Codegen};
use manis_codegen::progress::Progress;

/// Pages that are ours, of an API that is none.
const PAGES: [&str; 3] = ["create-order.md", "show-order.md", "cancel-order.md"];

/// What the crate and its generated tests are made of.
const COPIED: [&str; 7] =
    ["Cargo.lock", "README.md", "docs", "runtime", "spec", "src", "tests/documented.rs"];

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

/// A copy of the crate that builds what is committed: without the pipeline, which has made it.
fn copy_of_the_crate() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("second-page/crate");
    let _ = fs::remove_dir_all(&folder);
    for name in COPIED {
        copy(&here.join(name), &folder.join(name));
    }
    let manifest = fs::read_to_string(here.join("Cargo.toml")).unwrap();
    let is_kept = |line: &&str| !line.contains("manis-codegen") && !line.starts_with("members");
    let lines = manifest.lines().filter(is_kept).map(|line| format!("{line}\n"));
    let manifest = lines.collect::<String>().replace("default = [\"codegen\", ", "default = [");
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    folder
}

/// Adds the pages as a maintainer does.
fn add_pages(folder: &Path) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("codegen/tests/fixtures/example-pages");
    let pages = PAGES.map(|page| here.join(page));
    let (spec, progress, mut out) = (folder.join("spec"), Progress::default(), Vec::new());
    command::vendor(&spec, &pages, None, &progress, &mut out).unwrap();
    command::codegen(&Codegen { spec, ..Codegen::default() }, &mut out).unwrap();
}

/// The output of the generated tests, and whether they all pass.
fn run(folder: &Path) -> (bool, String) {
    let run = Command::new(env!("CARGO"))
        .args(["test", "--test", "documented"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.with_file_name("target"))
        .output()
        .unwrap();
    let text = [run.stdout, run.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (run.status.success(), text.concat())
}

#[test]
#[ignore = "builds a copy of the crate with its dependencies"]
fn a_second_page_is_tested_and_a_wrong_example_fails() {
    let folder = copy_of_the_crate();
    add_pages(&folder);
    let (passes, text) = run(&folder);
    assert!(passes, "{text}");
    for test in [
        "update_customer_info_response_200_1_is_mocked ... ok",
        "create_order_request_2_is_sent ... ok",
        "create_order_response_422_1_is_received ... ok",
        "create_order_response_422_1_is_mocked ... ok",
        "show_order_response_200_1_is_received ... ok",
        "cancel_order_has_no_usable_example ... ignored, cancel-order",
    ] {
        assert!(text.contains(&format!("test generated::{test}")), "{test}\n{text}");
    }
    let file = folder.join("tests/generated/mod.rs");
    let tests = fs::read_to_string(&file).unwrap();
    let wrong = tests.replacen("\"reason\": \"sold out\"", "\"reasons\": \"sold out\"", 1);
    assert_ne!(wrong, tests);
    fs::write(&file, wrong).unwrap();
    let (passes, text) = run(&folder);
    assert!(!passes, "{text}");
    for test in ["create_order_response_422_1", "create_order_response_422_1_is_received"] {
        assert!(text.contains(&format!("test generated::{test} ... FAILED")), "{test}\n{text}");
    }
}
