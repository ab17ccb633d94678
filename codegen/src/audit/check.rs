//! All findings of one operation.

use serde_json::Value;

use super::compare;
use super::examples;
use super::finding::{Finding, Kind};
use super::operation::{Operation, decoded};
use super::place::{self, Placed, Side};
use super::tables;
use crate::vendor::{RequestLine, Upstream};

/// Finds what disagrees in a document; `page` has the examples and the request line.
pub(super) fn findings(document: &Value, page: &Upstream) -> Vec<Finding> {
    let mut found = Vec::new();
    let wanted = labels(&page.document);
    let mut operations = Operation::all(document);
    for label in &wanted {
        match operations.iter_mut().find(|operation| operation.label == *label) {
            Some(operation) => operation_findings(operation, page, &mut found),
            None => found.push(Finding {
                id: format!("{}: {label}", Kind::MissingOperation),
                kind: Kind::MissingOperation,
                pointer: "/paths".to_owned(),
                documentation: format!("the page {} is about {label}", page.slug),
                document: "no such operation".to_owned(),
                correction: format!("add {label}"),
            }),
        }
    }
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found.dedup_by(|one, other| one.id == other.id);
    found
}

fn labels(document: &Value) -> Vec<String> {
    Operation::all(document).into_iter().map(|operation| operation.label).collect()
}

fn operation_findings(operation: &mut Operation<'_>, page: &Upstream, found: &mut Vec<Finding>) {
    let description = operation.node.text("description").unwrap_or_default();
    let all = tables::read(description).into_iter().filter(tables::Table::is_of_fields).collect();
    let (placed, unplaced) = place::place(operation, all);
    operation.request_rows = request_rows(&placed);
    for table in unplaced {
        let names: Vec<_> = table.rows.iter().map(|row| row.name.as_str()).collect();
        add(
            operation,
            found,
            Kind::UnplacedTable,
            &format!("`{}`", table.heading()),
            Said {
                pointer: operation.node.place("description"),
                documentation: format!(
                    "a table of {} under {:?}",
                    names.join(", "),
                    table.heading()
                ),
                document: "no object with most of these fields".to_owned(),
                correction: "a heading that says what the table is about".to_owned(),
            },
        );
    }
    for placed in &placed {
        compare::table(operation, placed, found);
        missing_responses(operation, placed, found);
    }
    parameters(operation, &placed, found);
    path_and_body(operation, found);
    if let Some(line) = &page.provenance.request {
        addresses(operation, line, found);
    }
    examples::check(operation, page, found);
}

fn request_rows(placed: &[Placed<'_>]) -> std::collections::BTreeMap<String, tables::Row> {
    let requests = placed.iter().filter(|placed| placed.side == Side::Request);
    let rows = requests.flat_map(|placed| {
        let below = placed.name.split_once('.').map(|(_, below)| format!("{below}."));
        let below = below.unwrap_or_default();
        placed.table.rows.iter().map(move |row| (format!("{below}{}", row.name), row.clone()))
    });
    rows.collect()
}

fn missing_responses(operation: &Operation<'_>, placed: &Placed<'_>, found: &mut Vec<Finding>) {
    for &code in placed.codes.iter().filter(|code| operation.response(**code).is_none()) {
        add(
            operation,
            found,
            Kind::MissingResponse,
            &code.to_string(),
            Said {
                pointer: operation.node.place("responses"),
                documentation: placed.table.over.last().cloned().unwrap_or_default(),
                document: format!("no response {code}"),
                correction: format!("add the response {code}"),
            },
        );
    }
}

fn parameters(operation: &Operation<'_>, placed: &[Placed<'_>], found: &mut Vec<Finding>) {
    let path = decoded(&operation.path);
    let in_path = path.split('{').skip(1).filter_map(|part| part.split_once('}'));
    let mut wanted: Vec<(&str, String, String)> =
        in_path.map(|(name, _)| ("path", name.to_owned(), format!("the path `{path}`"))).collect();
    for placed in placed {
        if let Side::Parameters(place) = placed.side {
            let rows = placed.table.rows.iter();
            wanted.extend(rows.map(|row| (place, row.name.clone(), row.quote.clone())));
        }
    }
    for (place, name, quote) in wanted {
        let declared = operation.parameters(place);
        let same = |other: &&str| match place {
            "header" => other.eq_ignore_ascii_case(&name),
            _ => **other == name,
        };
        if !declared.iter().any(same) {
            let word = format!("{place} parameter {name}");
            add(
                operation,
                found,
                Kind::UndeclaredParameter,
                &word,
                Said {
                    pointer: operation.node.place("parameters"),
                    documentation: quote,
                    document: format!("no parameter `{name}` in {place}"),
                    correction: format!("declare `{name}`, in {place}"),
                },
            );
        }
    }
}

