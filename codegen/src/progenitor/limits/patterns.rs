//! Patterns. JSON Schema's are those of ECMA-262 with the flag `u`, by which a character is one code point and
//! `\p{L}` a letter; typify compiles them without it.

use proc_macro2::Literal;
use quote::{ToTokens, quote};
use serde_json::{Map, Value};
use syn::visit_mut::VisitMut;
use syn::{Expr, ExprCall, Item, ItemStatic, Path, parse_quote};

use super::sequence::{self, Part};
use super::{Code, Prepared};
use crate::document::{pointer, visit};
use crate::error::Result;
use crate::progenitor::settings::Runtime;
use crate::progenitor::{each, marks, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const PATTERN: Rule = Rule::loosened(
    "pattern",
    "patterns that are no regular expressions of ECMA-262 with the flag `u`, or that match nothing",
    "none",
);

/// Removes the patterns that cannot be checked.
pub(super) fn prepare(prepared: &mut Prepared) {
    let Prepared { document, log, plan, .. } = prepared;
    visit::each_schema_mut(document, |at, keywords| {
        let Some(pattern) = keywords.get("pattern").and_then(Value::as_str) else { return };
        match fault(pattern) {
            Some(fault) => {
                let note = format!("`{pattern}` {fault}: not checked");
                log.add(&PATTERN, pointer::join(at, "pattern"), note);
                keywords.shift_remove("pattern");
            }
            None => plan.aliases.extend(stand_in(keywords, plan.aliases.len())),
        }
    });
}

/// Why a pattern is not checked.
fn fault(pattern: &str) -> Option<&'static str> {
    if regress::Regex::with_flags(pattern, "u").is_err() {
        return Some(match regress::Regex::new(pattern) {
            Ok(_) => "is no regular expression with the flag `u`",
            Err(_) => "is no regular expression",
        });
    }
    // Without the flag `m`, nothing stands before the beginning, or behind the end.
    let flags = |c: char| c.is_ascii_lowercase();
    let is_delimited = pattern.starts_with("/^")
        || pattern.starts_with('/') && pattern.trim_end_matches(flags).ends_with("$/");
    is_delimited.then_some("is written between slashes, so that it does not match what is meant")
}

/// Replaces a pattern that typify refuses, such as a range of emoji, since it is none without the flag.
fn stand_in(keywords: &mut Map<String, Value>, number: usize) -> Option<(String, String)> {
    let pattern = keywords.get("pattern")?.as_str()?.to_owned();
    regress::Regex::new(&pattern).err()?;
    let alias = marks::alias("pattern", number);
    keywords.insert("pattern".to_owned(), alias.clone().into());
    Some((alias, pattern))
}

/// Compiles each pattern with the flag, or has the runtime read it where that can.
pub(super) fn finish(code: &mut Code<'_>, _: &mut Log) -> Result<()> {
    let is_read = code.settings.runtime == Runtime::OpenapiClientRuntime;
    for item in shape::module(&mut code.file.items, "types").into_iter().flatten() {
        // typify compiles patterns where it reads texts; one that stands anywhere else is found as a leftover.
        let is_reading = matches!(item, Item::Impl(item) if item.trait_.is_some());
        if is_reading && with_flag(item) && is_read {
            each::item_static(&mut read_sequence).visit_item_mut(item);
        }
    }
    Ok(())
}

/// Replaces the static of a pattern that is a sequence of kinds of characters.
fn read_sequence(item: &mut ItemStatic) {
    let mut pattern = None;
    let mut find = |expression: &mut Expr| {
        if let Some(call) = compiled(expression, "with_flags") {
            pattern = call.args.first().and_then(shape::literal);
        }
    };
    each::expression(&mut find).visit_item_static_mut(item);
    let Some(parts) = pattern.as_deref().and_then(sequence::parts) else { return };
    let parts = parts.iter().map(|Part { ranges, least, most }| {
        let ranges = ranges.iter().map(|(first, last)| quote!((#first, #last)));
        let [least, most] = [least, most].map(|number| match *number {
            usize::MAX => quote!(usize::MAX),
            number => Literal::usize_unsuffixed(number).into_token_stream(),
        });
        quote!((&[#(#ranges),*], #least, #most))
    });
    let name = &item.ident;
    *item = parse_quote! {
        static #name: ::openapi_client_runtime::generated::Pattern =
            ::openapi_client_runtime::generated::Pattern::new(&[#(#parts),*]);
    };
}

/// Whether a path is that of the function which compiles a pattern without the flag.
pub(in crate::progenitor) fn is_without_flag(path: &Path) -> bool {
    is_function(path, "new")
}

/// Whether a path is that of a function of a pattern's type, as typify writes it.
fn is_function(path: &Path, function: &str) -> bool {
    let names = path.segments.iter().map(|segment| &segment.ident);
    path.segments.len() == 3
        && names.zip(["regress", "Regex", function]).all(|(it, name)| it == name)
}

/// The call of the function that compiles a pattern.
fn compiled<'e>(expression: &'e mut Expr, function: &str) -> Option<&'e mut ExprCall> {
    let Expr::Call(call) = expression else { return None };
    let is_it = matches!(&*call.func, Expr::Path(it) if is_function(&it.path, function));
    is_it.then_some(call)
}

/// Adds the flag; whether there are patterns in an item.
fn with_flag(item: &mut Item) -> bool {
    let mut has_patterns = false;
    let mut add = |expression: &mut Expr| {
        if let Some(call) = compiled(expression, "new").filter(|call| call.args.len() == 1) {
            let pattern = &call.args;
            *call = parse_quote! { ::regress::Regex::with_flags(#pattern, "u") };
            has_patterns = true;
        }
    };
    each::expression(&mut add).visit_item_mut(item);
    has_patterns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_pattern_without_the_flag_alone_is_none() {
        for pattern in [r"^\_a$", r"^a\-b$", "^{a}$", r"\Z", "[a-\\d]", "(?i)a", "/^a$/i"] {
            assert!(fault(pattern).is_some(), "{pattern}");
        }
        for pattern in [r"^\p{L}+$", r"[\/\-]", r"\/", r"^(?!a)(?=b).$", r"[\u{1F600}-\u{1F64F}]"] {
            assert_eq!(fault(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn each_is_compiled_with_the_flag() {
        let mut file: Item = parse_quote! {
            fn from_str(value: &str) {
                static PATTERN: LazyLock<::regress::Regex> =
                    LazyLock::new(|| { ::regress::Regex::new("a").unwrap() });
            }
        };
        with_flag(&mut file);
        let wanted = r#":: regress :: Regex :: with_flags ("a" , "u") . unwrap ()"#;
        assert!(file.to_token_stream().to_string().contains(wanted));
    }
}
