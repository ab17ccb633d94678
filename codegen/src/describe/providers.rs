//! For whom a row requires its field, where that is a provider by name: `Acme only`, `Required by Acme`. No
//! name is known here: it is the capitalised word beside `only`, `for`, `on` or `by`.

use serde_json::{Value, json};

use crate::tables::row::Row;
use crate::tables::words::Need;

/// The key of a schema that says for whom it is required. Each entry is a name, or a mapping of `name` with
/// `if`, a field and its values, or with `when`, a condition in words that nothing here decides.
pub(crate) const MARK: &str = "x-required-for";

/// A field beside the one that is required, and the values that it lists.
pub(super) type Sibling = (String, Vec<String>);

/// What the mark says; nothing if the row names nobody.
pub(super) fn mark(row: &Row, siblings: &[Sibling]) -> Vec<Value> {
    let need = row.need();
    if matches!(need, Need::Always | Need::Never) {
        return Vec::new();
    }
    let cell = row.required.clone().unwrap_or_default();
    let texts = [cell.clone(), row.beside.clone()];
    let mut found: Vec<(String, String)> = Vec::new();
    for text in texts.iter().filter(|text| !text.is_empty()) {
        found.extend(names(text).into_iter().map(|name| (name, text.clone())));
    }
    let sentences = row.description.split(['.', ';', '\n']);
    for sentence in sentences.filter(|sentence| demands(sentence)) {
        found.extend(names(sentence).into_iter().map(|name| (name, sentence.to_owned())));
    }
    let mut marks: Vec<(String, Value)> = Vec::new();
    for (name, text) in found {
        if !marks.iter().any(|(other, _)| *other == name) {
            let mark = entry(&name, &text, siblings);
            marks.push((name, mark));
        }
    }
    marks.into_iter().map(|(_, mark)| mark).collect()
}

/// The name in an entry of the mark.
pub(crate) fn name(entry: &Value) -> Option<&str> {
    entry.as_str().or_else(|| entry.get("name")?.as_str())
}

fn demands(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    ["required", "mandatory", "must"].iter().any(|word| lower.contains(word))
}

fn entry(name: &str, text: &str, siblings: &[Sibling]) -> Value {
    let lower = format!(" {} ", text.to_lowercase());
    let values = values(text);
    let is_open = [" if ", " when ", " where ", " unless "].iter().any(|word| lower.contains(word));
    if let Some((field, value)) = equation(text) {
        return json!({ "name": name, "if": { field: [value] } });
    }
    if values.is_empty() && !is_open {
        return json!(name);
    }
    let lists = |(_, listed): &&Sibling| {
        !values.is_empty() && values.iter().all(|value| listed.contains(value))
    };
    let mut fields = siblings.iter().filter(lists);
    match (fields.next(), fields.next()) {
        (Some((field, _)), None) => json!({ "name": name, "if": { field: values } }),
        _ => json!({ "name": name, "when": text.split_whitespace().collect::<Vec<_>>().join(" ") }),
    }
}

/// `type = COMPANY`, in a sentence.
fn equation(text: &str) -> Option<(String, String)> {
    let text = text.replace("==", "=");
    let (before, after) = text.split_once('=')?;
    let is_of_word = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    let trimmed = |text: &str| text.trim_matches(|c: char| !is_of_word(c)).to_owned();
    let field = trimmed(before.split_whitespace().next_back()?);
    let value = trimmed(after.split_whitespace().next()?);
    (!field.is_empty() && !value.is_empty()).then_some((field, value))
}

/// Words in capitals, and what stands in code: values of another field.
fn values(text: &str) -> Vec<String> {
    let coded = text.split('`').skip(1).step_by(2).map(str::to_owned);
    let is_capital = |word: &&str| {
        word.len() > 1
            && word.chars().any(char::is_uppercase)
            && word.chars().all(|c| c.is_uppercase() || c.is_numeric() || c == '_')
    };
    let bare = text.split('`').step_by(2).flat_map(|part| {
        part.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(is_capital)
    });
    coded.chain(bare.map(str::to_owned)).collect()
}

/// The names in a text beside a word that says that something holds for them.
fn names(text: &str) -> Vec<String> {
    let prose: Vec<&str> = text.split('`').step_by(2).collect();
    let prose = prose.join(" # ");
    let mut found = Vec::new();
    for sentence in prose.split(['.', ';']) {
        let words = words(sentence);
        let mut index = 0;
        while index < words.len() {
            let run = run(words.get(index..).unwrap_or_default());
            if run > 0 && is_meant(&words, index, run) {
                let names = words.iter().skip(index).take(run).filter(|word| is_name(word));
                found.extend(names.cloned());
            }
            index += run.max(1);
        }
    }
    found
}

