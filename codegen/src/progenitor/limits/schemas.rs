//! What typify refuses in a schema although it checks little or nothing: patterns that are no
//! regular expressions, defaults, fields beside those that are described, and what a value is not.

use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::Prepared;
use crate::document::pointer;
use crate::document::visit::{self, Kind};

/// Takes out what is refused.
pub(super) fn prepare(prepared: &mut Prepared) {
    let mut taken = Vec::new();
    let mut defaults = Vec::new();
    let _ = visit::each_mut(&mut prepared.document, |kind, at, node| {
        if let (Kind::Schema, Value::Object(fields)) = (kind, node) {
            if let Some(pattern) = bad_pattern(fields) {
                taken.push((
                    "pattern",
                    pointer::join(at, "pattern"),
                    format!("`{pattern}` is no regular expression: not checked"),
                ));
                fields.shift_remove("pattern");
            }
            if is_closed(fields, at) {
                taken.push((
                    "closed",
                    pointer::join(at, "additionalProperties"),
                    "fields that are not described are passed over, not refused".to_owned(),
                ));
                fields.shift_remove("additionalProperties");
            }
            if fields.shift_remove("default").is_some() {
                defaults.push(pointer::join(at, "default"));
            }
        }
        Ok::<_, Infallible>(())
    });
    for (rule, at, note) in taken {
        prepared.loosen(rule, &at, note);
    }
    // typify would send the default of a field that is unset, and refuses those that do not fit.
    for at in defaults {
        prepared.log("default", &at, "the server's to apply: what is unset is not sent");
    }
}

/// typify knows what is not one of some texts, and no other `not`.
pub(super) fn drop_not(prepared: &mut Prepared) {
    let mut dropped = Vec::new();
    let _ = visit::each_mut(&mut prepared.document, |kind, at, node| {
        let texts = |not: &Value| {
            let values = not.get("enum").and_then(Value::as_array);
            values.is_some_and(|values| values.iter().all(Value::is_string))
        };
        if let (Kind::Schema, Value::Object(fields)) = (kind, node)
            && fields.get("not").is_some_and(|not| !texts(not))
        {
            fields.shift_remove("not");
            dropped.push(pointer::join(at, "not"));
        }
        Ok::<_, Infallible>(())
    });
    for at in dropped {
        prepared.loosen("not", &at, "what is ruled out is taken");
    }
}

/// Whether a schema has no other fields than those it describes. An answer with a new one would be
/// none at all, and nothing could be made of two such schemas in one `allOf`. Without any field it
/// means what it says.
fn is_closed(fields: &Map<String, Value>, at: &str) -> bool {
    let describes = ["properties", "allOf", "anyOf", "oneOf"]
        .iter()
        .any(|key| fields.get(*key).is_some_and(|all| *all != json!({}) && *all != json!([])));
    let is_part = at.rsplit('/').nth(1) == Some("allOf");
    fields.get("additionalProperties") == Some(&Value::Bool(false)) && (describes || is_part)
}

fn bad_pattern(fields: &Map<String, Value>) -> Option<String> {
    let pattern = fields.get("pattern")?.as_str()?;
    regress::Regex::new(pattern).is_err().then(|| pattern.to_owned())
}
