//! The builders of objects.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Block, Expr, Ident, ImplItem, Item, ItemImpl, ItemStruct, Member, Type, parse_quote};

use super::kinds::Known;
use super::templates::{Part, Templates};
use super::{SETTERS, Setter, held, tell_missing};
use crate::error::Result;
use crate::progenitor::limits::Requirement;
use crate::progenitor::names::type_name;
use crate::progenitor::shape;
use crate::report::Log;

/// A builder's field: its name, its type, and the name in JSON.
struct Field {
    ident: Ident,
    ty: Type,
    wire: String,
    is_required: bool,
}

/// Replaces the setters of all builders of objects, and the conversions into the objects.
///
/// # Errors
/// A builder without the parts that typify is known to generate.
pub(super) fn finish(
    types: &mut [Item],
    known: &Known,
    templates: &Templates,
    requirements: &[Requirement],
    log: &mut Log,
) -> Result<()> {
    let Some(place) = shape::module(types, "builder") else { return Ok(()) };
    let mut builders = std::mem::take(place);
    replace(types, &mut builders, known, templates, requirements, log)?;
    if let Some(place) = shape::module(types, "builder") {
        *place = builders;
    }
    Ok(())
}

/// The same of the builders, which are beside their types.
fn replace(
    types: &[Item],
    builders: &mut Vec<Item>,
    known: &Known,
    templates: &Templates,
    requirements: &[Requirement],
    log: &mut Log,
) -> Result<()> {
    let declared = types.iter().filter_map(|item| match item {
        Item::Struct(item) => Some((item.ident.to_string(), item)),
        _ => None,
    });
    let declared: BTreeMap<String, &ItemStruct> = declared.collect();
    let mut of_types = BTreeMap::<String, Vec<&Requirement>>::new();
    for requirement in requirements.iter().filter(|it| it.has_fields) {
        of_types.entry(type_name(&requirement.schema)).or_default().push(requirement);
    }
    let mut fields = BTreeMap::new();
    for builder in shape::structs(builders) {
        let name = builder.ident.to_string();
        let object = declared.get(&name).ok_or_else(|| shape::no_place(SETTERS.id, &name))?;
        fields.insert(name, retype(builder, object, templates)?);
    }
    let mut converted = BTreeSet::new();
    for mut item in std::mem::take(builders) {
        if let Some(name) = shape::converted(&item).map(ToString::to_string)
            && let (Some(object), Some(fields)) = (declared.get(&name), fields.get(&name))
        {
            let requirements = of_types.get(&name).map(Vec::as_slice).unwrap_or_default();
            builders.extend(conversions(object, fields, requirements, templates));
            log.add(&SETTERS, format!("types::builder::{name}"), "plain values");
            converted.insert(name);
            continue;
        }
        if let Item::Impl(builder) = &mut item
            && let Some(fields) = fields.get(&shape::owner(builder))
        {
            edit(builder, fields, known, templates);
        }
        builders.push(item);
    }
    match fields.keys().find(|name| !converted.contains(*name)) {
        Some(name) => Err(shape::no_place(SETTERS.id, name)),
        None => Ok(()),
    }
}

/// Changes what a builder's fields hold; the fields.
///
/// # Errors
/// A field that is no `Result`, or that the object does not have.
fn retype(
    builder: &mut ItemStruct,
    object: &ItemStruct,
    templates: &Templates,
) -> Result<Vec<Field>> {
    let mut fields = Vec::new();
    for field in &mut builder.fields {
        let no_place = || shape::no_place(SETTERS.id, &object.ident.to_string());
        let ident = field.ident.clone().ok_or_else(no_place)?;
        let ty = held(&field.ty).ok_or_else(no_place)?;
        let of_object = object.fields.iter().find(|it| it.ident.as_ref() == Some(&ident));
        let of_object = of_object.ok_or_else(no_place)?;
        let is_flat = of_object.attrs.iter().any(|it| shape::serde_says(it, "flatten"));
        let wire = if is_flat { String::new() } else { shape::wire_name(of_object) };
        let may_be_absent = ["default", "skip_serializing_if"];
        let is_required = !may_be_absent
            .iter()
            .any(|word| of_object.attrs.iter().any(|it| shape::serde_says(it, word)));
        field.ty = templates.holding(&ty);
        fields.push(Field { ident, ty, wire, is_required });
    }
    Ok(fields)
}

