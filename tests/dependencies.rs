//! How many crates a program builds for this client: what a dependency costs its users most. Each number has the
//! reason for its size; a number that grows needs a new one.

use std::collections::{BTreeMap, BTreeSet};
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
        at_most: 151,
        because: "lean, and 47 of the pipeline: progenitor with typify and schemars; the JSONPath of overlays; \
                  Markdown and YAML of pages; syn 2, which schemas and JSONPath derive with",
    },
    Build {
        name: "lean",
        features: &["--no-default-features", "--features", "rustls"],
        at_most: 104,
        because: "without TLS, and 17 of rustls: ring and what compiles it, the platform's certificates",
    },
    Build {
        name: "lean with aws-lc-rs",
        features: &["--no-default-features", "--features", "aws-lc-rs"],
        at_most: 108,
        because: "without TLS, and 21 of rustls: aws-lc-rs, cmake and what else compiles it, the platform's certificates",
    },
    Build {
        name: "without TLS",
        features: &["--no-default-features"],
        at_most: 87,
        because: "reqwest with hyper and tokio; 27 of URLs with names that are not ASCII (idna and ICU); serde; \
                  chrono and uuid of the types; tower, tracing and backon",
    },
];

/// The crates of a build with their versions, each once; of two versions of one, both.
fn crates(features: &[&str], edges: &str) -> BTreeSet<String> {
    listed(features, edges, "{p}").iter().map(|line| name(line)).collect()
}

/// The name and the version. After them come what it is, where it is, and which features it has.
fn name(line: &str) -> String {
    line.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

/// The crates of a build, in a format of `cargo tree`.
fn listed(features: &[&str], edges: &str, format: &str) -> BTreeSet<String> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["tree", "--offline", "--locked"]);
    command.args(["--package", "manis", "--edges", edges, "--prefix", "none", "--no-dedupe"]);
    command.args(["--format", format]);
    command.args(["--target", "x86_64-unknown-linux-gnu"]).args(features);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
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

/// A crate is compiled once for each choice of its features. The pipeline and the client choose for themselves,
/// so what both need is compiled twice unless they choose alike.
#[test]
fn what_the_pipeline_and_the_client_need_is_compiled_once() {
    let chosen = listed(build("default").features, "normal,build", "{p} {f}");
    let mut count = BTreeMap::<_, usize>::new();
    chosen.iter().for_each(|line| *count.entry(name(line)).or_default() += 1);
    let twice: Vec<_> =
        count.iter().filter(|(_, count)| **count > 1).map(|(name, _)| name).collect();
    // In the pipeline the keys of an object keep their order, which a client must not choose for its users.
    let is_known = |name: &&String| name.starts_with("serde_json ");
    assert!(twice.iter().all(is_known), "compiled twice: {twice:?}");
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
