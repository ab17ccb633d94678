//! What is absent is not null, and not empty: `null` clears a field, `[]` a list, and what is not
//! sent stays. typify makes one of them, so an optional list or map becomes an `Option` here, and
//! an optional field that may be null an `Option` of an `Option`.

use std::collections::BTreeMap;
use std::convert::Infallible;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use serde_json::{Map, Value, json};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, Fields, ImplItemFn, Item, ItemStruct, LitStr, parse_quote};

use super::nulls::is_null;
use super::{Prepared, resolve};
use crate::document::pointer;
use crate::document::visit::{self, Kind};
use crate::error::Result;
use crate::progenitor::marks::{self, NULL};
use crate::progenitor::{Code, shape};
use crate::report::Log;

const LIMIT: &str = "absent";

/// Marks optional properties that may be null, and what is or is not personal.
pub(super) fn prepare(prepared: &mut Prepared) {
    let document = prepared.document.clone();
    let mut loosened = Vec::new();
    let _ = visit::each_mut(&mut prepared.document, |kind, at, node| {
        let (Kind::Schema, Value::Object(fields)) = (kind, node) else { return Ok(()) };
        mark_personal(fields);
        let required = fields.get("required").cloned().unwrap_or_default();
        let is_required = |name: &str| {
            required.as_array().is_some_and(|names| names.iter().any(|other| other == name))
        };
        let properties = fields.get_mut("properties").and_then(Value::as_object_mut);
        for (name, property) in properties.into_iter().flatten() {
            if !is_required(name) && is_null(resolve(&document, property)) {
                *property = json!({});
                loosened.push(pointer::join(&format!("{at}/properties"), name));
                continue;
            }
            let is_nullable = |schema: &Value| schema.get("nullable") == Some(&Value::Bool(true));
            if is_required(name) || !is_nullable(resolve(&document, property)) {
                continue;
            }
            // What stands beside a reference is not read.
            if visit::reference(property).is_some() {
                *property = json!({ "allOf": [property.take()] });
            }
            if let Value::Object(property) = property {
                marks::put(property, NULL);
            }
        }
        Ok::<_, Infallible>(())
    });
    for at in loosened {
        // typify would send null where nothing is set.
        prepared.loosen("null", &at, "any value, for it may also be absent");
    }
}

/// Marks what `x-personal` says of a schema, wherever it stands.
fn mark_personal(fields: &mut Map<String, Value>) {
    let Some(is_personal) = fields.get("x-personal").and_then(Value::as_bool) else { return };
    // What stands beside a reference is not read.
    if let Some(reference) = fields.shift_remove("$ref") {
        fields.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
    marks::put(fields, marks::personal(is_personal));
}

/// What is put around the type of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Added {
    /// An `Option` around a list or map.
    Option,
    /// An `Option` around an `Option`.
    Double,
    /// What it has: any value may be null itself.
    Nothing,
}

/// The fields that change, by type and name.
type Changed = BTreeMap<String, BTreeMap<String, Added>>;

/// Tells absent from null and empty.
///
/// # Errors
/// A marked property whose field is of a kind that is not known.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let Some(types) = shape::module(&mut code.file.items, "types") else { return Ok(()) };
    let mut changed = Changed::new();
    let mut reads_null = false;
    for item in types.iter_mut() {
        if let Item::Struct(item) = item {
            let fields = change(item, &mut reads_null)?;
            if !fields.is_empty() {
                changed.insert(item.ident.to_string(), fields);
            }
        }
    }
    if let Some(builders) = shape::module(types, "builder") {
        for item in builders {
            adjust_builder(item, &changed);
        }
    }
    let doubles = changed.values().flat_map(BTreeMap::values).any(|added| *added == Added::Double);
    if doubles || reads_null {
        types.extend(shape::emitted(include_str!("../emitted/present.rs")).items);
    }
    for (name, fields) in &changed {
        let names = fields.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        log.add(LIMIT, format!("types::{name}"), names);
    }
    marks::remove(code.file, NULL);
    Ok(())
}

