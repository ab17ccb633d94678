//! Descriptions as documentation: whatever is in one, it is shown, and neither compiled nor swallows what
//! stands below it. rustdoc takes code without a language for Rust and tests it; rustc refuses a lone carriage
//! return, and characters that change the direction of text.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// Text that Rust takes in documentation. In place of a character for the direction of text stands its
/// entity, which shows as the character.
pub(crate) fn plain(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                plain += &format!("&#x{:X};", u32::from(c));
            }
            '\0' => plain.push('\u{FFFD}'),
            c => plain.push(c),
        }
    }
    plain
}

/// Whether Rust takes a text as it is.
pub(crate) fn is_plain(text: &str) -> bool {
    let is_refused =
        |c| matches!(c, '\r' | '\0' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    !text.contains(is_refused)
}

/// Whether a text is a paragraph of one line, without code and HTML.
fn is_one_line(text: &str) -> bool {
    text.starts_with(char::is_alphabetic) && !text.contains(['\n', '<', '`', '~'])
}

/// A description as documentation.
pub(super) fn documentation(description: &str) -> String {
    let text = plain(description);
    if is_one_line(&text) {
        return text;
    }
    let text = if has_open_html(&text) { without_html(&text) } else { text };
    let text = with_languages(&text);
    match is_sound(&text) {
        true => text,
        false => as_code(&text),
    }
}

fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    Parser::new_ext(text, options).into_offset_iter()
}

/// Whether a paragraph below is one, no code is taken for Rust, and no HTML is left open.
fn is_sound(text: &str) -> bool {
    const END: &str = "\n\nEnd";
    let followed = format!("{text}{END}");
    let mut last = events(&followed).map(|(event, _)| event).collect::<Vec<_>>();
    let tail = last.split_off(last.len().saturating_sub(3));
    let is_apart = matches!(
        &tail[..],
        [Event::Start(Tag::Paragraph), Event::Text(end), Event::End(TagEnd::Paragraph)] if &**end == "End"
    );
    let is_rust = |event: &Event<'_>| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => !is_other_language(info),
        Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => true,
        _ => false,
    };
    is_apart && !last.iter().any(is_rust) && !has_open_html(text)
}

/// Whether rustdoc takes code for that of another language than Rust.
fn is_other_language(info: &str) -> bool {
    const OF_RUST: [&str; 9] = [
        "rust",
        "ignore",
        "should_panic",
        "no_run",
        "test_harness",
        "compile_fail",
        "standalone",
        "standalone_crate",
        "allow_fail",
    ];
    let is_plain = info.chars().all(|c| c.is_ascii_alphanumeric() || "+#_".contains(c));
    let is_of_rust = OF_RUST.contains(&info.to_ascii_lowercase().as_str())
        || info.starts_with("edition")
        || info.starts_with("custom")
        || (info.starts_with('E') && info.len() == 5);
    is_plain && !info.is_empty() && !is_of_rust
}

/// Gives code a language that is not Rust, and an end.
fn with_languages(text: &str) -> String {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let (mut depth, mut is_nested_code) = (0_usize, false);
    for (event, range) in events(text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                edits.extend(fence(text, range, &info, depth == 0));
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) if depth == 0 => {
                edits.push(indented(text, range));
            }
            Event::Start(Tag::CodeBlock(_)) => is_nested_code = true,
            Event::End(TagEnd::CodeBlock) => is_nested_code = false,
            // A paragraph: what a list or a quotation demands of each line is not worth a fence.
            Event::Text(_) if is_nested_code => {
                let before = text.get(..range.start).unwrap_or_default();
                let start = before.trim_end_matches([' ', '\t']).len();
                edits.push((start..range.start, " &nbsp;".to_owned()));
            }
            Event::Start(Tag::Item | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)) => depth += 1,
            Event::End(TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition) => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
    }
    edited(text, edits)
}

fn edited(text: &str, edits: Vec<(Range<usize>, String)>) -> String {
    let mut text = text.to_owned();
    for (range, new) in edits.into_iter().rev() {
        if text.get(range.clone()).is_some() {
            text.replace_range(range, &new);
        }
    }
    text
}

/// The edits of a fence: its language, and the end where there is none.
fn fence(
    text: &str,
    range: Range<usize>,
    info: &str,
    is_outermost: bool,
) -> Vec<(Range<usize>, String)> {
    let block = text.get(range.clone()).unwrap_or_default();
    let head = block.lines().next().unwrap_or_default();
    let mark = head.chars().next().unwrap_or('`');
    let length = head.len() - head.trim_start_matches(mark).len();
    let mut edits = Vec::new();
    if !is_other_language(info) {
        edits.push((range.start + length..range.start + head.len(), "text".to_owned()));
    }
    let last = block.lines().skip(1).last().unwrap_or_default().trim();
    let is_closed = last.len() >= length && last.chars().all(|c| c == mark);
    if !is_closed && is_outermost {
        edits.push((range.end..range.end, format!("\n{}", mark.to_string().repeat(length))));
    }
    edits
}

