//! Stage 4, lower: OpenAPI 3.1 becomes 3.0.3, the only dialect that progenitor takes.
//!
//! What 3.0 can say is translated with the same meaning. What it cannot say is loosened, never
//! tightened, and reported. The two specifications are all that this stage knows.

mod keywords;
mod names;
mod nulls;
mod polarity;
mod references;
mod unsupported;

use serde_json::{Value, json};

use crate::change::{Change, Staged};
use crate::error::{Error, Problem, Result, Stage};
use crate::pointer;
use crate::walk::{self, Kind};

/// The version that documents are lowered to.
const VERSION: &str = "3.0.3";

/// Lowers a document, after giving schemas the names that `x-schema-name` asks for.
///
/// # Errors
/// A reference or a path template that leads nowhere, now that the overlay had its chance to mend
/// it; two different schemas that ask for the same name.
pub fn run(document: &Value) -> Result<Staged> {
    references::check_templates(document)?;
    references::check(document)?;
    let mut log = Log(Vec::new());
    let mut document = document.clone();
    names::hoist(&mut document, &mut log)?;
    let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !version.starts_with("3.0") {
        walk::each_mut(&mut document, |kind, at, node| {
            if kind == Kind::Schema {
                keywords::lower(node, at, &mut log);
            }
            Ok::<_, Error>(())
        })?;
        polarity::settle(&mut document, &mut log);
        lower_document(&mut document, &mut log);
        document["openapi"] = json!(VERSION);
        log.add("version", "/openapi", format!("{version} -> {VERSION}"));
        // What 3.0 has no place for may have been referred to.
        references::check(&document)?;
    }
    Ok(Staged { document, changes: log.0 })
}

/// Fields outside schemas that 3.0 does not have.
fn lower_document(document: &mut Value, log: &mut Log) {
    let Some(root) = document.as_object_mut() else { return };
    if root.shift_remove("jsonSchemaDialect").is_some() {
        log.add("json-schema-dialect", "/jsonSchemaDialect", "3.0 has one dialect");
    }
    if root.shift_remove("webhooks").is_some() {
        log.loosen("webhooks", "/webhooks", "3.0 has none; a client does not call them");
    }
    if let Some(Value::Object(info)) = root.get_mut("info")
        && info.shift_remove("summary").is_some()
    {
        log.loosen("info-summary", "/info/summary", "3.0 has no summary here");
    }
    path_items(document, log);
    if let Some(Value::Object(license)) = document.pointer_mut("/info/license")
        && let Some(Value::String(identifier)) = license.shift_remove("identifier")
    {
        license.insert("url".to_owned(), json!(format!("https://spdx.org/licenses/{identifier}")));
        log.add("license-identifier", "/info/license", "the SPDX identifier became its url");
    }
}

/// Path items that are components go where they are referred to.
fn path_items(document: &mut Value, log: &mut Log) {
    let Some(Value::Object(components)) = document.get_mut("components") else { return };
    let Some(Value::Object(shared)) = components.shift_remove("pathItems") else { return };
    let Some(Value::Object(paths)) = document.get_mut("paths") else { return };
    for (path, item) in paths {
        let named = walk::reference(item).and_then(pointer::component_of);
        if let Some((section, name)) = named
            && section == "pathItems"
            && let (Some(Value::Object(target)), Value::Object(fields)) = (shared.get(&name), item)
        {
            fields.shift_remove("$ref");
            for (key, value) in target {
                fields.entry(key).or_insert_with(|| value.clone());
            }
            log.add("path-item", &pointer::join("/paths", path), format!("{name}: moved here"));
        }
    }
}

/// What this stage did so far.
struct Log(Vec<Change>);

impl Log {
    fn add(&mut self, rule: &str, place: &str, note: impl Into<String>) {
        self.0.push(Change::new(Stage::Lower, rule, place, note));
    }

    fn loosen(&mut self, rule: &str, place: &str, note: impl Into<String>) {
        self.0.push(Change::new(Stage::Lower, rule, place, note).loosened());
    }
}

/// A name is wanted by two schemas that differ.
fn conflict(name: &str, at: &str) -> Error {
    let problem = Problem::Conflict { name: name.to_owned(), other: format!("`{name}`") };
    Error::new(Stage::Lower, problem).at(at)
}
