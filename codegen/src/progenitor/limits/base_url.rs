//! A base URL that ends in a slash: progenitor appends a path that begins with one.

use syn::visit_mut::VisitMut;
use syn::{ImplItemFn, parse_quote};

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
    let mut constructors = Constructors::default();
    constructors.visit_file_mut(code.file);
    if constructors.trimmed { Ok(()) } else { Err(shape::no_place(BASE_URL.id, "the client")) }
}

#[derive(Default)]
struct Constructors {
    trimmed: bool,
}

impl VisitMut for Constructors {
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        if function.sig.ident == shape::CONSTRUCTOR {
            let trim = parse_quote! { let baseurl = baseurl.trim_end_matches('/'); };
            function.block.stmts.insert(0, trim);
            self.trimmed = true;
        }
    }
}
