//! What every builder of a call has besides the operation's own: headers and fields that the document does
//! not have.

use std::collections::BTreeSet;

use quote::quote;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{
    Block, Expr, Field, FieldPat, FieldValue, Fields, File, ImplItem, Item, ItemImpl, Pat, Stmt,
    Token, parse_quote,
};

use crate::progenitor::shape;

/// What is added to each builder.
pub(super) struct Extras {
    setters: [ImplItem; 2],
    made: FieldValue,
    taken: Stmt,
}

impl Extras {
    pub(super) fn new() -> Self {
        let setters = [
            parse_quote! {
                /// Sets a header of this call, in place of one of the client's default headers.
                ///
                /// Those of the connection and of the credential are an error of `send`.
                #[must_use]
                pub fn header(mut self, name: &str, value: &str) -> Self {
                    self.extras.header(name, value);
                    self
                }
            },
            parse_quote! {
                /// Adds a field that the document does not have yet: to the body, or to the query where
                /// there is no body. A field that is there already is an error of `send`.
                #[must_use]
                pub fn extra(mut self, name: &str, value: impl ::serde::Serialize) -> Self {
                    self.extras.extra(name, value);
                    self
                }
            },
        ];
        Self {
            setters,
            made: parse_quote!(extras: ::std::default::Default::default()),
            taken: parse_quote! { let Self { extras } = self; },
        }
    }
}

/// Adds the setters, and hands what they set to `send`; whether the builder has its known shape.
pub(super) fn extend(builder: &mut ItemImpl, extras: &Extras) -> bool {
    let initialize = |block: &mut Block| initialize(block, &extras.made);
    let is_made = shape::function(builder, "new").is_some_and(|new| initialize(&mut new.block));
    let take = |block: &mut Block| take(block, &extras.taken);
    let is_taken = shape::function(builder, shape::SEND).is_some_and(|it| take(&mut it.block));
    let first = 1.min(builder.items.len());
    builder.items.splice(first..first, extras.setters.iter().cloned());
    is_made && is_taken
}

/// `Self { client, … }` with the field.
fn initialize(block: &mut Block, field: &FieldValue) -> bool {
    let mut is_done = false;
    shape::each_expression(block, |expression| {
        if let Expr::Struct(made) = expression
            && made.path.is_ident("Self")
        {
            made.fields.push(field.clone());
            is_done = true;
        }
    });
    is_done
}

/// `let Self { client, … } = self` with the field.
fn take(block: &mut Block, taken: &Stmt) -> bool {
    for statement in &mut block.stmts {
        if let Some(fields) = taken_of_self(statement) {
            let fields = std::mem::take(fields);
            *statement = taken.clone();
            if let Some(all) = taken_of_self(statement) {
                let extras = std::mem::replace(all, fields);
                all.extend(extras);
            }
            return true;
        }
    }
    false
}

/// The fields of `let Self { … }`.
fn taken_of_self(statement: &mut Stmt) -> Option<&mut Punctuated<FieldPat, Token![,]>> {
    let Stmt::Local(local) = statement else { return None };
    let Pat::Struct(pattern) = &mut local.pat else { return None };
    pattern.path.is_ident("Self").then_some(&mut pattern.fields)
}

/// Declares the field of every builder that has the setters.
pub(super) fn declare_fields(file: &mut File) {
    let extended: BTreeSet<String> =
        shape::builders(file).map(|(_, builder)| shape::owner(builder)).collect();
    let Some(items) = shape::module(&mut file.items, "builder") else { return };
    for item in items {
        if let Item::Struct(builder) = item
            && extended.contains(&builder.ident.to_string())
            && let Fields::Named(fields) = &mut builder.fields
        {
            let field = quote! { extras: ::openapi_client_runtime::generated::Extras };
            fields.named.extend(Field::parse_named.parse2(field));
        }
    }
}
