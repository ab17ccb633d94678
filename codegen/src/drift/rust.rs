//! Public items of the two generated surfaces, compared.
//!
//! | change | for callers |
//! |---|---|
//! | an item, a field, a variant or a method removed | breaking |
//! | a type or a signature changed | breaking |
//! | the names of a method's arguments changed | compatible |
//! | a field added to a struct, a variant added to an enum | breaking: literals and matches name all |
//! | the same of a type that says it may grow (`..` for `#[non_exhaustive]`) | compatible |
//! | `..` added | breaking, and compatible the other way round |
//! | an item or a method added | compatible |
//!
//! Each [`Break`] has a witness.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::pairs::pairs;
use super::surface::{Entry, Kind, Member, Surface};
use super::wire::Class;
use super::witness::{self, Break, Broken};
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
    /// How it breaks callers, if it does.
    #[serde(skip)]
    pub how: Option<Break>,
    /// A caller's code that compiles against the old crate and not against the new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
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

/// Compares two surfaces.
pub(super) fn compare(was: &Surface, is: &Surface) -> Vec<RustChange> {
    let mut changes = Changes(Vec::new());
    for (_, old, new) in pairs(by_name(was), by_name(is)) {
        match (old, new) {
            (Some(old), None) => changes.removed(old, replacement(old, is)),
            (None, Some(new)) => changes.push(&new.name, None, Some(&new.line), None),
            (Some(old), Some(new)) => changes.item(old, new),
            (None, None) => {}
        }
    }
    let Changes(mut changes) = changes;
    changes.sort_by_key(|change| change.class);
    changes
}

fn by_name(surface: &Surface) -> BTreeMap<&str, &Entry> {
    surface.0.iter().map(|entry| (entry.name.as_str(), entry)).collect()
}

fn members(entry: &Entry) -> BTreeMap<&str, &Member> {
    entry.members.iter().map(|member| (member.name.as_str(), member)).collect()
}

/// Another item that has the path now.
fn replacement<'s>(old: &Entry, is: &'s Surface) -> Option<&'s Entry> {
    let is_there = |new: &&Entry| new.kind != Kind::Method && new.path == old.path;
    is.0.iter().filter(|_| old.kind != Kind::Method).find(is_there)
}

struct Changes(Vec<RustChange>);

impl Changes {
    fn push(
        &mut self,
        item: &str,
        old: Option<&str>,
        new: Option<&str>,
        broken: Option<Broken<'_>>,
    ) {
        self.0.push(RustChange {
            class: Class::breaking_if(broken.is_some()),
            item: item.to_owned(),
            old: old.map(str::to_owned),
            new: new.map(str::to_owned),
            how: broken.map(|broken| broken.how),
            witness: broken.and_then(|broken| broken.witness()),
        });
    }

    fn removed(&mut self, old: &Entry, new: Option<&Entry>) {
        let how = match (old.kind, new.is_some()) {
            (Kind::Struct | Kind::Tuple, true) => Break::StructReplaced,
            (Kind::Struct | Kind::Tuple, false) => Break::StructRemoved,
            // Nobody has a value of an enum without variants.
            (Kind::Enum, true) if !old.members.is_empty() => Break::EnumReplaced,
            (Kind::Enum, _) => Break::EnumRemoved,
            (Kind::Alias, _) => Break::AliasRemoved,
            (Kind::Method, _) => Break::MethodRemoved,
        };
        let member = old.members.first();
        let broken = Broken { how, old, new, member };
        self.push(&old.name, Some(&old.line), None, Some(broken));
    }

    /// An item that both sides have.
    fn item(&mut self, old: &Entry, new: &Entry) {
        match (old.kind, new.kind) {
            (Kind::Struct, Kind::Struct) | (Kind::Enum, Kind::Enum) => {}
            (Kind::Struct, Kind::Tuple) => {
                let how = Break::StructReshaped;
                let is_broken = !old.may_grow || !old.members.is_empty();
                let broken = is_broken.then_some(Broken { how, old, new: Some(new), member: None });
                self.line(old, new, broken);
            }
            (Kind::Tuple, _) => return self.tuple(old, new),
            (Kind::Alias, _) => {
                let is_same = old.whole == new.whole && old.generics == new.generics;
                let how = Break::AliasChanged;
                let broken = Broken { how, old, new: Some(new), member: None };
                if !is_same {
                    self.line(old, new, Some(broken));
                }
                return;
            }
            _ => return self.method(old, new),
        }
        self.members(old, new);
        self.opened(old, new);
    }

