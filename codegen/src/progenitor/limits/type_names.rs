//! typify names an inline schema after its title, or after the property or operation that holds it. It
//! keys types by name: a second schema of that name silently reuses the first type, and its values
//! decode wrongly. So the second schema loses its title, or becomes a component with a name of its own.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Prepared, components};
use crate::bounds::MAX_MERGE_DEPTH;
use crate::document::node::Node;
use crate::document::operations::operations;
use crate::document::{pointer, visit};
use crate::progenitor::names::{numbered, type_name};
use crate::progenitor::schema::{self, ALTERNATIVES, SCHEMAS, list};
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
    let (taken, renames) = (BTreeMap::new(), BTreeMap::new());
    let mut naming = Naming { depth: 0, taken, renames };
    naming.visit_document(&prepared.document);
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
struct Naming {
    depth: usize,
    /// Names, and what tells the types apart that have them.
    taken: BTreeMap<String, String>,
    /// Schemas whose names are taken, by their pointers.
    renames: BTreeMap<String, Rename>,
}

impl Naming {
    fn visit_document(&mut self, document: &Value) {
        for (name, _) in schema::components(document) {
            let name = type_name(name);
            self.taken.insert(name.clone(), format!("the component {name}"));
        }
        for (name, _) in schema::components(document) {
            if let Some(schema) = Node::at(document, &pointer::join(SCHEMAS, name)) {
                self.visit_children(&schema, &type_name(name));
            }
        }
        for operation in operations(document) {
            if let Some(node) = Node::at(document, &operation.pointer())
                && let Some(id) = node.text("operationId")
            {
                self.visit_operation(&node, id);
            }
        }
    }

    fn visit_operation(&mut self, operation: &Node, id: &str) {
        for parameter in operation.written("parameters").iter().flat_map(Node::items) {
            let name = parameter.text("name").unwrap_or_default();
            if let Some(schema) = parameter.written("schema") {
                self.visit_schema(&schema, &format!("{id}-{name}"), None);
            }
        }
        if let Some(body) = operation.written("requestBody") {
            self.visit_content(&body, &format!("{id}-body"), None);
        }
        for (status, response) in fields(operation, "responses") {
            let alternative = (!status.starts_with('2')).then(|| format!("{id}-Error"));
            self.visit_content(&response, &format!("{id}-response"), alternative.as_deref());
        }
    }

    fn visit_content(&mut self, holder: &Node, name: &str, alternative: Option<&str>) {
        for (_, media) in fields(holder, "content") {
            if let Some(schema) = media.written("schema") {
                self.visit_schema(&schema, name, alternative);
            }
        }
    }

    /// Names an inline schema: as typify would, or after `alternative` if that name is taken.
    fn visit_schema(&mut self, schema: &Node, suggested: &str, alternative: Option<&str>) {
        let suggested = type_name(suggested);
        if !makes_named_type(schema.value) {
            // The items of a list are named after the list.
            return self.visit_children(schema, &suggested);
        }
        let mut identity = String::new();
        add_identity(schema.value, &mut identity);
        let title = schema.text("title").map(type_name);
        let is_free = |name: &String| self.taken.get(name).is_none_or(|other| *other == identity);
        let renamed = self.renames.entry(schema.pointer.clone());
        let name = match title {
            Some(title) if is_free(&title) => title,
            Some(_) if is_free(&suggested) => {
                renamed.or_insert(Rename::DropTitle(suggested.clone()));
                suggested
            }
            None if is_free(&suggested) => suggested,
            _ => {
                let wanted = alternative.map_or(suggested, type_name);
                let name = numbered(&wanted).find(is_free).unwrap_or_default();
                renamed.or_insert(Rename::MoveToComponent(name.clone()));
                name
            }
        };
        self.taken.insert(name.clone(), identity);
        self.visit_children(schema, &name);
    }

    fn visit_children(&mut self, schema: &Node, name: &str) {
        for (property, schema) in fields(schema, "properties") {
            self.visit_schema(&schema, &format!("{name}-{property}"), None);
        }
        for (key, suffix) in [("items", "Item"), ("additionalProperties", "Value")] {
            if let Some(schema) = schema.written(key).filter(|schema| schema.value.is_object()) {
                self.visit_schema(&schema, &format!("{name}-{suffix}"), None);
            }
        }
        for part in merged_parts(schema) {
            self.depth += 1;
            if self.depth < MAX_MERGE_DEPTH {
                self.visit_children(&part, name);
            }
            self.depth -= 1;
        }
        for key in ALTERNATIVES {
            let alternatives = schema.written(key);
            for (index, schema) in alternatives.iter().flat_map(Node::items).enumerate() {
                self.visit_schema(&schema, &format!("{name}-Variant{index}"), None);
            }
        }
    }
}

/// The fields of an object in a field, by their names.
fn fields<'d>(node: &Node<'d>, key: &str) -> Vec<(&'d str, Node<'d>)> {
    let names = schema::entries(node.value, key).map(|(name, _)| name.as_str());
    let field = |name| Some((name, node.written(key)?.written(name)?));
    names.filter_map(field).collect()
}

/// The schemas in `allOf`: typify merges them, and names what is inside after the schema that holds them.
fn merged_parts<'d>(schema: &Node<'d>) -> Vec<Node<'d>> {
    let parts: Vec<_> = schema.written("allOf").iter().flat_map(Node::items).collect();
    // A single reference is another name of its target.
    let is_alias = parts.len() == 1 && schema.value.get("properties").is_none();
    let parts = parts.into_iter().filter(|_| !is_alias).map(Node::resolved);
    parts.filter(|part| visit::reference(part.value).is_none()).collect()
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

/// Adds a schema without what makes no difference to its type.
fn add_identity(schema: &Value, text: &mut String) {
    const NO_DIFFERENCE: [&str; 5] =
        ["description", "title", "example", "default", "x-required-for"];
    match schema {
        Value::Object(keywords) => {
            text.push('{');
            for (key, value) in keywords {
                // As an object, it is a property of that name.
                if !NO_DIFFERENCE.contains(&key.as_str()) || value.is_object() {
                    *text += &format!("{key:?}:");
                    add_identity(value, text);
                }
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            items.iter().for_each(|item| add_identity(item, text));
            text.push(']');
        }
        plain => *text += &format!("{plain},"),
    }
}
