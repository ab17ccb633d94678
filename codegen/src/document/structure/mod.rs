//! What OpenAPI 3.0, 3.1 and JSON Schema (draft 4 to 2020-12) say an object may have, and of what type each
//! field is. One table: how documents are walked ([`visit`]), what is no OpenAPI
//! (`faults`) and what nobody knows (`unknown`) are all read from it.

mod fields;

use serde_json::{Map, Value};

use Holds::{
    Any, Count, Flag, List, Number, NumberOrFlag, One, OneOrFlag, OneOrList, Requirements, Text,
    TextMap, TextOrTexts, Texts, Values, Words,
};
use Kind::{Callback, MediaType, PathItem, Schema};
use fields::FIELDS;

use super::pointer;
use super::visit::{self, Kind};

/// What comes of a field. `tests/fields.rs` holds it against what does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It decides on the client's code, or a rule reports it.
    Client,
    /// It is shown in the client's documentation.
    Documentation,
    /// It decides on what `codegen --out` writes beside the client: credentials, addresses, examples of parameters.
    Crate,
    /// Nothing: it is for other readers of the document.
    Annotation,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    One(Kind),
    List(Kind),
    Map(Kind),
    /// One, or a flag that stands for one: `additionalProperties: false`.
    OneOrFlag(Kind),
    /// One, or a list: `items` of the earlier drafts.
    OneOrList(Kind),
    Text,
    /// A text for people, which YAML may take for a number or a flag.
    Words,
    Flag,
    Number,
    /// A number, or the flag of 3.0.
    NumberOrFlag,
    Count,
    Texts,
    TextOrTexts,
    /// By name.
    TextMap,
    Values,
    /// Any objects and lists of texts: security requirements.
    Requirements,
    Any,
}

/// Keywords of a schema whose subschemas evaluate properties and items of the same value.
pub(crate) const IN_PLACE_APPLICATORS: [&str; 10] = [
    "$ref",
    "$dynamicRef",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "contains",
];

/// What a field of an object holds; none for one that no standard has.
pub(crate) fn field(kind: Kind, key: &str) -> Option<Holds> {
    if kind == Callback && !key.starts_with("x-") && key != "$ref" {
        return Some(One(PathItem));
    }
    // Most objects are schemas, which are the last.
    let (_, fields) = FIELDS.iter().rfind(|(of, _)| *of == kind)?;
    fields.iter().find(|(name, ..)| *name == key).map(|(_, holds, _)| *holds)
}

/// Every field of every object, with what comes of it.
pub fn fields() -> impl Iterator<Item = (Kind, &'static str, Role)> {
    let each = FIELDS.iter().flat_map(|(kind, fields)| fields.iter().map(move |it| (*kind, it)));
    each.map(|(kind, (name, _, role))| (kind, *name, *role))
}

/// A value of another type than the standard says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON Pointer of the value.
    pub place: String,
    /// What belongs there.
    pub expected: &'static str,
    /// The object that it is, or that it is a field of.
    pub kind: Kind,
    /// Whether it stands in place of a whole object.
    pub is_node: bool,
}

impl Fault {
    /// Whether no later stage can tell it: a body of a documented media type would be gone, and nobody would know.
    /// Of everything else in an operation the generator's guards leave out the operation by name.
    pub(crate) fn is_refused(&self) -> bool {
        self.kind == MediaType && self.is_node
    }

    /// Whether a rule of the generator reports it by itself, as it does with each keyword of a schema.
    pub(crate) fn is_reported(&self) -> bool {
        self.kind == Schema
    }
}

/// Every value that is of another type than OpenAPI says.
pub(crate) fn faults(document: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    visit::each(document, |kind, at, node| {
        if !is_node(kind, node) {
            let place = at.to_owned();
            faults.push(Fault { place, expected: "an object", kind, is_node: true });
        }
        for (key, value) in node.as_object().into_iter().flatten() {
            let expected = field(kind, key).and_then(|holds| wrong(holds, value));
            if let Some(expected) = expected.filter(|_| !is_left_to_yaml(value)) {
                let place = pointer::join(at, key);
                faults.push(Fault { place, expected, kind, is_node: false });
            }
        }
    });
    faults
}