/// The words of a sentence; a comma is one.
fn words(sentence: &str) -> Vec<String> {
    let spaced = sentence.replace(',', " , ");
    let split = spaced.split(|c: char| !(c.is_alphanumeric() || ",#'’_".contains(c)));
    split.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// How many words from the first on are names, with what joins them.
fn run(words: &[String]) -> usize {
    let mut length = 0;
    let mut index = 0;
    while words.get(index).is_some_and(|word| is_name(word)) {
        length = index + 1;
        let joins =
            |at: usize| words.get(at).is_some_and(|it| [",", "and", "or"].contains(&it.as_str()));
        index += 1;
        while joins(index) {
            index += 1;
        }
    }
    length
}

fn is_meant(words: &[String], start: usize, length: usize) -> bool {
    const BEFORE: [&str; 3] = ["for", "on", "by"];
    const NOT: [&str; 7] = ["not", "optional", "except", "unless", "without", "n't", "excluding"];
    let lower = |at: usize| words.get(at).map(|word| word.to_lowercase()).unwrap_or_default();
    let is_after = start > 0 && BEFORE.contains(&lower(start - 1).as_str());
    let is_before = lower(start + length) == "only";
    let clause = words.iter().take(start).rev().take_while(|word| *word != "," && *word != "but");
    let is_denied = clause
        .map(|word| word.to_lowercase())
        .any(|word| NOT.iter().any(|not| word.ends_with(not)));
    (is_after || is_before) && !is_denied
}

/// A capitalised word that only begins a sentence is no name.
fn is_name(word: &str) -> bool {
    const WORDS: [&str; 24] = [
        "Required",
        "Conditional",
        "Conditionally",
        "Yes",
        "No",
        "Only",
        "Optional",
        "Mandatory",
        "All",
        "Any",
        "Every",
        "It",
        "The",
        "If",
        "When",
        "Where",
        "For",
        "On",
        "By",
        "This",
        "Must",
        "Each",
        "Both",
        "Others",
    ];
    let mut letters = word.chars();
    let is_capitalised =
        letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase);
    is_capitalised && !WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cell: &str, description: &str) -> Value {
        let row = Row {
            required: Some(cell.to_owned()),
            description: description.to_owned(),
            ..Row::default()
        };
        let siblings = [("paymentKind".to_owned(), vec!["CASH".to_owned(), "CARD".to_owned()])];
        json!(mark(&row, &siblings))
    }

    #[test]
    fn a_name_beside_a_word_is_a_provider() {
        for cell in [
            "Acme only",
            "Conditional(Acme only)",
            "Yes(Acme Only)",
            "Required for Acme only. It's optional for Others",
            "Required on Acme",
            "Required by Acme",
            "Not required for Zenith, required for Acme",
        ] {
            assert_eq!(of(cell, ""), json!(["Acme"]), "{cell}");
        }
        assert_eq!(of("Acme and Zenith only", ""), json!(["Acme", "Zenith"]));
        assert_eq!(of("-", "A purpose (required by Acme)"), json!(["Acme"]));
    }

    #[test]
    fn what_names_nobody_is_no_mark() {
        for cell in [
            "All providers",
            "Yes",
            "No",
            "Conditional",
            "Required if `kind = CAT`",
            "Optional for Acme",
        ] {
            assert_eq!(of(cell, "Sent on Mondays"), json!([]), "{cell}");
        }
    }

    #[test]
    fn a_value_is_one_of_the_field_that_lists_it() {
        let wanted = json!([{ "name": "Acme", "if": { "paymentKind": ["CARD"] } }]);
        assert_eq!(of("Required when paying by kind `CARD` on Acme", ""), wanted);
        assert_eq!(of("Required when paying by kind CARD on Acme", ""), wanted);
        let wanted = json!([{ "name": "Acme", "if": { "kind": ["CAT"] } }]);
        assert_eq!(of("Required if kind = CAT on Acme", ""), wanted);
    }

    #[test]
    fn a_condition_that_nothing_decides_is_kept_in_words() {
        let when = "Required when paying `LATE` on Acme";
        assert_eq!(of(when, ""), json!([{ "name": "Acme", "when": when }]));
        let when = "Required on Acme if unpaid";
        assert_eq!(of(when, ""), json!([{ "name": "Acme", "when": when }]));
    }
}
