//! How a type is written.

use quote::quote;
use syn::{GenericArgument, PathArguments, Type, TypePath};

/// A type as it is written, without blanks.
pub(crate) fn text_of(ty: &Type) -> String {
    let mut text = String::new();
    match write_path(ty, &mut text) {
        Some(()) => text,
        None => quote!(#ty).to_string().replace(' ', ""),
    }
}

/// Adds a type that is a path, whose arguments are paths: most are, and to make tokens of each takes long.
fn write_path(ty: &Type, text: &mut String) -> Option<()> {
    let Type::Path(TypePath { qself: None, path, attrs }) = ty else { return None };
    if !attrs.is_empty() {
        return None;
    }
    for (index, segment) in path.segments.iter().enumerate() {
        if index > 0 || path.leading_colon.is_some() {
            text.push_str("::");
        }
        text.push_str(&segment.ident.to_string());
        let inside = match &segment.arguments {
            PathArguments::None => continue,
            PathArguments::AngleBracketed(inside) => inside,
            PathArguments::Parenthesized(_) => return None,
        };
        text.push_str(if inside.colon2_token.is_some() { "::<" } else { "<" });
        for (index, argument) in inside.args.iter().enumerate() {
            let GenericArgument::Type(ty) = argument else { return None };
            text.push_str(if index > 0 { "," } else { "" });
            write_path(ty, text)?;
        }
        text.push_str(if inside.args.trailing_punct() { ",>" } else { ">" });
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_written_as_its_tokens_without_blanks() {
        let types: [Type; 8] = [
            syn::parse_quote!(types::Pet),
            syn::parse_quote!(::std::option::Option<::std::vec::Vec<Pet>>),
            syn::parse_quote!(HashMap<String, [u8; 4],>),
            syn::parse_quote!(HashMap<String, Pet,>),
            syn::parse_quote!(a::<B>::C),
            syn::parse_quote!(&'static str),
            syn::parse_quote!(<A as B>::C),
            syn::parse_quote!(dyn Fn(A) -> B),
        ];
        for ty in types {
            assert_eq!(text_of(&ty), quote!(#ty).to_string().replace(' ', ""));
        }
    }
}
