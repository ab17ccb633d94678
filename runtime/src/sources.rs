//! The text of every file of this crate, byte for byte.

/// The files by their paths in the crate.
pub const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../Cargo.toml")),
    ("LICENSE-APACHE", include_str!("../LICENSE-APACHE")),
    ("LICENSE-MIT", include_str!("../LICENSE-MIT")),
    ("README.md", include_str!("../README.md")),
    ("src/answer/decode.rs", include_str!("answer/decode.rs")),
    ("src/answer/json_text.rs", include_str!("answer/json_text.rs")),
    ("src/answer/mend.rs", include_str!("answer/mend.rs")),
    ("src/answer/mod.rs", include_str!("answer/mod.rs")),
    ("src/answer/stream.rs", include_str!("answer/stream.rs")),
    ("src/base_url.rs", include_str!("base_url.rs")),
    ("src/call.rs", include_str!("call.rs")),
    ("src/client.rs", include_str!("client.rs")),
    ("src/config.rs", include_str!("config.rs")),
    ("src/credentials.rs", include_str!("credentials.rs")),
    ("src/error.rs", include_str!("error.rs")),
    ("src/extras.rs", include_str!("extras.rs")),
    ("src/generated.rs", include_str!("generated.rs")),
    ("src/headers.rs", include_str!("headers.rs")),
    ("src/http.rs", include_str!("http.rs")),
    ("src/info.rs", include_str!("info.rs")),
    ("src/lib.rs", include_str!("lib.rs")),
    ("src/log.rs", include_str!("log.rs")),
    ("src/mock/difference.rs", include_str!("mock/difference.rs")),
    ("src/mock/mod.rs", include_str!("mock/mod.rs")),
    ("src/mock/template.rs", include_str!("mock/template.rs")),
    ("src/outcome.rs", include_str!("outcome.rs")),
    ("src/paging/input.rs", include_str!("paging/input.rs")),
    ("src/paging/link.rs", include_str!("paging/link.rs")),
    ("src/paging/mod.rs", include_str!("paging/mod.rs")),
    ("src/paging/path.rs", include_str!("paging/path.rs")),
    ("src/paging/walk.rs", include_str!("paging/walk.rs")),
    ("src/pattern.rs", include_str!("pattern.rs")),
    ("src/proxy.rs", include_str!("proxy.rs")),
    ("src/requests.rs", include_str!("requests.rs")),
    ("src/retry.rs", include_str!("retry.rs")),
    ("src/signing.rs", include_str!("signing.rs")),
    ("src/sources.rs", include_str!("sources.rs")),
    ("src/tls.rs", include_str!("tls.rs")),
    ("src/transport.rs", include_str!("transport.rs")),
    ("src/values.rs", include_str!("values.rs")),
];

/// The version of this crate, which is that of the generator.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::FILES;

    #[test]
    fn every_file_is_there() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut sources = BTreeSet::new();
        let mut folders = vec![folder.join("src")];
        while let Some(from) = folders.pop() {
            for file in fs::read_dir(from).unwrap().map(|file| file.unwrap().path()) {
                match file.is_dir() {
                    true => folders.push(file),
                    false => _ = sources.insert(file.strip_prefix(folder).unwrap().to_owned()),
                }
            }
        }
        let listed = FILES.iter().map(|(path, _)| PathBuf::from(path));
        let listed: BTreeSet<_> = listed.filter(|path| path.starts_with("src")).collect();
        assert_eq!(listed, sources);
    }
}
