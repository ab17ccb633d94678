//! A base URL that ends in a slash: progenitor appends a path that begins with one.

use syn::{Item, parse_quote};

use crate::error::Result;
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const BASE_URL: Rule =
    Rule::translated("base-url", "a base URL that ends in a slash", "taken without it");

/// Trims the slash in the client's constructor.
///
/// # Errors
/// A client without the constructor that progenitor is known to generate.
pub(super) fn finish(code: &mut Code<'_>, _: &mut Log) -> Result<()> {
    let mut constructors = code.file.items.iter_mut().filter_map(|item| match item {
        Item::Impl(item) => shape::function(item, shape::CONSTRUCTOR),
        _ => None,
    });
    let Some(constructor) = constructors.next() else {
        return Err(shape::no_place(BASE_URL.id, "the client"));
    };
    let trim = parse_quote! { let baseurl = baseurl.trim_end_matches('/'); };
    constructor.block.stmts.insert(0, trim);
    Ok(())
}
