//! What a change means on the wire, by the standards: each file in `fixtures/pairs` is two schemas or two documents,
//! the class of the change there and back, and the clause that says so.
//!
//! A pair of schemas is once the body of a request and once that of an answer. `base` of a pair of documents is
//! what both have; `old` and `new` are merged into it (RFC 7396). Classes: `breaking`, `compatible`, `equal`, and
//! `unjudged` for what no rule judges. There and back are mirrors, or `not_mirrored` says why not.

mod common;

use std::path::Path;

use common::case::{Case, Outcome};
use manis_codegen::drift::{self, Class, Direction};
use serde_json::{Value, json};

fn merge(document: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else { return *document = patch.clone() };
    if !document.is_object() {
        *document = json!({});
    }
    for (key, patch) in fields {
        match patch {
            Value::Null => drop(document.as_object_mut().map(|it| it.shift_remove(key))),
            patch => merge(&mut document[key.as_str()], patch),
        }
    }
}

/// The document in which a schema is the body of a request, or of an answer.
fn with_schema(case: &Case, schema: &Value, direction: Direction) -> Value {
    let version = case.get("openapi").cloned().unwrap_or(json!("3.1.0"));
    let mut schemas = case.get("schemas").cloned().unwrap_or(json!({}));
    schemas["It"] = schema.clone();
    let content =
        json!({ "application/json": { "schema": { "$ref": "#/components/schemas/It" } } });
    let mut document = json!({
        "openapi": version,
        "info": { "title": "Pets", "version": "1" },
        "paths": { "/pets": { "post": {
            "operationId": "add_pet",
            "responses": { "200": { "description": "Added." } },
        } } },
        "components": { "schemas": schemas },
    });
    let operation = &mut document["paths"]["/pets"]["post"];
    match direction {
        Direction::Response => operation["responses"]["200"]["content"] = content,
        _ => operation["requestBody"] = json!({ "required": true, "content": content }),
    }
    document
}

fn class(old: &Value, new: &Value) -> (&'static str, String) {
    let (wire, unjudged) = drift::compare_documents(old, new);
    let found = wire.iter().map(|it| format!("{:?} {} {}: {}", it.class, it.rule, it.new, it.note));
    let found = found.chain(unjudged.iter().map(|it| format!("not judged {}", it.place)));
    let found = found.collect::<Vec<_>>().join("; ");
    let class = if wire.iter().any(|change| change.class == Class::Breaking) {
        "breaking"
    } else if !wire.is_empty() {
        "compatible"
    } else if !unjudged.is_empty() {
        "unjudged"
    } else {
        "equal"
    };
    (class, found)
}

fn text<'v>(value: &'v Value, key: &str) -> Outcome<&'v str> {
    Ok(value.get(key).and_then(Value::as_str).ok_or_else(|| format!("no `{key}`"))?)
}

/// What a change says that its documents had and have, and that is not at its pointers.
fn not_there(old: &Value, new: &Value) -> Vec<String> {
    let changes = drift::compare_documents(old, new).0.into_iter();
    let is_there = |document: &Value, pointer: &str, value: &Option<Value>| {
        value.is_none() || document.pointer(pointer) == value.as_ref()
    };
    let wrong = changes.filter(|change| {
        let is_nothing = change.was.is_none() && change.is.is_none();
        let both =
            is_there(old, &change.old, &change.was) && is_there(new, &change.new, &change.is);
        is_nothing || !both
    });
    wrong.map(|change| format!("not at its pointers: {change:?}")).collect()
}

/// What is not as expected of a pair, there and back.
fn wrong(name: &str, expected: &Value, [old, new]: [&Value; 2]) -> Outcome<Vec<String>> {
    let mut wrong = Vec::new();
    for (way, one, other) in [("there", old, new), ("back", new, old)] {
        let (expected, (is, found)) = (text(expected, way)?, class(one, other));
        wrong.extend(not_there(one, other));
        if is != expected {
            wrong.push(format!("{name} {way}: {is}, expected {expected} ({found})"));
        }
    }
    Ok(wrong)
}

fn is_mirrored(expected: &Value) -> Outcome<bool> {
    let (there, back) = (text(expected, "there")?, text(expected, "back")?);
    Ok(match there {
        // Two sets of which none is in the other break both ways.
        "breaking" => ["compatible", "breaking"].contains(&back),
        "compatible" => back == "breaking",
        same => back == same,
    })
}

/// Cases that are judged otherwise as yet; one that is no longer must go from the list.
fn is_known(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    include_str!("fixtures/pairs-judged-otherwise.txt").lines().any(|line| line == name)
}

/// Changes by the standards that are none to a client: that `nullable` is left in 3.1, where it says nothing, and
/// what a closed part of an `allOf` rules out in answers.
fn is_meant_silent(path: &Path) -> bool {
    let name = path.to_string_lossy();
    ["nullable", "all-of-with-a-closed-part"].iter().any(|silent| name.contains(silent))
}

fn case(path: &Path, text: String) -> Outcome {
    let case = Case::read(path, text)?;
    for field in ["clause", "why"] {
        if case.input(field)?.as_str().is_none_or(|text| text.len() < 5) {
            return Err(format!("the case has no `{field}`").into());
        }
    }
    let (old, new) = (case.input("old")?, case.input("new")?);
    let mut found = Vec::new();
    let mut expectations = Vec::new();
    if let Some(base) = case.get("base") {
        let documents = [old, new].map(|patch| {
            let mut document = base.clone();
            merge(&mut document, patch);
            document
        });
        let expected = json!({ "there": case.input("there")?, "back": case.input("back")? });
        found.extend(wrong("document", &expected, documents.each_ref())?);
        expectations.push(expected);
    } else {
        for (name, direction) in
            [("request", Direction::Request), ("response", Direction::Response)]
        {
            let documents = [old, new].map(|schema| with_schema(&case, schema, direction));
            let expected = case.input(name)?;
            found.extend(wrong(name, expected, documents.each_ref())?);
            expectations.push(expected.clone());
        }
    }
    for expected in &expectations {
        if !is_mirrored(expected)? && case.get("not_mirrored").is_none() {
            return Err(
                format!("{expected} are no mirrors, and `not_mirrored` does not say why").into()
            );
        }
    }
    as_listed(path, &found)
}

/// Whether what is not as expected is listed, and told at least.
fn as_listed(path: &Path, found: &[String]) -> Outcome {
    let is_silent = found.iter().any(|wrong| wrong.contains(": equal, expected"));
    match (found.is_empty(), is_known(path)) {
        (false, true) if is_silent && !is_meant_silent(path) => {
            Err(format!("a change is not told: {}", found.join("\n")).into())
        }
        (true, false) | (false, true) => Ok(()),
        (true, true) => Err("is judged as expected: take it from the list of others".into()),
        (false, false) => Err(found.join("\n").into()),
    }
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/pairs", pattern = r".*" },
}
