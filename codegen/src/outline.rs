//! Stage 8, outline: the public surface of generated Rust, signatures and fields only, which drift
//! compares. What review reads is the whole crate's: `contract`.

use std::fmt::Write;

use quote::{ToTokens, quote};
use syn::{Fields, File, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct, Visibility};

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
    renamed(attributes).map(|name| format!("  // {name}")).unwrap_or_default()
}

/// The value of `#[serde(rename = "…")]`.
pub(crate) fn renamed(attributes: &[syn::Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // A malformed attribute would not compile, which says more than this could.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    name
}

/// Tokens as a person writes them, without the paths that generators spell out. `types` and
/// `builder` stay, since both have a type of each name.
pub(crate) fn short(tokens: &impl ToTokens) -> String {
    let mut text = quote!(#tokens).to_string().replace("->", RETURNS);
    // The tokens' own spacing depends on how they were made.
    for symbol in ["::", "<", ">", "(", ")"] {
        text = text.replace(symbol, &format!(" {symbol} "));
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let stays = |word: &str| ["types", "builder", ">"].contains(&word);
    let shortened = words.iter().enumerate().filter(|&(index, word)| match *word {
        "::" => index.checked_sub(1).and_then(|it| words.get(it)).is_some_and(|word| stays(word)),
        word => {
            let is_path = words.get(index + 1) == Some(&"::");
            !is_path || !word.starts_with(char::is_alphabetic) || stays(word)
        }
    });
    unspaced(&shortened.map(|(_, word)| *word).collect::<Vec<_>>().join(" "))
}

/// Tokens with a space between each two, as a person writes them.
pub(crate) fn unspaced(tokens: &str) -> String {
    let mut text = tokens.replace("->", RETURNS);
    for (spaced, written) in [
        (" :: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" : ", ": "),
        ("& ", "&"),
        (" ;", ";"),
        (",)", ")"),
        (",>", ">"),
        (",<", ", <"),
    ] {
        text = text.replace(spaced, written);
    }
    text.replace(RETURNS, "->")
}

/// Stands in for `->` while `>` is spaced, which would take the arrow apart.
const RETURNS: &str = "\u{2192}";
