//! An OpenAPI document, one line an item: operations, parameters, bodies, responses, headers, servers,
//! schemas and properties, each with all that is said of it. What says nothing to a client is the order
//! of keys and of `required`; it is not shown.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::lines::{self, Line, excerpt, json, name};
use crate::document::pointer;
use crate::document::visit::{self, Kind};

/// The lines of a document.
pub fn document(document: &Value) -> String {
    lines::print(&lines_of(document))
}

pub(super) fn lines_of(document: &Value) -> Vec<Line> {
    let mut kinds = HashMap::new();
    visit::each(document, |kind, at, _| {
        kinds.insert(at.to_owned(), kind);
    });
    let mut page = Page { kinds, lines: Vec::new() };
    let Some(fields) = document.as_object() else {
        page.plain(0, "document", document);
        return page.lines;
    };
    for (key, value) in fields {
        match (key.as_str(), value) {
            ("paths" | "webhooks" | "components", Value::Object(entries))
                if !entries.is_empty() =>
            {
                page.entries(key, entries);
            }
            _ => page.plain(0, key, value),
        }
    }
    page.lines
}

struct Page {
    /// What each node is, by JSON Pointer.
    kinds: HashMap<String, Kind>,
    lines: Vec<Line>,
}

/// Keys whose values are one thing to a reader, however deep they are.
const WHOLE: [&str; 4] = ["example", "examples", "default", "const"];

/// Keys that document. Their text is shown in short; that of a constraint never is.
const DOCUMENTATION: [&str; 5] = ["description", "summary", "example", "examples", "value"];

/// The types of JSON Schema.
const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

impl Page {
    /// The entries of `paths`, `webhooks` and each section of `components`.
    fn entries(&mut self, key: &str, entries: &Map<String, Value>) {
        for (entry, value) in entries {
            let at = pointer::join(&format!("/{key}"), entry);
            match (key, value) {
                ("paths", _) => self.child(0, &name(entry), &at, value),
                ("webhooks", _) => self.child(0, &format!("webhooks/{}", name(entry)), &at, value),
                (_, Value::Object(items)) if !items.is_empty() => {
                    for (item, value) in items {
                        let label = format!("{}/{}", name(entry), name(item));
                        self.child(0, &label, &pointer::join(&at, item), value);
                    }
                }
                _ => self.plain(0, &format!("components/{}", name(entry)), value),
            }
        }
    }

    /// A value at a place: a node of a kind, or what has no further meaning here.
    fn child(&mut self, depth: usize, label: &str, at: &str, value: &Value) {
        match self.kinds.get(at) {
            Some(Kind::PathItem) => self.path_item(depth, label, at, value),
            Some(kind) if value.is_object() => self.node(depth, label, *kind, at, value),
            _ => self.plain(depth, label, value),
        }
    }

    fn push(&mut self, depth: usize, label: &str, says: String) {
        self.lines.push(Line { depth, label: label.to_owned(), says });
    }

    /// Operations stand beside the line of their path, which is there if it says something itself.
    fn path_item(&mut self, depth: usize, label: &str, at: &str, item: &Value) {
        let Some(fields) = item.as_object() else { return self.plain(depth, label, item) };
        let is_operation =
            |key: &String| self.kinds.get(&pointer::join(at, key)) == Some(&Kind::Operation);
        let (operations, own): (Vec<_>, Vec<_>) =
            fields.iter().partition(|(key, value)| is_operation(key) && value.is_object());
        let own: Value = own.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        if operations.is_empty() || own.as_object().is_some_and(|own| !own.is_empty()) {
            self.node(depth, label, Kind::PathItem, at, &own);
        }
        for (key, value) in operations {
            let label = format!("{} {label}", key.to_uppercase());
            self.node(depth, &label, Kind::Operation, &pointer::join(at, key), value);
        }
    }

    fn node(&mut self, depth: usize, label: &str, kind: Kind, at: &str, value: &Value) {
        let says = self.words(kind, at, value);
        let says = if kind == Kind::Schema { format!(": {says}") } else { says };
        self.push(depth, &marked(label, kind, value), says);
        self.nested(depth + 1, kind, at, value);
    }

    /// What a node says in its own line.
    fn words(&self, kind: Kind, at: &str, value: &Value) -> String {
        let mut words = Vec::new();
        if kind == Kind::Schema {
            words.push(self.head(at, value));
        }
        let fields = value.as_object().into_iter().flatten();
        for (key, child) in fields.filter(|(key, child)| self.is_word(kind, at, key, child)) {
            words.push(word(key, child));
        }
        words.extend(description(value));
        let mut words = words.join(" ");
        if kind != Kind::Schema
            && let Some((at, schema)) = inline_schema(kind, at, value)
        {
            words += &format!(": {}", self.words(Kind::Schema, &at, schema));
        }
        words
    }

