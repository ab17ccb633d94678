//! The servers of the document, and the page's request line.

use super::check::Report;
use super::finding::Kind;
use super::mend::{Mend, Reason};
use super::samples::content_types;
use crate::document::node::Node;
use crate::document::operations::OperationNode;
use crate::document::pointer::percent_decoded;
use crate::vendor::RequestLine;

pub(super) fn check(report: &mut Report<'_, '_>, line: &RequestLine) {
    for server in servers(report.operation) {
        let url = server.text("url").unwrap_or_default();
        if host_of(url).is_empty() && !url.starts_with('/') {
            let documentation = format!("{} {}", line.method, line.url);
            let document = format!("the server is `{url}`, which names no host");
            let correction = "the address of the API, or a template with variables";
            let (name, place) = (format!("`{url}`"), &server.pointer);
            let mend = Mend::asked(Reason::NoEvidence);
            report.add(Kind::Server, &name, place, documentation, document, correction, mend);
        }
    }
    let operation = report.operation;
    let method = operation.operation.method.to_uppercase();
    if line.method != method || !has_address(operation, &line.url) {
        let quote = format!("{} {}", line.method, percent_decoded(&line.url));
        let place = operation.root.place("servers");
        let document = addresses(operation);
        let correction = "one address in both places";
        let mend = of_address(operation, std::slice::from_ref(&line.url));
        report.add(Kind::RequestLine, "", place, quote, document, correction, mend);
    }
    let media_type = line.content_type.iter().map(|name| (name.clone(), Vec::new()));
    content_types(report, Kind::RequestLine, media_type.collect());
}

/// Addresses that differ from the document's by their host alone are no fault of the document: the base URL
/// is the caller's to give.
pub(super) fn of_address(operation: &OperationNode<'_>, shown: &[String]) -> Mend {
    let path = percent_decoded(&operation.operation.path);
    let is_same_path = |url: &String| {
        let url = percent_decoded(url);
        let url = url.split(['?', '#']).next().unwrap_or_default();
        url.ends_with(&path)
            || url
                .split('/')
                .rev()
                .zip(path.split('/').rev())
                .all(|(is, wanted)| is == wanted || wanted.starts_with('{') && !is.is_empty())
    };
    let is_host = urls(operation).iter().any(|url| !host_of(url).is_empty());
    match shown.iter().all(is_same_path) {
        true if !is_host => Mend::asked(Reason::WaitsForAnother),
        true => Mend::explained(HOST),
        false => Mend::asked(Reason::EvidenceDisagrees),
    }
}

const HOST: &str = "The page shows the path of the document at another host; the base URL is the caller's to give.";

/// The servers that an operation is called at.
fn servers<'d>(operation: &OperationNode<'d>) -> Vec<Node<'d>> {
    let holders = [&operation.node, &operation.item, &operation.root];
    let list = holders.iter().find_map(|holder| holder.written("servers"));
    list.iter().flat_map(Node::items).collect()
}

/// The addresses of its servers, without the slash at the end of some.
fn urls<'d>(operation: &OperationNode<'d>) -> Vec<&'d str> {
    let servers = servers(operation);
    let urls = servers.iter().filter_map(|server| server.text("url"));
    urls.map(|url| url.trim_end_matches('/')).collect()
}

/// Whether an operation is called at an address that the page shows.
pub(super) fn has_address(operation: &OperationNode<'_>, url: &str) -> bool {
    let path = percent_decoded(&operation.operation.path);
    let url = percent_decoded(url);
    let (url, _) = url.split_once(['?', '#']).unwrap_or((&url, ""));
    urls(operation).iter().any(|server| {
        // A variable in a server's host stands for whatever the caller puts there.
        let is_template = host_of(server).contains('{') && !host_of(url).is_empty();
        !host_of(server).is_empty()
            && (is_like(&format!("{server}{path}"), url)
                || is_template && is_like(&format!("{}{path}", path_of(server)), path_of(url)))
    })
}

/// Whether an address is of a template; a segment of it may show a value in place of the variable.
fn is_like(template: &str, url: &str) -> bool {
    let (template, url) = (template.split('/'), url.split('/'));
    let is_variable = |segment: &str| segment.starts_with('{') && segment.ends_with('}');
    template.clone().count() == url.clone().count()
        && template
            .zip(url)
            .all(|(one, other)| one == other || is_variable(one) && !is_variable(other))
}

/// Method and addresses of an operation, in words.
pub(super) fn addresses(operation: &OperationNode<'_>) -> String {
    let path = percent_decoded(&operation.operation.path);
    let method = operation.operation.method.to_uppercase();
    let urls = urls(operation);
    let addresses = urls.iter().map(|server| format!("{method} {server}{path}"));
    match urls.as_slice() {
        [] => "no server".to_owned(),
        _ => addresses.collect::<Vec<_>>().join(", "),
    }
}

/// The host of a server's URL, which may be a template that no parser of URLs takes.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default()
}
