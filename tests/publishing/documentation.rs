//! The rendered documentation: a link that works in the repository is dead on docs.rs.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{CRATES, files, metadata, package, root, text};

/// The text of documentation comments in a source file, and of files that are included as such.
fn documented(source: &Path) -> Vec<(PathBuf, String)> {
    let code = fs::read_to_string(source).unwrap();
    let mut comments = String::new();
    let mut found = Vec::new();
    let mut is_for_tests = false;
    for line in code.lines().map(str::trim_start) {
        if let Some(comment) = line.strip_prefix("//!").or_else(|| line.strip_prefix("///")) {
            comments += &format!("{comment}\n");
        }
        let is_doc = line.starts_with("#![doc") || (line.starts_with("#[doc") && !is_for_tests);
        if let Some((_, rest)) = line.split_once("include_str!(\"").filter(|_| is_doc) {
            let file = source.with_file_name(rest.split_once('"').unwrap().0);
            let text = fs::read_to_string(&file).unwrap();
            found.push((file, text));
        }
        is_for_tests = line == "#[cfg(doctest)]";
    }
    found.push((source.to_owned(), comments));
    found
}

/// The targets of links outside of code: `[text](target)` and `[text]: target`.
fn targets(markdown: &str) -> Vec<&str> {
    let (mut found, mut is_code) = (Vec::new(), false);
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            // What is between backticks is code as well.
            let outside = line.split('`').step_by(2).flat_map(|part| part.split("](").skip(1));
            found.extend(outside.filter_map(|rest| Some(rest.split_once(')')?.0)));
            let is_definition = line.trim_start().starts_with('[');
            found.extend(line.split_once("]: ").filter(|_| is_definition).map(|(_, to)| to.trim()));
        }
    }
    found
}

/// Neither an address, a place on the page nor an item of Rust.
fn is_relative(target: &str) -> bool {
    let is_elsewhere = ["https://", "http://", "#"].iter().any(|start| target.starts_with(start));
    !is_elsewhere && (target.contains('/') || target.starts_with('.') || target.contains(".md"))
}

#[test]
fn links_are_found() {
    let text = "[a](b.md), [`c`](../d) `[e](f.md)`\n[g]: h/i\n```\n[j](k.md)\n```\n[l](crate::m#n)";
    assert_eq!(targets(text), ["b.md", "../d", "h/i", "crate::m#n"]);
    let relative = ["b.md", "../d", "h/i", "./x", "LICENSE.md#x"];
    assert!(relative.into_iter().all(is_relative));
    assert!(!["crate::m#n", "#place", "https://a.example/b.md"].into_iter().any(is_relative));
}

#[test]
fn no_link_of_the_documentation_is_relative() {
    let mut pages = 0;
    for (_, folder) in CRATES {
        for source in files(&format!("{folder}/src"), ".rs") {
            for (file, text) in documented(&source) {
                pages += usize::from(file.extension().is_some_and(|ending| ending == "md"));
                for target in targets(&text) {
                    assert!(!is_relative(target), "{}: {target} is dead", file.display());
                }
            }
        }
    }
    assert!(pages >= 11, "the pages of the guide and the front pages are not found: {pages}");
}

/// The file that is the first page of a crate's documentation.
fn front_page(folder: &str) -> String {
    let (file, page) = documented(&root().join(folder).join("src/lib.rs")).remove(0);
    assert!(file.extension().is_some_and(|ending| ending == "md"), "{folder} has no front page");
    page
}

#[test]
fn the_front_page_tells_what_each_feature_costs() {
    let metadata = metadata();
    for (name, folder) in CRATES {
        let page = front_page(folder);
        let (_, table) = page.split_once("| feature | default | what for | cost |").unwrap();
        let features = package(&metadata, name)["features"].as_object().unwrap();
        let default = features.get("default").map(|list| list.as_array().unwrap().clone());
        for feature in features.keys().filter(|feature| *feature != "default") {
            let start = format!("| `{feature}` |");
            let row = table.lines().find(|line| line.starts_with(&start));
            let row = row.unwrap_or_else(|| panic!("{name}: no row {start} on the front page"));
            let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
            assert!(cells.len() == 4 && !cells.contains(&""), "{row}");
            let is_default = default.iter().flatten().any(|enabled| enabled == feature);
            assert_eq!(cells[1], if is_default { "yes" } else { "no" }, "{name}: {row}");
        }
    }
}

/// What a maintainer does is told in the README, which is not a user's first page.
#[test]
fn the_front_page_is_for_users() {
    let page = front_page(".");
    for word in ["xtask", "snapshot", "overlay.yaml", "CONTRIBUTING"] {
        assert!(!page.contains(word), "the front page speaks of {word}");
    }
    let program = |text: &str| {
        let (_, rest) = text.split_once("```no_run\n").unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    };
    assert_eq!(program(&page), program(&text("README.md")), "the first program");
}

/// docs.rs shows every feature, and marks what needs one.
#[test]
fn docs_rs_builds_every_feature() {
    let metadata = metadata();
    for (name, folder) in CRATES {
        let settings = &package(&metadata, name)["metadata"]["docs"]["rs"];
        assert_eq!(settings["all-features"], true, "{name}");
        assert_eq!(settings["rustdoc-args"], serde_json::json!(["--cfg", "docsrs"]), "{name}");
        let marks = "#![cfg_attr(docsrs, feature(doc_cfg))]";
        assert!(text(&format!("{folder}/src/lib.rs")).contains(marks), "{name}");
    }
}

/// The names that `manis` takes over from the runtime for its users.
fn taken_over() -> Vec<String> {
    let client = syn::parse_file(&text("src/lib.rs")).unwrap();
    let mut names = Vec::new();
    for item in client.items {
        let syn::Item::Use(item) = item else { continue };
        let whole = quote::quote!(#item).to_string().replace(' ', "");
        let listed = whole.strip_prefix("pubuseopenapi_client_runtime::{");
        let listed = listed.and_then(|rest| rest.strip_suffix("};")).unwrap_or_default();
        names.extend(listed.split(',').filter(|name| !name.is_empty()).map(str::to_owned));
    }
    names
}

/// A reader of a type's page wants to see it used.
#[test]
fn every_type_of_the_runtime_has_an_example() {
    // What is documented elsewhere: of `bytes`, and a box around any error.
    let not_ours = ["Bytes", "BoxError"];
    let names: Vec<_> =
        taken_over().into_iter().filter(|name| !not_ours.contains(&name.as_str())).collect();
    assert!(names.len() > 20, "{names:?}");
    let mut without: Vec<_> =
        names.iter().filter(|name| name.starts_with(char::is_uppercase)).collect();
    // Constants are written in upper case throughout.
    without.retain(|name| name.chars().any(char::is_lowercase));
    for file in files("runtime/src", ".rs") {
        let code = syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap();
        for item in code.items {
            let (name, attributes) = match item {
                syn::Item::Struct(item) => (item.ident, item.attrs),
                syn::Item::Enum(item) => (item.ident, item.attrs),
                syn::Item::Type(item) => (item.ident, item.attrs),
                _ => continue,
            };
            if quote::quote!(#(#attributes)*).to_string().contains("```") {
                without.retain(|missing| name != *missing);
            }
        }
    }
    assert!(without.is_empty(), "no example: {without:?}");
}
