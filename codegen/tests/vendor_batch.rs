//! Several files at once, some of which cannot be read.

mod common;

use std::path::PathBuf;

use common::spec::{DOCUMENT, Spec, page};
use manis_codegen::command::{self, Exit};
use manis_codegen::error::Problem;
use manis_codegen::progress::Progress;

/// A page that reads, one with YAML that does not parse, and one without a document.
fn inputs(spec: &Spec) -> [PathBuf; 3] {
    [
        spec.write("pets.md", page(DOCUMENT)),
        spec.write("cats.md", page("openapi: 3.1.0\npaths: [\n  /pets\ninfo: {}\n")),
        spec.write("dogs.md", "# Dogs\n"),
    ]
}

fn keep_going(spec: &Spec, inputs: &[PathBuf]) -> (Exit, String) {
    let mut out = Vec::new();
    let exit =
        command::vendor_keep_going(&spec.folder(), inputs, None, &Progress::default(), &mut out);
    let out = String::from_utf8(out).unwrap();
    (exit.unwrap(), out.replace(&format!("{}/", spec.path("").display()), ""))
}

#[test]
fn every_refused_page_is_reported_with_line_and_reason() {
    let spec = Spec::empty();
    let [pets, cats, dogs] = inputs(&spec);
    let error = spec.refused(|spec| spec.vendor(&[&pets, &cats, &dogs]));
    let Problem::Refused { refused } = &*error.problem else { panic!("{error}") };
    let places: Vec<_> =
        refused.iter().map(|error| (error.place.file.clone(), error.place.line)).collect();
    assert_eq!(places, [(Some(cats), Some(11)), (Some(dogs), Some(1))]);
    let printed = error.to_string();
    assert!(printed.contains("cats.md:11: does not parse: illegal placement"), "{printed}");
    assert!(printed.contains("dogs.md:1: the page has no fenced"), "{printed}");
}

#[test]
fn a_file_that_is_not_there_hides_no_other() {
    let spec = Spec::empty();
    let [_, cats, _] = inputs(&spec);
    let error = spec.refused(|spec| spec.vendor(&[&spec.path("none.md"), &cats]));
    let printed = error.to_string();
    assert!(
        printed.contains("none.md: cannot read") && printed.contains("cats.md:11"),
        "{printed}"
    );
}

#[test]
fn keep_going_writes_what_was_read_and_prints_the_refused() {
    let spec = Spec::empty();
    let (exit, printed) = keep_going(&spec, &inputs(&spec));
    assert_eq!(exit, Exit::Findings);
    assert!(printed.contains("cats.md:11: does not parse"), "{printed}");
    assert!(printed.contains("dogs.md:1: the page has no fenced"), "{printed}");
    assert!(printed.contains("spec/upstream/pets.yaml"), "{printed}");
    let written = spec.names("spec/upstream/");
    assert!(written.contains(&"pets.yaml".to_owned()));
    assert!(written.iter().all(|name| name.starts_with("pets.")), "{written:?}");
}

#[test]
fn keep_going_is_a_success_where_nothing_is_refused() {
    let spec = Spec::empty();
    let [pets, ..] = inputs(&spec);
    assert_eq!(keep_going(&spec, &[pets]).0, Exit::Success);
}

#[test]
fn keep_going_keeps_the_first_of_two_with_one_name() {
    let spec = Spec::empty();
    let first = spec.write("a/pets.md", page(DOCUMENT));
    let second = spec.write("b/pets.yaml", DOCUMENT.replace("Pets", "Others"));
    let (exit, printed) = keep_going(&spec, &[first, second]);
    assert_eq!(exit, Exit::Findings);
    assert!(printed.contains("would both become `pets`"), "{printed}");
    assert_eq!(spec.read("spec/upstream/pets.yaml"), DOCUMENT);
}
