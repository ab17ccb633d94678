//! What an operation's description says in tables and lists, read as Markdown.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A table or a list of fields, with the words that stand over it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// Headings and paragraphs since the table before, the nearest last.
    pub(super) over: Vec<String>,
    /// The words over its columns; none for a list.
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
        reader.take(event);
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
    in_list: usize,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Table(_)) => self.start(),
            Event::Start(Tag::List(_)) => {
                if self.in_list == 0 {
                    self.start();
                }
                self.in_list += 1;
            }
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell | Tag::Item) => {
                self.text.clear()
            }
            Event::Text(words) => self.text.push_str(&words),
            Event::Code(words) => self.text.push_str(&format!("`{words}`")),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_)) if self.in_list == 0 => {
                self.over.push(std::mem::take(&mut self.text).trim().to_owned());
            }
            Event::End(TagEnd::TableCell) => {
                self.cells.push(std::mem::take(&mut self.text).trim().to_owned());
            }
            Event::End(TagEnd::TableHead) => {
                let columns = std::mem::take(&mut self.cells);
                if let Some(table) = &mut self.table {
                    table.columns = columns.iter().map(|name| name.to_lowercase()).collect();
                }
            }
            Event::End(TagEnd::TableRow) => self.row(),
            Event::End(TagEnd::Item) => self.item(),
            Event::End(TagEnd::Table) => self.end(),
            Event::End(TagEnd::List(_)) => {
                self.in_list = self.in_list.saturating_sub(1);
                if self.in_list == 0 {
                    self.end();
                }
            }
            _ => {}
        }
    }

    fn start(&mut self) {
        let over = std::mem::take(&mut self.over);
        self.table = Some(Table { over, ..Table::default() });
    }

    fn end(&mut self) {
        self.tables.extend(self.table.take().filter(|table| !table.rows.is_empty()));
    }

    fn row(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        let Some(table) = &mut self.table else { return };
        let column = |is: &dyn Fn(&str) -> bool| {
            let at = table.columns.iter().skip(1).position(|name| is(name))? + 1;
            cells.get(at).cloned()
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
    fn item(&mut self) {
        let text = std::mem::take(&mut self.text);
        let Some(table) = &mut self.table else { return };
        let name = match text.trim().strip_prefix('`').and_then(|rest| rest.split_once('`')) {
            Some((name, _)) => name,
            None => text.split([':', ' ']).next().unwrap_or_default(),
        };
        let row = Row { quote: text.trim().to_owned(), ..Row::named(name) };
        table.rows.push(Row { description: text.trim().to_owned(), ..row });
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

impl Table {
    /// Whether the first column names fields.
    pub(super) fn is_of_fields(&self) -> bool {
        const NAMES: [&str; 8] =
            ["field", "name", "parameter", "property", "key", "attribute", "param", "argument"];
        let first = self.columns.first().map(|name| name.trim_matches(['*', '`', ' ']));
        first.is_none_or(|first| NAMES.iter().any(|name| first.starts_with(name)))
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
    Unsaid,
}

impl Row {
    pub(super) fn need(&self) -> Need {
        let Some(words) = &self.required else { return Need::Unsaid };
        let lower = words.trim().to_lowercase();
        let first = lower.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        if let Some((_, condition)) = lower.split_once(" if ") {
            // The value keeps its letters: it is what goes over the wire.
            let condition = &words.trim()[words.trim().len() - condition.len()..];
            let parts = condition.split_once("==").or_else(|| condition.split_once('='));
            return match parts {
                Some((field, value)) => Need::If { field: bare(field), value: bare(value) },
                None => Need::Sometimes,
            };
        }
        match first {
            "" | "-" => Need::Unsaid,
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
        if kind.starts_with("date(") && kind.contains("hh:mm") {
            Some("date-time")
        } else if text.contains("YYYY-MM-DD") || kind == "date" || kind == "date(yyyy-mm-dd)" {
            Some("date")
        } else if text.contains("ISO 3166-1 alpha-2") {
            Some("ISO 3166-1 alpha-2")
        } else if text.contains("ISO 4217") {
            Some("ISO 4217")
        } else if kind == "uuid" {
            Some("uuid")
        } else {
            None
        }
    }

    /// The type in JSON Schema's words.
    pub(super) fn json_type(&self) -> Option<&'static str> {
        let kind = self.kind.to_lowercase();
        let first = kind.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        match first {
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

fn bare(text: &str) -> String {
    text.trim_matches(|c: char| "`'\"*. ".contains(c)).to_owned()
}