/// The edit that makes a block of code by its fence of one by its indentation.
fn indented(text: &str, range: Range<usize>) -> (Range<usize>, String) {
    let before = text.get(..range.start).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let code = text.get(start..range.end).unwrap_or_default();
    let lines = code.lines().map(|line| {
        line.strip_prefix("    ")
            .or_else(|| line.strip_prefix('\t'))
            .unwrap_or_else(|| line.trim_start())
    });
    let code = as_code(&lines.collect::<Vec<_>>().join("\n"));
    (start..range.end, format!("{code}\n"))
}

/// Text as code, which nothing in it ends.
fn as_code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}", text.trim_end())
}

/// Elements that hold text, and have no effect beyond it.
const ELEMENTS: [&str; 38] = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "kbd",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "u",
    "ul",
    "font",
];
const OF_TABLES: [&str; 7] = ["table", "tbody", "td", "tfoot", "th", "thead", "tr"];

/// Whether HTML is left open, or is no text.
fn has_open_html(text: &str) -> bool {
    let mut open: Vec<String> = Vec::new();
    let html = events(text).filter_map(|(event, _)| match event {
        Event::Html(html) | Event::InlineHtml(html) => Some(html.into_string()),
        _ => None,
    });
    let html = html.collect::<String>();
    for tag in html.split('<').skip(1) {
        let Some((tag, _)) = tag.split_once('>') else { return true };
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let is_empty = tag.ends_with('/');
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if !ELEMENTS.contains(&name.as_str()) && !OF_TABLES.contains(&name.as_str()) {
            return true;
        }
        if is_end {
            if open.pop().as_ref() != Some(&name) {
                return true;
            }
        } else if !is_empty && !["br", "hr", "img"].contains(&name.as_str()) {
            open.push(name);
        }
    }
    !open.is_empty()
}

/// Text in which HTML is none: it shows as it is written.
fn without_html(text: &str) -> String {
    let mut edits = Vec::new();
    for (event, range) in events(text) {
        if matches!(event, Event::Html(_) | Event::InlineHtml(_)) {
            let html = text.get(range.clone()).unwrap_or_default();
            let found = html.match_indices('<').map(|(at, _)| range.start + at);
            edits.extend(found.map(|at| (at..at + 1, "&lt;".to_owned())));
        }
    }
    edited(text, edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_as_it_is() {
        for text in [
            "A pet.",
            "- a\n- b\n\n  c",
            "```json\n{}\n```",
            "<p>A <b>pet</b>.<br></p>",
            "| a |\n|---|\n| b |",
            "a < b and `<T>`",
        ] {
            assert_eq!(documentation(text), text);
        }
    }

    #[test]
    fn code_is_of_no_language() {
        assert_eq!(documentation("```\na\n```"), "```text\na\n```");
        assert_eq!(documentation("~~~rust\na\n~~~\n"), "~~~text\na\n~~~\n");
        assert_eq!(documentation("A:\n\n    a\n      b\n\nB"), "A:\n\n```text\na\n  b\n```\n\nB");
    }

    #[test]
    fn code_has_an_end() {
        assert_eq!(documentation("```\na"), "```text\na\n```");
        assert_eq!(documentation("```"), "```text\n```");
    }

    #[test]
    fn whatever_it_is_it_is_sound() {
        for text in [
            "1. one\n\n   ```\n   nested(\n   ```\n",
            "> ```\n> quoted(\n> ```",
            "- item\n\n      code in an item(\n",
            "-     code first(\n\n  more",
            "> a\n>\n>     code(\n>       more(\n",
            "<!-- ",
            "<script>\n```\n",
            "<div>\n\n    a(\n",
            "<b>bold",
            "</p>",
            "```rust,should_panic\nfn",
            "```{.rust}\nfn",
            "\ta(\n\t```\n",
            "    ```\n    a\n",
            "[^1]: note\n\n        code(\n",
            "a\r\r    b(\r",
            "`` unclosed\n\n~~~",
            "<![CDATA[ ",
            "<?php ",
            "<details>\n<summary>A</summary>",
            "* a\n\n    * b\n\n          c(\n",
        ] {
            let documentation = documentation(text);
            assert!(is_sound(&documentation), "{text:?} became {documentation:?}");
        }
    }

    #[test]
    fn directions_of_text_are_entities() {
        assert_eq!(plain("a\u{202E}b\rc\r\nd"), "a&#x202E;b\nc\nd");
    }
}
