//! A whole new crate around a generated client, for `codegen --out`; and the documented examples as tests,
//! of such a crate and of the one around a spec folder.

mod calls;
#[cfg(test)]
mod emitted;
mod example_tests;
mod mocks;
mod oracle;
mod pages;
mod requests;
mod snapshots;
mod test_code;

pub(crate) use example_tests::{Examples, examples};
pub(crate) use test_code::Place;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::document::operations::is_header_name;
use crate::error::Result;
use crate::files::Files;
use crate::pipeline::Outcome;
use crate::progenitor::settings::Runtime;

/// Where a new crate has from what sends its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuntimeFrom {
    /// The sources of `openapi-client-runtime`, written into the crate.
    Sources,
    /// `openapi-client-runtime` from the registry.
    Registry,
    /// Plain `progenitor-client`.
    ProgenitorClient,
}

impl RuntimeFrom {
    /// What sends requests.
    pub(crate) fn kind(self) -> Runtime {
        match self {
            Self::Sources | Self::Registry => Runtime::OpenapiClientRuntime,
            Self::ProgenitorClient => Runtime::ProgenitorClient,
        }
    }
}

/// The folder in a new crate with the sources of the runtime.
const RUNTIME_FOLDER: &str = "runtime";

/// The files of the crate.
///
/// # Errors
/// A snapshot that cannot be made.
pub fn files(outcome: &Outcome, folder: &Path, from: Option<RuntimeFrom>) -> Result<Files> {
    let from = from.unwrap_or(match outcome.runtime {
        Runtime::OpenapiClientRuntime => RuntimeFrom::Sources,
        Runtime::ProgenitorClient => RuntimeFrom::ProgenitorClient,
    });
    let mut files = Files::default();
    files.add(outcome.spec.join("openapi.yaml"), outcome.openapi());
    files.add(folder.join("Cargo.toml"), manifest(folder, &outcome.client, from));
    files.add(folder.join("src/lib.rs"), library_root(outcome, folder));
    files.add(folder.join("src/generated.rs"), outcome.client.as_str());
    if let Some(mock) = &outcome.mock {
        files.add(folder.join("src/generated_mock.rs"), mock.as_str());
    }
    if from == RuntimeFrom::Sources {
        for (path, text) in openapi_client_runtime::sources::FILES {
            files.add(folder.join(RUNTIME_FOLDER).join(path), *text);
        }
    }
    snapshots::add(outcome, folder, &mut files)?;
    oracle::add(outcome, folder, &mut files)?;
    Ok(files)
}

/// The front page of the crate: what it is of, and how a client is made.
fn library_root(outcome: &Outcome, folder: &Path) -> String {
    let document = &outcome.documents.patched;
    let text = |at: &str| document.pointer(at).and_then(Value::as_str).unwrap_or_default();
    let title = crate::progenitor::plain(text("/info/title"));
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = if title.is_empty() { "An API".to_owned() } else { title };
    let server = server(document).unwrap_or_else(|| "https://api.example.com".to_owned());
    let is_plain = outcome.runtime == Runtime::ProgenitorClient;
    let (template, credential): (_, fn(&str, &str) -> String) = match is_plain {
        true => (include_str!("emitted/lib_progenitor_client.txt"), |header, value| {
            format!(
                "//! let mut credential = HeaderValue::from_static({value:?});\n\
                 //! credential.set_sensitive(true);\n\
                 //! headers.insert(HeaderName::from_static({header:?}), credential);\n"
            )
        }),
        false => (include_str!("emitted/lib.txt"), |header, value| {
            format!("//!     .credential(Credential::header({header:?}, {value:?}))\n")
        }),
    };
    let headers = headers(document);
    let credentials: String =
        headers.iter().map(|(header, value)| credential(header, value)).collect();
    let is_mut = if credentials.is_empty() { "" } else { "mut " };
    template
        .replace("CREDENTIALS\n", &credentials)
        .replace("MUT ", is_mut)
        .replace("LIBRARY", &library(folder))
        .replace("SERVER", &format!("{server:?}"))
        .replace("TITLE", &title)
}

/// The address of the first server, its variables as they are where nobody sets them.
fn server(document: &Value) -> Option<String> {
    let server = document.pointer("/servers/0")?;
    let url = server.get("url")?.as_str().filter(|url| url.starts_with("http"))?;
    let variables = server.get("variables").and_then(Value::as_object).into_iter().flatten();
    Some(variables.fold(url.to_owned(), |url, (name, variable)| {
        let default = variable.get("default").and_then(Value::as_str).unwrap_or(name);
        url.replace(&format!("{{{name}}}"), default)
    }))
}

