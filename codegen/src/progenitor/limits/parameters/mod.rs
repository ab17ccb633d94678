//! Parameters that progenitor refuses, confuses, or serializes in another way than the document says:
//! cookies, lists that are not exploded, objects, values with a media type, and several of one name.
//! `prepare` declares a parameter that progenitor takes; `finish` sends it as the document says.

mod send;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

pub(super) use send::{declare_helpers, finish};

use super::{Prepared, components, decimals, resolve};
use crate::document::media_type::{self, JSON, essence};
use crate::document::operations::{Operation, OperationNode, is_header_name, operations};
use crate::document::path_template;
use crate::document::visit;
use crate::progenitor::named_operations;
use crate::progenitor::names::{alternatives, method_name};
use crate::progenitor::schema::{entries, list, merged, reference_to, text};
use crate::report::{LeftOut, Rule};

pub(in crate::progenitor) const PARAMETER: Rule = Rule::translated(
    "parameter",
    "lists and objects in a parameter, `deepObject` among them; JSON; cookies",
    "values of their types, written as documented",
);
pub(in crate::progenitor) const RESERVED: Rule = Rule::translated(
    "reserved",
    "`allowReserved` of a query parameter",
    "RFC 6570's reserved expansion, but for `'`, which the URL library encodes: the caller encodes `&`, `+` \
     and `%` where they are part of a value",
);
pub(in crate::progenitor) const PATH_VALUE: Rule = Rule::translated(
    "path-value",
    "values in a path that would make it another one: nothing, `.`, `..`",
    "an error before anything is sent; without the runtime, so is a backslash",
);
pub(in crate::progenitor) const PARAMETER_NAME: Rule = Rule::translated(
    "parameter-name",
    "parameters that are one Rust name",
    "told apart by their place, or numbered",
);
pub(in crate::progenitor) const IGNORED_HEADER: Rule = Rule::translated(
    "ignored-header",
    "`Accept`, `Content-Type` or `Authorization` as a parameter",
    "none: OpenAPI says that they are not parameters",
);
pub(in crate::progenitor) const HEADER_NAME: Rule = Rule::left_out(
    "header-name",
    "a header whose name HTTP does not allow: with a blank, a colon, a letter beyond ASCII",
    "the operation without the header",
);

pub(in crate::progenitor) const CONNECTION_HEADER: Rule = Rule::left_out(
    "connection-header",
    "a header of the connection as a parameter: `Host`, `Content-Length`, `Transfer-Encoding` and the like",
    "the operation without the header, which the connection sets",
);
pub(in crate::progenitor) const COOKIE_HEADER: Rule = Rule::left_out(
    "cookie-header",
    "a header `Cookie` beside parameters that are cookies",
    "the operation without the header, which has them",
);
pub(in crate::progenitor) const AS_TEXT: Rule = Rule::loosened(
    "parameter-text",
    "a parameter with a media type other than JSON",
    "a text, which the caller writes",
);
pub(in crate::progenitor) const NESTED: Rule = Rule::loosened(
    "nested-parameter",
    "lists and objects inside of a list or an object in a parameter, for which OpenAPI has no style",
    "JSON; in a `deepObject`, `[field]`, `[]` and, of objects in a list, `[0]`",
);
pub(in crate::progenitor) const NO_PLACE_IN_PATH: Rule = Rule::left_out(
    "path-parameter",
    "a parameter of a path that does not have it",
    "the operation without the parameter",
);

/// A parameter that progenitor would serialize wrongly, or under another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The operation's id, in snake case.
    pub operation: String,
    /// The name that progenitor gets.
    pub name: String,
    /// The name that it is sent under.
    pub real: String,
    /// `path`, `query`, `header` or `cookie`.
    pub place: String,
    /// How it is serialized: a style of the specification, or a media type. Nothing if progenitor
    /// does it right.
    pub style: Option<String>,
    /// Whether it is exploded: its parts are parameters of their own.
    pub explode: bool,
    /// Whether reserved characters stay as they are (`allowReserved`).
    pub reserved: bool,
    /// Whether progenitor gets a list of it, since it refuses the type itself.
    pub wrapped: bool,
}

/// Variables of `send` that edits of it name, and that progenitor would name otherwise beside a parameter, or
/// not at all.
const VARIABLES: [&str; 4] = ["client", "header_map", "info", "response"];

/// Headers that the connection sets (RFC 9110, sections 7.2, 7.6.1 and 8.6): another value would break the message.
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

/// Methods that the builder of every operation has.
const BUILDER_METHODS: [&str; 6] = ["extra", "extras", "header", "new", "send", "stream"];

