//! What two pages say of the same thing: a parameter of paging, or a field of the same object.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::finding::{Finding, Kind};
use super::mend::{Answer, Mend, Reason};
use crate::document::merged::MergedSchema;
use crate::document::merged::object_of;
use crate::document::node::Node;
use crate::document::operations::{self, OperationNode};
use crate::tables::{self, Side};
use crate::vendor::Upstream;

/// Parameters that mean the same on every page that has them.
const PAGING: [&str; 13] = [
    "page",
    "size",
    "pagesize",
    "pageno",
    "pagenumber",
    "pageindex",
    "limit",
    "offset",
    "perpage",
    "cursor",
    "count",
    "skip",
    "take",
];

/// Objects with at least so many fields, all of the same names, are the same object under two names.
const ENOUGH_FIELDS: usize = 4;

/// One page's word on something.
struct Fact {
    page: String,
    operation: String,
    pointer: String,
    says: String,
}

/// The facts of all pages, by what they are about.
type Facts = BTreeMap<String, Vec<Fact>>;

/// The disagreements of pages, each with the page that it is listed under; of each page its name, the document
/// that is looked at, and itself.
pub(super) fn findings(pages: &[(&str, &Value, &Upstream)]) -> Vec<(String, Finding)> {
    let mut facts = Facts::new();
    for (slug, document, page) in pages {
        let labels: BTreeSet<_> =
            operations::nodes(&page.document).iter().map(OperationNode::label).collect();
        for operation in operations::nodes(document) {
            if labels.contains(&operation.label()) {
                paging(&mut facts, slug, &operation, page);
                bodies(&mut facts, slug, &operation);
                credentials(&mut facts, slug, &operation);
            }
        }
    }
    let mut found = BTreeMap::<String, (String, Finding)>::new();
    for (page, finding) in facts.iter().filter_map(|(about, facts)| disagreement(about, facts)) {
        // One field name may be in several objects of one operation.
        match found.get_mut(&finding.id) {
            Some((_, first)) => first.absorb(&finding),
            None => drop(found.insert(finding.id.clone(), (page, finding))),
        }
    }
    found.into_values().collect()
}

fn disagreement(about: &str, facts: &[Fact]) -> Option<(String, Finding)> {
    let first = facts.first()?;
    let other = facts.iter().find(|it| it.says != first.says && it.page != first.page)?;
    let (name, _) = about.split_once('\n').unwrap_or((about, ""));
    let side = |says: &str| {
        let same = facts.iter().filter(|fact| fact.says == says);
        let pages: BTreeSet<_> = same.map(|fact| fact.page.as_str()).collect();
        format!("{name} is {says} on {}", pages.into_iter().collect::<Vec<_>>().join(", "))
    };
    let others: BTreeSet<_> =
        facts.iter().map(|it| it.says.as_str()).filter(|says| *says != first.says).collect();
    let others: Vec<_> = others.into_iter().map(side).collect();
    let mend = match about {
        "credential" => {
            let sides = vec![
                Answer::leave("every operation needs it: say so in `security` at the root"),
                Answer::leave("none needs it: remove it from `security` of the operation"),
            ];
            Mend::default().asking(Reason::NoEvidence, sides)
        }
        _ => Mend::asked(Reason::EvidenceDisagrees),
    };
    let finding = Finding {
        id: format!("{}: {} {name}", Kind::Disagreement, first.operation),
        kind: Kind::Disagreement,
        pointer: first.pointer.clone(),
        documentation: side(&first.says),
        document: others.join("; "),
        correction: format!("the same in both places, as at {}", other.pointer),
        mend,
    };
    Some((first.page.clone(), finding))
}

/// The credentials that an operation names itself. What only one page names may be every operation's.
fn credentials(facts: &mut Facts, slug: &str, operation: &OperationNode<'_>) {
    let named = operation.node.get("security");
    let named: BTreeSet<_> = named
        .iter()
        .flat_map(Node::items)
        .flat_map(|it| it.fields().map(|(name, _)| name))
        .collect();
    let says = match named.is_empty() {
        true => "no credential".to_owned(),
        false => named.into_iter().collect::<Vec<_>>().join(", "),
    };
    let pointer = operation.node.place("security");
    facts
        .entry("credential".to_owned())
        .or_default()
        .push(Fact::new(slug, operation, &pointer, &says));
}

/// The types of the parameters of paging: as declared, or where they are not, as the table says.
fn paging(facts: &mut Facts, slug: &str, operation: &OperationNode<'_>, page: &Upstream) {
    let letters = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    let mut add = |name: &str, pointer: &str, says: &str| {
        if PAGING.contains(&&*letters(name)) {
            let fact = Fact::new(slug, operation, pointer, says);
            facts.entry(format!("query parameter {name}")).or_default().push(fact);
        }
    };
    let declared = operation.parameters();
    let is_declared = |name: &str| declared.iter().any(|it| it.name() == Some(name));
    for parameter in declared.iter().filter(|it| it.location() == Some("query")) {
        let schema = parameter.node.get("schema").map(MergedSchema::of);
        let kind = schema.as_ref().and_then(MergedSchema::kind);
        if let (Some(name), Some(kind)) = (parameter.name(), kind) {
            add(name, &parameter.node.pointer, kind);
        }
    }
    let (placed, _) = tables::place(operation, tables::of(operation, page));
    for placed in placed.iter().filter(|placed| placed.side == Side::Parameters("query")) {
        for row in placed.table.rows.iter().filter(|row| !is_declared(&row.name)) {
            if let Some(kind) = row.json_type() {
                add(&row.name, &operation.node.place("parameters"), kind);
            }
        }
    }
}

/// The formats of texts in the objects of a request and of the response of success.
fn bodies(facts: &mut Facts, slug: &str, operation: &OperationNode<'_>) {
    let response = operation.success().and_then(|status| operation.response_schema(status));
    for (side, schema) in [("request", operation.request_schema()), ("response", response)] {
        let mut seen = BTreeSet::new();
        let mut open: Vec<Node<'_>> = schema.into_iter().collect();
        while let Some(node) = open.pop() {
            let object = object_of(node);
            if !seen.insert(object.node.clone().resolved().pointer) {
                continue;
            }
            let names: Vec<_> = object.properties.keys().copied().collect();
            for (name, property) in &object.properties {
                open.push(property.clone());
                let schema = MergedSchema::of(property.clone());
                if names.len() >= ENOUGH_FIELDS && schema.kind() == Some("string") {
                    let says = match schema.text("format") {
                        Some(format) => format!("a string of format {format}"),
                        None => "any string".to_owned(),
                    };
                    let about = format!("{side} field {name}\n{}", names.join(" "));
                    let fact = Fact::new(slug, operation, &property.pointer, &says);
                    facts.entry(about).or_default().push(fact);
                }
            }
        }
    }
}

impl Fact {
    fn new(slug: &str, operation: &OperationNode<'_>, pointer: &str, says: &str) -> Self {
        Self {
            page: slug.to_owned(),
            operation: operation.label(),
            pointer: pointer.to_owned(),
            says: says.to_owned(),
        }
    }
}
