//! An operation's description without the tables whose rows the fields have.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::document::operations::Operation;
use crate::document::pointer::percent_decoded;
use crate::tables::{self, status_codes};

/// A block that no other holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Heading,
    Paragraph,
    Table,
    /// How many items it has, with those inside of items.
    List(usize),
    Other,
}

struct Block<'t> {
    kind: Kind,
    text: &'t str,
    /// What remains of it.
    left: Option<String>,
}

/// The description without tables and lists of which fields have all rows, the words over them, and what
/// only repeats method and path; of other tables, the rows that no field has. None where all remains.
pub(super) fn without_tables(
    description: &str,
    operation: &Operation,
    carried: &BTreeSet<&str>,
) -> Option<String> {
    let mut blocks = blocks(description);
    for index in 0..blocks.len() {
        let Some(block) = blocks.get(index) else { continue };
        let left = match block.kind {
            Kind::Table => rows_left(block.text, carried),
            Kind::List(items) => list_left(block.text, items, carried),
            Kind::Paragraph if repeats(block.text, operation) => None,
            _ => continue,
        };
        let is_gone = left.is_none();
        if let Some(block) = blocks.get_mut(index) {
            block.left = left;
        }
        if is_gone {
            drop_labels(&mut blocks, index);
        }
    }
    if blocks.iter().all(|block| block.left.as_deref() == Some(block.text)) {
        return None;
    }
    let left: Vec<_> = blocks.iter().filter_map(|block| block.left.as_deref()).collect();
    Some(left.iter().map(|text| text.trim_end()).collect::<Vec<_>>().join("\n\n"))
}

fn blocks(description: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<(Kind, Range<usize>)> = Vec::new();
    let (mut depth, mut items) = (0_usize, 0);
    for (event, range) in Parser::new_ext(description, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                items += usize::from(matches!(tag, Tag::Item));
                if depth == 0 {
                    blocks.push((kind_of(&tag), range));
                    items = 0;
                }
                depth += 1;
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if let Some((Kind::List(count), _)) = blocks.last_mut().filter(|_| depth == 0) {
                    *count = items;
                }
            }
            _ if depth == 0 => blocks.push((Kind::Other, range)),
            _ => {}
        }
    }
    let mut end = 0;
    let mut all = Vec::new();
    let block = |kind, range: Range<usize>| {
        let text = description.get(range).unwrap_or_default().trim_matches('\n');
        Block { kind, text, left: Some(text.to_owned()) }
    };
    for (kind, range) in blocks {
        // What Markdown shows nowhere, such as the address of a link, stays.
        let between = end..range.start.max(end);
        if description.get(between.clone()).is_some_and(|text| !text.trim().is_empty()) {
            all.push(block(Kind::Other, between));
        }
        end = range.end;
        all.push(block(kind, range));
    }
    if description.get(end..).is_some_and(|text| !text.trim().is_empty()) {
        all.push(block(Kind::Other, end..description.len()));
    }
    all
}

fn kind_of(tag: &Tag<'_>) -> Kind {
    match tag {
        Tag::Heading { .. } => Kind::Heading,
        Tag::Paragraph => Kind::Paragraph,
        Tag::Table(_) => Kind::Table,
        Tag::List(_) => Kind::List(0),
        _ => Kind::Other,
    }
}

/// The quotes of all rows in a block, those that name no field included.
fn quotes(text: &str) -> Option<Vec<String>> {
    let tables = tables::read(text);
    if !tables.iter().all(tables::Table::is_of_fields) {
        return None;
    }
    let rows = tables.into_iter().flat_map(|table| {
        let named = table.rows.into_iter().map(|row| row.quote);
        named.chain(table.unread).collect::<Vec<_>>()
    });
    Some(rows.collect())
}

/// A table with the rows that no field has; none if fields have all.
fn rows_left(text: &str, carried: &BTreeSet<&str>) -> Option<String> {
    let Some(all) = quotes(text) else { return Some(text.to_owned()) };
    let is_carried = |quote: &String| carried.contains(quote.as_str());
    if all.iter().all(is_carried) && !all.is_empty() {
        return None;
    }
    if !all.iter().any(is_carried) {
        return Some(text.to_owned());
    }
    let lines: Vec<&str> = text.lines().collect();
    let (head, rows) = lines.split_at(lines.len().min(2));
    let left = rows.iter().filter(|line| {
        let alone = [head, &[**line]].concat().join("\n");
        quotes(&alone).is_none_or(|quotes| !quotes.iter().all(is_carried) || quotes.is_empty())
    });
    Some(head.iter().chain(left).copied().collect::<Vec<_>>().join("\n"))
}

/// A list is a whole: it goes if every item is a row that a field has.
fn list_left(text: &str, items: usize, carried: &BTreeSet<&str>) -> Option<String> {
    let quotes = quotes(text).unwrap_or_default();
    let is_gone = !quotes.is_empty()
        && quotes.len() == items
        && quotes.iter().all(|quote| carried.contains(quote.as_str()));
    (!is_gone).then(|| text.to_owned())
}

/// Whether a paragraph is nothing but the method or the path of the operation.
fn repeats(text: &str, operation: &Operation) -> bool {
    let text = text.trim().trim_matches(['`', '*', ' ']);
    let words =
        text.split_whitespace().filter(|word| !word.eq_ignore_ascii_case(&operation.method));
    let path = percent_decoded(&operation.path);
    let is_path = |word: &str| {
        let word = word.trim_matches(['`', '*']);
        word == path
            || word.strip_suffix(path.as_str()).is_some_and(|host| {
                host.starts_with("http") || host.starts_with('{') && host.ends_with('}')
            })
    };
    !text.is_empty() && words.clone().count() <= 1 && words.into_iter().all(is_path)
}

/// Removes the words over a block that is gone: lines that name it, up to the nearest heading.
fn drop_labels(blocks: &mut [Block<'_>], index: usize) {
    for block in blocks.iter_mut().take(index).rev().filter(|block| block.left.is_some()) {
        let is_heading = block.kind == Kind::Heading;
        if !(is_heading || block.kind == Kind::Paragraph && is_label(block.text)) {
            return;
        }
        block.left = None;
        if is_heading {
            return;
        }
    }
}

/// How many characters may stand over a table as its name.
const MAX_LABEL: usize = 80;

/// Whether a line only names what follows it.
pub(crate) fn is_label(text: &str) -> bool {
    const WORDS: [&str; 8] =
        ["request", "response", "body", "param", "variable", "query", "header", "field"];
    let text = text.trim();
    let lower = text.to_lowercase();
    let is_marked = ["**", "`", "__"].iter().any(|mark| {
        let rest = text.trim_end_matches(':');
        rest.len() > 2 * mark.len() && rest.starts_with(mark) && rest.ends_with(mark)
    });
    let names = WORDS.iter().any(|word| lower.contains(word)) || !status_codes(text).is_empty();
    text.chars().count() <= MAX_LABEL
        && !text.ends_with('.')
        && (text.ends_with(':') || is_marked || names)
}
