//! What the types of the client are made of: themselves, their texts, and what converts into them.

use std::collections::{HashMap, HashSet};

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Fields, Ident, Item, ItemEnum, ItemImpl, Type, parse_quote};

use super::kinds::Known;
use super::templates::Conversions;
use super::values;
use crate::bounds::MAX_LISTED_VALUES;
use crate::progenitor::shape;

/// A type of the client, and what the generated code converts into it.
struct Own<'t> {
    name: &'t Ident,
    item: &'t Item,
    /// The `X` of `From<X>` and `TryFrom<X>`, and whether it is the latter.
    sources: Vec<(Type, bool)>,
    /// The error of `FromStr`, if there is one.
    read: Option<Type>,
}

/// The conversions of all types.
pub(super) fn all(types: &[Item], known: &Known, templates: &Conversions) -> Vec<Item> {
    let declared = Declared::of(types);
    let mut items = Vec::new();
    for item in types {
        let name = match item {
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            _ => continue,
        };
        let own = Own::of(name, item, &declared);
        items.push(templates.value(name));
        let read = own.read(known, &declared, templates);
        items.extend(read.map(|read| templates.read(name, read)));
        items.extend(own.other_sources(&declared, known, templates));
        if declared.become_texts.contains(name) {
            items.push(templates.text(name));
        }
    }
    items.extend(known.decimals.then(super::decimals::conversions).into_iter().flatten());
    items
}

/// What is declared of the types, by their names.
struct Declared<'t> {
    /// What is implemented for them.
    implemented: HashMap<&'t Ident, Vec<&'t ItemImpl>>,
    /// Those that become texts: `impl From<Name> for String`.
    become_texts: HashSet<Ident>,
    /// Structs with a builder.
    objects: HashSet<&'t Ident>,
}

impl<'t> Declared<'t> {
    fn of(types: &'t [Item]) -> Self {
        let mut declared = Self {
            implemented: HashMap::new(),
            become_texts: HashSet::new(),
            objects: HashSet::new(),
        };
        for item in types {
            match item {
                Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => {
                    declared.objects.insert(&item.ident);
                }
                Item::Impl(item) => {
                    if let Some(name) = name_of(&item.self_ty) {
                        declared.implemented.entry(name).or_default().push(item);
                    } else if shape::text_of(&item.self_ty) == "::std::string::String"
                        && let Some(source) = source(item, "From")
                    {
                        let name = shape::last_segment(&source).map(|last| last.ident.clone());
                        declared.become_texts.extend(name);
                    }
                }
                _ => {}
            }
        }
        declared
    }

