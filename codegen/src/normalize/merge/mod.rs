//! Pages become one document: what several pages have in common is taken once, and everything keeps
//! the meaning that it had on its page.

pub(super) mod n09_components;
pub(super) mod n11_info;
mod page_settings;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::document::operations::{METHODS, operations};
use crate::document::pointer;
use crate::error::Stage;
use crate::report::{Change, LeftOut, Log, Rule};
use crate::syntax::number;

pub(super) const MERGE: Rule = Rule::translated(
    "N9 merge",
    "several pages",
    "one document, of 3.1 where a page is; one route, where it is equal",
);
pub(super) const OTHER_ROUTE: Rule =
    Rule::left_out("N9 merge", "one route on two pages that differ", "the later page's");

/// One page's document.
pub(super) struct Page<'p> {
    /// The page's name.
    pub(super) slug: &'p str,
    /// The document.
    pub(super) document: Value,
    /// Whether it is the only one.
    pub(super) is_only: bool,
}

impl Page<'_> {
    /// A place in the document, with the page's name where there are several.
    pub(super) fn place(&self, pointer: &str) -> String {
        if self.is_only { pointer.to_owned() } else { format!("{}#{pointer}", self.slug) }
    }
}

/// The document of all pages, what was done for it, and what had to stay out.
#[derive(Debug)]
pub struct Merged {
    /// The document as the next stage gets it.
    pub document: Value,
    /// Every change, in order.
    pub changes: Vec<Change>,
    /// Operations of which another page says something else.
    pub left_out: Vec<LeftOut>,
    /// What the pages were.
    pub pages: Pages,
}

/// The pages of a document, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pages {
    /// How many.
    pub total: usize,
    /// How often a page had a component that an earlier one had, too.
    pub shared_components: usize,
    /// How many components got another name, for they differ from one of their name.
    pub renamed_components: usize,
}

/// Merges pages, in their order. `folder` names the API where its pages do not.
pub(super) fn run(mut pages: Vec<Page>, folder: &str) -> Merged {
    let mut log = Log::new(Stage::Normalize);
    n09_components::rename(&mut pages, &mut log);
    let is_renamed = |change: &&Change| change.rule == n09_components::RULE.id;
    let renamed_components = log.changes.iter().filter(is_renamed).count();
    page_settings::move_to_operations(&mut pages, &mut log);
    let info = n11_info::of(&pages, folder, &mut log);
    let count = pages.len();
    let mut merging = Merging { merged: Map::new(), log, left_out: Vec::new(), shared: 0 };
    for page in pages {
        merging.add(page);
    }
    let Merging { mut merged, mut log, left_out, shared } = merging;
    if let Some(info) = info {
        merged.insert("info".to_owned(), info);
    }
    let document = Value::Object(merged);
    if count > 1 {
        let operations = operations(&document).len();
        let note = format!(
            "{count} pages, {operations} operations, {shared} times a component that was there"
        );
        log.add(&MERGE, "", note);
    }
    let pages = Pages { total: count, shared_components: shared, renamed_components };
    Merged { document, changes: log.changes, left_out, pages }
}

struct Merging {
    merged: Map<String, Value>,
    log: Log,
    left_out: Vec<LeftOut>,
    /// How often a component was there already.
    shared: usize,
}

