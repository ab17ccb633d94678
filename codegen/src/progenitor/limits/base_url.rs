//! A base URL that ends in a slash: progenitor puts a path behind it that begins with one.

use syn::visit_mut::VisitMut;
use syn::{ImplItemFn, parse_quote};

use crate::error::Result;
use crate::progenitor::{Code, shape};
use crate::report::Log;

/// Takes the slash away where the client is made.
///
/// # Errors
/// A client that is made in a way that is not known.
pub(super) fn finish(code: &mut Code<'_>, _: &mut Log) -> Result<()> {
    let mut constructors = Constructors::default();
    constructors.visit_file_mut(code.file);
    if constructors.trimmed { Ok(()) } else { Err(shape::no_place("base-url", "the client")) }
}

#[derive(Default)]
struct Constructors {
    trimmed: bool,
}

impl VisitMut for Constructors {
    fn visit_impl_item_fn_mut(&mut self, function: &mut ImplItemFn) {
        if function.sig.ident == shape::CONSTRUCTOR {
            let trimmed = parse_quote! { let baseurl = baseurl.trim_end_matches('/'); };
            function.block.stmts.insert(0, trimmed);
            self.trimmed = true;
        }
    }
}
