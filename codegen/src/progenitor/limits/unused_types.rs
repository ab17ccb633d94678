//! Types that no method leads to: typify makes one of every component, also of those that it merges into
//! others (`allOf`). Nobody is given one, and nothing takes one.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Fields, File, Ident, Item, ItemUse, Path};

use crate::error::Result;
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const UNUSED_TYPE: Rule = Rule::translated(
    "unused-type",
    "a component that is a part of others, and of which no method takes or returns a value",
    "no type; the fields are those of the others",
);

/// Removes them, with what is implemented for them.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let unused = unused(code.file);
    if unused.is_empty() {
        return Ok(());
    }
    if let Some(types) = shape::module(&mut code.file.items, "types") {
        remove(types, &unused);
        if let Some(builders) = shape::module(types, "builder") {
            remove(builders, &unused);
        }
    }
    for name in unused {
        log.add(&UNUSED_TYPE, format!("types::{name}"), "no method leads to it");
    }
    Ok(())
}

/// The types that nothing leads to from outside of `types`.
fn unused(file: &File) -> BTreeSet<String> {
    let is_types = |item: &&Item| shape::is_module(item, "types");
    let types = file.items.iter().filter(is_types).filter_map(|item| match item {
        Item::Mod(module) => module.content.as_ref(),
        _ => None,
    });
    let types = types.flat_map(|(_, items)| items);
    let types: BTreeMap<String, &Item> =
        types.filter_map(|item| Some((shape::declared(item)?.to_string(), item))).collect();
    let mut found = Found { types: &types, used: BTreeSet::new(), rest: Vec::new() };
    let outside = file.items.iter().filter(|item| !is_types(item));
    outside.for_each(|item| Outside(&mut found).visit_item(item));
    while let Some(name) = found.rest.pop() {
        match types.get(&name) {
            Some(Item::Struct(it)) => found.fields(&it.fields),
            Some(Item::Enum(it)) => it.variants.iter().for_each(|it| found.fields(&it.fields)),
            Some(Item::Type(it)) => found.visit_type(&it.ty),
            _ => {}
        }
    }
    types.keys().filter(|name| !found.used.contains(*name)).cloned().collect()
}

/// The types whose names were found, and those of them that were not looked at yet.
struct Found<'t> {
    types: &'t BTreeMap<String, &'t Item>,
    used: BTreeSet<String>,
    rest: Vec<String>,
}

impl Found<'_> {
    fn fields(&mut self, fields: &Fields) {
        fields.iter().for_each(|field| self.visit_type(&field.ty));
    }

    fn add(&mut self, word: String) {
        if self.types.contains_key(&word) && self.used.insert(word.clone()) {
            self.rest.push(word);
        }
    }
}

/// What stands outside of `types`, where a type has a path: most names are those of methods and variables.
struct Outside<'f, 't>(&'f mut Found<'t>);

impl<'c> Visit<'c> for Outside<'_, '_> {
    fn visit_path(&mut self, path: &'c Path) {
        path.segments.iter().skip(1).for_each(|segment| self.0.visit_ident(&segment.ident));
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'c ItemUse) {
        self.0.visit_item_use(item);
    }

    fn visit_token_stream(&mut self, tokens: &'c TokenStream) {
        self.0.visit_token_stream(tokens);
    }
}

impl<'c> Visit<'c> for Found<'_> {
    fn visit_ident(&mut self, ident: &'c Ident) {
        self.add(ident.to_string());
    }

    fn visit_token_stream(&mut self, tokens: &'c TokenStream) {
        let mut words = Vec::new();
        add_words(tokens.clone(), &mut words);
        words.into_iter().for_each(|word| self.add(word));
    }
}

fn add_words(tokens: TokenStream, words: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => words.push(word.to_string()),
            TokenTree::Group(group) => add_words(group.stream(), words),
            _ => {}
        }
    }
}

/// Removes types, and implementations for them or of conversions from them.
fn remove(items: &mut Vec<Item>, unused: &BTreeSet<String>) {
    let is_about = |tokens: TokenStream| {
        let mut words = Vec::new();
        add_words(tokens, &mut words);
        words.iter().any(|word| unused.contains(word))
    };
    items.retain(|item| match item {
        Item::Struct(it) => !unused.contains(&it.ident.to_string()),
        Item::Enum(it) => !unused.contains(&it.ident.to_string()),
        Item::Type(it) => !unused.contains(&it.ident.to_string()),
        Item::Impl(it) => {
            let of = it.trait_.as_ref().map(|(path, _)| path.to_token_stream());
            !is_about(it.self_ty.to_token_stream()) && !of.is_some_and(is_about)
        }
        _ => true,
    });
}