/// Prepares the parameters of every operation.
pub(super) fn prepare(prepared: &mut Prepared) {
    for (operation, id) in prepared.operations() {
        let parameters = effective(&prepared.document, &operation);
        let names = distinct_names(prepared, &operation, &parameters);
        let has_cookies = parameters.iter().any(|(_, it)| text(it, "in") == Some("cookie"));
        let mut declared = Vec::new();
        for ((at, mut parameter), name) in parameters.into_iter().zip(names) {
            if is_ignored(&parameter) {
                prepared.log.add(&IGNORED_HEADER, &at, "OpenAPI says that it is not a parameter");
                continue;
            }
            let unsendable = unsendable(&operation, &parameter);
            let unsendable = unsendable.or_else(|| is_of_cookies(&parameter, has_cookies));
            if let Some((rule, reason)) = unsendable {
                let operation = operation.label();
                prepared.left_out.push(LeftOut { rule, operation, place: at, reason });
                continue;
            }
            let planned = declare(prepared, &id, &at, &mut parameter, name);
            prepared.plan.parameters.extend(planned);
            declared.push(parameter);
        }
        let Some(Value::Object(fields)) = prepared.document.pointer_mut(&operation.pointer())
        else {
            continue;
        };
        fields.shift_remove("parameters");
        if !declared.is_empty() {
            fields.insert("parameters".to_owned(), declared.into());
        }
    }
    for operation in operations(&prepared.document) {
        if let Some(Value::Object(item)) = prepared.document.pointer_mut(&operation.path_pointer())
        {
            item.shift_remove("parameters");
        }
    }
}

/// The parameters that apply to an operation, with the pointer of each.
fn effective(document: &Value, operation: &Operation) -> Vec<(String, Value)> {
    let node = OperationNode::at(document, operation.clone());
    let parameters = node.iter().flat_map(OperationNode::parameters);
    parameters.map(|it| (it.written.pointer, it.node.value.clone())).collect()
}

/// Names that differ in Rust, one for each parameter. Those of the path go first: its template has
/// them.
fn distinct_names(
    prepared: &mut Prepared,
    operation: &Operation,
    parameters: &[(String, Value)],
) -> Vec<String> {
    let body = prepared.document.pointer(&operation.pointer()).and_then(|it| it.get("requestBody"));
    let mut taken: BTreeSet<_> = BUILDER_METHODS.map(str::to_owned).into();
    taken.extend(VARIABLES.map(str::to_owned));
    // The names in a path template are the same for all operations of the path.
    let is_body = |it: &Value| is_path_parameter(it) && text(it, "name") == Some("body");
    if body.is_some() || parameters.iter().any(|(_, it)| is_body(it)) {
        taken.extend(["body".to_owned(), "body_map".to_owned()]);
    }
    let mut order: Vec<_> = parameters.iter().enumerate().collect();
    order.sort_by_key(|(_, (_, parameter))| !is_path_parameter(parameter));
    let mut names = BTreeMap::new();
    for (index, (at, parameter)) in order {
        let real = text(parameter, "name").unwrap_or_default();
        let place = text(parameter, "in").unwrap_or_default();
        let mut candidates = alternatives(real, place);
        let name = candidates.find(|name| taken.insert(method_name(name))).unwrap_or_default();
        if name != real {
            let note = format!("`{}` in Rust, which has the name already", method_name(&name));
            prepared.log.add(&PARAMETER_NAME, at, note);
        }
        names.insert(index, name);
    }
    names.into_values().collect()
}

fn is_path_parameter(parameter: &Value) -> bool {
    text(parameter, "in") == Some("path")
}

/// Whether a parameter is one of the headers that the specification has other places for.
fn is_ignored(parameter: &Value) -> bool {
    let name = text(parameter, "name").unwrap_or_default().to_ascii_lowercase();
    text(parameter, "in") == Some("header")
        && ["accept", "content-type", "authorization"].contains(&name.as_str())
}

/// Why nothing can send a parameter.
fn unsendable(operation: &Operation, parameter: &Value) -> Option<(&'static Rule, String)> {
    let name = text(parameter, "name")?;
    match text(parameter, "in")? {
        "header" if !is_header_name(name) => {
            Some((&HEADER_NAME, format!("`{name}` is no name of a header: nothing can send it")))
        }
        "header" if OF_THE_CONNECTION.contains(&name.to_ascii_lowercase().as_str()) => {
            Some((&CONNECTION_HEADER, format!("`{name}` is set by the connection")))
        }
        "path" if !path_template::names(&operation.path).ok()?.iter().any(|it| it == name) => {
            Some((&NO_PLACE_IN_PATH, format!("the path has no `{{{name}}}`")))
        }
        _ => None,
    }
}

/// Why a header is not sent beside the cookies that are in it.
fn is_of_cookies(parameter: &Value, has_cookies: bool) -> Option<(&'static Rule, String)> {
    let is_it = text(parameter, "in") == Some("header")
        && text(parameter, "name")?.eq_ignore_ascii_case("cookie");
    let reason = || "the cookies are parameters of their own".to_owned();
    (has_cookies && is_it).then(|| (&COOKIE_HEADER, reason()))
}

