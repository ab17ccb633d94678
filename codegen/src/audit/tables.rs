//! What an operation's description says in tables and lists, read as Markdown.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A table or a list of fields, with the words that stand over it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// Headings and paragraphs since the table before, the nearest last.
    pub(super) over: Vec<String>,
    /// The heads of its columns; none for a list.
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// What is said of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) name: String,
    /// How many `└─` stand before the name.
    pub(super) depth: usize,
    /// The column that names a type.
    pub(super) kind: String,
    /// The column that says for whom it is required, where there is one.
    pub(super) required: Option<String>,
    pub(super) description: String,
    /// The row as it stands on the page.
    pub(super) quote: String,
}

/// All tables and lists of fields, in their order.
pub(super) fn read(description: &str) -> Vec<Table> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(description, Options::ENABLE_TABLES) {
        reader.read(event);
    }
    reader.tables
}

#[derive(Default)]
struct Reader {
    tables: Vec<Table>,
    over: Vec<String>,
    /// The table that is being read.
    table: Option<Table>,
    cells: Vec<String>,
    text: String,
    list_depth: usize,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Table(_)) => self.start_table(),
            Event::Start(Tag::List(_)) => {
                if self.list_depth == 0 {
                    self.start_table();
                }
                self.list_depth += 1;
            }
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell | Tag::Item) => {
                self.text.clear();
            }
            Event::Text(words) => self.text.push_str(&words),
            Event::Code(words) => self.text.push_str(&format!("`{words}`")),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_)) if self.list_depth == 0 => {
                self.over.push(self.text.trim().to_owned());
            }
            Event::End(TagEnd::TableCell) => self.cells.push(self.text.trim().to_owned()),
            Event::End(TagEnd::TableHead) => {
                let columns = std::mem::take(&mut self.cells);
                if let Some(table) = &mut self.table {
                    table.columns = columns.iter().map(|name| name.to_lowercase()).collect();
                }
            }
            Event::End(TagEnd::TableRow) => self.end_row(),
            Event::End(TagEnd::Item) => self.end_item(),
            Event::End(TagEnd::Table) => self.end_table(),
            Event::End(TagEnd::List(_)) => {
                self.list_depth = self.list_depth.saturating_sub(1);
                if self.list_depth == 0 {
                    self.end_table();
                }
            }
            _ => {}
        }
    }

    fn start_table(&mut self) {
        let over = std::mem::take(&mut self.over);
        self.table = Some(Table { over, ..Table::default() });
    }

    fn end_table(&mut self) {
        self.tables.extend(self.table.take().filter(|table| !table.rows.is_empty()));
    }

    fn end_row(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        let Some(table) = &mut self.table else { return };
        let column = |is_wanted: &dyn Fn(&str) -> bool| {
            let index = table.columns.iter().skip(1).position(|name| is_wanted(name))? + 1;
            cells.get(index).cloned()
        };
        let kind = column(&|name| name.contains("type") && !name.contains("required"));
        let row = Row {
            kind: kind.unwrap_or_default(),
            required: column(&|name| name.contains("required") || name.contains("mandatory")),
            description: column(&|name| name.contains("descr")).unwrap_or_default(),
            quote: cells.join(" | "),
            ..Row::named(cells.first().map_or("", String::as_str))
        };
        table.rows.push(row);
    }

    /// `customerId:` and what it is.
    fn end_item(&mut self) {
        let text = std::mem::take(&mut self.text);
        let Some(table) = &mut self.table else { return };
        let name = match text.trim().strip_prefix('`').and_then(|rest| rest.split_once('`')) {
            Some((name, _)) => name,
            None => text.split([':', ' ']).next().unwrap_or_default(),
        };
        let text = text.trim().to_owned();
        table.rows.push(Row { description: text.clone(), quote: text, ..Row::named(name) });
    }
}

impl Row {
    fn named(cell: &str) -> Self {
        let depth = cell.matches('└').count();
        let name = cell.trim_start_matches(|c: char| "└─ \u{a0}↳>-".contains(c));
        let name = name.trim_matches(|c: char| "`*: ".contains(c)).to_owned();
        Self { name, depth, ..Self::default() }
    }
}