    /// What a schema is, in short: its reference, or its type and format.
    fn head(&self, at: &str, schema: &Value) -> String {
        let reference =
            visit::reference(schema).map(|reference| match pointer::component_of(reference) {
                Some((section, name)) if section == "schemas" => format!("-> {name}"),
                _ => format!("-> {}", json(&Value::from(reference))),
            });
        let says_more = ["type", "format", "items"].iter().any(|key| schema.get(key).is_some());
        match reference {
            Some(reference) if says_more => format!("{reference} {}", self.kind(at, schema)),
            Some(reference) => reference,
            None => self.kind(at, schema),
        }
    }

    fn kind(&self, at: &str, schema: &Value) -> String {
        let mut head = kind_of(schema);
        if let Some((at, items)) = inline_schema(Kind::Schema, at, schema) {
            let items = format!("[{}]", self.words(Kind::Schema, &at, items));
            head = if head == "array" { items } else { format!("{head} {items}") };
        }
        match schema.get("format").and_then(Value::as_str) {
            Some(format) => format!("{head}({format})"),
            None => head,
        }
    }

    /// Whether a field is said in the node's line as its key and value.
    fn is_word(&self, kind: Kind, at: &str, key: &str, value: &Value) -> bool {
        !is_said_otherwise(kind, key, value)
            && inline_key(kind, key, value).is_none()
            && (is_short(value)
                || is_whole(kind, key) && !self.has_nodes(&pointer::join(at, key), value))
    }

    /// Whether a value is a node, or holds some.
    fn has_nodes(&self, at: &str, value: &Value) -> bool {
        let first = match value {
            Value::Object(fields) => fields.keys().next().cloned(),
            Value::Array(items) => (!items.is_empty()).then(|| "0".to_owned()),
            _ => None,
        };
        self.kinds.contains_key(at)
            || first.is_some_and(|first| self.kinds.contains_key(&pointer::join(at, &first)))
    }

    /// What a node says in lines below its own.
    fn nested(&mut self, depth: usize, kind: Kind, at: &str, value: &Value) {
        let required = required(kind, value);
        for (key, child) in value.as_object().into_iter().flatten() {
            let place = pointer::join(at, key);
            if inline_key(kind, key, child).is_some() {
                self.nested(depth, Kind::Schema, &place, child);
            } else if !is_said_otherwise(kind, key, child) && !self.is_word(kind, at, key, child) {
                match self.kinds.contains_key(&place) {
                    true => self.child(depth, &one(kind, key), &place, child),
                    false if self.has_nodes(&place, child) => {
                        self.many(depth, kind, (key, &place, child), &required);
                    }
                    false => self.plain(depth, &name(key), child),
                }
            }
        }
        if kind == Kind::Schema {
            self.required(depth, value);
        }
    }

    /// What a schema requires and has no line for, which would say so.
    fn required(&mut self, depth: usize, value: &Value) {
        let properties = value.get("properties").and_then(Value::as_object);
        let is_property = |name: &str| properties.is_some_and(|all| all.contains_key(name));
        let listed = value.get("required").and_then(Value::as_array).into_iter().flatten();
        let mut seen = BTreeSet::new();
        for item in listed {
            let is_said = item.as_str().is_some_and(|name| is_property(name) && seen.insert(name));
            if !is_said {
                self.push(depth, "required", json(item));
            }
        }
    }

