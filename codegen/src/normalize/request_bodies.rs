//! N3: no request body is ever marked `required`, so generated clients make it optional.

use serde_json::Value;

use super::Mending;
use crate::pointer;
use crate::walk;

const RULE: &str = "N3 request-body";

/// Marks a body as required when its schema requires anything.
pub fn mend(page: &mut Mending) {
    for operation in page.operations() {
        let at = pointer::join(&operation.pointer(), "requestBody");
        let referred = page.document.pointer(&at).and_then(walk::reference);
        let at = referred.and_then(pointer::of_reference).unwrap_or(at);
        let Some(body) = page.document.pointer(&at) else { continue };
        if body.get("required").is_some() {
            continue;
        }
        let mut schemas = body.get("content").and_then(Value::as_object).into_iter().flatten();
        let requires = |media: &Value| requires_anything(&page.document, media.get("schema"), 0);
        if schemas.any(|(_, media)| requires(media))
            && let Some(Value::Object(body)) = page.document.pointer_mut(&at)
        {
            body.insert("required".to_owned(), Value::Bool(true));
            page.log(RULE, at, "required: its schema requires fields");
        }
    }
}

/// References deeper than this are a cycle, or nothing that a person wrote.
const DEEP: usize = 32;

fn requires_anything(document: &Value, schema: Option<&Value>, depth: usize) -> bool {
    let Some(schema) = schema.filter(|_| depth < DEEP) else { return false };
    let list = |key: &str| schema.get(key).and_then(Value::as_array);
    if list("required").is_some_and(|names| !names.is_empty()) {
        return true;
    }
    let below = |schema: &Value| requires_anything(document, Some(schema), depth + 1);
    let referred = walk::reference(schema)
        .and_then(pointer::of_reference)
        .and_then(|pointer| document.pointer(&pointer));
    referred.is_some_and(below)
        || list("allOf").is_some_and(|parts| parts.iter().any(below))
        // Whichever of several is chosen, it must require something.
        || ["anyOf", "oneOf"].iter().any(|key| {
            list(key).is_some_and(|parts| !parts.is_empty() && parts.iter().all(below))
        })
}
