//! Types and signatures with whole names, so that what an import or a module means is a part of them.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Path, PathSegment, QSelf, TypePath};

use crate::contract::modules::{Meaning, Modules, Steps};
use crate::contract::rust;

/// What everybody writes without a path, besides what the contract shortens.
const PRELUDE: [&str; 3] = ["std::string::ToString", "std::ops::Fn", "std::ops::FnMut"];

fn is_in_prelude(path: &str) -> bool {
    rust::PRELUDE.contains(&path) || PRELUDE.contains(&path)
}

/// Gives every path the name that it has from the root of its crate: `types::Pet`, `uuid::Uuid`.
pub(super) struct Names<'m> {
    pub(super) modules: &'m Modules,
    /// The module in which the paths stand.
    pub(super) module: &'m [String],
    /// What they are generic over.
    pub(super) parameters: Vec<String>,
}

impl Names<'_> {
    /// The whole name; none of what is known without one.
    pub(super) fn whole(&self, path: &[String], is_absolute: bool) -> Option<Steps> {
        let first = path.first()?;
        let is_own = first == "Self" || self.parameters.contains(first);
        if is_own && !is_absolute {
            return None;
        }
        let meaning = match is_absolute {
            true => Some(Meaning::Foreign(path.to_vec())),
            false => self.modules.meaning(self.module, path),
        };
        match meaning? {
            Meaning::Foreign(found) => match is_in_prelude(&found.join("::")) {
                true => found.last().map(|last| vec![last.clone()]),
                false => Some(found),
            },
            Meaning::Module(found) | Meaning::Item(found) => {
                Some(found.into_iter().skip(1).collect())
            }
        }
    }

    /// Replaces the segments that name something; what they are applied to stays with the last of them.
    fn rename(&self, segments: &mut Punctuated<PathSegment, syn::Token![::]>, is_absolute: bool) {
        let steps: Steps = segments.iter().map(|step| step.ident.to_string()).collect();
        let Some(whole) = self.whole(&steps, is_absolute) else { return };
        let arguments = segments.last().map(|last| last.arguments.clone()).unwrap_or_default();
        // A name that is none in Rust would not have been there.
        let idents = whole.iter().map(|step| syn::parse_str::<syn::Ident>(step));
        let Ok(idents) = idents.collect::<syn::Result<Vec<_>>>() else { return };
        *segments = idents.into_iter().map(PathSegment::from).collect();
        if let Some(last) = segments.last_mut() {
            last.arguments = arguments;
        }
    }

    /// `<T as Trait>::Name`: the trait alone has a path.
    fn rename_trait(&self, of: &mut QSelf, path: &mut Path) {
        let is_absolute = path.leading_colon.take().is_some();
        let mut named = path.segments.iter().take(of.position).cloned().collect();
        self.rename(&mut named, is_absolute);
        let rest: Vec<_> = path.segments.iter().skip(of.position).cloned().collect();
        of.position = named.len();
        path.segments = named.into_iter().chain(rest).collect();
    }
}

impl VisitMut for Names<'_> {
    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        match &mut ty.qself {
            None => self.visit_path_mut(&mut ty.path),
            Some(of) => {
                visit_mut::visit_path_mut(self, &mut ty.path);
                self.visit_type_mut(&mut of.ty);
                self.rename_trait(of, &mut ty.path);
            }
        }
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let is_absolute = path.leading_colon.take().is_some();
        self.rename(&mut path.segments, is_absolute);
    }
}

/// Tokens as a text that is the same for the same tokens, and that parses.
pub(super) fn text(tokens: &impl ToTokens) -> String {
    let mut text = String::new();
    write(tokens.to_token_stream(), &mut text);
    text.trim_end().to_owned()
}

fn write(tokens: TokenStream, text: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("( ", ") "),
                    Delimiter::Brace => ("{ ", "} "),
                    Delimiter::Bracket => ("[ ", "] "),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => {
                text.push(punct.as_char());
                if punct.spacing() == Spacing::Alone {
                    text.push(' ');
                }
            }
            other => *text += &format!("{other} "),
        }
    }
}
