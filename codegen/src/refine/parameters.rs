//! Parameters that progenitor sends in another way than is documented, or under another name.

use std::collections::BTreeMap;

use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, File, ImplItemFn, Item, ItemStruct, LitStr, Token, Type};
use syn::{parse_quote, parse_str};

use crate::change::Change;
use crate::error::Stage;
use crate::generate::{Parameter, method_name};

/// What the calls are made of, where there are any.
const HELPERS: &str = include_str!("parameters.rs.txt");

/// Sends each parameter as its operation says.
pub fn run(file: &mut File, parameters: &[Parameter]) -> Vec<Change> {
    let mut by_operation: BTreeMap<&str, Vec<&Parameter>> = BTreeMap::new();
    for parameter in parameters {
        by_operation.entry(&parameter.operation).or_default().push(parameter);
    }
    let Some(builders) = super::module(&mut file.items, "builder") else { return Vec::new() };
    let mut owners: BTreeMap<String, &[&Parameter]> = BTreeMap::new();
    let mut changes = Vec::new();
    for item in builders.iter_mut() {
        let Item::Impl(builder) = item else { continue };
        let Some(operation) = operation_of(builder) else { continue };
        let Some(of_operation) = by_operation.get(operation.as_str()) else { continue };
        let mut calls = Calls { parameters: of_operation };
        calls.visit_item_impl_mut(builder);
        let owner = &builder.self_ty;
        let owner = quote!(#owner).to_string();
        let owner = owner.split_whitespace().next().unwrap_or_default();
        owners.insert(owner.to_owned(), of_operation);
        changes.extend(of_operation.iter().map(|parameter| log(parameter)));
    }
    for item in builders {
        if let Item::Struct(item) = item
            && let Some(parameters) = owners.get(&item.ident.to_string())
        {
            unwrap_fields(item, parameters);
        }
    }
    changes
}

/// Adds the functions that the calls are made of.
pub fn declare(file: &mut File) {
    let Ok(helpers) = parse_str::<File>(HELPERS) else { return };
    file.items.push(parse_quote! { mod parameters { } });
    if let Some(Item::Mod(module)) = file.items.last_mut() {
        module.content = Some((syn::token::Brace::default(), helpers.items));
        module.attrs = helpers.attrs.into_iter().map(outer).collect();
    }
}

/// An attribute of a file, on a module.
fn outer(mut attribute: syn::Attribute) -> syn::Attribute {
    attribute.style = syn::AttrStyle::Outer;
    attribute
}

fn log(parameter: &Parameter) -> Change {
    let Parameter { operation, real, place, style, .. } = parameter;
    let note = match style {
        Some(style) => format!("{place} {real}: {style}"),
        None => format!("{place} {real}"),
    };
    Change::new(Stage::Refine, "parameter", operation, note)
}

/// The operation that a builder sends.
fn operation_of(builder: &syn::ItemImpl) -> Option<String> {
    builder.items.iter().find_map(|item| match item {
        syn::ImplItem::Fn(function) if function.sig.ident == "send" => {
            super::operation_of(&function.block)
        }
        _ => None,
    })
}

fn is_of(ident: &syn::Ident, parameter: &Parameter) -> bool {
    *ident == method_name(&parameter.name)
}

/// Takes the list away that a type is wrapped in.
fn unwrap_fields(item: &mut ItemStruct, parameters: &[&Parameter]) {
    for field in &mut item.fields {
        let Some(name) = &field.ident else { continue };
        if parameters.iter().any(|parameter| parameter.wrapped && is_of(name, parameter)) {
            NoList.visit_type_mut(&mut field.ty);
        }
    }
}

struct NoList;

impl VisitMut for NoList {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Some(inner) = in_list(ty) {
            *ty = inner;
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        let new = text.value().replace(":: std :: vec :: Vec < ", "").replace(" >`", "`");
        *text = LitStr::new(&new, text.span());
    }
}

fn in_list(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Vec")?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner.clone()),
        _ => None,
    }
}

/// Rewrites the functions of one operation's builder.
struct Calls<'p> {
    parameters: &'p [&'p Parameter],
}

