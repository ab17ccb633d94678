//! Where typify puts the box of a schema that holds itself. It breaks a cycle at whatever type it comes to first,
//! and where that is the optional field itself, the box is around the `Option`: the field is then no optional
//! one to typify, and what is not set is sent as null; of a list or map, as an empty one. Here the box is inside
//! of the `Option`; a list or map needs none.

use proc_macro2::Literal;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Field, Meta, Type, parse_quote};

use crate::error::Result;
use crate::progenitor::{Code, shape};
use crate::report::Log;

/// Moves the boxes, and leaves out of what is sent what is not set.
pub(super) fn finish(code: &mut Code<'_>, _: &mut Log) -> Result<()> {
    let Some(types) = shape::module(&mut code.file.items, "types") else { return Ok(()) };
    let mut is_moved = false;
    for field in shape::structs(types).flat_map(|item| &mut item.fields) {
        let Some(holds) = moved(&field.ty) else { continue };
        say_when_absent(field, &holds);
        is_moved = true;
    }
    // Builders and conversions have the same types.
    if is_moved {
        types.iter_mut().for_each(|item| Boxes.visit_item_mut(item));
    }
    Ok(())
}

/// What stands in place of a box around an `Option`, a list or a map.
fn moved(ty: &Type) -> Option<Type> {
    let inside = shape::argument(ty, "Box")?;
    match shape::last_segment(inside)?.ident.to_string().as_str() {
        "Option" => {
            let value = shape::argument(inside, "Option")?;
            Some(parse_quote! { ::std::option::Option<::std::boxed::Box<#value>> })
        }
        "Vec" | "HashMap" | "BTreeMap" => Some(inside.clone()),
        _ => None,
    }
}

/// The attribute of serde that typify has for a field of this type.
fn say_when_absent(field: &mut Field, holds: &Type) {
    let is_option = shape::argument(holds, "Option").is_some();
    let of_serde = field.attrs.iter_mut().find(|it| it.path().is_ident("serde"));
    let is_optional = of_serde.as_ref().is_some_and(|it| shape::serde_says(it, "default"));
    let added = match (is_optional, is_option) {
        (true, _) => {
            let test = if is_option { "is_none" } else { "is_empty" };
            let test = Literal::string(&format!("{}::{test}", path(holds)));
            quote! { skip_serializing_if = #test }
        }
        (false, true) => quote! { deserialize_with = "::std::option::Option::deserialize" },
        (false, false) => return,
    };
    match of_serde.map(|attribute| &mut attribute.meta) {
        Some(Meta::List(list)) => {
            let before = &list.tokens;
            list.tokens = quote! { #before, #added };
        }
        _ => {
            let attribute: Attribute = parse_quote! { #[serde(#added)] };
            field.attrs.push(attribute);
        }
    }
}

/// The path of a type, without its arguments.
fn path(ty: &Type) -> String {
    let text = shape::text_of(ty);
    text.split('<').next().unwrap_or_default().to_owned()
}

/// Moves the boxes in types, wherever these stand.
struct Boxes;

impl VisitMut for Boxes {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Some(new) = moved(ty) {
            *ty = new;
        }
        visit_mut::visit_type_mut(self, ty);
    }
}
