//! What an operation's description says in tables and lists, read as Markdown.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::row::{self, Row};

/// A table or a list of fields, with the words that stand over it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// Headings and paragraphs since the table before, the nearest last.
    pub(crate) over: Vec<String>,
    /// The heads of its columns; none for a list.
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Row>,
    /// The rows that name no field, as they stand on the page.
    pub(crate) unread: Vec<String>,
    /// Where its fields go, if that is said in its rows and not over it.
    pub(crate) location: Option<&'static str>,
}

/// All tables and lists of fields, in their order.
pub(crate) fn read(description: &str) -> Vec<Table> {
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
    /// The words in bold that a text begins with, and whether they are being read.
    bold: Option<String>,
    is_bold: bool,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Table(_)) => self.start_table_of_cells(),
            Event::Start(Tag::List(_)) => self.start_list(),
            Event::Start(Tag::Paragraph | Tag::Heading { .. }) if self.list_depth > 0 => {
                self.text.push(' ');
            }
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell | Tag::Item) => {
                self.text.clear();
                self.bold = None;
            }
            Event::Text(words) => self.text.push_str(&words),
            Event::Code(words) => self.text.push_str(&format!("`{words}`")),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::InlineHtml(tag) => self.text.push_str(line_break(&tag)),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_)) if self.list_depth == 0 => {
                self.over.push(words(&self.text));
            }
            Event::End(TagEnd::TableCell) => self.cells.push(std::mem::take(&mut self.text)),
            Event::End(TagEnd::TableHead) => self.end_head(),
            Event::End(TagEnd::TableRow) => self.end_row(),
            Event::End(TagEnd::Item) => self.end_item(),
            Event::End(TagEnd::Table) => self.end_table(),
            Event::Start(Tag::Strong) => self.is_bold = self.text.trim().is_empty(),
            Event::End(TagEnd::Strong) if self.is_bold => {
                self.bold = Some(self.text.clone());
                self.is_bold = false;
            }
            Event::End(TagEnd::List(_)) => {
                self.list_depth = self.list_depth.saturating_sub(1);
                if self.list_depth == 0 {
                    self.end_table();
                }
            }
            _ => {}
        }
    }

    fn start_table_of_cells(&mut self) {
        if self.list_depth > 0 {
            // An item that holds a table is a heading of it.
            let text = words(&std::mem::take(&mut self.text));
            self.end_table();
            self.over.push(text);
        }
        self.start_table();
    }

    fn start_list(&mut self) {
        if self.list_depth == 0 {
            self.start_table();
        } else {
            // The item that holds the list is a row of its own.
            self.end_item();
        }
        self.list_depth += 1;
    }

    fn start_table(&mut self) {
        let over = std::mem::take(&mut self.over);
        self.table = Some(Table { over, ..Table::default() });
    }

    fn end_head(&mut self) {
        let columns = std::mem::take(&mut self.cells);
        if let Some(table) = &mut self.table {
            table.columns = columns.iter().map(|name| words(name).to_lowercase()).collect();
        }
    }

    fn end_table(&mut self) {
        let Some(mut table) = self.table.take() else { return };
        row::set_depths(&mut table.rows);
        if !table.rows.is_empty() || !table.unread.is_empty() {
            self.tables.push(table);
        } else {
            // What stands over a list of no fields is over the table after it.
            self.over.splice(0..0, table.over);
        }
    }

    fn end_row(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        let Some(table) = &mut self.table else { return };
        // A row of empty cells says nothing that could be lost.
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let row = Row::of_cells(&table.columns, &cells, table.name_column().unwrap_or(0));
        match row.name.is_empty() {
            true => table.unread.push(row.quote),
            false => table.rows.push(row),
        }
    }

    /// `customerId:` and what it is.
    fn end_item(&mut self) {
        let text = words(&std::mem::take(&mut self.text));
        let bold = self.bold.take();
        let Some(table) = &mut self.table else { return };
        let code = text.strip_prefix('`').and_then(|rest| rest.split_once('`'));
        let Some(name) = code.map(|(name, _)| name).or(bold.as_deref()).or(plain_name(&text))
        else {
            return;
        };
        let weight = (self.list_depth.saturating_sub(1), 0);
        let row =
            Row { description: text.clone(), quote: text.clone(), weight, ..Row::named(name) };
        if !row.name.is_empty() {
            table.rows.push(row);
        }
    }
}

/// The name that an item begins with: `limit: …`, `limit (integer)`, but not the first word of a sentence.
fn plain_name(text: &str) -> Option<&str> {
    let (name, rest) = match text.find([':', ' ']) {
        Some(end) => text.split_at(end),
        None => (text, ""),
    };
    let is_name =
        rest.is_empty() || [":", " (", " - ", " – ", " ="].iter().any(|it| rest.starts_with(it));
    is_name.then_some(name)
}

/// What a tag inside of a cell means for its text: a line of its own, or nothing.
fn line_break(tag: &str) -> &'static str {
    let tag = tag.to_ascii_lowercase();
    if tag.starts_with("<li") {
        "\n• "
    } else if ["<br", "<p", "</p", "</li"].iter().any(|start| tag.starts_with(start)) {
        "\n"
    } else {
        ""
    }
}

/// A text on one line.
pub(crate) fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a column with this head names fields.
pub(crate) fn names_fields(head: &str) -> bool {
    const NAMES: [&str; 8] =
        ["field", "name", "parameter", "property", "key", "attribute", "param", "argument"];
    let head = head.trim_matches(['*', '`', ' ']).to_lowercase();
    NAMES.iter().any(|name| head.starts_with(name))
}

impl Table {
    /// The column that names fields: the first, or the one after a number or a location.
    fn name_column(&self) -> Option<usize> {
        const BEFORE: [&str; 7] = ["#", "no", "no.", "nr", "in", "location", "where"];
        let index = self.columns.iter().position(|head| !BEFORE.contains(&head.as_str()))?;
        names_fields(self.columns.get(index)?).then_some(index)
    }

    /// Whether a column names fields.
    pub(crate) fn is_of_fields(&self) -> bool {
        self.is_list() || self.name_column().is_some()
    }

    /// Whether another has the same columns and rows, whatever stands over it.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        (&self.columns, &self.rows) == (&other.columns, &other.rows)
    }

    pub(crate) fn is_list(&self) -> bool {
        self.columns.is_empty()
    }

    /// The words over it, as one text.
    pub(crate) fn heading(&self) -> String {
        self.over.join(" / ")
    }
}

/// HTTP status codes in a text.
pub(crate) fn status_codes(text: &str) -> Vec<u16> {
    let numbers = text.split(|c: char| !c.is_ascii_alphanumeric());
    let codes = numbers.filter(|word| word.len() == 3).filter_map(|word| word.parse().ok());
    codes.filter(|code| (100..600).contains(code)).collect()
}
