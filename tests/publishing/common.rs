//! What cargo says of the workspace.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The crates that are published, with their folders.
pub const CRATES: [(&str, &str); 3] =
    [("openapi-client-runtime", "runtime"), ("manis-codegen", "codegen"), ("manis", ".")];

/// The folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the repository.
pub fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// All files below a folder of the repository.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.to_string_lossy().ends_with(ending) => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found
}

/// A run of cargo that must succeed.
pub fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO")).args(arguments).current_dir(folder).output().unwrap();
    assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// `cargo metadata` of the workspace, without a network.
pub fn metadata() -> Value {
    let arguments =
        ["metadata", "--offline", "--locked", "--all-features", "--format-version", "1"];
    serde_json::from_str(&cargo(root(), &arguments)).unwrap()
}

/// What `cargo metadata` says of one package.
pub fn package<'m>(metadata: &'m Value, name: &str) -> &'m Value {
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().find(|package| package["name"] == name).unwrap()
}