impl Calls<'_> {
    fn named(&self, place: &[&str], name: &str) -> Option<&Parameter> {
        let mut all = self.parameters.iter();
        all.find(|it| place.contains(&it.place.as_str()) && it.name == name).copied()
    }

    /// The call that writes a value, or the name alone where the rest is right.
    fn query(&self, call: &ExprMethodCall) -> Option<Expr> {
        let Expr::Reference(reference) = call.args.first()? else { return None };
        let Expr::Call(made) = &*reference.expr else { return None };
        let (name, value) = (literal(made.args.first()?)?, made.args.get(1)?);
        let parameter = self.named(&["query"], &name)?;
        let (receiver, real, explode) = (&call.receiver, &parameter.real, parameter.explode);
        Some(match &parameter.style {
            Some(style) => parse_quote! {
                #receiver.query(
                    &super::parameters::query(#real, #style, #explode, #value)
                        .map_err(Error::InvalidRequest)?,
                )
            },
            None => {
                let function = &made.func;
                parse_quote! { #receiver.query(&#function(#real, #value)) }
            }
        })
    }

    fn header(&self, call: &ExprMethodCall) -> Option<Expr> {
        let name = literal(call.args.first()?)?;
        let parameter = self.named(&["header", "cookie"], &name)?;
        let (real, explode) = (&parameter.real, parameter.explode);
        let Some(style) = &parameter.style else {
            let (receiver, text) = (&call.receiver, call.args.get(1)?);
            return Some(parse_quote! { #receiver.append(#real, #text) });
        };
        // Of `value.to_string().try_into()?`.
        let value = displayed(call.args.get(1)?)?;
        let function = quote::format_ident!("{}", parameter.place);
        Some(parse_quote! {
            super::parameters::#function(&mut header_map, #real, #style, #explode, &#value)
                .map_err(Error::InvalidRequest)?
        })
    }

    /// `format!("{}/pets/{}", client.baseurl, encode_path(&id.to_string()))`.
    fn path(&self, call: &syn::Macro) -> Option<syn::Macro> {
        let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
        let mut arguments = arguments.parse2(call.tokens.clone()).ok()?;
        let mut is_changed = false;
        for argument in arguments.iter_mut() {
            let Expr::Call(encode) = argument else { continue };
            let Some(value) = encode.args.first().and_then(displayed) else { continue };
            let Expr::Path(path) = &value else { continue };
            let Some(name) = path.path.get_ident() else { continue };
            let mut all = self.parameters.iter();
            let of_path = all.find(|it| it.place == "path" && is_of(name, it));
            if let Some(parameter) = of_path
                && let Some(style) = &parameter.style
            {
                let (real, explode) = (&parameter.real, parameter.explode);
                *argument = parse_quote! {
                    super::parameters::path(#real, #style, #explode, &#value)
                        .map_err(Error::InvalidRequest)?
                };
                is_changed = true;
            }
        }
        let mut new = call.clone();
        new.tokens = arguments.to_token_stream();
        is_changed.then_some(new)
    }
}

impl VisitMut for Calls<'_> {
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let name = &function.sig.ident;
        if self.parameters.iter().any(|parameter| parameter.wrapped && is_of(name, parameter)) {
            NoList.visit_impl_item_fn_mut(function);
        }
        visit_mut::visit_impl_item_fn_mut(self, function);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Expr::MethodCall(call) = expression else { return };
        let new = match call.method.to_string().as_str() {
            "query" => self.query(call),
            "append" => self.header(call),
            _ => None,
        };
        if let Some(new) = new {
            *expression = new;
        }
    }

    fn visit_macro_mut(&mut self, call: &mut syn::Macro) {
        if call.path.is_ident("format")
            && let Some(new) = self.path(call)
        {
            *call = new;
        }
    }
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

/// The value of which an expression takes `to_string()`.
fn displayed(expression: &Expr) -> Option<Expr> {
    match expression {
        Expr::MethodCall(call) if call.method == "to_string" => Some((*call.receiver).clone()),
        Expr::MethodCall(call) => displayed(&call.receiver),
        Expr::Reference(reference) => displayed(&reference.expr),
        Expr::Try(inner) => displayed(&inner.expr),
        _ => None,
    }
}
