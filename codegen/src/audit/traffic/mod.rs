//! Recorded traffic as a witness: what was sent and received is held against the document as examples are.
//!
//! Values may be personal, so findings have their forms alone: `Ann O'Neil 7` is `Aaa A'Aaaa 9`.

pub(crate) mod form;
mod har;
mod mask;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::check::Report;
use super::finding::{Finding, Kind};
use super::mend::{Mend, Reason};
use crate::bounds::MAX_SHOWN;
use crate::document::operations::{self, Operation, OperationNode};
use crate::document::path_template;
use crate::document::pointer::percent_decoded;
use crate::error::Result;
use crate::vendor::{Example, Upstream};
use har::Call;

pub(super) use mask::mask;

/// What of a recorded call is no body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Recorded {
    /// The operation that it is a call of; its page may have others.
    operation: String,
    /// What is in the query.
    query: Vec<InQuery>,
}

/// A parameter in the query of a call.
#[derive(Debug, Clone, PartialEq)]
struct InQuery {
    name: String,
    /// The name as it is told: a value may stand there alone.
    told: String,
}

/// Recorded calls, apart from those that became examples of pages.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// Calls of the API that no page has an operation of, by method and form of the path.
    unknown: BTreeMap<String, Unknown>,
    /// How the calls were read, for the report.
    pub(super) counts: Option<Counts>,
}

/// Calls whose paths have one form, by what tells their paths apart and is not told: the first place of each,
/// and how often.
type Unknown = BTreeMap<String, (String, usize)>;

/// How many calls were read, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// All calls.
    pub calls: usize,
    /// Those of an operation of a page.
    pub judged: usize,
    /// Those of other addresses than the API's, and what browsers do by themselves there.
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
            for call in har::read(file, &name_among(file, files))? {
                counts.calls += 1;
                counts.unjudged_bodies += call.unjudged;
                let operation = operations.iter().filter(|_| call.is_over_http);
                let operation = operation.filter_map(|it| Some((it.fits(&call)?, it)));
                match operation.max_by_key(|(score, _)| *score) {
                    Some((_, operation)) => {
                        counts.judged += 1;
                        if let Some(page) = pages.get_mut(operation.page) {
                            page.examples.push(example(call, operation.label.clone()));
                        }
                    }
                    None if operations.iter().any(|it| it.is_beside(&call)) => {
                        traffic.unknown(&call, &operations);
                    }
                    None => counts.elsewhere += 1,
                }
            }
        }
        traffic.counts = Some(counts);
        Ok(traffic)
    }

    /// Of the path only what is in the path of some operation is told: any other word may be somebody's name.
    fn unknown(&mut self, call: &Call, operations: &[Known]) {
        let is_known =
            |segment: &str| operations.iter().flat_map(|it| &it.segments).any(|it| *it == segment);
        let (mut told, mut apart) = (Vec::new(), Vec::new());
        for segment in call.path.split('/').map(percent_decoded) {
            let form = form::of_text(&segment);
            apart.push(if form::is_word(&segment) { segment.clone() } else { form.clone() });
            told.push(if is_known(&segment) { segment } else { form });
        }
        let label = format!("{} {}", form::name(&call.method.to_uppercase()), told.join("/"));
        let calls = self.unknown.entry(label).or_default();
        calls.entry(apart.join("/")).or_insert_with(|| (call.place.clone(), 0)).1 += 1;
    }

    /// Calls that no page has an operation of.
    pub(super) fn findings(&self) -> impl Iterator<Item = Finding> {
        self.unknown.iter().map(|(label, calls)| Finding {
            id: format!("{}: {label}", Kind::UndocumentedCall),
            kind: Kind::UndocumentedCall,
            pointer: "/paths".to_owned(),
            documentation: recorded(calls),
            document: "no such operation".to_owned(),
            correction: "vendor the page of this operation".to_owned(),
            mend: Mend::asked(Reason::NoEvidence),
        })
    }
}

/// How a file is called in places: by its name, unless another has the same.
fn name_among(file: &Path, files: &[PathBuf]) -> String {
    let same = files.iter().filter(|other| other.file_name() == file.file_name());
    let name = file.file_name().filter(|_| same.count() == 1).map(Path::new);
    name.unwrap_or(file).display().to_string()
}

