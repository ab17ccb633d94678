//! What typify refuses in a schema although it checks little or nothing: patterns that are no
//! regular expressions, and defaults. And alternatives, of which it makes what decodes anything.

use std::convert::Infallible;

use serde_json::{Map, Value, json};

use super::Prepared;
use super::responses::{add_component, free};
use crate::generate::names::type_name;
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

/// typify makes a struct with an optional field for each alternative out of `anyOf`, which decodes
/// anything. As `oneOf` it is an enum; the refine stage takes the alternative that fits best.
pub(super) fn choose_one(prepared: &mut Prepared) {
    let mut chosen = Vec::new();
    let _ = walk::each_mut(&mut prepared.document, |kind, at, node| {
        if let (Kind::Schema, Value::Object(fields)) = (kind, node)
            && fields.get("anyOf").and_then(Value::as_array).is_some_and(|all| all.len() > 1)
            && !fields.contains_key("oneOf")
            && let Some(alternatives) = fields.shift_remove("anyOf")
        {
            fields.insert("oneOf".to_owned(), alternatives);
            chosen.push(at.to_owned());
        }
        Ok::<_, Infallible>(())
    });
    for at in chosen {
        prepared.log("any-of", &at, "the alternative that explains most");
    }
    drop_not(prepared);
    name_alternatives(prepared);
}

/// typify knows what is not one of some texts, and no other `not`.
fn drop_not(prepared: &mut Prepared) {
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

/// Alternatives become types of their own, so that each can be tried.
fn name_alternatives(prepared: &mut Prepared) {
    let mut inline = Vec::new();
    let _ = walk::each_mut(&mut prepared.document, |kind, at, node| {
        let alternatives =
            node.get("oneOf").and_then(Value::as_array).filter(|_| kind == Kind::Schema);
        let objects = alternatives.into_iter().flatten().enumerate().filter(|(_, alternative)| {
            alternative
                .get("properties")
                .and_then(Value::as_object)
                .is_some_and(|all| !all.is_empty())
        });
        let objects: Vec<_> = objects.map(|(index, _)| format!("{at}/oneOf/{index}")).collect();
        // One object among plain values is told apart as it is.
        if objects.len() > 1 {
            inline.extend(objects);
        }
        Ok::<_, Infallible>(())
    });
    // The innermost come first, so what moves has its own alternatives named already.
    for at in inline {
        let Some(schema) = prepared.document.pointer(&at).cloned() else { continue };
        let wanted = name_of(&at, schema.get("title").and_then(Value::as_str));
        let name = free(prepared, &wanted);
        if let Some(place) = prepared.document.pointer_mut(&at) {
            *place = json!({ "$ref": pointer::to_component("schemas", &name) });
        }
        add_component(prepared, &name, schema);
    }
}

/// After the component and property that holds it, and its title.
pub(super) fn name_of(at: &str, title: Option<&str>) -> String {
    let mut words: Vec<String> = Vec::new();
    for part in at.split('/').skip(1) {
        let part = pointer::unescape(part);
        match part.as_str() {
            "components" | "schemas" | "properties" | "oneOf" | "allOf" | "items" => {}
            "paths" | "content" | "application/json" | "schema" => {}
            other => words.push(other.to_owned()),
        }
    }
    if let Some(title) = title.filter(|title| !title.is_empty()) {
        words.pop();
        words.push(title.to_owned());
    }
    match words.is_empty() {
        true => "Alternative".to_owned(),
        false => type_name(&words.join("-")),
    }
}

fn bad_pattern(fields: &Map<String, Value>) -> Option<String> {
    let pattern = fields.get("pattern")?.as_str()?;
    regress::Regex::new(pattern).is_err().then(|| pattern.to_owned())
}
