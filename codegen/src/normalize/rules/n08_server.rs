//! N8: `servers` is missing, or is no address; the page's own request line knows better.

use serde_json::{Value, json};
use url::Url;

use crate::document::path_template;
use crate::document::pointer;
use crate::document::set;
use crate::normalize::Mending;
use crate::report::Rule;
use crate::vendor::RequestLine;

pub(in crate::normalize) const RULE: Rule =
    Rule::mended("N8 server", "no server, or none with a host", "from the page's request line");

/// What to do about a server that is not the document's.
pub(in crate::normalize) const OTHER_BASE: &str =
    "a client with this address as its base URL has to call it";

pub(in crate::normalize) const OTHER_SERVER: Rule = Rule::translated(
    "N8 server",
    "other servers than on the first page, or other security",
    "on the operations of that page; the report says which need a client with another base URL",
);

/// Takes the server from the request line where the document has none that works. Where the
/// request line is as broken as the document, nothing is changed: the overlay must know.
pub(in crate::normalize) fn mend(page: &mut Mending, request_line: Option<&RequestLine>) {
    mend_document(page, request_line);
    report_operations(page);
}

/// Reports operations with servers of their own: a client has one base URL, so whoever calls one has
/// to know.
fn report_operations(page: &mut Mending) {
    let of_document = page.document.get("servers").cloned();
    for operation in page.operations() {
        for holder in [operation.path_pointer(), operation.pointer()] {
            let at = pointer::join(&holder, "servers");
            let servers = page.document.pointer(&at);
            let others = servers.filter(|servers| Some(*servers) != of_document.as_ref());
            let urls = others.and_then(Value::as_array).into_iter().flatten();
            let urls: Vec<_> = urls.filter_map(|server| server.get("url")?.as_str()).collect();
            if !urls.is_empty() {
                let note = format!("{} is on {}: {OTHER_BASE}", operation.label(), urls.join(", "));
                page.log(&OTHER_SERVER, at, note);
            }
        }
    }
}

fn mend_document(page: &mut Mending, request_line: Option<&RequestLine>) {
    let servers = page.document.get("servers").and_then(Value::as_array);
    let urls = servers.into_iter().flatten().filter_map(|server| server.get("url"));
    if urls.filter_map(Value::as_str).any(is_address) {
        return;
    }
    let Some(base) = request_line.and_then(|line| base(page, line)) else { return };
    page.log(&RULE, "/servers", format!("from the request line: {base}"));
    set(&mut page.document, "servers", json!([{ "url": base }]));
}

/// An absolute address with a host, or a path on the host that serves the document.
fn is_address(url: &str) -> bool {
    // Without the braces of a template, whose variables may stand anywhere in it.
    let concrete: String = url.chars().filter(|c| !"{}".contains(*c)).collect();
    let has_host = Url::parse(&concrete).is_ok_and(|url| url.has_host());
    // The parser repairs `https:/x`; a client that pastes strings together does not.
    has_host && concrete.contains("://") || url.starts_with('/')
}

/// The request line's URL without the path of the page's operation.
fn base(page: &Mending, line: &RequestLine) -> Option<String> {
    let url = path_template::decode(&line.url);
    let operation = line.operation(page)?;
    let base = url.strip_suffix(operation.path.as_str())?;
    is_address(base).then(|| base.to_owned())
}
