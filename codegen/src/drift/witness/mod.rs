//! A caller's code that compiles against the old surface and not against the new one.
//!
//! Every way in which a change breaks callers is a [`Break`], and for each a witness can be written: what has
//! none is no break. A witness takes values as parameters, so that it needs none, and takes them whole:
//! `let _: &String = &pet.name` compiles for every type that derefs to a text. It stands where
//! `use the_crate::*;` is in scope.

mod caller;
mod method;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Expr, Fields, Generics, Path, Type, Variant};

use super::surface::{Entry, INTO, Kind, Member};
pub(super) use method::is_called_alike;

/// Declares an enum and lists its values.
macro_rules! breaks {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// How a change of the surface breaks a caller's code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Break {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Break {
            /// Every way, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$name),+];
        }
    };
}

breaks! {
    /// A struct is gone: it can't be named.
    StructRemoved,
    /// A struct is something else by the same name: it can't be taken apart.
    StructReplaced,
    /// A struct has fields without names in place of those with names, or the other way round.
    StructReshaped,
    /// A struct may get fields, so that callers can't name all.
    StructOpened,
    /// A field is gone.
    FieldRemoved,
    /// A field has another type.
    FieldChanged,
    /// A field came to a struct of which callers name all fields.
    FieldAdded,
    /// What a struct around one value holds is private, or has another type.
    ValueChanged,
    /// An enum is gone: it can't be named.
    EnumRemoved,
    /// An enum is something else by the same name: it has no variants.
    EnumReplaced,
    /// An enum may get variants, so that callers can't match all.
    EnumOpened,
    /// A variant is gone.
    VariantRemoved,
    /// A variant holds something else.
    VariantChanged,
    /// A variant came to an enum of which callers match all.
    VariantAdded,
    /// An alias is gone: it can't be named.
    AliasRemoved,
    /// An alias stands for another type, or leaves another out.
    AliasChanged,
    /// A method is gone.
    MethodRemoved,
    /// A method takes or returns something else.
    MethodChanged,
}

/// What breaks.
#[derive(Clone, Copy)]
pub(super) struct Broken<'s> {
    pub(super) how: Break,
    pub(super) old: &'s Entry,
    /// The item of that name, where there is one.
    pub(super) new: Option<&'s Entry>,
    /// The old field or variant, where it is about one.
    pub(super) member: Option<&'s Member>,
}