fn path_and_body(operation: &Operation<'_>, found: &mut Vec<Finding>) {
    let path = decoded(&operation.path);
    if path != operation.path {
        add(
            operation,
            found,
            Kind::EncodedPath,
            "",
            Said {
                pointer: operation.item.pointer.clone(),
                documentation: format!("`{path}`"),
                document: format!("`{}`", operation.path),
                correction: format!("`{path}`"),
            },
        );
    }
    let Some(body) = operation.node.get("requestBody") else { return };
    let requires = operation.request_schema().map(compare::object_of);
    if let Some(first) = requires.as_ref().and_then(|schema| schema.required.first())
        && !body.flag("required")
    {
        add(
            operation,
            found,
            Kind::OptionalBody,
            "request",
            Said {
                pointer: body.pointer.clone(),
                documentation: format!("`{first}` must be sent"),
                document: "the body as a whole is optional".to_owned(),
                correction: "required: true".to_owned(),
            },
        );
    }
}

/// The servers of the document, and the page's request line.
fn addresses(operation: &Operation<'_>, line: &RequestLine, found: &mut Vec<Finding>) {
    let holders = [&operation.node, &operation.item, &operation.root];
    let servers = holders.iter().find_map(|holder| holder.written("servers"));
    let servers: Vec<_> = servers.iter().flat_map(|list| list.items()).collect();
    for server in &servers {
        let url = server.text("url").unwrap_or_default();
        if host_of(url).is_empty() && !url.starts_with('/') {
            add(
                operation,
                found,
                Kind::Server,
                &format!("`{url}`"),
                Said {
                    pointer: server.pointer.clone(),
                    documentation: format!("{} {}", line.method, line.url),
                    document: format!("the server is `{url}`, which names no host"),
                    correction: "the address of the API, or a template with variables".to_owned(),
                },
            );
        }
    }
    let urls: Vec<_> = servers.iter().filter_map(|server| server.text("url")).collect();
    let path = decoded(&operation.path);
    let expected = format!("{} {}", line.method, decoded(&line.url));
    let method = operation.label.split(' ').next().unwrap_or_default();
    let same = line.method == method
        && urls.iter().any(|url| {
            // What is in braces is for the caller to fill in: any host will do.
            let server = url.trim_end_matches('/');
            let is_template = host_of(server).contains('{') && !host_of(&line.url).is_empty();
            let end = format!("{}{path}", path_of(server));
            let whole = decoded(&line.url) == format!("{server}{path}");
            !host_of(server).is_empty()
                && (whole || is_template && path_of(&decoded(&line.url)) == end)
        });
    if !same {
        let document =
            urls.iter().map(|url| format!("{method} {}{path}", url.trim_end_matches('/')));
        let document = document.collect::<Vec<_>>().join(", ");
        add(
            operation,
            found,
            Kind::RequestLine,
            "",
            Said {
                pointer: operation.root.place("servers"),
                documentation: expected,
                document: if document.is_empty() { "no server".to_owned() } else { document },
                correction: "one address in both places".to_owned(),
            },
        );
    }
}

/// The host of an address; a server may be a template that no parser of addresses takes.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or(String::new(), |at| rest[at..].to_owned())
}

/// Both sides of a finding, its place and correction.
pub(super) struct Said {
    pub(super) pointer: String,
    pub(super) documentation: String,
    pub(super) document: String,
    pub(super) correction: String,
}

pub(super) fn add(
    operation: &Operation<'_>,
    found: &mut Vec<Finding>,
    kind: Kind,
    name: &str,
    said: Said,
) {
    let Said { pointer, documentation, document, correction } = said;
    let id = operation.id(kind, name);
    found.push(Finding { id, kind, pointer, documentation, document, correction });
}
