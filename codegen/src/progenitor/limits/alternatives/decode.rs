//! Unions of objects: serde takes the first alternative that decodes, which may drop what another
//! would have kept. The tag decides where there is one, otherwise the alternative that explains
//! most of the value, the first that explains all of it; where none fits, the error says why for
//! each.

use std::collections::BTreeSet;

use quote::quote;
use serde_json::Value;
use syn::{Fields, Item, ItemEnum, Type, parse_quote};

use crate::document::{pointer, visit};
use crate::error::Result;
use crate::progenitor::names::type_name;
use crate::progenitor::{Code, shape};
use crate::report::Log;

const LIMIT: &str = "union";

/// Gives every such enum a `Deserialize` of its own.
///
/// # Errors
/// An enum of alternatives that does not derive `Deserialize`.
pub(in crate::progenitor::limits) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let tags = discriminators(code.document);
    let Some(types) = shape::module(&mut code.file.items, "types") else { return Ok(()) };
    let plain = plain(types);
    let mut made = Vec::new();
    for item in types.iter_mut() {
        let Item::Enum(union) = item else { continue };
        let Some(alternatives) = alternatives(union, &plain) else { continue };
        if !shape::drop_derive(&mut union.attrs, "Deserialize") {
            return Err(shape::no_place(LIMIT, &format!("types::{}", union.ident)));
        }
        let tag = tag_of(&tags, &alternatives);
        made.push(deserialize(union, &alternatives, tag));
        let note = match tag {
            Some((property, _)) => format!("told apart by `{property}`"),
            None => "the alternative that explains most of a value".to_owned(),
        };
        log.add(LIMIT, format!("types::{}", union.ident), note);
    }
    if !made.is_empty() {
        types.extend(made);
        types.extend(shape::emitted(include_str!("../../emitted/alternatives.rs")).items);
    }
    Ok(())
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
    union.attrs.iter().find(|attribute| shape::serde_says(attribute, "untagged"))?;
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
    if let Some(inner) = shape::argument(ty, "Box") {
        return last(inner);
    }
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    last.arguments.is_none().then(|| last.ident.to_string())
}

/// Property, and type by its value.
type Tag = (String, Vec<(String, String)>);

fn discriminators(document: &Value) -> Vec<Tag> {
    let mut tags = Vec::new();
    visit::each(document, |_, _, node| {
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
