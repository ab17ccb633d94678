//! N12: the exporter writes every body as JSON; the page's own request says what it really is.

use serde_json::Value;

use crate::document::media_type::{JSON, essence, is_json};
use crate::document::pointer;
use crate::normalize::Mending;
use crate::report::Rule;
use crate::vendor::RequestLine;

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N12 media-type",
    "a body that is JSON here, and something else in the page's own `Content-Type`",
    "what the page's request says",
);

/// Gives the body of the page's operation the media type of its request line.
pub(in crate::normalize) fn mend(page: &mut Mending, request_line: Option<&RequestLine>) {
    let Some(line) = request_line else { return };
    let media_type = essence(line.content_type.as_deref().unwrap_or(JSON));
    let is_json = is_json(&media_type);
    let Some(operation) = line.operation(page) else { return };
    if is_json || !media_type.contains('/') {
        return;
    }
    let at = pointer::join(&operation.pointer(), "requestBody");
    let body = page.document.pointer_mut(&at).and_then(|body| body.get_mut("content"));
    let Some(Value::Object(content)) = body else { return };
    // Where there are several, the request shows one of them.
    if content.len() != 1 {
        return;
    }
    let Some(media) = content.shift_remove(JSON) else { return };
    let note = format!("{media_type}, as the page's request says");
    content.insert(media_type, media);
    page.log(&RULE, pointer::join(&at, "content"), note);
}
