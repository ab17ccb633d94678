//! Descriptions are documentation, which Rust reads as well: `prepare` leaves none that is compiled, and `finish`
//! no character that rustc refuses, whoever wrote it.

use serde_json::Value;
use syn::visit_mut::VisitMut;
use syn::{Attribute, parse_quote};

use super::{Code, Prepared};
use crate::document::{pointer, visit};
use crate::error::Result;
use crate::progenitor::{prose, shape};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const TEXT: Rule = Rule::translated(
    "text",
    "code, open HTML, lone carriage returns and characters for the direction of text in a description",
    "documentation that shows them: code of no language, so that nothing is compiled or tested; entities",
);

/// Makes documentation of descriptions.
pub(super) fn prepare(prepared: &mut Prepared) {
    let Prepared { document, log, .. } = prepared;
    visit::each_mut(document, |_, at, node| {
        for (key, made) in [
            ("title", prose::plain as fn(&str) -> String),
            ("summary", prose::plain),
            ("description", prose::documentation),
        ] {
            let Some(Value::String(text)) = node.get_mut(key) else { continue };
            let new = made(text);
            if new != *text {
                log.add(&TEXT, pointer::join(at, key), "shown as it is written");
                *text = new;
            }
        }
    });
}

/// Replaces such characters in all documentation.
pub(super) fn finish(code: &mut Code<'_>, _: &mut Log) -> Result<()> {
    struct Documentation;
    impl VisitMut for Documentation {
        fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
            let syn::Meta::NameValue(pair) = &attribute.meta else { return };
            let Some(text) = shape::literal(&pair.value).filter(|_| pair.path.is_ident("doc"))
            else {
                return;
            };
            let new = prose::plain(&text);
            if new != text {
                *attribute = parse_quote! { #[doc = #new] };
            }
        }
    }
    Documentation.visit_file_mut(code.file);
    Ok(())
}
