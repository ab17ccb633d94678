//! What is proposed for the first page, with no correction there yet, against the corrections that stand in `spec/`.

use std::fs;

use manis_codegen::command;
use manis_codegen::document::pointer;
use manis_codegen::pipeline;
use serde_json::Value;

use crate::repository::Repository;

/// Every place at which two documents differ, texts for people and the names of types left out.
fn differences(one: &Value, other: &Value, at: &str, found: &mut Vec<String>) {
    const UNTOLD: [&str; 4] = ["description", "x-schema-name", "x-personal", "title"];
    match (one, other) {
        (Value::Object(here), Value::Object(there)) => {
            let keys = here.keys().chain(there.keys().filter(|key| !here.contains_key(*key)));
            // A property may be called as a keyword is.
            let keys =
                keys.filter(|key| at.ends_with("/properties") || !UNTOLD.contains(&key.as_str()));
            for key in keys {
                let place = pointer::join(at, key);
                match (here.get(key), there.get(key)) {
                    (Some(one), Some(other)) => differences(one, other, &place, found),
                    (Some(one), None) => found.push(format!("only proposed: {place}: {one}")),
                    (None, Some(other)) => found.push(format!("only in spec/: {place}: {other}")),
                    (None, None) => {}
                }
            }
        }
        (Value::Array(here), Value::Array(there)) if at.ends_with("/required") => {
            let here: std::collections::BTreeSet<_> = here.iter().map(Value::to_string).collect();
            let there: std::collections::BTreeSet<_> = there.iter().map(Value::to_string).collect();
            if here != there {
                found.push(format!("{at}: {here:?} and {there:?}"));
            }
        }
        (one, other) if one != other => found.push(format!("{at}: {one} and {other}")),
        _ => {}
    }
}

/// The corrections of the first page took an afternoon: what is proposed comes to the same, but for what is listed in
/// the snapshot. `docs/findings.md` says why each of these is there.
#[test]
fn what_is_proposed_for_the_first_page_is_what_stands_in_its_corrections() {
    let repository = Repository::before();
    let spec = repository.spec();
    for file in ["overlay.yaml", "audit.yaml"] {
        fs::remove_file(spec.join(file)).unwrap();
    }
    repository.run(|spec, out| command::propose(spec, &[], true, out));
    let proposed = pipeline::run(&spec).unwrap().documents.patched;
    let corrected = pipeline::run(Repository::before().spec().as_path()).unwrap().documents.patched;
    let mut found = Vec::new();
    differences(&proposed, &corrected, "", &mut found);
    insta::assert_snapshot!("differences", found.join("\n"));
}

/// Nothing is written of what a person must decide.
#[test]
fn what_is_asked_of_the_first_page_is_not_guessed() {
    let repository = Repository::before();
    for file in ["overlay.yaml", "audit.yaml"] {
        fs::remove_file(repository.spec().join(file)).unwrap();
    }
    let (_, printed) = repository.run(|spec, out| command::propose(spec, &[], false, out));
    let asked = printed.lines().filter(|line| line.starts_with("? "));
    insta::assert_snapshot!("asked", asked.collect::<Vec<_>>().join("\n"));
}
