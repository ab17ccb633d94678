//! Stage 2, normalize: mends what the exporter breaks on every page, one rule a module, and merges
//! the pages into one document. Knows the exporter, no vendor.

mod component_names;
mod merge;
mod path_parameters;
pub(crate) mod path_templates;
mod request_bodies;
mod servers;

use serde_json::Value;

use crate::change::{Change, Staged};
use crate::error::{Error, Problem, Result, Stage};
use crate::pointer;
use crate::vendor::{RequestLine, Upstream};

/// Mends every page and merges them.
///
/// # Errors
/// A page that is no OpenAPI document after all, with its file and JSON Pointer.
pub fn run(pages: &[Upstream]) -> Result<Staged> {
    let mut changes = Vec::new();
    let mut documents = Vec::new();
    for page in pages {
        let staged = mend(&page.document, page.provenance.request.as_ref())
            .map_err(|error| error.in_file(&page.file))?;
        changes.extend(staged.changes.into_iter().map(|mut change| {
            if pages.len() > 1 {
                change.place = format!("{}#{}", page.slug, change.place);
            }
            change
        }));
        documents.push((page.slug.as_str(), staged.document));
    }
    let document = merge::run(documents)?;
    Ok(Staged { document, changes })
}

/// Mends one page's document.
pub fn mend(document: &Value, request_line: Option<&RequestLine>) -> Result<Staged> {
    let mut page = Mending { document: document.clone(), changes: Vec::new() };
    if !page.document.get("paths").is_some_and(Value::is_object) {
        return Err(Error::new(Stage::Normalize, Problem::NoPaths).at("/paths"));
    }
    let templates = path_templates::mend(&mut page)?;
    component_names::mend(&mut page, &templates);
    path_parameters::mend(&mut page);
    request_bodies::mend(&mut page);
    servers::mend(&mut page, request_line);
    Ok(Staged { document: page.document, changes: page.changes })
}

/// A page under repair.
struct Mending {
    document: Value,
    changes: Vec<Change>,
}

impl Mending {
    fn log(&mut self, rule: &str, place: impl Into<String>, note: impl Into<String>) {
        self.changes.push(Change::new(Stage::Normalize, rule, place, note));
    }

    /// Pointers of all operations, in the order of the document.
    fn operations(&self) -> Vec<Operation> {
        operations(&self.document)
    }
}

/// An operation's whereabouts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The path template.
    pub path: String,
    /// The method, in lower case as OpenAPI has it.
    pub method: String,
}

impl Operation {
    /// JSON Pointer of the path item.
    pub fn path_pointer(&self) -> String {
        pointer::join("/paths", &self.path)
    }

    /// JSON Pointer of the operation.
    pub fn pointer(&self) -> String {
        pointer::join(&self.path_pointer(), &self.method)
    }

    /// How a person names it: `PUT /customers/{id}`.
    pub fn label(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }
}

/// All operations of a document, in its order.
pub fn operations(document: &Value) -> Vec<Operation> {
    const METHODS: [&str; 8] =
        ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    let paths = document.get("paths").and_then(Value::as_object);
    let items =
        paths.into_iter().flatten().filter_map(|(path, item)| Some((path, item.as_object()?)));
    items
        .flat_map(|(path, item)| {
            let methods = item.keys().filter(|key| METHODS.contains(&key.as_str()));
            methods.map(|method| Operation { path: path.clone(), method: method.clone() })
        })
        .collect()
}
