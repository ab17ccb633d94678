//! Schemas whose parts contradict each other, so that no value is valid. typify makes an enum
//! without variants of one, and a response with any value there would not decode at all.

use syn::{Item, parse_quote};

use crate::error::Result;
use crate::progenitor::{Code, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const CONTRADICTION: Rule = Rule::loosened(
    "contradiction",
    "parts that contradict each other, so that no value fits",
    "any value",
);

/// Replaces such enums by a type of any value.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    for item in shape::module(&mut code.file.items, "types").into_iter().flatten() {
        let Item::Enum(declaration) = item else { continue };
        if !declaration.variants.is_empty() {
            continue;
        }
        let name = &declaration.ident;
        let docs = declaration.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
        let note = "no value is all that its schema asks for: any is taken";
        log.add(&CONTRADICTION, format!("types::{name}"), note);
        *item = parse_quote! {
            #(#docs)*
            #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
            #[serde(transparent)]
            pub struct #name(pub ::serde_json::Value);
        };
    }
    Ok(())
}
