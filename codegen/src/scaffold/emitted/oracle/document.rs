//! The document as the vendor's pages and their corrections have it: its operations, and its schemas as
//! JSON Schema 2020-12 sees them.

use serde_json::{Map, Value, json};

/// Which way a body goes: a field may be for one way alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the server; `readOnly` fields are not.
    Request,
    /// From the server; `writeOnly` fields are not.
    Response,
}

/// A document that is read for one way.
#[derive(Clone, Debug)]
pub struct Document {
    pub root: Value,
    pub way: Way,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// In capitals.
    pub method: String,
    /// The template.
    pub path: String,
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    /// What documented successes are sent as: a status, and a body if there is one.
    pub answers: Vec<Answer>,
}

/// A parameter; headers that the specification leaves to bodies and credentials are none.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    /// `path`, `query`, `header` or `cookie`.
    pub place: String,
    pub style: String,
    pub explode: bool,
    pub required: bool,
    pub allow_reserved: bool,
    /// The media type of its text, if it has one in place of a style.
    pub media: Option<String>,
    /// JSON Pointer of its schema.
    pub schema: String,
}

/// What a request may have for its body.
#[derive(Clone, Debug)]
pub struct Body {
    pub required: bool,
    pub media: Vec<Media>,
}

/// A media type with its schema.
#[derive(Clone, Debug)]
pub struct Media {
    pub name: String,
    /// Which of those beside it it is in the document as it is written.
    pub position: u64,
    /// JSON Pointer of its schema, if it has one.
    pub schema: Option<String>,
    /// What `encoding` says of its fields.
    pub encoding: Value,
}

/// A documented success.
#[derive(Clone, Debug)]
pub struct Answer {
    /// As the document has it: `200`, `2XX`, `default`.
    pub documented: String,
    pub status: u16,
    pub media: Option<Media>,
}

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

impl Document {
    /// Reads the text of a document.
    ///
    /// # Errors
    /// A text that is no JSON.
    pub fn parse(text: &str, way: Way) -> Result<Self, String> {
        let mut root: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let version = root.get("openapi").and_then(Value::as_str).unwrap_or_default();
        let is_3_0 = version.starts_with("3.0");
        let whole = root.clone();
        each_schema(&mut root, false, &mut |schema| {
            if is_3_0 {
                as_2020_12(schema);
            }
            of_way(&whole, way, schema);
        });
        Ok(Self { root, way })
    }

    /// The value with its references followed.
    pub fn resolved<'d>(&'d self, value: &'d Value) -> &'d Value {
        follow(&self.root, value)
    }

    /// The path below which the first server has the API, without a slash at its end.
    pub fn base_path(&self) -> String {
        let Some(server) = self.root.pointer("/servers/0") else { return String::new() };
        let mut url = server.get("url").and_then(Value::as_str).unwrap_or_default().to_owned();
        for (name, variable) in
            server.get("variables").and_then(Value::as_object).into_iter().flatten()
        {
            let default = variable.get("default").and_then(Value::as_str).unwrap_or_default();
            url = url.replace(&format!("{{{name}}}"), default);
        }
        let below = url.split_once("://").map_or(url.as_str(), |(_, rest)| {
            rest.find('/').map_or("", |at| rest.get(at..).unwrap_or_default())
        });
        // What is neither an address nor a path, such as `https:/`, says nothing.
        let below = if below.starts_with('/') { below } else { "" };
        let below = below.split(['?', '#']).next().unwrap_or_default();
        below.trim_end_matches('/').to_owned()
    }

    /// All operations, in the order of the document.
    pub fn operations(&self) -> Vec<Operation> {
        let paths = self.root.get("paths").and_then(Value::as_object).into_iter().flatten();
        let all = paths.flat_map(|(path, item)| {
            let item_at = format!("/paths/{}", escaped(path));
            let fields = item.as_object().into_iter().flatten();
            let methods = fields.filter(|(key, _)| METHODS.contains(&key.as_str()));
            methods.map(move |(method, node)| self.operation(path, item, method, node, &item_at))
        });
        all.collect()
    }

