//! The vendor changes eight things at once (`walk/changes.diff`), and two that corrections would hide
//! (`walk/hidden.diff`): what a maintainer reads then. The README shows these outputs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use manis_codegen::command::{self, Codegen, DriftOptions, Exit, Old};
use manis_codegen::drift::Format;
use manis_codegen::progress::Progress;

/// The page before and after, and the corrections of that time.
const BEFORE: &str = include_str!("walk/before.md");
const CHANGES: &str = include_str!("walk/changes.diff");
const HIDDEN: &str = include_str!("walk/hidden.diff");
const CORRECTIONS: [(&str, &str); 3] = [
    ("overlay.yaml", include_str!("walk/spec/overlay.yaml")),
    ("audit.yaml", include_str!("walk/spec/audit.yaml")),
    ("generate.yaml", include_str!("walk/spec/generate.yaml")),
];

/// What each command printed, and how it ended.
struct Walk {
    vendor: (Exit, String),
    codegen: (Exit, String),
    audit: (Exit, String),
    drift: (Exit, String),
}

static WALK: LazyLock<Walk> = LazyLock::new(|| {
    let repository = Repository::before();
    let page = repository.page(&after(CHANGES));
    Walk {
        vendor: repository
            .run(|spec, out| command::vendor(spec, &[page], None, &Progress::default(), out)),
        codegen: repository.codegen(),
        audit: repository.run(|spec, out| command::audit(spec, Format::Text, out)),
        drift: repository.run(|spec, out| {
            let old = Old::Revision { spec: spec.to_owned(), revision: "HEAD".to_owned() };
            let new = spec.to_owned();
            command::drift(&DriftOptions { old, new, format: Format::Text }, out)
        }),
    }
});

/// What codegen and overlay say of a path that was renamed, and of a value under a correction.
static COVERED: LazyLock<[String; 4]> = LazyLock::new(|| {
    let repository = Repository::before();
    let page = repository.page(&after(HIDDEN));
    repository.run(|spec, out| command::vendor(spec, &[page], None, &Progress::default(), out));
    let retarget =
        |old: &str, new: &str| repository.run(|spec, out| command::retarget(spec, old, new, out)).1;
    let (stopped, codegen) = repository.codegen();
    assert_eq!(stopped, Exit::BadInput);
    let path = retarget("customerId", "id");
    let components = retarget("CustomersCustomerIdPut", "CustomersIdPut");
    let (exit, overlay) = repository.run(|spec, out| command::overlay(spec, false, out));
    assert_eq!(exit, Exit::Findings);
    [codegen, path, components, overlay]
});

fn after(changes: &str) -> String {
    diffy::apply(BEFORE, &diffy::Patch::from_str(changes).unwrap()).unwrap()
}

/// A repository with nothing but `spec/`, as it was committed before the vendor's change.
struct Repository(tempfile::TempDir);

impl Repository {
    fn before() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        fs::create_dir(repository.spec()).unwrap();
        for (name, text) in CORRECTIONS {
            fs::write(repository.spec().join(name), text).unwrap();
        }
        let page = repository.page(BEFORE);
        let (exit, _) = repository
            .run(|spec, out| command::vendor(spec, &[page], None, &Progress::default(), out));
        assert_eq!(exit, Exit::Success);
        assert_eq!(repository.codegen().0, Exit::Success);
        repository.git(&["init", "-q"]);
        repository.git(&["add", "."]);
        repository.git(&["commit", "-q", "-m", "As it was"]);
        repository
    }

    fn spec(&self) -> PathBuf {
        self.0.path().join("spec")
    }

    fn page(&self, text: &str) -> PathBuf {
        let file = self.0.path().join("update-customer-info.md");
        fs::write(&file, text).unwrap();
        file
    }

    fn codegen(&self) -> (Exit, String) {
        self.run(|spec, out| {
            let options = Codegen { spec: spec.to_owned(), ..Codegen::default() };
            command::codegen(&options, out)
        })
    }

    fn run(
        &self,
        command: impl FnOnce(&Path, &mut dyn std::io::Write) -> manis_codegen::Result<Exit>,
    ) -> (Exit, String) {
        let mut out = Vec::new();
        let exit = command(&self.spec(), &mut out);
        let mut text = String::from_utf8(out).unwrap();
        let exit = exit.unwrap_or_else(|error| {
            text += &format!("error: {error}\n");
            Exit::BadInput
        });
        let text = text.replace(&format!("{}/", self.0.path().display()), "");
        (exit, anstream::adapter::strip_str(&text).to_string())
    }

    fn git(&self, arguments: &[&str]) {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
        let mut git = Command::new("git");
        let run = git.arg("-C").arg(self.0.path()).args(identity).args(arguments).output();
        assert!(run.unwrap().status.success());
    }
}

/// The end of a long output, from a line on.
fn from<'t>(text: &'t str, start: &str) -> &'t str {
    &text[text.find(start).unwrap_or_else(|| panic!("no {start:?} in {text}"))..]
}

#[test]
fn the_page_is_vendored() {
    assert_eq!(WALK.vendor.0, Exit::Success);
    insta::assert_snapshot!("vendor", WALK.vendor.1);
}

#[test]
fn the_client_is_generated_and_the_verdict_is_printed() {
    assert_eq!(WALK.codegen.0, Exit::Success);
    insta::assert_snapshot!("codegen", from(&WALK.codegen.1, "154 patches"));
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
    let (exit, _) = Repository::before().run(|spec, out| command::audit(spec, Format::Text, out));
    assert_eq!(exit, Exit::Success);
}

/// What the README quotes is what the commands print: every line of its walk-through.
#[test]
fn the_readme_shows_these_outputs() {
    let readme = include_str!("../README.md");
    let walk = from(readme, "### The vendor changed their page");
    let walk = &walk[..walk.find("### Rooms").unwrap()];
    let walk_texts = [&WALK.vendor.1, &WALK.codegen.1, &WALK.audit.1, &WALK.drift.1];
    let printed = walk_texts.into_iter().chain(COVERED.iter());
    let printed: Vec<&str> = printed.flat_map(|text| text.lines()).map(str::trim).collect();
    let mut quoted = 0;
    for block in walk.split("```console\n").skip(1) {
        let lines = block[..block.find("```").unwrap()].lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty() && !line.starts_with(['$', '\u{2026}'])) {
            assert!(printed.contains(&line), "the README says {line:?}; printed is {printed:#?}");
            quoted += 1;
        }
    }
    assert!(quoted > 15, "the walk-through quotes {quoted} lines");
}
