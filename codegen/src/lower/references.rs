//! Every `$ref` must arrive somewhere, and every path template must be one. Checked when the
//! overlay has been applied, which may mend what leads nowhere.

use std::collections::HashSet;

use serde_json::Value;

use crate::document::path_template;
use crate::document::pointer;
use crate::document::visit;
use crate::error::{Error, Problem, Result, Stage};

/// Finds references to nothing, and chains of references that never arrive at a value.
pub fn check(document: &Value) -> Result<()> {
    let mut fault = None;
    let mut arrive = HashSet::new();
    visit::each(document, |_, at, node| {
        if fault.is_none()
            && let Some(reference) = visit::reference(node)
        {
            let checked = match names_another_document(reference) {
                true => Err(Problem::ExternalRef { reference: reference.to_owned() }),
                false => follow(document, reference, &mut arrive),
            };
            fault = checked.err().map(|problem| (at.to_owned(), problem));
        }
    });
    match fault {
        Some((at, problem)) => Err(Error::new(Stage::Lower, problem).at(at)),
        None => Ok(()),
    }
}

/// Finds a path template whose braces do not pair up.
pub fn check_templates(document: &Value) -> Result<()> {
    let paths = document.get("paths").and_then(Value::as_object);
    paths.into_iter().flatten().try_for_each(|(path, _)| match path_template::names(path) {
        Ok(_) => Ok(()),
        Err(problem) => Err(Error::new(Stage::Lower, problem).at(pointer::join("/paths", path))),
    })
}

/// Follows a reference to its end, or to what is known to arrive.
fn follow(document: &Value, reference: &str, arrive: &mut HashSet<String>) -> Result<(), Problem> {
    let (mut chain, mut seen) = (Vec::new(), HashSet::new());
    let mut reference = reference.to_owned();
    while !arrive.contains(&reference) {
        chain.push(reference.clone());
        if !seen.insert(reference.clone()) {
            return Err(Problem::RefCycle { chain });
        }
        // It is reported where it is written.
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
    arrive.extend(chain);
    Ok(())
}

/// Whether a reference leads to a file or an address. Places that an `$id` names have become
/// components before. A bare word is more likely the name of a component.
fn names_another_document(reference: &str) -> bool {
    let (address, _) = reference.split_once('#').unwrap_or((reference, ""));
    address.contains(['/', '.', ':'])
}