    fn operation(
        &self,
        path: &str,
        item: &Value,
        method: &str,
        node: &Value,
        item_at: &str,
    ) -> Operation {
        let at = format!("{item_at}/{method}");
        let mut parameters = Vec::<Parameter>::new();
        for (holder, place) in [(item, item_at), (node, at.as_str())] {
            let list = holder.get("parameters").and_then(Value::as_array).into_iter().flatten();
            for (index, entry) in list.enumerate() {
                let entry_at = self.place(entry, &format!("{place}/parameters/{index}"));
                let Some(new) = parameter(self.resolved(entry), &entry_at, path) else { continue };
                parameters.retain(|old| (&old.name, &old.place) != (&new.name, &new.place));
                parameters.push(new);
            }
        }
        // All cookies are in one header, which is not for another parameter to say.
        if parameters.iter().any(|it| it.place == "cookie") {
            parameters.retain(|it| it.place != "header" || !it.name.eq_ignore_ascii_case("cookie"));
        }
        let body = node.get("requestBody").map(|body| {
            let body_at = self.place(body, &format!("{at}/requestBody"));
            let body = self.resolved(body);
            Body { required: flag(body, "required"), media: media(body, &body_at) }
        });
        let answers = self.answers(node, &at);
        Operation {
            method: method.to_uppercase(),
            path: path.to_owned(),
            parameters,
            body,
            answers,
        }
    }

    /// Documented successes, one for each media type.
    fn answers(&self, node: &Value, at: &str) -> Vec<Answer> {
        let all = node.get("responses").and_then(Value::as_object).into_iter().flatten();
        let all: Vec<_> = all.collect();
        let is_named = |status: u16| all.iter().any(|(name, _)| **name == status.to_string());
        let mut answers = Vec::new();
        for (name, response) in &all {
            let status = match name.to_ascii_uppercase().as_str() {
                "2XX" => (200..300).find(|status| !is_named(*status) && !NO_BODY.contains(status)),
                "DEFAULT" if !all.iter().any(|(name, _)| name.starts_with('2')) => Some(200),
                name => name.parse().ok().filter(|status| (200..300).contains(status)),
            };
            let Some(status) = status else { continue };
            let response_at = self.place(response, &format!("{at}/responses/{}", escaped(name)));
            let media = media(self.resolved(response), &response_at);
            let documented = name.as_str().to_owned();
            match media.is_empty() || NO_BODY.contains(&status) {
                true => answers.push(Answer { documented, status, media: None }),
                false => answers.extend(media.into_iter().map(|media| Answer {
                    documented: documented.clone(),
                    status,
                    media: Some(media),
                })),
            }
        }
        answers
    }

    /// The pointer of a value that stands at a place, or of what it refers to.
    fn place(&self, value: &Value, at: &str) -> String {
        let mut place = (value, at.to_owned());
        for _ in 0..MOST_REFERENCES {
            let Some(target) = reference(place.0) else { break };
            let Some(found) = self.root.pointer(&target) else { break };
            place = (found, target);
        }
        place.1
    }
}

/// Statuses that no body goes with.
const NO_BODY: [u16; 2] = [204, 205];

const MOST_REFERENCES: usize = 50;

/// The pointer in `$ref: '#/…'`.
fn reference(value: &Value) -> Option<String> {
    let pointer = value.get("$ref")?.as_str()?.strip_prefix('#')?;
    Some(percent_encoding::percent_decode_str(pointer).decode_utf8_lossy().into_owned())
}

/// A value with its references followed.
pub fn follow<'d>(root: &'d Value, value: &'d Value) -> &'d Value {
    let mut value = value;
    for _ in 0..MOST_REFERENCES {
        let target = reference(value).and_then(|pointer| root.pointer(&pointer));
        let Some(target) = target else { break };
        value = target;
    }
    value
}

/// A name as a step of a JSON Pointer.
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn flag(node: &Value, key: &str) -> bool {
    node.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// What a header can be called (RFC 9110, section 5.6.2).
fn is_token(name: &str) -> bool {
    let is_one = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_one)
}

/// Headers that the connection sets (RFC 9110, sections 7.2, 7.6.1 and 8.6).
const OF_THE_CONNECTION: [&str; 9] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

