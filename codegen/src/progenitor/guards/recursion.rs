//! Progenitor merges the parts of `allOf`, and whatever stands beside `anyOf` and `oneOf`, into one
//! type without a name. Where that type holds itself the merging never ends: the stack overflows,
//! which nothing can catch. So it is found here first.
//!
//! A type in the making is the set of schemas that are merged into it. It is followed into its
//! properties and items; a set that comes up again inside itself would come up forever. This is
//! stricter than progenitor where parts contradict each other, which ends a merge at times.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::error::{Error, Problem, Result, Stage};

/// Finds schemas that cannot be merged in finite time.
pub fn check(document: &Value) -> Result<()> {
    let mut search = Search { document, path: Vec::new(), done: BTreeSet::new() };
    let mut starts = Vec::new();
    visit::each(document, |kind, at, _| {
        if kind == Kind::Schema && search.alias(at).is_none() {
            starts.push(at.to_owned());
        }
    });
    starts.into_iter().try_for_each(|start| {
        let made = search.make(Parts::from([start.clone()]));
        made.map_err(|problem| Error::new(Stage::Generate, problem).at(start))
    })
}

/// Pointers of the schemas that are merged into one type.
type Parts = BTreeSet<String>;

struct Search<'d> {
    document: &'d Value,
    path: Vec<Parts>,
    done: BTreeSet<Parts>,
}

impl<'d> Search<'d> {
    fn fields(&self, at: &str) -> Option<&'d Map<String, Value>> {
        self.document.pointer(at)?.as_object()
    }

    /// Follows the making of a type.
    fn make(&mut self, parts: Parts) -> Result<(), Problem> {
        if self.path.contains(&parts) {
            let chain: Vec<_> = self.path.iter().chain([&parts]).map(names).collect();
            let reason = format!("merging schemas never ends here: {}", chain.join(" -> "));
            return Err(Problem::Unsupported { reason });
        }
        if self.done.contains(&parts) {
            return Ok(());
        }
        self.path.push(parts.clone());
        for child in self.inside(&parts)? {
            if !is_named(&child) {
                self.make(child)?;
            }
        }
        self.path.pop();
        self.done.insert(parts);
        Ok(())
    }

    /// The types inside a type.
    fn inside(&self, parts: &Parts) -> Result<Vec<Parts>, Problem> {
        if let [only] = Vec::from_iter(parts).as_slice()
            && let Some(alternatives) = self.plain_choice(only)
        {
            return Ok(alternatives);
        }
        let mut merged = vec![Parts::new()];
        for part in parts {
            merged = each_with_each(&merged, &self.expand(part, &mut Vec::new())?);
        }
        Ok(merged.iter().flat_map(|parts| self.children(parts)).collect())
    }

    /// The alternatives of a schema that has nothing to merge them with: each is a type.
    fn plain_choice(&self, at: &str) -> Option<Vec<Parts>> {
        let fields = self.fields(at)?;
        let is_choice = says_nothing(fields) && !fields.contains_key("allOf");
        let all = ["oneOf", "anyOf"].iter().flat_map(|key| members(at, fields, key));
        let all: Vec<_> = all.map(|part| self.named(part)).collect();
        // One that contradicts the type is left out, and then the rest may be merged after all.
        let fits = all.iter().all(|part| self.agrees(fields, part));
        let all = all.into_iter().map(|part| Parts::from([part]));
        (is_choice && fits && all.len() > 0).then(|| all.collect())
    }

    fn agrees(&self, fields: &Map<String, Value>, part: &str) -> bool {
        let part = self.fields(part).and_then(|part| part.get("type"));
        part.is_none() || fields.get("type").is_none_or(|name| part == Some(name))
    }

    /// A schema and all that it applies to the same value, for every choice that it leaves.
    fn expand(&self, at: &str, chain: &mut Vec<String>) -> Result<Vec<Parts>, Problem> {
        let Some(fields) = self.fields(at) else { return Ok(vec![Parts::new()]) };
        let seen = chain.iter().any(|link| link == at);
        chain.push(at.to_owned());
        if seen {
            let chain = chain.iter().map(|at| format!("#{at}")).collect();
            return Err(Problem::RefCycle { chain });
        }
        let mut merged = match referred(fields) {
            Some(target) => self.expand(&target, chain)?,
            None => vec![Parts::from([at.to_owned()])],
        };
        for part in members(at, fields, "allOf") {
            merged = each_with_each(&merged, &self.expand(&part, chain)?);
        }
        for key in ["oneOf", "anyOf"] {
            let mut choices = Vec::new();
            for part in members(at, fields, key) {
                choices.extend(self.expand(&part, chain)?);
            }
            if !choices.is_empty() {
                merged = each_with_each(&merged, &choices);
            }
        }
        chain.pop();
        Ok(merged)
    }

    /// The types of a merged schema's properties and items. What one part says of additional
    /// properties holds for those that another part names.
    fn children(&self, parts: &Parts) -> Vec<Parts> {
        let all = parts.iter().filter_map(|at| Some((at, self.fields(at)?)));
        let all: Vec<_> = all.collect();
        let names = all.iter().filter_map(|(_, fields)| fields.get("properties")?.as_object());
        let names: BTreeSet<_> = names.flat_map(Map::keys).collect();
        let below = |at: &str, fields: &Map<String, Value>, key: &str| {
            let is_schema = fields.get(key).is_some_and(Value::is_object);
            is_schema.then(|| self.named(format!("{at}/{key}")))
        };
        let property = |at: &str, fields: &Map<String, Value>, name: &str| {
            if fields.get("properties").is_some_and(|properties| properties.get(name).is_some()) {
                return Some(self.named(pointer::join(&format!("{at}/properties"), name)));
            }
            below(at, fields, "additionalProperties")
        };
        let mut children: Vec<Parts> = Vec::new();
        for name in names {
            let parts = all.iter().filter_map(|(at, fields)| property(at, fields, name));
            children.push(parts.collect());
        }
        for key in ["items", "additionalProperties"] {
            children.push(all.iter().filter_map(|(at, fields)| below(at, fields, key)).collect());
        }
        children.retain(|parts| !parts.is_empty());
        children
    }

    /// The component that a schema is but another word for, or the schema.
    fn named(&self, at: String) -> String {
        self.alias(&at).unwrap_or(at)
    }

    fn alias(&self, at: &str) -> Option<String> {
        let fields = self.fields(at)?;
        if let Some(target) = referred(fields) {
            return Some(target);
        }
        if !says_nothing(fields) || CHOICES.iter().any(|key| fields.contains_key(*key)) {
            return None;
        }
        let parts = members(at, fields, "allOf");
        let tells = |part: &&String| {
            self.fields(part).is_some_and(|part| !says_nothing(part) || is_composed(part))
        };
        let mut telling = parts.iter().filter(tells);
        let (Some(only), None) = (telling.next(), telling.next()) else { return None };
        let target = self.alias(only)?;
        let is_plain = parts.len() == 1 || !self.fields(&target).is_some_and(is_composed);
        is_plain.then_some(target)
    }
}

