//! Tables of fields that go to several places, as one table for each place.

use super::read::{Table, status_codes};
use super::row::Row;
use crate::document::operations::OperationNode;
use crate::document::pointer::percent_decoded;

/// The places of parameters, and the body.
const LOCATIONS: [&str; 5] = ["path", "query", "header", "cookie", "body"];

/// A table for each place that the rows of one go to. Where the words over it say the place, it is one.
pub(crate) fn split(operation: &OperationNode<'_>, table: Table) -> Vec<Table> {
    let is_in_rows = table.rows.iter().any(|row| location_in(row).is_some());
    if table.is_list() || !is_in_rows && !is_of_any_parameters(operation, &table) {
        return vec![table];
    }
    let mut parts: Vec<Table> = Vec::new();
    let mut last = None;
    let Table { over, columns, rows, mut unread, .. } = table;
    for row in rows {
        let own = location_in(&row).unwrap_or_else(|| location_of(operation, &row, &over));
        // What is nested goes where the whole goes.
        let location = last.filter(|_| row.depth > 0).unwrap_or(own);
        last = Some(location);
        match parts.iter_mut().find(|part| part.location == Some(location)) {
            Some(part) => part.rows.push(row),
            None => parts.push(Table {
                over: over.clone(),
                columns: columns.clone(),
                rows: vec![row],
                unread: std::mem::take(&mut unread),
                location: Some(location),
            }),
        }
    }
    parts
}

/// What a column of locations says.
fn location_in(row: &Row) -> Option<&'static str> {
    let text = row.location.as_deref()?.trim_matches(['`', ' ']).to_lowercase();
    LOCATIONS.into_iter().find(|location| text.starts_with(location))
}

/// Whether the words over a table speak of parameters and not of which.
fn is_of_any_parameters(operation: &OperationNode<'_>, table: &Table) -> bool {
    const SAID: [&str; 7] = ["header", "cookie", "body", "response", "form", "variable", "payload"];
    let nearest = table.over.iter().rev().find_map(|words| {
        let words = words.to_lowercase();
        let has = |word: &str| words.contains(word);
        // `400 BAD REQUEST` is what is answered.
        let is_answer = has("error") || !status_codes(&words).is_empty();
        if is_answer || SAID.iter().any(|word| has(word)) {
            return Some(false);
        }
        let is_of_parameters = has("param") || has("argument");
        match (is_of_parameters, has("path"), has("query")) {
            (true, true, true) => Some(true),
            (_, true, _) | (_, _, true) => Some(false),
            (true, false, false) => Some(true),
            // What is requested without a body is in the address.
            _ if has("request") => Some(!can_have_body(operation)),
            _ => None,
        }
    });
    nearest.unwrap_or(false)
}

fn can_have_body(operation: &OperationNode<'_>) -> bool {
    operation.node.get("requestBody").is_some()
        || ["post", "put", "patch"].contains(&operation.operation.method.as_str())
}

fn location_of(operation: &OperationNode<'_>, row: &Row, over: &[String]) -> &'static str {
    let path = percent_decoded(&operation.operation.path);
    if path.contains(&format!("{{{}}}", row.name)) {
        return "path";
    }
    let declared = operation.parameters().into_iter();
    let mut same = declared.filter(|it| it.name() == Some(row.name.as_str()));
    let declared = same.find_map(|it| LOCATIONS.into_iter().find(|at| it.location() == Some(at)));
    let words = over.last().map(|words| words.to_lowercase()).unwrap_or_default();
    let is_in_address = words.contains("query") || words.contains("url");
    let has_body = operation.node.get("requestBody").is_some();
    declared.unwrap_or(if has_body && !is_in_address { "body" } else { "query" })
}