    /// A change of the line of an item.
    fn line(&mut self, old: &Entry, new: &Entry, broken: Option<Broken<'_>>) {
        let (mut was, mut is) = (old.line.clone(), new.line.clone());
        if was == is {
            // What differs is left out of what is shown.
            (was, is) = (whole(old), whole(new));
        }
        self.push(&old.name, Some(&was), Some(&is), broken);
    }

    fn method(&mut self, old: &Entry, new: &Entry) {
        if old.whole == new.whole && old.path == new.path && old.generics == new.generics {
            return;
        }
        let how = Break::MethodChanged;
        let broken = Broken { how, old, new: Some(new), member: None };
        self.line(old, new, (!witness::is_called_alike(old, new)).then_some(broken));
    }

    /// A struct around values: what callers can no longer have.
    fn tuple(&mut self, old: &Entry, new: &Entry) {
        let is_kept = |member: &&Member| {
            new.kind == Kind::Tuple
                && members(new).get(&*member.name).is_some_and(|it| it.whole == member.whole)
        };
        let lost = old.members.iter().find(|member| !is_kept(member));
        let is_reshaped = new.kind != Kind::Tuple;
        let how = if is_reshaped { Break::StructReshaped } else { Break::ValueChanged };
        let broken = lost.map(|member| Broken { how, old, new: Some(new), member: Some(member) });
        if broken.is_some() || old.line != new.line || old.members != new.members {
            self.line(old, new, broken);
        }
        match is_reshaped {
            true => self.members(old, new),
            false => self.opened(old, new),
        }
    }

    /// Fields or variants.
    fn members(&mut self, old: &Entry, new: &Entry) {
        let named = |entry: &'_ Entry| entry.kind != Kind::Tuple;
        let was = if named(old) { members(old) } else { BTreeMap::new() };
        let is = if named(new) { members(new) } else { BTreeMap::new() };
        for (_, was, is) in pairs(was, is) {
            let Some(how) = broken_member(old, was, is) else { continue };
            let member = was;
            let (was, is) = match (was, is) {
                (Some(was), Some(is)) if was.line == is.line => {
                    (Some(whole_member(was)), Some(whole_member(is)))
                }
                _ => (was.map(|it| it.line.clone()), is.map(|it| it.line.clone())),
            };
            let broken = how.map(|how| Broken { how, old, new: Some(new), member });
            self.push(&old.name, was.as_deref(), is.as_deref(), broken);
        }
    }

    /// Whether callers can name all members.
    fn opened(&mut self, old: &Entry, new: &Entry) {
        let how = if old.kind == Kind::Enum { Break::EnumOpened } else { Break::StructOpened };
        let broken = Broken { how, old, new: Some(new), member: None };
        match (old.may_grow, new.may_grow) {
            (false, true) => self.push(&old.name, None, Some(outline::MORE), Some(broken)),
            (true, false) => self.push(&old.name, Some(outline::MORE), None, None),
            _ => {}
        }
    }
}

/// What a change of a field or a variant breaks; nothing if it is none.
fn broken_member(old: &Entry, was: Option<&Member>, is: Option<&Member>) -> Option<Option<Break>> {
    let is_enum = old.kind == Kind::Enum;
    let how = |variant, field| Some(if is_enum { variant } else { field });
    match (was, is) {
        (Some(was), Some(is)) if was.whole == is.whole => None,
        (Some(_), Some(_)) => Some(how(Break::VariantChanged, Break::FieldChanged)),
        (Some(_), None) => Some(how(Break::VariantRemoved, Break::FieldRemoved)),
        (None, Some(_)) if old.may_grow => Some(None),
        (None, _) => Some(how(Break::VariantAdded, Break::FieldAdded)),
    }
}

/// An item with whole names.
fn whole(entry: &Entry) -> String {
    let Entry { kind, name, path, whole, generics, .. } = entry;
    let whole = outline::unspaced(whole);
    match kind {
        Kind::Method => format!("{}: {whole}", outline::unspaced(path)),
        Kind::Alias => format!("{name}{} = {whole};", outline::unspaced(generics)),
        _ => format!("{name}{whole}"),
    }
}

fn whole_member(member: &Member) -> String {
    let whole = outline::unspaced(&member.whole);
    // A variant has its name in it.
    match whole.starts_with(&member.name) {
        true => whole,
        false => format!("{}: {whole}", member.name),
    }
}

#[cfg(test)]
mod tests;
