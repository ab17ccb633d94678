//! What a row says of its field: its description, and a line of one form for what else it says.

use super::text::{of_cell, sentence};
use crate::tables::row::Row;
use crate::tables::words::Need;

/// How the line begins that says for whom a field is required.
pub(crate) const REQUIRED: &str = "Required: ";

/// What stands in columns that have no place of their own in a schema, as lines.
pub(super) fn words(row: &Row, columns: &[String]) -> String {
    let mut parts = vec![of_cell(&described(row))];
    let listed = |name: &str, cell: &Option<String>| {
        let cell = of_cell(cell.as_deref().unwrap_or_default());
        cell.chars().any(char::is_alphanumeric).then(|| format!("{name}: {}", sentence(&cell)))
    };
    parts.extend(listed("Values", &row.listed));
    parts.extend(listed("Default", &row.default));
    parts.extend(others(row, columns));
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() {
        parts.extend(kind(row));
    }
    parts.join("\n\n")
}

/// A type that says more than its name, where a row has no other words: `date(yyyy-MM-dd)`.
fn kind(row: &Row) -> Option<String> {
    let kind = row.kind.trim().trim_matches(['`', '*']);
    let is_more = kind.chars().any(|c| !c.is_alphanumeric()) && !kind.contains('`');
    (is_more && !columnless(row)).then(|| format!("`{kind}`"))
}

/// An item of a list has its name and its words in one text.
fn columnless(row: &Row) -> bool {
    row.description == row.quote
}

fn described(row: &Row) -> String {
    if !columnless(row) {
        return row.description.clone();
    }
    let text = row.description.trim_start_matches(['`', '*', ' ']);
    let rest = text.strip_prefix(row.name.as_str()).unwrap_or(text);
    let rest = rest.trim_start_matches(|c: char| "`*:–—-= ".contains(c));
    rest.to_owned()
}

/// Columns that mean nothing to the reader of rows, each as `Head: cell.`
fn others(row: &Row, columns: &[String]) -> Vec<String> {
    const KNOWN: [&str; 18] = [
        "type",
        "require",
        "mandatory",
        "presence",
        "m/o",
        "optional",
        "default",
        "values",
        "enum",
        "descr",
        "note",
        "comment",
        "meaning",
        "remark",
        "detail",
        "location",
        "where",
        "#",
    ];
    let cells: Vec<_> = row.quote.split(" | ").collect();
    if columnless(row) || cells.len() != columns.len() {
        return Vec::new();
    }
    let others = columns.iter().zip(cells).filter(|(head, cell)| {
        let is_known = KNOWN.iter().any(|known| head.contains(known))
            || crate::tables::names_fields(head)
            || ["in", "no", "no.", "nr", ""].contains(&head.as_str());
        !is_known && cell.chars().any(char::is_alphanumeric)
    });
    let lines = others.map(|(head, cell)| {
        let mut letters = head.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let head: String = first.chain(letters).collect();
        format!("{head}: {}", sentence(&of_cell(cell)))
    });
    lines.collect()
}

/// What a row says of when its field is required, if that is not what the schema says.
#[derive(Clone, Copy, Debug)]
pub(super) struct InSchema {
    /// The schema requires the field.
    pub(super) is_required: bool,
    /// An example of the page leaves it out.
    pub(super) is_omitted: bool,
    /// The row is about what a caller sends.
    pub(super) is_sent: bool,
}

/// The line that says for whom a field is required: `Required: Acme only.`
pub(super) fn required_line(row: &Row, schema: InSchema) -> Option<String> {
    let cell = row.required.as_deref().map(stated).filter(|cell| !cell.is_empty());
    let condition = match (row.need(), cell) {
        (Need::If { field, value }, _) => format!("if `{field}` is {value}"),
        (Need::Always, cell) if schema.is_sent && !schema.is_required => {
            let cell = cell.unwrap_or_else(|| "always".to_owned());
            let but = match schema.is_omitted {
                true => "the page's own example omits it",
                false => "optional here",
            };
            format!("{cell}, by the table; {but}")
        }
        (Need::Always, _) => return None,
        (Need::Sometimes, Some(cell)) => clean(&cell),
        (Need::Sometimes, None) => clean(&beside(row)?),
        (Need::Never | Need::Unstated, Some(cell)) if says_more(&cell) => clean(&cell),
        _ => return None,
    };
    let condition = sentence(&condition);
    (!condition.is_empty()).then(|| format!("{REQUIRED}{condition}"))
}

