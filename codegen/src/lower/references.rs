//! Every `$ref` must lead to a value, and the braces of every path template must pair up. Checked
//! when the overlay has been applied, which may mend what does not.

use std::collections::HashSet;

use serde_json::Value;

use crate::document::path_template;
use crate::document::pointer;
use crate::document::visit;
use crate::error::{Error, Problem, Result, Stage};

/// Refuses references to nothing, and chains of references that never arrive at a value.
pub(super) fn check(document: &Value) -> Result<()> {
    let mut fault = None;
    let mut checked = HashSet::new();
    visit::each(document, |_, at, node| {
        if fault.is_none()
            && let Some(reference) = visit::reference(node)
        {
            let followed = match names_another_document(reference) {
                true => Err(Problem::ExternalRef { reference: reference.to_owned() }),
                false => follow(document, reference, &mut checked),
            };
            fault = followed.err().map(|problem| Error::new(Stage::Lower, problem).at(at));
        }
    });
    fault.map_or(Ok(()), Err)
}

/// Refuses a path template whose braces do not pair up.
pub(super) fn check_templates(document: &Value) -> Result<()> {
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, _) in paths.into_iter().flatten() {
        path_template::names(path).map_err(|problem| {
            Error::new(Stage::Lower, problem).at(pointer::join("/paths", path))
        })?;
    }
    Ok(())
}

/// Follows a reference to its end, or to one that was checked before.
fn follow(document: &Value, reference: &str, checked: &mut HashSet<String>) -> Result<(), Problem> {
    let (mut chain, mut seen) = (Vec::new(), HashSet::new());
    let mut reference = reference.to_owned();
    while !checked.contains(&reference) {
        chain.push(reference.clone());
        if !seen.insert(reference.clone()) {
            return Err(Problem::RefCycle { chain });
        }
        // Reported at the place where it is written.
        if names_another_document(&reference) {
            break;
        }
        let target = pointer::of_reference(&reference).and_then(|at| document.pointer(&at));
        let Some(target) = target else {
            return Err(Problem::DanglingRef { reference });
        };
        match visit::reference(target) {
            Some(next) => reference = next.to_owned(),
            None => break,
        }
    }
    checked.extend(chain);
    Ok(())
}

/// Whether a reference leads to a file or an address. References to an `$id` were replaced before,
/// and a bare word is more likely the name of a component than of a file.
fn names_another_document(reference: &str) -> bool {
    let (address, _) = reference.split_once('#').unwrap_or((reference, ""));
    address.contains(['/', '.', ':'])
}