    /// The nodes that a field holds.
    fn many(
        &mut self,
        depth: usize,
        kind: Kind,
        (key, at, value): (&str, &str, &Value),
        required: &BTreeSet<&str>,
    ) {
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            let label = if kind == Kind::Schema { format!("({key})") } else { String::new() };
            self.child(depth, &label, &format!("{at}/{index}"), item);
        }
        for (entry, item) in value.as_object().into_iter().flatten() {
            let mark = if required.contains(entry.as_str()) { "!" } else { "" };
            let label = match (kind, key) {
                (Kind::Schema, "properties") => format!("{}{mark}", name(entry)),
                (Kind::Schema, _) => format!("({key}) {}", name(entry)),
                (_, "responses" | "content") => name(entry),
                _ => format!("{key} {}", name(entry)),
            };
            self.child(depth, &label, &pointer::join(at, entry), item);
        }
    }

    /// A value that holds no nodes: one line for itself, and for each list item and object in it.
    fn plain(&mut self, depth: usize, label: &str, value: &Value) {
        match value {
            Value::Array(items) if !items.is_empty() => {
                items.iter().for_each(|item| self.plain(depth, label, item));
            }
            Value::Object(fields) if !fields.is_empty() => {
                let (words, nested): (Vec<_>, Vec<_>) = fields
                    .iter()
                    .filter(|(key, value)| *key != "description" || !value.is_string())
                    .partition(|(key, value)| is_short(value) || WHOLE.contains(&key.as_str()));
                let words = words.into_iter().map(|(key, value)| word(key, value));
                let words: Vec<_> = words.chain(description(value)).collect();
                self.push(depth, label, words.join(" "));
                for (key, value) in nested {
                    self.plain(depth + 1, &name(key), value);
                }
            }
            value => self.push(depth, label, json(value)),
        }
    }
}

/// A field in its node's line.
fn word(key: &str, value: &Value) -> String {
    let value = if DOCUMENTATION.contains(&key) { excerpt(value) } else { json(value) };
    format!("{}={value}", name(key))
}

fn description(value: &Value) -> Option<String> {
    value.get("description").filter(|text| text.is_string()).map(excerpt)
}

fn is_short(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => true,
    }
}

fn is_whole(kind: Kind, key: &str) -> bool {
    WHOLE.contains(&key) || kind == Kind::Example && key == "value"
}

/// The types of a schema, as JSON if they are none.
fn kind_of(schema: &Value) -> String {
    let known =
        |value: &Value| value.as_str().filter(|name| TYPES.contains(name)).map(str::to_owned);
    match schema.get("type") {
        None => "any".to_owned(),
        Some(Value::Array(all)) if all.len() > 1 && all.iter().all(|it| known(it).is_some()) => {
            all.iter().filter_map(known).collect::<Vec<_>>().join("|")
        }
        Some(value) => known(value).unwrap_or_else(|| format!("type={}", json(value))),
    }
}

/// The names that a schema requires.
fn required(kind: Kind, value: &Value) -> BTreeSet<&str> {
    let list = value.get("required").and_then(Value::as_array).filter(|_| kind == Kind::Schema);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether the label, the head or the lines of others say what a field says.
fn is_said_otherwise(kind: Kind, key: &str, value: &Value) -> bool {
    match (kind, key, value) {
        (_, "description", Value::String(_)) => true,
        (Kind::Schema, "$ref" | "format", Value::String(_)) => true,
        (Kind::Schema, "type", _) => true,
        (Kind::Schema, "required", Value::Array(items)) => !items.is_empty(),
        (Kind::Parameter, "name" | "in", Value::String(_)) => true,
        (Kind::Parameter | Kind::RequestBody, "required", Value::Bool(true)) => true,
        _ => false,
    }
}

/// Whether a field is a schema that stands in its holder's line.
fn inline_key(kind: Kind, key: &str, value: &Value) -> Option<()> {
    let is_inline = match kind {
        Kind::Schema => key == "items",
        Kind::Parameter | Kind::Header | Kind::MediaType => key == "schema",
        _ => false,
    };
    (is_inline && value.is_object()).then_some(())
}

fn inline_schema<'v>(kind: Kind, at: &str, value: &'v Value) -> Option<(String, &'v Value)> {
    let key = if kind == Kind::Schema { "items" } else { "schema" };
    let schema = value.get(key)?;
    inline_key(kind, key, schema)?;
    Some((pointer::join(at, key), schema))
}

/// The label of the one node that a field holds.
fn one(kind: Kind, key: &str) -> String {
    match (kind, key) {
        (Kind::Schema, _) => format!("({key})"),
        (_, "requestBody") => "body".to_owned(),
        _ => name(key),
    }
}

/// A label with the place and name of a parameter, and the mark of what is required.
fn marked(label: &str, kind: Kind, value: &Value) -> String {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let mut parts = vec![label.to_owned()];
    if kind == Kind::Parameter {
        parts.extend([text("in").map(name), text("name").map(name)].into_iter().flatten());
    }
    let is_required = value.get("required") == Some(&Value::Bool(true));
    let is_marked = is_required && matches!(kind, Kind::Parameter | Kind::RequestBody);
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() {
        parts.push("parameter".to_owned());
    }
    format!("{}{}", parts.join(" "), if is_marked { "!" } else { "" })
}
