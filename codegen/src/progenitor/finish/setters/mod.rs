//! Setters that take plain values, and builders that tell at once all that is missing or wrong.
//!
//! progenitor's setters take whatever converts into the type of the field, an `Option` with it, and a builder
//! tells the first of its faults, with names of Rust types. On `openapi-client-runtime`, a setter takes
//! `IntoValue` of the value; an optional field has another one that takes the `Option`, with `set_` before
//! its name.

mod calls;
mod conversions;
mod decimals;
mod kinds;
mod objects;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Block, Expr, Ident, ImplItem, ImplItemFn, Type, parse_quote};

use crate::error::Result;
use crate::progenitor::settings::Runtime;
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};
use kinds::Known;

pub(in crate::progenitor) const SETTERS: Rule = Rule::translated(
    "setters",
    "setters of builders, unless the settings ask for `progenitor-client`",
    "take plain values, those with `set_` an `Option`; all that is missing or wrong is told at once",
);

/// Replaces the setters, and what builders do with their values.
///
/// # Errors
/// A builder of another shape than progenitor is known to generate.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    if code.settings.runtime == Runtime::ProgenitorClient {
        return Ok(());
    }
    let Some(types) = shape::module(&mut code.file.items, "types") else { return Ok(()) };
    let known = Known::of(types);
    objects::finish(types, &known, &code.plan.requirements, log)?;
    let made = conversions::all(types, &known);
    types.extend(made);
    calls::finish(code, &known, log)
}

/// The support of the runtime.
fn values() -> TokenStream {
    quote!(::openapi_client_runtime::values)
}

/// `Result<T, String>` of a builder's field: the `T`.
fn held(ty: &Type) -> Option<Type> {
    shape::argument(ty, "Result").cloned()
}

/// The type of a builder's field.
fn holding(held: &Type) -> Type {
    let values = values();
    parse_quote!(::std::result::Result<#held, #values::Faults>)
}

/// Says that a value is missing in place of `Err("… was not initialized".to_string())`.
fn tell_missing(block: &mut Block) {
    let values = values();
    shape::each_expression(block, |expression| {
        if let Expr::Call(call) = expression
            && shape::is_name(&call.func, "Err")
        {
            *expression = parse_quote! { Err(#values::Faults::missing()) };
        }
    });
}

/// A field of a builder, and what its setters are called.
struct Setter<'s> {
    field: &'s Ident,
    /// The type of the whole field.
    ty: &'s Type,
    /// What it says in the documentation, and other attributes.
    attributes: &'s [Attribute],
}

impl Setter<'_> {
    /// The setter of a plain value, and that of the whole field where it may be empty.
    fn functions(&self, known: &Known, taken: &mut BTreeSet<String>) -> Vec<ImplItem> {
        let mut functions = vec![ImplItem::Fn(self.plain(known))];
        let is_optional = shape::argument(self.ty, "Option").is_some();
        if is_optional || ["Vec", "HashMap", "Map"].iter().any(|name| is_a(self.ty, name)) {
            functions.push(ImplItem::Fn(self.whole(taken)));
        }
        functions
    }

    /// The setter that takes a value.
    fn plain(&self, known: &Known) -> ImplItemFn {
        let Self { field, attributes, .. } = self;
        let values = values();
        let (mut inner, mut wrap) = (self.ty, TokenStream::new());
        while let Some(optional) = shape::argument(inner, "Option") {
            inner = optional;
            wrap.extend(quote! { .map(::std::option::Option::Some) });
        }
        if let Some(boxed) = shape::argument(inner, "Box") {
            inner = boxed;
            wrap = quote! { .map(::std::boxed::Box::new) #wrap };
        }
        if known.is_value(inner) {
            return parse_quote! {
                #(#attributes)*
                pub fn #field(mut self, value: impl #values::IntoValue<#inner>) -> Self {
                    self.#field = #values::IntoValue::into_value(value)#wrap;
                    self
                }
            };
        }
        parse_quote! {
            #(#attributes)*
            pub fn #field(mut self, value: impl ::std::convert::TryInto<#inner>) -> Self {
                self.#field = ::std::convert::TryInto::try_into(value)
                    .map_err(|_| #values::Faults::wrong("not of the documented form"))#wrap;
                self
            }
        }
    }

    /// The setter that takes all that the field can be.
    fn whole(&self, taken: &mut BTreeSet<String>) -> ImplItemFn {
        let Self { field, ty, .. } = self;
        let plain = field.to_string();
        // A name like `type_` is that of a keyword; `set_type` is none.
        let mut name = format!("set_{}", plain.trim_matches('_'));
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        let name = format_ident!("{name}");
        let is_null = shape::argument(ty, "Option").and_then(|ty| shape::argument(ty, "Option"));
        let words = match (shape::argument(ty, "Option"), is_null) {
            (Some(_), Some(_)) => {
                format!(
                    "Sets [`{plain}`](Self::{plain}), to null with `Some(None)`, or unsets it with `None`."
                )
            }
            (Some(_), None) => {
                format!("Sets [`{plain}`](Self::{plain}), or unsets it with `None`.")
            }
            _ => format!("Sets [`{plain}`](Self::{plain}), which may be empty."),
        };
        parse_quote! {
            #[doc = #words]
            pub fn #name(mut self, value: #ty) -> Self {
                self.#field = Ok(value);
                self
            }
        }
    }
}

/// Whether the last name of a type is this one, and it has arguments.
fn is_a(ty: &Type, name: &str) -> bool {
    shape::last_segment(ty).is_some_and(|last| last.ident == name && !last.arguments.is_none())
}
