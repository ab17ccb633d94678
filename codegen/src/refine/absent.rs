//! What is absent is not null, and not empty: `null` clears a field, `[]` a list, and what is not
//! sent stays. typify makes one of them, so an optional list or map becomes an `Option` here, and
//! an optional field that may be null an `Option` of an `Option`.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, Fields, File, ImplItemFn, Item, ItemStruct, LitStr, Type, parse_quote};

use crate::change::Change;
use crate::error::Stage;
use crate::generate::NULL;

/// What a field is given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    /// An `Option` around a list or map.
    Option,
    /// An `Option` around an `Option`.
    Double,
    /// What it has: any value may be null itself.
    Nothing,
}

/// The fields that change, by type and name.
type Changed = BTreeMap<String, BTreeMap<String, Given>>;

const ANY: &str = ":: std :: option :: Option < :: serde_json :: Value >";

/// Tells absent from null and empty.
pub fn run(file: &mut File) -> Vec<Change> {
    let Some(types) = super::module(&mut file.items, "types") else { return Vec::new() };
    let mut changed = Changed::new();
    let mut reads_null = false;
    for item in types.iter_mut() {
        if let Item::Struct(item) = item {
            let fields = change(item, &mut reads_null);
            if !fields.is_empty() {
                changed.insert(item.ident.to_string(), fields);
            }
        }
    }
    if let Some(builders) = super::module(types, "builder") {
        for item in builders {
            adjust_builder(item, &changed);
        }
    }
    let doubles = changed.values().flat_map(BTreeMap::values).any(|given| *given == Given::Double);
    if doubles || reads_null {
        types.push(present());
    }
    NoMarks.visit_file_mut(file);
    let log = |(name, fields): (&String, &BTreeMap<String, Given>)| {
        let names = fields.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        Change::new(Stage::Refine, "absent", format!("types::{name}"), names)
    };
    changed.iter().map(log).collect()
}

/// Changes the fields of a type; those that it changed.
fn change(item: &mut ItemStruct, reads_null: &mut bool) -> BTreeMap<String, Given> {
    let mut changed = BTreeMap::new();
    let Fields::Named(fields) = &mut item.fields else { return changed };
    for field in &mut fields.named {
        let Some(name) = field.ident.as_ref().map(ToString::to_string) else { continue };
        let ty = &field.ty;
        let is_marked = field.attrs.iter().any(|attribute| doc(attribute).contains(NULL));
        // Optional where it is described, and required by another part: it is never absent.
        if field.attrs.iter().any(|attribute| serde(attribute).contains("deserialize_with")) {
            continue;
        }
        let given = if is_marked && quote!(#ty).to_string().starts_with(":: std :: option") {
            Given::Double
        } else if field.attrs.iter().any(|attribute| serde(attribute).contains("is_empty")) {
            Given::Option
        } else if quote!(#ty).to_string() == ANY {
            Given::Nothing
        } else {
            continue;
        };
        if given != Given::Nothing {
            field.ty = parse_quote! { ::std::option::Option<#ty> };
        }
        for attribute in &mut field.attrs {
            adjust_serde(attribute, given);
        }
        // Nothing becomes of the builder of what keeps its type.
        match given {
            Given::Nothing => *reads_null = true,
            _ => drop(changed.insert(name, given)),
        }
    }
    changed
}

fn doc(attribute: &Attribute) -> String {
    match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => text.value(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

fn serde(attribute: &Attribute) -> String {
    match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("serde") => list.tokens.to_string(),
        _ => String::new(),
    }
}

/// Skips what is absent, and nothing else.
fn adjust_serde(attribute: &mut Attribute, given: Given) {
    let syn::Meta::List(list) = &mut attribute.meta else { return };
    if !list.path.is_ident("serde") {
        return;
    }
    let is_none = LitStr::new("::std::option::Option::is_none", proc_macro2::Span::call_site());
    let tokens = std::mem::take(&mut list.tokens).into_iter().map(|token| match &token {
        TokenTree::Literal(text) if text.to_string().contains("is_empty") => {
            TokenTree::Literal(is_none.token())
        }
        _ => token,
    });
    let tokens: TokenStream = tokens.collect();
    list.tokens = match given {
        Given::Option => tokens,
        Given::Double | Given::Nothing if tokens.to_string().contains("default") => {
            quote! { #tokens, deserialize_with = "present" }
        }
        Given::Double | Given::Nothing => quote! { #tokens, default, deserialize_with = "present" },
    };
}

/// `null` is something.
fn present() -> Item {
    parse_quote! {
        fn present<'de, D, T>(
            deserializer: D,
        ) -> ::std::result::Result<::std::option::Option<T>, D::Error>
        where
            D: ::serde::Deserializer<'de>,
            T: ::serde::Deserialize<'de>,
        {
            T::deserialize(deserializer).map(::std::option::Option::Some)
        }
    }
}

/// The builder's own fields, and its setters: what is set is there.
fn adjust_builder(item: &mut Item, changed: &Changed) {
    match item {
        Item::Struct(item) => {
            let Some(fields) = changed.get(&item.ident.to_string()) else { return };
            for field in &mut item.fields {
                let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                if fields.contains_key(&name)
                    && let Some(inner) = in_result(&field.ty)
                {
                    field.ty = parse_quote! {
                        ::std::result::Result<::std::option::Option<#inner>, ::std::string::String>
                    };
                }
            }
        }
        Item::Impl(item) if item.trait_.is_none() => {
            let owner = &item.self_ty;
            let Some(fields) = changed.get(&quote!(#owner).to_string()) else { return };
            for member in &mut item.items {
                if let syn::ImplItem::Fn(function) = member
                    && fields.contains_key(&function.sig.ident.to_string())
                {
                    Setter.visit_impl_item_fn_mut(function);
                }
            }
        }
        _ => {}
    }
}

/// The `T` of `Result<T, String>`.
fn in_result(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
    else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner.clone()),
        _ => None,
    }
}

struct Setter;

impl VisitMut for Setter {
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        visit_mut::visit_impl_item_fn_mut(self, function);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::MethodCall(call) = expression
            && call.method == "try_into"
        {
            *expression = parse_quote! { #call.map(::std::option::Option::Some) };
        }
    }
}

/// Takes the marks out of the documentation, and lines that were nothing else.
struct NoMarks;

impl VisitMut for NoMarks {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain_mut(|attribute| {
            let syn::Meta::NameValue(pair) = &mut attribute.meta else { return true };
            let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &mut pair.value else {
                return true;
            };
            let old = text.value();
            if !old.contains(NULL) {
                return true;
            }
            let new = old.replace(NULL, "");
            *text = LitStr::new(&new, text.span());
            !matches!(new.trim().trim_end_matches(','), "" | "\"description\": \"\"")
        });
        for attribute in attributes {
            visit_mut::visit_attribute_mut(self, attribute);
        }
    }
}
