//! What was there before a command and is not its own to replace.

mod common;

use common::spec::{DOCUMENT, Spec};
use manis_codegen::error::Problem;

#[track_caller]
fn assert_occupied(error: &manis_codegen::Error, file: &std::path::Path) {
    assert!(matches!(*error.problem, Problem::Occupied { .. }), "{error}");
    assert_eq!(error.place.file.as_deref(), Some(file));
}

#[test]
fn a_crate_of_somebody_is_not_replaced() {
    let spec = Spec::of(DOCUMENT);
    let manifest = spec.write("own/Cargo.toml", "[package]\nname = \"own\"\n");
    spec.write("own/src/lib.rs", "fn own() {}\n");
    let error = spec.refused(|spec| spec.codegen(|options| options.out = Some(spec.path("own"))));
    assert_occupied(&error, &manifest);
}

#[test]
fn a_source_of_somebody_is_not_replaced() {
    let spec = Spec::of(DOCUMENT);
    let library = spec.write("own/src/lib.rs", "fn own() {}\n");
    let error = spec.refused(|spec| spec.codegen(|options| options.out = Some(spec.path("own"))));
    assert_occupied(&error, &library);
}

#[test]
fn a_folder_with_other_files_takes_a_crate() {
    let spec = Spec::of(DOCUMENT);
    spec.write("own/README.md", "mine\n");
    spec.codegen(|options| options.out = Some(spec.path("own"))).unwrap();
    assert_eq!(spec.read("own/README.md"), "mine\n");
}

/// A crate that was written is written again, whatever was edited in it.
#[test]
fn a_crate_that_was_written_before_is_brought_up_to_date() {
    let spec = Spec::of(DOCUMENT);
    let make = || spec.codegen(|options| options.out = Some(spec.path("new"))).unwrap();
    make();
    let made = spec.read("new/src/lib.rs");
    spec.write("new/src/lib.rs", "fn own() {}\n");
    make();
    assert_eq!(spec.read("new/src/lib.rs"), made);
}

/// The crate may be around its own spec folder.
#[test]
fn a_crate_around_its_spec_folder() {
    let spec = Spec::of(DOCUMENT);
    spec.write("spec/openapi.yaml", "# made before\n");
    spec.codegen(|options| options.out = Some(spec.path(""))).unwrap();
    assert!(spec.read("Cargo.toml").starts_with("# @generated"));
}

#[test]
fn a_report_replaces_no_input() {
    for name in ["spec/upstream/pets.yaml", "spec/upstream/new.json", "spec/overlay.yaml"] {
        let spec = Spec::of(DOCUMENT);
        let file = spec.path(name);
        let error = spec.refused(|spec| spec.codegen(|it| it.report = Some(spec.path(name))));
        assert_occupied(&error, &file);
    }
}

/// A run that fails writes its report as well.
#[test]
fn a_report_of_a_run_that_fails_replaces_no_input() {
    let spec = Spec::of(DOCUMENT);
    let overlay = spec.write("spec/overlay.yaml", "mine: [\n");
    let error = spec.refused(|spec| spec.codegen(|it| it.report = Some(overlay.clone())));
    assert_occupied(&error, &overlay);
}

#[test]
fn a_report_is_none_of_the_files_that_are_generated() {
    let spec = Spec::of(DOCUMENT);
    let file = spec.path("src/generated.rs");
    let error =
        spec.refused(|spec| spec.codegen(|it| it.report = Some(spec.path("src/generated.rs"))));
    assert_occupied(&error, &file);
}

/// They would be documents of the vendor's in the next run.
#[test]
fn stages_are_not_emitted_among_the_vendored_documents() {
    let spec = Spec::of(DOCUMENT);
    let folder = spec.path("spec/../spec/upstream");
    let error = spec.refused(|_| spec.codegen(|options| options.emit = Some(folder.clone())));
    assert_occupied(&error, &folder);
}
