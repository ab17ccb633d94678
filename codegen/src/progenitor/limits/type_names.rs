//! typify names an inline schema after its title, or after the property or operation that holds it. It
//! keys types by name: a second schema of that name silently reuses the first type, and its values
//! decode wrongly. So the second schema loses its title, or becomes a component with a name of its own.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Prepared, components};
use crate::bounds::MAX_MERGE_DEPTH;
use crate::document::operations::operations;
use crate::document::{pointer, visit};
use crate::progenitor::names::{numbered, type_name};
use crate::progenitor::schema::{self, ALTERNATIVES, SCHEMAS, list, text};
use crate::report::Rule;

pub(in crate::progenitor) const TYPE_NAME: Rule = Rule::translated(
    "type-name",
    "schemas that would become types of one name",
    "types of their own",
);

/// What gives a schema a name of its own.
enum Rename {
    /// Without its title it gets this name.
    DropTitle(String),
    /// It becomes a component, of this name if that is free.
    MoveToComponent(String),
}

/// Renames schemas that typify would give the name of another type.
pub(super) fn prepare(prepared: &mut Prepared) {
    let document = prepared.document.clone();
    let (taken, renames) = (BTreeMap::new(), BTreeMap::new());
    let mut naming = Naming { document: &document, depth: 0, taken, renames };
    naming.visit_document();
    let mut renames: Vec<_> = naming.renames.into_iter().collect();
    // The innermost first: a schema that moves takes along those inside, whose pointers change.
    renames.sort_by_key(|(at, _)| std::cmp::Reverse(at.matches('/').count()));
    let mut moved = BTreeMap::new();
    for (at, rename) in renames {
        let note = match rename {
            Rename::DropTitle(name) => drop_title(prepared, &at, &name),
            Rename::MoveToComponent(wanted) => move_to_component(prepared, &at, wanted, &mut moved),
        };
        if let Some(note) = note {
            prepared.log.add(&TYPE_NAME, &at, note);
        }
    }
}

fn drop_title(prepared: &mut Prepared, at: &str, name: &str) -> Option<String> {
    if let Some(keywords) = prepared.document.pointer_mut(at)?.as_object_mut() {
        keywords.shift_remove("title");
    }
    Some(format!("named `{name}`, not after its title, which another type has"))
}

/// Equal schemas, which [`Naming`] gives one name, become one component.
fn move_to_component(
    prepared: &mut Prepared,
    at: &str,
    wanted: String,
    moved: &mut BTreeMap<String, String>,
) -> Option<String> {
    let schema = prepared.document.pointer_mut(at)?.take();
    let name = moved.get(&wanted).cloned();
    let name = name.unwrap_or_else(|| components::free(prepared, &wanted));
    *prepared.document.pointer_mut(at)? = schema::reference_to(&name);
    if moved.insert(wanted, name.clone()).is_none() {
        components::add(prepared, &name, schema);
    }
    Some(format!("named `{name}`: another type has the name that it would have"))
}

/// Walks through a document as typify does, and names its schemas.
struct Naming<'d> {
    document: &'d Value,
    depth: usize,
    /// Names, and what tells the types apart that have them.
    taken: BTreeMap<String, String>,
    /// Schemas whose names are taken, by their pointers.
    renames: BTreeMap<String, Rename>,
}

impl<'d> Naming<'d> {
    fn visit_document(&mut self) {
        let document = self.document;
        for (name, _) in schema::components(document) {
            let name = type_name(name);
            self.taken.insert(name.clone(), format!("the component {name}"));
        }
        for (name, schema) in schema::components(document) {
            self.visit_children(&pointer::join(SCHEMAS, name), schema, &type_name(name));
        }
        for operation in operations(document) {
            let at = operation.pointer();
            if let (Some(id), Some(operation)) = (operation.id(document), document.pointer(&at)) {
                self.visit_operation(&at, id, operation);
            }
        }
    }

    fn visit_operation(&mut self, at: &str, id: &str, operation: &Value) {
        for (index, parameter) in list(operation, "parameters").iter().enumerate() {
            let name = text(parameter, "name").unwrap_or_default();
            if let Some(schema) = parameter.get("schema") {
                let at = format!("{at}/parameters/{index}/schema");
                self.visit_schema(&at, schema, &format!("{id}-{name}"), None);
            }
        }
        if let Some(body) = operation.get("requestBody") {
            self.visit_content(&format!("{at}/requestBody"), body, &format!("{id}-body"), None);
        }
        for (status, response) in schema::entries(operation, "responses") {
            let is_error = !status.starts_with('2');
            let alternative = is_error.then(|| format!("{id}-Error"));
            let at = pointer::join(&format!("{at}/responses"), status);
            self.visit_content(&at, response, &format!("{id}-response"), alternative.as_deref());
        }
    }

