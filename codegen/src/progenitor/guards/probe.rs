//! Finds the operations that the generator refuses or panics on, by giving it halves, so that one
//! bad operation costs its own method and not the whole client.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::document::operations::{Operation, operations};
use crate::document::pointer;
use crate::document::visit;
use crate::error::Error;
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
    /// What was made of it.
    pub made: T,
    /// The operations that it no longer has.
    pub left_out: Vec<LeftOut>,
}

/// Tries the whole document, and if that fails, its operations.
///
/// # Errors
/// A document without operations that is refused all the same.
pub fn run<T>(
    document: &Value,
    attempt: &dyn Fn(&Value) -> Result<T, Error>,
) -> Result<Probed<T>, Error> {
    if let Ok(made) = attempt(document) {
        return Ok(Probed { document: document.clone(), made, left_out: Vec::new() });
    }
    let mut probe = Probe { document, attempt, left_out: Vec::new() };
    let good = probe.good(&[], &operations(document));
    let document = only(document, &good);
    let made = attempt(&document)?;
    Ok(Probed { document, made, left_out: probe.left_out })
}

struct Probe<'p, T> {
    document: &'p Value,
    attempt: &'p dyn Fn(&Value) -> Result<T, Error>,
    left_out: Vec<LeftOut>,
}

impl<T> Probe<'_, T> {
    /// Those that can be generated, with others that can: an operation may be refused beside them
    /// alone.
    fn good(&mut self, others: &[Operation], some: &[Operation]) -> Vec<Operation> {
        let all = [others, some].concat();
        let error = match (self.attempt)(&only(self.document, &all)) {
            Ok(_) => return all,
            Err(error) => error,
        };
        if let [operation] = some {
            self.left_out.push(LeftOut {
                rule: &REFUSED,
                operation: operation.label(),
                place: error.place.pointer.clone().unwrap_or_else(|| operation.pointer()),
                reason: error.problem.to_string(),
            });
            return others.to_vec();
        }
        let (left, right) = some.split_at(some.len() / 2);
        let good = self.good(others, left);
        self.good(&good, right)
    }
}

/// The document with some operations, and the components that they reach.
fn only(document: &Value, some: &[Operation]) -> Value {
    let mut kept = document.clone();
    let wanted: BTreeSet<_> =
        some.iter().map(|operation| (operation.path.as_str(), operation.method.as_str())).collect();
    let others: Vec<_> = operations(document);
    for other in &others {
        if !wanted.contains(&(other.path.as_str(), other.method.as_str()))
            && let Some(Value::Object(item)) = kept.pointer_mut(&other.path_pointer())
        {
            item.shift_remove(&other.method);
        }
    }
    let has_operation: BTreeSet<_> = some.iter().map(|operation| operation.path.as_str()).collect();
    if let Some(Value::Object(paths)) = kept.get_mut("paths") {
        paths.retain(|path, _| has_operation.contains(path.as_str()));
    }
    drop_unreached(&mut kept);
    kept
}

fn drop_unreached(document: &mut Value) {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Value> = document.get("paths").into_iter().collect();
    while let Some(node) = open.pop() {
        if let Some(named) = visit::reference(node).and_then(pointer::of_reference)
            && let Some(target) = document.pointer(&named)
            && reached.insert(component(&named))
        {
            open.push(document.pointer(&component(&named)).unwrap_or(target));
        }
        match node {
            Value::Object(fields) => {
                // A discriminator names components as plain text.
                let mapped = fields.get("mapping").and_then(Value::as_object);
                for name in mapped.into_iter().flatten().filter_map(|(_, name)| name.as_str()) {
                    if let Some(at) = pointer::of_reference(name)
                        && let Some(target) = document.pointer(&at)
                        && reached.insert(component(&at))
                    {
                        open.push(target);
                    }
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    if let Some(Value::Object(sections)) = document.get_mut("components") {
        for (section, entries) in sections.iter_mut().filter(|(name, _)| *name != "securitySchemes")
        {
            if let Value::Object(entries) = entries {
                let at = pointer::join("/components", section);
                let kept: Map<_, _> = std::mem::take(entries)
                    .into_iter()
                    .filter(|(name, _)| reached.contains(&pointer::join(&at, name)))
                    .collect();
                *entries = kept;
            }
        }
    }
}

/// The component that a pointer leads into.
fn component(at: &str) -> String {
    at.splitn(5, '/').take(4).collect::<Vec<_>>().join("/")
}
