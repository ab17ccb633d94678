//! Each parameter is sent under its real name, and serialized as the document says.

use std::collections::{BTreeMap, BTreeSet};

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, ExprMethodCall, File, ImplItemFn, Item, ItemStruct, LitStr, Stmt, Token, Type,
    parse_quote,
};

use super::{PARAMETER, PATH_VALUE, Parameter};
use crate::error::{Error, Result};
use crate::progenitor::names::method_name;
use crate::progenitor::settings::Runtime;
use crate::progenitor::{Code, named_operations, shape};
use crate::report::Log;

/// The functions that serialize parameters.
const HELPERS: &str = include_str!("../../emitted/parameters.rs");

/// Sends each parameter as the plan says.
///
/// # Errors
/// A parameter without the call or setter that progenitor is known to generate.
pub(in crate::progenitor::limits) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let mut by_operation: BTreeMap<&str, Vec<&Parameter>> = BTreeMap::new();
    for parameter in &code.plan.parameters {
        by_operation.entry(&parameter.operation).or_default().push(parameter);
    }
    let mut by_builder = BTreeMap::new();
    for (operation, builder) in shape::builders(code.file) {
        let Some(parameters) = by_operation.get(operation.as_str()) else { continue };
        let Some(send) = shape::function(builder, shape::SEND) else { continue };
        let rewritten = rewrite(send, parameters);
        for parameter in parameters {
            if !parameter.is_sent_right() && !rewritten.contains(&parameter.name) {
                return Err(parameter.no_place());
            }
            if parameter.wrapped {
                let setter = shape::function(builder, &method_name(&parameter.name));
                let setter = setter.ok_or_else(|| parameter.no_place())?;
                UnwrapList.visit_impl_item_fn_mut(setter);
            }
            log.add(&PARAMETER, &parameter.operation, parameter.note());
        }
        by_builder.insert(shape::owner(builder), parameters);
    }
    let builders = shape::module(&mut code.file.items, "builder");
    for item in builders.into_iter().flat_map(|items| shape::structs(items)) {
        if let Some(parameters) = by_builder.get(&item.ident.to_string()) {
            unwrap_lists(item, parameters)?;
        }
    }
    if code.plan.parameters.iter().any(|parameter| parameter.style.is_some()) {
        declare_helpers(code.file);
    }
    check_paths(code, log)
}

