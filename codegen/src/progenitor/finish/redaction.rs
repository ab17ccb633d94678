//! `Debug` that shows the structure of a value without personal data.
//!
//! Numbers, booleans, enums and nested types are shown. Text (strings, dates, UUIDs, any JSON) counts as
//! personal, so that a field which the vendor adds tomorrow is hidden, unless the document says
//! `x-personal: false`; `x-personal: true` hides a number or a boolean.

use std::collections::BTreeSet;

use quote::{format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{
    Attribute, Expr, ExprMethodCall, Field, Fields, Generics, Ident, Item, ItemEnum, ItemStruct,
    Stmt, Type, parse_quote,
};

use crate::error::Result;
use crate::progenitor::marks::{self, NOT_PERSONAL, NULL, PERSONAL};
use crate::progenitor::template::{Fill, Filling, fill};
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const REDACT: Rule = Rule::translated(
    "redact-debug",
    "texts in types, unless the settings say `redact: false`",
    "hidden from `Debug`, unless `x-personal` says otherwise",
);

/// Replaces the derived `Debug` of everything that can hold personal data, if the settings say so.
///
/// # Errors
/// A type that holds personal data and does not derive `Debug`.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    if code.settings.redacts() {
        redact(code, log)?;
    }
    marks::remove(code.file, &[NULL, PERSONAL, NOT_PERSONAL]);
    Ok(())
}

fn redact(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let templates = Templates::new();
    if let Some(types) = shape::module(&mut code.file.items, "types") {
        let own = types.iter().filter(|item| !matches!(item, Item::Type(_)));
        let known = own.filter_map(shape::declared).map(Ident::to_string).collect();
        // `limits::responses` has implemented `Debug` for these, which shows types that redact themselves.
        let implemented: BTreeSet<_> = code.plan.unions.iter().map(|it| it.name.as_str()).collect();
        let (known, implemented, templates) = (&known, &implemented, &templates);
        Redaction { known, implemented, templates }.redact(types, log)?;
        if let Some(builders) = shape::module(types, "builder") {
            hide_all(builders, "types::builder", templates, log);
        }
    }
    if let Some(builders) = shape::module(&mut code.file.items, "builder") {
        hide_all(builders, "builder", &templates, log);
    }
    Ok(())
}

/// What `x-personal` says of a type or field, if the document has it.
fn is_personal(attributes: &[Attribute]) -> Option<bool> {
    let is_marked = |mark| marks::is_on(attributes, mark);
    [true, false].into_iter().find(|&it| is_marked(marks::personal(it)))
}

struct Redaction<'r> {
    /// The structs and enums of the client.
    known: &'r BTreeSet<String>,
    /// Types whose `Debug` is not derived.
    implemented: &'r BTreeSet<&'r str>,
    templates: &'r Templates,
}

/// The code that is the same for every type and field.
struct Templates {
    debug: Item,
    debug_of_builder: Item,
    structure: Expr,
    field: ExprMethodCall,
    shown: Expr,
    hidden: Expr,
    whole: Expr,
    finish: Expr,
}