fn stated(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a cell says more than yes or no.
fn says_more(cell: &str) -> bool {
    let words = cell.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1);
    words.count() > 1
        && !["n/a", "not required", "not mandatory"].contains(&cell.to_lowercase().as_str())
}

/// A condition that stands beside the name, or begins the description.
fn beside(row: &Row) -> Option<String> {
    let in_name = row.beside.trim_matches(['(', ')', '[', ']', ' ']);
    if in_name.to_lowercase().contains("required") {
        return Some(in_name.to_owned());
    }
    let text = stated(&row.description);
    let first = text.split(". ").next().unwrap_or_default();
    let lower = first.to_lowercase();
    let begins = ["required", "conditional", "mandatory"].iter().any(|it| lower.starts_with(it));
    begins.then(|| first.to_owned())
}

/// A condition without the word that only says that it is one: `Yes(Acme only)` is `Acme only`.
fn clean(cell: &str) -> String {
    const WORDS: [&str; 4] = ["conditional", "required", "mandatory", "yes"];
    let text = cell.trim().trim_end_matches('.').trim_end();
    let lower = text.to_ascii_lowercase();
    let Some(word) = WORDS.iter().find(|word| lower.starts_with(**word)) else {
        return text.to_owned();
    };
    let rest = text.get(word.len()..).unwrap_or_default();
    if rest.starts_with(char::is_alphanumeric) {
        return text.to_owned();
    }
    let rest = rest.trim_start_matches([' ', ':', ',', ';', '-', '–', '—']);
    let inside = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    match inside.unwrap_or(rest).trim() {
        "" => format!("{}; on what, the table does not say", word),
        rest => rest.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IN_SCHEMA: InSchema = InSchema { is_required: false, is_omitted: false, is_sent: true };

    fn line(cell: &str) -> String {
        let row = Row { required: Some(cell.to_owned()), ..Row::default() };
        required_line(&row, IN_SCHEMA).unwrap_or_default()
    }

    #[test]
    fn a_condition_is_in_one_form() {
        for (cell, expected) in [
            ("Acme only", "Required: Acme only."),
            ("Conditional(Acme only)", "Required: Acme only."),
            ("Yes(Acme Only)", "Required: Acme Only."),
            ("Required for Acme only. Else not", "Required: for Acme only. Else not."),
            ("Required if `kind = CAT`", "Required: if `kind` is CAT."),
            ("Required when `kind` is `CAT` on Acme", "Required: when `kind` is `CAT` on Acme."),
            ("Conditional", "Required: conditional; on what, the table does not say."),
            ("No, if not provided we choose", "Required: No, if not provided we choose."),
            ("Required by Acme", "Required: by Acme."),
        ] {
            assert_eq!(line(cell), expected, "{cell}");
        }
    }

    #[test]
    fn yes_and_no_are_the_schemas() {
        for cell in ["No", "Optional", "-", "N/A", "", "Not required"] {
            assert_eq!(line(cell), "", "{cell}");
        }
        let row = Row { required: Some("Yes".to_owned()), ..Row::default() };
        assert_eq!(required_line(&row, InSchema { is_required: true, ..IN_SCHEMA }), None);
    }

    #[test]
    fn what_the_table_says_of_all_and_the_schema_of_none_is_told() {
        assert_eq!(line("All clinics"), "Required: All clinics, by the table; optional here.");
        let row = Row { required: Some("Yes".to_owned()), ..Row::default() };
        let line = required_line(&row, InSchema { is_omitted: true, ..IN_SCHEMA });
        let expected = "Required: Yes, by the table; the page's own example omits it.";
        assert_eq!(line.as_deref(), Some(expected));
    }

    #[test]
    fn an_item_of_a_list_is_described_without_its_name() {
        let text = "`petId:` The pet".to_owned();
        let row =
            Row { name: "petId".into(), description: text.clone(), quote: text, ..Row::default() };
        assert_eq!(words(&row, &[]), "The pet");
    }

    #[test]
    fn other_columns_are_lines() {
        let row = Row { quote: "name | string | 20 | Rex".into(), ..Row::default() };
        let columns = ["field", "type", "max length", "example"].map(str::to_owned);
        assert_eq!(words(&row, &columns), "Max length: 20.\n\nExample: Rex.");
    }
}
