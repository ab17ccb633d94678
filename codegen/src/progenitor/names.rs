//! Names as typify and progenitor make them out of those of a document, to find again in the
//! generated code what a document names.

use heck::{ToPascalCase, ToSnakeCase};

/// The name of a type or a variant.
pub fn type_name(text: &str) -> String {
    match text {
        // typify leaves these as they are.
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => legal(plain(text).to_pascal_case(), "X"),
    }
}

/// The name of a builder or of a mock's helper, which progenitor makes.
pub(super) fn helper_name(text: &str) -> String {
    legal(plain(text).to_pascal_case(), "_")
}

/// The name of a field.
pub fn field_name(text: &str) -> String {
    snake_case(text, "x")
}

/// The name of a method or of a parameter, which progenitor makes.
pub fn method_name(text: &str) -> String {
    snake_case(text, "_")
}

/// A name, and that name with a number for each time it is taken: `Pet`, `Pet2`, `Pet3`, …
pub(super) fn numbered(name: &str) -> impl Iterator<Item = String> {
    let others = (2..).map(move |number| format!("{name}{number}"));
    std::iter::once(name.to_owned()).chain(others)
}

/// A name, that name with a word for the second of its kind, and with a number for each further one.
pub(super) fn alternatives(name: &str, word: &str) -> impl Iterator<Item = String> {
    let others = (2..).map(move |number| format!("{name} {number}"));
    [name.to_owned(), format!("{name} {word}")].into_iter().chain(others)
}

fn snake_case(text: &str, prefix: &str) -> String {
    match text {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => legal(plain(text).to_snake_case(), prefix),
    }
}

fn plain(text: &str) -> String {
    text.replace('\'', "").replace(|c| !unicode_ident::is_xid_continue(c), "-")
}

fn legal(name: String, prefix: &str) -> String {
    let name = match name.chars().next() {
        Some(first) if unicode_ident::is_xid_start(first) => name,
        Some(_) => format!("{prefix}{name}"),
        None => prefix.replace('_', "x"),
    };
    // No keyword is as long.
    if name.len() > "continue".len() && name.is_ascii() {
        return name;
    }
    // `gen` is a keyword since the edition of 2024, which syn leaves to the caller.
    match syn::parse_str::<syn::Ident>(&name) {
        Ok(_) if name != "gen" => name,
        _ => format!("{name}_"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_is_no_beginning() {
        assert_eq!(type_name("58d8 Error"), "X58d8Error");
        assert_eq!(field_name("2fa"), "x2fa");
        assert_eq!(method_name("2fa"), "_2fa");
    }

    #[test]
    fn a_keyword_is_no_name() {
        assert_eq!(field_name("type"), "type_");
        assert_eq!(field_name("gen"), "gen_");
    }

    #[test]
    fn signs_are_no_letters() {
        assert_eq!(type_name("it's a [pet]"), "ItsAPet");
        assert_eq!(type_name("+"), "X");
    }
}
