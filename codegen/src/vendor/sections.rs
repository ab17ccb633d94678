//! A file that holds several pages, such as the export of a whole site: a heading for each operation, with
//! prose and a document of its own.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use super::block::{self, content_of_fence};
use super::head::{self, FrontMatter};
use super::page::{CODE, EXAMPLES};

/// A page within a file. The parts of a file are all of it: what stands before the first page is in the
/// part of that page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Where in the file it stands.
    pub(super) range: Range<usize>,
    /// How many lines are above it.
    pub(super) above: usize,
    /// The heading's words.
    pub(super) title: String,
}

#[derive(Debug)]
struct Heading {
    level: HeadingLevel,
    start: usize,
    title: String,
}

/// The pages of a file; none where it has one document, or documents that share a heading.
pub(super) fn of(text: &str) -> Vec<Part> {
    let (headings, documents) = outline(text);
    if documents.len() < 2 {
        return Vec::new();
    }
    // Under titles of the first level, sections of the second are parts of their pages.
    let levels = [HeadingLevel::H1, HeadingLevel::H2];
    let found = levels.into_iter().find_map(|level| over_each(level, &headings, &documents));
    let found = found.unwrap_or_default();
    let (mut parts, mut above) = (Vec::new(), 0);
    for (index, heading) in found.iter().enumerate() {
        let start = if index == 0 { 0 } else { heading.start };
        let end = found.get(index + 1).map_or(text.len(), |next| next.start);
        let (range, title) = (start..end, heading.title.clone());
        parts.push(Part { range, above, title });
        above += text.get(start..end).unwrap_or_default().matches('\n').count();
    }
    parts
}

/// What of a part is about its page: from its heading to the next of the same level. What stands before is
/// about the file, and what stands behind has no document; both are kept all the same.
pub(super) fn inside(part: &str, title: &str) -> Range<usize> {
    let (headings, documents) = outline(part);
    let document = documents.first().copied().unwrap_or(part.len());
    let is_own = |heading: &Heading| heading.title == title && heading.start < document;
    let Some(index) = headings.iter().rposition(is_own) else { return 0..part.len() };
    let Some((own, rest)) = headings.get(index..).and_then(<[_]>::split_first) else {
        return 0..part.len();
    };
    let next = rest.iter().find(|next| next.level <= own.level && next.start > document);
    own.start..next.map_or(part.len(), |next| next.start)
}

/// The heading over each document, no deeper than the level, if each document has another.
fn over_each<'h>(
    level: HeadingLevel,
    headings: &'h [Heading],
    documents: &[usize],
) -> Option<Vec<&'h Heading>> {
    let over = |document: &usize| {
        let is_over = |heading: &&Heading| heading.level <= level && heading.start < *document;
        headings.iter().rev().find(is_over)
    };
    let over: Vec<_> = documents.iter().map(over).collect::<Option<_>>()?;
    over.is_sorted_by(|one, next| one.start < next.start).then_some(over)
}

/// The headings that may be titles, and where the documents start.
fn outline(text: &str) -> (Vec<Heading>, Vec<usize>) {
    let base = FrontMatter::of(text).end;
    let (mut headings, mut documents) = (Vec::new(), Vec::new());
    let (mut depth, mut open) = (0_usize, None);
    for (event, range) in Parser::new(text.get(base..).unwrap_or_default()).into_offset_iter() {
        let range = base + range.start..base + range.end;
        match &event {
            // A heading in a quotation or a list is none of the page.
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                // Spaces before it are of its line.
                let before = text.get(..range.start).unwrap_or_default();
                let start = before.rfind('\n').map_or(base, |newline| newline + 1);
                open = Some(Heading { level: *level, start, title: String::new() });
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let block = text.get(range.clone()).unwrap_or_default();
                let content = block.get(content_of_fence(block)).unwrap_or_default();
                if block::kind(info, content) == block::Kind::Document {
                    documents.push(range.start);
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut open {
                    heading.title.push_str(text);
                }
            }
            Event::End(TagEnd::Heading(_)) => headings.extend(open.take().filter(is_title)),
            _ => {}
        }
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    (headings, documents)
}

fn is_title(heading: &Heading) -> bool {
    let title = heading.title.trim();
    title != EXAMPLES && title != CODE && head::source(title).is_none()
}
