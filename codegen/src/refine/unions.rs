//! Unions of objects: serde takes the first alternative that decodes, which may drop what another
//! would have kept. The tag decides where there is one, otherwise the alternative that explains
//! most of the value, the first that explains all of it; where none fits, the error says why for
//! each.

use std::collections::BTreeSet;

use quote::{ToTokens, quote};
use serde_json::Value;
use syn::{Attribute, Fields, File, Item, ItemEnum, Type, parse_quote};

use crate::change::Change;
use crate::error::Stage;
use crate::generate::type_name;
use crate::pointer;
use crate::walk;

/// Gives every such enum a `Deserialize` of its own.
pub fn run(file: &mut File, document: &Value) -> Vec<Change> {
    let tags = discriminators(document);
    let Some(types) = super::module(&mut file.items, "types") else { return Vec::new() };
    let plain = plain(types);
    let mut made = Vec::new();
    let mut changes = Vec::new();
    for item in types.iter_mut() {
        let Item::Enum(union) = item else { continue };
        let Some(alternatives) = alternatives(union, &plain) else { continue };
        if !drop_derive(&mut union.attrs) {
            continue;
        }
        let tag = tag_of(&tags, &alternatives);
        made.push(deserialize(union, &alternatives, tag));
        let note = match tag {
            Some((property, _)) => format!("told apart by `{property}`"),
            None => "the alternative that explains most of a value".to_owned(),
        };
        changes.push(Change::new(Stage::Refine, "union", format!("types::{}", union.ident), note));
    }
    if !made.is_empty() {
        types.extend(made);
        types.push(kept());
        types.push(level());
    }
    changes
}

/// The types whose values are one text, number or flag: what reads them has lost nothing.
fn plain(types: &[Item]) -> BTreeSet<String> {
    let mut plain = BTreeSet::new();
    let mut before = usize::MAX;
    // A type may be another name of one that comes later.
    while before != plain.len() {
        before = plain.len();
        for item in types {
            match item {
                Item::Enum(all) if all.variants.iter().all(|it| it.fields.is_empty()) => {
                    plain.insert(all.ident.to_string());
                }
                Item::Struct(syn::ItemStruct {
                    ident, fields: Fields::Unnamed(fields), ..
                }) if fields.unnamed.iter().all(|field| is_plain(&field.ty, &plain)) => {
                    plain.insert(ident.to_string());
                }
                _ => {}
            }
        }
    }
    plain
}

fn is_plain(ty: &Type, plain: &BTreeSet<String>) -> bool {
    const PLAIN: [&str; 12] =
        ["String", "bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64"];
    let written = quote!(#ty).to_string();
    [":: chrono ::", ":: uuid ::", ":: std :: net ::"].iter().any(|path| written.starts_with(path))
        || last(ty).is_some_and(|name| PLAIN.contains(&&*name) || plain.contains(&name))
}

/// Name and type of each alternative of an untagged union. Where all are plain values, the first
/// that decodes will do.
fn alternatives(union: &ItemEnum, plain: &BTreeSet<String>) -> Option<Vec<(syn::Ident, Type)>> {
    let untagged = |attribute: &Attribute| {
        attribute.path().is_ident("serde")
            && attribute.meta.to_token_stream().to_string().contains("untagged")
    };
    union.attrs.iter().find(|attribute| untagged(attribute))?;
    let all: Option<Vec<_>> = (union.variants.iter())
        .map(|variant| match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                Some((variant.ident.clone(), fields.unnamed.first()?.ty.clone()))
            }
            _ => None,
        })
        .collect();
    let all = all?;
    let all_plain = all.iter().all(|(_, ty)| is_plain(ty, plain));
    (all.len() > 1 && !all_plain).then_some(all)
}

