//! Random JSON values that a schema has something to say about: its names, its values, its bounds
//! and what lies just beyond them.

use manis_codegen::document::pointer;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;
use serde_json::{Map, Value, json};

/// Values for a schema in a document: most of them follow it, some are anything.
pub fn values(document: &Value, schema: &Value) -> BoxedStrategy<Value> {
    let pool = Pool::of(schema);
    prop_oneof![
        4 => following(document, schema, &pool, 6),
        1 => anything(&pool),
    ]
    .boxed()
}

/// What a schema names.
struct Pool {
    names: Vec<String>,
    scalars: Vec<Value>,
}

impl Pool {
    fn of(schema: &Value) -> Self {
        let mut pool = Self { names: vec!["other".to_owned()], scalars: scalars() };
        pool.collect(schema);
        pool
    }

    fn collect(&mut self, node: &Value) {
        match node {
            Value::Object(fields) => {
                for (key, child) in fields {
                    if matches!(
                        key.as_str(),
                        "properties" | "dependentRequired" | "dependentSchemas"
                    ) && let Some(named) = child.as_object()
                    {
                        self.names.extend(named.keys().cloned());
                    }
                    if key == "patternProperties"
                        && let Some(named) = child.as_object()
                    {
                        self.names.extend(named.keys().map(|pattern| matching(pattern)));
                    }
                    self.collect(child);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Number(number) => {
                // No whole number with a fraction: what `1.0` is, the dialects disagree on.
                if let Some(bound) = number.as_i64() {
                    self.scalars.extend([json!(bound - 1), json!(bound), json!(bound + 1)]);
                    let length = usize::try_from(bound).unwrap_or_default().min(20);
                    self.scalars.extend([json!("é".repeat(length)), json!("é".repeat(length + 1))]);
                } else {
                    self.scalars.push(node.clone());
                }
            }
            Value::String(text) => {
                self.names.push(text.clone());
                self.scalars.push(node.clone());
            }
            _ => self.scalars.push(node.clone()),
        }
    }
}

fn scalars() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-1.5),
        json!(""),
        json!("a"),
    ]
}

/// A name that a pattern matches: always the same, for a pattern is a small thing here.
fn matching(pattern: &str) -> String {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let strategy = string_regex(pattern.trim_start_matches('^').trim_end_matches('$')).unwrap();
    let tree = strategy.new_tree(&mut TestRunner::deterministic()).unwrap();
    tree.current() + if pattern.ends_with('$') { "" } else { "a" }
}

