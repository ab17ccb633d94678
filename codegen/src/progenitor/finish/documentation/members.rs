//! Setters of types, and values of enums.

use std::collections::BTreeMap;

use syn::{File, ImplItem, Item, ItemEnum};

use super::{document, text};
use crate::describe::LISTED;
use crate::progenitor::shape;

/// Gives each setter the words of its field; how many.
pub(super) fn setters(file: &mut File) -> usize {
    let Some(types) = shape::module(&mut file.items, "types") else { return 0 };
    let mut words = BTreeMap::new();
    for item in shape::structs(types) {
        for field in &item.fields {
            let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
            words.insert((item.ident.to_string(), name), text(&field.attrs));
        }
    }
    let mut count = 0;
    for item in shape::module(types, "builder").into_iter().flatten() {
        let Item::Impl(item) = item else { continue };
        if item.trait_.is_some() {
            continue;
        }
        let owner = shape::owner(item);
        for member in &mut item.items {
            let ImplItem::Fn(setter) = member else { continue };
            let words = words.get(&(owner.clone(), setter.sig.ident.to_string()));
            let words = words.map(String::as_str).unwrap_or_default();
            count += usize::from(document(&mut setter.attrs, words));
        }
    }
    count
}

/// Gives each value of an enum its own words, or those of the row that lists it; how many.
pub(super) fn values(file: &mut File) -> usize {
    let items = shape::module(&mut file.items, "types").into_iter().flatten();
    let enums = items.filter_map(|item| match item {
        Item::Enum(item) => Some(item),
        _ => None,
    });
    enums.map(document_values).sum()
}

fn document_values(item: &mut ItemEnum) -> usize {
    if item.variants.iter().any(|variant| !variant.fields.is_empty()) {
        return 0;
    }
    let whole = text(&item.attrs);
    let mut count = 0;
    for variant in &mut item.variants {
        let value = shape::renamed(&variant.attrs);
        let value = value.unwrap_or_else(|| variant.ident.to_string());
        let words = words_of(&whole, &value);
        count += usize::from(document(&mut variant.attrs, &words));
    }
    count
}

/// What the words of an enum say of one value.
fn words_of(whole: &str, value: &str) -> String {
    let start = format!("- `{value}`: ");
    let own = whole.lines().find_map(|line| line.trim_start().strip_prefix(&start));
    if let Some(own) = own {
        return own.to_owned();
    }
    let listed = whole.lines().find(|line| line.starts_with(LISTED));
    let first = || whole.split("\n\n").next().filter(|first| !first.is_empty());
    match (listed.and_then(|line| line.strip_prefix(LISTED)), first()) {
        (Some(row), _) => format!("`{value}`, listed in the row{row}"),
        (None, Some(first)) => format!("`{value}`: {first}"),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_its_own_words_or_those_of_its_row() {
        let explained = "Kind.\n\n- `CAT`: purrs\n- `DOG`: barks";
        assert_eq!(words_of(explained, "DOG"), "barks");
        let listed = "A kind.\n\nListed in the row `kind`: One of `CAT`, `DOG`.";
        assert_eq!(
            words_of(listed, "CAT"),
            "`CAT`, listed in the row `kind`: One of `CAT`, `DOG`."
        );
        assert_eq!(words_of("One of two.", "CAT"), "`CAT`: One of two.");
        assert_eq!(words_of("", "CAT"), "");
    }
}
