//! N9: the same component on many pages. Equal ones are one; of those that differ, each is kept
//! under a name of its own. So are schemas whose names differ, but not as names of Rust types. Which of the
//! names that N15 has for a component it gets is decided here, for others may want the same.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use serde_json::{Value, json};

use super::Page;
use crate::document::components;
use crate::document::difference::differences;
use crate::document::equality::{Classes, DOCUMENTATION, Key, without_documentation};
use crate::document::names::{Renamed, Taken};
use crate::document::pointer;
use crate::normalize::rules::n15_schema_name as n15;
use crate::report::{Log, Rule};

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N9 component",
    "components of one name on several pages, or of names that are one in Rust",
    "one, where they and all they refer to are equal; else `Pet`, `Pet_2`, …, and the report says which pages differ, and where",
);
pub(in crate::normalize) const DOCUMENTED: Rule = Rule::translated(
    "N9 documentation",
    "components that differ in titles, descriptions and examples alone",
    "one, documented as on the first page",
);

/// Gives every component of every page a name that means the same on all of them. Names are
/// given page by page, and whoever came first keeps one, so a page that is added renames nothing.
pub(super) fn rename(pages: &mut [Page], log: &mut Log) {
    let wishes: Vec<_> = pages.iter().map(|page| wishes(&page.document)).collect();
    // Those that want one name are compared.
    let mut wanted = BTreeSet::new();
    let is_wanted_twice = wishes.iter().flatten().any(|wish| !wanted.insert(wish.first()));
    let classes = is_wanted_twice.then(|| Classes::of(pages.iter().map(|page| &page.document)));
    let mut names = Names::default();
    let mut renamed = Vec::new();
    for (index, (page, wishes)) in pages.iter().zip(&wishes).enumerate() {
        let mut of_page = Renamed::default();
        for Wish { key, choice, is_by_n15 } in wishes {
            let (section, old) = key;
            let class = classes.as_ref().and_then(|classes| classes.get(index, key));
            let new = names.give(key, choice, class.unwrap_or_default(), index);
            if new == *old {
                continue;
            }
            if *is_by_n15 {
                log.add(&n15::RULE, page.place(&place(key)), format!("{old} -> {new}"));
            }
            of_page.insert(section, old, &new);
        }
        renamed.push(of_page);
    }
    names.tell(pages, log);
    for (page, renamed) in pages.iter_mut().zip(renamed) {
        renamed.apply(&mut page.document);
    }
}

/// A component, and the names that it may get, the best first.
struct Wish {
    key: Key,
    choice: Vec<String>,
    is_by_n15: bool,
}

impl Wish {
    fn first(&self) -> (&str, Option<&String>) {
        (self.key.0.as_str(), self.choice.first())
    }
}

/// All components of a document: first those with names of their authors', in its order; then those that
/// get names, which none of them may lose to a later one.
fn wishes(document: &Value) -> Vec<Wish> {
    let wanted = n15::wanted(document);
    let wish = |(section, name, _): (&String, &String, &Value)| {
        let of_schema = wanted.get(name).filter(|_| section == "schemas");
        let choice = of_schema.map_or_else(|| vec![name.clone()], |it| it.names.clone());
        let key = (section.clone(), name.clone());
        (of_schema.map(|it| it.rank), Wish { key, choice, is_by_n15: of_schema.is_some() })
    };
    let mut wishes: Vec<_> = components::all(document).map(wish).collect();
    wishes.sort_by_key(|(rank, _)| *rank);
    wishes.into_iter().map(|(_, wish)| wish).collect()
}

fn place((section, name): &Key) -> String {
    pointer::join(&pointer::join("/components", section), name)
}

/// The names of components so far.
#[derive(Default)]
struct Names {
    given: Vec<Given>,
    /// Indexes of `given`, by section, the name that was wanted most, and the class of the component.
    by_class: BTreeMap<(Key, usize), usize>,
    /// The same by section and name, as Rust has it.
    by_name: BTreeMap<Key, usize>,
    /// By section.
    taken: BTreeMap<String, Taken>,
}

/// A name, and whose it is.
struct Given {
    name: String,
    wanted: String,
    /// The components, with the indexes of their pages.
    components: Vec<(usize, Key)>,
    /// Who has the name that was wanted.
    before: Option<usize>,
}

impl Names {
    /// The name of a component: that of those that say the same, or the first of its choice that is free.
    fn give(&mut self, key: &Key, choice: &[String], class: usize, page: usize) -> String {
        let (section, old) = key;
        let wanted = choice.first().unwrap_or(old);
        let component = (page, key.clone());
        let by_class = ((section.clone(), wanted.clone()), class);
        if let Some(given) = self.by_class.get(&by_class).and_then(|at| self.given.get_mut(*at)) {
            given.components.push(component);
            return given.name.clone();
        }
        let seen = |name: &str| seen(section, name);
        let taken = self.taken.entry(section.clone()).or_default();
        let free = choice.iter().find(|name| !taken.has(&seen(name)));
        let name = taken.take(free.or(choice.last()).unwrap_or(wanted), seen);
        let before = self.by_name.get(&(section.clone(), seen(wanted))).copied();
        self.by_class.insert(by_class, self.given.len());
        self.by_name.insert((section.clone(), seen(&name)), self.given.len());
        let components = vec![component];
        self.given.push(Given { name: name.clone(), wanted: wanted.clone(), components, before });
        name
    }