/// Whether a column with this head names fields.
pub(crate) fn names_fields(head: &str) -> bool {
    const NAMES: [&str; 8] =
        ["field", "name", "parameter", "property", "key", "attribute", "param", "argument"];
    let head = head.trim_matches(['*', '`', ' ']).to_lowercase();
    NAMES.iter().any(|name| head.starts_with(name))
}

impl Table {
    /// Whether the first column names fields.
    pub(super) fn is_of_fields(&self) -> bool {
        self.columns.first().is_none_or(|first| names_fields(first))
    }

    /// Whether another has the same columns and rows, whatever stands over it.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        (&self.columns, &self.rows) == (&other.columns, &other.rows)
    }

    pub(super) fn is_list(&self) -> bool {
        self.columns.is_empty()
    }

    /// The words over it, as one text.
    pub(super) fn heading(&self) -> String {
        self.over.join(" / ")
    }
}

/// HTTP status codes in a text.
pub(super) fn status_codes(text: &str) -> Vec<u16> {
    let numbers = text.split(|c: char| !c.is_ascii_alphanumeric());
    let codes = numbers.filter(|word| word.len() == 3).filter_map(|word| word.parse().ok());
    codes.filter(|code| (100..600).contains(code)).collect()
}

/// For whom a field is required, as the page words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Need {
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

impl Row {
    pub(super) fn need(&self) -> Need {
        let Some(words) = &self.required else { return Need::Unstated };
        let lower = words.trim().to_lowercase();
        if let Some((_, condition)) = lower.split_once(" if ") {
            // The value keeps its case: it is what goes over the wire.
            let condition = &words.trim()[words.trim().len() - condition.len()..];
            let parts = condition.split_once("==").or_else(|| condition.split_once('='));
            return match parts {
                Some((field, value)) => Need::If { field: unquoted(field), value: unquoted(value) },
                None => Need::Sometimes,
            };
        }
        match first_word(&lower) {
            "" => Need::Unstated,
            "yes" | "true" | "all" | "always" | "required" | "mandatory" | "y" => Need::Always,
            "no" | "false" | "optional" | "never" | "n" => Need::Never,
            _ => Need::Sometimes,
        }
    }

    /// The values that the description lists as the only ones.
    pub(super) fn values(&self) -> Vec<String> {
        const PHRASES: [&str; 7] = [
            "acceptable values",
            "accepted values",
            "allowed values",
            "possible values",
            "valid values",
            "one of",
            "either",
        ];
        let lower = self.description.to_lowercase();
        let Some(at) = PHRASES.iter().filter_map(|phrase| lower.find(phrase)).min() else {
            return Vec::new();
        };
        // Lower case may have other lengths than the text in rare scripts.
        let text = self.description.get(at..).unwrap_or(&self.description);
        let sentence = text.split(". ").next().unwrap_or(text);
        let values: Vec<_> = sentence.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        if values.len() > 1 { values } else { Vec::new() }
    }

    /// The format that the type or the description names, as JSON Schema calls it.
    pub(super) fn format(&self) -> Option<&'static str> {
        let kind = self.kind.to_lowercase();
        let text = format!("{kind} {}", self.description);
        let formats = [
            ("date-time", kind.starts_with("date(") && kind.contains("hh:mm")),
            ("date", text.contains("YYYY-MM-DD") || kind == "date" || kind == "date(yyyy-mm-dd)"),
            ("ISO 3166-1 alpha-2", text.contains("ISO 3166-1 alpha-2")),
            ("ISO 4217", text.contains("ISO 4217")),
            ("uuid", kind == "uuid"),
        ];
        formats.into_iter().find_map(|(format, is_named)| is_named.then_some(format))
    }

    /// The type in JSON Schema's words.
    pub(super) fn json_type(&self) -> Option<&'static str> {
        match first_word(&self.kind.to_lowercase()) {
            "string" | "str" | "text" | "date" | "datetime" | "uuid" | "enum" => Some("string"),
            "integer" | "int" | "long" => Some("integer"),
            "number" | "double" | "float" | "decimal" => Some("number"),
            "boolean" | "bool" => Some("boolean"),
            "object" | "map" => Some("object"),
            "array" | "list" => Some("array"),
            _ => None,
        }
    }
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

fn unquoted(text: &str) -> String {
    text.trim_matches(|c: char| "`'\"*. ".contains(c)).to_owned()
}
