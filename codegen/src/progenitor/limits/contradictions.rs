//! Types that no value has: a schema whose parts contradict each other, of which typify makes an
//! enum of nothing. Whatever the service sends there would make the whole answer fail, so it is
//! taken as it is.

use syn::{Item, parse_quote};

use crate::error::Result;
use crate::progenitor::{Code, shape};
use crate::report::Log;

/// Makes such types any value.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    for item in shape::module(&mut code.file.items, "types").into_iter().flatten() {
        let Item::Enum(nothing) = item else { continue };
        if !nothing.variants.is_empty() {
            continue;
        }
        let name = &nothing.ident;
        let docs = nothing.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
        let note = "no value is all that its schema asks for: any is taken";
        log.loosen("contradiction", format!("types::{name}"), note);
        *item = parse_quote! {
            #(#docs)*
            #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
            #[serde(transparent)]
            pub struct #name(pub ::serde_json::Value);
        };
    }
    Ok(())
}
