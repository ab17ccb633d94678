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
mod templates;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Block, Expr, Ident, ImplItem, ImplItemFn, Member, Type};

use crate::error::Result;
use crate::progenitor::settings::Runtime;
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};
use kinds::Known;
use templates::Templates;

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
    let (known, templates) = (Known::of(types), Templates::new());
    objects::finish(types, &known, &templates, &code.plan.requirements, log)?;
    let made = conversions::all(types, &known, &templates.conversions);
    types.extend(made);
    calls::finish(code, &known, &templates, log)
}

/// The support of the runtime.
fn values() -> TokenStream {
    quote!(::openapi_client_runtime::values)
}

/// `Result<T, String>` of a builder's field: the `T`.
fn held(ty: &Type) -> Option<Type> {
    shape::argument(ty, "Result").cloned()
}

/// Says that a value is missing in place of `Err("… was not initialized".to_string())`; the fields that must be set.
fn tell_missing(block: &mut Block, templates: &Templates) -> BTreeSet<Ident> {
    let mut missing = BTreeSet::new();
    shape::each_expression(block, |expression| {
        let Expr::Struct(builder) = expression else { return };
        for field in &mut builder.fields {
            if let (Member::Named(name), Expr::Call(call)) = (&field.member, &field.expr)
                && shape::is_name(&call.func, "Err")
            {
                missing.insert(name.clone());
                field.expr = templates.missing.clone();
            }
        }
    });
    missing
}

/// A field of a builder, and what its setters are called.
struct Setter<'s> {
    field: &'s Ident,
    /// The type of the whole field.
    ty: &'s Type,
    /// Whether it must be set, so that an empty `Option` is null.
    is_required: bool,
    /// What it says in the documentation, and other attributes.
    attributes: Vec<Attribute>,
}

impl Setter<'_> {
    /// The setter of a plain value, and that of the whole field where it may be empty.
    fn functions(
        self,
        known: &Known,
        templates: &Templates,
        taken: &mut BTreeSet<String>,
    ) -> Vec<ImplItem> {
        let is_optional = shape::argument(self.ty, "Option").is_some();
        let has_whole =
            is_optional || ["Vec", "HashMap", "Map"].iter().any(|name| is_a(self.ty, name));
        let whole = has_whole.then(|| ImplItem::Fn(self.whole(templates, taken)));
        [ImplItem::Fn(self.plain(known, templates))].into_iter().chain(whole).collect()
    }

    /// The setter that takes a value.
    fn plain(self, known: &Known, templates: &Templates) -> ImplItemFn {
        let (mut inner, mut options) = (self.ty, 0);
        while let Some(optional) = shape::argument(inner, "Option") {
            inner = optional;
            options += 1;
        }
        let boxed = shape::argument(inner, "Box");
        let inner = boxed.unwrap_or(inner);
        let mut function = templates.plain(self.field, inner, known.is_value(inner));
        function.attrs = self.attributes;
        if boxed.is_some() {
            templates.map_into_box(&mut function.block);
        }
        (0..options).for_each(|_| templates.map_into_some(&mut function.block));
        function
    }

    /// The setter that takes all that the field can be.
    fn whole(&self, templates: &Templates, taken: &mut BTreeSet<String>) -> ImplItemFn {
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
            (Some(_), None) if self.is_required => {
                format!("Sets [`{plain}`](Self::{plain}), to null with `None`.")
            }
            (Some(_), None) => {
                format!("Sets [`{plain}`](Self::{plain}), or unsets it with `None`.")
            }
            _ => format!("Sets [`{plain}`](Self::{plain}), which may be empty."),
        };
        templates.whole(&name, field, ty, &words)
    }
}

/// Whether the last name of a type is this one, and it has arguments.
fn is_a(ty: &Type, name: &str) -> bool {
    shape::last_segment(ty).is_some_and(|last| last.ident == name && !last.arguments.is_none())
}
