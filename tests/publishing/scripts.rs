//! The shell parts of the workflow that vendors again, in a repository of their own, with what they call from
//! outside in the hands of the test.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::common::text;

/// A repository with one vendored page and an origin.
struct Repository {
    folder: TempDir,
}

/// Puts the page where the caller wants it; `CURL` says what it is, or that there is none.
const CURL: &str = r#"
printf '%s\n' "$*" >> "$LOG"
[ -n "${CURL-}" ] || exit 22
while [ "$1" != --output ]; do shift; done
printf '%s\n' "$CURL" > "$2"
"#;

/// `vendor` copies the page and the day, `codegen` makes a file of it or fails, `drift` reports.
const CARGO: &str = r#"
shift
case $1 in
    vendor) cp "$2" spec/upstream/; printf '{\n  "reference": "https://docs.example/a",\n  "retrieved": "today"\n}\n' > spec/upstream/a.provenance.json ;;
    codegen) [ -z "${BROKEN-}" ] || { echo "~~~ $BROKEN"; exit 1; }; sha256sum spec/upstream/a.md > src/generated.rs ;;
    drift) echo "minor: one field" ;;
esac
"#;

/// Keeps what it is asked; `GH` is what it lists.
const GH: &str = r#"
printf '%s\n' "$*" >> "$LOG"
case "$2" in
    list) printf '%s' "${GH-}" ;;
    *) while [ "$1" != --body-file ]; do shift; done; cp "$2" "$BODY" ;;
esac
"#;

