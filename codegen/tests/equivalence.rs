//! Lowering schemas that nobody thought of: whatever they were made of, no value that was valid is
//! refused, and none that was refused is valid, unless that is reported.

#[path = "common/dialects.rs"]
mod dialects;
#[path = "common/properties.rs"]
mod properties;
#[path = "common/values.rs"]
mod values;

use dialects::{Dialects, IT, document};
use manis_codegen::lower;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

const NAMES: [&str; 3] = ["a", "b", "x-c"];
const TYPES: [&str; 7] = ["null", "boolean", "object", "array", "number", "string", "integer"];

fn keyword(
    key: &'static str,
    value: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Value> {
    value.prop_map(move |value| json!({ key: value })).boxed()
}

fn scalar() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!(true),
        json!(0),
        json!(2),
        json!(1.5),
        json!("a"),
        json!("bb"),
        json!([]),
        json!({}),
    ])
}

fn names() -> impl Strategy<Value = Value> {
    subsequence(NAMES.to_vec(), 1..3).prop_map(|names| json!(names))
}

/// One keyword that holds no schema.
fn simple() -> impl Strategy<Value = Value> {
    let small = || (0_u64..3).prop_map(Value::from);
    let bound = || select(vec![json!(0), json!(2), json!(1.5)]);
    prop::strategy::Union::new(vec![
        keyword("type", select(TYPES.to_vec()).prop_map(Value::from)),
        keyword("type", subsequence(TYPES.to_vec(), 1..4).prop_map(|names| json!(names))),
        keyword("const", scalar()),
        keyword("enum", vec(scalar(), 1..4).prop_map(unique)),
        keyword("minimum", bound()),
        keyword("maximum", bound()),
        keyword("exclusiveMinimum", bound()),
        keyword("exclusiveMaximum", bound()),
        keyword("minLength", small()),
        keyword("maxLength", small()),
        keyword("minItems", small()),
        keyword("maxItems", small()),
        keyword("maxProperties", small()),
        keyword("required", names()),
        keyword("dependentRequired", names().prop_map(|names| json!({ "a": names }))),
        keyword("$ref", Just(json!("#/components/schemas/Pet"))),
        keyword("description", Just(json!("A note."))),
        keyword("nullable", any::<bool>().prop_map(Value::from)),
        keyword("examples", vec(scalar(), 0..2).prop_map(Value::Array)),
    ])
}

fn unique(values: Vec<Value>) -> Value {
    let mut kept = Vec::new();
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    Value::Array(kept)
}

fn schema() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        1 => any::<bool>().prop_map(Value::from),
        9 => vec(simple(), 1..4).prop_map(together),
    ];
    plain.prop_recursive(3, 16, 3, |inner| {
        let one = inner.clone().boxed();
        let some = vec(inner.clone(), 1..4).prop_map(Value::Array).boxed();
        let fields = vec((select(NAMES.to_vec()), inner.clone()), 1..3);
        let fields = fields.prop_map(|all| {
            all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Value>()
        });
        let with = |key| keyword(key, one.clone());
        let condition = (inner.clone(), inner.clone(), inner.clone())
            .prop_map(|(test, yes, no)| json!({ "if": test, "then": yes, "else": no }));
        let nested = prop::strategy::Union::new(vec![
            with("not"),
            keyword("allOf", some.clone()),
            keyword("anyOf", some.clone()),
            keyword("oneOf", some.clone()),
            keyword("prefixItems", some),
            with("items"),
            with("contains"),
            with("unevaluatedItems"),
            keyword("properties", fields),
            keyword("patternProperties", inner.clone().prop_map(|schema| json!({ "^x-": schema }))),
            keyword("dependentSchemas", inner.clone().prop_map(|schema| json!({ "a": schema }))),
            with("additionalProperties"),
            with("unevaluatedProperties"),
            with("propertyNames"),
            condition.boxed(),
        ]);
        // Most schemas have several keywords.
        vec(prop_oneof![nested, simple().boxed()], 1..5).prop_map(together)
    })
}

/// All keywords in one schema.
fn together(parts: Vec<Value>) -> Value {
    let fields = parts.into_iter().filter_map(|part| part.as_object().cloned());
    Value::Object(fields.flatten().collect::<Map<_, _>>())
}

proptest! {
    #![proptest_config(properties::cases(400))]

    #[test]
    fn no_schema_is_tightened(
        (schema, values) in schema().prop_flat_map(|schema| {
            let values = values::values(&document(&schema), &schema);
            (Just(schema), vec(values, 20))
        })
    ) {
        let before = document(&schema);
        let staged = lower::run(&before).unwrap();
        let is_loosened = staged.changes.iter().any(|change| change.loosened);
        let validators = Dialects::of(&before, &staged.document);
        let lowered = staged.document.pointer(IT).unwrap();
        for value in values {
            let (then, now) = (validators.before.is_valid(&value), validators.after.is_valid(&value));
            prop_assert!(now || !then, "tightened: {value}\n{lowered:#}");
            prop_assert!(is_loosened || then == now, "not reported: {value}\n{lowered:#}");
        }
    }
}
