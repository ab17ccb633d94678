//! What OpenAPI 3.0, 3.1 and JSON Schema (draft 4 to 2020-12) say an object may have, and of what type each
//! field is. One table: how documents are walked ([`visit`]), what is no OpenAPI
//! (`faults`) and what nobody knows (`unknown`) are all read from it.

use serde_json::{Map, Value};

use super::pointer;
use super::visit::{self, Kind};

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

use Holds::{
    Any, Count, Flag, List, Number, NumberOrFlag, One, OneOrFlag, OneOrList, Requirements,
};
use Holds::{Text, TextMap, TextOrTexts, Texts, Values, Words};
use Kind::{
    Callback, Components, Contact, Discriminator, Document, Encoding, Example, ExternalDocs, Flow,
    Flows, Header, Info, License, Link, MediaType, Operation, Parameter, PathItem, RequestBody,
    Response, Schema, SecurityScheme, Server, Tag, Variable, Xml,
};

/// The fields of each object.
const FIELDS: &[(Kind, &[(&str, Holds)])] = &[
    (Document, DOCUMENT),
    (Info, INFO),
    (Contact, &[("name", Words), ("url", Text), ("email", Text)]),
    (License, &[("name", Words), ("identifier", Text), ("url", Text)]),
    (Server, &[("url", Text), ("description", Words), ("variables", Holds::Map(Variable))]),
    (Variable, &[("enum", Values), ("default", Words), ("description", Words)]),
    (Tag, &[("name", Words), ("description", Words), ("externalDocs", One(ExternalDocs))]),
    (ExternalDocs, &[("description", Words), ("url", Text)]),
    (Components, COMPONENTS),
    (PathItem, PATH_ITEM),
    (Operation, OPERATION),
    (Parameter, PARAMETER),
    (Header, HEADER),
    (RequestBody, REQUEST_BODY),
    (MediaType, MEDIA_TYPE),
    (Encoding, ENCODING),
    (Response, RESPONSE),
    (Callback, &[("$ref", Text)]),
    (Example, EXAMPLE),
    (Link, LINK),
    (Discriminator, &[("propertyName", Text), ("mapping", TextMap)]),
    (Xml, XML),
    (SecurityScheme, SECURITY_SCHEME),
    (Flows, FLOWS),
    (Flow, FLOW),
    (Schema, SCHEMA),
];

const DOCUMENT: &[(&str, Holds)] = &[
    ("openapi", Words),
    ("info", One(Info)),
    ("jsonSchemaDialect", Text),
    ("servers", List(Server)),
    ("paths", Holds::Map(PathItem)),
    ("webhooks", Holds::Map(PathItem)),
    ("components", One(Components)),
    ("security", Requirements),
    ("tags", List(Tag)),
    ("externalDocs", One(ExternalDocs)),
];

const INFO: &[(&str, Holds)] = &[
    ("title", Words),
    ("summary", Words),
    ("description", Words),
    ("termsOfService", Words),
    ("contact", One(Contact)),
    ("license", One(License)),
    ("version", Words),
];

const COMPONENTS: &[(&str, Holds)] = &[
    ("schemas", Holds::Map(Schema)),
    ("responses", Holds::Map(Response)),
    ("parameters", Holds::Map(Parameter)),
    ("examples", Holds::Map(Example)),
    ("requestBodies", Holds::Map(RequestBody)),
    ("headers", Holds::Map(Header)),
    ("securitySchemes", Holds::Map(SecurityScheme)),
    ("links", Holds::Map(Link)),
    ("callbacks", Holds::Map(Callback)),
    ("pathItems", Holds::Map(PathItem)),
];

const PATH_ITEM: &[(&str, Holds)] = &[
    ("$ref", Text),
    ("summary", Words),
    ("description", Words),
    ("get", One(Operation)),
    ("put", One(Operation)),
    ("post", One(Operation)),
    ("delete", One(Operation)),
    ("options", One(Operation)),
    ("head", One(Operation)),
    ("patch", One(Operation)),
    ("trace", One(Operation)),
    ("servers", List(Server)),
    ("parameters", List(Parameter)),
];

const OPERATION: &[(&str, Holds)] = &[
    ("tags", Values),
    ("summary", Words),
    ("description", Words),
    ("externalDocs", One(ExternalDocs)),
    ("operationId", Words),
    ("parameters", List(Parameter)),
    ("requestBody", One(RequestBody)),
    ("responses", Holds::Map(Response)),
    ("callbacks", Holds::Map(Callback)),
    ("deprecated", Flag),
    ("security", Requirements),
    ("servers", List(Server)),
];

const PARAMETER: &[(&str, Holds)] = &[
    ("$ref", Text),
    ("name", Words),
    ("in", Text),
    ("description", Words),
    ("required", Flag),
    ("deprecated", Flag),
    ("allowEmptyValue", Flag),
    ("style", Text),
    ("explode", Flag),
    ("allowReserved", Flag),
    ("schema", One(Schema)),
    ("example", Any),
    ("examples", Holds::Map(Example)),
    ("content", Holds::Map(MediaType)),
];

const HEADER: &[(&str, Holds)] = &[
    ("$ref", Text),
    ("description", Words),
    ("required", Flag),
    ("deprecated", Flag),
    ("allowEmptyValue", Flag),
    ("style", Text),
    ("explode", Flag),
    ("allowReserved", Flag),
    ("schema", One(Schema)),
    ("example", Any),
    ("examples", Holds::Map(Example)),
    ("content", Holds::Map(MediaType)),
];

