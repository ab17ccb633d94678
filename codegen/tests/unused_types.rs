//! A public type of a client is there for somebody: a method takes or returns it, or a type does that is.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use common::spec::Spec;
use manis_codegen::pipeline;
use manis_codegen::syntax::yaml;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{File, ImplItem, Item, Visibility};

/// The public types of generated code that nothing leads to from what is no type.
fn unused(code: &str) -> Vec<String> {
    let file: File = syn::parse_file(code).unwrap();
    let (mut types, mut seen) = (BTreeMap::new(), BTreeSet::new());
    let (mut methods, mut rest) = (Vec::new(), Vec::new());
    for item in &file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                for item in module.content.iter().flat_map(|(_, items)| items) {
                    types.extend(defined(item));
                    methods.extend(of_methods(item));
                }
            }
            item => rest.extend(words(item.to_token_stream())),
        }
    }
    for (name, signatures) in methods {
        types.entry(name).and_modify(|inside| inside.extend(signatures));
    }
    while let Some(word) = rest.pop() {
        if let Some(inside) = types.get(&word)
            && seen.insert(word)
        {
            rest.extend(inside.iter().cloned());
        }
    }
    types.into_keys().filter(|name| !seen.contains(name)).collect()
}

/// A public type, and the words of its definition.
fn defined(item: &Item) -> Option<(String, Vec<String>)> {
    let (visibility, ident, inside) = match item {
        Item::Struct(it) => (&it.vis, &it.ident, it.fields.to_token_stream()),
        Item::Enum(it) => (&it.vis, &it.ident, it.variants.to_token_stream()),
        Item::Type(it) => (&it.vis, &it.ident, it.ty.to_token_stream()),
        _ => return None,
    };
    matches!(visibility, Visibility::Public(_)).then(|| (ident.to_string(), words(inside)))
}

/// A type, and the words of what its own methods take and return.
fn of_methods(item: &Item) -> Option<(String, Vec<String>)> {
    let Item::Impl(it) = item else { return None };
    let signatures = it.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) if it.trait_.is_none() => Some(method.sig.to_token_stream()),
        _ => None,
    });
    Some((it.self_ty.to_token_stream().to_string(), signatures.flat_map(words).collect()))
}

fn words(tokens: TokenStream) -> Vec<String> {
    let mut words = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => words.push(ident.to_string()),
            TokenTree::Group(group) => words.extend(self::words(group.stream())),
            _ => {}
        }
    }
    words
}

#[test]
fn a_type_that_nothing_takes_is_found() {
    let code =
        "pub mod types { pub struct A(B); pub struct B; pub struct C(C); } pub struct X(types::A);";
    assert_eq!(unused(code), ["C"], "and types are found at all");
}

#[test]
fn the_client_has_none() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/generated.rs");
    assert_eq!(unused(&fs::read_to_string(file).unwrap()), Vec::<String>::new());
}

#[test]
fn no_fixture_gets_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/generate");
    let mut faults = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let case = yaml::parse(&fs::read_to_string(&file).unwrap()).unwrap();
        let Ok(outcome) = pipeline::run(&Spec::of(&yaml::print(&case["document"])).folder()) else {
            continue;
        };
        let unused = unused(&outcome.client);
        if !unused.is_empty() {
            faults.push(format!("{}: {unused:?}", file.file_stem().unwrap().to_string_lossy()));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}