const CHOICES: [&str; 3] = ["oneOf", "anyOf", "not"];

/// Keywords that say nothing which merging would have to combine.
const SILENT: [&str; 17] = [
    "$ref",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "type",
    "title",
    "description",
    "default",
    "example",
    "nullable",
    "deprecated",
    "readOnly",
    "writeOnly",
    "discriminator",
    "externalDocs",
    "xml",
];

fn says_nothing(fields: &Map<String, Value>) -> bool {
    fields.keys().all(|key| key.starts_with("x-") || SILENT.contains(&key.as_str()))
}

fn is_composed(fields: &Map<String, Value>) -> bool {
    ["$ref", "allOf"].iter().any(|key| fields.contains_key(*key))
        || CHOICES.iter().any(|key| fields.contains_key(*key))
}

/// A single component has a name, and is made on its own.
fn is_named(parts: &Parts) -> bool {
    let mut all = parts.iter();
    let single = all.next().filter(|_| all.next().is_none());
    single.is_some_and(|at| pointer::component_of(&format!("#{at}")).is_some())
}

fn referred(fields: &Map<String, Value>) -> Option<String> {
    pointer::of_reference(fields.get("$ref")?.as_str()?)
}

/// Pointers of the schemas in a list.
fn members(at: &str, fields: &Map<String, Value>, key: &str) -> Vec<String> {
    let count = fields.get(key).and_then(Value::as_array).map_or(0, Vec::len);
    (0..count).map(|index| format!("{at}/{key}/{index}")).collect()
}

/// More alternatives than this are not told apart: whoever writes them has other troubles.
const MOST_ALTERNATIVES: usize = 256;

fn each_with_each(some: &[Parts], others: &[Parts]) -> Vec<Parts> {
    let pairs = some.iter().flat_map(|one| others.iter().map(move |other| one | other));
    pairs.take(MOST_ALTERNATIVES).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Parts as a person reads them.
fn names(parts: &Parts) -> String {
    let names = parts.iter().map(|at| at.trim_start_matches("/components/schemas/"));
    names.collect::<Vec<_>>().join(" & ")
}
