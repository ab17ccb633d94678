//! Recorded traffic as a witness: what was sent and received is held against the document as examples are.
//!
//! Values may be personal, so findings have their forms alone: `Ann O'Neil 7` is `Aaa A'Aaaa 9`.

mod form;
mod har;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use super::check::Report;
use super::finding::{Finding, Kind};
use super::mend::{Mend, Reason};
use crate::document::operations::{self, OperationNode};
use crate::document::path_template;
use crate::document::pointer::percent_decoded;
use crate::error::Result;
use crate::vendor::{Example, Upstream};
use har::Call;

pub(crate) use form::form;

/// What of a recorded call is no body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Recorded {
    /// The names of what is in the query.
    query: Vec<String>,
}

/// Recorded calls, apart from those that became examples of pages.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// Calls of the API that no page has an operation of: method and form of the path, with the first place and how often.
    unknown: BTreeMap<String, (String, usize)>,
    /// How the calls were read, for the report.
    pub(super) counts: Option<Counts>,
}

/// How many calls were read, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// All calls.
    pub calls: usize,
    /// Those of an operation of a page.
    pub judged: usize,
    /// Those of other addresses than the API's.
    pub elsewhere: usize,
    /// Bodies that are no JSON, and were not judged.
    pub unjudged_bodies: usize,
}

impl Traffic {
    /// Reads files and adds each call to the examples of the page whose operation it is of.
    ///
    /// # Errors
    /// As [`har::read`].
    pub(super) fn read(files: &[PathBuf], pages: &mut [Upstream]) -> Result<Self> {
        let mut traffic = Self::default();
        if files.is_empty() {
            return Ok(traffic);
        }
        let mut counts = Counts::default();
        let operations: Vec<_> = pages.iter().enumerate().flat_map(operations_of).collect();
        for file in files {
            for call in har::read(file)? {
                counts.calls += 1;
                counts.unjudged_bodies += call.unjudged;
                let operation = operations.iter().filter_map(|it| Some((it.fits(&call)?, it)));
                match operation.max_by_key(|(score, _)| *score) {
                    Some((_, operation)) => {
                        counts.judged += 1;
                        if let Some(page) = pages.get_mut(operation.page) {
                            page.examples.push(example(call));
                        }
                    }
                    None if operations.iter().any(|it| it.is_beside(&call)) => {
                        traffic.unknown(&call);
                    }
                    None => counts.elsewhere += 1,
                }
            }
        }
        traffic.counts = Some(counts);
        Ok(traffic)
    }

    fn unknown(&mut self, call: &Call) {
        let segments = call.path.split('/').map(|segment| form::segment(&percent_decoded(segment)));
        let path = segments.collect::<Vec<_>>().join("/");
        let label = format!("{} {path}", call.method.to_uppercase());
        self.unknown.entry(label).or_insert_with(|| (call.place.clone(), 0)).1 += 1;
    }

    /// Calls that no page has an operation of.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding> {
        self.unknown.iter().map(|(label, (place, count))| Finding {
            id: format!("{}: {label}", Kind::UndocumentedCall),
            kind: Kind::UndocumentedCall,
            pointer: "/paths".to_owned(),
            documentation: format!("{count} recorded, the first is {place}"),
            document: "no such operation".to_owned(),
            correction: "vendor the page of this operation".to_owned(),
            mend: Mend::asked(Reason::NoEvidence),
        })
    }
}

/// A call as an example.
fn example(call: Call) -> Example {
    let Call { place, query, request, status, response, .. } = call;
    let recorded = Some(Recorded { query });
    Example { name: place, status, request, response, recorded }
}

/// An operation of a page.
struct Known {
    page: usize,
    method: String,
    segments: Vec<String>,
}

fn operations_of((index, page): (usize, &Upstream)) -> Vec<Known> {
    let operations = operations::operations(&page.document).into_iter();
    let known = operations.map(|operation| {
        let path = path_template::in_braces(&path_template::decode(&operation.path));
        let segments = path.trim_start_matches('/').split('/').map(str::to_owned).collect();
        Known { page: index, method: operation.method, segments }
    });
    known.collect()
}