fn parameter(node: &Value, at: &str, path: &str) -> Option<Parameter> {
    let text = |key: &str| node.get(key).and_then(Value::as_str);
    let (name, place) = (text("name")?.to_owned(), text("in")?.to_owned());
    let others = ["accept", "content-type", "authorization"];
    if place == "header" && others.iter().any(|other| name.eq_ignore_ascii_case(other)) {
        return None;
    }
    let is_of_connection = OF_THE_CONNECTION.iter().any(|it| name.eq_ignore_ascii_case(it));
    if place == "header" && (is_of_connection || !is_token(&name)) {
        return None;
    }
    // A path that does not have it has no place for it.
    if place == "path" && !path.contains(&format!("{{{name}}}")) {
        return None;
    }
    let usual = if place == "query" || place == "cookie" { "form" } else { "simple" };
    let style = text("style").unwrap_or(usual).to_owned();
    let explode = node.get("explode").and_then(Value::as_bool).unwrap_or(style == "form");
    let content = node.get("content").and_then(Value::as_object).and_then(|all| all.iter().next());
    let (media, schema) = match content {
        Some((media, _)) => {
            (Some(media.clone()), format!("{at}/content/{}/schema", escaped(media)))
        }
        None => (None, format!("{at}/schema")),
    };
    let required = flag(node, "required") || place == "path";
    let allow_reserved = flag(node, "allowReserved");
    Some(Parameter { name, place, style, explode, required, allow_reserved, media, schema })
}

/// Of a media type beside others, which it is: JSON has no order.
const POSITION: &str = "x-position";

fn media(node: &Value, at: &str) -> Vec<Media> {
    let content = node.get("content").and_then(Value::as_object).into_iter().flatten();
    let media = content.map(|(name, media)| Media {
        name: name.clone(),
        position: media.get(POSITION).and_then(Value::as_u64).unwrap_or_default(),
        schema: media.get("schema").map(|_| format!("{at}/content/{}/schema", escaped(name))),
        encoding: media.get("encoding").cloned().unwrap_or_else(|| json!({})),
    });
    media.collect()
}

/// The keywords whose values are maps of schemas, lists of schemas, and schemas.
const MAPS: [&str; 5] =
    ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
const ONE: [&str; 10] = [
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Calls `change` with every schema, the innermost first. Examples and the like have none.
fn each_schema(
    node: &mut Value,
    is_schema: bool,
    change: &mut impl FnMut(&mut Map<String, Value>),
) {
    match node {
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                let name = key.as_str();
                match is_schema {
                    true if MAPS.contains(&name) => each_of_map(value, change),
                    true if LISTS.contains(&name) => each_of_list(value, change),
                    true if ONE.contains(&name) => each_schema(value, true, change),
                    true => {}
                    false if name == "schema" => each_schema(value, true, change),
                    false if name == "schemas" => each_of_map(value, change),
                    false if name.starts_with("example") || name.starts_with("x-") => {}
                    false => each_schema(value, false, change),
                }
            }
            if is_schema {
                change(fields);
            }
        }
        Value::Array(items) if !is_schema => {
            items.iter_mut().for_each(|item| each_schema(item, false, change));
        }
        _ => {}
    }
}

fn each_of_map(node: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    let fields = node.as_object_mut().into_iter().flatten();
    fields.for_each(|(_, value)| each_schema(value, true, change));
}

fn each_of_list(node: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    let items = node.as_array_mut().into_iter().flatten();
    items.for_each(|value| each_schema(value, true, change));
}

/// What OpenAPI 3.0 says in other words than JSON Schema 2020-12.
fn as_2020_12(schema: &mut Map<String, Value>) {
    if schema.contains_key("$ref") {
        // What stands beside a reference says nothing.
        schema.retain(|key, _| key == "$ref");
        return;
    }
    for (bound, flag) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        if let Some(&Value::Bool(is_exclusive)) = schema.get(flag) {
            schema.remove(flag);
            if is_exclusive && let Some(limit) = schema.remove(bound) {
                schema.insert(flag.to_owned(), limit);
            }
        }
    }
    if schema.remove("nullable") == Some(Value::Bool(true))
        && let Some(Value::String(ty)) = schema.get("type").cloned()
    {
        schema.insert("type".to_owned(), json!([ty, "null"]));
    }
}

/// A field that does not go this way is not required of what does.
fn of_way(document: &Value, way: Way, schema: &mut Map<String, Value>) {
    let other = if way == Way::Request { "readOnly" } else { "writeOnly" };
    let goes_other_way = |name: &str| {
        let field = schema.get("properties").and_then(|fields| fields.get(name));
        field.is_some_and(|field| flag(field, other) || flag(follow(document, field), other))
    };
    let Some(Value::Array(required)) = schema.get("required") else { return };
    let mut required = required.clone();
    required.retain(|name| !name.as_str().is_some_and(goes_other_way));
    schema.insert("required".to_owned(), Value::Array(required));
}
