//! What the words of a row mean: for whom it is required, its values, type, format and default.

use super::read::words;
use super::row::Row;

/// For whom a field is required, as the page words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Always,
    Never,
    /// For some callers only.
    Sometimes,
    /// If another field has this value.
    If {
        field: String,
        value: String,
    },
    Unstated,
}

/// Words after which something holds for some callers only.
const CONDITIONS: [&str; 14] = [
    "if",
    "when",
    "where",
    "unless",
    "only",
    "except",
    "depends",
    "depending",
    "conditional",
    "conditionally",
    "otherwise",
    "case",
    "once",
    "for",
];

impl Row {
    /// What its column says; where that says nothing, what stands beside its name or type, or begins its
    /// description.
    pub(crate) fn need(&self) -> Need {
        let column = self.required.as_deref().map_or(Need::Unstated, need_of);
        if column != Need::Unstated {
            return column;
        }
        let remarks = format!("{} {}", self.beside, words(&self.kind)).to_ascii_lowercase();
        let description = words(&self.description);
        let lower = description.to_ascii_lowercase();
        let begins = |word: &str| {
            let rest = lower.strip_prefix(word);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ',', ':', ';']))
        };
        let has_word =
            |word: &str| remarks.split(|c: char| !c.is_alphanumeric()).any(|it| it == word);
        let says = |word: &str| {
            let bracketed = [format!("({word})"), format!("[{word}]")];
            has_word(word) || begins(word) || bracketed.iter().any(|it| lower.contains(it))
        };
        let is_conditional = ["required if ", "required when ", "required for ", "conditional"];
        if is_conditional.iter().any(|start| lower.starts_with(start)) {
            return need_of(description.split(". ").next().unwrap_or_default());
        }
        match (says("optional"), says("required") || says("mandatory")) {
            (true, false) => Need::Never,
            (false, true) if CONDITIONS.iter().any(|word| has_word(word)) => Need::Sometimes,
            (false, true) => Need::Always,
            (false, false) if says("conditional") => Need::Sometimes,
            _ => Need::Unstated,
        }
    }

    /// The format that the type or the description names, as JSON Schema calls it.
    pub(crate) fn format(&self) -> Option<&'static str> {
        let kind = self.kind.to_lowercase();
        let text = format!("{kind} {}", self.description);
        // A day that a time follows is no date; one with a space between is no format of JSON Schema.
        let after_day = text
            .split_once("YYYY-MM-DD")
            .map(|(_, rest)| rest.trim_start_matches(['\'', '`', ' ', '"']).to_ascii_lowercase());
        let has_time = after_day.as_deref().is_some_and(|rest| {
            rest.starts_with("hh") || rest.starts_with("t'") || rest.starts_with("thh")
        });
        let formats = [
            ("date-time", kind.starts_with("date(") && kind.contains("hh:mm")),
            ("date-time", ["datetime", "date-time"].contains(&kind.as_str())),
            (
                "date",
                after_day.is_some() && !has_time || kind == "date" || kind == "date(yyyy-mm-dd)",
            ),
            ("ISO 3166-1 alpha-2", text.contains("ISO 3166-1 alpha-2")),
            ("ISO 4217", text.contains("ISO 4217")),
            ("uuid", kind == "uuid"),
        ];
        formats.into_iter().find_map(|(format, is_named)| is_named.then_some(format))
    }

    /// The type in JSON Schema's words; none where several are named.
    pub(crate) fn json_type(&self) -> Option<&'static str> {
        let kind = self.kind.to_lowercase();
        if kind.trim_start().starts_with('[') || kind.contains("[]") {
            return Some("array");
        }
        // What stands in brackets is the items, or a remark.
        let outside = kind.split(['(', '<', '[', '{']).next().unwrap_or_default();
        let split = outside.split(|c: char| !c.is_alphanumeric());
        let mut types: Vec<_> = split.filter_map(type_of).collect();
        types.dedup();
        match types.as_slice() {
            [one] => Some(one),
            [first, .., last] if *first == "array" || *last == "array" => Some("array"),
            _ => None,
        }
    }

    /// Whether it is an amount of money, which has digits after the point.
    pub(crate) fn is_money(&self) -> bool {
        const NAMES: [&str; 12] = [
            "amount", "price", "fee", "balance", "cost", "charge", "tax", "discount", "rate",
            "amounts", "fees", "money",
        ];
        const WHOLE: [&str; 4] = ["minor unit", "smallest", "cents", "whole number"];
        let kind = self.kind.to_lowercase();
        let description = self.description.to_lowercase();
        if WHOLE.iter().any(|word| description.contains(word)) {
            return false;
        }
        let first = kind.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
        match first {
            Some("decimal" | "double" | "float" | "bigdecimal" | "money") => true,
            Some("number") => {
                let about = ["amount", "price", "money"];
                let mut told = description.split(|c: char| !c.is_alphanumeric());
                parts_of(&self.name).iter().any(|part| NAMES.contains(&part.as_str()))
                    || told.any(|word| about.contains(&word))
            }
            _ => false,
        }
    }

    /// What is taken where nothing is sent.
    pub(crate) fn default_value(&self) -> Option<String> {
        let listed = self.default.as_deref().map(words);
        if let Some(listed) = listed.filter(|text| text.chars().any(char::is_alphanumeric)) {
            return single(&listed);
        }
        const STARTS: [&str; 5] =
            ["default value is", "default value:", "default:", "defaults to", "default is"];
        let text = words(&self.description);
        let lower = text.to_ascii_lowercase();
        let is_number_next =
            |rest: &str| rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
        let start = STARTS.iter().find_map(|start| Some(lower.find(start)? + start.len()));
        let bare = || {
            let at = lower.find("default ")? + "default ".len();
            is_number_next(lower.get(at..)?).then_some(at)
        };
        single(text.get(start.or_else(bare)?..)?)
    }
}

