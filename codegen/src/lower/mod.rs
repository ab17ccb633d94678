//! Stage 4, lower: OpenAPI 3.1 becomes 3.0.3, the only dialect that progenitor takes.
//!
//! What 3.0 can say is translated with the same meaning. What it cannot say is loosened, never
//! tightened, and reported. The two specifications are all that this stage knows.

mod document;
mod keywords;
mod names;
mod nulls;
mod polarity;
mod references;
mod targets;
mod unsupported;

use serde_json::{Value, json};

use crate::document::visit::{self, Kind};
use crate::error::{Error, Problem, Result, Stage};
use crate::report::{Log, Staged};

pub use document::BESIDE_SCHEMAS;

/// The version that documents are lowered to.
const VERSION: &str = "3.0.3";

/// Lowers a document, after giving schemas the names that `x-schema-name` asks for.
///
/// # Errors
/// A reference or a path template that leads nowhere, now that the overlay had its chance to mend
/// it; two different schemas that ask for the same name.
pub fn run(document: &Value) -> Result<Staged> {
    references::check_templates(document)?;
    let mut log = Log::new(Stage::Lower);
    let mut document = document.clone();
    names::rename(&mut document, &mut log)?;
    targets::settle(&mut document, &mut log);
    references::check(&document)?;
    names::hoist(&mut document, &mut log)?;
    let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !version.starts_with("3.0") {
        visit::each_mut(&mut document, |kind, at, node| {
            if kind == Kind::Schema {
                keywords::lower(node, at, &mut log);
            }
            Ok::<_, Error>(())
        })?;
        polarity::settle(&mut document, &mut log);
        document::lower(&mut document, &mut log);
        document["openapi"] = json!(VERSION);
        log.add("version", "/openapi", format!("{version} -> {VERSION}"));
        // What 3.0 has no place for may have been referred to.
        references::check(&document)?;
    }
    Ok(Staged { document, changes: log.changes })
}

/// A name is wanted by two schemas that differ.
fn conflict(name: &str, at: &str) -> Error {
    let problem = Problem::Conflict { name: name.to_owned(), other: format!("`{name}`") };
    Error::new(Stage::Lower, problem).at(at)
}
