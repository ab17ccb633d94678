//! What typify refuses in a schema although it checks little or nothing: patterns that are no
//! regular expressions, and defaults. And properties that are one Rust name, which
//! it declares twice.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::{Map, Value, json};

use super::Prepared;
use super::responses::{add_component, free};
use crate::generate;
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
            if is_refused_enum(fields) {
                let note = "two values are one Rust name: any text".to_owned();
                taken.push(("enum", pointer::join(at, "enum"), note));
                fields.shift_remove("enum");
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
    tell_properties_apart(prepared);
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
    name_alternatives(prepared);
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
fn name_of(at: &str, title: Option<&str>) -> String {
    let mut words: Vec<String> = Vec::new();
    for part in at.split('/').skip(1) {
        let part = pointer::unescape(part);
        match part.as_str() {
            "components" | "schemas" | "properties" | "oneOf" | "allOf" | "items" => {}
            "paths" | "content" | "application/json" | "schema" => {}
            other => words.push(other.to_upper_camel_case()),
        }
    }
    if let Some(title) = title.map(|title| title.to_upper_camel_case()).filter(|it| !it.is_empty())
    {
        words.pop();
        words.push(title);
    }
    let name: String = words.concat().chars().filter(char::is_ascii_alphanumeric).collect();
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => name,
        _ => format!("Alternative{name}"),
    }
}

/// Gives the second property of a Rust name another name in JSON, which the refine stage takes back.
fn tell_properties_apart(prepared: &mut Prepared) {
    let mut renamed = Vec::new();
    let _ = walk::each_mut(&mut prepared.document, |kind, at, node| {
        let (Kind::Schema, Value::Object(fields)) = (kind, node) else { return Ok(()) };
        let Some(Value::Object(properties)) = fields.get_mut("properties") else { return Ok(()) };
        let aliases = aliases(properties);
        if aliases.is_empty() {
            return Ok(());
        }
        let name = |name: String| aliases.get(&name).cloned().unwrap_or(name);
        *properties =
            std::mem::take(properties).into_iter().map(|(key, value)| (name(key), value)).collect();
        if let Some(Value::Array(required)) = fields.get_mut("required") {
            for entry in required {
                if let Some(alias) = entry.as_str().and_then(|name| aliases.get(name)) {
                    *entry = alias.as_str().into();
                }
            }
        }
        renamed.extend(aliases.into_iter().map(|(real, alias)| (at.to_owned(), real, alias)));
        Ok::<_, Infallible>(())
    });
    for (at, real, alias) in renamed {
        let place = pointer::join(&format!("{at}/properties"), &real);
        prepared.log("property-name", &place, format!("`{}` in Rust", alias.to_snake_case()));
        prepared.aliases.push((alias, real));
    }
}

/// A blank makes sure that the name in JSON is written out.
fn aliases(properties: &Map<String, Value>) -> BTreeMap<String, String> {
    let mut taken = BTreeSet::new();
    let mut aliases = BTreeMap::new();
    for name in properties.keys() {
        let mut alias = name.clone();
        let mut number = 1;
        while !taken.insert(alias.to_snake_case()) {
            number += 1;
            alias = format!("{name} {number}");
        }
        if alias != *name {
            aliases.insert(name.clone(), alias);
        }
    }
    aliases
}

/// Values that look alike without signs and blanks; typify tells some of them apart.
fn is_refused_enum(fields: &Map<String, Value>) -> bool {
    let Some(values) = fields.get("enum").and_then(Value::as_array) else { return false };
    let mut seen = BTreeSet::new();
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let mut texts = values.iter().filter_map(Value::as_str);
    let is_suspect = texts.any(|text| !seen.insert(plain(&text.to_lowercase())));
    is_suspect && !generate::takes(&json!({ "type": "string", "enum": values }))
}

fn bad_pattern(fields: &Map<String, Value>) -> Option<String> {
    let pattern = fields.get("pattern")?.as_str()?;
    regress::Regex::new(pattern).is_err().then(|| pattern.to_owned())
}