const REQUEST_BODY: &[(&str, Holds)] = &[
    ("$ref", Text),
    ("description", Words),
    ("content", Holds::Map(MediaType)),
    ("required", Flag),
];

const MEDIA_TYPE: &[(&str, Holds)] = &[
    ("schema", One(Schema)),
    ("example", Any),
    ("examples", Holds::Map(Example)),
    ("encoding", Holds::Map(Encoding)),
];

const ENCODING: &[(&str, Holds)] = &[
    ("contentType", Text),
    ("headers", Holds::Map(Header)),
    ("style", Text),
    ("explode", Flag),
    ("allowReserved", Flag),
];

const RESPONSE: &[(&str, Holds)] = &[
    ("$ref", Text),
    ("summary", Words),
    ("description", Words),
    ("headers", Holds::Map(Header)),
    ("content", Holds::Map(MediaType)),
    ("links", Holds::Map(Link)),
];

const EXAMPLE: &[(&str, Holds)] = &[
    ("$ref", Text),
    ("summary", Words),
    ("description", Words),
    ("value", Any),
    ("externalValue", Text),
];

const LINK: &[(&str, Holds)] = &[
    ("$ref", Text),
    ("operationRef", Text),
    ("operationId", Words),
    ("parameters", Any),
    ("requestBody", Any),
    ("description", Words),
    ("server", One(Server)),
];

const XML: &[(&str, Holds)] = &[
    ("name", Words),
    ("namespace", Text),
    ("prefix", Words),
    ("attribute", Flag),
    ("wrapped", Flag),
];

const SECURITY_SCHEME: &[(&str, Holds)] = &[
    ("$ref", Text),
    ("type", Text),
    ("description", Words),
    ("name", Text),
    ("in", Text),
    ("scheme", Text),
    ("bearerFormat", Words),
    ("flows", One(Flows)),
    ("openIdConnectUrl", Text),
];

const FLOWS: &[(&str, Holds)] = &[
    ("implicit", One(Flow)),
    ("password", One(Flow)),
    ("clientCredentials", One(Flow)),
    ("authorizationCode", One(Flow)),
];

const FLOW: &[(&str, Holds)] =
    &[("authorizationUrl", Text), ("tokenUrl", Text), ("refreshUrl", Text), ("scopes", TextMap)];

const SCHEMA: &[(&str, Holds)] = &[
    ("$ref", Text),
    ("$id", Text),
    ("id", Text),
    ("$schema", Text),
    ("$anchor", Text),
    ("$dynamicRef", Text),
    ("$dynamicAnchor", Text),
    ("$recursiveRef", Text),
    ("$recursiveAnchor", Flag),
    ("$vocabulary", Any),
    ("$comment", Words),
    ("$defs", Holds::Map(Schema)),
    ("definitions", Holds::Map(Schema)),
    ("type", TextOrTexts),
    ("enum", Values),
    ("const", Any),
    ("title", Words),
    ("description", Words),
    ("default", Any),
    ("example", Any),
    ("examples", Any),
    ("deprecated", Flag),
    ("readOnly", Flag),
    ("writeOnly", Flag),
    ("nullable", Flag),
    ("discriminator", One(Discriminator)),
    ("xml", One(Xml)),
    ("externalDocs", One(ExternalDocs)),
    ("format", Text),
    ("pattern", Text),
    ("minLength", Count),
    ("maxLength", Count),
    ("minimum", Number),
    ("maximum", Number),
    ("exclusiveMinimum", NumberOrFlag),
    ("exclusiveMaximum", NumberOrFlag),
    ("multipleOf", Number),
    ("items", OneOrList(Schema)),
    ("prefixItems", List(Schema)),
    ("additionalItems", One(Schema)),
    ("unevaluatedItems", One(Schema)),
    ("contains", One(Schema)),
    ("minContains", Count),
    ("maxContains", Count),
    ("minItems", Count),
    ("maxItems", Count),
    ("uniqueItems", Flag),
    ("properties", Holds::Map(Schema)),
    ("patternProperties", Holds::Map(Schema)),
    ("additionalProperties", OneOrFlag(Schema)),
    ("unevaluatedProperties", OneOrFlag(Schema)),
    ("propertyNames", One(Schema)),
    ("required", Texts),
    ("minProperties", Count),
    ("maxProperties", Count),
    ("dependentRequired", Any),
    ("dependentSchemas", Holds::Map(Schema)),
    ("dependencies", Any),
    ("allOf", List(Schema)),
    ("anyOf", List(Schema)),
    ("oneOf", List(Schema)),
    ("not", One(Schema)),
    ("if", One(Schema)),
    ("then", One(Schema)),
    ("else", One(Schema)),
    ("contentEncoding", Text),
    ("contentMediaType", Text),
    ("contentSchema", One(Schema)),
];

/// What a field of an object holds; none for one that no standard has.
pub(crate) fn field(kind: Kind, key: &str) -> Option<Holds> {
    if kind == Callback && !key.starts_with("x-") && key != "$ref" {
        return Some(One(PathItem));
    }
    let (_, fields) = FIELDS.iter().find(|(of, _)| *of == kind)?;
    fields.iter().find(|(name, _)| *name == key).map(|(_, holds)| *holds)
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
            for (at, (name, _)) in fields.iter().enumerate() {
                let same = fields.iter().skip(at + 1).any(|(other, _)| other == name);
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
