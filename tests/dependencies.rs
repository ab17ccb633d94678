//! How many crates a program builds for this client: what a dependency costs its users most. Each number has the
//! reason for its size; a number that grows needs a new one.

use std::collections::BTreeSet;
use std::process::Command;

/// A way to depend on the client, by the crates that are built for it on 64-bit Linux, the client included.
struct Build {
    name: &'static str,
    features: &'static [&'static str],
    at_most: usize,
    because: &'static str,
}

const BUILDS: [Build; 4] = [
    Build {
        name: "default",
        features: &[],
        at_most: 161,
        because: "lean, and 54 of the pipeline: progenitor with typify and schemars; the overlay with its JSONPath; \
                  Markdown and YAML of pages; syn 2, which schemas, the overlay and JSONPath derive with",
    },
    Build {
        name: "lean",
        features: &["--no-default-features", "--features", "rustls"],
        at_most: 107,
        because: "without TLS, and 17 of rustls: ring and what compiles it, the platform's certificates",
    },
    Build {
        name: "lean with aws-lc-rs",
        features: &["--no-default-features", "--features", "aws-lc-rs"],
        at_most: 111,
        because: "without TLS, and 21 of rustls: aws-lc-rs, cmake and what else compiles it, the platform's certificates",
    },
    Build {
        name: "without TLS",
        features: &["--no-default-features"],
        at_most: 90,
        because: "reqwest with hyper and tokio; 27 of URLs with names that are not ASCII (idna and ICU); serde; \
                  chrono, uuid and regress of the types; tower, tracing and backon",
    },
];

/// The crates of a build with their versions, each once; of two versions of one, both.
fn crates(features: &[&str], edges: &str) -> BTreeSet<String> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["tree", "--offline", "--locked"]);
    command.args(["--package", "manis", "--edges", edges, "--prefix", "none"]);
    command.args(["--target", "x86_64-unknown-linux-gnu"]).args(features);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    // After name and version come what it is, where it is, and whether it was shown before.
    let named = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    text.lines().filter(|line| !line.is_empty()).map(named).collect()
}

fn build(name: &str) -> &'static Build {
    BUILDS.iter().find(|build| build.name == name).unwrap()
}

#[test]
fn no_build_has_more_crates_than_there_are_reasons_for() {
    for Build { name, features, at_most, because } in BUILDS {
        let found = crates(features, "normal,build");
        assert!(
            found.len() <= at_most,
            "{name}: {} crates, of at most {at_most} ({because}): {found:#?}",
            found.len()
        );
    }
}

#[test]
fn lean_has_no_build_dependency() {
    let found = crates(build("lean").features, "build");
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn aws_lc_rs_is_built_only_for_who_asks_for_it() {
    let has = |name| {
        let found = crates(build(name).features, "normal,build");
        found.iter().any(|found| found.starts_with("aws-lc-sys "))
    };
    assert_eq!(["default", "lean", "without TLS"].map(has), [false; 3]);
    assert!(has("lean with aws-lc-rs"));
}

#[test]
fn without_a_tls_feature_there_is_no_tls() {
    let found = crates(build("without TLS").features, "normal,build");
    let is_tls =
        |name: &&String| ["rustls", "native-tls", "ring "].iter().any(|tls| name.starts_with(tls));
    assert_eq!(found.iter().find(is_tls), None);
}
