//! `Debug` that shows the shape of a value, not the person in it.
//!
//! Shown are numbers, flags, enums and nested types. Whatever is text (strings, dates, UUIDs,
//! free-form JSON) counts as personal, also when the vendor adds it tomorrow, unless the document
//! says `x-personal: false`; `x-personal: true` hides a number or a flag.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::{
    Attribute, Field, Fields, File, GenericArgument, Ident, Item, ItemEnum, ItemStruct,
    PathArguments, Type, parse_quote,
};

use crate::change::Change;
use crate::error::Stage;
use crate::generate::type_name;

const RULE: &str = "redact-debug";

/// Replaces the derived `Debug` of everything that can hold personal data.
pub fn run(file: &mut File, document: &Value) -> Vec<Change> {
    let marks = marks(document);
    let mut changes = Vec::new();
    if let Some(types) = super::module(&mut file.items, "types") {
        let known: BTreeSet<String> = types.iter().filter_map(name_of).collect();
        let redaction = Redaction { marks: &marks, known: &known };
        redaction.all(types, &mut changes);
        if let Some(builders) = super::module(types, "builder") {
            hide_all(builders, "types::builder", &mut changes);
        }
    }
    if let Some(builders) = super::module(&mut file.items, "builder") {
        hide_all(builders, "builder", &mut changes);
    }
    changes
}

fn name_of(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// `x-personal` by Rust type and JSON property; the property of a whole type is empty.
fn marks(document: &Value) -> BTreeMap<(String, String), bool> {
    let mut marks = BTreeMap::new();
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let ty = type_name(name);
        let mark = |schema: &Value| schema.get("x-personal").and_then(Value::as_bool);
        if let Some(mark) = mark(schema) {
            marks.insert((ty.clone(), String::new()), mark);
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (property, schema) in properties.into_iter().flatten() {
            if let Some(mark) = mark(schema) {
                marks.insert((ty.clone(), property.clone()), mark);
            }
        }
    }
    marks
}

struct Redaction<'r> {
    marks: &'r BTreeMap<(String, String), bool>,
    known: &'r BTreeSet<String>,
}

