//! A schema with its `allOf` taken in, for whoever asks what a value must be like.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use crate::document::node::Node;

/// A schema with its `allOf` taken in: what must hold, whoever says it.
pub(crate) struct MergedSchema<'d> {
    pub(crate) node: Node<'d>,
    /// Every keyword that is no applicator, with each value that it has.
    pub(crate) keywords: BTreeMap<&'d str, Vec<&'d Value>>,
    /// The same keywords, each where it is written.
    #[cfg(feature = "commands")]
    pub(crate) written: BTreeMap<&'d str, Vec<Node<'d>>>,
    /// `items` and `additionalProperties`, where they are schemas that say something.
    pub(crate) applicators: BTreeMap<&'d str, Node<'d>>,
    pub(crate) properties: BTreeMap<&'d str, Node<'d>>,
    pub(crate) required: BTreeSet<&'d str>,
    /// `anyOf` and `oneOf`, each with its alternatives.
    pub(crate) unions: Vec<Node<'d>>,
    pub(crate) nots: Vec<&'d Value>,
}

impl<'d> MergedSchema<'d> {
    pub(crate) fn of(node: Node<'d>) -> Self {
        let mut merged = Self {
            node: node.clone(),
            keywords: BTreeMap::new(),
            #[cfg(feature = "commands")]
            written: BTreeMap::new(),
            applicators: BTreeMap::new(),
            properties: BTreeMap::new(),
            required: BTreeSet::new(),
            unions: Vec::new(),
            nots: Vec::new(),
        };
        merged.take(node, &mut HashSet::new());
        merged
    }

    fn take(&mut self, node: Node<'d>, seen: &mut HashSet<String>) {
        let node = node.resolved();
        if !seen.insert(node.pointer.clone()) {
            return;
        }
        for (key, field) in node.fields() {
            match key {
                "allOf" => field.items().for_each(|part| self.take(part, seen)),
                "anyOf" | "oneOf" => self.unions.push(field),
                "not" => self.nots.push(field.value),
                "properties" => self.properties.extend(field.fields()),
                "required" => {
                    self.required.extend(field.items().filter_map(|name| name.value.as_str()));
                    #[cfg(feature = "commands")]
                    self.written.entry(key).or_default().push(field);
                }
                "items" | "additionalProperties" if says_something(field.value) => {
                    self.applicators.entry(key).or_insert(field);
                }
                key => {
                    let values = self.keywords.entry(key).or_default();
                    if !values.contains(&field.value) {
                        values.push(field.value);
                    }
                    #[cfg(feature = "commands")]
                    self.written.entry(key).or_default().push(field);
                }
            }
        }
    }

    /// The first value that a keyword has.
    pub(crate) fn first(&self, key: &str) -> Option<&'d Value> {
        self.keywords.get(key)?.first().copied()
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'d str> {
        self.first(key)?.as_str()
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.is_anywhere(key, true)
    }

    fn is_anywhere(&self, key: &str, flag: bool) -> bool {
        let mut values = self.keywords.get(key).into_iter().flatten();
        values.any(|value| value.as_bool() == Some(flag))
    }

    /// A list as a set: its order means nothing.
    pub(crate) fn list(&self, key: &str) -> Option<Vec<Value>> {
        self.first(key)?.as_array().cloned()
    }

    /// A constraint that is set. `false` constrains nothing.
    pub(crate) fn bound(&self, key: &str) -> Option<Value> {
        match self.keywords.get(key)?.as_slice() {
            [one] => Some((*one).clone()).filter(|value| value != &Value::Bool(false)),
            several => Some(several.iter().map(|value| (*value).clone()).collect()),
        }
    }

    /// No properties but those that are listed.
    pub(crate) fn is_closed(&self) -> bool {
        ["additionalProperties", "unevaluatedProperties"]
            .iter()
            .any(|key| self.is_anywhere(key, false))
    }

    /// A schema below this one.
    pub(crate) fn applicator(&self, key: &str) -> Option<Node<'d>> {
        self.applicators.get(key).cloned()
    }

    /// The properties that are not marked as `readOnly`, or `writeOnly`.
    pub(crate) fn without(&self, hidden: &str) -> BTreeMap<&'d str, Node<'d>> {
        let all = self.properties.iter();
        let seen = all.filter(|(_, node)| !(*node).clone().resolved().flag(hidden));
        seen.map(|(key, node)| (*key, node.clone())).collect()
    }

    /// Nothing but a type: any value of it.
    pub(crate) fn is_plain(&self, kind: &str) -> bool {
        const LIMITS: [&str; 5] = ["enum", "format", "pattern", "minLength", "maxLength"];
        let limits = LIMITS.iter().any(|key| self.keywords.contains_key(key));
        self.text("type") == Some(kind) && !limits && self.unions.is_empty()
    }

    pub(crate) fn is_enum_of_strings(&self) -> bool {
        self.text("type") == Some("string") && self.keywords.contains_key("enum")
    }

    /// What tells this schema apart from its siblings in a union: the one value of a property.
    pub(crate) fn tag(&self) -> Option<String> {
        self.properties.iter().find_map(|(name, node)| {
            let node = node.clone().resolved();
            match node.value.get("enum")?.as_array()?.as_slice() {
                [Value::String(value)] if self.required.contains(name) => {
                    Some(format!("{name}={value}"))
                }
                _ => None,
            }
        })
    }

    pub(crate) fn kind(&self) -> Option<&'d str> {
        self.text("type")
    }

    pub(crate) fn discriminator(&self) -> Option<&'d Value> {
        self.first("discriminator")
    }
}

fn says_something(schema: &Value) -> bool {
    schema.as_object().is_some_and(|fields| !fields.is_empty())
}

/// An array of objects is described by the fields of one.
pub(crate) fn object_of(schema: Node<'_>) -> MergedSchema<'_> {
    let merged = MergedSchema::of(schema);
    match merged.applicator("items") {
        Some(items) if merged.properties.is_empty() => MergedSchema::of(items),
        _ => merged,
    }
}
