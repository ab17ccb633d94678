//! Untagged enums. serde takes the first alternative that decodes, and drops the fields that only
//! another one has. The generated `Deserialize` goes by the discriminator if there is one; otherwise it
//! takes the alternative that encodes to most of the value again, the first one if several do. Its error
//! has the reason of each alternative. Nothing is tried where a field has a text that is none of those that
//! its type has, and what became of a union inside of another one is remembered: alternatives that are
//! inside of each other would be tried as often as there are paths.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::visit_mut::VisitMut;
use syn::{Fields, ImplItem, Item, ItemEnum, ItemImpl, ItemStruct, Stmt, Type, parse_quote};

use crate::document::{pointer, visit};
use crate::error::Result;
use crate::progenitor::limits::decimals;
use crate::progenitor::names::type_name;
use crate::progenitor::schema::{entries, text};
use crate::progenitor::template::{Fill, Filling, fill};
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const UNION: Rule = Rule::translated(
    "union",
    "`oneOf` of objects, lists and maps",
    "an enum; the discriminator decides, or the alternative that explains most of a value",
);

/// Replaces the derived `Deserialize` of such enums.
///
/// # Errors
/// An untagged enum that does not derive `Deserialize`.
pub(in crate::progenitor::limits) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let types = shape::module(&mut code.file.items, "types");
    if !types.into_iter().flatten().any(|item| matches!(item, Item::Enum(it) if is_untagged(it))) {
        return Ok(());
    }
    let discriminators = discriminators(code.document);
    let read = Read::of(code.document, &code.file.items);
    let Some(types) = shape::module(&mut code.file.items, "types") else { return Ok(()) };
    let (scalars, open) = (scalars(types), open(types));
    let (tags, templates) = (tags(types), Templates::new(read));
    let mut implementations = Vec::new();
    for item in types.iter_mut() {
        let Item::Enum(union) = item else { continue };
        let Some(mut alternatives) = alternatives(union, &scalars) else { continue };
        // What takes any field explains all of a value that another one has the fields of.
        alternatives.sort_by_key(|(_, ty)| bare_name(ty).is_some_and(|it| open.contains(&it)));
        if !shape::drop_derive(&mut union.attrs, "Deserialize") {
            return Err(shape::no_place(UNION.id, &format!("types::{}", union.ident)));
        }
        let discriminator = discriminator_of(&discriminators, &alternatives);
        implementations.push(deserialize(
            read,
            &tags,
            &templates,
            union,
            &alternatives,
            discriminator,
        ));
        let note = match discriminator {
            Some((property, _)) => format!("told apart by `{property}`"),
            None => "the alternative that explains most of a value".to_owned(),
        };
        log.add(&UNION, format!("types::{}", union.ident), note);
    }
    if !implementations.is_empty() {
        types.extend(implementations);
        types.extend(shape::emitted(include_str!("../../emitted/alternatives.rs")).items);
    }
    Ok(())
}

/// The structs that take fields of any name.
fn open(types: &mut [Item]) -> BTreeSet<String> {
    let takes_any =
        |field: &syn::Field| field.attrs.iter().any(|it| shape::serde_says(it, "flatten"));
    let structs = shape::structs(types).filter(|item| item.fields.iter().any(takes_any));
    structs.map(|item| item.ident.to_string()).collect()
}

/// The types whose values are one string, number or boolean: decoding one loses nothing.
fn scalars(types: &[Item]) -> BTreeSet<String> {
    let mut scalars = BTreeSet::new();
    let mut count = usize::MAX;
    // A type may wrap one that is declared later.
    while count != scalars.len() {
        count = scalars.len();
        for item in types {
            let is_one = match item {
                Item::Enum(item) => item.variants.iter().all(|it| it.fields.is_empty()),
                Item::Struct(ItemStruct { fields: Fields::Unnamed(fields), .. }) => {
                    fields.unnamed.iter().all(|field| is_scalar(&field.ty, &scalars))
                }
                _ => false,
            };
            scalars.extend(shape::declared(item).filter(|_| is_one).map(ToString::to_string));
        }
    }
    scalars
}

fn is_scalar(ty: &Type, scalars: &BTreeSet<String>) -> bool {
    // serde buffers what it tries as several scalars, which makes floats of decimals.
    !decimals::is_decimal(ty) && (shape::is_text_of_a_kind(ty) || is_named_scalar(ty, scalars))
}

fn is_named_scalar(ty: &Type, scalars: &BTreeSet<String>) -> bool {
    const PRIMITIVES: [&str; 12] =
        ["String", "bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64"];
    bare_name(ty).is_some_and(|name| PRIMITIVES.contains(&&*name) || scalars.contains(&name))
}

