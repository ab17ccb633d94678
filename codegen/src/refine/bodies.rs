//! Bodies that progenitor cannot send: multipart forms, and media types that it does not know.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, Fields, File, ImplItemFn, Item, ItemStruct, Type, parse_quote};

use crate::change::Change;
use crate::error::Stage;
use crate::generate::{FILE, Sent};

/// Sends each body as its operation says.
pub fn run(file: &mut File, sent: &[(String, Sent)]) -> Vec<Change> {
    let mut calls = Calls { sent: sent.iter().cloned().collect(), current: None };
    calls.visit_file_mut(file);
    let mut changes = Vec::new();
    for (operation, how) in sent {
        let note = match how {
            Sent::Multipart(_) => "sent as a multipart form".to_owned(),
            Sent::As(media_type) => format!("sent as {media_type}"),
        };
        changes.push(Change::new(Stage::Refine, "body", operation, note));
    }
    let forms: BTreeSet<_> = sent.iter().filter_map(|(_, how)| form_of(how)).collect();
    if !forms.is_empty()
        && let Some(types) = super::module(&mut file.items, "types")
    {
        let structs = types.iter().filter_map(|item| match item {
            Item::Struct(item) => Some(item),
            _ => None,
        });
        let forms = structs.filter(|item| forms.contains(&item.ident.to_string()));
        let made: Vec<Item> = forms.filter_map(to_form).collect();
        types.extend(made);
        types.extend(helpers());
    }
    changes
}

/// The Rust type of a form.
fn form_of(how: &Sent) -> Option<String> {
    match how {
        Sent::Multipart(component) => Some(component.to_upper_camel_case()),
        Sent::As(_) => None,
    }
}

struct Calls {
    sent: BTreeMap<String, Sent>,
    current: Option<Sent>,
}

impl VisitMut for Calls {
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        let operation = super::operation_of(&function.block);
        self.current = operation.and_then(|id| self.sent.get(&id).cloned());
        visit_mut::visit_impl_item_fn_mut(self, function);
        self.current = None;
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Some(sent) = &self.current else { return };
        let Expr::MethodCall(call) = expression else { return };
        if let Some(replaced) = replaced(call, sent) {
            *expression = replaced;
        }
    }
}

fn replaced(call: &ExprMethodCall, sent: &Sent) -> Option<Expr> {
    let (receiver, arguments) = (&call.receiver, &call.args);
    match sent {
        Sent::Multipart(_) if call.method == "json" => Some(
            parse_quote! { #receiver.multipart(body.to_form().map_err(Error::InvalidRequest)?) },
        ),
        Sent::As(media_type) if call.method == "json" => Some(parse_quote! {
            #receiver
                .header(
                    ::reqwest::header::CONTENT_TYPE,
                    ::reqwest::header::HeaderValue::from_static(#media_type),
                )
                .json(#arguments)
        }),
        Sent::As(media_type) if call.method == "header" => {
            let is_type = quote!(#arguments).to_string().contains("CONTENT_TYPE");
            let is_bytes = quote!(#arguments).to_string().contains("octet-stream");
            (is_type && is_bytes).then(|| {
                parse_quote! {
                    #receiver.header(
                        ::reqwest::header::CONTENT_TYPE,
                        ::reqwest::header::HeaderValue::from_static(#media_type),
                    )
                }
            })
        }
        _ => None,
    }
}

/// `fn to_form`, which adds a part a field.
fn to_form(item: &ItemStruct) -> Option<Item> {
    let Fields::Named(fields) = &item.fields else { return None };
    let parts = fields.named.iter().map(|field| {
        let name = super::wire_name(field);
        let ident = &field.ident;
        match kind(&field.ty) {
            Kind::File => quote! { form = form.part(#name, self.#ident.to_part()?); },
            Kind::OptionalFile => quote! {
                if let Some(file) = &self.#ident {
                    form = form.part(#name, file.to_part()?);
                }
            },
            Kind::Files => quote! {
                for file in &self.#ident {
                    form = form.part(#name, file.to_part()?);
                }
            },
            Kind::OptionalFiles => quote! {
                for file in self.#ident.iter().flatten() {
                    form = form.part(#name, file.to_part()?);
                }
            },
            Kind::Value => quote! { form = add_to_form(form, #name, &self.#ident)?; },
        }
    });
    let name = &item.ident;
    Some(parse_quote! {
        impl #name {
            /// The multipart form that is sent.
            #[allow(unused_mut)]
            pub(crate) fn to_form(
                &self,
            ) -> ::std::result::Result<::reqwest::multipart::Form, ::std::string::String> {
                let mut form = ::reqwest::multipart::Form::new();
                #(#parts)*
                Ok(form)
            }
        }
    })
}

enum Kind {
    File,
    OptionalFile,
    Files,
    OptionalFiles,
    Value,
}

fn kind(ty: &Type) -> Kind {
    let text = quote!(#ty).to_string();
    let (is_option, is_list) = (text.contains("Option <"), text.contains("Vec <"));
    match (text.contains(FILE), is_option, is_list) {
        (false, ..) => Kind::Value,
        (true, false, false) => Kind::File,
        (true, true, false) => Kind::OptionalFile,
        (true, false, true) => Kind::Files,
        (true, true, true) => Kind::OptionalFiles,
    }
}

fn helpers() -> Vec<Item> {
    let file = quote::format_ident!("{FILE}");
    vec![
        parse_quote! {
            impl #file {
                fn to_part(
                    &self,
                ) -> ::std::result::Result<::reqwest::multipart::Part, ::std::string::String> {
                    let mut part = ::reqwest::multipart::Part::bytes(self.bytes.clone());
                    // Servers take a part without a file name for a text.
                    let name = self.file_name.clone().unwrap_or_else(|| "file".to_owned());
                    part = part.file_name(name);
                    match &self.content_type {
                        Some(kind) => part.mime_str(kind).map_err(|error| error.to_string()),
                        None => Ok(part),
                    }
                }
            }
        },
        parse_quote! {
            /// Texts and numbers are parts, lists are several parts of one name, objects are JSON.
            #[allow(dead_code)]
            fn add_to_form(
                form: ::reqwest::multipart::Form,
                name: &'static str,
                value: &impl ::serde::Serialize,
            ) -> ::std::result::Result<::reqwest::multipart::Form, ::std::string::String> {
                use ::serde_json::Value;
                let value = ::serde_json::to_value(value).map_err(|error| error.to_string())?;
                Ok(match value {
                    Value::Null => form,
                    Value::String(text) => form.text(name, text),
                    Value::Array(items) => items.into_iter().fold(form, |form, item| match item {
                        Value::String(text) => form.text(name, text),
                        item => form.text(name, item.to_string()),
                    }),
                    Value::Object(fields) => {
                        let text = Value::Object(fields).to_string();
                        let part = ::reqwest::multipart::Part::text(text);
                        let part = part.mime_str("application/json");
                        form.part(name, part.map_err(|error| error.to_string())?)
                    }
                    plain => form.text(name, plain.to_string()),
                })
            }
        },
    ]
}