impl Known {
    /// How well a call fits, more where more of the path is spelled out; whatever server is before it.
    fn fits(&self, call: &Call) -> Option<(usize, usize)> {
        let path: Vec<_> = call.path.split('/').skip(1).map(percent_decoded).collect();
        let before = path.len().checked_sub(self.segments.len())?;
        let is_same = self.method == call.method
            && self.segments.iter().zip(path.iter().skip(before)).all(|(own, it)| fits(own, it));
        let literal = self.segments.iter().filter(|segment| !segment.contains('{')).count();
        is_same.then_some((literal, self.segments.len()))
    }

    /// Whether a call's path begins as this one's does: it is of the same API.
    fn is_beside(&self, call: &Call) -> bool {
        let spelled: Vec<_> = self.segments.iter().take_while(|it| !it.contains('{')).collect();
        let path: Vec<_> = call.path.split('/').skip(1).map(percent_decoded).collect();
        let shared = spelled.len().saturating_sub(1).max(1);
        let spelled: Vec<_> = spelled.into_iter().take(shared).cloned().collect();
        !spelled.is_empty() && path.windows(spelled.len()).any(|it| it == spelled.as_slice())
    }
}

/// Whether a segment of a template, variables in braces, takes a segment of a path.
fn fits(template: &str, segment: &str) -> bool {
    // A variable is one character at least.
    let behind_one = |text: &str| text.char_indices().nth(1).map_or(text.len(), |(at, _)| at);
    let mut literals = template.split('{').map(|it| it.split_once('}').map_or(it, |(_, end)| end));
    let first = literals.next().unwrap_or_default();
    let Some(mut rest) = segment.strip_prefix(first) else { return false };
    let mut literals: Vec<_> = literals.collect();
    let Some(last) = literals.pop() else { return rest.is_empty() };
    for literal in literals {
        let after = rest.get(behind_one(rest)..).filter(|_| !rest.is_empty());
        match after.and_then(|after| after.split_once(literal)) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    !rest.is_empty() && rest.get(behind_one(rest)..).is_some_and(|after| after.ends_with(last))
}

/// What a recorded call has beside its bodies that the document does not know.
pub(super) fn check(report: &mut Report<'_, '_>, example: &Example, recorded: &Recorded) {
    let operation = report.operation;
    if let Some(status) = example.status.filter(|status| operation.response(*status).is_none()) {
        report.add(
            Kind::UndocumentedStatus,
            &format!("response {status}"),
            operation.node.place("responses"),
            format!("{} has an answer {status}", example.name),
            "no such status",
            "describe the response",
            Mend::asked(Reason::NoEvidence),
        );
    }
    let declared = declared_query(operation);
    for name in recorded.query.iter().filter(|name| !is_declared(&declared, name)) {
        report.add(
            Kind::UndeclaredParameter,
            &format!("query {name}"),
            operation.node.place("parameters"),
            format!("{} has `{name}` in its query", example.name),
            "no such parameter",
            "declare the parameter",
            Mend::asked(Reason::NoEvidence),
        );
    }
}

/// The parameters of the query, and whether each is an object.
fn declared_query(operation: &OperationNode<'_>) -> Vec<(String, bool)> {
    let parameters = operation.parameters().into_iter();
    let parameters = parameters.filter(|it| it.location() == Some("query"));
    let named = parameters.filter_map(|parameter| {
        let schema = parameter.node.get("schema");
        let kind = schema.as_ref().and_then(|it| it.text("type"));
        let holds_names = kind == Some("object") || schema.is_some_and(|it| has_fields(it.value));
        Some((parameter.name()?.to_owned(), holds_names))
    });
    named.collect()
}

fn has_fields(schema: &Value) -> bool {
    schema.get("properties").is_some()
}

/// A parameter that is an object may be written as its fields: `filter[name]`, or `name` alone.
fn is_declared(declared: &[(String, bool)], name: &str) -> bool {
    let base = name.split('[').next().unwrap_or(name);
    declared.iter().any(|(own, is_object)| own == name || own == base || *is_object)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_segment_of_a_template_takes_what_its_variables_can_be() {
        assert!(fits("pets", "pets") && !fits("pets", "pet") && !fits("pets", "petss"));
        assert!(fits("{id}", "7") && !fits("{id}", ""));
        assert!(fits("{id}.json", "a.json") && !fits("{id}.json", ".json"));
        assert!(fits("v{major}-{minor}", "v1-2") && !fits("v{major}-{minor}", "v1-"));
        assert!(fits("{one}{two}", "ab") && !fits("{one}{two}", "a"));
    }
}