/// How many calls there are, and where some of them are.
fn recorded(calls: &Unknown) -> String {
    let said =
        calls.values().map(|(place, count)| format!("{count} recorded, the first is {place}"));
    let mut said: Vec<_> = said.take(MAX_SHOWN).collect();
    if let more @ 1.. = calls.len().saturating_sub(MAX_SHOWN) {
        said.push(format!("and {more} other addresses"));
    }
    said.join("; ")
}

/// The examples of an operation. All that a page shows are of its only one; recorded calls are each of their own.
pub(super) fn examples<'p>(
    page: &'p Upstream,
    operation: &OperationNode<'_>,
) -> impl Iterator<Item = &'p Example> + use<'p> {
    let label = label(&operation.operation);
    let is_own = move |it: &&Example| it.recorded.as_ref().is_none_or(|it| it.operation == label);
    page.examples.iter().filter(is_own)
}

/// An operation's method and path, the same in the vendor's document and in the patched one.
fn label(operation: &Operation) -> String {
    format!("{} {}", operation.method, template(operation))
}

/// An operation's path with its variables in braces.
fn template(operation: &Operation) -> String {
    path_template::in_braces(&path_template::decode(&operation.path))
}

/// A call of an operation as an example.
fn example(call: Call, operation: String) -> Example {
    let Call { place, query, request, status, response, .. } = call;
    let recorded = Some(Recorded { operation, query });
    Example { name: place, status, request, response, recorded }
}

/// An operation of a page.
struct Known {
    page: usize,
    label: String,
    method: String,
    segments: Vec<String>,
}

fn operations_of((index, page): (usize, &Upstream)) -> Vec<Known> {
    let operations = operations::operations(&page.document).into_iter();
    let known = operations.map(|operation| {
        let path = template(&operation);
        let segments = path.trim_start_matches('/').split('/').map(str::to_owned).collect();
        Known { page: index, label: label(&operation), method: operation.method, segments }
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
        // Browsers ask with OPTIONS by themselves whether a script may call another host.
        let is_meant = call.is_over_http && call.method != "options";
        is_meant
            && !spelled.is_empty()
            && path.windows(spelled.len()).any(|it| it == spelled.as_slice())
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

/// What recorded calls have beside their bodies that the document does not know.
pub(super) fn check(report: &mut Report<'_, '_>, examples: &[&Example]) {
    let operation = report.operation;
    let declared = declared_query(operation);
    let (mut statuses, mut names) = (Places::new(), Places::new());
    for example in examples {
        let Some(recorded) = &example.recorded else { continue };
        let status = example.status.filter(|status| operation.response(*status).is_none());
        if let Some(status) = status {
            seen(&mut statuses, status.to_string(), &example.name);
        }
        let unknown = recorded.query.iter().filter(|it| !is_declared(&declared, &it.name));
        unknown.for_each(|it| seen(&mut names, it.told.clone(), &example.name));
    }
    for (status, places) in statuses {
        report.add(
            Kind::UndocumentedStatus,
            &format!("response {status}"),
            operation.node.place("responses"),
            said(&places, &format!("has an answer {status}")),
            "no such status",
            "describe the response",
            Mend::asked(Reason::NoEvidence),
        );
    }
    for (name, places) in names {
        report.add(
            Kind::UndeclaredParameter,
            &format!("query {name}"),
            operation.node.place("parameters"),
            said(&places, &format!("has `{name}` in its query")),
            "no such parameter",
            "declare the parameter",
            Mend::asked(Reason::NoEvidence),
        );
    }
}

/// Things that were recorded: the first place of each, and how many more there are.
type Places<'e> = BTreeMap<String, (&'e str, usize)>;

fn seen<'e>(places: &mut Places<'e>, what: String, place: &'e str) {
    places.entry(what).and_modify(|(_, more)| *more += 1).or_insert((place, 0));
}

fn said((place, more): &(&str, usize), what: &str) -> String {
    match more {
        0 => format!("{place} {what}"),
        more => format!("{place} {what}, and {more} more calls"),
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
