//! What decimals are made of: texts, whole numbers, each other.

use syn::{Item, Type, parse_quote};

use super::values;

/// What converts into a decimal without loss.
const SOURCES: [&str; 11] = [
    "decimal::rust_decimal::Decimal",
    "i8",
    "i16",
    "i32",
    "i64",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "usize",
];

/// The conversions.
pub(super) fn conversions() -> Vec<Item> {
    let values = values();
    let mut items: Vec<Item> = vec![
        parse_quote! { impl<const TEXT: bool> #values::Value for decimal::Exact<TEXT> {} },
        parse_quote! {
            impl<const TEXT: bool> #values::FromText for decimal::Exact<TEXT> {
                fn from_text(
                    text: &str,
                ) -> ::std::result::Result<Self, ::std::borrow::Cow<'static, str>> {
                    text.parse().map_err(|error: decimal::DecimalError| {
                        ::std::borrow::Cow::Owned(error.to_string())
                    })
                }
            }
        },
    ];
    let sources = SOURCES.iter().filter_map(|ty| syn::parse_str::<Type>(ty).ok());
    items.extend(sources.map(|source| {
        parse_quote! {
            impl<const TEXT: bool> #values::IntoValue<decimal::Exact<TEXT>> for #source {
                fn into_value(
                    self,
                ) -> ::std::result::Result<decimal::Exact<TEXT>, #values::Faults> {
                    Ok(::std::convert::From::from(self))
                }
            }
        }
    }));
    items.extend(each_other());
    items
}

/// A decimal that is written as a number, of one that is written as a text; and the other way round.
fn each_other() -> [Item; 2] {
    let values = values();
    let kinds: [(Type, Type); 2] = [
        (parse_quote!(decimal::Number), parse_quote!(decimal::Text)),
        (parse_quote!(decimal::Text), parse_quote!(decimal::Number)),
    ];
    kinds.map(|(one, other)| {
        parse_quote! {
            impl #values::IntoValue<#one> for #other {
                fn into_value(self) -> ::std::result::Result<#one, #values::Faults> {
                    Ok(::std::convert::From::from(self))
                }
            }
        }
    })
}
