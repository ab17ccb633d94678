//! Loosening a schema may tighten what is around it: if it accepts more, `not` of it accepts less,
//! and a `oneOf` in which two alternatives match now accepts less, too. So that a document is never
//! tightened, both are loosened as well.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Fields;
use super::keywords::conjoin;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::report::{Log, Rule};

/// The key that marks a loosened schema until [`propagate`]. No document has one like it.
const MARK: &str = "\u{0}loosened";

pub(super) const NOT: Rule =
    Rule::loosened("not", "`not` of what was loosened", "none: it would refuse more");
pub(super) const ONE_OF: Rule = Rule::loosened(
    "one-of",
    "`oneOf` of which an alternative was loosened",
    "`anyOf`: two may match now",
);

/// Marks a schema as loosened, and reports it.
pub(super) fn loosen(fields: &mut Fields, log: &mut Log, rule: &Rule, at: &str, note: &str) {
    fields.insert(MARK.to_owned(), Value::Bool(true));
    log.add(rule, at, note);
}

/// Loosens what depends on loosened schemas, until nothing more does, and removes the marks.
pub(super) fn propagate(document: &mut Value, log: &mut Log) {
    let mut is_done = false;
    while !is_done {
        let components = loosened_components(document);
        is_done = true;
        visit::each_schema_mut(document, |at, fields| {
            let loosened = loosen_not(fields, &components, at, log);
            is_done &= !(loosen_one_of(fields, &components, at, log) || loosened);
        });
    }
    visit::each_schema_mut(document, |_, fields| drop(fields.shift_remove(MARK)));
}

/// References to components that were loosened, or that refer to one that was.
fn loosened_components(document: &Value) -> BTreeSet<String> {
    let mut used_by = BTreeMap::<String, Vec<String>>::new();
    let mut queue = Vec::new();
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let component = pointer::to_component("schemas", name);
        visit::each_below(Kind::Schema, "", schema, &mut |_, _, node| {
            if node.get(MARK).is_some() {
                queue.push(component.clone());
            }
            if let Some(reference) = visit::reference(node) {
                used_by.entry(reference.to_owned()).or_default().push(component.clone());
            }
        });
    }
    let mut loosened = BTreeSet::new();
    while let Some(component) = queue.pop() {
        if loosened.insert(component.clone()) {
            queue.extend(used_by.remove(&component).into_iter().flatten());
        }
    }
    loosened
}

fn is_loosened(schema: &Value, components: &BTreeSet<String>) -> bool {
    let mut is_loosened = false;
    visit::each_below(Kind::Schema, "", schema, &mut |_, _, node| {
        is_loosened |= node.get(MARK).is_some()
            || visit::reference(node).is_some_and(|reference| components.contains(reference));
    });
    is_loosened
}

fn loosen_not(fields: &mut Fields, loosened: &BTreeSet<String>, at: &str, log: &mut Log) -> bool {
    if !fields.get("not").is_some_and(|schema| is_loosened(schema, loosened)) {
        return false;
    }
    fields.shift_remove("not");
    loosen(fields, log, &NOT, at, "`not` of a loosened schema is no longer checked");
    true
}

fn loosen_one_of(
    fields: &mut Fields,
    loosened: &BTreeSet<String>,
    at: &str,
    log: &mut Log,
) -> bool {
    let Some(Value::Array(parts)) = fields.get("oneOf") else { return false };
    if parts.len() < 2 || !parts.iter().any(|part| is_loosened(part, loosened)) {
        return false;
    }
    let parts = fields.shift_remove("oneOf").unwrap_or_default();
    match fields.contains_key("anyOf") {
        true => conjoin(fields, json!({ "anyOf": parts })),
        false => drop(fields.insert("anyOf".to_owned(), parts)),
    }
    loosen(fields, log, &ONE_OF, at, "anyOf: an alternative was loosened, so two may match");
    true
}
