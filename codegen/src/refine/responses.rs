//! Answers that differ by status become an enum with a variant a status, and each status is read
//! as what it is documented to be.

use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, Expr, File, ImplItemFn, Item, Type, parse_quote};

use crate::change::Change;
use crate::error::Stage;
use crate::generate::{Answer, ResponseUnion, type_name};

/// Adds the enums, and the reading of each status.
pub fn run(file: &mut File, unions: &[ResponseUnion]) -> Vec<Change> {
    if unions.is_empty() {
        return Vec::new();
    }
    let mut arms = Arms { unions, current: None };
    arms.visit_file_mut(file);
    let declared: Vec<_> = unions.iter().flat_map(declaration).collect();
    if let Some(types) = super::module(&mut file.items, "types") {
        types.extend(declared);
    }
    let log = |union: &ResponseUnion| {
        let statuses: Vec<_> = union.variants.iter().map(|(status, _)| status.as_str()).collect();
        let place = format!("types::{}", union.name);
        Change::new(Stage::Refine, "several-responses", place, statuses.join(", "))
    };
    unions.iter().map(log).collect()
}

fn variant(status: &str) -> syn::Ident {
    match status {
        "default" => format_ident!("Default"),
        status => format_ident!("Status{}", status.to_uppercase()),
    }
}

/// The enum. Bytes that are still to come can be neither compared nor shown.
fn declaration(union: &ResponseUnion) -> [Item; 2] {
    let name = format_ident!("{}", union.name);
    let variants = union.variants.iter().map(|(status, answer)| {
        let variant = variant(status);
        let doc = format!("The answer to `{}` with status {status}.", union.operation);
        match content(answer, false) {
            Some(ty) => quote! { #[doc = #doc] #variant(#ty) },
            None => quote! { #[doc = #doc] #variant },
        }
    });
    let shown = union.variants.iter().map(|(status, answer)| {
        let variant = variant(status);
        let text = variant.to_string();
        match answer {
            Answer::Json(_) => quote! {
                Self::#variant(value) => f.debug_tuple(#text).field(value).finish()
            },
            Answer::Bytes => quote! { Self::#variant(_) => f.write_str(#text) },
            Answer::Empty => quote! { Self::#variant => f.write_str(#text) },
        }
    });
    let what = if union.is_error { "errors" } else { "answers" };
    let doc = format!("The {what} of `{}`, by status.", union.operation);
    [
        parse_quote! { #[doc = #doc] pub enum #name { #(#variants,)* } },
        parse_quote! {
            impl ::std::fmt::Debug for #name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    match self { #(#shown,)* }
                }
            }
        },
    ]
}

/// What a variant holds, as the module `types` names it or as others do.
fn content(answer: &Answer, outside: bool) -> Option<Type> {
    match answer {
        Answer::Json(component) => {
            let name = format_ident!("{}", type_name(component));
            Some(if outside { parse_quote!(types::#name) } else { parse_quote!(#name) })
        }
        Answer::Bytes if outside => Some(parse_quote!(ByteStream)),
        Answer::Bytes => Some(parse_quote!(::progenitor_client::ByteStream)),
        Answer::Empty => None,
    }
}

struct Arms<'u> {
    unions: &'u [ResponseUnion],
    /// The operation whose code is being visited, and its error type.
    current: Option<(String, Type)>,
}

impl VisitMut for Arms<'_> {
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        self.current = super::operation_of(&function.block).zip(error_type(function));
        visit_mut::visit_impl_item_fn_mut(self, function);
        self.current = None;
    }

    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        visit_mut::visit_arm_mut(self, arm);
        let Some((operation, error)) = &self.current else { return };
        let body = &arm.body;
        let code = quote!(#body).to_string();
        let is_error = code.contains("ErrorResponse");
        let mut unions = self.unions.iter();
        let union =
            unions.find(|union| union.operation == *operation && union.is_error == is_error);
        let pattern = &arm.pat;
        let status = status(&quote!(#pattern).to_string());
        let found = union.and_then(|union| {
            let mut variants = union.variants.iter();
            Some((union, variants.find(|(name, _)| name.eq_ignore_ascii_case(&status))?))
        });
        let reads = ["from_response", "empty (", "stream ("].iter().any(|word| code.contains(word));
        if let Some((union, (status, answer))) = found
            && reads
        {
            let read = read(union, status, answer, error);
            *arm.body = if is_error {
                parse_quote! { Err(Error::ErrorResponse(#read)) }
            } else {
                parse_quote! { Ok(#read) }
            };
        }
    }
}

/// `200u16` is 200, `400u16 ..= 499u16` is 4XX, `_` is the default.
pub(crate) fn status(pattern: &str) -> String {
    let first = pattern.split("u16").next().unwrap_or_default().trim();
    match (pattern.contains("..="), first) {
        (true, first) => format!("{}XX", first.get(..1).unwrap_or_default()),
        (false, "_") => "default".to_owned(),
        (false, first) => first.to_owned(),
    }
}

fn read(union: &ResponseUnion, status: &str, answer: &Answer, error: &Type) -> Expr {
    let (name, variant) = (format_ident!("{}", union.name), variant(status));
    let value = match answer {
        Answer::Json(_) => {
            let ty = content(answer, true);
            quote! { ResponseValue::<#ty>::from_response::<#error>(response).await? }
        }
        Answer::Bytes => quote! { ResponseValue::stream(response) },
        Answer::Empty => quote! { ResponseValue::empty(response) },
    };
    let make = match answer {
        Answer::Empty => quote! { |()| types::#name::#variant },
        _ => quote! { types::#name::#variant },
    };
    parse_quote! { #value.map::<_, _, Error<#error>>(#make)? }
}

/// The `E` of `Result<ResponseValue<T>, Error<E>>`.
fn error_type(function: &ImplItemFn) -> Option<Type> {
    let syn::ReturnType::Type(_, output) = &function.sig.output else { return None };
    let inner = |ty: &Type, index: usize| -> Option<Type> {
        let Type::Path(path) = ty else { return None };
        let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments
        else {
            return None;
        };
        let types = arguments.args.iter().filter_map(|argument| match argument {
            syn::GenericArgument::Type(ty) => Some(ty.clone()),
            _ => None,
        });
        types.into_iter().nth(index)
    };
    inner(&inner(output, 1)?, 0)
}
