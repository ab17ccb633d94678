//! The builders of calls.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, ImplItem, ImplItemFn, Item, ItemImpl, Stmt, Type, parse_quote};

use super::kinds::Known;
use super::templates::{Part, Templates};
use super::{SETTERS, Setter, held, tell_missing, values};
use crate::document::operations::OperationNode;
use crate::error::Result;
use crate::progenitor::names::method_name;
use crate::progenitor::{Code, named_operations, search, shape};
use crate::report::Log;

/// An argument of a call.
struct Argument {
    ident: Ident,
    /// What the builder holds.
    ty: Type,
}

impl Argument {
    fn is_body(&self) -> bool {
        self.ident == "body"
    }

    /// What a value of it is, which an optional body need not have.
    fn value(&self) -> &Type {
        match shape::argument(&self.ty, "Option") {
            Some(value) if self.is_body() => value,
            _ => &self.ty,
        }
    }

    fn is_optional_body(&self) -> bool {
        self.is_body() && shape::argument(&self.ty, "Option").is_some()
    }

    /// The object whose builder is the body.
    fn object(&self) -> Option<Ident> {
        let Type::Path(path) = self.value() else { return None };
        let names: Vec<_> = path.path.segments.iter().map(|it| &it.ident).collect();
        match names.as_slice() {
            [types, builder, name] if *types == "types" && *builder == "builder" => {
                Some((*name).clone())
            }
            _ => None,
        }
    }
}

/// Replaces the setters of all calls, and what `send` does with their values.
///
/// # Errors
/// A call without the statements that progenitor is known to generate for its arguments.
pub(super) fn finish(
    code: &mut Code<'_>,
    known: &Known,
    templates: &Templates,
    log: &mut Log,
) -> Result<()> {
    let documented = documented(code);
    let mut held = retype(code, templates);
    let mut edited = BTreeSet::new();
    for (id, builder) in shape::builders(code.file) {
        let arguments = held.remove(&shape::owner(builder)).unwrap_or_default();
        let names = documented.get(&id);
        edit(builder, &arguments, known, templates);
        let Some(send) = shape::function(builder, shape::SEND) else { continue };
        let real = |ident: &Ident| {
            let name = ident.to_string();
            names.and_then(|names| names.get(&name)).cloned().unwrap_or(name)
        };
        if collect(send, &arguments, &real, templates) {
            log.add(&SETTERS, &id, "plain values");
            edited.insert(id);
        }
    }
    code.check_edited(SETTERS.id, &edited)
}

/// The names under which the arguments of each operation are sent, by those of their setters.
fn documented(code: &Code<'_>) -> BTreeMap<String, BTreeMap<String, String>> {
    let operations = named_operations(code.document).into_iter();
    let mut changed = BTreeMap::<&str, Vec<_>>::new();
    for parameter in &code.plan.parameters {
        changed.entry(&parameter.operation).or_default().push(parameter);
    }
    let named = operations.filter_map(|(id, operation)| {
        let changed = changed.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let node = OperationNode::at(code.document, operation)?;
        let names = node.parameters().into_iter().filter_map(|parameter| {
            let name = parameter.name()?;
            let real = changed.iter().find(|it| it.name == name);
            let real = real.map_or_else(|| name.to_owned(), |it| it.real.clone());
            Some((method_name(name), real))
        });
        let names = names.collect();
        Some((id, names))
    });
    named.collect()
}

/// Changes what the builders of calls hold; their arguments.
fn retype(code: &mut Code<'_>, templates: &Templates) -> BTreeMap<String, Vec<Argument>> {
    let mut all = BTreeMap::new();
    let builders = shape::module(&mut code.file.items, "builder");
    for item in builders.into_iter().flatten() {
        let Item::Struct(builder) = item else { continue };
        let mut arguments = Vec::new();
        for field in &mut builder.fields {
            if let (Some(ident), Some(ty)) = (field.ident.clone(), held(&field.ty)) {
                field.ty = templates.holding(&ty);
                arguments.push(Argument { ident, ty });
            }
        }
        all.insert(builder.ident.to_string(), arguments);
    }
    all
}

/// Replaces the setters.
fn edit(builder: &mut ItemImpl, arguments: &[Argument], known: &Known, templates: &Templates) {
    let mut required = BTreeSet::new();
    if let Some(new) = shape::function(builder, "new") {
        required = tell_missing(&mut new.block, templates);
    }
    let named = builder.items.iter().filter_map(|member| match member {
        ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
        _ => None,
    });
    let mut taken: BTreeSet<String> = named.collect();
    for member in std::mem::take(&mut builder.items) {
        let argument = match &member {
            ImplItem::Fn(function) => arguments.iter().find(|it| it.ident == function.sig.ident),
            _ => None,
        };
        match (argument, member) {
            (Some(argument), ImplItem::Fn(function)) => {
                let is_required = required.contains(&argument.ident);
                let setters =
                    setters(argument, is_required, function, known, templates, &mut taken);
                builder.items.extend(setters);
            }
            (_, member) => builder.items.push(member),
        }
    }
}

