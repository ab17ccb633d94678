//! Finds the operations that the generator refuses or panics on by bisection, so that one bad operation
//! costs its own method and not the whole client.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::operations::{METHODS, Operation, operations};
use crate::document::{pointer, visit};
use crate::error::Error;
use crate::progenitor::schema::entries;
use crate::report::{LeftOut, Rule};

pub(in crate::progenitor) const REFUSED: Rule = Rule::left_out(
    "refused",
    "whatever else progenitor refuses, or would never end",
    "the operation",
);

/// What can be generated, and what cannot.
pub struct Probed<T> {
    /// The document without what cannot be generated.
    pub document: Value,
    /// The code that was generated from it.
    pub generated: T,
    /// The operations that are removed from it.
    pub left_out: Vec<LeftOut>,
}

/// Tries the whole document, and if that fails, its operations.
///
/// # Errors
/// A document without operations that is refused all the same.
pub fn run<T>(
    document: Value,
    attempt: &dyn Fn(&Value) -> Result<T, Error>,
) -> Result<Probed<T>, Error> {
    if let Ok(generated) = attempt(&document) {
        return Ok(Probed { document, generated, left_out: Vec::new() });
    }
    let mut probe = Probe { document: &document, attempt, left_out: Vec::new() };
    let accepted = probe.accepted(&[], &operations(&document));
    let left_out = probe.left_out;
    let document = only(&document, &accepted);
    let generated = attempt(&document)?;
    Ok(Probed { document, generated, left_out })
}

struct Probe<'p, T> {
    document: &'p Value,
    attempt: &'p dyn Fn(&Value) -> Result<T, Error>,
    left_out: Vec<LeftOut>,
}

impl<T> Probe<'_, T> {
    /// The `accepted` operations, and those of the `candidates` that can be generated beside them. An
    /// operation may be fine alone, and refused beside another one.
    fn accepted(&mut self, accepted: &[Operation], candidates: &[Operation]) -> Vec<Operation> {
        if candidates.is_empty() {
            return accepted.to_vec();
        }
        let together = [accepted, candidates].concat();
        let error = match (self.attempt)(&only(self.document, &together)) {
            Ok(_) => return together,
            Err(error) => error,
        };
        if let [operation] = candidates {
            self.left_out.push(LeftOut {
                rule: &REFUSED,
                operation: operation.label(),
                place: error.place.pointer.clone().unwrap_or_else(|| operation.pointer()),
                reason: error.problem.to_string(),
            });
            return accepted.to_vec();
        }
        let (left, right) = candidates.split_at(candidates.len() / 2);
        let accepted = self.accepted(accepted, left);
        self.accepted(&accepted, right)
    }
}

/// The document with some operations, and the components that they reach.
fn only(document: &Value, some: &[Operation]) -> Value {
    let mut reduced = document.clone();
    let wanted: BTreeSet<_> =
        some.iter().map(|it| (it.path.as_str(), it.method.as_str())).collect();
    let with_operations: BTreeSet<_> = wanted.iter().map(|(path, _)| *path).collect();
    if let Some(Value::Object(paths)) = reduced.get_mut("paths") {
        paths.retain(|path, _| with_operations.contains(path.as_str()));
        for (path, item) in paths {
            let is_left =
                |key: &str| !METHODS.contains(&key) || wanted.contains(&(path.as_str(), key));
            if let Value::Object(item) = item {
                item.retain(|key, _| is_left(key));
            }
        }
    }
    drop_unreached(&mut reduced);
    reduced
}

fn drop_unreached(document: &mut Value) {
    let reached = reached(document);
    if let Some(Value::Object(sections)) = document.get_mut("components") {
        for (section, entries) in sections.iter_mut().filter(|(name, _)| *name != "securitySchemes")
        {
            if let Value::Object(entries) = entries {
                let at = pointer::join("/components", section);
                entries.retain(|name, _| reached.contains(&pointer::join(&at, name)));
            }
        }
    }
}

/// The pointers of the components that operations refer to, also by way of others.
fn reached(document: &Value) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut unvisited: Vec<&Value> = document.get("paths").into_iter().collect();
    while let Some(node) = unvisited.pop() {
        // A discriminator names components as plain text.
        let mapped = entries(node, "mapping").filter_map(|(_, target)| target.as_str());
        for reference in visit::reference(node).into_iter().chain(mapped) {
            if let Some(at) = pointer::of_reference(reference)
                && let Some(target) = document.pointer(&at)
                && reached.insert(component(&at))
            {
                unvisited.push(document.pointer(&component(&at)).unwrap_or(target));
            }
        }
        match node {
            Value::Object(fields) => unvisited.extend(fields.values()),
            Value::Array(items) => unvisited.extend(items),
            _ => {}
        }
    }
    reached
}

/// The pointer of the component that a pointer leads into: its first three tokens.
fn component(at: &str) -> String {
    at.splitn(5, '/').take(4).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::{Problem, Stage};

    #[test]
    fn a_document_without_operations_that_is_refused_all_the_same() {
        let refuse =
            |_: &Value| -> Result<(), Error> { Err(Error::new(Stage::Generate, Problem::NoPaths)) };
        assert!(run(json!({ "paths": { "/pets": {} } }), &refuse).is_err());
    }
}
