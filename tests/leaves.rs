//! Every leaf of the vendored document is changed, removed, and given a neighbour. Drift shows each of
//! these, says what covers it, or it stops codegen: nothing that the vendor changes is hidden.

#[path = "../codegen/tests/common/leaves.rs"]
mod leaves;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use leaves::leaves;
use manis_codegen::document::pointer;
use manis_codegen::drift::{self, Visibility};
use manis_codegen::overlay;
use manis_codegen::vendor::{self, Upstream};
use serde_json::{Value, json};

fn other(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(format!("{text}x")),
        Value::Bool(flag) => json!(!flag),
        Value::Number(number) => json!(number.as_f64().unwrap_or_default() + 1.0),
        _ => json!("x"),
    }
}

fn edited(document: &Value, at: &str, edit: &str) -> Option<Value> {
    let mut document = document.clone();
    let (holder, key) = at.rsplit_once('/')?;
    let key = pointer::unescape(key);
    match (document.pointer_mut(holder)?, edit) {
        (holder, "changed") => {
            let value = match holder {
                Value::Object(fields) => fields.get_mut(&key)?,
                Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?)?,
                _ => return None,
            };
            *value = other(value);
        }
        (Value::Object(fields), "removed") => drop(fields.shift_remove(&key)?),
        (Value::Array(items), "removed") => drop(items.remove(key.parse().ok()?)),
        (Value::Object(fields), _) => {
            let (name, value) = match fields.contains_key("type") {
                true => ("pattern", json!("^x")),
                false => ("added", json!("x")),
            };
            // A neighbour of the first leaf is one of all.
            if fields.contains_key(name) || fields.keys().next() != Some(&key) {
                return None;
            }
            fields.insert(name.to_owned(), value);
        }
        (Value::Array(items), _) if key == "0" => items.push(json!("x")),
        _ => return None,
    }
    Some(document)
}

/// What became of a change, in a few words.
fn fate(seen: Result<Visibility, manis_codegen::Error>) -> String {
    let seen = match seen {
        Err(error) => return format!("stops codegen: {}", error.stage),
        Ok(seen) => seen,
    };
    if let Some(fault) = seen.unfit.first() {
        return format!("stops codegen: overlay {}", fault.patch);
    }
    match (seen.wire.first(), seen.texts, seen.covered_by) {
        (_, _, Some(by)) => format!("covered: {by}"),
        (Some(change), ..) => format!("shown: on the wire, {:?}", change.class).to_lowercase(),
        (None, 1.., None) => "shown: text".to_owned(),
        (None, 0, None) if seen.unjudged > 0 => "shown: not judged".to_owned(),
        (None, 0, None) => "HIDDEN".to_owned(),
    }
}

#[test]
fn nothing_that_the_vendor_changes_is_hidden() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec");
    let pages = vendor::load(&spec).unwrap();
    let overlay = overlay::read(&spec.join("overlay.yaml")).unwrap();
    let places = leaves(&pages[0].document);
    let edits =
        places.iter().flat_map(|at| ["changed", "removed", "beside"].map(|edit| (at, edit)));
    let edits: Vec<_> = edits.collect();
    let visibility = |(at, edit): &(&String, &str)| {
        let document = edited(&pages[0].document, at, edit)?;
        let changed = Upstream { document, ..pages[0].clone() };
        let fate = fate(drift::visibility(&pages, &[changed], overlay.as_ref()));
        Some((fate, format!("{edit} {at}")))
    };
    let half = edits.len() / 2;
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| edits[..half].iter().filter_map(visibility).collect::<Vec<_>>());
        (edits[half..].iter().filter_map(visibility).collect::<Vec<_>>(), first.join().unwrap())
    });
    let mut fates = BTreeMap::<String, Vec<String>>::new();
    for (fate, place) in first.into_iter().chain(second) {
        fates.entry(fate).or_default().push(place);
    }
    assert!(!fates.contains_key("HIDDEN"), "{:#?}", fates["HIDDEN"]);
    // Where no client looks, drift says so; the list is for review.
    let lines = fates.iter().map(|(fate, places)| match fate.strip_prefix("covered: nothing") {
        None => format!("{:4} {fate}", places.len()),
        Some(_) => format!("{:4} {fate}\n       {}", places.len(), places.join("\n       ")),
    });
    insta::assert_snapshot!("fates", lines.collect::<Vec<_>>().join("\n"));
}

/// What the page says in a line, changed and removed. The document's own lines are leaves.
#[test]
fn no_line_of_the_page_is_hidden() {
    const DOCUMENT: &str = "openapi: 3.1.0\ninfo: {}\npaths: {}\n";
    let vendored = &vendor::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("spec")).unwrap()[0];
    let page = vendored.page.as_ref().unwrap().replace(&vendored.text, DOCUMENT);
    let folder = tempfile::tempdir().unwrap();
    let read = |text: &str| {
        let input = folder.path().join("page.md");
        fs::write(&input, text).unwrap();
        vendor::run(folder.path(), &[input])?.write()?;
        Ok::<_, manis_codegen::Error>(vendor::load(folder.path())?.remove(0))
    };
    let before = read(&page).unwrap();
    let is_seen = |text: &str| match read(text) {
        Ok(after) => {
            after.examples != before.examples || !drift::page_says(&before, &after).is_empty()
        }
        // A page that is refused is seen by whoever adds it.
        Err(_) => true,
    };
    assert!(!is_seen(&page));
    let lines: Vec<&str> = page.lines().collect();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let changed = format!("{line} and more");
        for edit in [vec![changed.as_str()], vec![]] {
            let edited = [&lines[..index], &edit, &lines[index + 1..]].concat().join("\n");
            // Inside the document nothing is compared here.
            let is_of_document = DOCUMENT.contains(line) && !line.starts_with("```");
            assert!(is_of_document || is_seen(&edited), "{}: {line} -> {edit:?}", index + 1);
        }
    }
}
