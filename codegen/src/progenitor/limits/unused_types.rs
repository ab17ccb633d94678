//! Types that no method leads to: typify makes one of every component, also of those that it merges into
//! others (`allOf`). Nobody is given one, and nothing takes one.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{File, Item};

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
    let (mut types, mut used, mut rest) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
    for item in &file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                let items = module.content.iter().flat_map(|(_, items)| items);
                types.extend(items.filter_map(definition));
            }
            item => add_words(item.to_token_stream(), &mut rest),
        }
    }
    while let Some(word) = rest.pop() {
        if let Some(definition) = types.get(&word)
            && used.insert(word)
        {
            add_words(definition.clone(), &mut rest);
        }
    }
    types.into_keys().filter(|name| !used.contains(name)).collect()
}

/// A type, and what it is made of.
fn definition(item: &Item) -> Option<(String, TokenStream)> {
    Some(match item {
        Item::Struct(it) => (it.ident.to_string(), it.fields.to_token_stream()),
        Item::Enum(it) => (it.ident.to_string(), it.variants.to_token_stream()),
        Item::Type(it) => (it.ident.to_string(), it.ty.to_token_stream()),
        _ => return None,
    })
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
