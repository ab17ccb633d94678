//! The documents that are measured.

use serde_json::{Map, Value, json};

/// What a document has much of.
#[derive(Clone, Copy)]
pub enum Shape {
    /// Operations, each with a few schemas of its own.
    Operations,
    /// Schemas, which eight operations lead to, and which lead to each other.
    Types,
}

impl Shape {
    /// A shape by its name on the command line.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "operations" => Some(Self::Operations),
            "types" => Some(Self::Types),
            _ => None,
        }
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operations => "operations",
            Self::Types => "types",
        }
    }

    /// A document with so many of them.
    pub fn document(self, size: usize) -> Value {
        match self {
            Self::Operations => of_operations(size),
            Self::Types => of_types(size),
        }
    }
}

fn whole(paths: Map<String, Value>, schemas: Map<String, Value>) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Shops", "version": "1" },
        "servers": [{ "url": "https://api.example.com" }],
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn of_operations(size: usize) -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for number in 0..size {
        paths.insert(format!("/shops/{{shop}}/orders{number}"), path_item(number));
        schemas.extend(schemas_of(number));
    }
    let title = json!({ "type": "object", "properties": { "title": { "type": "string" } } });
    schemas.insert("Problem".to_owned(), title);
    whole(paths, schemas)
}

fn reference(name: &str, number: usize) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}{number}") })
}

fn path_item(number: usize) -> Value {
    let content = |schema: Value| json!({ "application/json": { "schema": schema } });
    let problem = json!({ "$ref": "#/components/schemas/Problem" });
    json!({ "post": {
        "operationId": format!("place_order{number}"),
        "summary": format!("Places an order of kind {number}."),
        "parameters": [
            { "name": "shop", "in": "path", "required": true, "schema": { "type": "string" } },
            { "name": "dryRun", "in": "query", "schema": { "type": "boolean" } },
            { "name": "X-Trace", "in": "header", "schema": { "type": "string" } },
        ],
        "requestBody": { "required": true, "content": content(reference("Order", number)) },
        "responses": {
            "200": { "description": "Placed.", "content": content(reference("Receipt", number)) },
            "400": { "description": "Refused.", "content": content(problem) },
        },
    }})
}

fn schemas_of(number: usize) -> [(String, Value); 3] {
    let lines = json!({ "type": "array", "items": reference("Line", number) });
    let id = json!({ "type": "string", "format": "uuid" });
    let line = json!({
        "type": "object", "required": ["article", "count"],
        "properties": {
            "article": { "type": "string" },
            "count": { "type": "integer", "format": "int32" },
        },
    });
    let order = json!({
        "type": "object", "required": ["customer", "lines"],
        "properties": {
            "customer": id,
            "lines": lines,
            "note": { "type": "string", "maxLength": 200 },
            "speed": { "type": "string", "enum": ["SLOW", "FAST"] },
        },
    });
    let receipt = json!({
        "type": "object", "required": ["id", "placed"],
        "properties": {
            "id": id,
            "placed": { "type": "string", "format": "date-time" },
            "lines": lines,
        },
    });
    [("Line", line), ("Order", order), ("Receipt", receipt)]
        .map(|(name, schema)| (format!("{name}{number}"), schema))
}

/// Eight operations that read and change resources, which are so many schemas. As a large payment API has it, a
/// resource refers to others by id or whole, has objects in place, several levels deep, and unions of others.
fn of_types(size: usize) -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for number in 0..8 {
        let root = number * size / 8;
        paths.insert(format!("/resources{number}/{{id}}"), resource_item(number, root));
    }
    for number in 0..size {
        schemas.insert(format!("Resource{number}"), resource(number, size));
    }
    let title = json!({ "type": "object", "properties": { "title": { "type": "string" } } });
    schemas.insert("Problem".to_owned(), title);
    whole(paths, schemas)
}

fn resource_item(number: usize, root: usize) -> Value {
    let content = |schema: Value| json!({ "application/json": { "schema": schema } });
    let problem = json!({ "$ref": "#/components/schemas/Problem" });
    json!({ "get": {
        "operationId": format!("get_resource{number}"),
        "summary": format!("Gets a resource of kind {number}."),
        "parameters": [
            { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
        ],
        "responses": {
            "200": { "description": "Found.", "content": content(reference("Resource", root)) },
            "404": { "description": "Unknown.", "content": content(problem) },
        },
    }})
}

fn resource(number: usize, size: usize) -> Value {
    let other = |step: usize| reference("Resource", (number * step + 1) % size);
    let id = json!({ "type": "string", "maxLength": 5000 });
    json!({
        "type": "object",
        "description": format!("A resource of kind {number}."),
        "required": ["id", "created", "object"],
        "properties": {
            "id": id,
            "created": { "type": "integer", "format": "unix-time", "description": "When it was made." },
            "object": { "type": "string", "enum": [format!("resource{number}")] },
            "livemode": { "type": "boolean" },
            "amount": { "type": "integer", "description": "In the smallest unit of the currency." },
            "description": { "type": "string", "maxLength": 5000, "nullable": true },
            "status": { "type": "string", "enum": ["open", "pending", "closed"] },
            "metadata": { "type": "object", "additionalProperties": { "type": "string" } },
            // By its id, or whole.
            "parent": { "anyOf": [id, other(2)], "description": "What it is part of." },
            "owner": { "anyOf": [id, other(3)], "nullable": true },
            "source": { "oneOf": [other(5), other(7), other(1)], "nullable": true },
            "items": {
                "type": "object",
                "required": ["data", "has_more"],
                "properties": {
                    "data": { "type": "array", "items": other(11) },
                    "has_more": { "type": "boolean" },
                    "url": id,
                },
            },
            "options": options(),
        },
    })
}

/// Objects in place, one in another.
fn options() -> Value {
    let flag = json!({ "type": "boolean" });
    let text = json!({ "type": "string", "maxLength": 100 });
    let speed = json!({ "type": "string", "enum": ["slow", "fast"] });
    let inner = json!({ "type": "object", "properties": { "enabled": flag, "speed": speed } });
    let middle = json!({ "type": "object", "properties": { "card": inner, "note": text } });
    json!({ "type": "object", "nullable": true, "properties": {
        "capture": middle,
        "refund": middle,
        "network": { "anyOf": [inner, { "type": "string", "enum": [""] }] },
    }})
}
