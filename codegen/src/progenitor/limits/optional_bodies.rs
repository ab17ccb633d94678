//! Bodies that a request need not have. progenitor demands each, or sends an empty object in its place.

use std::collections::BTreeSet;

use syn::{Expr, ExprMethodCall, ImplItemFn, Stmt, parse_quote};

use crate::document::operations::OperationNode;
use crate::error::Result;
use crate::progenitor::{Code, named_operations, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const OPTIONAL_BODY: Rule = Rule::translated(
    "optional-body",
    "a request body that is not `required`",
    "absent, and its media type with it, unless it is set; sent in any case by an operation with pages, whose body asks for the page",
);

/// The argument that is the body.
const BODY: &str = "body";

/// Makes these bodies optional.
///
/// # Errors
/// A builder whose body is not held, set or sent as progenitor is known to generate it.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let optional = optional(code);
    let mut builders = BTreeSet::new();
    for (operation, builder) in shape::builders(code.file) {
        // Where HTTP has no body, there is nothing to set.
        if !optional.contains(&operation) || shape::function(builder, BODY).is_none() {
            continue;
        }
        let mut edit = |name: &str, edit: fn(&mut ImplItemFn) -> bool| {
            shape::function(builder, name).is_some_and(edit)
        };
        if !(edit("new", initialize) && edit(BODY, set) && edit(shape::SEND, send)) {
            return Err(shape::no_place_in(OPTIONAL_BODY.id, &operation));
        }
        edit("body_map", change);
        builders.insert(shape::owner(builder));
        log.add(&OPTIONAL_BODY, &operation, "absent unless it is set");
    }
    let items = shape::module(&mut code.file.items, "builder");
    for builder in shape::structs(items.map(Vec::as_mut_slice).unwrap_or_default()) {
        let is_optional = builders.contains(&builder.ident.to_string());
        for field in builder.fields.iter_mut().filter(|_| is_optional) {
            let is_body = field.ident.as_ref().is_some_and(|ident| ident == BODY);
            if let Some(held) = shape::argument(&field.ty, "Result").cloned().filter(|_| is_body) {
                field.ty = parse_quote! {
                    ::std::result::Result<::std::option::Option<#held>, ::std::string::String>
                };
            }
        }
    }
    Ok(())
}

/// The operations with such a body. The field that asks for a page needs a body to be in.
fn optional(code: &Code<'_>) -> BTreeSet<String> {
    let operations = named_operations(code.document).into_iter();
    let optional = operations.filter(|(_, operation)| {
        OperationNode::at(code.document, operation.clone()).is_some_and(|found| {
            let is_paged = found.node.get("x-pagination").is_some();
            !is_paged && found.node.get("requestBody").is_some_and(|body| !body.flag("required"))
        })
    });
    optional.map(|(id, _)| id).collect()
}

/// `Self { body: …, … }` has none.
fn initialize(new: &mut ImplItemFn) -> bool {
    let mut is_done = false;
    shape::each_expression(&mut new.block, |expression| {
        let Expr::Struct(made) = expression else { return };
        for field in &mut made.fields {
            if matches!(&field.member, syn::Member::Named(name) if name == BODY) {
                field.expr = parse_quote! { Ok(::std::option::Option::None) };
                is_done = true;
            }
        }
    });
    is_done
}

/// The value of `self.body = …`.
fn assigned(function: &mut ImplItemFn) -> Option<&mut Expr> {
    function.block.stmts.iter_mut().find_map(|statement| match statement {
        Stmt::Expr(Expr::Assign(assignment), _) => match &*assignment.left {
            Expr::Field(field) if matches!(&field.member, syn::Member::Named(it) if it == BODY) => {
                Some(&mut *assignment.right)
            }
            _ => None,
        },
        _ => None,
    })
}

/// `self.body = value.try_into()…`
fn set(setter: &mut ImplItemFn) -> bool {
    let Some(value) = assigned(setter) else { return false };
    *value = parse_quote! { #value.map(::std::option::Option::Some) };
    true
}

/// `self.body = self.body.map(f)`
fn change(setter: &mut ImplItemFn) -> bool {
    let Some(value) = assigned(setter) else { return false };
    *value = parse_quote! {
        self.body.map(|body| ::std::option::Option::Some(f(body.unwrap_or_default())))
    };
    true
}

/// Reads the value if there is one, and sends it if there is one.
fn send(send: &mut ImplItemFn) -> bool {
    let (mut is_read, mut is_sent) = (false, false);
    for statement in &mut send.block.stmts {
        let Stmt::Local(local) = statement else { continue };
        let is_body = matches!(&local.pat, syn::Pat::Ident(pattern) if pattern.ident == BODY);
        let Some(init) = &mut local.init else { continue };
        match is_body {
            true => is_read = true,
            false => is_sent |= send_if_set(&mut init.expr),
        }
        if is_body {
            convert(&mut init.expr);
        }
    }
    is_read && is_sent
}

/// In `body.and_then(|v| …try_from(v)…)…`, what converts a builder converts one that is there.
fn convert(value: &mut Expr) {
    match value {
        Expr::Try(inner) => convert(&mut inner.expr),
        Expr::MethodCall(call) => {
            if call.method == "and_then" && shape::is_name(&call.receiver, BODY) {
                let conversion = call.args.first().cloned();
                call.args = parse_quote! { |body| body.map(#conversion).transpose() };
            }
            convert(&mut call.receiver);
        }
        _ => {}
    }
}

/// In a chain of calls that makes a request, those that are about the body are made if there is one.
fn send_if_set(chain: &mut Expr) -> bool {
    match chain {
        Expr::Try(inner) => send_if_set(&mut inner.expr),
        Expr::MethodCall(call) if call.args.iter().any(|it| shape::mentions(it, BODY)) => {
            let (before, with_body) = about_body(call);
            *chain = if_set(&before, &with_body);
            true
        }
        // `types::with_form(request, …body…)`
        Expr::Call(call) if call.args.iter().skip(1).any(|it| shape::mentions(it, BODY)) => {
            let mut with_body = call.clone();
            let Some(request) = with_body.args.first_mut() else { return false };
            let before = std::mem::replace(request, parse_quote! { request });
            *chain = if_set(&before, &Expr::Call(with_body));
            true
        }
        Expr::MethodCall(call) => send_if_set(&mut call.receiver),
        _ => false,
    }
}

/// `with_body` is made of `before`, as `request`, if there is a body.
fn if_set(before: &Expr, with_body: &Expr) -> Expr {
    parse_quote! {
        match (#before, body) {
            (request, ::std::option::Option::Some(body)) => #with_body,
            (request, ::std::option::Option::None) => request,
        }
    }
}

/// The chain before the media type of the body, and `request` with what comes then.
fn about_body(call: &ExprMethodCall) -> (Expr, Expr) {
    let is_media_type = |call: &ExprMethodCall| {
        call.method == "header" && call.args.iter().any(|it| shape::mentions(it, "CONTENT_TYPE"))
    };
    let mut with_body = call.clone();
    let before = match &*call.receiver {
        Expr::MethodCall(receiver) if is_media_type(receiver) => {
            let (before, with_media_type) = about_body(receiver);
            *with_body.receiver = with_media_type;
            before
        }
        receiver => {
            *with_body.receiver = parse_quote! { request };
            receiver.clone()
        }
    };
    (before, Expr::MethodCall(with_body))
}