/// What serializing a parameter depends on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// `Display` of it is not what RFC 3339 says.
    Time,
    /// reqwest would write a whole one with a fraction into a query.
    Number,
    List,
    /// An object with known properties: progenitor gives it a builder, and refuses it if it is optional.
    Struct,
    Other,
}

fn kind(document: &Value, schema: &Value) -> Kind {
    let schema = resolve(document, schema);
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        return Kind::Other;
    }
    let is_plain = |kind| matches!(kind, Kind::Plain | Kind::Time);
    match text(schema, "type") {
        Some("string") if text(schema, "format") == Some("date-time") => Kind::Time,
        Some("number") => Kind::Number,
        Some("string" | "integer" | "boolean") => Kind::Plain,
        Some("array") if schema.get("items").is_some_and(|it| is_plain(kind(document, it))) => {
            Kind::List
        }
        _ if ["properties", "allOf"].iter().any(|key| schema.get(key).is_some()) => Kind::Struct,
        _ => Kind::Other,
    }
}

/// Replaces an `allOf` of one reference by the reference, if only annotations stand beside it.
fn unwrap_reference(schema: &mut Value) {
    const IGNORED: [&str; 4] = ["allOf", "title", "description", "default"];
    let Some(keywords) = schema.as_object() else { return };
    if let [only] = list(schema, "allOf")
        && visit::reference(only).is_some()
        && keywords.keys().all(|key| IGNORED.contains(&key.as_str()))
    {
        *schema = only.clone();
    }
}

/// Declares a parameter so that progenitor takes it. If progenitor would send it in another way than
/// the document says, returns what `finish` has to do.
fn declare(
    prepared: &mut Prepared,
    id: &str,
    at: &str,
    parameter: &mut Value,
    name: String,
) -> Option<Parameter> {
    let fields = parameter.as_object_mut()?;
    let real = fields.get("name")?.as_str()?.to_owned();
    let place = fields.get("in")?.as_str()?.to_owned();
    let (style, explode) = style(fields, &place);
    let reserved = place == "query" && fields.get("allowReserved") == Some(&Value::Bool(true));
    for key in ["style", "explode", "example", "examples", "allowReserved", "allowEmptyValue"] {
        fields.shift_remove(key);
    }
    let media_type = take_content(fields);
    tell_loosened(prepared, at, media_type.as_deref(), fields);
    if media_type.as_deref() != Some(JSON)
        && let Some(schema) = fields.get_mut("schema")
    {
        unwrap_reference(schema);
        decimals::write_as_text(&prepared.document, schema);
    }
    let kind = declare_schema(prepared, id, &real, fields);
    let style = media_type.filter(|media_type| media_type == JSON).unwrap_or(style);
    if place == "cookie" {
        fields.insert("in".to_owned(), "header".into());
    }
    fields.insert("name".to_owned(), name.clone().into());
    let is_supported = is_supported(&place, &style, explode, kind) && !reserved;
    if is_supported && name == real {
        return None;
    }
    if !is_supported {
        let has_parts = matches!(kind, Kind::List | Kind::Struct | Kind::Other) && style != JSON;
        let exploded = if explode && has_parts { ", exploded" } else { "" };
        prepared.log.add(&PARAMETER, at, format!("sent as {place} {style}{exploded}"));
    }
    if reserved {
        prepared.log.add(&RESERVED, at, "reserved characters of a value are not encoded");
    }
    let operation = method_name(id);
    let style = (!is_supported).then_some(style);
    let wrapped = kind == Kind::Struct;
    Some(Parameter { operation, name, real, place, style, explode, reserved, wrapped })
}

/// Says what OpenAPI has no style for.
fn tell_loosened(
    prepared: &mut Prepared,
    at: &str,
    media_type: Option<&str>,
    fields: &Map<String, Value>,
) {
    let schema = fields.get("schema").map(|schema| resolve(&prepared.document, schema));
    match (media_type, schema) {
        (Some(JSON), _) => {}
        (Some(other), _) => {
            prepared.log.add(&AS_TEXT, at, format!("{other}: a text that the caller writes"));
        }
        (None, Some(schema)) if has_nested(&prepared.document, schema) => {
            let note = "OpenAPI has no style for what is inside of it";
            prepared.log.add(&NESTED, at, note);
        }
        (None, _) => {}
    }
}

