//! Stage 4, describe: the words of the page's tables become the descriptions of the fields, parameters and
//! values that they are about, so that the client's documentation and every other tool shows them, and an
//! operation's description is what the operation does.
//!
//! What a correction in the overlay says in a `description` is its author's, and stays. Nothing in here
//! decides what is required or allowed: the schemas stay as they are but for words.

mod fields;
mod prose;
pub(crate) mod providers;
mod row_words;
mod said;
mod text;
mod values;
mod write;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::document::operations::{self, OperationNode};
use crate::error::Stage;
use crate::report::{Log, Rule, Staged};
use crate::vendor::Upstream;
pub(crate) use prose::is_label;
use said::Saying;
pub(crate) use write::LISTED;

pub(crate) const FIELD: Rule = Rule::translated(
    "field-words",
    "rows of the page's tables that are about a field or a parameter",
    "its description, and the line `Required:` where it depends on something",
);
pub(crate) const OTHER: Rule = Rule::translated(
    "other-words",
    "rows that say something else of a field that has words already",
    "kept where they stand; the field has the words of the first row",
);
pub(crate) const VALUES: Rule = Rule::translated(
    "value-words",
    "rows that list or explain the values of an enum",
    "lines in the enum's description",
);
pub(crate) const PROVIDER: Rule = Rule::translated(
    "required-for",
    "rows that name the provider who requires a field",
    "`x-required-for`, and the method `missing_for` of the type of the body",
);
pub(crate) const OPERATION: Rule = Rule::translated(
    "operation-words",
    "tables in the description of an operation",
    "none where their fields have the words; what no field has stays",
);
pub(crate) const ADDRESS: Rule =
    Rule::translated("page-address", "the address of the page", "`externalDocs` of its operations");

/// Everything that this stage does.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [&FIELD, &OTHER, &VALUES, &PROVIDER, &OPERATION, &ADDRESS].into_iter()
}

/// Writes what the pages say into the patched document. `normalized` is the document before the overlay: a
/// description that it does not have is the author's of the overlay.
pub fn run(normalized: &Value, patched: &Value, pages: &[Upstream]) -> Staged {
    let mut log = Log::new(Stage::Describe);
    let mut document = patched.clone();
    let all = described(patched, pages);
    let own = all.iter().flat_map(|it| it.own.iter());
    // Rows of a request speak of a response only where no row of a response does.
    let echoed = all.iter().flat_map(|it| it.echoed.iter());
    let sayings: Vec<&Saying> = own.chain(echoed).collect();
    let authors = write::Authors { normalized, patched };
    let beside = write::fields(&mut document, &sayings, &authors, &mut log);
    write::values(&mut document, &sayings, &mut log);
    write::marks(&mut document, &sayings, &mut log);
    for described in &all {
        let place = described.operation.pointer();
        let held = |saying: &&Saying| saying.is_held(&document, &beside, &authors);
        let quotes = described.own.iter().filter(held).map(|saying| saying.quote.as_str());
        let quotes = quotes.collect();
        shorten(&mut document, &place, described, &quotes, &mut log);
        link(&mut document, &place, described.page, &mut log);
    }
    write::beside(&mut document, beside);
    Staged { document, changes: log.changes }
}

/// An operation, its page, and what the page's tables say of its fields.
struct Described<'d> {
    operation: operations::Operation,
    page: &'d Upstream,
    /// What rows say of the fields that they are about.
    own: Vec<Saying>,
    /// What rows of the request say of the fields of the response that no row is about.
    echoed: Vec<Saying>,
}

fn described<'d>(document: &Value, pages: &'d [Upstream]) -> Vec<Described<'d>> {
    // Of two that decode to one path, the first.
    let nodes = operations::nodes(document).into_iter().rev().map(|node| (node.label(), node));
    let nodes: BTreeMap<_, _> = nodes.collect();
    let mut all = Vec::new();
    for page in pages {
        for label in operations::nodes(&page.document).iter().map(OperationNode::label) {
            let Some(node) = nodes.get(&label) else { continue };
            let (own, echoed) = fields::sayings(node, page);
            all.push(Described { operation: node.operation.clone(), page, own, echoed });
        }
    }
    all
}

/// Takes the tables out of an operation's description whose rows the fields have.
fn shorten(
    document: &mut Value,
    place: &str,
    described: &Described<'_>,
    quotes: &std::collections::BTreeSet<&str>,
    log: &mut Log,
) {
    let Some(node) = document.pointer_mut(place) else { return };
    let Some(before) = node.get("description").and_then(Value::as_str) else { return };
    let Some(after) = prose::without_tables(before, &described.operation, quotes) else { return };
    let lines = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
    let note = format!("{} of {} lines remain", lines(&after), lines(before));
    log.add(&OPERATION, format!("{place}/description"), note);
    match (after.is_empty(), node.as_object_mut()) {
        (true, Some(fields)) => drop(fields.shift_remove("description")),
        _ => node["description"] = json!(after),
    }
}

/// Says where the page is, unless the document has another address.
fn link(document: &mut Value, place: &str, page: &Upstream, log: &mut Log) {
    let Some(address) = page.provenance.reference.as_deref() else { return };
    let Some(Value::Object(operation)) = document.pointer_mut(place) else { return };
    let is_address = ["https://", "http://"].iter().any(|start| address.starts_with(start));
    if is_address && !operation.contains_key("externalDocs") {
        operation.insert("externalDocs".to_owned(), json!({ "url": address }));
        log.add(&ADDRESS, format!("{place}/externalDocs"), address);
    }
}
