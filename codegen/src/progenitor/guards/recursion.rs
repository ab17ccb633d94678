//! Schemas whose merging never ends. progenitor merges the parts of `allOf`, and keywords beside `anyOf`
//! and `oneOf`, into one inline type. If that type contains itself, the stack overflows, which cannot be
//! caught, so it is refused before.
//!
//! A type is known by the set of schemas that are merged into it. The search follows it into its
//! properties and items; a set inside of itself would recur for ever. This refuses more than necessary:
//! progenitor stops where parts contradict each other.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::bounds::MAX_COMBINATIONS;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::error::{Error, Problem, Result, Stage};
use crate::progenitor::schema::{ALTERNATIVES, is_assertion};

/// Refuses schemas that cannot be merged in finite time.
///
/// # Errors
/// The first of them.
pub fn check(document: &Value) -> Result<()> {
    let mut search = Search { document, path: Vec::new(), finished: BTreeSet::new() };
    let mut starts = Vec::new();
    visit::each(document, |kind, at, node| {
        // What merges nothing leads to parts of its own alone, each of which is further in, and ends.
        let keywords = node.as_object().filter(|it| kind == Kind::Schema && is_composed(it));
        if keywords.is_some_and(|keywords| search.alias_of(at, keywords).is_none()) {
            starts.push(at.to_owned());
        }
    });
    starts.into_iter().try_for_each(|start| {
        let result = search.visit(Parts::from([start.clone()]));
        result.map_err(|problem| Error::new(Stage::Generate, problem).at(start))
    })
}

/// Pointers of the schemas that are merged into one type.
type Parts = BTreeSet<String>;

struct Search<'d> {
    document: &'d Value,
    /// The types around the one that is being visited.
    path: Vec<Parts>,
    /// The types whose merging ends.
    finished: BTreeSet<Parts>,
}

impl<'d> Search<'d> {
    fn keywords(&self, at: &str) -> Option<&'d Map<String, Value>> {
        pointer::at(self.document, at)?.as_object()
    }

    /// Visits a type and the inline types in it.
    fn visit(&mut self, parts: Parts) -> Result<(), Problem> {
        if self.path.contains(&parts) {
            let chain: Vec<_> = self.path.iter().chain([&parts]).map(names).collect();
            let reason = format!("merging schemas never ends here: {}", chain.join(" -> "));
            return Err(Problem::Unsupported { reason });
        }
        if self.finished.contains(&parts) {
            return Ok(());
        }
        self.path.push(parts.clone());
        for child in self.inside(&parts)? {
            if !is_named(&child) {
                self.visit(child)?;
            }
        }
        self.path.pop();
        self.finished.insert(parts);
        Ok(())
    }

    /// The types inside a type.
    fn inside(&self, parts: &Parts) -> Result<Vec<Parts>, Problem> {
        if let [only] = Vec::from_iter(parts).as_slice()
            && let Some(alternatives) = self.separate_alternatives(only)
        {
            return Ok(alternatives);
        }
        let mut merged = vec![Parts::new()];
        for part in parts {
            merged = combinations(&merged, &self.expand(part, &mut Vec::new())?);
        }
        Ok(merged.iter().flat_map(|parts| self.children(parts)).collect())
    }

    /// The alternatives of a schema without other keywords: each is a type of its own.
    fn separate_alternatives(&self, at: &str) -> Option<Vec<Parts>> {
        let keywords = self.keywords(at)?;
        if is_merged(keywords) || keywords.contains_key("allOf") {
            return None;
        }
        let alternatives = ALTERNATIVES.iter().flat_map(|key| members(at, keywords, key));
        let alternatives: Vec<_> = alternatives.map(|at| self.without_aliases(at)).collect();
        // typify leaves out an alternative of another type, and may merge the rest.
        let are_possible = alternatives.iter().all(|at| self.may_have_type_of(keywords, at));
        (!alternatives.is_empty() && are_possible)
            .then(|| alternatives.into_iter().map(|at| Parts::from([at])).collect())
    }

    fn may_have_type_of(&self, keywords: &Map<String, Value>, alternative: &str) -> bool {
        let ty = self.keywords(alternative).and_then(|alternative| alternative.get("type"));
        ty.is_none() || keywords.get("type").is_none_or(|expected| ty == Some(expected))
    }

    /// A schema and all schemas that it applies to the same value, for every choice of alternatives.
    fn expand(&self, at: &str, chain: &mut Vec<String>) -> Result<Vec<Parts>, Problem> {
        let Some(keywords) = self.keywords(at) else { return Ok(vec![Parts::new()]) };
        let is_cycle = chain.iter().any(|link| link == at);
        chain.push(at.to_owned());
        if is_cycle {
            let chain = chain.iter().map(|at| format!("#{at}")).collect();
            return Err(Problem::RefCycle { chain });
        }
        let mut merged = match target(keywords) {
            Some(target) => self.expand(&target, chain)?,
            None => vec![Parts::from([at.to_owned()])],
        };
        for part in members(at, keywords, "allOf") {
            merged = combinations(&merged, &self.expand(&part, chain)?);
        }
        for key in ALTERNATIVES {
            let mut choices = Vec::new();
            for alternative in members(at, keywords, key) {
                choices.extend(self.expand(&alternative, chain)?);
            }
            if !choices.is_empty() {
                merged = combinations(&merged, &choices);
            }
        }
        chain.pop();
        Ok(merged)
    }

    /// The types of a merged schema's properties and items. `additionalProperties` of one part apply to
    /// the properties of another.
    fn children(&self, parts: &Parts) -> Vec<Parts> {
        let schemas: Vec<_> =
            parts.iter().filter_map(|at| Some((at, self.keywords(at)?))).collect();
        let names = schemas.iter().filter_map(|(_, schema)| schema.get("properties")?.as_object());
        let names: BTreeSet<_> = names.flat_map(Map::keys).collect();
        let below = |at: &str, keywords: &Map<String, Value>, key: &str| {
            let is_schema = keywords.get(key).is_some_and(Value::is_object);
            is_schema.then(|| self.without_aliases(format!("{at}/{key}")))
        };
        let property = |at: &str, keywords: &Map<String, Value>, name: &str| {
            if keywords.get("properties").is_some_and(|it| it.get(name).is_some()) {
                let at = pointer::join(&format!("{at}/properties"), name);
                return Some(self.without_aliases(at));
            }
            below(at, keywords, "additionalProperties")
        };
        let of_property =
            |name: &String| schemas.iter().filter_map(|(at, it)| property(at, it, name)).collect();
        let of_keyword =
            |key: &str| schemas.iter().filter_map(|(at, it)| below(at, it, key)).collect();
        let mut children: Vec<Parts> = names.into_iter().map(of_property).collect();
        children.extend(["items", "additionalProperties"].map(of_keyword));
        children.retain(|parts| !parts.is_empty());
        children
    }

    /// The pointer of the component that a schema is another name of, or the schema's own.
    fn without_aliases(&self, at: String) -> String {
        self.alias(&at).unwrap_or(at)
    }

    /// The component that a schema is another name of: it refers to it, and adds nothing to merge.
    fn alias(&self, at: &str) -> Option<String> {
        self.alias_of(at, self.keywords(at)?)
    }

    /// The same of a schema with these keywords.
    fn alias_of(&self, at: &str, keywords: &Map<String, Value>) -> Option<String> {
        if let Some(target) = target(keywords) {
            return Some(target);
        }
        if is_merged(keywords) || CHOICES.iter().any(|key| keywords.contains_key(*key)) {
            return None;
        }
        let parts = members(at, keywords, "allOf");
        let adds_something = |part: &&String| {
            self.keywords(part).is_some_and(|part| is_merged(part) || is_composed(part))
        };
        let mut relevant = parts.iter().filter(adds_something);
        let (Some(only), None) = (relevant.next(), relevant.next()) else { return None };
        let target = self.alias(only)?;
        let is_plain = parts.len() == 1 || !self.keywords(&target).is_some_and(is_composed);
        is_plain.then_some(target)
    }
}

