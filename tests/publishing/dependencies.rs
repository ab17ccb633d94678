//! `deny.toml` and the list of dependencies are true of what is locked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::common::{CRATES, metadata, package, text};

/// The quoted texts of a list in `deny.toml`, without comments.
fn list(deny: &str, key: &str) -> Vec<String> {
    let (_, rest) = deny.split_once(&format!("\n{key} = [")).unwrap();
    let (list, _) = rest.split_once(']').unwrap();
    let lines = list.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| line.split('"').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// The crates that may have more licences, with those.
fn exceptions(deny: &str) -> BTreeMap<String, Vec<String>> {
    let rest = deny.split("[[licenses.exceptions]]").skip(1);
    rest.map(|rest| {
        let (_, name) = rest.split_once("crate = \"").unwrap();
        assert!(rest.trim_start().starts_with('#'), "an exception has no reason: {rest}");
        (name.split('"').next().unwrap().to_owned(), list(rest, "allow"))
    })
    .collect()
}

/// Whether an SPDX expression can be met: `OR` binds less than `AND`; `/` is how it was written once.
fn is_met(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    any(&mut words, allowed)
}

type Words<'w> = std::iter::Peekable<std::str::SplitWhitespace<'w>>;

fn any(words: &mut Words, allowed: &BTreeSet<&str>) -> bool {
    let mut met = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        met |= all(words, allowed);
    }
    met
}

fn all(words: &mut Words, allowed: &BTreeSet<&str>) -> bool {
    let mut met = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut Words, allowed: &BTreeSet<&str>) -> bool {
    match words.next() {
        Some("(") => {
            let met = any(words, allowed);
            assert_eq!(words.next(), Some(")"));
            met
        }
        Some(licence) => match words.next_if_eq(&"WITH").and_then(|_| words.next()) {
            Some(addition) => allowed.contains(&*format!("{licence} WITH {addition}")),
            None => allowed.contains(licence),
        },
        None => false,
    }
}

#[test]
fn expressions_are_read_as_spdx_has_them() {
    let allowed = BTreeSet::from(["MIT", "ISC"]);
    for met in ["MIT", "GPL-3.0/MIT", "GPL-3.0 OR MIT AND ISC", "ISC AND (GPL-3.0 OR MIT)"] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in ["", "MIT AND GPL-3.0", "(MIT OR ISC) AND X", "MIT WITH X", "GPL-3.0 OR ISC AND X"]
    {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}

/// The packages that only these licences, with the exceptions, do not let in.
fn refused<'m>(
    metadata: &'m Value,
    allowed: &[&str],
    exceptions: &BTreeMap<String, Vec<String>>,
) -> Vec<&'m str> {
    let packages = metadata["packages"].as_array().unwrap().iter();
    let of = |package: &'m Value| package["name"].as_str().unwrap();
    let is_refused = |package: &&'m Value| {
        let more = exceptions.get(of(package)).into_iter().flatten();
        let allowed = allowed.iter().copied().chain(more.map(String::as_str)).collect();
        !is_met(package["license"].as_str().unwrap_or_default(), &allowed)
    };
    packages.filter(is_refused).map(of).collect()
}

#[test]
fn every_licence_is_allowed_and_every_allowance_needed() {
    let (deny, metadata) = (text("deny.toml"), metadata());
    let (allow, exceptions) = (list(&deny, "allow"), exceptions(&deny));
    let allow: Vec<&str> = allow.iter().map(String::as_str).collect();
    assert_eq!(refused(&metadata, &allow, &exceptions), [""; 0]);
    for licence in &allow {
        let others: Vec<&str> = allow.iter().copied().filter(|other| other != licence).collect();
        assert_ne!(refused(&metadata, &others, &exceptions), [""; 0], "no crate needs {licence}");
    }
    let without = refused(&metadata, &allow, &BTreeMap::new());
    let without: BTreeSet<_> = without.into_iter().map(str::to_owned).collect();
    assert_eq!(without, exceptions.into_keys().collect(), "the exceptions that are needed");
}

#[test]
fn what_is_there_twice_has_a_reason() {
    let (deny, metadata) = (text("deny.toml"), metadata());
    let (mut seen, mut twice) = (BTreeSet::new(), BTreeSet::new());
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        if !seen.insert(name) {
            twice.insert(name);
        }
    }
    let (_, skip) = deny.split_once("\nskip = [\n").unwrap();
    let rows = skip.split_once("\n]").unwrap().0.lines().map(|row| {
        let parts: Vec<_> = row.split('"').collect();
        assert!(parts.len() == 5 && parts[2] == ", reason = " && !parts[3].is_empty(), "{row}");
        parts[1]
    });
    assert_eq!(twice, rows.collect(), "locked twice, and `skip` in deny.toml");
}

#[test]
fn all_packages_are_of_crates_io() {
    let (deny, metadata) = (text("deny.toml"), metadata());
    let registries = list(&deny, "allow-registry");
    for package in metadata["packages"].as_array().unwrap() {
        let source = package["source"].as_str();
        let is_known = |source: &str| {
            source
                .strip_prefix("registry+")
                .is_some_and(|from| registries.iter().any(|r| r == from))
        };
        assert!(source.is_none_or(is_known), "{} is of {source:?}", package["name"]);
    }
}

/// Which crate needs what, by the list's letters.
fn needed(metadata: &Value) -> BTreeMap<String, BTreeSet<char>> {
    let mut needed: BTreeMap<String, BTreeSet<char>> = BTreeMap::new();
    for (name, _) in CRATES {
        for dependency in package(metadata, name)["dependencies"].as_array().unwrap() {
            let letter = match (name, &dependency["optional"]) {
                ("openapi-client-runtime", _) => 'R',
                ("manis", _) => 'M',
                (_, Value::Bool(true)) => 'C',
                _ => 'G',
            };
            if dependency["kind"] != "dev" {
                let name = dependency["name"].as_str().unwrap().to_owned();
                needed.entry(name).or_default().insert(letter);
            }
        }
    }
    needed
}

#[test]
fn every_dependency_is_accounted_for() {
    let page = text("docs/dependencies.md");
    let (table, _) = page.split_once("\n## ").unwrap();
    let mut listed: BTreeMap<String, BTreeSet<char>> = BTreeMap::new();
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 6 && !cells.contains(&""), "{row}");
        let letters = cells[1].chars().filter(|letter| *letter != ' ').collect();
        let known = listed.insert(cells[0].trim_matches('`').to_owned(), letters);
        assert!(known.is_none(), "two rows of {}", cells[0]);
    }
    assert_eq!(listed, needed(&metadata()), "left: docs/dependencies.md, right: the manifests");
}

/// What is archived upstream is named in one module.
#[test]
fn serde_yaml_is_named_in_one_module() {
    let sources = crate::common::files("codegen/src", ".rs").into_iter();
    let naming = sources.filter(|file| {
        let code = std::fs::read_to_string(file).unwrap();
        code.contains("serde_yaml")
    });
    let naming: Vec<_> = naming.collect();
    assert!(matches!(&*naming, [one] if one.ends_with("syntax/yaml.rs")), "{naming:?}");
}
