//! The version says for which API the client is, and the changelog is about that version.

use crate::common::{CRATES, metadata, package, text};

/// The version of the API and the day of its newest page, as the spec folder has them.
fn api() -> (String, String) {
    let pages = manis_codegen::vendor::load("spec".as_ref()).unwrap();
    let day = pages.iter().filter_map(|page| page.provenance.retrieved.clone()).max().unwrap();
    let document = manis_codegen::syntax::yaml::parse(&text("spec/openapi.yaml")).unwrap();
    (document["info"]["version"].as_str().unwrap().to_owned(), day)
}

#[test]
fn the_version_says_for_which_api_it_is() {
    let (version, day) = api();
    let (_, build) = env!("CARGO_PKG_VERSION").split_once('+').unwrap();
    assert_eq!(build, format!("{version}.{}", day.replace('-', "")), "`version` in Cargo.toml");
}

/// They are released together; what is behind `+` is of the client alone.
#[test]
fn all_crates_have_one_version() {
    let metadata = metadata();
    for (name, _) in CRATES {
        let version = package(&metadata, name)["version"].as_str().unwrap();
        let (number, build) = version.split_once('+').unwrap_or((version, ""));
        let (own, _) = env!("CARGO_PKG_VERSION").split_once('+').unwrap();
        assert_eq!(number, own, "{name}");
        assert_eq!(build.is_empty(), name != "manis", "{name} {version}");
    }
}

#[test]
fn the_changelog_is_about_this_version() {
    let changelog = text("CHANGELOG.md");
    let (_, newest) = changelog.split_once("\n## ").unwrap();
    let mut lines = newest.lines();
    let (number, _) = env!("CARGO_PKG_VERSION").split_once('+').unwrap();
    assert_eq!(lines.next().and_then(|line| line.split(' ').next()), Some(number));
    let (version, day) = api();
    let about = format!("For version {version} of the vendor's API, by its pages of {day}.");
    assert_eq!(lines.find(|line| !line.is_empty()), Some(about.as_str()));
}

/// What readers copy.
#[test]
fn the_documentation_asks_for_this_version() {
    let minor = env!("CARGO_PKG_VERSION").rsplitn(2, '.').last().unwrap();
    let minor: Vec<_> = minor.split('.').take(2).collect();
    let minor = minor.join(".");
    for file in ["README.md", "docs/front-page.md", "docs/mocks.md"] {
        let text = text(file);
        for line in
            text.lines().filter(|line| line.trim_start_matches("# ").starts_with("manis = "))
        {
            assert_eq!(line.split('"').nth(1), Some(minor.as_str()), "{file}: {line}");
        }
    }
}