    fn visit_content(&mut self, at: &str, holder: &Value, name: &str, alternative: Option<&str>) {
        for (media_type, media) in schema::entries(holder, "content") {
            if let Some(schema) = media.get("schema") {
                let at = pointer::join(&format!("{at}/content"), media_type);
                self.visit_schema(&format!("{at}/schema"), schema, name, alternative);
            }
        }
    }

    /// Names an inline schema: as typify would, or after `alternative` if that name is taken.
    fn visit_schema(
        &mut self,
        at: &str,
        schema: &Value,
        suggested: &str,
        alternative: Option<&str>,
    ) {
        let suggested = type_name(suggested);
        if !makes_named_type(schema) {
            // The items of a list are named after the list.
            return self.visit_children(at, schema, &suggested);
        }
        let identity = type_identity(schema).to_string();
        let title = text(schema, "title").map(type_name);
        let is_free = |name: &String| self.taken.get(name).is_none_or(|other| *other == identity);
        let name = match title {
            Some(title) if is_free(&title) => title,
            Some(_) if is_free(&suggested) => {
                self.renames.entry(at.to_owned()).or_insert(Rename::DropTitle(suggested.clone()));
                suggested
            }
            None if is_free(&suggested) => suggested,
            _ => {
                let wanted = alternative.map_or(suggested, type_name);
                let name = numbered(&wanted).find(is_free).unwrap_or_default();
                self.renames.entry(at.to_owned()).or_insert(Rename::MoveToComponent(name.clone()));
                name
            }
        };
        self.taken.insert(name.clone(), identity);
        self.visit_children(at, schema, &name);
    }

    /// The schemas in `allOf` with their pointers: typify merges them, and names what is inside after
    /// the schema that holds them.
    fn merged_parts(&self, at: &str, keywords: &Map<String, Value>) -> Vec<(String, &'d Value)> {
        let count = keywords.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
        // A single reference is another name of its target.
        let is_alias = count == 1 && !keywords.contains_key("properties");
        let parts = (0..count).filter(|_| !is_alias).filter_map(|index| {
            let mut at = format!("{at}/allOf/{index}");
            let mut part = self.document.pointer(&at)?;
            for _ in 0..MAX_MERGE_DEPTH {
                let Some(target) = visit::reference(part).and_then(pointer::of_reference) else {
                    break;
                };
                (part, at) = (self.document.pointer(&target)?, target);
            }
            Some((at, part))
        });
        parts.collect()
    }

    fn visit_children(&mut self, at: &str, schema: &Value, name: &str) {
        let Some(keywords) = schema.as_object() else { return };
        for (property, schema) in schema::entries(schema, "properties") {
            let at = pointer::join(&format!("{at}/properties"), property);
            self.visit_schema(&at, schema, &format!("{name}-{property}"), None);
        }
        for (key, suffix) in [("items", "Item"), ("additionalProperties", "Value")] {
            if let Some(schema) = keywords.get(key).filter(|schema| schema.is_object()) {
                let name = format!("{name}-{suffix}");
                self.visit_schema(&format!("{at}/{key}"), schema, &name, None);
            }
        }
        for (at, part) in self.merged_parts(at, keywords) {
            self.depth += 1;
            if self.depth < MAX_MERGE_DEPTH {
                self.visit_children(&at, part, name);
            }
            self.depth -= 1;
        }
        for key in ALTERNATIVES {
            for (index, alternative) in list(schema, key).iter().enumerate() {
                let name = format!("{name}-Variant{index}");
                self.visit_schema(&format!("{at}/{key}/{index}"), alternative, &name, None);
            }
        }
    }
}

/// Whether typify makes a type with a name of a schema.
fn makes_named_type(schema: &Value) -> bool {
    let has = |key: &str| schema.get(key).is_some();
    has("properties")
        || has("enum")
        || ["pattern", "minLength", "maxLength"].into_iter().any(has)
        || ["oneOf", "anyOf", "allOf"].into_iter().any(|key| list(schema, key).len() > 1)
        || schema.get("additionalProperties") == Some(&Value::Bool(false))
}

/// A schema without what makes no difference to its type.
fn type_identity(schema: &Value) -> Value {
    match schema {
        Value::Object(keywords) => {
            const NO_DIFFERENCE: [&str; 4] = ["description", "title", "example", "default"];
            let keywords = keywords
                .iter()
                // As an object, it is a property of that name.
                .filter(|(key, value)| !NO_DIFFERENCE.contains(&key.as_str()) || value.is_object());
            keywords.map(|(key, value)| (key.clone(), type_identity(value))).collect()
        }
        Value::Array(items) => items.iter().map(type_identity).collect(),
        plain => plain.clone(),
    }
}
