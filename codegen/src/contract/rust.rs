//! Rust in one line, with paths from the root of their crate.

use std::collections::{BTreeMap, BTreeSet};

use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Generics};

use super::modules::{Meaning, Modules, Steps};

/// What names mean in a module, and what the crate calls them in public.
pub(super) struct Scope<'c> {
    pub(super) modules: &'c Modules,
    pub(super) module: &'c [String],
    pub(super) public: &'c BTreeMap<Steps, String>,
    /// Names of generic parameters.
    pub(super) parameters: BTreeSet<String>,
}

impl Scope<'_> {
    /// Gives every path in a piece of Rust its whole name.
    pub(super) fn qualified<T>(&self, node: &T, visit: fn(&mut Paths<'_>, &mut T)) -> T
    where
        T: Clone,
    {
        let mut node = node.clone();
        visit(&mut Paths { scope: self, parameters: self.parameters.clone() }, &mut node);
        node
    }

    /// The whole name of a path, without what its segments are applied to.
    pub(super) fn name(&self, path: &[String]) -> String {
        match self.modules.meaning(self.module, path) {
            None => path.join("::"),
            Some(Meaning::Foreign(path)) => short(&path).join("::"),
            Some(Meaning::Module(path) | Meaning::Item(path)) => self.published(&path).join("::"),
        }
    }

    /// A path of this crate by its public name, if it has one.
    fn published(&self, path: &[String]) -> Steps {
        let ends = (1..=path.len()).rev();
        let found =
            ends.into_iter().find_map(|end| Some((end, self.public.get(path.get(..end)?)?)));
        match found {
            Some((end, name)) => {
                let steps = name.split("::").map(str::to_owned);
                steps.chain(path.iter().skip(end).cloned()).collect()
            }
            None => path.to_vec(),
        }
    }
}

/// What everybody writes without a path.
pub(crate) const PRELUDE: [&str; 12] = [
    "std::option::Option",
    "std::result::Result",
    "std::string::String",
    "std::vec::Vec",
    "std::boxed::Box",
    "std::convert::From",
    "std::convert::TryFrom",
    "std::convert::TryInto",
    "std::convert::Into",
    "std::ops::FnOnce",
    "std::clone::Clone",
    "std::default::Default",
];

fn short(path: &[String]) -> Steps {
    match PRELUDE.contains(&path.join("::").as_str()) {
        true => path.last().cloned().into_iter().collect(),
        false => path.to_vec(),
    }
}

/// Replaces paths by their whole names.
pub(super) struct Paths<'s> {
    scope: &'s Scope<'s>,
    parameters: BTreeSet<String>,
}

impl VisitMut for Paths<'_> {
    fn visit_generics_mut(&mut self, generics: &mut Generics) {
        self.parameters.extend(names(generics));
        visit_mut::visit_generics_mut(self, generics);
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let steps: Steps = path.segments.iter().map(|step| step.ident.to_string()).collect();
        let Some(first) = steps.first() else { return };
        let is_own = first == "Self" || self.parameters.contains(first);
        if path.leading_colon.is_none() && is_own {
            return;
        }
        let name = match path.leading_colon.take() {
            Some(_) => short(&steps).join("::"),
            None => self.scope.name(&steps),
        };
        let last = path.segments.last().map(|last| last.arguments.clone());
        // Only the last segment of the paths of a public surface is applied to something.
        if let Ok(mut whole) = syn::parse_str::<syn::Path>(&name) {
            if let (Some(segment), Some(arguments)) = (whole.segments.last_mut(), last) {
                segment.arguments = arguments;
            }
            *path = whole;
        }
    }
}

/// The names of the types and constants that something is generic over.
pub(super) fn names(generics: &Generics) -> impl Iterator<Item = String> {
    let constants = generics.const_params().map(|it| it.ident.to_string());
    generics.type_params().map(|it| it.ident.to_string()).chain(constants)
}

/// A whole item in one line.
pub(super) fn item(item: syn::Item) -> String {
    let file = syn::File { shebang: None, frontmatter: None, attrs: Vec::new(), items: vec![item] };
    let text = prettyplease::unparse(&file);
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (broken, whole) in
        [("( ", "("), (", )", ")"), (" )", ")"), ("< ", "<"), (", >", ">"), (" {}", ""), ("{}", "")]
    {
        text = text.replace(broken, whole);
    }
    text.trim_end_matches([',', ' ', ';']).to_owned()
}

/// A type in one line.
pub(super) fn ty(ty: &impl ToTokens) -> String {
    match syn::parse2(quote!(type T = #ty;)) {
        Ok(parsed) => item(parsed).trim_start_matches("type T = ").to_owned(),
        Err(_) => quote!(#ty).to_string(),
    }
}

/// The signature of a function in one line, without its visibility, and without what it does with `self`.
pub(super) fn signature(signature: &syn::Signature) -> String {
    let mut signature = signature.clone();
    if let Some(syn::FnArg::Receiver(receiver)) = signature.inputs.first_mut() {
        receiver.mutability = None;
    }
    match syn::parse2(quote!(#signature {})) {
        Ok(parsed) => item(parsed),
        // A receiver makes it a method.
        Err(_) => match syn::parse2(quote!(impl T { #signature {} })) {
            Ok(parsed) => {
                let text = item(parsed);
                let text = text.trim_start_matches("impl T { ");
                text.trim_end_matches([' ', '}']).to_owned()
            }
            Err(_) => quote!(#signature).to_string(),
        },
    }
}

/// What attributes say to users of an item, to stand behind it.
pub(super) fn told(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    let mut derived = Vec::new();
    for attribute in attributes {
        let path = attribute.path();
        if path.is_ident("derive") {
            derived.extend(derives(attribute));
        } else if path.is_ident("serde") {
            text += &serde(attribute);
        } else if TOLD.iter().any(|name| path.is_ident(name)) {
            let meta = &attribute.meta;
            text += &format!("  #[{}]", spaced(&quote!(#meta).to_string()));
        }
    }
    derived.sort();
    match derived.is_empty() {
        true => text,
        false => format!("  derive({}){text}", derived.join(", ")),
    }
}

/// Attributes that are a part of the surface.
const TOLD: [&str; 6] = ["cfg", "deprecated", "must_use", "non_exhaustive", "repr", "macro_export"];

fn derives(attribute: &Attribute) -> Vec<String> {
    type Derived = syn::punctuated::Punctuated<syn::Path, syn::Token![,]>;
    let Ok(paths) = attribute.parse_args_with(Derived::parse_terminated) else { return Vec::new() };
    let name = |path: &syn::Path| {
        let steps = path.segments.iter().map(|step| step.ident.to_string());
        steps.collect::<Vec<_>>().join("::")
    };
    paths.iter().map(name).collect()
}

/// How a value is written, except for when a field is left out because it has none.
fn serde(attribute: &Attribute) -> String {
    type Arguments = syn::punctuated::Punctuated<syn::Meta, syn::Token![,]>;
    let Ok(all) = attribute.parse_args_with(Arguments::parse_terminated) else {
        return String::new();
    };
    let all = all.iter().filter(|meta| !meta.path().is_ident("skip_serializing_if"));
    let all: Vec<_> = all.map(|meta| spaced(&quote!(#meta).to_string())).collect();
    if all.is_empty() { String::new() } else { format!("  #[serde({})]", all.join(", ")) }
}

fn spaced(tokens: &str) -> String {
    let text = tokens.replace(" (", "(").replace("( ", "(").replace(" )", ")");
    text.replace(" ,", ",").replace(" :: ", "::").replace(" ! ", "!")
}
