//! Absent, null and empty differ: null clears a field, `[]` empties a list, and an absent field stays
//! as it is. typify makes one of them; here an optional list or map becomes an `Option`, and an optional
//! field that may be null an `Option` of an `Option`.

use std::collections::{BTreeMap, BTreeSet};

use quote::quote;
use serde_json::{Map, Value, json};
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, ExprMethodCall, Field, Item, ItemStruct, Type, parse_quote};

use super::nulls::is_null;
use super::{Prepared, resolve};
use crate::document::{pointer, visit};
use crate::error::Result;
use crate::progenitor::marks::{self, NULL};
use crate::progenitor::template::{Fill, Filling, fill};
use crate::progenitor::{Code, schema, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const NULL_ONLY: Rule = Rule::loosened(
    "null",
    "an optional field that can only be null",
    "any value: it may also be absent",
);
pub(in crate::progenitor) const ABSENT: Rule = Rule::translated(
    "absent",
    "an optional field that may be null",
    "null and absent are told apart",
);

/// Marks optional properties that may be null, and what `x-personal` says.
pub(super) fn prepare(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = prepared;
    let referred = referred(document);
    visit::each_schema_mut(document, |at, keywords| {
        mark_personal(keywords);
        let required = keywords.get("required").and_then(Value::as_array).cloned();
        let required = required.unwrap_or_default();
        let properties = keywords.get_mut("properties").and_then(Value::as_object_mut);
        let optional =
            properties.into_iter().flatten().filter(|(name, _)| !required.contains(&json!(name)));
        for (name, property) in optional {
            let nulls = match visit::reference(property) {
                Some(reference) => referred.get(reference).copied().unwrap_or_default(),
                None => Nulls::of(property),
            };
            if nulls.is_null {
                // typify would send null where nothing is set.
                *property = json!({});
                let place = pointer::join(&format!("{at}/properties"), name);
                log.add(&NULL_ONLY, place, "any value, for it may also be absent");
            } else if nulls.is_nullable {
                mark_nullable(property);
            }
        }
    });
}

/// What a schema says of null.
#[derive(Clone, Copy, Default)]
struct Nulls {
    is_null: bool,
    is_nullable: bool,
}

impl Nulls {
    fn of(schema: &Value) -> Self {
        let is_nullable = schema.get("nullable") == Some(&Value::Bool(true));
        Self { is_null: is_null(schema), is_nullable }
    }
}

/// What those schemas say of null that properties refer to, by the references.
fn referred(document: &Value) -> BTreeMap<String, Nulls> {
    let mut referred = BTreeMap::new();
    visit::each(document, |kind, _, node| {
        if kind != visit::Kind::Schema {
            return;
        }
        for (_, property) in schema::entries(node, "properties") {
            if let Some(reference) = visit::reference(property)
                && !referred.contains_key(reference)
            {
                referred.insert(reference.to_owned(), Nulls::of(resolve(document, property)));
            }
        }
    });
    referred
}

fn mark_nullable(property: &mut Value) {
    // What stands beside a reference is not read.
    if visit::reference(property).is_some() {
        *property = json!({ "allOf": [property.take()] });
    }
    if let Value::Object(keywords) = property {
        marks::put(keywords, NULL);
    }
}

/// Marks what `x-personal` says of a schema.
fn mark_personal(keywords: &mut Map<String, Value>) {
    // typify would take a schema with it for another one than the plain schema of a decimal.
    let Some(is_personal) = keywords.shift_remove("x-personal").and_then(|it| it.as_bool()) else {
        return;
    };
    // What stands beside a reference is not read.
    if let Some(reference) = keywords.shift_remove("$ref") {
        keywords.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
    marks::put(keywords, marks::personal(is_personal));
}

/// What is put around the type of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapper {
    /// An `Option` around a list or map.
    Option,
    /// An `Option` around an `Option`.
    DoubleOption,
    /// Nothing: a `Value` may be null itself.
    None,
}

/// What is put around a type, and around what a setter gets.
struct Templates {
    option: Type,
    /// What a builder holds of an `Option`.
    result: Type,
    some: ExprMethodCall,
}

impl Templates {
    fn new() -> Self {
        Self {
            option: parse_quote!(::std::option::Option<__type>),
            result: parse_quote! {
                ::std::result::Result<::std::option::Option<__type>, ::std::string::String>
            },
            some: parse_quote!(__value.map(::std::option::Option::Some)),
        }
    }
}

fn of(template: &Type, ty: &Type) -> Type {
    fill(template, &[("__type", Fill::Type(ty))], Filling::visit_type_mut)
}

/// The fields of a type that something is put around, by their names.
type Wrapped = BTreeSet<String>;

/// Wraps the types of fields, and reads null as a value.
///
/// # Errors
/// A marked property whose field is of no type that typify is known to make.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let Some(types) = shape::module(&mut code.file.items, "types") else { return Ok(()) };
    let templates = Templates::new();
    let mut wrapped = BTreeMap::new();
    let mut reads_null = false;
    for item in shape::structs(types) {
        let fields = wrap_fields(item, &mut reads_null, &templates)?;
        if !fields.is_empty() {
            wrapped.insert(item.ident.to_string(), fields);
        }
    }
    for item in shape::module(types, "builder").into_iter().flatten() {
        adjust_builder(item, &wrapped, &templates);
    }
    if reads_null {
        types.extend(shape::emitted(include_str!("../emitted/present.rs")).items);
    }
    for (name, fields) in &wrapped {
        let names = fields.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        log.add(&ABSENT, format!("types::{name}"), names);
    }
    Ok(())
}

