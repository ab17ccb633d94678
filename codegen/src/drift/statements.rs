//! What a documentation page says beside its OpenAPI document and its examples: request line, tables, code,
//! prose. Each statement has a place in the words of the page, so that it is found again in the next version.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::tables::names_fields;
use crate::vendor::Upstream;

/// What a page says, and in which order.
#[derive(Default)]
pub(super) struct Statements {
    /// By their places.
    pub(super) said: BTreeMap<String, String>,
    /// The places, as they first come.
    pub(super) order: Vec<String>,
}

/// The statements of a page; none of a plain OpenAPI file.
pub(super) fn of(page: &Upstream) -> Statements {
    let text = page.page.as_deref().unwrap_or_default();
    let request = page.provenance.request.as_ref();
    let mut reader = Reader {
        text,
        extracted: page.extracted(),
        request_line: request.map(|line| format!("{} {}", line.method, line.url)),
        ..Reader::default()
    };
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        reader.read(event, range);
    }
    // A parser of the document passes over its comments.
    for line in page.text.lines().filter(|line| line.trim_start().starts_with('#')) {
        reader.say("comments in the document".to_owned(), line);
    }
    reader.finish()
}

#[derive(Default)]
struct Reader<'t> {
    text: &'t str,
    extracted: Vec<Range<usize>>,
    request_line: Option<String>,
    statements: Statements,
    /// How many blocks are open around what is read.
    depth: usize,
    /// Where the last block that no other holds ended.
    end: usize,
    heading: String,
    /// The words that stand over the next table.
    label: String,
    /// How many tables stand under the same words.
    labelled: BTreeMap<String, usize>,
    /// What the table that is read is called, and whether its first column names fields.
    table: Option<(String, bool)>,
}

impl Reader<'_> {
    fn read(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => {
                match tag {
                    Tag::TableHead => self.table_head(range),
                    Tag::TableRow => self.row(range),
                    tag if self.depth == 0 => self.block(&tag, range),
                    _ => {}
                }
                self.depth += 1;
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                if matches!(end, TagEnd::Table) {
                    self.table = None;
                }
            }
            _ => {}
        }
    }

    fn block(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        // What Markdown shows nowhere, such as the definition of a link, is said all the same.
        let between = self.text.get(self.end..range.start).unwrap_or_default();
        self.say(format!("under `{}`", self.heading), between);
        self.end = range.end;
        let text = self.text.get(range.clone()).unwrap_or_default();
        match tag {
            Tag::Heading { .. } => {
                self.heading = text.trim().trim_matches('#').trim().to_owned();
                self.label = self.heading.clone();
                self.say("headings".to_owned(), text);
            }
            Tag::Table(_) => {
                let count = self.labelled.entry(self.label.clone()).or_default();
                *count += 1;
                let again = if *count > 1 { format!(" ({count})") } else { String::new() };
                self.table = Some((format!("`{}`{again}", self.label), false));
            }
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or("text"),
                    CodeBlockKind::Indented => "text",
                };
                // Of what is compared as document or example, the fence remains.
                let is_extracted = self.extracted.contains(&range);
                let text =
                    if is_extracted { text.lines().next().unwrap_or_default() } else { text };
                self.say(format!("code in {language} under `{}`", self.heading), text);
            }
            _ => self.prose(text),
        }
    }

    fn prose(&mut self, text: &str) {
        let words = text.trim();
        let is_request_line =
            self.request_line.as_ref().is_some_and(|line| words.starts_with(line));
        if is_request_line {
            self.request_line = None;
            return self.say("request line".to_owned(), text);
        }
        // A line or two over a table say what it is about.
        if words.chars().count() <= MAX_LABEL {
            self.label = words.trim_matches(|c: char| "*`#: ".contains(c)).to_owned();
        }
        self.say(format!("under `{}`", self.heading), text);
    }

    fn table_head(&mut self, range: Range<usize>) {
        let text = self.text.get(range).unwrap_or_default();
        let is_of_fields = first_cell(text).is_some_and(names_fields);
        let Some((name, of_fields)) = &mut self.table else { return };
        *of_fields = is_of_fields;
        let place = format!("columns of the table {name}");
        self.say(place, text);
    }

    fn row(&mut self, range: Range<usize>) {
        let text = self.text.get(range).unwrap_or_default();
        let Some((name, is_of_fields)) = &self.table else { return };
        let place = match first_cell(text) {
            Some(field) if *is_of_fields => format!("`{field}` in the table {name}"),
            _ => format!("rows of the table {name}"),
        };
        self.say(place, text);
    }

    /// Adds to what is said at a place.
    fn say(&mut self, place: String, text: &str) {
        if !text.trim().is_empty() {
            let Statements { said, order } = &mut self.statements;
            if !said.contains_key(&place) {
                order.push(place.clone());
            }
            let said = said.entry(place).or_default();
            said.push_str(text.trim_end());
            said.push('\n');
        }
    }

    /// What stands after the last block.
    fn finish(mut self) -> Statements {
        let rest = self.text.get(self.end..).unwrap_or_default();
        self.say(format!("under `{}`", self.heading), rest);
        self.statements
    }
}

/// How many characters may stand over a table as its name.
const MAX_LABEL: usize = 80;

/// The words of a row's first cell.
fn first_cell(row: &str) -> Option<&str> {
    let first = row.trim().trim_start_matches('|').split('|').next()?;
    Some(first.trim_matches(|c: char| "`*└─ \u{a0}↳>-".contains(c)))
}
