//! Findings of one operation that rest on what other operations and pages say.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::check::Report;
use super::facts::{Facts, Seen};
use super::finding::Kind;
use super::mend::{Answer, Edit, Mend, Reason};
use super::{mends, naming};
use crate::document::merged::{MergedSchema, object_of};
use crate::document::node::Node;
use crate::tables::words;
use crate::tables::{Placed, Side};

pub(super) fn check(report: &mut Report<'_, '_>, facts: &Facts, placed: &[Placed<'_>]) {
    identifiers(report, facts);
    repeatable(report, placed);
    errors(report, facts, placed);
    let response = report.operation.success().and_then(|status| {
        Some((format!("response {status}"), report.operation.response_schema(status)?))
    });
    let request = report.operation.request_schema().map(|schema| ("request".to_owned(), schema));
    // A row of the page that says otherwise is compared with its field.
    let rows = placed.iter().flat_map(|placed| &placed.table.rows);
    let told = rows.filter(|row| !row.is_money());
    let told = told.map(|row| row.name.rsplit('.').next().unwrap_or(&row.name).to_owned());
    let told: BTreeSet<String> = told.collect();
    for (name, schema) in [request, response].into_iter().flatten() {
        money(report, (facts, &told), &name, schema, &mut BTreeSet::new());
    }
}

/// Variables of the path that are UUIDs wherever else they are.
fn identifiers(report: &mut Report<'_, '_>, facts: &Facts) {
    let about = naming::about(report.operation);
    for parameter in report.operation.parameters() {
        let (Some(name), Some("path")) = (parameter.name(), parameter.location()) else { continue };
        let Some(schema) = parameter.node.get("schema").map(MergedSchema::of) else { continue };
        let Some(Seen { uuid, other }) = facts.id(name, &about) else { continue };
        if uuid.is_empty() || !schema.is_plain("string") {
            continue;
        }
        let list =
            |places: &BTreeSet<String>| places.iter().cloned().collect::<Vec<_>>().join(", ");
        let update = json!({ "format": "uuid" });
        let edit = Edit::update("identifiers", &schema.node.pointer, update);
        let (mend, but) = match other.is_empty() {
            true => (Mend::edits([edit]), String::new()),
            false => {
                let sides =
                    vec![Answer::of("format uuid", [edit]), Answer::leave("leave it any string")];
                let mend = Mend::default().asking(Reason::EvidenceDisagrees, sides);
                (mend, format!("; it is none in {}", list(other)))
            }
        };
        let documentation = format!("it is a UUID in {}{but}", list(uuid));
        let (field, place) = (format!("path parameter {name}"), &schema.node.pointer);
        let (document, correction) = ("any string", "format: uuid");
        report.add(Kind::Identifier, &field, place, documentation, document, correction, mend);
    }
}

/// A request with an id that the client makes unique can be sent again with the same body.
fn repeatable(report: &mut Report<'_, '_>, placed: &[Placed<'_>]) {
    let operation = report.operation;
    let is_marked = operation.node.value.get("x-retryable").is_some();
    let is_sent_once = ["post", "patch"].contains(&operation.operation.method.as_str());
    let rows = placed.iter().filter(|placed| placed.side == Side::Request && !placed.is_part);
    let row = rows.flat_map(|placed| &placed.table.rows).find(|row| words::is_request_id(row));
    if let Some(row) = row.filter(|_| is_sent_once && !is_marked) {
        let edit = Edit::update(
            "repeatable requests",
            &operation.node.pointer,
            json!({ "x-retryable": true }),
        );
        let document =
            format!("a {}, which is sent once", operation.operation.method.to_uppercase());
        let name = format!("request.{}", row.name);
        let (place, correction) = (operation.node.pointer.clone(), "x-retryable: true");
        let (quote, mend) = (row.quote.clone(), Mend::edits([edit]));
        report.add(Kind::Repeatable, &name, place, quote, document, correction, mend);
    }
}

/// An operation without a word of errors, where all pages that have some have the same.
fn errors(report: &mut Report<'_, '_>, facts: &Facts, placed: &[Placed<'_>]) {
    let Some(errors) = &facts.errors else { return };
    let responses = report.operation.node.get("responses");
    let is_error = |status: &str| status.starts_with(['4', '5']) || status == "default";
    let declares = responses.iter().flat_map(Node::fields).any(|(status, _)| is_error(status));
    let documents = placed.iter().any(|placed| placed.codes.iter().any(|code| *code >= 400));
    if declares || documents {
        return;
    }
    let mut schema = errors.schema.clone();
    let fields = schema.get("properties").and_then(Value::as_object);
    let fields = fields.into_iter().flat_map(Map::keys).map(String::as_str);
    let name = naming::type_of_error(fields);
    if let Value::Object(schema) = &mut schema {
        schema.insert("x-schema-name".to_owned(), json!(name));
    }
    let responses = errors.statuses.iter().map(|(code, words)| {
        let content = json!({ "application/json": { "schema": schema } });
        (code.to_string(), json!({ "description": words, "content": content }))
    });
    let responses: Map<_, _> = responses.collect();
    let place = report.operation.node.place("responses");
    let edit = Edit::update("errors", &place, Value::Object(responses));
    let pages = errors.pages.iter().cloned().collect::<Vec<_>>().join(", ");
    let documentation = format!("no error; {} on {pages}", errors.quote);
    let (document, correction) =
        ("no response but that of success", "the errors of the other pages");
    let mend = Mend::edits([edit]);
    report.add(Kind::UndocumentedErrors, "", place, documentation, document, correction, mend);
}

/// Fields without a row that are money where a table has them.
fn money(
    report: &mut Report<'_, '_>,
    (facts, told): (&Facts, &BTreeSet<String>),
    name: &str,
    schema: Node<'_>,
    seen: &mut BTreeSet<String>,
) {
    let object = object_of(schema);
    if !seen.insert(object.node.clone().resolved().pointer) {
        return;
    }
    for (property, node) in &object.properties {
        let field = format!("{name}.{property}");
        let schema = MergedSchema::of(node.clone());
        let kind = schema.kind().filter(|kind| ["integer", "number"].contains(kind));
        let id = report.operation.finding_id(Kind::Money, &field);
        let is_reported = report.findings.iter().any(|finding| finding.id == id);
        if let (Some(kind), Some(row), false) = (kind, facts.money.get(*property), is_reported)
            && schema.text("format") != Some("decimal")
            && !told.contains(*property)
        {
            let mend = match facts.whole.contains(*property) {
                true => Mend::asked(Reason::EvidenceDisagrees),
                false => mends::money(&schema, "number"),
            };
            let place = schema.node.pointer.clone();
            let (document, correction) = (format!("type {kind}"), "type number, format decimal");
            let documentation = format!("no row `{property}`; elsewhere {row}");
            report.add(Kind::Money, &field, place, documentation, document, correction, mend);
        }
        money(report, (facts, told), &field, node.clone(), seen);
    }
}