/// The name of a type without its path, inside a `Box` as well; a list or a map has none.
fn last(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    match &last.arguments {
        syn::PathArguments::None => Some(last.ident.to_string()),
        syn::PathArguments::AngleBracketed(inside) if last.ident == "Box" => {
            match inside.args.first()? {
                syn::GenericArgument::Type(ty) => self::last(ty),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Takes `Deserialize` out of the derives; whether it was there.
fn drop_derive(attributes: &mut [Attribute]) -> bool {
    for attribute in attributes.iter_mut().filter(|attribute| attribute.path().is_ident("derive")) {
        let syn::Meta::List(list) = &mut attribute.meta else { continue };
        let text = list.tokens.to_string();
        let kept: Vec<_> =
            text.split(',').filter(|name| !name.trim().ends_with("Deserialize")).collect();
        let kept = kept.join(",");
        if kept != text
            && let Ok(tokens) = kept.parse()
        {
            list.tokens = tokens;
            return true;
        }
    }
    false
}

/// Property, and type by its value.
type Tag = (String, Vec<(String, String)>);

fn discriminators(document: &Value) -> Vec<Tag> {
    let mut tags = Vec::new();
    walk::each(document, |_, _, node| {
        let Some(discriminator) = node.get("discriminator") else { return };
        let property = discriminator.get("propertyName").and_then(Value::as_str);
        let mapping = discriminator.get("mapping").and_then(Value::as_object);
        let (Some(property), Some(mapping)) = (property, mapping) else { return };
        let mapped = mapping.iter().filter_map(|(value, target)| {
            let component = pointer::mapped_component(target.as_str()?);
            Some((value.clone(), type_name(&component)))
        });
        tags.push((property.to_owned(), mapped.collect()));
    });
    tags
}

/// The discriminator that leads to each of the alternatives.
fn tag_of<'t>(tags: &'t [Tag], alternatives: &[(syn::Ident, Type)]) -> Option<&'t Tag> {
    let types: Option<Vec<_>> = alternatives.iter().map(|(_, ty)| last(ty)).collect();
    let types = types?;
    tags.iter().find(|(_, mapped)| {
        types.iter().all(|ty| mapped.iter().any(|(_, component)| component == ty))
    })
}

fn deserialize(union: &ItemEnum, alternatives: &[(syn::Ident, Type)], tag: Option<&Tag>) -> Item {
    let name = &union.ident;
    let by_tag = tag.map(|(property, mapped)| {
        let arms = mapped.iter().filter_map(|(value, component)| {
            let of = |(_, ty): &&(syn::Ident, Type)| last(ty).as_deref() == Some(component);
            let (variant, ty) = alternatives.iter().find(of)?;
            Some(quote! {
                Some(#value) => return ::serde_json::from_value::<#ty>(value)
                    .map(Self::#variant)
                    .map_err(|error| D::Error::custom(format!("{}: {error}", #value))),
            })
        });
        quote! {
            match value.get(#property).and_then(::serde_json::Value::as_str) {
                #(#arms)*
                _ => {}
            }
        }
    });
    let attempts = alternatives.iter().map(|(variant, ty)| {
        let text = variant.to_string();
        quote! {
            match ::serde_json::from_value::<#ty>(value.clone()) {
                Ok(decoded) => {
                    let explained = kept(&value, &::serde_json::to_value(&decoded).unwrap_or_default());
                    if explained == all || deep {
                        return Ok(Self::#variant(decoded));
                    }
                    if best.as_ref().is_none_or(|(most, _)| explained > *most) {
                        best = Some((explained, Self::#variant(decoded)));
                    }
                }
                Err(error) => reasons.push(format!("{}: {error}", #text)),
            }
        }
    });
    parse_quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                use ::serde::de::Error;
                let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
                #by_tag
                // Each level would try all that is below it: deep down, the first that fits will do.
                let (_level, deep) = unions::Level::enter();
                let all = kept(&value, &value);
                let mut best: ::std::option::Option<(usize, Self)> = None;
                let mut reasons = ::std::vec::Vec::<::std::string::String>::new();
                #(#attempts)*
                match best {
                    Some((_, best)) => Ok(best),
                    None => Err(D::Error::custom(format!(
                        "no alternative fits: {}", reasons.join("; ")
                    ))),
                }
            }
        }
    }
}

/// How many unions are inside each other, in a module: types may be called anything.
fn level() -> Item {
    parse_quote! {
        mod unions {
            thread_local! {
                static LEVEL: ::std::cell::Cell<usize> = const { ::std::cell::Cell::new(0) };
            }
            pub(super) struct Level;
            impl Level {
                pub(super) fn enter() -> (Self, bool) {
                    let level = LEVEL.get() + 1;
                    LEVEL.set(level);
                    (Self, level > 4)
                }
            }
            impl ::std::ops::Drop for Level {
                fn drop(&mut self) {
                    LEVEL.set(LEVEL.get() - 1);
                }
            }
        }
    }
}

/// How much of a value is still there after decoding and encoding it.
fn kept() -> Item {
    parse_quote! {
        fn kept(value: &::serde_json::Value, again: &::serde_json::Value) -> usize {
            use ::serde_json::Value;
            match (value, again) {
                (Value::Object(value), Value::Object(again)) => {
                    let fields = value.iter().filter_map(|(name, value)| {
                        Some(1 + kept(value, again.get(name)?))
                    });
                    fields.sum()
                }
                (Value::Array(value), Value::Array(again)) => {
                    value.iter().zip(again).map(|(value, again)| 1 + kept(value, again)).sum()
                }
                // A whole number is one with or without a fraction of zero.
                (Value::Number(value), Value::Number(again)) => {
                    usize::from(value == again || value.as_f64() == again.as_f64())
                }
                (value, again) => usize::from(value == again),
            }
        }
    }
}
