//! The values that a row lists as the only ones.

use super::row::Row;
use super::words::unquoted;

/// Words after which values follow.
const PHRASES: [&str; 12] = [
    "acceptable values",
    "accepted values",
    "allowed values",
    "permitted values",
    "possible values",
    "valid values",
    "supported values",
    "available values",
    "enum values",
    "enum",
    "only supports",
    "supports only",
];
/// The same, but common in other sentences: what follows is values only in code, or after a colon.
const COMMON: [&str; 3] = ["one of", "either", "values"];

/// Words that make of a list some examples, or values for some callers.
const OPEN: [&str; 14] = [
    "e.g.",
    "such as",
    "for example",
    " etc",
    "…",
    "...",
    "depend",
    "per country",
    "by country",
    "each country",
    "per currency",
    "varies",
    "vary",
    "based on",
];

/// Words with which a sentence is about fields, or about a condition.
const ABOUT_FIELDS: [&str; 8] = [
    "is required",
    "are required",
    "must be provided",
    "must be given",
    "must be set",
    "must be present",
    " if ",
    " when ",
];

impl Row {
    /// The values that the description, or a column of values, lists as the only ones. None where they are
    /// other ones for each country or the like.
    pub(crate) fn values(&self) -> Vec<String> {
        let text = match &self.listed {
            Some(listed) if !listed.is_empty() => format!("{}\nEnum: {listed}", self.description),
            _ => self.description.clone(),
        };
        let lower = text.to_ascii_lowercase();
        let at = |phrase: &&str| Some((lower.find(*phrase)?, phrase.len()));
        let Some((at, length)) = PHRASES.iter().chain(&COMMON).filter_map(at).min() else {
            return Vec::new();
        };
        let is_common = COMMON.iter().any(|phrase| lower.get(at..at + length) == Some(phrase));
        let after = text.get(at + length..).unwrap_or_default();
        let sentence = after.split(". ").next().unwrap_or(after);
        let is_about = |words: &[&str], text: &str| words.iter().any(|word| text.contains(word));
        let said = lower.get(at..at + length + sentence.len()).unwrap_or_default();
        if is_about(&OPEN, &lower) && !is_example_elsewhere(&lower, at)
            || is_about(&ABOUT_FIELDS, said)
        {
            return Vec::new();
        }
        let values =
            if sentence.contains('`') { coded(sentence) } else { listed(sentence, is_common) };
        if values.len() > 1 { values } else { Vec::new() }
    }
}

/// Whether what is open in a text ends before the phrase at `at`: `Kind, e.g. a pet. One of …`.
fn is_example_elsewhere(lower: &str, at: usize) -> bool {
    const DEPENDS: [&str; 7] =
        ["depend", "per country", "by country", "each country", "per currency", "vary", "varies"];
    let after = lower.get(at..).unwrap_or_default();
    !DEPENDS.iter().any(|word| lower.contains(word))
        && !OPEN.iter().any(|word| after.contains(word))
}

/// The values in code. None where words with a colon stand before several: those are groups of values.
fn coded(sentence: &str) -> Vec<String> {
    let between = sentence.split('`').step_by(2).skip(1);
    let is_grouped = between.into_iter().any(|text| {
        let text = text.trim();
        text.ends_with(':') && text.chars().any(char::is_alphabetic)
    });
    if is_grouped || sentence.matches('`').count() % 2 == 1 {
        return Vec::new();
    }
    let values = sentence.split('`').skip(1).step_by(2);
    let values = values.map(|code| code.trim_end_matches([',', ';', ' ']).trim().to_owned());
    values.filter(|value| !value.is_empty()).collect()
}

/// The values after a colon, one a line or with commas; none if one of them is more than a word.
fn listed(sentence: &str, needs_colon: bool) -> Vec<String> {
    let sentence = sentence.trim_start();
    let words = ["these", "the following", "values", "value", "are", "is"];
    let start = words
        .iter()
        .fold(sentence, |rest, word| rest.strip_prefix(word).map_or(rest, str::trim_start));
    let has_colon = start.starts_with(':') || start.starts_with(['\n', '•']);
    if !has_colon && start.len() != sentence.len() {
        return Vec::new();
    }
    let lines = start.trim_start_matches([':', ' ']).replace(" or ", ",").replace(" and ", ",");
    let items = lines.split(['\n', '•', ',', '|', ';']);
    let items: Vec<_> = items
        .map(|item| unquoted(item.trim().trim_start_matches("- ")))
        .filter(|item| !item.is_empty())
        .collect();
    let is_word = |item: &String| {
        !item.contains(char::is_whitespace)
            && !item.contains(':')
            && item.chars().any(char::is_alphanumeric)
    };
    // In one line and in small letters, it may as well be prose.
    let is_list =
        has_colon || !needs_colon && items.iter().all(|item| item.to_uppercase() == **item);
    if is_list && items.iter().all(is_word) { items } else { Vec::new() }
}