/// The headers of credentials, each with what it looks like.
fn headers(document: &Value) -> BTreeMap<String, &'static str> {
    let schemes = document.pointer("/components/securitySchemes").and_then(Value::as_object);
    let schemes = schemes.into_iter().flatten().filter_map(|(_, scheme)| {
        let text = |key: &str| scheme.get(key).and_then(Value::as_str);
        let kind = text("scheme").unwrap_or_default().to_ascii_lowercase();
        match (text("type")?, kind.as_str()) {
            ("apiKey", _) => {
                let name = text("name").filter(|_| text("in") == Some("header"))?;
                Some((name.to_ascii_lowercase(), "your key"))
            }
            ("http", "basic") => Some(("authorization".to_owned(), "Basic dXNlcjpwYXNz")),
            ("http" | "oauth2" | "openIdConnect", _) => {
                Some(("authorization".to_owned(), "Bearer your-token"))
            }
            _ => None,
        }
    });
    schemes.filter(|(name, _)| is_header_name(name)).collect()
}

/// The name of the crate as Rust code has it.
pub fn library(folder: &Path) -> String {
    name(folder).replace('-', "_")
}

/// The name of the crate is the folder's, in letters that cargo takes.
fn name(folder: &Path) -> String {
    let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase());
    let name = name.unwrap_or_default();
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let name = name.trim_matches('-');
    if is_free(&name.replace('-', "_")) {
        name.to_owned()
    } else {
        format!("client-{name}").trim_end_matches('-').to_owned()
    }
}

/// Crates of the toolchain.
const TOOLCHAIN: [&str; 5] = ["alloc", "core", "proc_macro", "std", "test"];

/// What the new crate and its tests depend on.
const DEPENDENCIES: [&str; 17] = [
    "chrono",
    "futures_util",
    "httparse",
    "httpmock",
    "jsonschema",
    "openapi_client_runtime",
    "percent_encoding",
    "progenitor_client",
    "regex",
    "regex_syntax",
    "regress",
    "reqwest",
    "rust_decimal",
    "serde",
    "serde_json",
    "tokio",
    "uuid",
];

/// Whether Rust can call a crate so: `crate` and other keywords mean something else.
fn is_free(library: &str) -> bool {
    let mut taken = TOOLCHAIN.iter().chain(&DEPENDENCIES);
    syn::parse_str::<syn::Ident>(library).is_ok() && taken.all(|name| *name != library)
}

/// The manifest, with the crate of decimals only if the client has some.
fn manifest(folder: &Path, client: &str, from: RuntimeFrom) -> String {
    let version = openapi_client_runtime::sources::VERSION;
    let runtime = match from {
        RuntimeFrom::Sources => format!("path = {RUNTIME_FOLDER:?}"),
        _ => format!("version = {version:?}"),
    };
    let template = match from {
        RuntimeFrom::ProgenitorClient => include_str!("emitted/manifest_progenitor_client.toml"),
        _ => include_str!("emitted/manifest.toml"),
    };
    let manifest = template.replace("NAME", &name(folder)).replace("RUNTIME", &runtime);
    if !client.contains("::rust_decimal") {
        return manifest;
    }
    let without = "serde_json = \"1\"\n";
    let with = "rust_decimal = { version = \"1\", default-features = false }\n";
    manifest
        .replace("serde = {", &format!("{with}serde = {{"))
        .replace(without, "serde_json = { version = \"1\", features = [\"raw_value\"] }\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{RuntimeFrom, manifest, name};

    #[test]
    fn only_a_client_with_decimals_depends_on_them() {
        let made = |client: &str| manifest(Path::new("pets"), client, RuntimeFrom::Sources);
        let with = made("pub use ::rust_decimal;");
        assert!(with.contains("\nrust_decimal = ") && with.contains("\"raw_value\""), "{with}");
        let without = made("pub struct Pet;");
        assert!(!without.contains("rust_decimal") && !without.contains("raw_value"), "{without}");
    }

    #[test]
    fn a_folder_that_is_called_like_a_keyword() {
        assert_eq!(name(Path::new("out/crate")), "client-crate");
        assert_eq!(name(Path::new("async")), "client-async");
    }

    #[test]
    fn no_crate_is_called_like_what_a_manifest_depends_on() {
        for from in [RuntimeFrom::Sources, RuntimeFrom::ProgenitorClient] {
            let manifest = manifest(Path::new("pets"), "::rust_decimal", from);
            let behind = manifest.split("dependencies]\n").skip(1).flat_map(str::lines);
            let names = behind.take_while(|line| !line.starts_with("# Not part of"));
            let names: Vec<_> = names.filter_map(|line| line.split_once(" = ")).collect();
            assert!(names.len() > 10, "{manifest}");
            for (dependency, _) in names {
                assert_eq!(
                    name(Path::new(dependency)),
                    format!("client-{}", dependency.replace('_', "-"))
                );
            }
        }
    }

    #[test]
    fn a_folder_that_is_called_like_a_dependency() {
        assert_eq!(name(Path::new("serde-json")), "client-serde-json");
        assert_eq!(name(Path::new("std")), "client-std");
    }

    #[test]
    fn a_folder_whose_name_cargo_does_not_take() {
        assert_eq!(name(Path::new("3d Models")), "client-3d-models");
        assert_eq!(name(Path::new("..")), "client");
    }

    #[test]
    fn a_folder_that_can_be_called_what_it_is() {
        assert_eq!(name(Path::new("/tmp/Speech_v2/")), "speech-v2");
    }
}
