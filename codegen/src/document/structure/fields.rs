//! The fields of each object: what they hold, and what comes of them.

use super::Holds::{
    self, Any, Count, Flag, List, Number, NumberOrFlag, One, OneOrFlag, OneOrList, Requirements,
    Text, TextMap, TextOrTexts, Texts, Values, Words,
};
use super::Role::{self, Annotation, Client, Crate, Documentation};
use crate::document::visit::Kind::{
    self, Callback, Components, Contact, Discriminator, Document, Encoding, Example, ExternalDocs,
    Flow, Flows, Header, Info, License, Link, MediaType, Operation, Parameter, PathItem,
    RequestBody, Response, Schema, SecurityScheme, Server, Tag, Variable, Xml,
};

/// A field by its name.
pub(super) type Field = (&'static str, Holds, Role);

/// The fields of each object.
pub(super) const FIELDS: &[(Kind, &[Field])] = &[
    (Document, DOCUMENT),
    (Info, INFO),
    (
        Contact,
        &[("name", Words, Annotation), ("url", Text, Annotation), ("email", Text, Annotation)],
    ),
    (
        License,
        &[("name", Words, Annotation), ("identifier", Text, Client), ("url", Text, Annotation)],
    ),
    (
        Server,
        &[
            ("url", Text, Crate),
            ("description", Words, Annotation),
            ("variables", Holds::Map(Variable), Crate),
        ],
    ),
    (
        Variable,
        &[
            ("enum", Values, Annotation),
            ("default", Words, Crate),
            ("description", Words, Annotation),
        ],
    ),
    (
        Tag,
        &[
            ("name", Words, Annotation),
            ("description", Words, Annotation),
            ("externalDocs", One(ExternalDocs), Annotation),
        ],
    ),
    (ExternalDocs, &[("description", Words, Annotation), ("url", Text, Annotation)]),
    (Components, COMPONENTS),
    (PathItem, PATH_ITEM),
    (Operation, OPERATION),
    (Parameter, PARAMETER),
    (Header, HEADER),
    (RequestBody, REQUEST_BODY),
    (MediaType, MEDIA_TYPE),
    (Encoding, ENCODING),
    (Response, RESPONSE),
    (Callback, &[("$ref", Text, Annotation)]),
    (Example, EXAMPLE),
    (Link, LINK),
    (Discriminator, &[("propertyName", Text, Client), ("mapping", TextMap, Client)]),
    (Xml, XML),
    (SecurityScheme, SECURITY_SCHEME),
    (Flows, FLOWS),
    (Flow, FLOW),
    (Schema, SCHEMA),
];

const DOCUMENT: &[Field] = &[
    ("openapi", Words, Client),
    ("info", One(Info), Documentation),
    ("jsonSchemaDialect", Text, Client),
    ("servers", List(Server), Crate),
    ("paths", Holds::Map(PathItem), Client),
    ("webhooks", Holds::Map(PathItem), Client),
    ("components", One(Components), Client),
    ("security", Requirements, Annotation),
    ("tags", List(Tag), Annotation),
    ("externalDocs", One(ExternalDocs), Annotation),
];

const INFO: &[Field] = &[
    ("title", Words, Documentation),
    ("summary", Words, Client),
    ("description", Words, Annotation),
    ("termsOfService", Words, Annotation),
    ("contact", One(Contact), Annotation),
    ("license", One(License), Annotation),
    ("version", Words, Annotation),
];

const COMPONENTS: &[Field] = &[
    ("schemas", Holds::Map(Schema), Client),
    ("responses", Holds::Map(Response), Client),
    ("parameters", Holds::Map(Parameter), Client),
    ("examples", Holds::Map(Example), Documentation),
    ("requestBodies", Holds::Map(RequestBody), Client),
    ("headers", Holds::Map(Header), Annotation),
    ("securitySchemes", Holds::Map(SecurityScheme), Crate),
    ("links", Holds::Map(Link), Annotation),
    ("callbacks", Holds::Map(Callback), Annotation),
    ("pathItems", Holds::Map(PathItem), Client),
];

const PATH_ITEM: &[Field] = &[
    ("$ref", Text, Client),
    ("summary", Words, Annotation),
    ("description", Words, Annotation),
    ("get", One(Operation), Client),
    ("put", One(Operation), Client),
    ("post", One(Operation), Client),
    ("delete", One(Operation), Client),
    ("options", One(Operation), Client),
    ("head", One(Operation), Client),
    ("patch", One(Operation), Client),
    ("trace", One(Operation), Client),
    ("servers", List(Server), Client),
    ("parameters", List(Parameter), Client),
];

const OPERATION: &[Field] = &[
    ("tags", Values, Annotation),
    ("summary", Words, Documentation),
    ("description", Words, Documentation),
    ("externalDocs", One(ExternalDocs), Documentation),
    ("operationId", Words, Client),
    ("parameters", List(Parameter), Client),
    ("requestBody", One(RequestBody), Client),
    ("responses", Holds::Map(Response), Client),
    ("callbacks", Holds::Map(Callback), Client),
    ("deprecated", Flag, Client),
    ("security", Requirements, Annotation),
    ("servers", List(Server), Client),
];

const PARAMETER: &[Field] = &[
    ("$ref", Text, Client),
    ("name", Words, Client),
    ("in", Text, Client),
    ("description", Words, Documentation),
    ("required", Flag, Client),
    ("deprecated", Flag, Client),
    ("allowEmptyValue", Flag, Annotation),
    ("style", Text, Client),
    ("explode", Flag, Client),
    ("allowReserved", Flag, Client),
    ("schema", One(Schema), Client),
    ("example", Any, Crate),
    ("examples", Holds::Map(Example), Crate),
    ("content", Holds::Map(MediaType), Client),
];

const HEADER: &[Field] = &[
    ("$ref", Text, Client),
    ("description", Words, Annotation),
    ("required", Flag, Annotation),
    ("deprecated", Flag, Annotation),
    ("allowEmptyValue", Flag, Annotation),
    ("style", Text, Annotation),
    ("explode", Flag, Annotation),
    ("allowReserved", Flag, Annotation),
    ("schema", One(Schema), Annotation),
    ("example", Any, Annotation),
    ("examples", Holds::Map(Example), Annotation),
    ("content", Holds::Map(MediaType), Client),
];

const REQUEST_BODY: &[Field] = &[
    ("$ref", Text, Client),
    ("description", Words, Documentation),
    ("content", Holds::Map(MediaType), Client),
    ("required", Flag, Client),
];

const MEDIA_TYPE: &[Field] = &[
    ("schema", One(Schema), Client),
    ("example", Any, Documentation),
    ("examples", Holds::Map(Example), Documentation),
    ("encoding", Holds::Map(Encoding), Client),
];

const ENCODING: &[Field] = &[
    ("contentType", Text, Client),
    ("headers", Holds::Map(Header), Client),
    ("style", Text, Client),
    ("explode", Flag, Client),
    ("allowReserved", Flag, Client),
];

const RESPONSE: &[Field] = &[
    ("$ref", Text, Client),
    ("summary", Words, Annotation),
    ("description", Words, Annotation),
    ("headers", Holds::Map(Header), Client),
    ("content", Holds::Map(MediaType), Client),
    ("links", Holds::Map(Link), Client),
];

const EXAMPLE: &[Field] = &[
    ("$ref", Text, Documentation),
    ("summary", Words, Annotation),
    ("description", Words, Annotation),
    ("value", Any, Documentation),
    ("externalValue", Text, Annotation),
];

const LINK: &[Field] = &[
    ("$ref", Text, Annotation),
    ("operationRef", Text, Annotation),
    ("operationId", Words, Annotation),
    ("parameters", Any, Annotation),
    ("requestBody", Any, Annotation),
    ("description", Words, Annotation),
    ("server", One(Server), Annotation),
];

const XML: &[Field] = &[
    ("name", Words, Annotation),
    ("namespace", Text, Annotation),
    ("prefix", Words, Annotation),
    ("attribute", Flag, Annotation),
    ("wrapped", Flag, Annotation),
];

const SECURITY_SCHEME: &[Field] = &[
    ("$ref", Text, Client),
    ("type", Text, Client),
    ("description", Words, Annotation),
    ("name", Text, Crate),
    ("in", Text, Client),
    ("scheme", Text, Crate),
    ("bearerFormat", Words, Annotation),
    ("flows", One(Flows), Annotation),
    ("openIdConnectUrl", Text, Annotation),
];

const FLOWS: &[Field] = &[
    ("implicit", One(Flow), Annotation),
    ("password", One(Flow), Annotation),
    ("clientCredentials", One(Flow), Annotation),
    ("authorizationCode", One(Flow), Annotation),
];

const FLOW: &[Field] = &[
    ("authorizationUrl", Text, Annotation),
    ("tokenUrl", Text, Annotation),
    ("refreshUrl", Text, Annotation),
    ("scopes", TextMap, Annotation),
];

const SCHEMA: &[Field] = &[
    // What most schemas have comes first: each key of each schema is looked for here, in every walk.
    ("type", TextOrTexts, Client),
    ("$ref", Text, Client),
    ("description", Words, Client),
    ("properties", Holds::Map(Schema), Client),
    ("required", Texts, Client),
    ("items", OneOrList(Schema), Client),
    ("enum", Values, Client),
    ("format", Text, Client),
    ("example", Any, Annotation),
    ("title", Words, Client),
    ("nullable", Flag, Client),
    ("maxLength", Count, Client),
    ("minLength", Count, Client),
    ("allOf", List(Schema), Client),
    ("additionalProperties", OneOrFlag(Schema), Client),
    // The others, by what they are about.
    ("$id", Text, Client),
    ("id", Text, Client),
    ("$schema", Text, Client),
    ("$anchor", Text, Client),
    ("$dynamicRef", Text, Client),
    ("$dynamicAnchor", Text, Client),
    ("$recursiveRef", Text, Client),
    ("$recursiveAnchor", Flag, Client),
    ("$vocabulary", Any, Client),
    ("$comment", Words, Client),
    ("$defs", Holds::Map(Schema), Client),
    ("definitions", Holds::Map(Schema), Client),
    ("const", Any, Client),
    ("default", Any, Client),
    ("examples", Any, Client),
    ("deprecated", Flag, Client),
    ("readOnly", Flag, Client),
    ("writeOnly", Flag, Client),
    ("discriminator", One(Discriminator), Client),
    ("xml", One(Xml), Annotation),
    ("externalDocs", One(ExternalDocs), Annotation),
    ("pattern", Text, Client),
    ("minimum", Number, Client),
    ("maximum", Number, Client),
    ("exclusiveMinimum", NumberOrFlag, Client),
    ("exclusiveMaximum", NumberOrFlag, Client),
    ("multipleOf", Number, Client),
    ("prefixItems", List(Schema), Client),
    ("additionalItems", One(Schema), Client),
    ("unevaluatedItems", One(Schema), Client),
    ("contains", One(Schema), Client),
    ("minContains", Count, Client),
    ("maxContains", Count, Client),
    ("minItems", Count, Client),
    ("maxItems", Count, Client),
    ("uniqueItems", Flag, Client),
    ("patternProperties", Holds::Map(Schema), Client),
    ("unevaluatedProperties", OneOrFlag(Schema), Client),
    ("propertyNames", One(Schema), Client),
    ("minProperties", Count, Client),
    ("maxProperties", Count, Client),
    ("dependentRequired", Any, Client),
    ("dependentSchemas", Holds::Map(Schema), Client),
    ("dependencies", Any, Client),
    ("anyOf", List(Schema), Client),
    ("oneOf", List(Schema), Client),
    ("not", One(Schema), Client),
    ("if", One(Schema), Client),
    ("then", One(Schema), Client),
    ("else", One(Schema), Client),
    ("contentEncoding", Text, Client),
    ("contentMediaType", Text, Client),
    ("contentSchema", One(Schema), Client),
];