/// Whether a row is of an id that the client makes unique for each request, so that the same request can be told
/// when it comes again.
pub(crate) fn is_request_id(row: &Row) -> bool {
    let words = format!("{} {}", row.description, row.required.as_deref().unwrap_or_default());
    let words = words.to_lowercase();
    let has = |word: &str| words.contains(word);
    let name = row.name.to_lowercase().replace(['_', '-'], "");
    let is_named =
        ["requestid", "requestref", "requestreference", "idempotencykey", "idempotencyid"];
    let is_named = is_named.iter().any(|it| name.ends_with(it));
    let by_client = ["client", "caller", "by you", "your", "merchant", "idempoten"];
    let is_said = has("unique") && by_client.iter().any(|word| has(word)) || has("idempoten");
    row.json_type().is_none_or(|kind| kind == "string") && is_named && is_said
}

/// The one word or code that a text begins with; none where it goes on as a sentence.
fn single(text: &str) -> Option<String> {
    const NO_VALUES: [&str; 6] = ["none", "null", "empty", "n", "the", "no"];
    let text = text.trim_start_matches([' ', ':', '=']);
    if let Some(rest) = text.strip_prefix('`') {
        let (code, _) = rest.split_once('`')?;
        return Some(unquoted(code)).filter(|code| !code.is_empty());
    }
    let end = text.find([')', ',', ';', ']', ' ']).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let goes_on = !rest.trim_start().is_empty() && rest.starts_with(' ') && !word.ends_with('.');
    let word = unquoted(word);
    let is_value = !word.is_empty() && !goes_on && !NO_VALUES.contains(&&*word.to_lowercase());
    is_value.then_some(word)
}

/// What a cell says of for whom a field is required.
fn need_of(cell: &str) -> Need {
    let cell = words(cell);
    let lower = cell.to_ascii_lowercase();
    if lower.starts_with(['✓', '✔', '✅', '☑']) {
        return Need::Always;
    }
    if lower.starts_with(['✗', '✘', '❌']) {
        return Need::Never;
    }
    let mut split = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = split.next().unwrap_or_default();
    // `for all` excepts nobody.
    let everybody = ["for all", "for every", "for any"].iter().any(|words| lower.contains(words));
    let has_condition =
        split.any(|word| CONDITIONS.contains(&word) && !(word == "for" && everybody));
    match first {
        _ if ["n/a", "na", "x"].contains(&lower.as_str()) => Need::Unstated,
        "all" | "always" if !has_condition => Need::Always,
        "yes" | "true" | "all" | "always" | "required" | "mandatory" | "y" | "m" | "must" => {
            match (has_condition, names_somebody(&cell)) {
                (true, _) => condition_of(&cell),
                // `Required by Acme`: of whom else it is true is not said.
                (false, true) if !everybody => Need::Unstated,
                (false, _) => Need::Always,
            }
        }
        "no" | "false" | "optional" | "never" | "n" | "o" => negation(&lower, has_condition),
        "not" if ["not required", "not mandatory"].iter().any(|start| lower.starts_with(start)) => {
            if has_condition {
                Need::Sometimes
            } else {
                Need::Never
            }
        }
        first if !first.starts_with(char::is_alphabetic) => Need::Unstated,
        _ => condition_of(&cell),
    }
}

/// Whether a name follows the first word.
fn names_somebody(cell: &str) -> bool {
    let words = cell.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.skip(1).any(|word| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.next().is_some_and(char::is_lowercase)
    })
}

/// `No, if not provided …` is for all, `No, but required in …` and `No, unless …` are not.
fn negation(lower: &str, has_condition: bool) -> Need {
    let says_required = lower.contains("required") || lower.contains("mandatory");
    let says_not = lower.contains("not required") || lower.contains("not mandatory");
    let is_open = says_required && !says_not || has_condition && !is_about_absence(lower);
    if is_open { Need::Sometimes } else { Need::Never }
}