/// Checks the path of each request that has values in it. The runtime does that by itself.
///
/// # Errors
/// An operation without the statement that progenitor is known to generate for a request.
fn check_paths(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let templates = named_operations(code.document).into_iter();
    let templates: BTreeMap<_, _> =
        templates.map(|(id, it)| (id, it.path)).filter(|(_, path)| path.contains('{')).collect();
    if code.settings.runtime != Runtime::ProgenitorClient || templates.is_empty() {
        return Ok(());
    }
    for (id, send) in shape::sends(code.file) {
        let Some(path) = templates.get(&id) else { continue };
        let is_checked = shape::after_request(&mut send.block, |request| {
            vec![parse_quote! {
                super::parameters::same_path(&#request, &client.baseurl, #path)
                    .map_err(Error::InvalidRequest)?;
            }]
        });
        if !is_checked {
            return Err(shape::no_place_in(PATH_VALUE.id, &id));
        }
        log.add(&PATH_VALUE, &id, path.as_str());
    }
    declare_helpers(code.file);
    Ok(())
}

impl Parameter {
    fn no_place(&self) -> Error {
        let Self { operation, place, real, .. } = self;
        let subject = format!("the {place} parameter {real} of {operation}");
        shape::no_place(PARAMETER.id, &subject).in_operation(operation)
    }

    fn note(&self) -> String {
        let Self { real, place, style, .. } = self;
        match style {
            Some(style) => format!("{place} {real}: {style}"),
            None => format!("{place} {real}"),
        }
    }

    /// Whether nothing is to be rewritten: a value replaces a placeholder in the path, whose name is not
    /// sent.
    fn is_sent_right(&self) -> bool {
        self.place == "path" && self.style.is_none()
    }
}

/// Adds the functions that serialize parameters, unless they are there.
pub(in crate::progenitor::limits) fn declare_helpers(file: &mut File) {
    let is_it = |item: &Item| shape::is_module(item, "parameters");
    if file.items.iter().any(is_it) {
        return;
    }
    let File { mut attrs, items, .. } = shape::emitted(HELPERS);
    for attribute in &mut attrs {
        // As it stands before a module.
        attribute.style = syn::AttrStyle::Outer;
    }
    file.items.push(parse_quote! { #(#attrs)* mod parameters { #(#items)* } });
}

/// Whether an identifier is a parameter's in Rust.
fn is_named(ident: &syn::Ident, parameter: &Parameter) -> bool {
    *ident == method_name(&parameter.name)
}

/// Replaces the lists that `prepare` declared by the types of their items.
///
/// # Errors
/// A builder without a field for one of the parameters.
fn unwrap_lists(item: &mut ItemStruct, parameters: &[&Parameter]) -> Result<()> {
    for parameter in parameters.iter().filter(|parameter| parameter.wrapped) {
        let is_it = |field: &&mut syn::Field| {
            field.ident.as_ref().is_some_and(|name| is_named(name, parameter))
        };
        match item.fields.iter_mut().find(is_it) {
            Some(field) => UnwrapList.visit_type_mut(&mut field.ty),
            None => return Err(parameter.no_place()),
        }
    }
    Ok(())
}

/// Replaces `Vec<T>` by `T`, in types and in the text of error messages.
struct UnwrapList;

impl VisitMut for UnwrapList {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Some(inner) = shape::argument(ty, "Vec").cloned() {
            *ty = inner;
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        let new = text.value().replace(":: std :: vec :: Vec < ", "").replace(" >`", "`");
        *text = LitStr::new(&new, text.span());
    }
}

/// Rewrites the calls that send the parameters of one operation; the names of those that it found.
fn rewrite(send: &mut ImplItemFn, parameters: &[&Parameter]) -> BTreeSet<String> {
    let mut calls = Calls { parameters, rewritten: BTreeSet::new(), appended: Vec::new() };
    shape::each_expression(&mut send.block, |expression| {
        let new = match expression {
            Expr::MethodCall(call) if call.method == "query" => calls.query(call),
            Expr::MethodCall(call) if call.method == "append" => calls.header(call),
            Expr::Macro(call) if call.mac.path.is_ident("format") => calls.path(&call.mac),
            _ => None,
        };
        if let Some(new) = new {
            *expression = new;
        }
    });
    let Calls { appended, mut rewritten, .. } = calls;
    let is_built = shape::after_request(&mut send.block, |request| {
        appended.iter().map(|it| it.statement(request)).collect()
    });
    if !is_built {
        rewritten.retain(|name| appended.iter().all(|it| it.name != *name));
    }
    rewritten
}

/// A parameter that is added to the query of the finished request.
struct Appended {
    name: String,
    real: String,
    style: String,
    explode: bool,
    reserved: bool,
    value: Expr,
}

impl Appended {
    fn statement(&self, request: &syn::Ident) -> Stmt {
        let Self { real, style, explode, value, .. } = self;
        let function = match self.reserved {
            true => quote::format_ident!("reserved_query"),
            false => quote::format_ident!("query"),
        };
        parse_quote! {
            super::parameters::#function(&mut #request, #real, #style, #explode, #value)
                .map_err(Error::InvalidRequest)?;
        }
    }
}

struct Calls<'p> {
    parameters: &'p [&'p Parameter],
    /// The parameters whose calls have been rewritten, by name.
    rewritten: BTreeSet<String>,
    appended: Vec<Appended>,
}

impl<'p> Calls<'p> {
    fn named(&self, places: &[&str], name: &str) -> Option<&'p Parameter> {
        let mut parameters = self.parameters.iter();
        parameters.find(|it| places.contains(&it.place.as_str()) && it.name == name).copied()
    }

    /// In place of `request.query(&QueryParam::new(NAME, &value))`.
    fn query(&mut self, call: &ExprMethodCall) -> Option<Expr> {
        let Expr::Reference(reference) = call.args.first()? else { return None };
        let Expr::Call(pair) = &*reference.expr else { return None };
        let (name, value) = (shape::literal(pair.args.first()?)?, pair.args.get(1)?);
        let parameter = self.named(&["query"], &name)?;
        self.rewritten.insert(name.clone());
        let (receiver, real) = (&call.receiver, &parameter.real);
        Some(match &parameter.style {
            Some(style) => {
                let (real, style, value) = (real.clone(), style.clone(), value.clone());
                let Parameter { explode, reserved, .. } = *parameter;
                self.appended.push(Appended { name, real, style, explode, reserved, value });
                (**receiver).clone()
            }
            None => {
                let function = &pair.func;
                parse_quote! { #receiver.query(&#function(#real, #value)) }
            }
        })
    }

    /// In place of `header_map.append(NAME, value.to_string().try_into()?)`.
    fn header(&mut self, call: &ExprMethodCall) -> Option<Expr> {
        let name = shape::literal(call.args.first()?)?;
        let parameter = self.named(&["header", "cookie"], &name)?;
        let (real, explode) = (&parameter.real, parameter.explode);
        let Some(style) = &parameter.style else {
            let (receiver, text) = (&call.receiver, call.args.get(1)?);
            self.rewritten.insert(name);
            return Some(parse_quote! { #receiver.append(#real, #text) });
        };
        let value = shape::displayed(call.args.get(1)?)?;
        let function = quote::format_ident!("{}", parameter.place);
        self.rewritten.insert(name);
        Some(parse_quote! {
            super::parameters::#function(&mut header_map, #real, #style, #explode, &#value)
                .map_err(Error::InvalidRequest)?
        })
    }

    /// In place of `format!("{}/pets/{}", client.baseurl, encode_path(&id.to_string()))`.
    fn path(&mut self, call: &syn::Macro) -> Option<Expr> {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
        let mut arguments = arguments.parse2(call.tokens.clone()).ok()?;
        let mut is_changed = false;
        for argument in arguments.iter_mut() {
            let Expr::Call(encode) = argument else { continue };
            let Some(value) = encode.args.first().and_then(shape::displayed) else { continue };
            let Expr::Path(path) = &value else { continue };
            let Some(name) = path.path.get_ident() else { continue };
            let mut parameters = self.parameters.iter();
            let of_path = parameters.find(|it| it.place == "path" && is_named(name, it));
            if let Some(parameter) = of_path
                && let Some(style) = &parameter.style
            {
                let (real, explode) = (&parameter.real, parameter.explode);
                *argument = parse_quote! {
                    super::parameters::path(#real, #style, #explode, &#value)
                        .map_err(Error::InvalidRequest)?
                };
                self.rewritten.insert(parameter.name.clone());
                is_changed = true;
            }
        }
        is_changed.then(|| parse_quote! { format!(#arguments) })
    }
}
