//! N7: an exported page's `operationId` is a name inside its group (`list`, `get`), so many pages
//! share one. Qualified with the tag, it names an operation of the whole API.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::{Value, json};

use crate::document::operations::Operation;
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::normalize::Mending;
use crate::report::Rule;

pub(in crate::normalize) const RULE: Rule = Rule::mended(
    "N7 operation-id",
    "an `operationId` that names an action inside its group, or none",
    "qualified with the tag; from method and path",
);

/// How exporters mark a tag that is a group of their own.
pub(super) const GROUP: &str = "subpackage_";

/// The ids of the pages so far, in the case of the functions that are named after them, each with its
/// operation. An id belongs to the first that has it, so a page that is added renames nothing.
#[derive(Default)]
pub(in crate::normalize) struct Ids {
    taken: BTreeMap<String, Operation>,
    numbered: BTreeMap<String, usize>,
}

impl Ids {
    /// Whether an operation may have the id. The same operation on another page may.
    fn take(&mut self, id: &str, operation: &Operation) -> bool {
        self.taken.entry(id.to_snake_case()).or_insert_with(|| operation.clone()) == operation
    }

    /// The next id of a kind that is free.
    fn number(&mut self, id: &str, operation: &Operation) -> String {
        let mut count = self.numbered.get(id).copied().unwrap_or(1);
        loop {
            count += 1;
            let name = format!("{id}_{count}");
            if self.take(&name, operation) {
                self.numbered.insert(id.to_owned(), count);
                return name;
            }
        }
    }
}

/// Gives every operation of a page an id of its own.
pub(in crate::normalize) fn mend(page: &mut Mending, ids: &mut Ids) {
    let operations = page.operations();
    let mut renamed = BTreeMap::new();
    for operation in &operations {
        let Some(Value::Object(fields)) = page.document.pointer_mut(&operation.pointer()) else {
            continue;
        };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let old = text(fields.get("operationId")).filter(|id| !words(id).is_empty());
        let title = text(fields.get("summary"));
        let tag = text(fields.get("tags").and_then(|tags| tags.get(0))).unwrap_or_default();
        let (is_group, tag) = match tag.strip_prefix(GROUP) {
            Some(group) => (true, words(group)),
            None => (false, words(&tag)),
        };
        let is_local = old.as_deref().is_some_and(|id| {
            let is_generic = operations.len() == 1 && words(id).len() == 1;
            // An id that is the title, `create-new-va`, is made of it, and no name inside a group.
            let is_title = words(id).len() > 1 && title.as_deref().map(words) == Some(words(id));
            (is_group || is_generic) && !is_title && !names(id, &tag)
        });
        let new = choose(old.as_deref(), &tag, is_local, operation, ids);
        if old.as_ref() == Some(&new) {
            continue;
        }
        fields.insert("operationId".to_owned(), json!(new));
        let note = format!("{} -> {new}", old.as_deref().unwrap_or("none"));
        page.log(&RULE, pointer::join(&operation.pointer(), "operationId"), note);
        renamed.extend(old.map(|old| (old, new)));
    }
    follow(page, &renamed);
}

fn words(name: &str) -> Vec<String> {
    name.to_snake_case().split('_').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether an id has every word of the tag, in the singular or the plural.
fn names(id: &str, tag: &[String]) -> bool {
    let singular = |word: &String| word.strip_suffix('s').unwrap_or(word).to_owned();
    let id: Vec<_> = words(id).iter().map(singular).collect();
    tag.iter().all(|word| id.contains(&singular(word)))
}

/// The first name that no other operation has: the id, the id qualified with the tag, the method
/// and the path.
fn choose(
    old: Option<&str>,
    tag: &[String],
    is_local: bool,
    operation: &Operation,
    ids: &mut Ids,
) -> String {
    let qualified =
        old.filter(|_| !tag.is_empty()).map(|id| [tag.to_vec(), words(id)].concat().join("_"));
    let path = operation.path.replace(['{', '}'], "");
    let route = words(&format!("{} {path}", operation.method)).join("_");
    let unchanged = old.filter(|_| !is_local).map(str::to_owned);
    let mut names = unchanged.into_iter().chain(qualified).chain([route.clone()]);
    let free = names.find(|name| ids.take(name, operation));
    free.unwrap_or_else(|| ids.number(&route, operation))
}

/// Links name operations by their ids.
fn follow(page: &mut Mending, renamed: &BTreeMap<String, String>) {
    visit::each_mut(&mut page.document, |kind, _, node| {
        if kind == Kind::Link
            && let Some(Value::String(id)) = node.get_mut("operationId")
            && let Some(new) = renamed.get(id)
        {
            id.clone_from(new);
        }
    });
}