impl Redaction<'_> {
    fn all(&self, items: &mut Vec<Item>, changes: &mut Vec<Change>) {
        let mut debugs = Vec::new();
        for item in items.iter_mut() {
            let (name, body) = match item {
                Item::Struct(item) => (item.ident.clone(), self.structure(item)),
                Item::Enum(item) => (item.ident.clone(), self.enumeration(item)),
                _ => continue,
            };
            if let Some((body, hidden)) = body {
                changes.push(Change::new(Stage::Refine, RULE, format!("types::{name}"), hidden));
                drop_derive(item);
                debugs.push(debug(&name, &body));
            }
        }
        items.extend(debugs);
    }

    /// The body of `fmt`, and what it hides; nothing where the derived one hides enough.
    fn structure(&self, item: &ItemStruct) -> Option<(TokenStream, String)> {
        let name = item.ident.to_string();
        let mut hidden = Vec::new();
        let body = match &item.fields {
            Fields::Named(fields) => {
                let shown: Vec<_> = fields
                    .named
                    .iter()
                    .map(|field| {
                        let ident = field.ident.as_ref().map(Ident::to_string).unwrap_or_default();
                        let value = self.value(&name, field, &mut hidden);
                        quote! { .field(#ident, #value) }
                    })
                    .collect();
                quote! { f.debug_struct(#name)#(#shown)*.finish() }
            }
            Fields::Unnamed(fields) => {
                let own = self.marks.get(&(name.clone(), String::new())).copied();
                let is_personal = fields
                    .unnamed
                    .iter()
                    .any(|field| own.unwrap_or_else(|| !self.is_shown(&field.ty)));
                hidden.extend(is_personal.then(|| "its text".to_owned()));
                quote! { f.write_str(concat!(#name, "(set)")) }
            }
            Fields::Unit => return None,
        };
        (!hidden.is_empty()).then(|| (body, hidden.join(", ")))
    }

    fn value(&self, name: &str, field: &Field, hidden: &mut Vec<String>) -> TokenStream {
        let Some(ident) = &field.ident else { return quote! { &() } };
        let property = super::wire_name(field);
        let mark = self.marks.get(&(name.to_owned(), property.clone())).copied();
        let is_personal = mark.unwrap_or_else(|| !self.is_shown(&field.ty));
        if !is_personal {
            return quote! { &self.#ident };
        }
        hidden.push(property);
        if argument(&field.ty, "Option").is_some() {
            quote! {
                &format_args!("{}", if self.#ident.is_some() { "set" } else { "unset" })
            }
        } else if argument(&field.ty, "Vec").is_some() {
            quote! { &format_args!("{} set", self.#ident.len()) }
        } else {
            quote! { &format_args!("set") }
        }
    }

    fn enumeration(&self, item: &ItemEnum) -> Option<(TokenStream, String)> {
        let name = item.ident.to_string();
        if self.marks.get(&(name, String::new())) == Some(&false) {
            return None;
        }
        let is_hidden = |fields: &Fields| fields.iter().any(|field| !self.is_shown(&field.ty));
        let mut hidden = Vec::new();
        let arms: Vec<_> = item
            .variants
            .iter()
            .map(|variant| {
                let (ident, text) = (&variant.ident, variant.ident.to_string());
                match &variant.fields {
                    fields if is_hidden(fields) => {
                        hidden.push(text.clone());
                        let text = format!("{text}(set)");
                        quote! { Self::#ident { .. } => f.write_str(#text) }
                    }
                    Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                        quote! { Self::#ident(value) => f.debug_tuple(#text).field(value).finish() }
                    }
                    Fields::Unit => quote! { Self::#ident => f.write_str(#text) },
                    _ => quote! { Self::#ident { .. } => f.write_str(#text) },
                }
            })
            .collect();
        (!hidden.is_empty()).then(|| (quote! { match self { #(#arms),* } }, hidden.join(", ")))
    }

    /// Numbers, flags, and types that redact themselves, also inside `Option`, `Vec` and `Box`.
    fn is_shown(&self, ty: &Type) -> bool {
        for wrapper in ["Option", "Vec", "Box"] {
            if let Some(inner) = argument(ty, wrapper) {
                return self.is_shown(inner);
            }
        }
        let Type::Path(path) = ty else { return false };
        let Some(last) = path.path.segments.last().map(|segment| segment.ident.to_string()) else {
            return false;
        };
        const PLAIN: [&str; 15] = [
            "bool",
            "i8",
            "i16",
            "i32",
            "i64",
            "u8",
            "u16",
            "u32",
            "u64",
            "f32",
            "f64",
            "NonZeroU8",
            "NonZeroU16",
            "NonZeroU32",
            "NonZeroU64",
        ];
        PLAIN.contains(&last.as_str())
            || path.path.segments.len() == 1 && self.known.contains(&last)
    }
}

/// The argument of a generic type by its last name: `T` of `::std::option::Option<T>`.
fn argument<'t>(ty: &'t Type, wrapper: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// Builders hold the values before they are checked: nothing of them is shown.
fn hide_all(items: &mut Vec<Item>, path: &str, changes: &mut Vec<Change>) {
    let mut debugs = Vec::new();
    for item in items.iter_mut() {
        let Item::Struct(declaration) = item else { continue };
        let name = declaration.ident.clone();
        let generics = declaration.generics.clone();
        if !drop_derive(item) {
            continue;
        }
        changes.push(Change::new(Stage::Refine, RULE, format!("{path}::{name}"), "everything"));
        let (implemented, arguments, bounds) = generics.split_for_impl();
        let text = name.to_string();
        debugs.push(parse_quote! {
            impl #implemented ::std::fmt::Debug for #name #arguments #bounds {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.debug_struct(#text).finish_non_exhaustive()
                }
            }
        });
    }
    items.extend(debugs);
}

fn debug(name: &Ident, body: &TokenStream) -> Item {
    parse_quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                #body
            }
        }
    }
}

/// Takes `Debug` out of an item's derives; false if it was not there.
fn drop_derive(item: &mut Item) -> bool {
    let attributes: &mut Vec<Attribute> = match item {
        Item::Struct(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        _ => return false,
    };
    let mut dropped = false;
    for attribute in attributes.iter_mut().filter(|attribute| attribute.path().is_ident("derive")) {
        let mut kept: Vec<syn::Path> = Vec::new();
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.segments.last().is_some_and(|last| last.ident == "Debug") {
                dropped = true;
            } else {
                kept.push(meta.path);
            }
            Ok(())
        });
        *attribute = parse_quote! { #[derive(#(#kept),*)] };
    }
    dropped
}
