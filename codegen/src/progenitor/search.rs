//! What stands in a whole file. The tokens of a large client take many times the memory of its syntax tree, so
//! the tree is visited.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;
use syn::{Block, File, Ident, LitStr, Stmt};

use super::shape;

/// Whether a part of a string literal stands anywhere in a file, in attributes and macros as well.
pub(super) fn has_text(file: &File, part: &str) -> bool {
    struct Texts<'p> {
        part: &'p str,
        is_found: bool,
    }
    impl<'f> Visit<'f> for Texts<'_> {
        fn visit_lit_str(&mut self, text: &'f LitStr) {
            self.is_found |= text.value().contains(self.part);
        }

        fn visit_token_stream(&mut self, tokens: &'f TokenStream) {
            self.is_found |= code_has_text(tokens.clone(), self.part);
        }
    }
    let mut texts = Texts { part, is_found: false };
    texts.visit_file(file);
    texts.is_found
}

/// Whether a part of a string literal stands anywhere in code, in attributes and macros as well.
pub(super) fn code_has_text(code: TokenStream, part: &str) -> bool {
    code.into_iter().any(|token| match token {
        TokenTree::Group(group) => code_has_text(group.stream(), part),
        TokenTree::Literal(literal) => match syn::Lit::new(literal) {
            syn::Lit::Str(text) => text.value().contains(part),
            _ => false,
        },
        _ => false,
    })
}

/// Whether a name stands anywhere in a file.
pub(super) fn mentions(file: &File, name: &str) -> bool {
    Names::find(name, |names| names.visit_file(file))
}

/// Whether a name stands anywhere in a block.
pub(super) fn block_mentions(block: &Block, name: &str) -> bool {
    Names::find(name, |names| names.visit_block(block))
}

/// Whether a name stands anywhere in a statement.
pub(super) fn statement_mentions(statement: &Stmt, name: &str) -> bool {
    Names::find(name, |names| names.visit_stmt(statement))
}

struct Names<'n> {
    name: &'n str,
    is_found: bool,
}

impl<'n> Names<'n> {
    fn find(name: &'n str, visit: impl FnOnce(&mut Self)) -> bool {
        let mut names = Self { name, is_found: false };
        visit(&mut names);
        names.is_found
    }
}

impl<'f> Visit<'f> for Names<'_> {
    fn visit_ident(&mut self, ident: &'f Ident) {
        self.is_found |= ident == self.name;
    }

    fn visit_token_stream(&mut self, tokens: &'f TokenStream) {
        self.is_found |= shape::mentions(tokens, self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> File {
        syn::parse_quote! {
            mod a {
                #[serde(rename = "in an attribute")]
                struct B { c: D }
                fn e() { f!("in a macro", g); "in code" }
            }
        }
    }

    #[test]
    fn texts_are_found_wherever_they_stand() {
        for text in ["an attribute", "a macro", "in code"] {
            assert!(has_text(&file(), text), "{text}");
        }
        assert!(!has_text(&file(), "elsewhere"));
    }

    #[test]
    fn names_are_found_wherever_they_stand() {
        for name in ["a", "rename", "B", "D", "g"] {
            assert!(mentions(&file(), name), "{name}");
        }
        assert!(!mentions(&file(), "code"));
    }
}
