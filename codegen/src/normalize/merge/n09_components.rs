//! N9: the same component on many pages. Equal ones are one; of those that differ, each is kept
//! under a name of its own. So are schemas whose names differ, but not as names of Rust types.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use heck::ToUpperCamelCase;
use serde_json::Value;

use super::Page;
use crate::document::components;
use crate::document::difference::differences;
use crate::document::names::{Renamed, Taken};
use crate::document::pointer;
use crate::report::{Log, Rule};
use crate::syntax::number;

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N9 component",
    "components of one name on several pages, or of names that are one in Rust",
    "one, where they and all they refer to are equal; else `Pet`, `Pet_2`, …, and the report says which pages differ, and where",
);

/// Section and name of a component.
type Key = (String, String);

/// Gives every component of every page a name that means the same on all of them. Names are
/// given page by page, and whoever came first keeps one, so a page that is added renames nothing.
pub(super) fn rename(pages: &mut [Page], log: &mut Log) {
    let variants = Variants::of(pages);
    let mut names = Names::default();
    for (index, page) in pages.iter().enumerate() {
        for key in keys(&page.document) {
            let variant = variants.on(index, &key);
            if let Some(new) = names.assign(&key, variant)
                && let Some(why) = why(pages, &variants, index, &key)
            {
                let place = format!("/components/{}/{}", key.0, pointer::escape(&key.1));
                log.add(&RULE, page.place(&place), format!("{new} {why}"));
            }
        }
    }
    for (index, page) in pages.iter_mut().enumerate() {
        let mut renamed = Renamed::default();
        for key in keys(&page.document) {
            let new = names.get(&key, variants.on(index, &key));
            if new != key.1 {
                renamed.insert(&key.0, &key.1, new);
            }
        }
        renamed.apply(&mut page.document);
    }
}

/// All components of a document, in its order.
fn keys(document: &Value) -> Vec<Key> {
    let all = components::all(document);
    all.map(|(section, name, _)| (section.clone(), name.clone())).collect()
}

fn definition<'p>(page: &'p Page, (section, name): &Key) -> Option<&'p Value> {
    page.document.get("components")?.get(section)?.get(name)
}

/// Which pages mean the same by a name. Two definitions are the same when they are equal and
/// what they refer to is the same.
struct Variants {
    by_page: BTreeMap<Key, BTreeMap<usize, usize>>,
}

impl Variants {
    fn of(pages: &[Page]) -> Self {
        let mut variants = Self { by_page: BTreeMap::new() };
        let (mut definitions, mut uses) = (BTreeMap::<Key, Vec<&Value>>::new(), BTreeMap::new());
        let mut used_by = BTreeMap::<Key, BTreeSet<Key>>::new();
        for (index, page) in pages.iter().enumerate() {
            for (section, name, definition) in components::all(&page.document) {
                let key = (section.clone(), name.clone());
                let used = used(definition);
                for other in &used {
                    used_by.entry(other.clone()).or_default().insert(key.clone());
                }
                let known = definitions.entry(key.clone()).or_default();
                let variant = index_of(known, definition, |one, it| number::are_equal(one, it));
                variants.by_page.entry(key.clone()).or_default().insert(index, variant);
                uses.insert((index, key), used);
            }
        }
        let differing = definitions.iter().filter(|(_, several)| several.len() > 1);
        let users = differing.filter_map(|(key, _)| used_by.get(key)).flatten();
        let mut queue: VecDeque<_> = users.cloned().collect();
        // A component that refers to one with variants may have variants for that, and so on.
        while let Some(key) = queue.pop_front() {
            if variants.split(&key, &uses) {
                queue.extend(used_by.get(&key).into_iter().flatten().cloned());
            }
        }
        variants
    }

    fn on(&self, page: usize, key: &Key) -> usize {
        self.by_page.get(key).and_then(|variants| variants.get(&page)).copied().unwrap_or_default()
    }

