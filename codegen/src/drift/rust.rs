//! Public items of the two generated surfaces, compared by their outlines.
//!
//! | change | for callers |
//! |---|---|
//! | an item, a field, a variant or a method removed | breaking |
//! | a type or a signature changed | breaking |
//! | a field added to a struct, a variant added to an enum | breaking: literals and matches name all |
//! | the same of a type that says it may grow (`..` for `#[non_exhaustive]`) | compatible |
//! | an item or a method added | compatible |

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::pairs::pairs;
use super::wire::Class;
use crate::outline;

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
        let Some(line) = self.old.as_ref().or(self.new.as_ref()) else { return f.write_str(item) };
        // An item that comes or goes is named by its line already.
        if !line.starts_with(item) {
            write!(f, "{item}: ")?;
        }
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => write!(f, "`{old}` -> `{new}`"),
            (Some(old), None) => write!(f, "`{old}` removed"),
            (None, _) => write!(f, "`{line}` added"),
        }
    }
}

/// An item and its members, each by its name.
#[derive(Default)]
struct Item<'o> {
    line: &'o str,
    members: BTreeMap<&'o str, &'o str>,
}

/// Compares two outlines.
pub(super) fn compare(was: &str, is: &str) -> Vec<RustChange> {
    let mut changes = Vec::new();
    let mut add = |class, item: &str, old: Option<&str>, new: Option<&str>| {
        let (old, new) = (old.map(str::to_owned), new.map(str::to_owned));
        changes.push(RustChange { class, item: item.to_owned(), old, new });
    };
    for (name, old, new) in pairs(items(was), items(is)) {
        let (old_line, new_line) = (old.as_ref().map(|it| it.line), new.as_ref().map(|it| it.line));
        if old_line != new_line {
            add(Class::breaking_if(old.is_some()), name, old_line, new_line);
        }
        let (Some(old), Some(new)) = (old, new) else { continue };
        let may_grow = old.members.contains_key(outline::MORE);
        for (_, old_member, new_member) in pairs(old.members, new.members) {
            if old_member != new_member {
                add(
                    Class::breaking_if(old_member.is_some() || !may_grow),
                    name,
                    old_member,
                    new_member,
                );
            }
        }
    }
    changes.sort_by_key(|change| change.class);
    changes
}

fn items(outline: &str) -> BTreeMap<&str, Item<'_>> {
    let mut items = BTreeMap::<_, Item<'_>>::new();
    let mut current = "";
    for line in outline.lines().filter(|line| !line.trim().is_empty()) {
        // The comment has the name on the wire, which is compared elsewhere.
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
    let name = line.get(at..).and_then(|rest| rest.split(['(', '<']).next());
    name.and_then(|name| line.get(..at + name.len())).unwrap_or(line)
}
