//! Marks in names and descriptions. typify and progenitor hand on nothing else of a schema, so this is
//! how a property of a schema reaches the generated code. Each mark contains a character that no document
//! has, and each is removed again:
//!
//! | mark | set by | removed by |
//! |---|---|---|
//! | [`alias`] of a property or enum value | `limits::names::prepare` | `limits::names::finish` |
//! | [`NULL`] in the description of a property | `limits::absent::prepare` | `finish::redaction` |
//! | [`personal`] in a description | `limits::absent::prepare` | `finish::redaction` |
//!
//! Two more things of a prepared document stand for something else, and are written and read in one file
//! each: a component for the answers of an operation (`limits::responses`), and titles that name the
//! variants of an enum that may grow (`limits::open_enums`).

use serde_json::{Map, Value};
use syn::visit_mut::VisitMut;
use syn::{Attribute, Block, File, Type};

use super::{shape, template};

/// INVISIBLE SEPARATOR, which every mark contains.
pub(super) const SEPARATOR: char = '\u{2063}';

/// On an optional property that may be null. typify makes one of null and absent.
pub(super) const NULL: &str = "\u{2063}null\u{2063}";

/// The mark of a schema with `x-personal`.
pub(super) fn personal(is_personal: bool) -> &'static str {
    if is_personal { PERSONAL } else { NOT_PERSONAL }
}

pub(super) const PERSONAL: &str = "\u{2063}personal\u{2063}";
pub(super) const NOT_PERSONAL: &str = "\u{2063}not personal\u{2063}";

/// An alias for the second of two names that are one in Rust. With separator and number it is no Rust
/// name, so that typify writes the name in JSON into an attribute of serde.
pub(super) fn alias(name: &str, number: usize) -> String {
    format!("{name}{SEPARATOR}{number}")
}

/// Puts a mark into the description of a schema.
pub(super) fn put(keywords: &mut Map<String, Value>, mark: &str) {
    let text = keywords.get("description").and_then(Value::as_str).unwrap_or_default();
    let text = format!("{mark}{text}");
    keywords.insert("description".to_owned(), text.into());
}

/// Whether a mark is in the documentation among attributes.
pub(super) fn is_on(attributes: &[Attribute], mark: &str) -> bool {
    attributes.iter().filter_map(documentation).any(|text| text.contains(mark))
}

fn documentation(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => shape::literal(&pair.value),
        _ => None,
    }
}

/// Removes marks from all documentation, and lines that consist of one.
pub(super) fn remove(file: &mut File, marks: &[&str]) {
    struct Documentation<'m>(&'m [&'m str]);
    impl VisitMut for Documentation<'_> {
        fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
            attributes.retain_mut(|attribute| {
                let is_marked = |text: &String| self.0.iter().any(|mark| text.contains(mark));
                let Some(old) = documentation(attribute).filter(is_marked) else { return true };
                let new = self.0.iter().fold(old, |text, mark| text.replace(mark, ""));
                *attribute = template::documentation(&new);
                !matches!(new.trim().trim_end_matches(','), "" | "\"description\": \"\"")
            });
        }

        // There is no documentation inside of these.
        fn visit_block_mut(&mut self, _: &mut Block) {}
        fn visit_type_mut(&mut self, _: &mut Type) {}
    }
    Documentation(marks).visit_file_mut(file);
}
