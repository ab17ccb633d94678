//! What typify refuses in a schema although it checks little or nothing: patterns that are no
//! regular expressions, defaults, and what a value is not.

use std::convert::Infallible;

use serde_json::{Map, Value};

use super::Prepared;
use crate::pointer;
use crate::walk::{self, Kind};

/// Takes out what is refused.
pub(super) fn prepare(prepared: &mut Prepared) {
    let mut taken = Vec::new();
    let mut defaults = Vec::new();
    let _ = walk::each_mut(&mut prepared.document, |kind, at, node| {
        if let (Kind::Schema, Value::Object(fields)) = (kind, node) {
            if let Some(pattern) = bad_pattern(fields) {
                taken.push((
                    "pattern",
                    pointer::join(at, "pattern"),
                    format!("`{pattern}` is no regular expression: not checked"),
                ));
                fields.shift_remove("pattern");
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
    let _ = walk::each_mut(&mut prepared.document, |kind, at, node| {
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

fn bad_pattern(fields: &Map<String, Value>) -> Option<String> {
    let pattern = fields.get("pattern")?.as_str()?;
    regress::Regex::new(pattern).is_err().then(|| pattern.to_owned())
}
