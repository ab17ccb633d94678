//! A whole new crate around a generated client, for `codegen --out`; and the documented examples as tests,
//! of such a crate and of the one around a spec folder.

mod calls;
#[cfg(test)]
mod emitted;
mod example_tests;
mod mocks;
mod pages;
mod requests;
mod snapshots;
mod test_code;

pub(crate) use example_tests::{Examples, examples};
pub(crate) use test_code::Place;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::error::Result;
use crate::files::Files;
use crate::pipeline::Outcome;

/// The files of the crate.
///
/// # Errors
/// A snapshot that cannot be made.
pub fn files(outcome: &Outcome, folder: &Path) -> Result<Files> {
    let mut files = Files::default();
    files.add(outcome.spec.join("openapi.yaml"), outcome.openapi.as_str());
    files.add(folder.join("Cargo.toml"), manifest(folder, &outcome.client));
    files.add(folder.join("src/lib.rs"), library_root(outcome, folder));
    files.add(folder.join("src/generated.rs"), outcome.client.as_str());
    snapshots::add(outcome, folder, &mut files)?;
    Ok(files)
}

/// The front page of the crate: what it is of, and how a client is made.
fn library_root(outcome: &Outcome, folder: &Path) -> String {
    let document = &outcome.documents.patched;
    let text = |at: &str| document.pointer(at).and_then(Value::as_str).unwrap_or_default();
    let title = text("/info/title").split_whitespace().collect::<Vec<_>>().join(" ");
    let title = if title.is_empty() { "An API".to_owned() } else { title };
    let library = library(folder);
    let mut credentials = String::new();
    for (header, value) in headers(document) {
        credentials += &format!(
            "//! let mut credential = HeaderValue::from_static({value:?});\n\
             //! credential.set_sensitive(true);\n\
             //! headers.insert(HeaderName::from_static({header:?}), credential);\n"
        );
    }
    let is_mut = if credentials.is_empty() { "" } else { "mut " };
    let server = Some(text("/servers/0/url")).filter(|url| url.starts_with("http"));
    let server = server.unwrap_or("https://api.example.com");
    format!(
        r#"//! {title}: a client, generated from the vendor's documentation.
//!
//! What is true of all calls is given to the HTTP client: credentials, timeouts, redirects.
//!
//! ```no_run
//! # #[allow(unused_imports, unused_mut)]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {{
//! use {library}::reqwest::header::{{HeaderMap, HeaderName, HeaderValue}};
//! use {library}::{{Client, reqwest}};
//!
//! let {is_mut}headers = HeaderMap::new();
{credentials}//! let http = reqwest::Client::builder()
//!     .default_headers(headers)
//!     .redirect(reqwest::redirect::Policy::none())
//!     .timeout(std::time::Duration::from_secs(30))
//!     .build()?;
//! let client = Client::new_with_client({server:?}, http);
//! # let _ = client;
//! # Ok(())
//! # }}
//! ```

#[allow(clippy::all, rustdoc::all)]
#[allow(dead_code, missing_docs, non_camel_case_types, unused_comparisons, unused_imports)]
mod generated;

pub use generated::*;

// What this crate's types are made of.
pub use {{chrono, reqwest, serde_json, uuid}};
"#
    )
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
    let is_token = |name: &str| {
        name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
    };
    schemes.filter(|(name, _)| !name.is_empty() && is_token(name)).collect()
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
const TOOLCHAIN: [&str; 4] = ["alloc", "core", "std", "test"];

/// What the new crate depends on.
const DEPENDENCIES: [&str; 9] = [
    "chrono",
    "progenitor_client",
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
fn manifest(folder: &Path, client: &str) -> String {
    let manifest = include_str!("emitted/manifest.toml").replace("NAME", &name(folder));
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

    use super::{manifest, name};

    #[test]
    fn only_a_client_with_decimals_depends_on_them() {
        let made = |client: &str| manifest(Path::new("pets"), client);
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