const CHOICES: [&str; 3] = ["oneOf", "anyOf", "not"];

/// Keywords that are not merged themselves, beside annotations.
const NOT_MERGED: [&str; 8] =
    ["$ref", "allOf", "anyOf", "oneOf", "not", "type", "externalDocs", "xml"];

/// Whether a schema has keywords that progenitor merges with those of other schemas.
fn is_merged(keywords: &Map<String, Value>) -> bool {
    keywords.keys().any(|key| is_assertion(key) && !NOT_MERGED.contains(&key.as_str()))
}

fn is_composed(keywords: &Map<String, Value>) -> bool {
    ["$ref", "allOf"].iter().chain(&CHOICES).any(|key| keywords.contains_key(*key))
}

/// Whether a type is that of a component, which is generated on its own.
fn is_named(parts: &Parts) -> bool {
    let mut parts = parts.iter();
    let single = parts.next().filter(|_| parts.next().is_none());
    single.is_some_and(|at| pointer::component_of(&format!("#{at}")).is_some())
}

/// The pointer that a schema refers to.
fn target(keywords: &Map<String, Value>) -> Option<String> {
    pointer::of_reference(keywords.get("$ref")?.as_str()?)
}

/// The pointers of the schemas in a list.
fn members(at: &str, keywords: &Map<String, Value>, key: &str) -> Vec<String> {
    let count = keywords.get(key).and_then(Value::as_array).map_or(0, Vec::len);
    (0..count).map(|index| format!("{at}/{key}/{index}")).collect()
}

/// Each of some sets of schemas merged with each of others.
fn combinations(some: &[Parts], others: &[Parts]) -> Vec<Parts> {
    let pairs = some.iter().flat_map(|one| others.iter().map(move |other| one | other));
    pairs.take(MAX_COMBINATIONS).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The names of schemas as error messages show them.
fn names(parts: &Parts) -> String {
    let names = parts.iter().map(|at| at.trim_start_matches("/components/schemas/"));
    names.collect::<Vec<_>>().join(" & ")
}
