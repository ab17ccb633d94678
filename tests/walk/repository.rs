//! A repository with nothing but `spec/`, in which commands are run as a maintainer types them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use manis_codegen::command::{self, Codegen, DriftOptions, Exit, Old};
use manis_codegen::drift::Format;
use manis_codegen::progress::Progress;

/// The page as it was, and the corrections of that time.
pub const BEFORE: &str = include_str!("before.md");
const CORRECTIONS: [(&str, &str); 3] = [
    ("overlay.yaml", include_str!("spec/overlay.yaml")),
    ("audit.yaml", include_str!("spec/audit.yaml")),
    ("generate.yaml", include_str!("spec/generate.yaml")),
];

/// How a command ended, and what it printed.
pub type Printed = (Exit, String);

/// A repository with nothing but `spec/`, as it was committed before the vendor's change.
pub struct Repository(tempfile::TempDir);

impl Repository {
    /// The repository before anything changed.
    pub fn before() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        fs::create_dir(repository.spec()).unwrap();
        for (name, text) in CORRECTIONS {
            fs::write(repository.spec().join(name), text).unwrap();
        }
        let page = repository.page(BEFORE);
        let (exit, _) = repository.vendor(&[page]);
        assert_eq!(exit, Exit::Success);
        assert_eq!(repository.codegen().0, Exit::Success);
        repository.git(&["init", "-q"]);
        repository.git(&["add", "."]);
        repository.git(&["commit", "-q", "-m", "As it was"]);
        repository
    }

    pub fn spec(&self) -> PathBuf {
        self.0.path().join("spec")
    }

    pub fn page(&self, text: &str) -> PathBuf {
        let file = self.0.path().join("update-customer-info.md");
        fs::write(&file, text).unwrap();
        file
    }

    pub fn codegen(&self) -> (Exit, String) {
        self.run(|spec, out| {
            let options = Codegen { spec: spec.to_owned(), ..Codegen::default() };
            command::codegen(&options, out)
        })
    }

    pub fn run(
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

    pub fn git(&self, arguments: &[&str]) {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
        let mut git = Command::new("git");
        let run = git.arg("-C").arg(self.0.path()).args(identity).args(arguments).output();
        assert!(run.unwrap().status.success());
    }

    /// Vendors pages.
    pub fn vendor(&self, pages: &[PathBuf]) -> Printed {
        self.run(|spec, out| command::vendor(spec, pages, None, &Progress::default(), out))
    }

    /// Compares with the last commit.
    pub fn drift(&self) -> Printed {
        self.run(|spec, out| {
            let old = Old::Revision { spec: spec.to_owned(), revision: "HEAD".to_owned() };
            let new = spec.to_owned();
            command::drift(&DriftOptions { old, new, format: Format::Text, accept: None }, out)
        })
    }

    pub fn audit(&self) -> Printed {
        self.run(|spec, out| command::audit(spec, &[], Format::Text, out))
    }
}

/// The end of a long output, from a line on.
pub fn from<'t>(text: &'t str, start: &str) -> &'t str {
    &text[text.find(start).unwrap_or_else(|| panic!("no {start:?} in {text}"))..]
}

/// The end of a long output, from the line on that has these words.
pub fn from_line<'t>(text: &'t str, words: &str) -> &'t str {
    let line = text.lines().find(|line| line.contains(words));
    from(text, line.unwrap_or_else(|| panic!("no {words:?} in {text}")))
}
