//! N1: the exporter percent-encodes the braces of path templates (`%7BcustomerId%7D`), or writes variables as
//! a framework has them (`:customerId`).

use serde_json::{Map, Value};

use crate::document::set;
use crate::document::{path_template, pointer};
use crate::error::{Error, Problem, Result, Stage};
use crate::normalize::Mending;
use crate::report::Rule;

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N1 path-template",
    "path templates percent-encoded, or as a framework writes them: `:id`, `<id>`, `{id:[0-9]+}`",
    "braces",
);

/// Writes the variables of templates in braces, changes nothing else, and returns the names inside all of them, by which
/// [N4](super::n04_component_name) knows names that were derived from an encoded path.
pub(in crate::normalize) fn mend(page: &mut Mending) -> Result<Vec<String>> {
    let Some(Value::Object(paths)) = page.document.get_mut("paths").map(Value::take) else {
        return Ok(Vec::new());
    };
    let mut mended = Map::new();
    let mut names = Vec::new();
    for (path, item) in paths {
        let at = pointer::join("/paths", &path);
        let decoded = path_template::in_braces(&path_template::decode(&path));
        if decoded != path {
            page.log(&RULE, &at, format!("{path} -> {decoded}"));
        }
        names.extend(path_template::names(&decoded).unwrap_or_default());
        join(&mut mended, decoded, item).map_err(|error| error.at(&at))?;
    }
    set(&mut page.document, "paths", mended);
    Ok(names)
}

/// Adds a path item; one whose decoded path is there already must not lose an operation.
fn join(paths: &mut Map<String, Value>, path: String, item: Value) -> Result<()> {
    let Some(existing) = paths.get_mut(&path) else {
        paths.insert(path, item);
        return Ok(());
    };
    let (Value::Object(existing), Value::Object(item)) = (existing, item) else { return Ok(()) };
    for (key, value) in item {
        if existing.get(&key).is_some_and(|other| *other != value) {
            let problem = Problem::Conflict { name: format!("{key} {path}"), other: path.clone() };
            return Err(Error::new(Stage::Normalize, problem));
        }
        existing.insert(key, value);
    }
    Ok(())
}
