//! Pages become one document: what several pages have in common is taken once.

use serde_json::{Map, Value};

use crate::error::{Error, Problem, Result, Stage};
use crate::pointer;

/// Merges documents, in their order. The first page's `openapi`, `info` and the like stand.
pub fn run(pages: Vec<(&str, Value)>) -> Result<Value> {
    let mut merged = Map::new();
    for (slug, page) in pages {
        let Value::Object(page) = page else { continue };
        for (key, value) in page {
            match (key.as_str(), merged.get_mut(&key)) {
                (_, None) => {
                    merged.insert(key, value);
                }
                ("paths" | "components" | "webhooks", Some(there)) => {
                    join(there, value, &pointer::join("", &key), slug)?;
                }
                ("servers" | "tags" | "security", Some(Value::Array(there))) => {
                    for item in value.as_array().into_iter().flatten() {
                        if !there.contains(item) {
                            there.push(item.clone());
                        }
                    }
                }
                _ => {}
            }
        }
    }
    Ok(Value::Object(merged))
}

/// Joins two maps three levels down (section, name, definition); equal definitions are one.
fn join(there: &mut Value, new: Value, at: &str, slug: &str) -> Result<()> {
    let (Value::Object(there), Value::Object(new)) = (there, new) else { return Ok(()) };
    for (key, value) in new {
        let at = pointer::join(at, &key);
        match there.get_mut(&key) {
            None => {
                there.insert(key, value);
            }
            Some(other) if *other == value => {}
            Some(other) if at.matches('/').count() < 3 => join(other, value, &at, slug)?,
            Some(_) => {
                let problem = Problem::Conflict { name: key, other: "an earlier page".to_owned() };
                let error = Error::new(Stage::Normalize, problem).at(&at);
                return Err(error.in_operation(slug));
            }
        }
    }
    Ok(())
}
