//! A row of a table: the field that it names, how deep it is nested, and its columns.

use super::read::words;
use crate::bounds::MAX_ROW_DEPTH;

/// What is said of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// How deep it is nested in rows above it.
    pub(crate) depth: usize,
    /// How many marks and how much space stand before the name: deeper than a row with less.
    pub(crate) weight: (usize, usize),
    /// What stands beside the name in its cell: `(optional)`.
    pub(crate) beside: String,
    /// The column that names a type.
    pub(crate) kind: String,
    /// The column that says for whom it is required, where there is one.
    pub(crate) required: Option<String>,
    /// The column that says what is sent if it is absent.
    pub(crate) default: Option<String>,
    /// The column that lists its values.
    pub(crate) listed: Option<String>,
    /// The column that says where it goes: `query`, `body`.
    pub(crate) location: Option<String>,
    pub(crate) description: String,
    /// The row as it stands on the page.
    pub(crate) quote: String,
}

impl Row {
    /// A row of a table whose column `name_column` names fields.
    pub(crate) fn of_cells(columns: &[String], cells: &[String], name_column: usize) -> Self {
        let column = |is_wanted: &dyn Fn(&str) -> bool| {
            let mut heads = columns.iter().enumerate().filter(|(index, _)| *index != name_column);
            let (index, _) = heads.find(|(_, head)| is_wanted(head))?;
            cells.get(index).map(|cell| cell.trim().to_owned())
        };
        let has = |words: &'static [&'static str]| {
            move |head: &str| words.iter().any(|word| head.contains(word))
        };
        let is_of_type = |head: &str| {
            head.contains("type") && !head.contains("required") && !head.starts_with("param")
        };
        let is_location =
            |head: &str| ["in", "location", "where", "located in", "param type"].contains(&head);
        let is_optional = |head: &str| head.starts_with("optional") && !head.contains("require");
        let required = column(&has(&["require", "mandatory", "presence", "m/o"]));
        let quote: Vec<_> = cells.iter().map(|cell| words(cell)).collect();
        Self {
            kind: column(&is_of_type).unwrap_or_default(),
            required: required.or_else(|| column(&is_optional).map(|cell| opposite(&cell))),
            default: column(&|head| head.starts_with("default")),
            listed: column(&has(&["values", "enum"])),
            location: column(&is_location),
            description: column(&has(&["descr"]))
                .or_else(|| column(&has(&["note", "comment", "meaning", "remark", "detail"])))
                .unwrap_or_default(),
            quote: quote.join(" | "),
            ..Self::named(cells.get(name_column).map_or("", String::as_str))
        }
    }

    /// A row whose cell of the name is this; without a name, if the cell holds something else.
    pub(crate) fn named(cell: &str) -> Self {
        let (weight, rest) = marks(cell);
        let rest = rest.replace(" -> ", ".").replace("->", ".").replace(" > ", ".");
        let rest = rest.trim_matches(|c: char| "*: \u{a0}\n".contains(c));
        let end = rest.find(|c: char| c == '`' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, beside) = rest.split_at(end);
        let beside = words(beside.trim_start_matches('`'));
        let name = name.trim_matches(|c: char| "`*:,".contains(c));
        let is_name = name.chars().any(char::is_alphanumeric) && is_remark(&beside);
        let name = if is_name { name.to_owned() } else { String::new() };
        Self { name, weight, beside, ..Self::default() }
    }
}

/// What a column of optional fields says, as a column of required ones would.
fn opposite(cell: &str) -> String {
    let lower = cell.trim().to_ascii_lowercase();
    match lower.as_str() {
        "yes" | "true" | "y" => "no".to_owned(),
        "no" | "false" | "n" => "yes".to_owned(),
        _ => cell.to_owned(),
    }
}

/// Whether what stands beside a name is about it: `(optional)`, `string`, but not the rest of a sentence.
fn is_remark(beside: &str) -> bool {
    const REMARKS: [&str; 10] = [
        "required",
        "optional",
        "mandatory",
        "conditional",
        "deprecated",
        "nullable",
        "string",
        "integer",
        "number",
        "boolean",
    ];
    let is_known = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        word.is_empty() || REMARKS.contains(&word.as_str())
    };
    beside.starts_with(['(', '[']) || beside.split_whitespace().all(is_known)
}

/// The marks that stand before a nested name: how many, how much space is before them, and the rest.
fn marks(cell: &str) -> ((usize, usize), &str) {
    let (mut marks, mut space, mut is_after_mark) = (0, 0, false);
    let mut rest = cell;
    while let Some(first) = rest.chars().next() {
        let after = rest.strip_prefix(first).unwrap_or_default();
        match first {
            // The line of `└─` belongs to its corner.
            '-' | '–' | '—' | '─' | '━' | '>' if is_after_mark => {
                is_after_mark = first != '>'
            }
            '-' | '–' | '—' | '─' | '>' => {
                marks += 1;
                is_after_mark = after.starts_with('>');
            }
            '↳' | '→' | '»' | '›' | '•' | '◦' | '└' | '├' | '│' | '┗' | '╰' | '┣' =>
            {
                marks += 1;
                is_after_mark = true;
            }
            '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{3000}' if marks == 0 => space += 1,
            // A name that starts with a dot is one level deeper for each.
            '.' => marks += 1,
            '`' | '*' => is_after_mark = false,
            first if first.is_whitespace() => is_after_mark = false,
            _ => break,
        }
        rest = after;
    }
    ((marks, space), rest)
}

