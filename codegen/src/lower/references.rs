//! Every `$ref` must arrive somewhere, and every path template must be one. Checked when the
//! overlay has been applied, which may mend what leads nowhere.

use serde_json::Value;

use crate::error::{Error, Problem, Result, Stage};
use crate::normalize::path_templates;
use crate::pointer;
use crate::walk;

/// Finds references to nothing, and chains of references that never arrive at a value.
pub fn check(document: &Value) -> Result<()> {
    let mut fault = None;
    walk::each(document, |_, at, node| {
        if fault.is_none()
            && let Some(reference) = walk::reference(node)
        {
            fault = follow(document, reference).err().map(|problem| (at.to_owned(), problem));
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
    paths.into_iter().flatten().try_for_each(|(path, _)| match path_templates::names(path) {
        Ok(_) => Ok(()),
        Err(problem) => Err(Error::new(Stage::Lower, problem).at(pointer::join("/paths", path))),
    })
}

fn follow(document: &Value, reference: &str) -> Result<(), Problem> {
    let mut chain = vec![reference.to_owned()];
    loop {
        let reference = chain[chain.len() - 1].clone();
        let target = pointer::of_reference(&reference).and_then(|at| document.pointer(&at));
        let Some(target) = target else {
            return Err(Problem::DanglingRef { reference });
        };
        let Some(next) = walk::reference(target) else { return Ok(()) };
        let seen = chain.iter().any(|link| link == next);
        chain.push(next.to_owned());
        if seen {
            return Err(Problem::RefCycle { chain });
        }
    }
}
