//! Generated code as text. It is printed some items at a time, which are dropped as soon as their text is there:
//! the syntax tree of a large client takes many times the memory of its text.

use proc_macro2::Span;
use syn::{File, Ident, Item, ItemMod, Visibility, parse_quote};

use super::guards::panics;
use crate::error::{Error, Problem, Result, Stage};

/// Formats a file of Rust, as `prettyplease` formats the whole of it.
///
/// # Errors
/// A formatter that panics.
pub fn print(file: File) -> Result<String> {
    panics::caught(|| {
        let mut file = file;
        let items = std::mem::take(&mut file.items);
        let mut text = prettyplease::unparse(&file);
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        pieces(items, 0, &mut text);
        text
    })
    .map_err(|message| Error::new(Stage::Generate, Problem::NotRust { message }))
}

/// How many items are printed at a time. Each time, the buffers of the printer grow from nothing, which takes
/// long among as many small pieces of memory as a syntax tree is.
const AT_A_TIME: usize = 64;

/// Adds items that are inside of so many modules.
fn pieces(items: Vec<Item>, depth: usize, text: &mut String) {
    let mut some = Vec::new();
    for item in items {
        match item {
            Item::Mod(module)
                if module.content.as_ref().is_some_and(|(_, items)| !items.is_empty()) =>
            {
                piece(std::mem::take(&mut some), depth, text);
                around(module, depth, text);
            }
            item => some.push(item),
        }
        if some.len() == AT_A_TIME {
            piece(std::mem::take(&mut some), depth, text);
        }
    }
    piece(some, depth, text);
}

fn piece(items: Vec<Item>, depth: usize, text: &mut String) {
    if !items.is_empty() {
        *text += inside_of(&within(items, depth), depth);
    }
}

/// Adds a module, and what it has inside.
fn around(mut module: ItemMod, depth: usize, text: &mut String) {
    // What stands around the items is printed around one of them that is known.
    let inside = vec![parse_quote! { struct Inside; }];
    let items = module.content.as_mut().map(|(_, items)| std::mem::replace(items, inside));
    let around = within(vec![Item::Mod(module)], depth);
    let around = inside_of(&around, depth);
    let (before, after) = around.split_once(INSIDE).unwrap_or((around, ""));
    *text += before.trim_end_matches(' ');
    pieces(items.unwrap_or_default(), depth + 1, text);
    *text += after;
}

const INSIDE: &str = "struct Inside;\n";

/// The text of items, and of so many modules around them.
fn within(items: Vec<Item>, depth: usize) -> String {
    // Moved, not quoted: quoting would make tokens of the items and parse them again.
    let module = |items, _| {
        vec![Item::Mod(ItemMod {
            attrs: Vec::new(),
            vis: Visibility::Inherited,
            unsafety: None,
            mod_token: Default::default(),
            ident: Ident::new(AROUND, Span::call_site()),
            content: Some((Default::default(), items)),
            semi: None,
        })]
    };
    let items = (0..depth).fold(items, module);
    let file = File { shebang: None, frontmatter: None, attrs: Vec::new(), items };
    prettyplease::unparse(&file)
}

const AROUND: &str = "around";

/// The text without the modules around it: a line each before and after it, each further in than the one outside.
fn inside_of(text: &str, depth: usize) -> &str {
    let indents: usize = (0..depth).map(|outside| outside * INDENT).sum();
    let before = indents + depth * ("mod  {\n".len() + AROUND.len());
    let after = indents + depth * "}\n".len();
    text.get(before..text.len().saturating_sub(after)).unwrap_or_default()
}

/// By how many blanks `prettyplease` moves in.
const INDENT: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_the_text_of_the_whole() {
        let code = r#"
            #![allow(dead_code)]
            use a::b;
            /// A module
            /// of two.
            pub mod types {
                #![allow(clippy::all)]
                use super::x;
                /** Several

                lines. */
                pub struct Long { pub aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: Option<Vec<String>>, pub bbbbbbbbbbbbbbbbb: u8 }
                pub mod builder {
                    pub fn long(aaaaaaaaaaaaaaaaaaaaaaa: u8, bbbbbbbbbbbbbbbbbbbbbbbbb: u8, cccccccccccc: u8) {}
                    mod empty {}
                }
                const TEXT: &str = "a
    struct Inside;
b";
            }
            mod elsewhere;
            impl A { fn b() {} }
        "#;
        let file: File = syn::parse_str(code).unwrap();
        let whole = prettyplease::unparse(&file);
        assert_eq!(print(file).unwrap(), whole);
    }
}