impl Broken<'_> {
    /// A function of a caller's crate.
    pub(super) fn witness(&self) -> Option<String> {
        let function = match self.old.kind {
            Kind::Method => method::witness(self.old, self.new)?,
            _ => self.of_type()?,
        };
        print(function)
    }

    fn of_type(&self) -> Option<TokenStream> {
        let Self { how, old, .. } = *self;
        let body = match how {
            Break::StructRemoved | Break::EnumRemoved | Break::AliasRemoved => {
                return named(old);
            }
            Break::StructReplaced => {
                let path = path(old)?;
                quote!(let #path { .. } = it;)
            }
            Break::StructReshaped if old.kind == Kind::Struct => all_fields(old)?,
            Break::StructOpened | Break::FieldAdded => all_fields(old)?,
            Break::FieldRemoved => {
                let field = field(self.member?)?;
                quote!(let _ = it.#field;)
            }
            Break::FieldChanged | Break::ValueChanged | Break::StructReshaped => {
                value(self.member?)?
            }
            Break::EnumReplaced | Break::VariantRemoved => {
                let pattern = pattern(old, self.member?)?;
                quote!(let _ = matches!(it, #pattern);)
            }
            Break::VariantChanged => content(old, self.member?)?,
            Break::EnumOpened | Break::VariantAdded => all_variants(old)?,
            Break::AliasChanged => return alias(old, self.new?),
            Break::MethodRemoved | Break::MethodChanged => return None,
        };
        function(old, &quote!(it), &body)
    }
}

/// As `rustfmt` writes it.
fn print(function: TokenStream) -> Option<String> {
    let file = syn::parse2::<syn::File>(function).ok()?;
    Some(prettyplease::unparse(&file).trim_end().to_owned())
}

fn path(entry: &Entry) -> Option<Path> {
    syn::parse_str(&entry.path).ok()
}

/// A function that takes a value of a type.
fn function(entry: &Entry, pattern: &TokenStream, body: &TokenStream) -> Option<TokenStream> {
    let path = path(entry)?;
    let generics: Generics = syn::parse_str(&entry.generics).ok()?;
    let (declared, applied, condition) = generics.split_for_impl();
    Some(quote!(fn witness #declared(#pattern: #path #applied) #condition { #body }))
}

/// Names a type.
fn named(entry: &Entry) -> Option<TokenStream> {
    function(entry, &quote!(_), &TokenStream::new())
}

fn field(member: &Member) -> Option<syn::Member> {
    syn::parse_str(&member.name).ok()
}

/// Takes a value out of a struct.
fn value(member: &Member) -> Option<TokenStream> {
    let ty: Type = caller::ty(&member.whole)?;
    if member.name == INTO {
        return Some(quote!(let _: #ty = it.into();));
    }
    let field = field(member)?;
    Some(quote!(let _: #ty = it.#field;))
}

/// Takes a struct apart by the names of its fields: all of them, if there can be no others.
fn all_fields(entry: &Entry) -> Option<TokenStream> {
    let path = path(entry)?;
    let fields: Option<Vec<_>> =
        entry.members.iter().filter(|member| member.name != INTO).map(field).collect();
    let fields = fields?;
    let rest = if entry.may_grow { quote!(..) } else { TokenStream::new() };
    Some(quote!(let #path { #(#fields: _,)* #rest } = it;))
}

fn variant(member: &Member) -> Option<Variant> {
    let mut variant: Variant = syn::parse_str(&member.whole).ok()?;
    variant.fields.iter_mut().for_each(|field| caller::rename(&mut field.ty));
    Some(variant)
}

/// What matches a variant, whatever it holds.
fn pattern(entry: &Entry, member: &Member) -> Option<TokenStream> {
    let (path, variant) = (path(entry)?, variant(member)?);
    let name = &variant.ident;
    Some(match &variant.fields {
        Fields::Unit => quote!(#path::#name),
        Fields::Unnamed(_) => quote!(#path::#name(..)),
        Fields::Named(_) => quote!(#path::#name { .. }),
    })
}

/// Matches all variants.
fn all_variants(entry: &Entry) -> Option<TokenStream> {
    let patterns: Option<Vec<_>> =
        entry.members.iter().map(|member| pattern(entry, member)).collect();
    let patterns = patterns?;
    Some(match patterns.is_empty() {
        true => quote!(match it {}),
        false => quote!(match it { #(#patterns)|* => {} }),
    })
}

/// Takes what a variant holds, by type.
fn content(entry: &Entry, member: &Member) -> Option<TokenStream> {
    let variant = variant(member)?;
    let (path, name) = (path(entry)?, &variant.ident);
    let types: Vec<_> = variant.fields.iter().map(|field| &field.ty).collect();
    let numbered = (0..types.len()).map(|index| format_ident!("value{index}"));
    let values: Vec<_> = match &variant.fields {
        Fields::Named(fields) => fields.named.iter().filter_map(|it| it.ident.clone()).collect(),
        _ if types.len() == 1 => vec![format_ident!("value")],
        _ => numbered.collect(),
    };
    let pattern = match &variant.fields {
        Fields::Unit => {
            return self::pattern(entry, member).map(|it| quote!(let _ = matches!(it, #it);));
        }
        Fields::Unnamed(_) => quote!(#path::#name(#(#values),*)),
        Fields::Named(_) => quote!(#path::#name { #(#values),* }),
    };
    Some(quote!(if let #pattern = it { #(let _: #types = #values;)* }))
}

/// Uses an alias as the type that it stands for, or without the parameter that it has by default.
fn alias(old: &Entry, new: &Entry) -> Option<TokenStream> {
    if old.whole != new.whole {
        let ty: Type = caller::ty(&old.whole)?;
        return function(old, &quote!(it), &quote!(let _: #ty = it;));
    }
    let (path, generics) = (path(old)?, syn::parse_str::<Generics>(&old.generics).ok()?);
    let defaults = generics.type_params().map(|parameter| Some(parameter.default.clone()?.1));
    let defaults = defaults.collect::<Option<Vec<Type>>>()?;
    Some(quote!(fn witness(it: #path) { let _: #path<#(#defaults),*> = it; }))
}

/// A call, with what it returns.
fn binding(output: &syn::ReturnType, call: &Expr) -> TokenStream {
    match output {
        syn::ReturnType::Default => quote!(#call;),
        syn::ReturnType::Type(_, ty) => quote!(let _: #ty = #call;),
    }
}
