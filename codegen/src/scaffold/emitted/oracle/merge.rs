//! One schema of several that all hold: the parts of an `allOf`, a reference and what stands beside it, a
//! choice and what all choices share. Only good for making values up: the validator has the last word.

use serde_json::{Map, Value, json};

use super::document::{Document, follow};
use super::random::Random;

/// How deep parts may be inside of parts.
const DEEPEST: usize = 40;

/// A schema without references, `allOf` and choices at its top; of a choice, one is taken.
pub fn flat(
    document: &Document,
    schema: &Value,
    random: &mut Random,
) -> Option<Map<String, Value>> {
    flat_at(document, schema, random, 0)
}

fn flat_at(
    document: &Document,
    schema: &Value,
    random: &mut Random,
    depth: usize,
) -> Option<Map<String, Value>> {
    if depth > DEEPEST {
        return None;
    }
    let fields = match schema {
        Value::Bool(true) => return Some(Map::new()),
        Value::Object(fields) => fields,
        _ => return None,
    };
    let mut merged = fields.clone();
    let target = fields.contains_key("$ref").then(|| follow(&document.root, schema).clone());
    merged.remove("$ref");
    let parts = merged.remove("allOf");
    let parts = parts.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
    for part in target.into_iter().chain(parts) {
        let part = flat_at(document, &part, random, depth + 1)?;
        merge(&mut merged, part);
    }
    for choice in ["oneOf", "anyOf"] {
        let Some(Value::Array(all)) = merged.remove(choice) else { continue };
        let chosen = flat_at(document, random.pick(&all)?, random, depth + 1)?;
        merge(&mut merged, chosen);
    }
    Some(merged)
}

/// The same for every way to choose, up to a number of them.
pub fn each(document: &Document, schema: &Value) -> Vec<Map<String, Value>> {
    each_at(document, schema, 0)
}

/// More ways than this are not looked at.
const MOST_WAYS: usize = 64;

fn each_at(document: &Document, schema: &Value, depth: usize) -> Vec<Map<String, Value>> {
    let fields = match schema {
        Value::Bool(true) => return vec![Map::new()],
        Value::Object(fields) if depth <= DEEPEST => fields,
        _ => return Vec::new(),
    };
    let list = |key: &str| fields.get(key).and_then(Value::as_array);
    let mut own = fields.clone();
    own.retain(|key, _| !["$ref", "allOf", "oneOf", "anyOf"].contains(&key.as_str()));
    let target = fields.contains_key("$ref").then(|| follow(&document.root, schema));
    // Of each inner list, one holds; of the outer, all do.
    let one: Vec<Vec<&Value>> =
        target.into_iter().chain(list("allOf").into_iter().flatten()).map(|it| vec![it]).collect();
    let choices = ["oneOf", "anyOf"].into_iter().filter_map(list);
    let mut ways = vec![own];
    for choice in one.into_iter().chain(choices.map(|all| all.iter().collect())) {
        let parts = choice.into_iter().flat_map(|part| each_at(document, part, depth + 1));
        let parts: Vec<_> = parts.take(MOST_WAYS).collect();
        let with = |way: &Map<String, Value>, part: &Map<String, Value>| {
            let mut both = way.clone();
            merge(&mut both, part.clone());
            both
        };
        ways = ways.iter().flat_map(|way| parts.iter().map(move |part| with(way, part))).collect();
        ways.truncate(MOST_WAYS);
    }
    ways
}

fn merge(into: &mut Map<String, Value>, other: Map<String, Value>) {
    for (key, value) in other {
        let both = match into.get(&key) {
            None => value,
            Some(own) => together(&key, own, value),
        };
        into.insert(key, both);
    }
}

/// What two values of one keyword say together.
fn together(key: &str, own: &Value, other: Value) -> Value {
    match (key, own, &other) {
        ("properties" | "patternProperties", Value::Object(fields), Value::Object(more)) => {
            let mut all = fields.clone();
            for (name, schema) in more {
                let both = match all.get(name) {
                    Some(own) if own != schema => json!({ "allOf": [own, schema] }),
                    _ => schema.clone(),
                };
                all.insert(name.clone(), both);
            }
            Value::Object(all)
        }
        ("required", Value::Array(names), Value::Array(more)) => {
            names.iter().chain(more).cloned().collect()
        }
        ("enum", Value::Array(values), Value::Array(more)) => {
            values.iter().filter(|value| more.contains(value)).cloned().collect()
        }
        ("type", ..) => {
            let (own, other) = (types(own), types(&other));
            own.into_iter().filter(|ty| other.contains(ty)).collect()
        }
        ("minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties", ..) => {
            if own.as_f64() >= other.as_f64() { own.clone() } else { other }
        }
        ("maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties", ..) => {
            if own.as_f64() <= other.as_f64() { own.clone() } else { other }
        }
        ("additionalProperties", Value::Bool(false), _) => json!(false),
        ("items", Value::Object(_), Value::Object(_)) => json!({ "allOf": [own, other] }),
        // `oneOf` beside `oneOf`, as when both parts have one: the validator sorts it out.
        _ => other,
    }
}

/// The types that a `type` names.
pub fn types(value: &Value) -> Vec<String> {
    let one = value.as_str().into_iter();
    let several = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    one.chain(several).map(str::to_owned).collect()
}
