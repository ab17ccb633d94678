//! Public items of the two generated surfaces, compared by their outlines.
//!
//! | change | for callers |
//! |---|---|
//! | an item, a field, a variant or a method removed | breaking |
//! | a type or a signature changed | breaking |
//! | a field added to a struct, a variant added to an enum | breaking: literals and matches name all |
//! | an item or a method added | compatible |

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::wire::Class;

/// One change of a public item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RustChange {
    /// Whether code that uses the crate may no longer compile.
    pub class: Class,
    /// The item, such as `struct types::Customer`.
    pub item: String,
    /// What it had, as the outline has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

impl fmt::Display for RustChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let item = &self.item;
        match (&self.old, &self.new) {
            // An item that comes or goes is its own line.
            (Some(old), None) if old.starts_with(item.as_str()) => write!(f, "`{old}` removed"),
            (None, Some(new)) if new.starts_with(item.as_str()) => write!(f, "`{new}` added"),
            (Some(old), Some(new)) if old.starts_with(item.as_str()) => {
                write!(f, "`{old}` -> `{new}`")
            }
            (Some(old), None) => write!(f, "{item}: `{old}` removed"),
            (None, Some(new)) => write!(f, "{item}: `{new}` added"),
            (Some(old), Some(new)) => write!(f, "{item}: `{old}` -> `{new}`"),
            (None, None) => f.write_str(item),
        }
    }
}

/// An item with its members, each by its name.
type Items<'o> = BTreeMap<&'o str, Item<'o>>;

#[derive(Default)]
struct Item<'o> {
    line: &'o str,
    members: BTreeMap<&'o str, &'o str>,
}

/// Compares two outlines.
pub(super) fn compare(old: &str, new: &str) -> Vec<RustChange> {
    let (before, after) = (items(old), items(new));
    let mut changes = Vec::new();
    for (name, old) in &before {
        match after.get(name) {
            None => changes.push(change(Class::Breaking, name, Some(old.line), None)),
            Some(new) => {
                if old.line != new.line {
                    changes.push(change(Class::Breaking, name, Some(old.line), Some(new.line)));
                }
                members(name, old, new, &mut changes);
            }
        }
    }
    for (name, new) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        changes.push(change(Class::Compatible, name, None, Some(new.line)));
    }
    changes.sort_by_key(|change| change.class);
    changes
}

fn members(item: &str, old: &Item<'_>, new: &Item<'_>, changes: &mut Vec<RustChange>) {
    for (name, line) in &old.members {
        let now = new.members.get(name).copied();
        if now != Some(line) {
            changes.push(change(Class::Breaking, item, Some(line), now));
        }
    }
    for (_, line) in new.members.iter().filter(|(name, _)| !old.members.contains_key(*name)) {
        changes.push(change(Class::Breaking, item, None, Some(line)));
    }
}

fn change(class: Class, item: &str, old: Option<&str>, new: Option<&str>) -> RustChange {
    let (old, new) = (old.map(str::to_owned), new.map(str::to_owned));
    RustChange { class, item: item.to_owned(), old, new }
}

fn items(outline: &str) -> Items<'_> {
    let mut items = Items::new();
    let mut current = "";
    for line in outline.lines().filter(|line| !line.trim().is_empty()) {
        // What a field is called on the wire is no matter of its Rust name.
        let code = line.split("  // ").next().unwrap_or(line);
        if let Some(member) = code.strip_prefix("    ") {
            let name = member.split([':', '(', ' ', '{']).next().unwrap_or(member);
            items.entry(current).or_default().members.insert(name, member);
        } else {
            current = name_of(code);
            items.entry(current).or_default().line = code;
        }
    }
    items
}

/// `struct types::Pet`, `type types::Pets`, or the path of a method.
fn name_of(line: &str) -> &str {
    if line.starts_with("struct ") || line.starts_with("enum ") {
        return line.split(['(', '{']).next().unwrap_or(line).trim_end();
    }
    if line.starts_with("type ") {
        return line.split(" =").next().unwrap_or(line);
    }
    // `Type<'a>: fn name<V>(…)`
    let at = line.find(": fn ").map_or(0, |at| at + ": fn ".len());
    let end = line[at..].find(['(', '<']).map_or(line.len(), |end| at + end);
    &line[..end]
}