/// A variant, and the type that it holds.
type Alternative = (syn::Ident, Type);

fn is_untagged(union: &ItemEnum) -> bool {
    union.attrs.iter().any(|attribute| shape::serde_says(attribute, "untagged"))
}

/// The alternatives of an untagged enum; nothing if all are scalars, for which serde's way will do.
fn alternatives(union: &ItemEnum, scalars: &BTreeSet<String>) -> Option<Vec<Alternative>> {
    if !is_untagged(union) {
        return None;
    }
    let alternative = |variant: &syn::Variant| match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            Some((variant.ident.clone(), fields.unnamed.first()?.ty.clone()))
        }
        _ => None,
    };
    let alternatives = union.variants.iter().map(alternative).collect::<Option<Vec<_>>>()?;
    let all_scalars = alternatives.iter().all(|(_, ty)| is_scalar(ty, scalars));
    (alternatives.len() > 1 && !all_scalars).then_some(alternatives)
}

/// The name of a type without its path, also of one in a `Box`; nothing of a type with arguments, such
/// as a list or a map.
fn bare_name(ty: &Type) -> Option<String> {
    if let Some(inner) = shape::argument(ty, "Box") {
        return bare_name(inner);
    }
    let last = shape::last_segment(ty)?;
    last.arguments.is_none().then(|| last.ident.to_string())
}

/// A property, and the type that each of its values means.
type Discriminator = (String, Vec<(String, String)>);

fn discriminators(document: &Value) -> Vec<Discriminator> {
    let mut discriminators = Vec::new();
    visit::each(document, |_, _, node| {
        let discriminator = &node["discriminator"];
        let Some(property) = text(discriminator, "propertyName") else { return };
        let types = entries(discriminator, "mapping").filter_map(|(value, target)| {
            let component = pointer::mapped_component(target.as_str()?);
            Some((value.clone(), type_name(&component)))
        });
        discriminators.push((property.to_owned(), types.collect()));
    });
    discriminators
}

/// The discriminator that has a value for each of the alternatives.
fn discriminator_of<'t>(
    discriminators: &'t [Discriminator],
    alternatives: &[Alternative],
) -> Option<&'t Discriminator> {
    let names: Vec<_> = alternatives.iter().map(|(_, ty)| bare_name(ty)).collect::<Option<_>>()?;
    discriminators.iter().find(|(_, types)| {
        names.iter().all(|name| types.iter().any(|(_, component)| component == name))
    })
}

/// How a value is read once to be looked at, and again as each of the alternatives.
#[derive(Clone, Copy)]
enum Read {
    /// By way of `serde_json::Value`.
    ByValue,
    /// By way of its JSON, since a `Value` makes floats of decimals.
    ByText,
}

impl Read {
    fn of(document: &Value, items: &[Item]) -> Self {
        if decimals::are_in(document, items) { Self::ByText } else { Self::ByValue }
    }

    /// The statements that read the value.
    fn start(self) -> TokenStream {
        match self {
            Self::ByValue => quote! {
                let mut union = unions::Union::read(deserializer)?;
            },
            // A text that is decoded again can fail, too.
            Self::ByText => quote! {
                use ::serde::de::Error;
                let written = decimal::Written::of_any(deserializer)?;
                let value = written.decode().map_err(D::Error::custom)?;
                let mut union = unions::Union::of(value, Some(written.key()));
            },
        }
    }
}

