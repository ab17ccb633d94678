//! N16: a page shows its examples beside its document, where other tools do not look. They become
//! `examples` of the bodies that they show. It is done here, before the overlay, so that what is wrong in one
//! is corrected like all else; the client is made of schemas alone.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::document::media_type::{FORM, essence, is_json};
use crate::document::operations::{Operation, operations};
use crate::document::pointer;
use crate::normalize::Mending;
use crate::report::{Log, Rule};
use crate::vendor::{Example, RequestLine};

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N16 examples",
    "examples of JSON that stand beside the document, on the page",
    "`examples` of the body of the request or the response, by their names; what is no JSON stays beside",
);

/// The examples of a page, and the operation that they show.
pub(in crate::normalize) struct Shown<'p> {
    slug: &'p str,
    operation: Operation,
    examples: &'p [Example],
}

/// What a page shows; nothing where it cannot be told of which operation.
pub(in crate::normalize) fn shown<'p>(
    page: &Mending,
    slug: &'p str,
    examples: &'p [Example],
    request_line: Option<&RequestLine>,
) -> Option<Shown<'p>> {
    let all = operations(&page.document);
    let operation = match all.as_slice() {
        [only] => Some(only.clone()),
        _ => request_line.and_then(|line| line.operation(page)),
    };
    operation.filter(|_| !examples.is_empty()).map(|operation| Shown { slug, operation, examples })
}

/// Adds them to the document of all pages. Of several pages that show one operation, the first counts.
pub(in crate::normalize) fn add(document: &mut Value, pages: &[Shown<'_>], log: &mut Log) {
    let mut seen = BTreeSet::new();
    for Shown { slug, operation, examples } in pages {
        if !seen.insert(operation.label()) {
            continue;
        }
        for example in *examples {
            let at = operation.pointer();
            let response = response(document, &at, example.status);
            let sides =
                [(&example.request, Some(at + "/requestBody")), (&example.response, response)];
            for (body, holder) in sides {
                let Some(value) = body.as_ref().and_then(|body| body.json()) else { continue };
                let added =
                    holder.and_then(|holder| insert(document, &holder, &example.name, value));
                if let Some(place) = added {
                    log.add(&RULE, place, format!("from page {slug}"));
                }
            }
        }
    }
}

/// The response that an example shows: that of its status, or the first success with a body that fits.
fn response(document: &Value, operation: &str, status: Option<u16>) -> Option<String> {
    let at = format!("{operation}/responses");
    let responses = document.pointer(&at)?.as_object()?;
    let shown = |key: &str| match status {
        Some(status) => key == status.to_string(),
        None => key.starts_with('2'),
    };
    let mut places = responses.keys().filter(|key| shown(key)).map(|key| pointer::join(&at, key));
    places.find(|place| media(document, place).is_some())
}

/// The media type that an example of JSON is of: a form is shown as JSON.
fn media(document: &Value, holder: &str) -> Option<String> {
    let content = document.pointer(&format!("{holder}/content"))?.as_object()?;
    let json = content.keys().find(|name| is_json(name));
    let name = json.or_else(|| content.keys().find(|name| essence(name) == FORM));
    Some(pointer::join(&format!("{holder}/content"), name?))
}

/// Adds an example to a body, unless the document has one itself: `example` excludes `examples`.
fn insert(document: &mut Value, holder: &str, name: &str, value: &Value) -> Option<String> {
    let at = media(document, holder)?;
    let media = document.pointer_mut(&at)?.as_object_mut()?;
    if media.contains_key("example") {
        return None;
    }
    let examples = media.entry("examples").or_insert_with(|| Value::Object(Map::new()));
    let examples = examples.as_object_mut()?;
    if examples.values().any(|other| other.get("value") == Some(value)) {
        return None;
    }
    let numbered = (2..).map(|number| format!("{name} ({number})"));
    let name =
        std::iter::once(name.to_owned()).chain(numbered).find(|it| !examples.contains_key(it))?;
    examples.insert(name.clone(), json!({ "value": value }));
    Some(pointer::join(&format!("{at}/examples"), &name))
}
