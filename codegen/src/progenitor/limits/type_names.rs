//! typify names a type without a name after its title, or after what it is in. A name that it has
//! seen before is the type of before, whatever the schemas are: answers would be read as something
//! else. So the second schema of a name loses its title, or becomes a component.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{DEEPEST, Prepared, components};
use crate::document::operations::operations;
use crate::document::pointer;
use crate::document::visit;
use crate::progenitor::names::type_name;

/// What is done to a schema.
enum Done {
    Untitled(String),
    Component(String),
}

/// Tells types apart that typify would take for one.
pub(super) fn prepare(prepared: &mut Prepared) {
    let document = prepared.document.clone();
    let mut naming =
        Naming { document: &document, depth: 0, taken: BTreeMap::new(), done: Vec::new() };
    naming.document();
    // What moves takes along what is in it, so that must have moved before.
    naming.done.sort_by(|(one, _), (other, _)| one.cmp(other));
    naming.done.dedup_by(|(one, _), (other, _)| one == other);
    naming.done.sort_by_key(|(at, _)| std::cmp::Reverse(at.matches('/').count()));
    let mut made = BTreeMap::new();
    for (at, done) in naming.done {
        let Some(place) = prepared.document.pointer_mut(&at) else { continue };
        match done {
            Done::Untitled(name) => {
                if let Some(fields) = place.as_object_mut() {
                    fields.shift_remove("title");
                }
                let note = format!("named `{name}`, not after its title, which another type has");
                prepared.log("type-name", &at, note);
            }
            Done::Component(wanted) => {
                let schema = place.take();
                // One name is given to schemas that are alike.
                let name = made.get(&wanted).cloned();
                let name = name.unwrap_or_else(|| components::free(prepared, &wanted));
                if let Some(place) = prepared.document.pointer_mut(&at) {
                    *place = json!({ "$ref": pointer::to_component("schemas", &name) });
                }
                if made.insert(wanted, name.clone()).is_none() {
                    components::add(prepared, &name, schema);
                }
                let note = format!("named `{name}`: another type has the name that it would have");
                prepared.log("type-name", &at, note);
            }
        }
    }
}

struct Naming<'d> {
    document: &'d Value,
    depth: usize,
    /// Names, and what has them.
    taken: BTreeMap<String, String>,
    done: Vec<(String, Done)>,
}

impl<'d> Naming<'d> {
    fn document(&mut self) {
        let document = self.document;
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        let schemas: Vec<_> = schemas.into_iter().flatten().collect();
        for (name, _) in &schemas {
            let name = type_name(name);
            self.taken.insert(name.clone(), format!("the component {name}"));
        }
        for (name, schema) in schemas {
            let at = pointer::join("/components/schemas", name);
            self.children(&at, schema, &type_name(name));
        }
        for operation in operations(document) {
            let at = operation.pointer();
            if let (Some(id), Some(fields)) =
                (operation.id(document), document.pointer(&at).and_then(Value::as_object))
            {
                self.operation(&at, id, fields);
            }
        }
    }

    fn operation(&mut self, at: &str, id: &str, fields: &Map<String, Value>) {
        let parameters = fields.get("parameters").and_then(Value::as_array);
        for (index, parameter) in parameters.into_iter().flatten().enumerate() {
            let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
            if let Some(schema) = parameter.get("schema") {
                let at = format!("{at}/parameters/{index}/schema");
                self.schema(&at, schema, &format!("{id}-{name}"), None);
            }
        }
        let body = fields.get("requestBody");
        self.content(&format!("{at}/requestBody"), body, &format!("{id}-body"), None);
        let responses = fields.get("responses").and_then(Value::as_object);
        for (status, response) in responses.into_iter().flatten() {
            let is_error = !status.starts_with('2');
            let other = is_error.then(|| format!("{id}-Error"));
            let at = pointer::join(&format!("{at}/responses"), status);
            self.content(&at, Some(response), &format!("{id}-response"), other.as_deref());
        }
    }

    fn content(&mut self, at: &str, holder: Option<&Value>, name: &str, other: Option<&str>) {
        let content = holder.and_then(|holder| holder.get("content")).and_then(Value::as_object);
        for (media_type, media) in content.into_iter().flatten() {
            if let Some(schema) = media.get("schema") {
                let at = pointer::join(&format!("{at}/content"), media_type);
                self.schema(&format!("{at}/schema"), schema, name, other);
            }
        }
    }