    /// Reports who did not get the name that was wanted, and whose documentation is not shown.
    fn tell(&self, pages: &[Page], log: &mut Log) {
        for given in &self.given {
            let Some((first, key)) = given.components.first() else { continue };
            if given.name != given.wanted {
                let on: Vec<_> =
                    given.components.iter().map(|(page, _)| slug(pages, *page)).collect();
                let before = given.before.and_then(|before| self.given.get(before));
                let before = before.filter(|before| before.name == given.wanted);
                let why = before.and_then(|before| why(pages, (*first, key), before));
                let why =
                    why.unwrap_or_else(|| "another component has its name in Rust".to_owned());
                let note = format!("{} on page {}: {why}", given.name, listed(on));
                log.add(&RULE, at(pages, *first, key), note);
            }
            for (page, other) in given.components.iter().skip(1) {
                if let Some(places) = documented_otherwise(pages, (*first, key), (*page, other)) {
                    let note = format!(
                        "{} is documented as on page {}; differs at {places}",
                        given.name,
                        slug(pages, *first)
                    );
                    log.add(&DOCUMENTED, at(pages, *page, other), note);
                }
            }
        }
    }
}

/// Schemas become Rust types, which are named in camel case.
fn seen(section: &str, name: &str) -> String {
    match section {
        "schemas" => name.to_upper_camel_case(),
        _ => name.to_owned(),
    }
}

/// Every page once.
fn listed(mut pages: Vec<&str>) -> String {
    pages.dedup();
    pages.join(", ")
}

fn slug<'p>(pages: &'p [Page], page: usize) -> &'p str {
    pages.get(page).map_or("", |page| page.slug)
}

fn at(pages: &[Page], page: usize, key: &Key) -> String {
    let place = place(key);
    pages.get(page).map_or_else(|| place.clone(), |page| page.place(&place))
}

fn definition<'p>(pages: &'p [Page], page: usize, (section, name): &Key) -> Option<&'p Value> {
    pages.get(page)?.document.get("components")?.get(section)?.get(name)
}

/// How a component differs from the one that has the name which was wanted for it.
fn why(pages: &[Page], (page, key): (usize, &Key), before: &Given) -> Option<String> {
    let (first, other) = before.components.first()?;
    let (one, this) = (bare(pages, *first, other)?, bare(pages, page, key)?);
    let differences = differences(&one, &this);
    let what = match shortened(differences.iter().map(|it| it.at())) {
        Some(places) => format!("at {places}"),
        None => "in what it refers to".to_owned(),
    };
    Some(match *first == page {
        true => format!("differs from {} {what}", other.1),
        false => format!("differs from page {} {what}", slug(pages, *first)),
    })
}

/// A component without what is there for people alone.
fn bare(pages: &[Page], page: usize, key: &Key) -> Option<Value> {
    let definition = definition(pages, page, key)?.clone();
    let document = json!({ "components": { &key.0: { "it": definition } } });
    let bare = without_documentation(&document);
    Some(bare.get("components")?.get(&key.0)?.get("it")?.clone())
}

/// Where two components that say the same are documented differently. A title that repeats the name of its
/// component is no documentation.
fn documented_otherwise(
    pages: &[Page],
    one: (usize, &Key),
    other: (usize, &Key),
) -> Option<String> {
    let [first, second] = [one, other].map(|(page, key)| definition(pages, page, key));
    let differences = differences(first?, second?);
    let is_documentation = |place: &str| {
        let key = place.rsplit('/').next().unwrap_or_default();
        DOCUMENTATION.contains(&key)
    };
    let is_name = |value: Option<&Value>, (_, key): (usize, &Key)| {
        value.is_none_or(|value| value.as_str() == Some(key.1.as_str()))
    };
    let told = differences.iter().filter(|it| is_documentation(it.at()));
    let told =
        told.filter(|it| it.at() != "/title" || !is_name(it.one, one) || !is_name(it.other, other));
    shortened(told.map(|it| it.at()))
}

/// The first places, and how many there are besides; nothing if there is none.
fn shortened<'p>(places: impl Iterator<Item = &'p str>) -> Option<String> {
    let places: Vec<_> = places.collect();
    let more = places.len().checked_sub(MAX_DIFFERENCES).filter(|more| *more > 0);
    let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
    let named: Vec<_> = places.into_iter().take(MAX_DIFFERENCES).collect();
    (!named.is_empty()).then(|| named.join(", ") + &more)
}

/// How many differences a note names.
const MAX_DIFFERENCES: usize = 3;
