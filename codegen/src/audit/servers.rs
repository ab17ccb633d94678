//! The servers of the document, and the page's request line.

use super::check::Report;
use super::finding::Kind;
use crate::document::node::Node;
use crate::document::pointer::percent_decoded;
use crate::vendor::RequestLine;

pub(super) fn check(report: &mut Report<'_, '_>, line: &RequestLine) {
    let operation = report.operation;
    let holders = [&operation.node, &operation.item, &operation.root];
    let list = holders.iter().find_map(|holder| holder.written("servers"));
    let servers: Vec<_> = list.iter().flat_map(Node::items).collect();
    for server in &servers {
        let url = server.text("url").unwrap_or_default();
        if host_of(url).is_empty() && !url.starts_with('/') {
            let documentation = format!("{} {}", line.method, line.url);
            let document = format!("the server is `{url}`, which names no host");
            let correction = "the address of the API, or a template with variables";
            let (name, place) = (format!("`{url}`"), &server.pointer);
            report.add(Kind::Server, &name, place, documentation, document, correction);
        }
    }
    let urls = servers.iter().filter_map(|server| server.text("url"));
    request_line(report, line, &urls.map(|url| url.trim_end_matches('/')).collect::<Vec<_>>());
}

fn request_line(report: &mut Report<'_, '_>, line: &RequestLine, servers: &[&str]) {
    let path = percent_decoded(&report.operation.operation.path);
    let method = report.operation.operation.method.to_uppercase();
    let url = percent_decoded(&line.url);
    let is_the_same = line.method == method
        && servers.iter().any(|server| {
            // A variable in a server's host stands for whatever the caller puts there.
            let is_template = host_of(server).contains('{') && !host_of(&line.url).is_empty();
            !host_of(server).is_empty()
                && (url == format!("{server}{path}")
                    || is_template && path_of(&url) == format!("{}{path}", path_of(server)))
        });
    if !is_the_same {
        let addresses = servers.iter().map(|server| format!("{method} {server}{path}"));
        let document = match servers {
            [] => "no server".to_owned(),
            _ => addresses.collect::<Vec<_>>().join(", "),
        };
        let (place, quote) =
            (report.operation.root.place("servers"), format!("{} {url}", line.method));
        report.add(Kind::RequestLine, "", place, quote, document, "one address in both places");
    }
}

/// The host of a server's URL, which may be a template that no parser of URLs takes.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("", |at| &rest[at..])
}