/// Replaces the setters, and what a value is before it is set.
fn edit(builder: &mut ItemImpl, fields: &[Field], known: &Known, templates: &Templates) {
    if builder.trait_.is_some() {
        if let Some(function) = shape::function(builder, "default") {
            tell_missing(&mut function.block, templates);
            start_empty(&mut function.block, fields);
        }
        return;
    }
    let mut taken: BTreeSet<String> = fields.iter().map(|field| field.ident.to_string()).collect();
    let mut members = Vec::new();
    for member in std::mem::take(&mut builder.items) {
        let field = match &member {
            ImplItem::Fn(function) => fields.iter().find(|it| it.ident == function.sig.ident),
            _ => None,
        };
        match (field, member) {
            (Some(Field { ident, ty, is_required, .. }), ImplItem::Fn(function)) => {
                let is_required = *is_required;
                let setter = Setter { field: ident, ty, is_required, attributes: function.attrs };
                members.extend(setter.functions(known, templates, &mut taken));
            }
            (_, member) => members.push(member),
        }
    }
    builder.items = members;
}

/// The map of all other fields may be empty, so nothing has to set it.
fn start_empty(default: &mut Block, fields: &[Field]) {
    let is_map = |ty: &Type| {
        shape::last_segment(ty).is_some_and(|it| it.ident == "HashMap" || it.ident == "Map")
    };
    let is_extra = |field: &&Field| field.wire.is_empty() && is_map(&field.ty);
    let extra: Vec<&Ident> = fields.iter().filter(is_extra).map(|field| &field.ident).collect();
    if extra.is_empty() {
        return;
    }
    shape::each_expression(default, |expression| {
        let Expr::Struct(builder) = expression else { return };
        for value in &mut builder.fields {
            if matches!(&value.member, Member::Named(name) if extra.contains(&name)) {
                value.expr = parse_quote! { Ok(::std::default::Default::default()) };
            }
        }
    });
}

/// What makes the object of its builder: for setters, which keep each fault, and for callers.
fn conversions(
    object: &ItemStruct,
    fields: &[Field],
    requirements: &[&Requirement],
    templates: &Templates,
) -> [Item; 2] {
    let parts = fields.iter().map(|Field { ident, wire, .. }| Part {
        field: ident,
        local: format_ident!("field_{ident}"),
        wire,
    });
    let parts: Vec<_> = parts.collect();
    let conditions: TokenStream =
        requirements.iter().filter_map(|it| condition(object, it)).collect();
    let conditions = parse_quote! {{ #conditions }};
    let name = &object.ident;
    [templates.made_value(name, &parts, conditions), templates.try_from(name)]
}

/// Says that fields are missing which a value of another one requires.
fn condition(object: &ItemStruct, requirement: &Requirement) -> Option<TokenStream> {
    let Requirement { property, values, required, .. } = requirement;
    let (tested, _) = shape::field(object, property)?;
    let mut ty = &object.fields.iter().find(|it| it.ident.as_ref() == Some(&tested))?.ty;
    let tested = format_ident!("field_{tested}");
    let mut value = quote! { #tested.as_ref() };
    while let Some(inner) = shape::argument(ty, "Option") {
        value.extend(quote! { .and_then(|value| value.as_ref()) });
        ty = inner;
    }
    let when = format!("required if `{property}` is {}", values.join(" or "));
    let mut checks = TokenStream::new();
    for name in required {
        let (ident, is_option) = shape::field(object, name)?;
        let local = format_ident!("field_{ident}");
        if is_option {
            checks.extend(quote! {
                if matches!(#local, ::std::option::Option::Some(::std::option::Option::None)) {
                    faults.required(#name, #when);
                }
            });
        }
    }
    Some(quote! {
        if matches!(#value.map(|value| value.to_string()).as_deref(), Some(#(#values)|*)) {
            #checks
        }
    })
}
