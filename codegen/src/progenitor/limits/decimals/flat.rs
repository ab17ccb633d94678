//! Decimals in the map beside an object's fields. serde buffers what `flatten` collects, which makes
//! floats of them; here the object is read as it is written.

use quote::quote;
use syn::{Field, Ident, Item, ItemStruct, parse_quote};

use crate::error::Result;
use crate::progenitor::limits::decimals::{DECIMAL, are_in_type};
use crate::progenitor::shape;
use crate::report::{Log, Rule};

pub(in crate::progenitor) const FLAT: Rule = Rule::translated(
    "decimal-map",
    "decimals as `additionalProperties` beside properties",
    "a map of exact decimals beside the fields",
);

/// Replaces the derived `Deserialize` of such objects.
///
/// # Errors
/// One that does not derive it.
pub(super) fn finish(types: &mut Vec<Item>, log: &mut Log) -> Result<()> {
    let mut implementations = Vec::new();
    for item in shape::structs(types) {
        let Some(map) = item.fields.iter().find(|field| is_map_of_decimals(field)).cloned() else {
            continue;
        };
        let place = format!("types::{}", item.ident);
        if !shape::drop_derive(&mut item.attrs, "Deserialize") {
            return Err(shape::no_place(DECIMAL.id, &place));
        }
        implementations.extend(deserialize(item, &map));
        log.add(&FLAT, place, "each decimal is read as it is written");
    }
    types.extend(implementations);
    Ok(())
}

fn is_map_of_decimals(field: &Field) -> bool {
    field.attrs.iter().any(|it| shape::serde_says(it, "flatten")) && are_in_type(&field.ty)
}

/// Reads the declared fields by a struct of these alone, and the map from what is left.
fn deserialize(item: &ItemStruct, map: &Field) -> Option<Item> {
    let (name, map) = (&item.ident, map.ident.as_ref()?);
    let declared: Vec<_> =
        item.fields.iter().filter(|field| field.ident.as_ref() != Some(map)).collect();
    let idents: Vec<&Ident> = declared.iter().filter_map(|field| field.ident.as_ref()).collect();
    let names = declared.iter().map(|field| shape::wire_name(field));
    let read = quote! { struct Declared { #(#declared),* } };
    Some(parse_quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: ::serde::Deserializer<'de>,
            {
                use ::serde::de::Error;
                #[derive(::serde::Deserialize)]
                #read
                let written = decimal::Written::of_any(deserializer)?;
                let Declared { #(#idents),* } = written.decode().map_err(D::Error::custom)?;
                let mut left = written.fields().map_err(D::Error::custom)?;
                #(left.remove(#names);)*
                let left = left.into_iter().map(|(name, value)| match value.decode() {
                    Ok(value) => Ok((name, value)),
                    Err(error) => Err(D::Error::custom(format!("{name}: {error}"))),
                });
                let #map = left.collect::<::std::result::Result<_, D::Error>>()?;
                Ok(Self { #(#idents,)* #map })
            }
        }
    })
}
