//! Components get other names, and everything that names them follows.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::document::pointer;
use crate::document::visit::{self, Kind};

/// Names that are taken, and what the next of a kind is called: `Pet`, `Pet_2`, `Pet_3`, …
#[derive(Debug, Default)]
pub struct Taken {
    names: BTreeSet<String>,
    counts: BTreeMap<String, usize>,
}

impl Taken {
    /// Names that are given already.
    pub fn of(names: impl IntoIterator<Item = String>) -> Self {
        Self { names: names.into_iter().collect(), counts: BTreeMap::new() }
    }

    /// Whether a name is given.
    pub fn has(&self, seen: &str) -> bool {
        self.names.contains(seen)
    }

    /// The name that is wanted, or the first of its kind that is free. Two names are one where
    /// they are `seen` as one.
    pub fn take(&mut self, wanted: &str, seen: impl Fn(&str) -> String) -> String {
        if self.names.insert(seen(wanted)) {
            return wanted.to_owned();
        }
        let count = self.counts.entry(seen(wanted)).or_insert(1);
        loop {
            *count += 1;
            let name = format!("{wanted}_{count}");
            if self.names.insert(seen(&name)) {
                return name;
            }
        }
    }
}

/// New names of components, by section and old name.
#[derive(Default)]
pub struct Renamed {
    new: BTreeMap<(String, String), String>,
    old: BTreeMap<(String, String), String>,
}

impl Renamed {
    /// Notes a new name.
    pub fn insert(&mut self, section: &str, old: &str, new: &str) {
        self.new.insert((section.to_owned(), old.to_owned()), new.to_owned());
        self.old.entry((section.to_owned(), new.to_owned())).or_insert_with(|| old.to_owned());
    }

    /// Whether no component gets another name.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty()
    }

    /// The new name of a component, if it has one.
    pub fn get(&self, section: &str, old: &str) -> Option<&str> {
        self.new.get(&(section.to_owned(), old.to_owned())).map(String::as_str)
    }

    /// Renames the components, and corrects whatever names them. A title that only repeats the old
    /// name says nothing, and goes. Of several that get one name, the first remains.
    pub fn apply(&self, document: &mut Value) {
        if self.is_empty() {
            return;
        }
        let sections = document.get_mut("components").and_then(Value::as_object_mut);
        for (section, components) in sections.into_iter().flatten() {
            let Value::Object(components) = components else { continue };
            for (old, mut component) in std::mem::take(components) {
                let new = self.get(section, &old);
                if let (Some(_), Value::Object(fields)) = (new, &mut component)
                    && fields.get("title").and_then(Value::as_str) == Some(&old)
                {
                    fields.shift_remove("title");
                }
                // Several may get one name if they say the same.
                components.entry(new.unwrap_or(&old)).or_insert(component);
            }
        }
        self.follow(document);
    }

    /// Corrects every `$ref`, discriminator and security requirement.
    pub fn follow(&self, document: &mut Value) {
        visit::each_mut(document, |kind, _, node| {
            if let Some(Value::String(reference)) = node.get_mut("$ref")
                && let Some(new) = self.new_reference(reference)
            {
                *reference = new;
            }
            match kind {
                Kind::Schema => self.follow_discriminator(node),
                Kind::Document | Kind::Operation => self.follow_security(node),
                _ => {}
            }
        });
    }

    /// A reference to a renamed component, or to something inside one.
    fn new_reference(&self, reference: &str) -> Option<String> {
        let (section, rest) = reference.strip_prefix("#/components/")?.split_once('/')?;
        // The exporter writes names into references as they are; others encode them.
        if let Some(new) = self.get(section, rest) {
            return Some(pointer::to_component(section, new));
        }
        let (name, inside) = match rest.split_once('/') {
            Some((name, inside)) => (name, format!("/{inside}")),
            None => (rest, String::new()),
        };
        let (_, decoded) = pointer::component_of(&format!("#/components/{section}/{name}"))?;
        let new = self.get(section, name).or_else(|| self.get(section, &decoded))?;
        Some(pointer::to_component(section, new) + &inside)
    }

    /// A discriminator maps values to references or to names; a value that it does not map is the
    /// name of a component, and must stay what it is on the wire.
    fn follow_discriminator(&self, schema: &mut Value) {
        let unmapped: Vec<_> = ["oneOf", "anyOf"]
            .iter()
            .filter_map(|key| schema.get(*key)?.as_array())
            .flatten()
            .filter_map(visit::reference)
            // What the schema was called that the reference names now.
            .filter_map(|new| Some((self.old.get(&pointer::component_of(new)?)?, new.to_owned())))
            .collect();
        let Some(Value::Object(discriminator)) = schema.get_mut("discriminator") else { return };
        let mapping = discriminator.entry("mapping").or_insert_with(|| json!({}));
        let Some(mapping) = mapping.as_object_mut() else { return };
        for target in mapping.values_mut() {
            let Some(old) = target.as_str() else { continue };
            let new = match self.get("schemas", old) {
                Some(new) => Some(pointer::to_component("schemas", new)),
                None => self.new_reference(old),
            };
            if let Some(new) = new {
                *target = Value::String(new);
            }
        }
        for (old, new) in unmapped {
            let new = Value::String(new);
            if !mapping.contains_key(old) && !mapping.values().any(|target| *target == new) {
                mapping.insert(old.clone(), new);
            }
        }
        if mapping.is_empty() {
            discriminator.shift_remove("mapping");
        }
    }

    fn follow_security(&self, node: &mut Value) {
        let Some(Value::Array(requirements)) = node.get_mut("security") else { return };
        for requirement in requirements.iter_mut().filter_map(Value::as_object_mut) {
            for (name, scopes) in std::mem::take(requirement) {
                let new = self.get("securitySchemes", &name).unwrap_or(&name).to_owned();
                requirement.insert(new, scopes);
            }
        }
    }
}

/// A name in the characters that components may have.
pub fn allowed(name: &str) -> String {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let name: String = name.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
    if name.is_empty() { "_".to_owned() } else { name }
}
