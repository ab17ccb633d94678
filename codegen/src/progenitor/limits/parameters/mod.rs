//! Parameters that progenitor refuses, mixes up, or sends in another way than is documented:
//! cookies, lists that are not repeated, objects, values with a media type, and several of one
//! name. It is given a parameter that it takes; the refine stage sends what was meant.

mod send;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

pub(super) use send::{declare_helpers, finish};

use super::{Prepared, components, resolve};
use crate::document::media_type::{self, JSON, essence};
use crate::document::operations::{Operation, OperationNode, operations};
use crate::document::{pointer, visit};
use crate::progenitor::names::method_name;

const LIMIT: &str = "parameter";

/// A parameter that is not sent as progenitor sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The operation's id, in snake case.
    pub operation: String,
    /// The name that progenitor knows it by.
    pub name: String,
    /// The name that it is sent under.
    pub real: String,
    /// `path`, `query`, `header` or `cookie`.
    pub place: String,
    /// How it is written: a style of the specification, or a media type. Nothing if progenitor
    /// does it right.
    pub style: Option<String>,
    /// Whether its parts are parameters of their own.
    pub explode: bool,
    /// Whether progenitor was given a list of it, because it refuses the type itself.
    pub wrapped: bool,
}

/// What the builder of every operation has already.
const RESERVED: [&str; 3] = ["new", "send", "stream"];

/// Prepares the parameters of every operation.
pub(super) fn prepare(prepared: &mut Prepared) {
    let all = operations(&prepared.document);
    for operation in &all {
        let of_operation = effective(&prepared.document, operation);
        let Some(id) = operation.id(&prepared.document).map(str::to_owned) else {
            continue;
        };
        let names = names(prepared, operation, &of_operation);
        let mut parameters = Vec::new();
        for ((at, mut parameter), name) in of_operation.into_iter().zip(names) {
            if is_ignored(&parameter) {
                prepared.log("ignored-header", &at, "OpenAPI says that it is not a parameter");
                continue;
            }
            let sent = written(prepared, &id, &at, &mut parameter, name);
            prepared.plan.parameters.extend(sent);
            parameters.push(parameter);
        }
        let Some(Value::Object(fields)) = prepared.document.pointer_mut(&operation.pointer())
        else {
            continue;
        };
        fields.shift_remove("parameters");
        if !parameters.is_empty() {
            fields.insert("parameters".to_owned(), parameters.into());
        }
    }
    for operation in &all {
        if let Some(Value::Object(item)) = prepared.document.pointer_mut(&operation.path_pointer())
        {
            item.shift_remove("parameters");
        }
    }
}

/// The parameters that apply to an operation, with the place of each.
fn effective(document: &Value, operation: &Operation) -> Vec<(String, Value)> {
    let operation = OperationNode::at(document, operation.clone());
    let all = operation.iter().flat_map(OperationNode::parameters);
    all.map(|it| (it.written.pointer, it.node.value.clone())).collect()
}

/// Names that differ in Rust, one for each parameter; those of the path stay.
fn names(prepared: &mut Prepared, operation: &Operation, all: &[(String, Value)]) -> Vec<String> {
    let body = prepared.document.pointer(&operation.pointer()).and_then(|it| it.get("requestBody"));
    let mut taken: BTreeSet<_> = RESERVED.map(str::to_owned).into();
    let of_path = names_of_path(all);
    // All operations of a path share its names.
    if body.is_some() || of_path.contains("body") {
        taken.extend(["body".to_owned(), "body_map".to_owned()]);
    }
    let mut order: Vec<_> = all.iter().enumerate().collect();
    let is_path = |parameter: &Value| text(parameter, "in") == Some("path");
    order.sort_by_key(|(_, (_, parameter))| !is_path(parameter));
    let mut names = vec![String::new(); all.len()];
    for (index, (at, parameter)) in order {
        let (real, place) = (text(parameter, "name"), text(parameter, "in").unwrap_or_default());
        let real = real.unwrap_or_default();
        let others = (2..).map(|number| format!("{real} {number}"));
        let mut candidates = [real.to_owned(), format!("{real} {place}")].into_iter().chain(others);
        let name = candidates.find(|name| taken.insert(method_name(name))).unwrap_or_default();
        if name != real {
            let note = format!("`{}` in Rust, which has the name already", method_name(&name));
            prepared.log("parameter-name", at, note);
        }
        names[index] = name;
    }
    names
}

fn names_of_path(all: &[(String, Value)]) -> BTreeSet<&str> {
    let of_path = all.iter().filter(|(_, parameter)| text(parameter, "in") == Some("path"));
    of_path.filter_map(|(_, parameter)| text(parameter, "name")).collect()
}

