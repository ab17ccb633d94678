//! N3: no request body is ever marked `required`, so generated clients make it optional.

use std::collections::HashMap;

use serde_json::Value;

use crate::bounds::MAX_REQUIRED_DEPTH;
use crate::document::pointer;
use crate::document::visit;
use crate::normalize::Mending;
use crate::report::Rule;

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N3 request-body",
    "bodies never required",
    "required where the schema requires anything",
);

/// Marks a body as required when its schema requires anything.
pub(in crate::normalize) fn mend(page: &mut Mending) {
    let mut memo = Memo::default();
    for operation in page.operations() {
        let at = pointer::join(&operation.pointer(), "requestBody");
        let referred = page.document.pointer(&at).and_then(visit::reference);
        let at = referred.and_then(pointer::of_reference).unwrap_or(at);
        let Some(body) = page.document.pointer(&at) else { continue };
        if body.get("required").is_some() {
            continue;
        }
        let mut schemas = body.get("content").and_then(Value::as_object).into_iter().flatten();
        let mut requires =
            |media: &Value| requires_anything(&page.document, media.get("schema"), &mut memo);
        if schemas.any(|(_, media)| requires(media))
            && let Some(Value::Object(body)) = page.document.pointer_mut(&at)
        {
            body.insert("required".to_owned(), Value::Bool(true));
            page.log(&RULE, at, "required: its schema requires fields");
        }
    }
}

/// Whether a schema requires a field. What references lead to is looked at once.
fn requires_anything(document: &Value, schema: Option<&Value>, memo: &mut Memo) -> bool {
    let Some(schema) = schema else { return false };
    let list = |key: &str| schema.get(key).and_then(Value::as_array);
    if list("required").is_some_and(|names| !names.is_empty()) {
        return true;
    }
    if let Some(target) = visit::reference(schema).and_then(pointer::of_reference)
        && referred_requires(document, target, memo)
    {
        return true;
    }
    let mut below = |schema: &Value| requires_anything(document, Some(schema), memo);
    list("allOf").is_some_and(|parts| parts.iter().any(&mut below))
        // Whichever of several is chosen, it must require something.
        || ["anyOf", "oneOf"].iter().any(|key| {
            list(key).is_some_and(|parts| !parts.is_empty() && parts.iter().all(&mut below))
        })
}

fn referred_requires(document: &Value, target: String, memo: &mut Memo) -> bool {
    if let Some(answer) = memo.answers.get(&target) {
        return *answer;
    }
    if memo.depth == MAX_REQUIRED_DEPTH {
        return false;
    }
    // A schema that is part of itself requires what its other parts do.
    memo.answers.insert(target.clone(), false);
    memo.depth += 1;
    let answer = requires_anything(document, document.pointer(&target), memo);
    memo.depth -= 1;
    memo.answers.insert(target, answer);
    answer
}

/// The answers for references so far, by their pointers, and how many are being followed.
#[derive(Default)]
struct Memo {
    answers: HashMap<String, bool>,
    depth: usize,
}