impl Merging {
    fn add(&mut self, mut page: Page) {
        let Value::Object(fields) = page.document.take() else { return };
        for (key, value) in fields {
            let Some(merged) = self.merged.get_mut(&key) else {
                self.merged.insert(key, value);
                continue;
            };
            match (key.as_str(), merged, value) {
                ("paths" | "webhooks", Value::Object(merged), Value::Object(new)) => {
                    for (path, item) in new {
                        let at = format!("/{key}/{}", pointer::escape(&path));
                        let refused = join_item(merged, &path, item);
                        let refused = refused.into_iter().map(|part| LeftOut {
                            rule: &OTHER_ROUTE,
                            operation: format!("{} {path}", part.to_uppercase()),
                            place: page.place(&pointer::join(&at, &part)),
                            reason: "an earlier page defines it differently".to_owned(),
                        });
                        self.left_out.extend(refused);
                    }
                }
                ("components", Value::Object(merged), Value::Object(new)) => {
                    self.shared += join_components(merged, new);
                }
                ("tags" | "servers" | "security", Value::Array(merged), Value::Array(new)) => {
                    join_list(merged, new);
                }
                // The newest: `page_settings` has made older documents mean the same in it.
                ("openapi", Value::String(merged), Value::String(new)) => {
                    *merged = new.max(std::mem::take(merged));
                }
                ("info", ..) => {}
                (key, merged, new) if *merged != new => {
                    let note = "an earlier page says otherwise, and stands";
                    let place = page.place(&pointer::join("", key));
                    self.log.add(&MERGE, place, note);
                }
                _ => {}
            }
        }
    }
}

/// Adds a path item, and returns the fields that an earlier page defines differently.
fn join_item(paths: &mut Map<String, Value>, path: &str, mut item: Value) -> Vec<String> {
    let Some(merged) = paths.get_mut(path) else {
        paths.insert(path.to_owned(), item);
        return Vec::new();
    };
    if number::are_equal(merged, &item) {
        return Vec::new();
    }
    let differs = |key: &&str| merged.get(*key) != item.get(*key);
    if ["parameters", "servers"].iter().any(differs) {
        move_to_operations(merged);
        move_to_operations(&mut item);
    }
    let (Value::Object(merged), Value::Object(item)) = (merged, item) else {
        return vec!["path".to_owned()];
    };
    let mut refused = Vec::new();
    for (key, value) in item {
        match merged.get(&key) {
            None => drop(merged.insert(key, value)),
            Some(other)
                if number::are_equal(other, &value)
                    || matches!(key.as_str(), "summary" | "description") => {}
            Some(_) => refused.push(key),
        }
    }
    refused
}

/// Moves `parameters` and `servers` of a path item into its operations.
fn move_to_operations(item: &mut Value) {
    let Value::Object(fields) = item else { return };
    let parameters = fields.shift_remove("parameters");
    let servers = fields.shift_remove("servers");
    for (_, operation) in fields.iter_mut().filter(|(key, _)| METHODS.contains(&key.as_str())) {
        let Value::Object(operation) = operation else { continue };
        if let Some(servers) = &servers {
            operation.entry("servers").or_insert_with(|| servers.clone());
        }
        let Some(Value::Array(inherited)) = &parameters else { continue };
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        if let Value::Array(parameters) = parameters {
            let is_same = |one: &Value, other: &Value| {
                ["name", "in", "$ref"].iter().all(|key| one.get(*key) == other.get(*key))
            };
            let mut missing = inherited.clone();
            missing.retain(|one| !parameters.iter().any(|other| is_same(one, other)));
            parameters.splice(0..0, missing);
        }
    }
}

/// Adds components, and counts those that an earlier page has: equal ones, since [`n09_components`]
/// has renamed the others.
fn join_components(merged: &mut Map<String, Value>, new: Map<String, Value>) -> usize {
    let mut shared = 0;
    for (section, components) in new {
        match (merged.get_mut(&section), components) {
            (Some(Value::Object(merged)), Value::Object(components)) => {
                for (name, component) in components {
                    match merged.contains_key(&name) {
                        true => shared += 1,
                        false => drop(merged.insert(name, component)),
                    }
                }
            }
            (None, components) => drop(merged.insert(section, components)),
            _ => {}
        }
    }
    shared
}

/// Adds the items that are missing; two tags of one name are one.
fn join_list(merged: &mut Vec<Value>, new: Vec<Value>) {
    for item in new {
        let has_its_name =
            |other: &Value| other.get("name").is_some_and(|name| Some(name) == item.get("name"));
        if !merged.iter().any(|other| *other == item || has_its_name(other)) {
            merged.push(item);
        }
    }
}