/// The match on the discriminator. A value that it does not know is tried as any of the alternatives.
fn by_discriminator(
    read: Read,
    (property, types): &Discriminator,
    alternatives: &[Alternative],
) -> Stmt {
    let arms = types.iter().filter_map(|(value, component)| {
        let is_it = |(_, ty): &&Alternative| bare_name(ty).as_deref() == Some(component);
        let (variant, _) = alternatives.iter().find(is_it)?;
        let decoded = match read {
            Read::ByValue => quote! { ::serde_json::from_value(union.value) },
            Read::ByText => quote! { written.decode() },
        };
        Some(quote! { Some(#value) => return unions::only(#value, #decoded, Self::#variant), })
    });
    parse_quote! {
        match union.value.get(#property).and_then(::serde_json::Value::as_str) {
            #(#arms)*
            _ => {}
        }
    }
}

/// Of each struct, the fields of a type of few texts, and these.
type Tags = BTreeMap<String, Vec<(String, Vec<String>)>>;

/// Types of more texts than this tell nothing apart.
const MOST_TEXTS: usize = 4;

fn tags(types: &[Item]) -> Tags {
    let enums = types.iter().filter_map(|item| match item {
        Item::Enum(item) => Some((item.ident.to_string(), texts(item)?)),
        _ => None,
    });
    let enums: BTreeMap<_, _> = enums.collect();
    let structs = types.iter().filter_map(|item| match item {
        Item::Struct(item) => Some(item),
        _ => None,
    });
    let tags = structs.map(|item| {
        let fields = item.fields.iter().filter_map(|field| {
            let ty = shape::argument(&field.ty, "Option").unwrap_or(&field.ty);
            let is_plain = !field.attrs.iter().any(|it| shape::serde_says(it, "with"));
            Some((
                shape::wire_name(field),
                enums.get(&bare_name(ty)?).filter(|_| is_plain)?.clone(),
            ))
        });
        (item.ident.to_string(), fields.collect())
    });
    tags.collect()
}

/// The texts of an enum that serde decodes from no other.
fn texts(item: &ItemEnum) -> Option<Vec<String>> {
    let is_derived = shape::drop_derive(&mut item.attrs.clone(), "Deserialize");
    let says = |attributes: &[syn::Attribute], words: &[&str]| {
        words.iter().any(|word| attributes.iter().any(|it| shape::serde_says(it, word)))
    };
    let is_plain = |variant: &syn::Variant| {
        matches!(variant.fields, Fields::Unit) && !says(&variant.attrs, &["alias", "other"])
    };
    let is_closed = is_derived && !says(&item.attrs, &[""]) && item.variants.iter().all(is_plain);
    let text = |variant: &syn::Variant| {
        shape::renamed(&variant.attrs).unwrap_or_else(|| variant.ident.to_string())
    };
    let is_short = (1..=MOST_TEXTS).contains(&item.variants.len());
    (is_closed && is_short).then(|| item.variants.iter().map(text).collect())
}

/// The attempt to decode one alternative.
fn attempt(read: Read, tags: &Tags, templates: &Templates, (variant, ty): &Alternative) -> Stmt {
    let text = variant.to_string();
    let tags = bare_name(ty).and_then(|name| tags.get(&name)).filter(|tags| !tags.is_empty());
    let tags = tags.map(|tags| {
        let tags = tags.iter().map(|(name, texts)| quote! { (#name, &[#(#texts),*]) });
        quote! { has_texts(value, &[#(#tags),*]) }
    });
    match (read, tags) {
        (Read::ByValue, None) => {
            let places = [("__text", Fill::Text(&text)), ("__variant", Fill::Ident(variant))];
            fill(&templates.attempt, &places, Filling::visit_stmt_mut)
        }
        (Read::ByValue, Some(tags)) => parse_quote! {
            union.attempt_by(
                #text,
                |value| #tags.and_then(|()| ::serde_json::from_value(value.clone())),
                Self::#variant,
            );
        },
        (Read::ByText, None) => parse_quote! {
            union.attempt_by(#text, |_| written.decode(), Self::#variant);
        },
        (Read::ByText, Some(tags)) => parse_quote! {
            union.attempt_by(
                #text,
                |value| #tags.and_then(|()| written.decode()),
                Self::#variant,
            );
        },
    }
}

/// The code that is the same for every union.
struct Templates {
    deserialize: ItemImpl,
    attempt: Stmt,
}

impl Templates {
    /// With how each of them begins.
    fn new(read: Read) -> Self {
        let start = read.start();
        Self {
            deserialize: parse_quote! {
                impl<'de> ::serde::Deserialize<'de> for __name {
                    fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
                    where
                        D: ::serde::Deserializer<'de>,
                    {
                        #start
                        union.best()
                    }
                }
            },
            attempt: parse_quote! { union.attempt(__text, Self::__variant); },
        }
    }

    /// An implementation that makes attempts before it takes the best.
    fn deserialize(&self, name: &syn::Ident, attempts: Vec<Stmt>) -> Item {
        let places = [("__name", Fill::Ident(name))];
        let mut item = fill(&self.deserialize, &places, Filling::visit_item_impl_mut);
        if let Some(ImplItem::Fn(function)) = item.items.first_mut() {
            let best = function.block.stmts.pop();
            function.block.stmts.extend(attempts.into_iter().chain(best));
        }
        Item::Impl(item)
    }
}

fn deserialize(
    read: Read,
    tags: &Tags,
    templates: &Templates,
    union: &ItemEnum,
    alternatives: &[Alternative],
    discriminator: Option<&Discriminator>,
) -> Item {
    let by_discriminator = discriminator.map(|it| by_discriminator(read, it, alternatives));
    let attempts = alternatives.iter().map(|it| attempt(read, tags, templates, it));
    templates.deserialize(&union.ident, by_discriminator.into_iter().chain(attempts).collect())
}
