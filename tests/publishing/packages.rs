//! The packages as crates.io would get them.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::{CRATES, cargo, metadata, package, root, text};

/// The files of a package.
fn listed(package: &str) -> Vec<String> {
    let arguments = ["package", "--offline", "--allow-dirty", "--list", "--package", package];
    cargo(root(), &arguments).lines().map(str::to_owned).collect()
}

#[test]
fn every_package_has_a_readme_and_both_licences() {
    for (package, folder) in CRATES {
        let files = listed(package);
        for file in ["README.md", "LICENSE-APACHE", "LICENSE-MIT"] {
            assert!(files.iter().any(|listed| listed == file), "{package} ships no {file}");
        }
        for file in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let own = text(&format!("{folder}/{file}"));
            assert!(own == text(file), "{folder}/{file} is not that of the repository");
        }
    }
}

/// A user downloads what is compiled, and no fixtures.
#[test]
fn no_package_ships_tests() {
    for (package, _) in CRATES {
        for file in listed(package) {
            let is_test = file.starts_with("tests/") || file.contains("fixtures");
            assert!(!is_test && !file.ends_with("/tests.rs"), "{package} ships {file}");
        }
    }
}

/// The client is made of these when the package is built.
#[test]
fn the_client_ships_what_it_is_generated_from() {
    let files = listed("manis");
    for file in ["overlay.yaml", "audit.yaml", "generate.yaml", "openapi.yaml"] {
        assert!(files.contains(&format!("spec/{file}")), "no spec/{file}");
    }
    for vendored in fs::read_dir(root().join("spec/upstream")).unwrap() {
        let name = vendored.unwrap().file_name().into_string().unwrap();
        assert!(files.contains(&format!("spec/upstream/{name}")), "no spec/upstream/{name}");
    }
}

/// A user's test, which is all that they have of this crate.
const CONSUMER: &str = r#"
use httpmock::MockServer;
use manis::mock::{MockServerExt, examples};
use manis::Client;

#[tokio::test]
async fn a_call_is_answered() {
    let server = MockServer::start_async().await;
    let answer = examples::update_customer_info_200_2();
    let id = answer.id;
    let mock = server.update_customer_info(|when, then| {
        when.customer_id(&id);
        then.ok(&answer);
    });
    let client = Client::builder(format!("http://{}", server.address())).build().unwrap();
    let update = examples::update_customer_info_request();
    let customer = client.update_customer_info().customer_id(id).body(update).send().await.unwrap();
    assert_eq!(customer.first_name, answer.first_name);
    mock.assert();
}
"#;

/// The name of a package with its version, as its archive is called.
fn with_version(name: &str) -> String {
    format!("{name}-{}", package(&metadata(), name)["version"].as_str().unwrap())
}

/// Packs all three crates and unpacks them in a folder.
fn unpack(folder: &Path) {
    let target = folder.join("packed");
    let target = target.to_str().unwrap();
    let mut arguments = vec!["package", "--offline", "--no-verify", "--allow-dirty"];
    arguments.extend(["--target-dir", target]);
    arguments.extend(CRATES.iter().flat_map(|(package, _)| ["--package", package]));
    cargo(root(), &arguments);
    for (package, _) in CRATES {
        let archive = format!("{target}/package/{}.crate", with_version(package));
        let run = Command::new("tar").args(["-xzf", &archive]).current_dir(folder).status();
        assert!(run.unwrap().success(), "{archive} cannot be unpacked");
    }
}

/// Runs the user's test on the unpacked crates, with a choice of features.
fn consume(folder: &Path, features: &str) {
    let (version, _) = env!("CARGO_PKG_VERSION").split_once('+').unwrap();
    let mut manifest = format!(
        "[package]\nname = \"consumer\"\nedition = \"2024\"\n\n[dependencies]\n\
         manis = {{ version = \"{version}\", {features} }}\nhttpmock = {{ version = \"0.9\", default-features = false }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n\n\
         [workspace]\n\n[profile.dev]\ndebug = false\n\n[patch.crates-io]\n"
    );
    for (package, _) in CRATES {
        manifest += &format!("{package} = {{ path = \"../{}\" }}\n", with_version(package));
    }
    let consumer = folder.join("consumer");
    fs::create_dir_all(consumer.join("tests")).unwrap();
    fs::create_dir_all(consumer.join("src")).unwrap();
    fs::write(consumer.join("src/lib.rs"), "").unwrap();
    fs::write(consumer.join("Cargo.toml"), manifest).unwrap();
    fs::write(consumer.join("tests/consumer.rs"), CONSUMER).unwrap();
    // The versions that this repository is tested with.
    fs::copy(root().join("Cargo.lock"), consumer.join("Cargo.lock")).unwrap();
    cargo(&consumer, &["test", "--quiet", "--offline", "--target-dir", &target()]);
}

/// Where the user's program is built.
fn target() -> String {
    format!("{}/packages", env!("CARGO_TARGET_TMPDIR"))
}

/// What building again does: whether the client is generated, and whether it is compiled.
fn build_again(consumer: &Path) -> (bool, bool) {
    let mut command = Command::new(env!("CARGO"));
    command.args(["test", "--no-run", "--verbose", "--offline", "--target-dir", &target()]);
    let output = command.current_dir(consumer).output().unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{printed}");
    let has =
        |parts: [&str; 2]| printed.lines().any(|line| parts.iter().all(|it| line.contains(it)));
    (has(["Running `", "build-script-build`"]), has(["Running `", "--crate-name manis "]))
}

/// Writes a file as it is, at a new time.
fn touch(file: &Path) {
    let text = fs::read(file).unwrap();
    fs::write(file, text).unwrap();
}

/// The client is generated again when `spec/` changes, and only then.
fn generates_only_for_the_spec(folder: &Path) {
    let (consumer, manis) = (folder.join("consumer"), folder.join(with_version("manis")));
    assert_eq!(build_again(&consumer), (false, false), "nothing has changed");
    touch(&manis.join("src/lib.rs"));
    assert_eq!(build_again(&consumer), (false, true), "src/ has changed");
    touch(&manis.join("spec/overlay.yaml"));
    assert_eq!(build_again(&consumer), (true, true), "spec/ has changed");
    assert_eq!(build_again(&consumer), (false, false), "nothing has changed since");
}

#[test]
#[ignore = "builds the packages with all their dependencies"]
fn the_packages_pass_a_consumers_test_in_both_modes() {
    // Outside of the workspace, so that nothing of it is found.
    let folder = tempfile::tempdir().unwrap();
    unpack(folder.path());
    consume(folder.path(), r#"default-features = false, features = ["rustls", "mock"]"#);
    consume(folder.path(), r#"features = ["mock"]"#);
    generates_only_for_the_spec(folder.path());
}
