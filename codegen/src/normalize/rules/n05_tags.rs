//! N5: `tags` is a list of lists, from the outermost group to the innermost.

use serde_json::{Value, json};

use crate::document::pointer;
use crate::normalize::Mending;
use crate::report::Rule;

pub(in crate::normalize) const RULE: Rule =
    Rule::mended("N5 tags", "tags in lists of lists", "the most specific of each list");

/// Flattens the tags of every operation. Of a list in the list, the most specific stays.
pub(in crate::normalize) fn mend(page: &mut Mending) {
    for operation in page.operations() {
        let at = pointer::join(&operation.pointer(), "tags");
        let Some(Value::Array(tags)) = page.document.pointer_mut(&at) else { continue };
        if !tags.iter().any(Value::is_array) {
            continue;
        }
        let flat: Vec<_> = tags.iter().filter_map(most_specific).map(str::to_owned).collect();
        let note = format!("flattened: {}", flat.join(", "));
        *tags = flat.into_iter().map(|tag| json!(tag)).collect();
        page.log(&RULE, at, note);
    }
}

/// The tag with the most parts; of several, the last, for the outermost comes first.
fn most_specific(tag: &Value) -> Option<&str> {
    match tag {
        Value::String(tag) => Some(tag),
        Value::Array(groups) => {
            (groups.iter().filter_map(most_specific)).max_by_key(|group| group.split('/').count())
        }
        _ => None,
    }
}