    /// What is implemented for a type.
    fn implemented(&self, name: &Ident) -> &[&'t ItemImpl] {
        self.implemented.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// A type that is written as its name alone.
fn name_of(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

/// The `X` of `impl From<X> for …`.
fn source(item: &ItemImpl, conversion: &str) -> Option<Type> {
    let (of_trait, _) = item.trait_.as_ref()?;
    let last = of_trait.segments.last().filter(|last| last.ident == conversion)?;
    item.generics
        .params
        .is_empty()
        .then(|| shape::arguments(last).first().map(|it| (*it).clone()))?
}

fn is_text(ty: &Type) -> bool {
    ["&str", "&'staticstr", "::std::string::String", "&::std::string::String", "String", "&String"]
        .contains(&shape::text_of(ty).as_str())
}

impl<'t> Own<'t> {
    fn of(name: &'t Ident, item: &'t Item, declared: &Declared<'_>) -> Self {
        let mut own = Self { name, item, sources: Vec::new(), read: None };
        for item in declared.implemented(name) {
            own.sources.extend(source(item, "From").map(|source| (source, false)));
            own.sources.extend(source(item, "TryFrom").map(|source| (source, true)));
            let reads = item.trait_.as_ref().and_then(|(it, _)| it.segments.last());
            if reads.is_some_and(|last| last.ident == "FromStr") {
                own.read = item.items.iter().find_map(|member| match member {
                    syn::ImplItem::Type(error) => Some(error.ty.clone()),
                    _ => None,
                });
            }
        }
        own
    }

    /// How the type is read from a text, if it has a form as one.
    fn read(
        &self,
        known: &Known,
        declared: &Declared<'_>,
        templates: &Conversions,
    ) -> Option<Expr> {
        let Some(error) = &self.read else {
            return self.without_from_str(declared);
        };
        if let Item::Enum(item) = self.item {
            let what = if is_of_units(item) { one_of(item) } else { NO_FORM.to_owned() };
            return Some(templates.parsed(&what));
        }
        if let Some(inner) = self.inner()
            && (known.is_text(inner) || known.own(inner).is_some())
        {
            return Some(templates.inner(inner));
        }
        // What typify says of a text is about its form: "longer than 2 characters".
        Some(match shape::last_segment(error).is_some_and(|it| it.ident == "ConversionError") {
            true => templates.told(),
            false => templates.parsed(NO_FORM),
        })
    }

    /// The type that this one is around, if it takes every value of that.
    fn inner(&self) -> Option<&Type> {
        let Item::Struct(item) = self.item else { return None };
        let Fields::Unnamed(fields) = &item.fields else { return None };
        let inner = fields.unnamed.first().map(|field| &field.ty)?;
        let written = shape::text_of(inner);
        let is_from = |(ty, fails): &(Type, bool)| !fails && shape::text_of(ty) == written;
        self.sources.iter().any(is_from).then_some(inner)
    }

    /// The same of what is made of a text in another way.
    fn without_from_str(&self, declared: &Declared<'_>) -> Option<Expr> {
        if let Some((ty, fails)) = self.sources.iter().find(|(ty, _)| is_text(ty)) {
            let text = match shape::text_of(ty).starts_with('&') {
                true => quote!(text),
                false => quote!(text.to_owned()),
            };
            return Some(match fails {
                true => parse_quote! {
                    ::std::convert::TryFrom::try_from(#text)
                        .map_err(|_| ::std::borrow::Cow::Borrowed(#NO_FORM))
                },
                false => parse_quote! { Ok(::std::convert::From::from(#text)) },
            });
        }
        let Item::Enum(item) = self.item else { return None };
        let is_untagged = item.attrs.iter().any(|it| shape::serde_says(it, "untagged"));
        if is_untagged { open_enum(item, declared) } else { None }
    }

    /// What else converts into the type.
    fn other_sources(
        &self,
        declared: &Declared<'_>,
        known: &Known,
        templates: &Conversions,
    ) -> Vec<Item> {
        let sources = self.sources.iter().filter(|(ty, _)| !is_text(ty));
        let converted = |(ty, fails): &(Type, bool)| match self.of_many(ty, *fails, known) {
            Some(items) => items,
            None => self.of_another(ty, *fails, declared, known, templates),
        };
        sources.flat_map(converted).collect()
    }

    /// How many values convert into this type, if it is the only one of its kind.
    fn of_many(&self, ty: &Type, fails: bool, known: &Known) -> Option<Vec<Item>> {
        let name = self.name;
        let is_only = |wrapper: &str| {
            let of_it = |(ty, _): &&(Type, bool)| {
                shape::last_segment(ty).is_some_and(|it| it.ident == wrapper)
            };
            self.sources.iter().filter(of_it).count() == 1
        };
        let list = shape::argument(ty, "Vec").filter(|_| is_only("Vec"));
        if let Some(item) = list.filter(|it| known.is_value(it)) {
            return Some(of_list(name, ty, item, fails).into_iter().collect());
        }
        let value = map_of_texts(ty).filter(|it| is_only("HashMap") && known.is_value(it))?;
        let map = quote!(::std::collections::HashMap<::std::string::String, V>);
        Some(vec![of_many(name, ty, value, fails, &TokenStream::new(), &map)])
    }

    /// How another type converts into this one, and its builder.
    fn of_another(
        &self,
        ty: &Type,
        fails: bool,
        declared: &Declared<'_>,
        known: &Known,
        templates: &Conversions,
    ) -> Vec<Item> {
        let builder = known.own(ty).filter(|it| declared.objects.contains(it));
        let builder = builder.map(|builder| templates.of_builder(self.name, builder, fails));
        [templates.of_another(self.name, ty, fails)].into_iter().chain(builder).collect()
    }
}

/// What is said of a text that has no form with words of its own.
const NO_FORM: &str = "not of the documented form";

/// A value made of another.
pub(super) fn made(of: TokenStream, fails: bool) -> TokenStream {
    let values = values();
    match fails {
        true => quote! {
            ::std::convert::TryFrom::try_from(#of)
                .map_err(|_| #values::Faults::wrong("not one of the documented values"))
        },
        false => quote! { Ok(::std::convert::From::from(#of)) },
    }
}

/// The same of a value that is made first.
pub(super) fn made_of(first: &TokenStream, fails: bool) -> TokenStream {
    let made = made(quote!(value), fails);
    quote! { #first::into_value(self).and_then(|value| #made) }
}

/// A type around a list is made of lists of whatever its items are made of.
fn of_list(name: &Ident, list: &Type, item: &Type, fails: bool) -> [Item; 2] {
    let of =
        |generics: TokenStream, ty: TokenStream| of_many(name, list, item, fails, &generics, &ty);
    [
        of(TokenStream::new(), quote!(::std::vec::Vec<V>)),
        of(quote!(, const N: usize), quote!([V; N])),
    ]
}

/// A type around many values is made of `ty`, which has as many of type `V`.
fn of_many(
    name: &Ident,
    many: &Type,
    one: &Type,
    fails: bool,
    generics: &TokenStream,
    ty: &TokenStream,
) -> Item {
    let values = values();
    let made = made_of(&quote!(<#ty as #values::IntoValue<#many>>), fails);
    parse_quote! {
        impl<V: #values::IntoValue<#one> #generics> #values::IntoValue<#name> for #ty {
            fn into_value(self) -> ::std::result::Result<#name, #values::Faults> {
                #made
            }
        }
    }
}

/// The values of a map whose keys are texts.
fn map_of_texts(ty: &Type) -> Option<&Type> {
    let last = shape::last_segment(ty).filter(|last| last.ident == "HashMap")?;
    match shape::arguments(last)[..] {
        [key, value] if shape::text_of(key) == "::std::string::String" => Some(value),
        _ => None,
    }
}

fn is_of_units(item: &ItemEnum) -> bool {
    item.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit))
}

/// "not one of A, B".
fn one_of(item: &ItemEnum) -> String {
    let name = |variant: &syn::Variant| {
        shape::renamed(&variant.attrs).unwrap_or_else(|| variant.ident.to_string())
    };
    let count = item.variants.len();
    let listed: Vec<_> = item.variants.iter().take(MAX_LISTED_VALUES).map(name).collect();
    let listed = listed.join(", ");
    match count.saturating_sub(MAX_LISTED_VALUES) {
        0 => format!("not one of {listed}"),
        more => format!("not one of {listed} and {more} more"),
    }
}

/// An enum of known values, or any other text.
fn open_enum(item: &ItemEnum, declared: &Declared<'_>) -> Option<Expr> {
    let only = |variant: &syn::Variant| match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            Some((variant.ident.clone(), fields.unnamed.first()?.ty.clone()))
        }
        _ => None,
    };
    let variants: Vec<_> = item.variants.iter().map(only).collect::<Option<_>>()?;
    let [(known, values), (unknown, text)] = variants.as_slice() else { return None };
    let written = shape::text_of(text);
    let is_text = written == "::std::string::String" || written == "String";
    let is_read = |item: &&ItemImpl| {
        let of_trait = item.trait_.as_ref().and_then(|(it, _)| it.segments.last());
        of_trait.is_some_and(|it| it.ident == "FromStr")
    };
    let implemented = name_of(values).map(|name| declared.implemented(name));
    (is_text && implemented?.iter().any(is_read)).then(|| {
        parse_quote! {
            Ok(match text.parse::<#values>() {
                Ok(known) => Self::#known(known),
                Err(_) => Self::#unknown(text.to_owned()),
            })
        }
    })
}