/// Wraps the fields of a type; those that it wrapped. Sets `reads_null` if one of its fields needs
/// `present` to be decoded.
fn wrap_fields(
    item: &mut ItemStruct,
    reads_null: &mut bool,
    templates: &Templates,
) -> Result<Wrapped> {
    let mut wrapped = Wrapped::new();
    for field in &mut item.fields {
        let Some(name) = field.ident.as_ref().map(ToString::to_string) else { continue };
        let is_marked = marks::is_on(&field.attrs, NULL);
        let Some(wrapper) = wrapper(field, is_marked) else {
            if is_marked && !is_required_elsewhere(field) {
                return Err(shape::no_place(ABSENT.id, &format!("types::{}.{name}", item.ident)));
            }
            continue;
        };
        for attribute in &mut field.attrs {
            adjust_serde(attribute, wrapper);
        }
        *reads_null |= wrapper != Wrapper::Option;
        // The builder of a field that keeps its type stays as it is.
        if wrapper != Wrapper::None {
            field.ty = of(&templates.option, &field.ty);
            wrapped.insert(name);
        }
    }
    Ok(wrapped)
}

/// Whether a field is never absent: another schema in `allOf` requires what this one has as optional.
fn is_required_elsewhere(field: &Field) -> bool {
    field.attrs.iter().any(|attribute| shape::serde_says(attribute, "deserialize_with"))
}

fn wrapper(field: &Field, is_marked: bool) -> Option<Wrapper> {
    if is_required_elsewhere(field) {
        None
    } else if is_marked && shape::argument(&field.ty, "Option").is_some() {
        Some(Wrapper::DoubleOption)
    } else if field.attrs.iter().any(|attribute| shape::serde_says(attribute, "is_empty")) {
        Some(Wrapper::Option)
    } else {
        shape::is_optional_any_value(&field.ty).then_some(Wrapper::None)
    }
}

/// Leaves out what is absent when it is encoded, and nothing else.
fn adjust_serde(attribute: &mut Attribute, wrapper: Wrapper) {
    let syn::Meta::List(list) = &mut attribute.meta else { return };
    if !list.path.is_ident("serde") {
        return;
    }
    shape::skip_none(list);
    let tokens = &list.tokens;
    list.tokens = match wrapper {
        Wrapper::Option => return,
        _ if shape::mentions(tokens, "default") => {
            quote! { #tokens, deserialize_with = "present" }
        }
        _ => quote! { #tokens, default, deserialize_with = "present" },
    };
}

/// Wraps the types of a builder's fields, and puts what its setters get into `Some`.
fn adjust_builder(item: &mut Item, wrapped: &BTreeMap<String, Wrapped>, templates: &Templates) {
    match item {
        Item::Struct(item) => {
            let Some(fields) = wrapped.get(&item.ident.to_string()) else { return };
            for field in &mut item.fields {
                let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                if fields.contains(&name)
                    && let Some(inner) = shape::argument(&field.ty, "Result").cloned()
                {
                    field.ty = of(&templates.result, &inner);
                }
            }
        }
        Item::Impl(item) if item.trait_.is_none() => {
            let Some(fields) = wrapped.get(&shape::owner(item)) else { return };
            for name in fields {
                if let Some(setter) = shape::function(item, name) {
                    let some = &templates.some;
                    shape::each_expression(&mut setter.block, |it| set_some(it, some));
                }
            }
        }
        _ => {}
    }
}

/// Puts what a setter gets into `Some`.
fn set_some(expression: &mut Expr, some: &ExprMethodCall) {
    if let Expr::MethodCall(call) = expression
        && call.method == "try_into"
    {
        let mut wrapped = some.clone();
        std::mem::swap(&mut *wrapped.receiver, expression);
        *expression = Expr::MethodCall(wrapped);
    }
}