fn anything(pool: &Pool) -> BoxedStrategy<Value> {
    let names = pool.names.clone();
    let leaf = select(pool.scalars.clone());
    leaf.prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((select(names.clone()), inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
    .boxed()
}

/// Values made as a schema describes them, though they need not satisfy all of it at once.
fn following(document: &Value, schema: &Value, pool: &Pool, depth: usize) -> BoxedStrategy<Value> {
    let Some(fields) = schema.as_object().filter(|_| depth > 0) else { return anything(pool) };
    let below = |schema: &Value| following(document, schema, pool, depth - 1);
    let mut parts = Vec::new();
    for (key, value) in fields {
        match (key.as_str(), value) {
            ("const", value) => parts.push(Just(value.clone()).boxed()),
            ("enum", Value::Array(values)) => parts.push(select(values.clone()).boxed()),
            ("$ref", Value::String(reference)) => {
                // Anchors and identifiers are left to chance.
                let target = pointer::of_reference(reference);
                let target = target.and_then(|target| document.pointer(&target));
                parts.push(target.map_or_else(|| anything(pool), below));
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                parts.extend(schemas.iter().map(below));
            }
            ("if" | "then" | "else" | "not", schema) => parts.push(below(schema)),
            ("dependentSchemas", Value::Object(schemas)) => {
                parts.extend(schemas.values().map(below));
            }
            ("type", types) => parts.extend(of_type(types, pool)),
            _ => {}
        }
    }
    parts.extend(object(fields, pool, &below));
    parts.extend(array(fields, pool, &below));
    if parts.is_empty() {
        return anything(pool);
    }
    let odd = prop::bool::weighted(0.1);
    (parts, any::<prop::sample::Index>(), odd, anything(pool))
        .prop_map(|(parts, index, odd, other)| if odd { other } else { together(&parts, index) })
        .boxed()
}

/// All of them in one object; where they are not objects, one of them.
fn together(parts: &[Value], index: prop::sample::Index) -> Value {
    let one = index.get(parts);
    if !one.is_object() {
        return one.clone();
    }
    let objects = parts.iter().chain([one]).filter_map(Value::as_object);
    Value::Object(objects.flatten().map(|(key, value)| (key.clone(), value.clone())).collect())
}

fn of_type(types: &Value, pool: &Pool) -> Option<BoxedStrategy<Value>> {
    let one = types.as_str();
    let is = |name: &str| {
        one == Some(name) || types.as_array().is_some_and(|types| types.contains(&json!(name)))
    };
    let fits = |value: &&Value| match value {
        Value::Null => is("null"),
        Value::Bool(_) => is("boolean"),
        Value::Number(number) => is("number") || is("integer") && !number.is_f64(),
        Value::String(_) => is("string"),
        _ => false,
    };
    let fitting: Vec<_> = pool.scalars.iter().filter(fits).cloned().collect();
    (!fitting.is_empty()).then(|| select(fitting).boxed())
}

fn object(
    fields: &Map<String, Value>,
    pool: &Pool,
    below: &dyn Fn(&Value) -> BoxedStrategy<Value>,
) -> Option<BoxedStrategy<Value>> {
    const ABOUT_OBJECTS: [&str; 7] = [
        "properties",
        "patternProperties",
        "additionalProperties",
        "unevaluatedProperties",
        "propertyNames",
        "required",
        "dependentRequired",
    ];
    let is_object =
        fields.get("type").is_some_and(|types| types.to_string().contains("\"object\""));
    if !is_object && ABOUT_OBJECTS.iter().all(|key| !fields.contains_key(*key)) {
        return None;
    }
    let mut entries = Vec::new();
    for (name, schema) in fields.get("properties").and_then(Value::as_object).into_iter().flatten()
    {
        entries.push((Just(name.clone()).boxed(), below(schema)));
    }
    for (pattern, schema) in
        fields.get("patternProperties").and_then(Value::as_object).into_iter().flatten()
    {
        entries.push((Just(matching(pattern)).boxed(), below(schema)));
    }
    for key in ["additionalProperties", "unevaluatedProperties"] {
        let schema = fields.get(key).filter(|schema| schema.is_object());
        entries.extend(schema.map(|schema| (select(pool.names.clone()).boxed(), below(schema))));
    }
    for name in fields.get("required").and_then(Value::as_array).into_iter().flatten() {
        let name = name.as_str().unwrap().to_owned();
        if fields.get("properties").and_then(|all| all.get(&name)).is_none() {
            entries.push((Just(name).boxed(), anything(pool)));
        }
    }
    entries.push((select(pool.names.clone()).boxed(), anything(pool)));
    let entries: Vec<_> =
        entries.into_iter().map(|entry| prop::option::weighted(0.6, entry)).collect();
    Some(entries.prop_map(|entries| entries.into_iter().flatten().collect()).boxed())
}

fn array(
    fields: &Map<String, Value>,
    pool: &Pool,
    below: &dyn Fn(&Value) -> BoxedStrategy<Value>,
) -> Option<BoxedStrategy<Value>> {
    const ABOUT_ARRAYS: [&str; 5] =
        ["items", "prefixItems", "contains", "unevaluatedItems", "minItems"];
    let is_array = fields.get("type").is_some_and(|types| types.to_string().contains("\"array\""));
    if !is_array && ABOUT_ARRAYS.iter().all(|key| !fields.contains_key(*key)) {
        return None;
    }
    let first =
        fields.get("prefixItems").and_then(Value::as_array).into_iter().flatten().map(below);
    let rest = ["items", "contains", "unevaluatedItems"].iter().filter_map(|key| fields.get(*key));
    let mut rest: Vec<_> = rest.map(below).collect();
    rest.push(anything(pool));
    let first: Vec<_> = first.collect();
    let rest = prop::collection::vec(prop::strategy::Union::new(rest), 0..4);
    let items = (first, rest, any::<prop::sample::Index>()).prop_map(|(mut first, rest, cut)| {
        first.extend(rest);
        first.truncate(cut.index(first.len() + 1));
        Value::Array(first)
    });
    Some(items.boxed())
}