impl Templates {
    fn new() -> Self {
        let debug = |generics| shape::debug(&format_ident!("__name"), &generics, &quote!());
        Self {
            debug: debug(Generics::default()),
            debug_of_builder: debug(parse_quote!(<'a>)),
            structure: parse_quote!(f.debug_struct(__text)),
            field: parse_quote!(f.field(__text)),
            shown: parse_quote!(&self.__field),
            hidden: parse_quote!(&format_args!()),
            whole: parse_quote!(f.debug_struct(__text).finish_non_exhaustive()),
            finish: parse_quote!(f.finish()),
        }
    }

    /// The implementation of `Debug` for a type without generics, or with the lifetime that builders of calls have.
    fn debug(&self, name: &Ident, generics: &Generics, body: Expr) -> Item {
        let template = match generics.params.len() {
            0 => &self.debug,
            1 if generics.lifetimes().any(|it| it.lifetime.ident == "a") => &self.debug_of_builder,
            _ => return shape::debug(name, generics, &quote!(#body)),
        };
        let mut item = fill(template, &[("__name", Fill::Ident(name))], Filling::visit_item_mut);
        if let Item::Impl(debug) = &mut item
            && let Some(syn::ImplItem::Fn(function)) = debug.items.first_mut()
        {
            function.block.stmts.push(Stmt::Expr(body, None));
        }
        item
    }

    /// `f.debug_struct(NAME)`, `.field(NAME, VALUE)` of each, and `.finish()`.
    fn structure(&self, name: &str, fields: Vec<(String, Expr)>) -> Expr {
        let named = |template: &Expr| {
            fill(template, &[("__text", Fill::Text(name))], Filling::visit_expr_mut)
        };
        let all = fields.into_iter().fold(named(&self.structure), |all, (name, value)| {
            let places = [("__text", Fill::Text(&name))];
            let mut call = fill(&self.field, &places, Filling::visit_expr_method_call_mut);
            *call.receiver = all;
            call.args.push(value);
            Expr::MethodCall(call)
        });
        let mut finish = self.finish.clone();
        if let Expr::MethodCall(call) = &mut finish {
            *call.receiver = all;
        }
        finish
    }
}

impl Redaction<'_> {
    /// Implements `Debug` for types that contain text.
    ///
    /// # Errors
    /// One of them that does not derive `Debug`.
    fn redact(&self, items: &mut Vec<Item>, log: &mut Log) -> Result<()> {
        let mut debugs = Vec::new();
        for item in items.iter_mut() {
            let (body, name, generics, attributes) = match item {
                Item::Struct(item) => {
                    (self.structure(item), &item.ident, &item.generics, &mut item.attrs)
                }
                Item::Enum(item) => {
                    (self.enumeration(item), &item.ident, &item.generics, &mut item.attrs)
                }
                _ => continue,
            };
            let is_implemented = self.implemented.contains(name.to_string().as_str());
            if let Some((body, hidden)) = body.filter(|_| !is_implemented) {
                let place = format!("types::{name}");
                if !shape::drop_derive(attributes, "Debug") {
                    return Err(shape::no_place(REDACT.id, &place));
                }
                log.add(&REDACT, place, hidden);
                debugs.push(self.templates.debug(name, generics, body));
            }
        }
        items.extend(debugs);
        Ok(())
    }

    /// The body of `fmt` and a list of what it hides; nothing if the derived one shows no text.
    fn structure(&self, item: &ItemStruct) -> Option<(Expr, String)> {
        let name = item.ident.to_string();
        let mut hidden = Vec::new();
        let body = match &item.fields {
            Fields::Named(fields) => {
                let shown = fields.named.iter().map(|field| {
                    let ident = field.ident.as_ref().map(Ident::to_string).unwrap_or_default();
                    (ident, self.value(field, &mut hidden))
                });
                let shown = shown.collect();
                self.templates.structure(&name, shown)
            }
            Fields::Unnamed(fields) => {
                let by_document = is_personal(&item.attrs);
                let mut types = fields.unnamed.iter().map(|field| &field.ty);
                let is_hidden = types.any(|ty| by_document.unwrap_or_else(|| !self.is_shown(ty)));
                hidden.extend(is_hidden.then(|| "its text".to_owned()));
                parse_quote! { f.write_str(concat!(#name, "(set)")) }
            }
            Fields::Unit => return None,
        };
        (!hidden.is_empty()).then(|| (body, hidden.join(", ")))
    }

    /// What is shown of a field.
    fn value(&self, field: &Field, hidden: &mut Vec<String>) -> Expr {
        let Some(ident) = &field.ident else { return parse_quote! { &() } };
        let is_personal = is_personal(&field.attrs).unwrap_or_else(|| !self.is_shown(&field.ty));
        if !is_personal {
            let places = [("__field", Fill::Ident(ident))];
            return fill(&self.templates.shown, &places, Filling::visit_expr_mut);
        }
        hidden.push(shape::wire_name(field));
        let arguments = if shape::argument(&field.ty, "Option").is_some() {
            quote! { "{}", if self.#ident.is_some() { "set" } else { "unset" } }
        } else if shape::argument(&field.ty, "Vec").is_some() {
            quote! { "{} set", self.#ident.len() }
        } else {
            quote! { "set" }
        };
        let mut hidden = self.templates.hidden.clone();
        if let Expr::Reference(reference) = &mut hidden
            && let Expr::Macro(formatted) = &mut *reference.expr
        {
            formatted.mac.tokens = arguments;
        }
        hidden
    }

    /// The same of an enum.
    fn enumeration(&self, item: &ItemEnum) -> Option<(Expr, String)> {
        if is_personal(&item.attrs) == Some(false) {
            return None;
        }
        let is_hidden = |fields: &Fields| fields.iter().any(|field| !self.is_shown(&field.ty));
        if !item.variants.iter().any(|variant| is_hidden(&variant.fields)) {
            return None;
        }
        let mut hidden = Vec::new();
        let arms = item.variants.iter().map(|variant| {
            let (ident, text) = (&variant.ident, variant.ident.to_string());
            match &variant.fields {
                fields if is_hidden(fields) => {
                    hidden.push(text.clone());
                    let text = format!("{text}(set)");
                    quote! { Self::#ident { .. } => f.write_str(#text) }
                }
                Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    quote! { Self::#ident(value) => f.debug_tuple(#text).field(value).finish() }
                }
                Fields::Unit => quote! { Self::#ident => f.write_str(#text) },
                _ => quote! { Self::#ident { .. } => f.write_str(#text) },
            }
        });
        let arms: Vec<_> = arms.collect();
        Some((parse_quote! { match self { #(#arms),* } }, hidden.join(", ")))
    }

    /// Whether a type is a number, a boolean or one that redacts itself, also in `Option`, `Vec` or `Box`.
    fn is_shown(&self, ty: &Type) -> bool {
        for wrapper in ["Option", "Vec", "Box"] {
            if let Some(inner) = shape::argument(ty, wrapper) {
                return self.is_shown(inner);
            }
        }
        let Type::Path(path) = ty else { return false };
        let last = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        const PLAIN: [&str; 11] =
            ["bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64"];
        const NON_ZERO: [&str; 4] = ["NonZeroU8", "NonZeroU16", "NonZeroU32", "NonZeroU64"];
        PLAIN.contains(&last.as_str())
            || NON_ZERO.contains(&last.as_str())
            || path.path.segments.len() == 1 && self.known.contains(&last)
    }
}

/// Hides all fields of builders, which contain `Result`s of whatever the caller has set.
fn hide_all(items: &mut Vec<Item>, path: &str, templates: &Templates, log: &mut Log) {
    let mut debugs = Vec::new();
    for item in shape::structs(items) {
        if !shape::drop_derive(&mut item.attrs, "Debug") {
            continue;
        }
        let name = &item.ident;
        log.add(&REDACT, format!("{path}::{name}"), "everything");
        let text = name.to_string();
        let places = [("__text", Fill::Text(&text))];
        let body = fill(&templates.whole, &places, Filling::visit_expr_mut);
        debugs.push(templates.debug(name, &item.generics, body));
    }
    items.extend(debugs);
}
