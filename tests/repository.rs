//! Rules of this repository that a machine can keep. Each says why it is there.

use std::fs;
use std::path::{Path, PathBuf};

use manis_codegen::command;
use manis_codegen::progress::Progress;

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A snapshot whose test is gone is never compared, and still read in review as if it were true.
#[test]
fn every_snapshot_has_a_test() {
    let snapshots = files("tests", ".snap").into_iter();
    let snapshots: Vec<_> = snapshots.chain(files("codegen/tests", ".snap")).collect();
    assert!(snapshots.len() >= 4, "the snapshots have moved: {snapshots:?}");
    for snapshot in snapshots {
        let name = snapshot.file_stem().unwrap().to_string_lossy().into_owned();
        let (module, name) = name.rsplit_once("__").unwrap_or_else(|| panic!("{name}"));
        let module = module.rsplit("__").next().unwrap_or(module);
        let source = snapshot.parent().unwrap().with_file_name(format!("{module}.rs"));
        let source = fs::read_to_string(&source).unwrap_or_default();
        // Named in the macro, or by the test's own name.
        let named =
            source.contains(&format!("{name:?}")) || source.contains(&format!("fn {name}("));
        assert!(named, "{} has no test", snapshot.display());
    }
}

/// A file that fits in a reader's head; what is generated is not read.
#[test]
fn no_source_file_is_longer_than_500_lines() {
    for folder in ["src", "codegen/src", "runtime", "xtask/src", "tests"] {
        for file in files(folder, ".rs") {
            let text = fs::read_to_string(&file).unwrap();
            if !text.starts_with("// @generated") {
                let lines = text.lines().count();
                assert!(lines <= 500, "{} has {lines} lines", file.display());
            }
        }
    }
}

/// Corrections belong into the overlay, where they have evidence and are reported once obsolete.
#[test]
fn what_is_vendored_is_untouched() {
    let pages = manis_codegen::vendor::load(Path::new("spec")).unwrap();
    for page in pages {
        assert!(!page.provenance.sha256.document.is_empty(), "{} has no provenance", page.slug);
        assert!(page.edited().is_empty(), "{:?} was edited", page.edited());
    }
}

/// The pipeline is for any vendor: what is true of one API alone is data under `spec/`.
#[test]
fn neither_the_pipeline_nor_the_runtime_knows_manis() {
    let sources = ["codegen/src", "runtime/src", "runtime/tests", "xtask/src"];
    let texts = ["runtime/Cargo.toml", "runtime/README.md"].map(PathBuf::from);
    for file in sources.iter().flat_map(|folder| files(folder, ".rs")).chain(texts) {
        let text = fs::read_to_string(&file).unwrap().replace("manis-codegen", "");
        // Where all of it is kept.
        let text = text.replace("github.com/manis-rs/manis", "");
        let text = text.replace("manis_codegen", "").to_lowercase();
        for word in ["manis", "finmo", "nium"] {
            assert!(!text.contains(word), "{} mentions {word}", file.display());
        }
    }
}

/// What is kept beside a page is what the page says, read anew.
#[test]
fn what_is_extracted_is_what_the_page_says() {
    let read = |folder: &Path| {
        let files = files(folder.join("upstream").to_str().unwrap(), "").into_iter();
        files
            .map(|file| (file.file_name().unwrap().to_owned(), fs::read(file).unwrap()))
            .collect::<Vec<_>>()
    };
    let pages = manis_codegen::vendor::load(Path::new("spec")).unwrap();
    let anew = tempfile::tempdir().unwrap();
    for page in pages {
        let day = page.provenance.retrieved.as_ref().unwrap().parse().unwrap();
        let (inputs, progress) = ([page.page_file()], Progress::default());
        command::vendor(anew.path(), &inputs, Some(day), &progress, &mut Vec::new()).unwrap();
    }
    assert!(read(Path::new("spec")) == read(anew.path()), "vendor the pages again");
}

/// What a generated crate exports of the runtime is what this one does.
#[test]
fn generated_crates_export_the_same_of_the_runtime() {
    let exported = |file: &str| {
        let text = fs::read_to_string(file).unwrap();
        let (_, list) = text.split_once("pub use openapi_client_runtime::{").unwrap();
        list.split_once("};").unwrap().0.to_owned()
    };
    assert_eq!(exported("src/lib.rs"), exported("codegen/src/scaffold/emitted/lib.txt"));
}