/// Whether something in a list or an object is one itself.
fn has_nested(document: &Value, schema: &Value) -> bool {
    let is_nested = |inner: &Value| {
        let inner = resolve(document, inner);
        let has = |key: &&str| inner.get(key).is_some();
        matches!(text(inner, "type"), Some("array" | "object"))
            || ["properties", "items", "allOf"].iter().any(has)
    };
    merged(document, schema).into_iter().any(|part| {
        let one = ["items", "additionalProperties"].iter().filter_map(|key| part.get(key));
        one.chain(entries(part, "properties").map(|(_, it)| it)).any(is_nested)
    })
}

/// Gives a parameter a schema that progenitor takes.
fn declare_schema(
    prepared: &mut Prepared,
    id: &str,
    name: &str,
    fields: &mut Map<String, Value>,
) -> Kind {
    let schema = fields.entry("schema").or_insert_with(|| json!({ "type": "string" }));
    // There is no way to write null in a parameter.
    if let Some(keywords) = schema.as_object_mut() {
        keywords.shift_remove("nullable");
    }
    unwrap_reference(schema);
    let kind = kind(&prepared.document, schema);
    if kind == Kind::Struct {
        *schema = list_of(prepared, id, name, schema.take());
    }
    kind
}

/// Whether progenitor serializes a parameter as the document says.
fn is_supported(place: &str, style: &str, explode: bool, kind: Kind) -> bool {
    match (place, style, kind) {
        ("cookie", ..) => false,
        ("query", "form", Kind::List) => explode,
        ("query", "form", Kind::Plain | Kind::Time) => true,
        ("path" | "header", "simple", Kind::Plain | Kind::Number) => true,
        _ => false,
    }
}

/// The style of a parameter, and whether it is exploded: OpenAPI 3.0.3, section 4.7.12.2.
fn style(fields: &Map<String, Value>, place: &str) -> (String, bool) {
    let default = if matches!(place, "query" | "cookie") { "form" } else { "simple" };
    let style = fields.get("style").and_then(Value::as_str).unwrap_or(default);
    let explode = fields.get("explode").and_then(Value::as_bool);
    (style.to_owned(), explode.unwrap_or(style == "form" || style == "deepObject"))
}

/// Moves the schema of a media type to the parameter; the media type without its parameters.
fn take_content(fields: &mut Map<String, Value>) -> Option<String> {
    let Some(Value::Object(content)) = fields.shift_remove("content") else { return None };
    let (name, media) = content.into_iter().next()?;
    let name = essence(&name);
    let is_json = media_type::is_json(&name);
    let schema = media.get("schema").filter(|_| is_json).cloned();
    // The caller serializes what is not JSON.
    let text = || json!({ "type": "string" });
    fields.insert("schema".to_owned(), schema.unwrap_or_else(text));
    Some(if is_json { JSON.to_owned() } else { name })
}

/// A list of a named type, which progenitor takes; `finish` replaces the list by its items' type.
fn list_of(prepared: &mut Prepared, id: &str, name: &str, schema: Value) -> Value {
    let items = match visit::reference(&schema) {
        Some(_) => schema,
        None => reference_to(&components::add_as(prepared, &format!("{id}-{name}"), schema)),
    };
    json!({ "type": "array", "items": items })
}

/// Renames path parameters in path templates, as `prepare` has renamed them.
pub(super) fn rename_in_paths(prepared: &mut Prepared) {
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let mut of_paths = BTreeMap::<&str, Vec<&Parameter>>::new();
    for parameter in prepared.plan.parameters.iter().filter(|it| it.place == "path") {
        of_paths.entry(&parameter.operation).or_default().push(parameter);
    }
    for (id, operation) in named_operations(&prepared.document) {
        for Parameter { name, real, .. } in of_paths.remove(id.as_str()).into_iter().flatten() {
            let path = renamed.entry(operation.path.clone()).or_insert(operation.path.clone());
            *path = path.replace(&format!("{{{real}}}"), &format!("{{{name}}}"));
        }
    }
    let Some(Value::Object(paths)) = prepared.document.get_mut("paths") else { return };
    let by_old_name = std::mem::take(paths).into_iter();
    *paths =
        by_old_name.map(|(path, item)| (renamed.remove(&path).unwrap_or(path), item)).collect();
}

/// The document without the parameters that `finish` rewrites, except for those of paths.
pub fn without_rewritten(document: &Value, parameters: &[Parameter]) -> Value {
    let mut document = document.clone();
    let rewritten: BTreeSet<_> = parameters
        .iter()
        .filter(|parameter| parameter.place != "path")
        .map(|parameter| (parameter.operation.as_str(), parameter.name.as_str()))
        .collect();
    for (id, operation) in named_operations(&document) {
        let at = format!("{}/parameters", operation.pointer());
        if let Some(Value::Array(parameters)) = document.pointer_mut(&at) {
            parameters.retain(|parameter| {
                !rewritten.contains(&(&id, text(parameter, "name").unwrap_or_default()))
            });
        }
    }
    document
}
