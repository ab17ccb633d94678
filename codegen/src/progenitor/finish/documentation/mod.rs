//! Documentation where progenitor and typify write none, or a wall: setters and values have the words of
//! their fields, and a method says in a screen what it does, what it takes and returns, and how it fails.

mod members;
pub(super) mod methods;
mod shown;

use syn::visit_mut::VisitMut;
use syn::{Attribute, Block, File, Type};

use crate::error::Result;
use crate::progenitor::{Code, prose, shape, template};
use crate::report::{Log, Rule};

pub(in crate::progenitor) const DOCUMENTATION: Rule = Rule::translated(
    "documentation",
    "descriptions, for which the generated code has more places than it uses",
    "documentation of setters, values and arguments; of methods, a screen with an example; the examples of types",
);

/// Documents what the document describes.
///
/// # Errors
/// An operation without a method that progenitor is known to generate.
pub(super) fn finish(code: &mut Code<'_>, log: &mut Log) -> Result<()> {
    let setters = members::setters(code.file);
    let values = members::values(code.file);
    let (written, arguments) = methods::write(code)?;
    shown::write(code.lowered, code.file);
    for (place, count) in [
        ("types::builder", setters),
        ("types", values),
        ("builder", arguments),
        ("Client", written),
    ] {
        if count > 0 {
            log.add(&DOCUMENTATION, place, format!("{count} documented"));
        }
    }
    take_out_refused(code.file);
    Ok(())
}

/// Replaces characters that rustc refuses in documentation, whoever wrote it.
fn take_out_refused(file: &mut File) {
    struct Documentation;
    impl VisitMut for Documentation {
        fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
            let syn::Meta::NameValue(pair) = &attribute.meta else { return };
            let text = shape::literal(&pair.value).filter(|_| pair.path.is_ident("doc"));
            if let Some(text) = text.filter(|text| !prose::is_plain(text)) {
                *attribute = template::documentation(&prose::plain(&text));
            }
        }

        // There is no documentation inside of these.
        fn visit_block_mut(&mut self, _: &mut Block) {}
        fn visit_type_mut(&mut self, _: &mut Type) {}
    }
    Documentation.visit_file_mut(file);
}

/// The text of documentation, its parts one below the other.
fn text(attributes: &[Attribute]) -> String {
    let parts = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => shape::literal(&pair.value),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Documents an item that has no documentation; whether there was something to say.
fn document(attributes: &mut Vec<Attribute>, words: &str) -> bool {
    let is_missing = !words.is_empty() && text(attributes).is_empty();
    if is_missing {
        let words = prose::documentation(words);
        attributes.insert(0, template::documentation(&words));
    }
    is_missing
}
