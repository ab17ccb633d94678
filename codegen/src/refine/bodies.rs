//! Bodies that progenitor cannot send: multipart forms, and media types that it does not know.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, Fields, File, ImplItemFn, Item, ItemStruct, Type, parse_quote};

use crate::change::Change;
use crate::error::Stage;
use crate::generate::{Form, Sent, type_name};

/// Sends each body as its operation says.
pub fn run(file: &mut File, sent: &[(String, Sent)]) -> Vec<Change> {
    let mut calls = Calls { sent: sent.iter().cloned().collect(), current: None };
    calls.visit_file_mut(file);
    let mut changes = Vec::new();
    for (operation, how) in sent {
        let note = match how {
            Sent::Multipart(_) => "sent as a multipart form".to_owned(),
            Sent::UrlEncoded(_) => "sent as a url-encoded form".to_owned(),
            Sent::As(media_type) => format!("sent as {media_type}"),
        };
        changes.push(Change::new(Stage::Refine, "body", operation, note));
    }
    let forms = sent.iter().filter_map(|(_, how)| match how {
        Sent::Multipart(form) => Some((type_name(&form.component), form)),
        _ => None,
    });
    let forms: BTreeMap<_, _> = forms.collect();
    if let Some(file_part) = forms.values().next().map(|form| type_name(&form.file))
        && let Some(types) = super::module(&mut file.items, "types")
    {
        let structs = types.iter().filter_map(|item| match item {
            Item::Struct(item) => Some(item),
            _ => None,
        });
        let forms = structs.filter_map(|item| Some((item, *forms.get(&item.ident.to_string())?)));
        let made: Vec<Item> = forms.map(|(item, form)| to_form(item, form)).collect();
        types.extend(made);
        types.extend(helpers(&file_part));
    }
    changes
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
        let new = match expression {
            Expr::MethodCall(call) => replaced(call, sent),
            Expr::Try(attempt) => url_encoded(&attempt.expr, sent),
            _ => None,
        };
        if let Some(new) = new {
            *expression = new;
        }
    }
}

/// `request.form_urlencoded(&body)?`, which refuses lists and objects.
fn url_encoded(call: &Expr, sent: &Sent) -> Option<Expr> {
    let (Expr::MethodCall(call), Sent::UrlEncoded(written)) = (call, sent) else { return None };
    if call.method != "form_urlencoded" {
        return None;
    }
    let (receiver, body) = (&call.receiver, &call.args);
    let written =
        written.iter().map(|(field, style, explode)| quote! { (#field, #style, #explode) });
    Some(parse_quote! {
        #receiver.form(
            &super::parameters::form(#body, &[#(#written),*]).map_err(Error::InvalidRequest)?,
        )
    })
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
fn to_form(item: &ItemStruct, form: &Form) -> Item {
    let parts: Vec<_> = match &item.fields {
        Fields::Named(fields) => fields.named.iter().map(|field| part(field, form)).collect(),
        _ => vec![quote! {
            for (name, part) in &self.0 {
                form = form.part(name.clone(), part.to_any_part()?);
            }
        }],
    };
    let name = &item.ident;
    parse_quote! {
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
    }
}

fn part(field: &syn::Field, form: &Form) -> TokenStream {
    let name = super::wire_name(field);
    let ident = &field.ident;
    let media = form.media.iter().find(|(field, _)| *field == name).map(|(_, media)| media);
    let media = media.map_or_else(|| quote!(None), |media| quote!(Some(#media)));
    match kind(&field.ty, &type_name(&form.file)) {
        Kind::File => quote! { form = form.part(#name, self.#ident.to_part(#media)?); },
        Kind::OptionalFile => quote! {
            if let Some(file) = &self.#ident {
                form = form.part(#name, file.to_part(#media)?);
            }
        },
        Kind::Files => quote! {
            for file in &self.#ident {
                form = form.part(#name, file.to_part(#media)?);
            }
        },
        Kind::OptionalFiles => quote! {
            for file in self.#ident.iter().flatten() {
                form = form.part(#name, file.to_part(#media)?);
            }
        },
        Kind::Value => quote! { form = add_to_form(form, #name, #media, &self.#ident)?; },
    }
}

enum Kind {
    File,
    OptionalFile,
    Files,
    OptionalFiles,
    Value,
}

fn kind(ty: &Type, file: &str) -> Kind {
    let text = quote!(#ty).to_string();
    let has = |name: &str| text.split_whitespace().any(|word| word == name);
    match (has(file), has("Option"), has("Vec")) {
        (false, ..) => Kind::Value,
        (true, false, false) => Kind::File,
        (true, true, false) => Kind::OptionalFile,
        (true, false, true) => Kind::Files,
        (true, true, true) => Kind::OptionalFiles,
    }
}

fn helpers(file: &str) -> Vec<Item> {
    let file = quote::format_ident!("{file}");
    vec![
        parse_quote! {
            #[allow(dead_code)]
            impl #file {
                /// A part that is a file, of a media type unless it names its own.
                fn to_part(
                    &self,
                    media: ::std::option::Option<&str>,
                ) -> ::std::result::Result<::reqwest::multipart::Part, ::std::string::String> {
                    let mut part = ::reqwest::multipart::Part::bytes(self.bytes.clone());
                    // Servers take a part without a file name for a text.
                    let name = self.file_name.clone().unwrap_or_else(|| "file".to_owned());
                    part = part.file_name(name);
                    match self.content_type.as_deref().or(media) {
                        Some(kind) => part.mime_str(kind).map_err(|error| error.to_string()),
                        None => Ok(part),
                    }
                }

                /// A part that is a text unless it has the name of a file.
                fn to_any_part(
                    &self,
                ) -> ::std::result::Result<::reqwest::multipart::Part, ::std::string::String> {
                    if self.file_name.is_some() {
                        return self.to_part(None);
                    }
                    let part = ::reqwest::multipart::Part::bytes(self.bytes.clone());
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
                media: ::std::option::Option<&str>,
                value: &impl ::serde::Serialize,
            ) -> ::std::result::Result<::reqwest::multipart::Form, ::std::string::String> {
                use ::serde_json::Value;
                const JSON: &str = "application/json";
                let part = |text: ::std::string::String, media: ::std::option::Option<&str>| {
                    let part = ::reqwest::multipart::Part::text(text);
                    match media {
                        Some(kind) => part.mime_str(kind).map_err(|error| error.to_string()),
                        None => Ok(part),
                    }
                };
                let one = |value: Value| match value {
                    Value::String(text) if media != Some(JSON) => part(text, media),
                    Value::Object(_) => part(value.to_string(), media.or(Some(JSON))),
                    plain => part(plain.to_string(), media),
                };
                Ok(match ::serde_json::to_value(value).map_err(|error| error.to_string())? {
                    Value::Null => form,
                    Value::Array(items) if media != Some(JSON) => {
                        let mut form = form;
                        for item in items {
                            form = form.part(name, one(item)?);
                        }
                        form
                    }
                    value => form.part(name, one(value)?),
                })
            }
        },
    ]
}