impl Repository {
    fn new() -> Self {
        let repository = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["work/spec/upstream", "work/src", "work/scripts", "bin"] {
            fs::create_dir_all(repository.path(folder)).unwrap();
        }
        let provenance =
            "{\n  \"reference\": \"https://docs.example/a\",\n  \"retrieved\": \"then\"\n}\n";
        repository.write("work/spec/upstream/a.provenance.json", provenance);
        repository.write("work/spec/upstream/a.md", "old\n");
        repository.write("work/src/generated.rs", "// old\n");
        for script in ["vendor-again.sh", "open-change.sh"] {
            repository
                .program(&format!("work/scripts/{script}"), &text(&format!("scripts/{script}")));
        }
        for (name, script) in [("curl", CURL), ("cargo", CARGO), ("gh", GH)] {
            repository.program(
                &format!("bin/{name}"),
                &format!("#!/usr/bin/env bash\nset -eu\n{script}"),
            );
        }
        repository.git(&["init", "--quiet", "--bare", "../origin"]);
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository.git(&["remote", "add", "origin", "../origin"]);
        repository.git(&["add", "."]);
        repository.git(&["commit", "--quiet", "--message", "first"]);
        repository
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).unwrap();
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap_or_default()
    }

    fn program(&self, file: &str, text: &str) {
        self.write(file, text);
        fs::set_permissions(self.path(file), fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        command.current_dir(self.path("work")).env("PATH", path);
        command.env("GITHUB_OUTPUT", self.path("output")).env("LOG", self.path("log"));
        command.env("BODY", self.path("body")).env("GIT_CONFIG_GLOBAL", "/dev/null");
        for (name, value) in [("NAME", "Ada"), ("EMAIL", "ada@b.example")] {
            command
                .env(format!("GIT_AUTHOR_{name}"), value)
                .env(format!("GIT_COMMITTER_{name}"), value);
        }
        command
    }

    fn git(&self, arguments: &[&str]) -> String {
        let run = self.command(Path::new("git")).args(arguments).output().unwrap();
        assert!(run.status.success(), "{arguments:?} {}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).unwrap().trim().to_owned()
    }

    /// Runs a script with the folder for what is told, and with variables.
    fn run(&self, script: &str, variables: &[(&str, &str)]) -> Output {
        let mut command = self.command(&self.path("work/scripts").join(script));
        command.arg(self.path("change")).envs(variables.iter().copied()).output().unwrap()
    }

    /// A change of the page, as one job leaves it; and the folder as the other one finds it.
    fn changed(&self, page: &str, more: &[(&str, &str)]) {
        let variables = [&[("CURL", page)], more].concat();
        succeeded(&self.run("vendor-again.sh", &variables));
        self.anew();
    }

    fn anew(&self) {
        self.git(&["reset", "--quiet", "--hard"]);
        self.git(&["checkout", "--quiet", "main"]);
    }

    /// What `open-change.sh` is told that GitHub has, and what it asks of it.
    fn open(&self, listed: &str) -> String {
        self.write("log", "");
        succeeded(&self.run("open-change.sh", &[("GH", listed)]));
        self.anew();
        self.read("log")
    }
}

fn succeeded(run: &Output) {
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn a_page_that_says_the_same_is_no_change() {
    let repository = Repository::new();
    succeeded(&repository.run("vendor-again.sh", &[("CURL", "old")]));
    assert_eq!(repository.read("output"), "changed=false\n");
    assert_eq!(repository.git(&["status", "--porcelain"]), "", "not even the day");
    assert!(!repository.path("change/change.patch").exists());
}

#[test]
fn a_page_is_fetched_as_markdown_and_over_https_alone() {
    let repository = Repository::new();
    succeeded(&repository.run("vendor-again.sh", &[("CURL", "old")]));
    let log = repository.read("log");
    assert!(log.ends_with("-- https://docs.example/a.md\n"), "{log}");
    assert!(log.contains("--fail ") && log.contains("--proto =https "), "{log}");
}

#[test]
fn a_page_that_changed_is_a_patch_with_drifts_report() {
    let repository = Repository::new();
    repository.changed("new", &[]);
    assert_eq!(repository.read("output"), "changed=true\n");
    assert_eq!(repository.read("change/report.md"), "minor: one field\n");
    let patch = repository.read("change/change.patch");
    for file in ["spec/upstream/a.md", "spec/upstream/a.provenance.json", "src/generated.rs"] {
        assert!(patch.contains(&format!("+++ b/{file}\n")), "{patch}");
    }
}

/// What does not fit is news as well, and no page can end the block in which it is quoted.
#[test]
fn corrections_that_no_longer_fit_are_told() {
    let repository = Repository::new();
    repository.changed("new", &[("BROKEN", "no longer needed")]);
    assert_eq!(repository.read("output"), "changed=true\n");
    let report = repository.read("change/report.md");
    let fence = "~".repeat(20);
    assert!(report.contains(&format!("{fence}text\n~~~ no longer needed\n{fence}\n")), "{report}");
    assert!(repository.read("change/title").contains("no longer fit"));
}

#[test]
fn a_page_that_cannot_be_fetched_is_an_error() {
    let repository = Repository::new();
    assert!(!repository.run("vendor-again.sh", &[]).status.success());
    assert_eq!(repository.read("output"), "");
    assert_eq!(repository.git(&["status", "--porcelain"]), "");
}

#[test]
fn provenance_without_an_address_is_an_error() {
    let repository = Repository::new();
    let provenance = "{\n  \"reference\": \"http://docs.example/a\"\n}\n";
    repository.write("work/spec/upstream/a.provenance.json", provenance);
    let run = repository.run("vendor-again.sh", &[("CURL", "old")]);
    assert!(!run.status.success());
    assert!(String::from_utf8_lossy(&run.stderr).contains("names no https address"));
}

#[test]
fn a_change_is_opened() {
    let repository = Repository::new();
    repository.changed("new", &[]);
    let log = repository.open("");
    assert!(log.contains("pr create --base main --head vendor/pages --title"), "{log}");
    assert_eq!(repository.read("body"), "minor: one field\n");
    let page =
        repository.git(&["--git-dir", "../origin", "show", "vendor/pages:spec/upstream/a.md"]);
    assert_eq!(page, "new");
}

#[test]
fn a_change_that_is_open_is_renewed() {
    let repository = Repository::new();
    repository.changed("new", &[]);
    repository.open("");
    repository.changed("newer", &[]);
    let log = repository.open("7\n");
    assert!(log.contains("pr edit vendor/pages") && !log.contains("pr create"), "{log}");
    let page =
        repository.git(&["--git-dir", "../origin", "show", "vendor/pages:spec/upstream/a.md"]);
    assert_eq!(page, "newer");
}

/// A change that was closed is not opened every night.
#[test]
fn nobody_is_told_twice() {
    let repository = Repository::new();
    repository.changed("new", &[]);
    repository.open("");
    let head = repository.git(&["--git-dir", "../origin", "rev-parse", "vendor/pages"]);
    repository.changed("new", &[]);
    let log = repository.open(&format!("{head}\n"));
    assert!(!log.contains("pr create") && !log.contains("pr edit"), "{log}");
}

/// The push went through, and then GitHub did not answer.
#[test]
fn a_change_that_was_pushed_and_not_opened_is_opened() {
    let repository = Repository::new();
    repository.changed("new", &[]);
    repository.open("");
    repository.changed("new", &[]);
    let log = repository.open("");
    assert!(log.contains("pr create"), "{log}");
}

#[test]
fn a_report_that_is_too_long_for_github_is_cut() {
    let repository = Repository::new();
    repository.changed("new", &[]);
    repository.write("change/report.md", &"é".repeat(40_000));
    repository.open("");
    let body = repository.read("body");
    assert!(body.len() < 60_000 && body.contains("cut here"), "{}", body.len());
}

/// What runs the code of dependencies cannot have the other job push more than is generated.
#[test]
fn only_what_is_generated_is_pushed() {
    let repository = Repository::new();
    repository.changed("new", &[]);
    let more = "diff --git a/scripts/more.sh b/scripts/more.sh\nnew file mode 100755\n--- /dev/null\n\
                +++ b/scripts/more.sh\n@@ -0,0 +1 @@\n+more\n";
    let patch = repository.read("change/change.patch") + more;
    repository.write("change/change.patch", &patch);
    repository.open("");
    let files =
        repository.git(&["--git-dir", "../origin", "ls-tree", "-r", "--name-only", "vendor/pages"]);
    assert!(files.contains("spec/upstream/a.md") && !files.contains("more.sh"), "{files}");
}