    /// Splits a component's variants by the variants of what they use; whether it had to.
    fn split(&mut self, key: &Key, uses: &BTreeMap<(usize, Key), BTreeSet<Key>>) -> bool {
        let Some(before) = self.by_page.get(key) else { return false };
        let mut signatures = Vec::new();
        let mut after = BTreeMap::new();
        for (page, variant) in before {
            let used = uses.get(&(*page, key.clone())).into_iter().flatten();
            let used: Vec<_> = used.map(|other| self.on(*page, other)).collect();
            after.insert(*page, index_of(&mut signatures, (*variant, used), PartialEq::eq));
        }
        let differs = *before != after;
        self.by_page.insert(key.clone(), after);
        differs
    }
}

/// The index of a value in a list, to which it is added if none is the same.
fn index_of<T>(values: &mut Vec<T>, value: T, is_same: impl Fn(&T, &T) -> bool) -> usize {
    values.iter().position(|other| is_same(other, &value)).unwrap_or_else(|| {
        values.push(value);
        values.len() - 1
    })
}

/// The components that a definition refers to, or into.
fn used(definition: &Value) -> BTreeSet<Key> {
    let mut references = BTreeSet::new();
    let mut rest = vec![definition];
    while let Some(node) = rest.pop() {
        match node {
            // `$ref` is not alone: a discriminator maps to references as well.
            Value::String(text) if text.starts_with("#/components/") => {
                let target = pointer::of_reference(text).unwrap_or_default();
                let mut steps = target.split('/').skip(2).map(pointer::unescape);
                references.extend(steps.next().zip(steps.next()));
            }
            Value::Object(fields) => rest.extend(fields.values()),
            Value::Array(items) => rest.extend(items),
            _ => {}
        }
    }
    references
}

/// The names of components so far.
#[derive(Default)]
struct Names {
    assigned: BTreeMap<(Key, usize), String>,
    /// By section.
    taken: BTreeMap<String, Taken>,
}

impl Names {
    fn get<'n>(&'n self, key: &'n Key, variant: usize) -> &'n str {
        self.assigned.get(&(key.clone(), variant)).map_or(&key.1, String::as_str)
    }

    /// Gives a variant its name, unless it has one; the name, if that is a new one.
    fn assign(&mut self, key: &Key, variant: usize) -> Option<String> {
        if self.assigned.contains_key(&(key.clone(), variant)) {
            return None;
        }
        let (section, wanted) = key;
        // Schemas become Rust types, which are named in camel case.
        let seen = |name: &str| match section.as_str() {
            "schemas" => name.to_upper_camel_case(),
            _ => name.to_owned(),
        };
        let name = self.taken.entry(section.clone()).or_default().take(wanted, seen);
        self.assigned.insert((key.clone(), variant), name.clone());
        (name != *wanted).then_some(name)
    }
}

/// On which pages a component has a new name, and why.
fn why(pages: &[Page], variants: &Variants, index: usize, key: &Key) -> Option<String> {
    let variant = variants.on(index, key);
    let by_page = variants.by_page.get(key)?;
    let (first, _) = by_page.iter().find(|(_, other)| **other == 0)?;
    let same = by_page.iter().filter(|(_, other)| **other == variant);
    let same: Vec<_> = same.map(|(page, _)| pages[*page].slug).collect();
    let why = if variant == 0 {
        "another component has its name in Rust".to_owned()
    } else {
        let before = definition(&pages[*first], key)?;
        let differences = differences(before, definition(&pages[index], key)?);
        let places: Vec<_> = differences.iter().take(MAX_DIFFERENCES).map(|it| it.at()).collect();
        let what = match places.is_empty() {
            true => "in what it refers to".to_owned(),
            false => format!("at {}", places.join(", ")),
        };
        format!("differs from page {} {what}", pages[*first].slug)
    };
    Some(format!("on page {}: {why}", same.join(", ")))
}

/// How many differences a note names.
const MAX_DIFFERENCES: usize = 3;
