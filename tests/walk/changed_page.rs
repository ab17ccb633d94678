//! The vendor changes eight things at once (`changes.diff`), and two that corrections would hide (`hidden.diff`).

use std::sync::LazyLock;

use manis_codegen::command::{self, Exit};

use crate::repository::{BEFORE, Printed, Repository, from, from_line};

const CHANGES: &str = include_str!("changes.diff");
const HIDDEN: &str = include_str!("hidden.diff");

/// What each command printed, and how it ended.
pub struct Walk {
    pub vendor: Printed,
    pub codegen: Printed,
    pub audit: Printed,
    pub drift: Printed,
}

pub static WALK: LazyLock<Walk> = LazyLock::new(|| {
    let repository = Repository::before();
    let page = repository.page(&after(CHANGES));
    Walk {
        vendor: repository.vendor(&[page]),
        codegen: repository.codegen(),
        audit: repository.audit(),
        drift: repository.drift(),
    }
});

/// What codegen and overlay say of a path that was renamed, and of a value under a correction.
pub static COVERED: LazyLock<[String; 3]> = LazyLock::new(|| {
    let repository = Repository::before();
    let page = repository.page(&after(HIDDEN));
    repository.vendor(&[page]);
    let retarget =
        |old: &str, new: &str| repository.run(|spec, out| command::retarget(spec, old, new, out)).1;
    let (stopped, codegen) = repository.codegen();
    assert_eq!(stopped, Exit::BadInput);
    let path = retarget("customerId", "id");
    let (exit, overlay) = repository.run(|spec, out| command::overlay(spec, false, out));
    assert_eq!(exit, Exit::Findings);
    [codegen, path, overlay]
});

fn after(changes: &str) -> String {
    diffy::apply(BEFORE, &diffy::Patch::from_str(changes).unwrap()).unwrap()
}

#[test]
fn the_page_is_vendored() {
    assert_eq!(WALK.vendor.0, Exit::Success);
    insta::assert_snapshot!("vendor", WALK.vendor.1);
}

#[test]
fn the_client_is_generated_and_the_verdict_is_printed() {
    assert_eq!(WALK.codegen.0, Exit::Success);
    insta::assert_snapshot!("codegen", from_line(&WALK.codegen.1, " operations generated"));
}

#[test]
fn the_audit_names_what_the_corrections_do_not_cover() {
    assert_eq!(WALK.audit.0, Exit::Findings);
    insta::assert_snapshot!("audit", from(&WALK.audit.1, "not explained"));
}

#[test]
fn the_drift_is_shown_with_its_verdict() {
    assert_eq!(WALK.drift.0, Exit::Findings);
    insta::assert_snapshot!("drift", WALK.drift.1);
}

#[test]
fn a_renamed_path_and_a_change_under_a_correction_stop_codegen() {
    insta::assert_snapshot!("covered", COVERED.join("\n"));
}

#[test]
fn before_the_change_everything_is_explained() {
    assert_eq!(Repository::before().audit().0, Exit::Success);
}
