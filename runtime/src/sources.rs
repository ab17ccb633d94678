//! The text of every file of this crate, byte for byte.

/// The files by their paths in the crate.
pub const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../Cargo.toml")),
    ("LICENSE-APACHE", include_str!("../LICENSE-APACHE")),
    ("LICENSE-MIT", include_str!("../LICENSE-MIT")),
    ("README.md", include_str!("../README.md")),
    ("src/base_url.rs", include_str!("base_url.rs")),
    ("src/call.rs", include_str!("call.rs")),
    ("src/client.rs", include_str!("client.rs")),
    ("src/config.rs", include_str!("config.rs")),
    ("src/credentials.rs", include_str!("credentials.rs")),
    ("src/decode.rs", include_str!("decode.rs")),
    ("src/error.rs", include_str!("error.rs")),
    ("src/extras.rs", include_str!("extras.rs")),
    ("src/generated.rs", include_str!("generated.rs")),
    ("src/headers.rs", include_str!("headers.rs")),
    ("src/http.rs", include_str!("http.rs")),
    ("src/info.rs", include_str!("info.rs")),
    ("src/json_text.rs", include_str!("json_text.rs")),
    ("src/lib.rs", include_str!("lib.rs")),
    ("src/link.rs", include_str!("link.rs")),
    ("src/log.rs", include_str!("log.rs")),
    ("src/mend.rs", include_str!("mend.rs")),
    ("src/next_page.rs", include_str!("next_page.rs")),
    ("src/mock.rs", include_str!("mock.rs")),
    ("src/mock_path.rs", include_str!("mock_path.rs")),
    ("src/mock_text.rs", include_str!("mock_text.rs")),
    ("src/outcome.rs", include_str!("outcome.rs")),
    ("src/page_input.rs", include_str!("page_input.rs")),
    ("src/page_path.rs", include_str!("page_path.rs")),
    ("src/paging.rs", include_str!("paging.rs")),
    ("src/proxy.rs", include_str!("proxy.rs")),
    ("src/response.rs", include_str!("response.rs")),
    ("src/retry.rs", include_str!("retry.rs")),
    ("src/signing.rs", include_str!("signing.rs")),
    ("src/sources.rs", include_str!("sources.rs")),
    ("src/stream.rs", include_str!("stream.rs")),
    ("src/transport.rs", include_str!("transport.rs")),
    ("src/values.rs", include_str!("values.rs")),
];

/// The version of this crate, which is that of the generator.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::FILES;

    #[test]
    fn every_file_is_there() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let sources = fs::read_dir(folder.join("src")).unwrap();
        let sources = sources.map(|file| format!("src/{}", file.unwrap().file_name().display()));
        let listed = FILES.iter().map(|(path, _)| (*path).to_owned());
        let listed: BTreeSet<_> = listed.filter(|path| path.starts_with("src/")).collect();
        assert_eq!(listed, sources.collect::<BTreeSet<_>>());
    }
}