/// Changes the fields of a type; those that it changed.
fn change(item: &mut ItemStruct, reads_null: &mut bool) -> Result<BTreeMap<String, Added>> {
    let mut changed = BTreeMap::new();
    let Fields::Named(fields) = &mut item.fields else { return Ok(changed) };
    for field in &mut fields.named {
        let Some(name) = field.ident.as_ref().map(ToString::to_string) else { continue };
        let ty = &field.ty;
        let is_marked = marks::is_on(&field.attrs, NULL);
        // Optional where it is described, and required by another part: it is never absent.
        if field.attrs.iter().any(|attribute| shape::serde_says(attribute, "deserialize_with")) {
            continue;
        }
        let added = if is_marked && shape::argument(ty, "Option").is_some() {
            Added::Double
        } else if field.attrs.iter().any(|attribute| shape::serde_says(attribute, "is_empty")) {
            Added::Option
        } else if shape::is_optional_any_value(ty) {
            Added::Nothing
        } else if is_marked {
            let field = format!("types::{}.{name}", item.ident);
            return Err(shape::no_place(LIMIT, &field));
        } else {
            continue;
        };
        if added != Added::Nothing {
            field.ty = parse_quote! { ::std::option::Option<#ty> };
        }
        for attribute in &mut field.attrs {
            adjust_serde(attribute, added);
        }
        // Nothing becomes of the builder of what keeps its type.
        match added {
            Added::Nothing => *reads_null = true,
            _ => drop(changed.insert(name, added)),
        }
    }
    Ok(changed)
}

/// Skips what is absent, and nothing else.
fn adjust_serde(attribute: &mut Attribute, added: Added) {
    let syn::Meta::List(list) = &mut attribute.meta else { return };
    if !list.path.is_ident("serde") {
        return;
    }
    let is_none = LitStr::new("::std::option::Option::is_none", proc_macro2::Span::call_site());
    let tokens = std::mem::take(&mut list.tokens).into_iter().map(|token| match &token {
        TokenTree::Literal(text) if text.to_string().contains("is_empty") => {
            TokenTree::Literal(is_none.token())
        }
        _ => token,
    });
    let tokens: TokenStream = tokens.collect();
    list.tokens = match added {
        Added::Option => tokens,
        Added::Double | Added::Nothing if tokens.to_string().contains("default") => {
            quote! { #tokens, deserialize_with = "present" }
        }
        Added::Double | Added::Nothing => quote! { #tokens, default, deserialize_with = "present" },
    };
}

/// The builder's own fields, and its setters: what is set is there.
fn adjust_builder(item: &mut Item, changed: &Changed) {
    match item {
        Item::Struct(item) => {
            let Some(fields) = changed.get(&item.ident.to_string()) else { return };
            for field in &mut item.fields {
                let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                if fields.contains_key(&name)
                    && let Some(inner) = shape::argument(&field.ty, "Result").cloned()
                {
                    field.ty = parse_quote! {
                        ::std::result::Result<::std::option::Option<#inner>, ::std::string::String>
                    };
                }
            }
        }
        Item::Impl(item) if item.trait_.is_none() => {
            let Some(fields) = changed.get(&shape::owner(item)) else { return };
            for member in &mut item.items {
                if let syn::ImplItem::Fn(function) = member
                    && fields.contains_key(&function.sig.ident.to_string())
                {
                    Setter.visit_impl_item_fn_mut(function);
                }
            }
        }
        _ => {}
    }
}

struct Setter;

impl VisitMut for Setter {
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        visit_mut::visit_impl_item_fn_mut(self, function);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::MethodCall(call) = expression
            && call.method == "try_into"
        {
            *expression = parse_quote! { #call.map(::std::option::Option::Some) };
        }
    }
}