fn setters(
    argument: &Argument,
    is_required: bool,
    function: ImplItemFn,
    known: &Known,
    templates: &Templates,
    taken: &mut BTreeSet<String>,
) -> Vec<ImplItem> {
    let (Argument { ident, ty, .. }, attributes) = (argument, &function.attrs);
    let value = argument.value();
    let some = argument.is_optional_body().then(|| quote! { .map(::std::option::Option::Some) });
    if argument.object().is_some() {
        if !argument.is_optional_body() {
            let mut body = templates.body(ident, value);
            body.attrs = function.attrs;
            return vec![ImplItem::Fn(body)];
        }
        return vec![parse_quote! {
            #(#attributes)*
            pub fn #ident(mut self, value: impl ::std::convert::Into<#value>) -> Self {
                self.#ident = Ok(::std::option::Option::Some(value.into()));
                self
            }
        }];
    }
    let is_bytes = shape::last_segment(value).is_some_and(|last| last.ident == "Body");
    if is_bytes && known.own(value).is_none() {
        return vec![of_bytes(argument, &function, some)];
    }
    let setter = Setter { field: ident, ty, is_required, attributes: function.attrs };
    setter.functions(known, templates, taken)
}

/// The setter of a body that is a text or bytes.
fn of_bytes(argument: &Argument, function: &ImplItemFn, some: Option<TokenStream>) -> ImplItem {
    let (ident, value, attributes) = (&argument.ident, argument.value(), &function.attrs);
    let values = values();
    let is_text = shape::setter_type(function).is_some_and(|it| it != *value);
    match is_text {
        true => parse_quote! {
            #(#attributes)*
            pub fn #ident(
                mut self,
                value: impl ::std::convert::Into<::std::string::String>,
            ) -> Self {
                self.#ident = Ok(value.into().into())#some;
                self
            }
        },
        false => parse_quote! {
            #(#attributes)*
            pub fn #ident(mut self, value: impl ::std::convert::TryInto<#value>) -> Self {
                self.#ident = ::std::convert::TryInto::try_into(value)
                    .map_err(|_| #values::Faults::wrong("not the bytes of a body"))#some;
                self
            }
        },
    }
}

/// Looks at all arguments before the first fault is told; whether they were looked at one by one.
fn collect(
    send: &mut ImplItemFn,
    arguments: &[Argument],
    real: &dyn Fn(&Ident) -> String,
    templates: &Templates,
) -> bool {
    let statements = &mut send.block.stmts;
    let looks_at = |statement: &Stmt| {
        let is_one = |it: &Argument| shape::declares(statement, &it.ident.to_string());
        arguments.iter().any(is_one) && search::statement_mentions(statement, "InvalidRequest")
    };
    let start = statements.iter().position(looks_at);
    let Some(start) = start else { return arguments.is_empty() };
    let count = statements.iter().skip(start).take_while(|it| looks_at(it)).count();
    if count != arguments.len() {
        return false;
    }
    let taken = arguments.iter().map(|argument| taken(argument, real, templates)).collect();
    let parts = arguments.iter().map(|argument| &argument.ident);
    let parts = parts.map(|ident| Part { field: ident, local: ident.clone(), wire: "" });
    let looked = templates.looked(&parts.collect::<Vec<_>>(), taken);
    statements.splice(start..start + count, looked);
    true
}

/// Takes the value of an argument, and tells its fault.
fn taken(argument: &Argument, real: &dyn Fn(&Ident) -> String, templates: &Templates) -> Stmt {
    let (ident, object) = (&argument.ident, argument.object());
    match (object, argument.is_body(), argument.is_optional_body()) {
        (None, false, _) => templates.take(ident, &real(ident)),
        (Some(name), true, false) => templates.take_body(ident, &name),
        (object, is_body, is_optional) => {
            let values = values();
            let made = object.map(|name| {
                let made = quote! { #values::IntoValue::<types::#name>::into_value };
                match is_optional {
                    true => quote! { .and_then(|body| body.map(#made).transpose()) },
                    false => quote! { .and_then(#made) },
                }
            });
            match is_body {
                true => parse_quote! { let #ident = faults_of_call.take_body(#ident #made); },
                false => {
                    let name = real(ident);
                    parse_quote! { let #ident = faults_of_call.take(#name, #ident #made); }
                }
            }
        }
    }
}