/// Sets the depth of each row: one more than that of the row above with fewer marks.
pub(crate) fn set_depths(rows: &mut [Row]) {
    let mut above: Vec<(usize, usize)> = Vec::new();
    for row in rows {
        while above.last().is_some_and(|last| *last >= row.weight) {
            above.pop();
        }
        row.depth = above.len().min(MAX_ROW_DEPTH);
        above.push(row.weight);
    }
}

/// A field with those that are nested in it, whether by marks, dots or brackets.
#[derive(Debug)]
pub(crate) struct Entry<'r> {
    pub(crate) name: String,
    pub(crate) row: &'r Row,
    /// Its row is that of a nested field: `owner` of `owner.name`.
    pub(crate) is_implied: bool,
    pub(crate) children: Vec<Entry<'r>>,
}

/// The rows of a table as a tree. A name that the schema has as it is written is no path.
pub(crate) fn entries<'r>(rows: &'r [Row], is_written: &dyn Fn(&str) -> bool) -> Vec<Entry<'r>> {
    below(rows, is_written, &[])
}

fn below<'r>(
    rows: &'r [Row],
    is_written: &dyn Fn(&str) -> bool,
    parents: &[String],
) -> Vec<Entry<'r>> {
    let mut list = Vec::new();
    let mut rows = rows;
    while let [row, after @ ..] = rows {
        // Deeper rows describe the fields of the row that they follow.
        let deeper = after.iter().take_while(|other| other.depth > row.depth).count();
        let (nested, next) = after.split_at(deeper);
        let mut path = match is_written(&row.name) {
            true => vec![row.name.clone()],
            false => path_of(&row.name),
        };
        // A nested row may name its field from the top.
        if path.len() > parents.len() && path.starts_with(parents) {
            path.drain(..parents.len());
        }
        let whole = [parents, path.as_slice()].concat();
        let children = below(nested, is_written, &whole);
        insert(&mut list, &path, row, children);
        rows = next;
    }
    list
}

fn insert<'r>(list: &mut Vec<Entry<'r>>, path: &[String], row: &'r Row, children: Vec<Entry<'r>>) {
    let [name, rest @ ..] = path else { return };
    let known =
        list.iter().position(|entry| entry.name == *name && (!rest.is_empty() || entry.is_implied));
    let index = known.unwrap_or_else(|| {
        list.push(Entry { name: name.clone(), row, is_implied: true, children: Vec::new() });
        list.len() - 1
    });
    let Some(entry) = list.get_mut(index) else { return };
    if rest.is_empty() {
        (entry.row, entry.is_implied) = (row, false);
        entry.children.extend(children);
    } else {
        insert(&mut entry.children, rest, row, children);
    }
}

/// `items[].name` is `name` in `items`.
fn path_of(name: &str) -> Vec<String> {
    // `1.0` is a number.
    if name.parse::<f64>().is_ok() {
        return vec![name.to_owned()];
    }
    let parts = name.split('.').map(|part| part.split('[').next().unwrap_or_default());
    let parts = parts.filter(|part| !part.is_empty() && *part != "$");
    let path: Vec<String> = parts.map(str::to_owned).collect();
    match path.is_empty() || path.len() > MAX_ROW_DEPTH {
        true => vec![name.to_owned()],
        false => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cell: &str) -> Row {
        Row::named(cell)
    }

    #[test]
    fn rows_of_any_depth_make_no_deeper_tree_than_is_allowed() {
        let mut rows: Vec<_> =
            (0..2000).map(|depth| row(&format!("{}a", "└─".repeat(depth)))).collect();
        set_depths(&mut rows);
        assert_eq!(rows.iter().map(|row| row.depth).max(), Some(MAX_ROW_DEPTH));
        let tree = entries(&rows, &|_| false);
        assert_eq!(tree.len(), 1);
    }

    #[test]
    fn a_name_of_too_many_parts_is_no_path() {
        let name = vec!["a"; 100_000].join(".");
        assert_eq!(path_of(&name), std::slice::from_ref(&name));
    }

    #[test]
    fn a_nested_row_may_name_its_field_from_the_top() {
        let mut rows = vec![row("owner"), row("└─ owner.name")];
        set_depths(&mut rows);
        let tree = entries(&rows, &|_| false);
        let names: Vec<_> = tree[0].children.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["name"]);
    }

    #[test]
    fn marks_inside_of_code_are_marks() {
        let row = row("`└─ name`");
        assert_eq!((row.name.as_str(), row.weight), ("name", (1, 0)));
    }

    #[test]
    fn the_line_of_a_corner_is_no_mark_of_its_own() {
        assert_eq!(row("└── name").weight, row("└─ name").weight);
    }

    #[test]
    fn each_arrow_is_a_mark() {
        assert_eq!(row("->-> name").weight, (2, 0));
    }
}