/// `key:` without a value, which every reader takes for an absent field.
fn is_left_to_yaml(value: &Value) -> bool {
    value.is_null()
}

/// Boolean schemas are of 3.1, and tools write `components: {schemas: {}}` with nulls for nothing.
fn is_node(kind: Kind, node: &Value) -> bool {
    node.is_object() || node.is_null() || (kind == Schema && node.is_boolean())
}

/// What belongs in place of a value, if it is of another type. What lists and maps hold is looked at as nodes.
fn wrong(holds: Holds, value: &Value) -> Option<&'static str> {
    let is_scalar = !value.is_object() && !value.is_array();
    let texts =
        |value: &Value| value.as_array().is_some_and(|all| all.iter().all(Value::is_string));
    let (fits, expected) = match holds {
        // As a node of its own.
        One(_) | Any => (true, ""),
        OneOrFlag(_) => (value.is_object() || value.is_boolean(), "a schema or a flag"),
        OneOrList(_) => (!is_scalar || value.is_boolean(), "a schema"),
        List(_) | Values => (value.is_array(), "a list"),
        Holds::Map(_) => (value.is_object(), "an object"),
        Text => (value.is_string(), "a text"),
        Words => (is_scalar, "a text"),
        Flag => (value.is_boolean(), "true or false"),
        Number => (is_number(value), "a number"),
        NumberOrFlag => (is_number(value) || value.is_boolean(), "a number"),
        Count => (is_number(value), "a number"),
        Texts => (texts(value), "a list of texts"),
        TextOrTexts => (value.is_string() || texts(value), "a text or a list of texts"),
        TextMap => {
            let fits = |all: &Map<String, Value>| all.values().all(|one| !one.is_object());
            (value.as_object().is_some_and(fits), "texts by name")
        }
        Requirements => (
            value.as_array().is_some_and(|all| all.iter().all(Value::is_object)),
            "a list of security requirements",
        ),
    };
    (!fits).then_some(expected)
}

fn is_number(value: &Value) -> bool {
    crate::syntax::number::as_f64(value).is_some()
}

/// Every keyword that no standard has, by its place.
pub(crate) fn unknown(document: &Value) -> Vec<String> {
    let mut unknown = Vec::new();
    visit::each(document, |kind, at, node| {
        let keys = node.as_object().into_iter().flat_map(Map::keys);
        let keys = keys.filter(|key| !key.starts_with("x-") && field(kind, key).is_none());
        unknown.extend(keys.map(|key| pointer::join(at, key)));
    });
    unknown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_field_is_named_once() {
        for (kind, fields) in FIELDS {
            for (at, (name, ..)) in fields.iter().enumerate() {
                let same = fields.iter().skip(at + 1).any(|(other, ..)| other == name);
                assert!(!same, "{kind:?} has `{name}` twice");
            }
        }
    }

    #[test]
    fn values_of_another_type() {
        let document = json!({
            "openapi": 3.1,
            "paths": { "/a": { "get": {
                "parameters": {},
                "responses": { "200": { "content": { "application/json": "x", "a/b": null } } },
            } } },
            "components": { "schemas": { "A": { "required": true, "properties": { "required": 1 } } } },
        });
        let faults: Vec<_> = faults(&document).into_iter().map(|it| it.place).collect();
        assert_eq!(
            faults,
            [
                "/paths/~1a/get/parameters",
                "/paths/~1a/get/responses/200/content/application~1json",
                "/components/schemas/A/required",
                "/components/schemas/A/properties/required",
            ]
        );
    }

    #[test]
    fn keywords_that_no_standard_has() {
        let document = json!({
            "swagger": "2.0",
            "paths": { "/a": { "get": { "consumes": [], "x-a": 1 } } },
            "components": { "schemas": { "A": { "properties": { "requierd": { "requierd": 1 } } } } },
        });
        let places = [
            "/swagger",
            "/paths/~1a/get/consumes",
            "/components/schemas/A/properties/requierd/requierd",
        ];
        assert_eq!(unknown(&document), places);
    }
}
