//! Whether two pages say the same of an operation: what they say but for documentation, each reference followed on
//! its own page.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use serde_json::{Map, Value};

/// What people read, and names that say nothing of the wire.
const DOCUMENTATION: [&str; 9] = [
    "deprecated",
    "description",
    "example",
    "examples",
    "externalDocs",
    "operationId",
    "summary",
    "tags",
    "title",
];

/// The fields whose keys are names of the vendor's.
const NAMES: [&str; 8] = [
    "callbacks",
    "content",
    "encoding",
    "headers",
    "links",
    "patternProperties",
    "properties",
    "responses",
];

/// What a page says, as hashes.
pub(crate) struct Words<'d> {
    document: &'d Value,
    /// By reference; none of one that is being followed.
    known: BTreeMap<&'d str, Option<u64>>,
}

impl<'d> Words<'d> {
    pub(crate) fn of(document: &'d Value) -> Self {
        Self { document, known: BTreeMap::new() }
    }

    /// What is said of a value, or of values by their names.
    pub(crate) fn hash(&mut self, value: &'d Value, is_of_names: bool) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.add(value, is_of_names, &mut hasher);
        hasher.finish()
    }

    fn add(&mut self, value: &'d Value, is_names: bool, hasher: &mut DefaultHasher) {
        match value {
            Value::Object(fields) => self.object(fields, is_names).hash(hasher),
            Value::Array(items) => {
                items.len().hash(hasher);
                items.iter().for_each(|item| self.add(item, false, hasher));
            }
            plain => plain.to_string().hash(hasher),
        }
    }

    fn object(&mut self, fields: &'d Map<String, Value>, is_names: bool) -> Option<u64> {
        if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
            return self.reference(reference);
        }
        let mut hasher = DefaultHasher::new();
        let is_operation = fields.contains_key("responses");
        let fields: BTreeMap<_, _> = fields.iter().collect();
        for (key, value) in fields {
            // That of a link is a reference.
            let is_link = key == "operationId" && !is_operation;
            let is_said = is_link || !DOCUMENTATION.contains(&key.as_str());
            if is_names || is_said && !key.starts_with("x-") {
                key.hash(&mut hasher);
                self.add(value, !is_names && NAMES.contains(&key.as_str()), &mut hasher);
            }
        }
        Some(hasher.finish())
    }

    /// What a reference leads to says, as if it stood here; of one that leads to itself, only that it does.
    fn reference(&mut self, reference: &'d str) -> Option<u64> {
        if let Some(known) = self.known.get(reference) {
            return *known;
        }
        self.known.insert(reference, None);
        let target = super::target(self.document, reference).and_then(Value::as_object);
        let hash = target.and_then(|target| self.object(target, false));
        self.known.insert(reference, hash);
        hash
    }
}
