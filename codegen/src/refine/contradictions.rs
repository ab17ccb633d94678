//! Types that no value has: a schema whose parts contradict each other, of which typify makes an
//! enum of nothing. Whatever the service sends there would make the whole answer fail, so it is
//! taken as it is.

use syn::{File, Item, parse_quote};

use crate::change::Change;
use crate::error::Stage;

/// Makes such types any value.
pub fn run(file: &mut File) -> Vec<Change> {
    let Some(types) = super::module(&mut file.items, "types") else { return Vec::new() };
    let mut changes = Vec::new();
    for item in types {
        let Item::Enum(nothing) = item else { continue };
        if !nothing.variants.is_empty() {
            continue;
        }
        let name = &nothing.ident;
        let docs = nothing.attrs.iter().filter(|attribute| attribute.path().is_ident("doc"));
        let note = "no value is all that its schema asks for: any is taken";
        changes.push(
            Change::new(Stage::Refine, "contradiction", format!("types::{name}"), note).loosened(),
        );
        *item = parse_quote! {
            #(#docs)*
            #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
            #[serde(transparent)]
            pub struct #name(pub ::serde_json::Value);
        };
    }
    changes
}