/// Whether a condition only says what happens if nothing is sent: `No, if not provided …`.
fn is_about_absence(lower: &str) -> bool {
    const ABSENT: [&str; 9] = [
        "not provided",
        "not given",
        "not set",
        "not specified",
        "not sent",
        "not present",
        "omitted",
        "absent",
        "empty",
    ];
    let condition = lower.split_once("if ").or_else(|| lower.split_once("when "));
    condition.is_some_and(|(_, rest)| {
        let rest = rest.trim_start_matches("it is ").trim_start_matches("it's ");
        let rest = rest.trim_start_matches("is ").trim_start_matches("left ");
        ABSENT.iter().any(|word| rest.starts_with(word))
    })
}

/// `if type = COMPANY`, or a condition in other words.
fn condition_of(cell: &str) -> Need {
    let lower = format!(" {}", cell.to_ascii_lowercase());
    let starts = [" if ", " when ", " where "];
    let Some(at) = starts.iter().find_map(|start| Some(lower.find(start)? + start.len())) else {
        return Need::Sometimes;
    };
    // The value keeps its case: it is what goes over the wire.
    let condition = cell.get(at.saturating_sub(1)..).unwrap_or_default();
    let parts = condition.split_once("==").or_else(|| condition.split_once('='));
    let Some((field, value)) = parts else { return Need::Sometimes };
    let (field, value) = (unquoted(field), unquoted(value));
    let is_one = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_.-".contains(c))
    };
    // More than one field and value is a condition that is no `=`.
    if is_one(&field) && is_one(&value) { Need::If { field, value } } else { Need::Sometimes }
}

fn type_of(word: &str) -> Option<&'static str> {
    match word {
        "string" | "str" | "text" | "date" | "datetime" | "uuid" | "enum" | "varchar" => {
            Some("string")
        }
        "integer" | "int" | "long" | "int32" | "int64" | "bigint" => Some("integer"),
        "number" | "double" | "float" | "decimal" | "bigdecimal" | "money" => Some("number"),
        "boolean" | "bool" => Some("boolean"),
        "object" | "map" | "json" => Some("object"),
        "array" | "list" => Some("array"),
        _ => None,
    }
}

/// `fundingAmount` and `funding_amount` are `funding` and `amount`.
fn parts_of(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for character in name.chars() {
        if !character.is_alphanumeric() || character.is_uppercase() {
            parts.push(String::new());
        }
        if let Some(last) = parts.last_mut().filter(|_| character.is_alphanumeric()) {
            last.extend(character.to_lowercase());
        }
    }
    parts
}

/// A word without the marks and the point around it.
pub(crate) fn unquoted(text: &str) -> String {
    text.trim_matches(|c: char| "`'\"*., ;".contains(c)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(cell: &str) -> Need {
        Row { required: Some(cell.to_owned()), ..Row::default() }.need()
    }

    #[test]
    fn what_is_conditional_is_for_some() {
        for cell in [
            "Conditional",
            "Conditional(Acme only)",
            "Yes(Acme Only)",
            "Required for Acme only. It's optional for others",
            "Required when creating a pet with type `CAT` on Acme",
            "No, but required for cats",
            "Optional, mandatory in Norway",
            "Yes, unless kind = CAT",
            "Required if kind != CAT",
            "Required if kind = CAT or kind = DOG",
        ] {
            assert_eq!(need(cell), Need::Sometimes, "{cell}");
        }
    }

    #[test]
    fn what_happens_if_nothing_is_sent_is_no_condition() {
        for cell in ["No, if not provided it is chosen", "No. If omitted, all", "Optional"] {
            assert_eq!(need(cell), Need::Never, "{cell}");
        }
    }

    #[test]
    fn one_field_and_value_are_a_condition_with_or_without_marks() {
        let wanted = Need::If { field: "kind".to_owned(), value: "CAT".to_owned() };
        for cell in [
            "Required if kind = CAT",
            "Required if `kind = CAT`",
            "Yes if `kind` == `CAT`",
            "If kind = CAT",
            "Required when kind=CAT.",
        ] {
            assert_eq!(need(cell), wanted, "{cell}");
        }
    }

    #[test]
    fn a_cell_without_words_states_nothing() {
        for cell in ["", "-", "–", "N/A", "1", "x"] {
            assert_eq!(need(cell), Need::Unstated, "{cell}");
        }
    }

    /// Small letters of some scripts are longer than the large ones.
    #[test]
    fn letters_that_grow_in_lower_case_are_no_trouble() {
        assert_eq!(need("İİİ if İ = İİ"), Need::If { field: "İ".into(), value: "İİ".into() });
    }

    #[test]
    fn a_default_is_one_word() {
        let default = |description: &str| {
            Row { description: description.to_owned(), ..Row::default() }.default_value()
        };
        assert_eq!(default("(default: 0)").as_deref(), Some("0"));
        assert_eq!(default("Default value is `a b`.").as_deref(), Some("a b"));
        assert_eq!(default("default 10"), Some("10".to_owned()));
        assert_eq!(default("Default: the day before"), None);
        assert_eq!(default("The default color"), None);
    }
}
