//! What the page shows being sent: its request line and code samples, against the operation.

use std::collections::BTreeMap;

use super::check::Report;
use super::examples::report_misfits;
use super::finding::Kind;
use super::mend::{Mend, Reason};
use super::sample::{self, Sample};
use super::servers;
use crate::document::media_type;
use crate::document::node::Node;
use crate::document::pointer::percent_decoded;
use crate::examples::judge;
use crate::vendor::Upstream;

/// What samples say of one thing, and which of them say it.
type Said<'s> = BTreeMap<String, Vec<&'s str>>;

pub(super) fn check(report: &mut Report<'_, '_>, page: &Upstream) {
    let samples = sample::read(page);
    methods(report, &samples);
    addresses(report, &samples);
    headers(report, &samples);
    bodies(report, page, &samples);
}

fn methods(report: &mut Report<'_, '_>, samples: &[Sample]) {
    let method = report.operation.operation.method.to_uppercase();
    let mut others = Said::new();
    for sample in samples {
        if let Some(other) = sample.method.as_ref().filter(|other| **other != method) {
            others.entry(other.clone()).or_default().push(&sample.name);
        }
    }
    if !others.is_empty() {
        let place = report.operation.node.pointer.clone();
        let document = format!("the method is {method}");
        let mend = Mend::asked(Reason::EvidenceDisagrees);
        report.add(Kind::Sample, "method", place, said(&others), document, ONE, mend);
    }
}

fn addresses(report: &mut Report<'_, '_>, samples: &[Sample]) {
    let mut others = Said::new();
    for sample in samples {
        if !servers::has_address(report.operation, &sample.url) {
            others.entry(percent_decoded(&sample.url)).or_default().push(&sample.name);
        }
    }
    if !others.is_empty() {
        let place = report.operation.root.place("servers");
        let document = servers::addresses(report.operation);
        let shown: Vec<_> = others.keys().cloned().collect();
        let mend = servers::of_address(report.operation, &shown);
        report.add(Kind::Sample, "address", place, said(&others), document, ONE, mend);
    }
}

/// What a correction of either side comes to.
const ONE: &str = "the same in both places";

/// Headers that no document declares as parameters (OpenAPI 3.1, section 4.8.12.1).
const UNDECLARED: [&str; 3] = ["accept", "content-type", "authorization"];

fn headers(report: &mut Report<'_, '_>, samples: &[Sample]) {
    let declared = declared_headers(report);
    let mut others = BTreeMap::<String, Said<'_>>::new();
    let mut media_types = Said::new();
    for sample in samples {
        for (name, value) in &sample.headers {
            let name = name.to_lowercase();
            if name == "content-type" {
                media_types.entry(value.clone()).or_default().push(&sample.name);
            } else if !declared.contains(&name) {
                let said = others.entry(name).or_default();
                said.entry(value.clone()).or_default().push(&sample.name);
            }
        }
    }
    for (name, values) in &others {
        let place = report.operation.node.place("parameters");
        let document = format!("no header `{name}`");
        let correction = format!("declare `{name}`, in header or as a security scheme");
        let name = format!("header {name}");
        let mend = Mend::asked(Reason::NoEvidence);
        report.add(Kind::Sample, &name, place, said(values), document, correction, mend);
    }
    content_types(report, Kind::Sample, media_types);
}

/// Names of headers that the operation declares, as parameters or for authentication.
fn declared_headers(report: &Report<'_, '_>) -> Vec<String> {
    let parameters = report.operation.parameters();
    let of_parameters = parameters.iter().filter(|it| it.location() == Some("header"));
    let of_parameters = of_parameters.filter_map(|it| it.name());
    let components = report.operation.root.get("components");
    let schemes = components.and_then(|components| components.get("securitySchemes"));
    let schemes: Vec<_> = schemes.iter().flat_map(Node::fields).map(|(_, it)| it).collect();
    let of_schemes = schemes.iter().filter(|it| it.text("in") == Some("header"));
    let of_schemes = of_schemes.filter_map(|it| it.text("name"));
    let declared = of_parameters.chain(of_schemes).chain(UNDECLARED);
    declared.map(str::to_lowercase).collect()
}

/// Media types of a body that the document has not.
pub(super) fn content_types(report: &mut Report<'_, '_>, kind: Kind, mut shown: Said<'_>) {
    let Some(body) = report.operation.node.get("requestBody") else { return };
    let Some(content) = body.get("content") else { return };
    let known: Vec<_> = content.fields().map(|(known, _)| known.to_owned()).collect();
    let has = |shown: &str| known.iter().any(|known| is_in(known, &media_type::essence(shown)));
    shown.retain(|shown, _| !has(shown));
    if !shown.is_empty() {
        let document = format!("the body is {}", known.join(", "));
        let place = &content.pointer;
        let mend = Mend::asked(Reason::EvidenceDisagrees);
        report.add(kind, "content type", place, said(&shown), document, ONE, mend);
    }
}

/// Whether a media type is in a range of them, such as `image/*` (RFC 9110, section 12.5.1).
fn is_in(range: &str, shown: &str) -> bool {
    let range = media_type::essence(range);
    match range.strip_suffix('*') {
        Some("*/") => true,
        Some(family) => shown.starts_with(family),
        None => shown == range,
    }
}

fn bodies(report: &mut Report<'_, '_>, page: &Upstream, samples: &[Sample]) {
    let Some(schema) = report.operation.request_schema() else { return };
    let examples = page.examples.iter().filter_map(|example| example.request.as_ref()?.json());
    let mut known: Vec<_> = examples.collect();
    for sample in samples {
        if let Some(body) = sample.body.as_ref().filter(|body| !known.contains(body)) {
            known.push(body);
            report_misfits(report, &sample.name, "request", judge(&schema, body).misfits);
        }
    }
}

/// The values, and who says each: a few by name, many by their number.
fn said(values: &Said<'_>) -> String {
    const NAMED: usize = 3;
    let values = values.iter().map(|(value, names)| match names.as_slice() {
        [] => format!("`{value}`"),
        names if names.len() <= NAMED => format!("`{value}` in {}", names.join(", ")),
        names => format!("`{value}` in {} code samples", names.len()),
    });
    values.collect::<Vec<_>>().join("; ")
}
