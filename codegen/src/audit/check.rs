//! All findings of one operation.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::compare;
use super::described::{self, Owner};
use super::examples;
use super::facts::Facts;
use super::finding::{Finding, Kind};
use super::mend::{Edit, Mend, Reason};
use super::naming;
use super::{across, bodies, parameters, samples, servers};
use crate::document::merged::object_of;
use crate::document::operations::{self, OperationNode};
use crate::document::pointer::{self, percent_decoded};
use crate::tables::Table;
use crate::tables::row::{self, Entry, Row};
use crate::tables::{self, Placed, Side};
use crate::vendor::Upstream;

/// Where the findings of one operation go.
pub(super) struct Report<'r, 'd> {
    pub(super) operation: &'r OperationNode<'d>,
    pub(super) page: &'r Upstream,
    /// What the tables say of request fields, by their names from the body down.
    pub(super) request_rows: BTreeMap<String, Row>,
    /// What tables of their own say of objects, by the names that the objects have in findings.
    pub(super) parts: BTreeMap<String, Value>,
    pub(super) findings: &'r mut Vec<Finding>,
}

impl Report<'_, '_> {
    #[expect(clippy::too_many_arguments, reason = "both sides and the mend, in words and as edits")]
    pub(super) fn add(
        &mut self,
        kind: Kind,
        name: &str,
        pointer: impl Into<String>,
        documentation: impl Into<String>,
        document: impl Into<String>,
        correction: impl Into<String>,
        mend: Mend,
    ) {
        let pointer = pointer::followed(self.operation.node.document, &pointer.into());
        self.findings.push(Finding {
            id: self.operation.finding_id(kind, name),
            kind,
            pointer,
            documentation: documentation.into(),
            document: document.into(),
            correction: correction.into(),
            mend,
        });
    }
}

/// Finds what disagrees in a document; `page` has the examples and the request line, `facts` what all pages say.
pub(super) fn findings(document: &Value, page: &Upstream, facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    let operations = operations::nodes(document).into_iter();
    let operations: Vec<_> = operations.map(|it| (it.label(), it)).collect();
    for label in operations::nodes(&page.document).iter().map(OperationNode::label) {
        match operations.iter().find(|(other, _)| *other == label) {
            Some((_, operation)) => operation_findings(operation, page, facts, &mut findings),
            None => findings.push(Finding {
                id: format!("{}: {label}", Kind::MissingOperation),
                kind: Kind::MissingOperation,
                pointer: "/paths".to_owned(),
                documentation: format!("the page {} is about {label}", page.slug),
                document: "no such operation".to_owned(),
                correction: format!("add {label}"),
                mend: Mend::asked(Reason::InThePage),
            }),
        }
    }
    findings.sort_by(|one, other| one.id.cmp(&other.id));
    findings.dedup_by(|other, first| {
        let is_same = first.id == other.id;
        if is_same {
            first.absorb(other);
        }
        is_same
    });
    findings
}

fn operation_findings(
    operation: &OperationNode<'_>,
    page: &Upstream,
    facts: &Facts,
    findings: &mut Vec<Finding>,
) {
    let (placed, unplaced) = tables::place(operation, tables::of(operation, page));
    let (request_rows, parts) = (request_rows(&placed), parts(operation, &placed));
    let mut report = Report { operation, page, request_rows, parts, findings };
    unplaced.iter().for_each(|table| unplaced_table(&mut report, table));
    unplaced.iter().for_each(|table| unread_rows(&mut report, table));
    for placed in &placed {
        if !bodies::is_undescribed(&mut report, placed) {
            compare::table(&mut report, placed);
        }
        bodies::missing_responses(&mut report, placed);
        unread_rows(&mut report, &placed.table);
    }
    parameters::check(&mut report, &placed);
    across::check(&mut report, facts, &placed);
    encoded_path(&mut report);
    optional_body(&mut report);
    if let Some(line) = &page.provenance.request {
        servers::check(&mut report, line);
    }
    examples::check(&mut report, page);
    samples::check(&mut report, page);
}

fn parts(operation: &OperationNode<'_>, placed: &[Placed<'_>]) -> BTreeMap<String, Value> {
    let about = naming::about(operation);
    let parts = placed.iter().filter(|placed| placed.is_part).map(|placed| {
        let entries = row::entries(&placed.table.rows, &|_| false);
        let is_request = placed.side == Side::Request;
        (placed.name.clone(), described::object(&entries, Owner { about: &about, is_request }))
    });
    parts.collect()
}

fn request_rows(placed: &[Placed<'_>]) -> BTreeMap<String, Row> {
    let mut rows = BTreeMap::new();
    for placed in placed.iter().filter(|placed| placed.side == Side::Request) {
        let path = placed.name.split_once('.').map_or("", |(_, name)| name);
        let path = path.strip_prefix(placed.envelope.trim_end_matches('.')).unwrap_or(path);
        let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
        collect_rows(&row::entries(&placed.table.rows, &|_| false), &prefix, &mut rows);
    }
    rows
}

fn collect_rows(entries: &[Entry<'_>], prefix: &str, rows: &mut BTreeMap<String, Row>) {
    for entry in entries {
        let path = format!("{prefix}{}", entry.name);
        collect_rows(&entry.children, &format!("{path}."), rows);
        if !entry.is_implied {
            rows.insert(path, entry.row.clone());
        }
    }
}

/// Rows that name no field: what they say is compared with nothing.
fn unread_rows(report: &mut Report<'_, '_>, table: &Table) {
    if table.unread.is_empty() {
        return;
    }
    let place = report.operation.node.place("description");
    let count = table.unread.len();
    let documentation = format!("{count} in a table: {}", table.unread.join("; "));
    let document = "a field has a name";
    let correction = "name one field in each row";
    let name = format!("`{}`", table.heading());
    let mend = Mend::asked(Reason::InThePage);
    report.add(Kind::UnreadRow, &name, place, documentation, document, correction, mend);
}

fn unplaced_table(report: &mut Report<'_, '_>, table: &Table) {
    let (heading, place) = (table.heading(), report.operation.node.place("description"));
    let names: Vec<_> = table.rows.iter().map(|row| row.name.as_str()).collect();
    let documentation = format!("a table of {} under {heading:?}", names.join(", "));
    let document = "no object with most of these fields";
    let correction = "a heading that says what the table is about";
    let name = format!("`{heading}`");
    let mend = Mend::asked(Reason::InThePage);
    report.add(Kind::UnplacedTable, &name, place, documentation, document, correction, mend);
}

fn encoded_path(report: &mut Report<'_, '_>) {
    let (place, encoded) = (&report.operation.item.pointer, &report.operation.operation.path);
    let (path, document) = (format!("`{}`", percent_decoded(encoded)), format!("`{encoded}`"));
    if path != document {
        let mend = Mend::asked(Reason::InThePage);
        report.add(Kind::EncodedPath, "", place, &path, document, &path, mend);
    }
}

fn optional_body(report: &mut Report<'_, '_>) {
    let Some(body) = report.operation.node.get("requestBody") else { return };
    let schema = report.operation.request_schema().map(object_of);
    if let Some(first) = schema.as_ref().and_then(|schema| schema.required.first())
        && !body.flag("required")
    {
        let documentation = format!("`{first}` must be sent");
        let document = "the body as a whole is optional";
        let correction = "required: true";
        let place = &body.pointer;
        let edit = Edit::update("required bodies", place, json!({ "required": true }));
        let mend = Mend::edits([edit]);
        report.add(Kind::OptionalBody, "request", place, documentation, document, correction, mend);
    }
}
