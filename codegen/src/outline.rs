//! The public surface of generated Rust, signatures and fields only, as tests read it. What review reads is the
//! whole crate's: `contract`.

use std::fmt::Write;

use quote::{ToTokens, quote};
use syn::{Fields, File, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct, Visibility};

use crate::progenitor::shape;

/// The public surface, one item or member a line.
pub(crate) fn of(file: &File) -> String {
    let mut text = String::new();
    items(&file.items, "", &mut text);
    text
}

fn items(all: &[Item], path: &str, text: &mut String) {
    for item in all {
        match item {
            Item::Struct(item) if is_public(&item.vis) => structure(item, path, text),
            Item::Enum(item) if is_public(&item.vis) => enumeration(item, path, text),
            Item::Type(item) if is_public(&item.vis) => {
                let _ = writeln!(text, "type {path}{} = {};", item.ident, short(&item.ty));
            }
            Item::Impl(item) if item.trait_.is_none() => methods(item, path, text),
            Item::Mod(module) if is_public(&module.vis) => {
                let path = format!("{path}{}::", module.ident);
                // Builders of types have a setter for every field of theirs.
                if path != "types::builder::"
                    && let Some((_, inner)) = &module.content
                {
                    items(inner, &path, text);
                }
            }
            _ => {}
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn structure(item: &ItemStruct, path: &str, text: &mut String) {
    match &item.fields {
        Fields::Named(fields) => {
            let _ = writeln!(text, "struct {path}{}", item.ident);
            for field in fields.named.iter().filter(|field| is_public(&field.vis)) {
                let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                let _ = writeln!(text, "    {name}: {}{}", short(&field.ty), wire(&field.attrs));
            }
            more(&item.attrs, text);
        }
        fields => {
            let _ = writeln!(text, "struct {path}{}{}", item.ident, short(fields));
        }
    }
}

/// What stands for the fields or variants that a type may get (`#[non_exhaustive]`).
pub(crate) const MORE: &str = "..";

fn enumeration(item: &ItemEnum, path: &str, text: &mut String) {
    let _ = writeln!(text, "enum {path}{}", item.ident);
    for variant in &item.variants {
        let fields = short(&variant.fields);
        let _ = writeln!(text, "    {}{fields}{}", variant.ident, wire(&variant.attrs));
    }
    more(&item.attrs, text);
}

/// Whether a type may get fields or variants.
pub(crate) fn may_grow(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("non_exhaustive"))
}

/// Says that a type may grow.
fn more(attributes: &[syn::Attribute], text: &mut String) {
    if may_grow(attributes) {
        let _ = writeln!(text, "    {MORE}");
    }
}

fn methods(item: &ItemImpl, path: &str, text: &mut String) {
    for member in &item.items {
        if let ImplItem::Fn(function) = member
            && is_public(&function.vis)
        {
            let signature = short(&function.sig);
            let _ = writeln!(text, "{path}{}: {signature}", short(&item.self_ty));
        }
    }
}

/// The name on the wire, where it is another.
fn wire(attributes: &[syn::Attribute]) -> String {
    shape::renamed(attributes).map(|name| format!("  // {name}")).unwrap_or_default()
}

/// Tokens as a person writes them, without the paths that generators spell out. `types` and
/// `builder` stay, since both have a type of each name.
pub(crate) fn short(tokens: &impl ToTokens) -> String {
    let text = quote!(#tokens).to_string();
    let words = words(&text);
    let is_kept = |index: usize, word: &str| match word {
        "::" => index.checked_sub(1).and_then(|it| words.get(it)).is_some_and(|it| stays(it)),
        word => {
            let is_path = words.get(index + 1) == Some(&"::");
            !is_path || !word.starts_with(char::is_alphabetic) || stays(word)
        }
    };
    let kept = words.iter().enumerate().filter(|(index, word)| is_kept(*index, word));
    spaced(kept.map(|(_, word)| *word))
}

/// The same with whole paths.
pub(crate) fn unspaced(tokens: &str) -> String {
    spaced(words(tokens).into_iter())
}

fn spaced<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut text = String::new();
    let mut last = "";
    for word in words {
        // A comma after the last of several.
        if last == "," && [")", ">"].contains(&word) {
            text.pop();
        } else if is_spaced(last, word) {
            text.push(' ');
        }
        text.push_str(word);
        last = word;
    }
    text
}

fn stays(word: &str) -> bool {
    ["types", "builder", ">"].contains(&word)
}

/// Whether a blank stands between two words.
fn is_spaced(before: &str, word: &str) -> bool {
    let is_opened =
        before.is_empty() || ["::", "<", "("].contains(&before) || before.ends_with('&');
    let is_inside = ["::", ">", ",", "(", ")", ":", ";"].contains(&word);
    !is_opened && !is_inside && (word != "<" || before == ",")
}

/// The words of tokens, whose own spacing depends on how they were made.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for mut rest in text.split_ascii_whitespace() {
        while let Some((before, sign, after)) = at_sign(rest) {
            words.extend(Some(before).filter(|word| !word.is_empty()));
            words.push(sign);
            rest = after;
        }
        words.extend(Some(rest).filter(|word| !word.is_empty()));
    }
    words
}

/// What is before the first sign that is a word of its own, the sign, and what is after it.
fn at_sign(text: &str) -> Option<(&str, &'static str, &str)> {
    const SIGNS: [&str; 6] = ["->", "::", "<", ">", "(", ")"];
    text.char_indices().filter(|(_, first)| "-:<>()".contains(*first)).find_map(|(index, _)| {
        let (before, rest) = text.split_at_checked(index)?;
        SIGNS.into_iter().find_map(|sign| Some((before, sign, rest.strip_prefix(sign)?)))
    })
}