/// The specification has other places for these.
fn is_ignored(parameter: &Value) -> bool {
    let name = text(parameter, "name").unwrap_or_default().to_ascii_lowercase();
    text(parameter, "in") == Some("header")
        && ["accept", "content-type", "authorization"].contains(&name.as_str())
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

/// What a parameter is, as far as writing it goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// Shown as a text, it is not what RFC 3339 has.
    Time,
    /// In a query, a whole one would have a fraction.
    Number,
    List,
    /// With fields that are known: progenitor gives it a builder, and refuses it if it is optional.
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

/// A reference that had something beside it, without that.
fn unwrap_reference(schema: &mut Value) {
    let annotations = ["allOf", "title", "description", "default"];
    let Some(fields) = schema.as_object() else { return };
    let only = fields.get("allOf").and_then(Value::as_array).map(Vec::as_slice);
    if let Some([only]) = only
        && visit::reference(only).is_some()
        && fields.keys().all(|key| annotations.contains(&key.as_str()))
    {
        *schema = only.clone();
    }
}

/// Makes a parameter one that progenitor takes, and says how it is sent if that is another way.
fn written(
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
    for key in ["style", "explode", "example", "examples", "allowReserved", "allowEmptyValue"] {
        fields.shift_remove(key);
    }
    let media = take_content(fields);
    let schema = fields.entry("schema").or_insert_with(|| json!({ "type": "string" }));
    // There is no way to write null in a parameter.
    if let Some(schema) = schema.as_object_mut() {
        schema.shift_remove("nullable");
    }
    unwrap_reference(schema);
    let kind = kind(&prepared.document, schema);
    if kind == Kind::Struct {
        *schema = list_of(prepared, id, &real, schema.take());
    }
    let style = media.filter(|media| media == JSON).unwrap_or(style);
    let is_usual = match (place.as_str(), style.as_str(), kind) {
        ("cookie", ..) => false,
        ("query", "form", Kind::List) => explode,
        ("query", "form", Kind::Plain | Kind::Time) => true,
        ("path" | "header", "simple", Kind::Plain | Kind::Number) => true,
        _ => false,
    };
    if place == "cookie" {
        fields.insert("in".to_owned(), "header".into());
    }
    fields.insert("name".to_owned(), name.clone().into());
    if is_usual && name == real {
        return None;
    }
    if !is_usual {
        let exploded = if explode
            && matches!(kind, Kind::List | Kind::Struct | Kind::Other)
            && style != JSON
        {
            ", exploded"
        } else {
            ""
        };
        prepared.log(LIMIT, at, format!("sent as {place} {style}{exploded}"));
    }
    let operation = method_name(id);
    let style = (!is_usual).then_some(style);
    Some(Parameter { operation, name, real, place, style, explode, wrapped: kind == Kind::Struct })
}

/// OpenAPI 3.0.3, section 4.7.12.2.
fn style(fields: &Map<String, Value>, place: &str) -> (String, bool) {
    let usual = if matches!(place, "query" | "cookie") { "form" } else { "simple" };
    let style = fields.get("style").and_then(Value::as_str).unwrap_or(usual);
    let explode = fields.get("explode").and_then(Value::as_bool);
    (style.to_owned(), explode.unwrap_or(style == "form" || style == "deepObject"))
}

/// Makes the schema of a media type the parameter's own; the media type, in short.
fn take_content(fields: &mut Map<String, Value>) -> Option<String> {
    let Some(Value::Object(content)) = fields.shift_remove("content") else { return None };
    let (name, media) = content.into_iter().next()?;
    let name = essence(&name);
    let is_json = media_type::is_json(&name);
    let schema = media.get("schema").filter(|_| is_json).cloned();
    // What is not JSON is text that the caller makes.
    let any = || json!({ "type": "string" });
    fields.insert("schema".to_owned(), schema.unwrap_or_else(any));
    Some(if is_json { JSON.to_owned() } else { name })
}

/// A list of a type with a name: progenitor takes it, and the refine stage the list away.
fn list_of(prepared: &mut Prepared, id: &str, real: &str, schema: Value) -> Value {
    let items = if visit::reference(&schema).is_some() {
        schema
    } else {
        let name = components::free(prepared, &format!("{id}-{real}"));
        components::add(prepared, &name, schema);
        json!({ "$ref": pointer::to_component("schemas", &name) })
    };
    json!({ "type": "array", "items": items })
}

/// Gives path parameters the names that they have in `prepare`, in the templates of their paths.
pub(super) fn rename_in_paths(prepared: &mut Prepared) {
    let mut renamed: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for operation in operations(&prepared.document) {
        let Some(id) = operation.id(&prepared.document) else { continue };
        let id = method_name(id);
        let of_path = prepared.plan.parameters.iter().filter(|parameter| {
            parameter.operation == id
                && parameter.place == "path"
                && parameter.name != parameter.real
        });
        for Parameter { name, real, .. } in of_path {
            let names = renamed.entry(operation.path.clone()).or_default();
            names.push((real.clone(), name.clone()));
        }
    }
    let Some(Value::Object(paths)) = prepared.document.get_mut("paths") else { return };
    let new = |path: String| {
        let names = renamed.get(&path).into_iter().flatten();
        names.fold(path.clone(), |path, (real, name)| {
            path.replace(&format!("{{{real}}}"), &format!("{{{name}}}"))
        })
    };
    *paths = std::mem::take(paths).into_iter().map(|(path, item)| (new(path), item)).collect();
}

/// The document without the parameters that are sent in another way; paths keep theirs.
pub fn without_rewritten(document: &Value, parameters: &[Parameter]) -> Value {
    let mut document = document.clone();
    let other: BTreeSet<_> = parameters
        .iter()
        .filter(|parameter| parameter.place != "path")
        .map(|parameter| (parameter.operation.as_str(), parameter.name.as_str()))
        .collect();
    for operation in operations(&document) {
        let Some(id) = operation.id(&document).map(method_name) else {
            continue;
        };
        let at = format!("{}/parameters", operation.pointer());
        if let Some(Value::Array(list)) = document.pointer_mut(&at) {
            list.retain(|parameter| {
                !other.contains(&(&id, text(parameter, "name").unwrap_or_default()))
            });
        }
    }
    document
}
