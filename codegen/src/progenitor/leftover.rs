//! What a client must not have any more once all edits are made: marks, the crate that the runtime replaces, and patterns
//! without their flag. It is looked for in the text that is written, not in the tree that was edited.

use syn::visit_mut::VisitMut;

use super::limits::{PATTERN, is_without_flag};
use super::marks::SEPARATOR;
use super::settings::Runtime;
use super::{each, finish, search, shape};
use crate::error::Result;

/// The crate that code calls as progenitor writes it.
const REPLACED: &str = "progenitor_client";

/// How typify compiles a pattern.
const WITHOUT_FLAG: &str = "regress::Regex::new";

/// Checks that edits have left nothing in the text of generated code.
///
/// # Errors
/// What is left.
pub(crate) fn check(text: &str, runtime: Runtime) -> Result<()> {
    let replaced = (runtime != Runtime::ProgenitorClient).then_some(REPLACED);
    // The words may also stand in what the document says, which costs a second look at the code itself.
    let escaped = SEPARATOR.escape_unicode().to_string();
    let words = [SEPARATOR.to_string(), escaped, WITHOUT_FLAG.to_owned()];
    let mut words = words.iter().map(String::as_str).chain(replaced);
    if !words.any(|word| text.contains(word)) {
        return Ok(());
    }
    let Ok(mut file) = syn::parse_file(text) else {
        return Err(shape::no_place("mark", "code that can be read again"));
    };
    if search::has_text(&file, &SEPARATOR.to_string()) {
        return Err(shape::no_place("mark", "a name or description"));
    }
    if replaced.is_some_and(|name| search::mentions(&file, name)) {
        return Err(shape::no_place(finish::RUNTIME.id, REPLACED));
    }
    let mut is_any = false;
    each::path(&mut |path| is_any |= is_without_flag(path)).visit_file_mut(&mut file);
    match is_any {
        true => Err(shape::no_place(PATTERN.id, WITHOUT_FLAG)),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(text: &str) -> bool {
        check(text, Runtime::default()).is_err()
    }

    #[test]
    fn a_mark_that_is_left_is_found_as_it_is_and_escaped() {
        assert!(is_refused("#[serde(rename = \"a\u{2063}2\")] struct A;"));
        assert!(is_refused(r#"#[serde(rename = "a\u{2063}2")] struct A;"#));
        assert!(is_refused("/// \u{2063}null\u{2063}A\nstruct A;"));
        assert!(is_refused(r#"fn a() { b!(["\u{2063}"]) }"#));
    }

    #[test]
    fn a_call_that_is_not_replaced_is_found() {
        assert!(is_refused("fn a() { progenitor_client::encode_path(b) }"));
        assert!(is_refused("use progenitor_client::Error;"));
    }

    #[test]
    fn a_pattern_without_its_flag_is_found() {
        assert!(is_refused(r#"fn a() { ::regress::Regex::new("b").unwrap() }"#));
        assert!(!is_refused(r#"fn a() { ::regress::Regex::with_flags("b", "u").unwrap() }"#));
    }

    #[test]
    fn what_the_document_says_is_no_leftover() {
        assert!(!is_refused(
            r#"/** `progenitor_client`, `regress::Regex::new` and \u{2063} */ struct A;"#
        ));
        assert!(!is_refused(r#"const A: &str = "progenitor_client \\u{2063}";"#));
    }

    #[test]
    fn the_client_of_progenitor_is_left_where_the_settings_ask_for_it() {
        let text = "use progenitor_client::Error;";
        assert!(check(text, Runtime::ProgenitorClient).is_ok());
    }
}
