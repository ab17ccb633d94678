//! Documents that are changed at random: the pipeline ends with a client or an error. `examples/mutate.rs` tries
//! more of them, on any documents.

#[path = "common/mutation.rs"]
mod mutation;

use std::fs;
use std::path::Path;
use std::time::Duration;

use manis_codegen::syntax::yaml;
use mutation::End;
use serde_json::Value;

/// Far more than any of them needs, on a machine with other things to do.
const TIME: Duration = Duration::from_secs(60);

/// The documents of one stage's cases, which have something of everything that the stage knows.
fn documents(stage: &str, field: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(stage);
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let cases = files.into_iter().map(|file| yaml::parse(&fs::read_to_string(file).unwrap()));
    let documents = cases.filter_map(|case| Some(case.unwrap().get(field)?.clone()));
    let documents: Vec<_> = documents.filter(|it| it.get("paths").is_some()).collect();
    assert!(documents.len() > 5, "{}", documents.len());
    documents
}

#[track_caller]
fn check(documents: &[Value], count: u64, through: fn(&Value, Duration) -> End) {
    let mut well = 0;
    for (seed, document) in (0..count).zip(documents.iter().cycle()) {
        let (mutant, changes) = mutation::mutate(document, seed);
        let end = through(&mutant, TIME);
        assert!(matches!(end, End::Well | End::Refused), "{end:?} of seed {seed}: {changes}");
        well += u64::from(end == End::Well);
    }
    // Most changes leave a document that says something else, and only that is tried further down.
    assert!(well > count / 4 && well < count, "{well} of {count}");
}

#[test]
fn mutants_through_everything_before_the_generator() {
    check(&documents("generate", "document"), 600, mutation::lower);
}

#[test]
fn mutants_as_two_pages_of_one_client() {
    check(&documents("generate", "document"), 300, mutation::merge);
}

#[test]
fn mutants_with_an_overlay() {
    check(&documents("generate", "document"), 300, mutation::overlay);
}

#[test]
fn mutants_through_everything() {
    check(&documents("generate", "document"), 100, mutation::refine);
}

#[test]
fn what_panics_or_hangs_is_told() {
    let panics = || -> Result<(), ()> { panic!("as a test has to see") };
    assert_eq!(mutation::run(TIME, panics), End::Panic);
    let hangs = || -> Result<(), ()> {
        std::thread::park_timeout(Duration::from_secs(2));
        Ok(())
    };
    assert_eq!(mutation::run(Duration::from_millis(1), hangs), End::Hang);
}