    /// Names a schema that is no component: as typify would, or as something else.
    fn schema(&mut self, at: &str, schema: &Value, suggested: &str, other: Option<&str>) {
        let suggested = type_name(suggested);
        if !makes_type(schema) {
            // A list hands its name on.
            return self.children(at, schema, &suggested);
        }
        let look = look(schema).to_string();
        let title = schema.get("title").and_then(Value::as_str).map(type_name);
        let is_free = |name: &String| self.taken.get(name).is_none_or(|other| *other == look);
        let name = match title {
            Some(title) if is_free(&title) => title,
            Some(_) if is_free(&suggested) => {
                self.done.push((at.to_owned(), Done::Untitled(suggested.clone())));
                suggested
            }
            None if is_free(&suggested) => suggested,
            _ => {
                let wanted = other.map_or(suggested, type_name);
                let numbered = (2..).map(|number| format!("{wanted}{number}"));
                let mut names = std::iter::once(wanted.clone()).chain(numbered);
                let name = names.find(is_free).unwrap_or_default();
                self.done.push((at.to_owned(), Done::Component(name.clone())));
                name
            }
        };
        self.taken.insert(name.clone(), look);
        self.children(at, schema, &name);
    }

    /// What is merged into a schema, where it stands: it is named after that schema.
    fn parts(&self, at: &str, fields: &Map<String, Value>) -> Vec<(String, &'d Value)> {
        let count = fields.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
        // A single reference is the type that it leads to.
        let is_alias = count == 1 && !fields.contains_key("properties");
        let found = (0..count).filter(|_| !is_alias).filter_map(|index| {
            let mut at = format!("{at}/allOf/{index}");
            let mut part = self.document.pointer(&at)?;
            for _ in 0..DEEPEST {
                let Some(target) = visit::reference(part).and_then(pointer::of_reference) else {
                    break;
                };
                (part, at) = (self.document.pointer(&target)?, target);
            }
            Some((at, part))
        });
        found.collect()
    }

    fn children(&mut self, at: &str, schema: &Value, name: &str) {
        let Some(fields) = schema.as_object() else { return };
        for (property, schema) in
            fields.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            let at = pointer::join(&format!("{at}/properties"), property);
            self.schema(&at, schema, &format!("{name}-{property}"), None);
        }
        for (key, word) in [("items", "Item"), ("additionalProperties", "Value")] {
            if let Some(schema) = fields.get(key).filter(|schema| schema.is_object()) {
                self.schema(&format!("{at}/{key}"), schema, &format!("{name}-{word}"), None);
            }
        }
        for (at, part) in self.parts(at, fields) {
            self.depth += 1;
            if self.depth < DEEPEST {
                self.children(&at, part, name);
            }
            self.depth -= 1;
        }
        for (key, word) in [("oneOf", "Variant"), ("anyOf", "Variant")] {
            let parts = fields.get(key).and_then(Value::as_array);
            for (index, part) in parts.into_iter().flatten().enumerate() {
                self.schema(
                    &format!("{at}/{key}/{index}"),
                    part,
                    &format!("{name}-{word}{index}"),
                    None,
                );
            }
        }
    }
}

/// Whether typify makes a type with a name of a schema.
fn makes_type(schema: &Value) -> bool {
    let has = |key: &str| schema.get(key).is_some();
    let parts = |key: &str| schema.get(key).and_then(Value::as_array).map_or(0, Vec::len);
    has("properties")
        || has("enum")
        || ["pattern", "minLength", "maxLength"].into_iter().any(has)
        || ["oneOf", "anyOf", "allOf"].into_iter().any(|key| parts(key) > 1)
        || schema.get("additionalProperties") == Some(&Value::Bool(false))
}

/// A schema without what makes no difference to its type.
fn look(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let says = |key: &str| !["description", "title", "example", "default"].contains(&key);
            let fields = fields.iter().filter(|(key, value)| says(key) || value.is_object());
            fields.map(|(key, value)| (key.clone(), look(value))).collect()
        }
        Value::Array(items) => items.iter().map(look).collect(),
        plain => plain.clone(),
    }
}
