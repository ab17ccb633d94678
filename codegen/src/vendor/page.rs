//! The page format: a Markdown export of one endpoint's documentation.
//!
//! A page has a title, a request line (`PUT https://host/path`), prose, a line `Reference: URL` or
//! `Source: URL`, one fenced block with an OpenAPI document, and examples under a heading `Examples`: a
//! heading each (`200: name`), with a `**Request**` and a `**Response**` block. A single example has no
//! heading of its own. Title and address may stand in front matter.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use super::block::{self, content_of_fence};
use super::head::{self, FrontMatter};
use super::{Body, Example, Provenance, RequestLine};
use crate::document::operations::METHODS;
use crate::error::{Error, Problem, Result, Stage};
use crate::syntax::json;

/// The heading over the examples.
pub(super) const EXAMPLES: &str = "Examples";
/// The heading over a request in several languages.
pub(super) const CODE: &str = "SDK Code Examples";

/// What a page says, apart from its prose.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Page {
    /// Where the document came from, as far as the page says it.
    pub(super) provenance: Provenance,
    /// Where in the page the OpenAPI document stands.
    pub(super) document: Range<usize>,
    /// The line of the document's first line, counted from 1.
    pub(super) document_line: usize,
    /// The documented examples, in order.
    pub(super) examples: Vec<Example>,
    /// The blocks that are kept beside the page: the document, and the bodies of examples.
    pub(super) extracted: Vec<Range<usize>>,
}

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    /// A page with no document, an unclosed one or several; the error knows the line, not the file.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let front = FrontMatter::of(text);
        Self::read(text, front.end..text.len(), front)
    }

    /// The same, of a page that is a part of the text.
    ///
    /// # Errors
    /// As [`Page::parse`].
    pub(super) fn parse_within(text: &str, inside: Range<usize>) -> Result<Self> {
        Self::read(text, inside, FrontMatter::default())
    }

    fn read(text: &str, inside: Range<usize>, front: FrontMatter) -> Result<Self> {
        let start = inside.start;
        let mut reader = Reader { text, front, ..Reader::default() };
        for (event, range) in Parser::new(text.get(inside).unwrap_or_default()).into_offset_iter() {
            reader.read(event, start + range.start..start + range.end)?;
        }
        reader.finish()
    }
}

/// Where in the page the reader is, and what it has read.
#[derive(Default)]
struct Reader<'t> {
    text: &'t str,
    page: Page,
    front: FrontMatter,
    /// The address in a line `Source: URL`.
    source: Option<String>,
    heading: Option<(HeadingLevel, String)>,
    documents: Vec<Range<usize>>,
    /// Blocks that speak of OpenAPI and do not parse, with their contents.
    doubtful: Vec<[Range<usize>; 2]>,
    /// Inside the section `Examples`, whose heading is of that level.
    in_examples: Option<HeadingLevel>,
    /// Which body of an example the next block is.
    label: Option<Side>,
    /// Inside the section `SDK Code Examples`, which shows a request in several languages.
    in_code: Option<HeadingLevel>,
}

#[derive(Clone, Copy, Debug)]
enum Side {
    Request,
    Response,
}

impl Side {
    fn of(self, example: &Example) -> &Option<Body> {
        match self {
            Self::Request => &example.request,
            Self::Response => &example.response,
        }
    }
}

impl Reader<'_> {
    fn read(&mut self, event: Event<'_>, range: Range<usize>) -> Result<()> {
        match event {
            Event::Start(Tag::Heading { level, .. }) => self.heading = Some((level, String::new())),
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, title)) = &mut self.heading {
                    title.push_str(&text);
                }
            }
            Event::Start(Tag::Paragraph) => {
                self.paragraph(self.text.get(range).unwrap_or_default())
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                self.block(&info, range)?
            }
            _ => {}
        }
        Ok(())
    }

    fn end_heading(&mut self) {
        let Some((level, title)) = self.heading.take() else { return };
        self.label = None;
        if let Some(source) = head::source(&title) {
            self.source.get_or_insert_with(|| source.to_owned());
            return;
        }
        if level == HeadingLevel::H1 && self.page.provenance.title.is_none() {
            self.page.provenance.title = Some(title);
            return;
        }
        if self.in_examples.is_some_and(|section| level as usize == level_below(section)) {
            let status = title.split_once(':').and_then(|(code, _)| code.trim().parse().ok());
            self.page.examples.push(Example { name: title, status, ..Example::default() });
            return;
        }
        // A page inside of a longer text has its sections one level deeper.
        let is_section = level <= HeadingLevel::H3;
        let begun = |name: &str| (is_section && title.trim() == name).then_some(level);
        let goes_on = |section: &HeadingLevel| level as usize >= level_below(*section);
        self.in_examples = begun(EXAMPLES).or(self.in_examples.filter(goes_on));
        self.in_code = begun(CODE).or(self.in_code.filter(goes_on));
    }

    fn paragraph(&mut self, raw: &str) {
        match raw.trim() {
            "**Request**" => self.label = Some(Side::Request),
            "**Response**" => self.label = Some(Side::Response),
            // A block under any other label is no body of an example.
            _ => self.label = None,
        }
        let first = raw.lines().next().unwrap_or_default().trim();
        if let Some(url) = first.strip_prefix("Reference: ") {
            self.page.provenance.reference.get_or_insert_with(|| url.trim().to_owned());
        }
        if let Some(source) = raw.lines().find_map(head::source) {
            self.source.get_or_insert_with(|| source.to_owned());
        }
        if let Some((method, url)) = first.split_once(' ')
            && METHODS.iter().any(|known| known.to_uppercase() == method)
            && self.documents.is_empty()
        {
            let header =
                |line: &str| Some(line.trim().strip_prefix("Content-Type:")?.trim().to_owned());
            let content_type = raw.lines().skip(1).find_map(header);
            let (method, url) = (method.to_owned(), url.trim().to_owned());
            self.page.provenance.request.get_or_insert(RequestLine { method, url, content_type });
        }
    }

    fn block(&mut self, info: &str, range: Range<usize>) -> Result<()> {
        let language = info.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        let fenced = content_of_fence(self.text.get(range.clone()).unwrap_or_default());
        let inner = range.start + fenced.start..range.start + fenced.end;
        let content = self.text.get(inner.clone()).unwrap_or_default();
        let kind = block::kind(info, content);
        if kind == block::Kind::Doubtful {
            self.doubtful.push([range.clone(), inner.clone()]);
        }
        if kind == block::Kind::Document {
            self.document(range, inner)?;
        } else if self.in_code.is_some() && language == "ruby" {
            self.page.examples.extend(request_in_code(content));
        } else if let Some(side) = self.label.take()
            && self.example(side, content)
        {
            self.page.extracted.push(range);
        }
        Ok(())
    }

    /// The block of a document, and its content.
    fn document(&mut self, block: Range<usize>, content: Range<usize>) -> Result<()> {
        if content.end == block.end {
            let line = line_at(self.text, block.start);
            return Err(Error::new(Stage::Vendor, Problem::UnclosedBlock).at_line(line));
        }
        self.page.extracted.push(block);
        self.documents.push(content);
        Ok(())
    }

    /// A block of an example; whether it is one's body.
    fn example(&mut self, side: Side, content: &str) -> bool {
        if self.page.examples.is_empty() && self.in_examples.is_some() {
            self.page.examples.push(Example { name: "example".to_owned(), ..Example::default() });
        }
        let Some(example) = self.page.examples.last() else { return false };
        let is_body = !matches!(content.trim(), "" | "undefined");
        let (name, status) = (example.name.clone(), example.status);
        let body = match json::parse(content) {
            Ok(value) => Some(Body::Json(value)),
            Err(_) if !is_body => {
                let side = format!("{side:?}").to_lowercase();
                self.page.provenance.undefined.push(format!("{side} of {name}"));
                None
            }
            Err(_) => Some(Body::Text(content.to_owned())),
        };
        // A second body under the same heading is an example of its own.
        if self.page.examples.last().is_some_and(|last| side.of(last).is_some()) {
            self.page.examples.push(Example { name, status, ..Example::default() });
        }
        if let Some(example) = self.page.examples.last_mut() {
            match side {
                Side::Request => example.request = body,
                Side::Response => example.response = body,
            }
        }
        is_body
    }

    fn finish(mut self) -> Result<Page> {
        // How many lines the error names.
        const MAX_LINES: usize = 10;
        // What does not parse is told as what it should be.
        if self.documents.is_empty()
            && let [[block, content]] = &self.doubtful[..]
        {
            self.document(block.clone(), content.clone())?;
        }
        let line = |document: &Range<usize>| line_at(self.text, document.start);
        let (problem, line) = match self.documents.as_slice() {
            [document] => {
                self.page.document_line = line(document);
                self.page.document = document.clone();
                let is_shown = |it: &Example| it.request.is_some() || it.response.is_some();
                self.page.examples.retain(is_shown);
                let Provenance { reference, title, .. } = &mut self.page.provenance;
                *reference = reference.take().or(self.front.reference).or(self.source);
                *title = title.take().or(self.front.title);
                return Ok(self.page);
            }
            [] => (Problem::NoDocument, self.text.lines().count().max(1)),
            [_, second, ..] => {
                let lines = self.documents.iter().take(MAX_LINES).map(line).collect();
                (Problem::SeveralDocuments { lines }, line(second))
            }
        };
        Err(Error::new(Stage::Vendor, problem).at_line(line))
    }
}

/// The level of the headings in a section, at least the third: a title has sections.
fn level_below(section: HeadingLevel) -> usize {
    (section as usize).max(2) + 1
}

/// `request.body = "{…}"`: of the languages that exporters show, the one whose literal is one of
/// JSON as well.
fn request_in_code(code: &str) -> Option<Example> {
    let (_, literal) = code.split_once("request.body = ")?;
    let text = serde_json::Deserializer::from_str(literal).into_iter::<String>().next()?.ok()?;
    let body = Body::Json(json::parse(&text).ok()?);
    Some(Example { name: "request".to_owned(), request: Some(body), ..Example::default() })
}

/// The line that a byte offset is on, counted from 1.
fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DOCUMENT: &str = "```yaml\nopenapi: 3.1.0\ninfo: {}\n```\n";

    fn problem(text: &str) -> (Option<usize>, String) {
        let error = Page::parse(text).unwrap_err();
        (error.place.line, error.problem.to_string())
    }

    #[test]
    fn a_page_without_a_document() {
        let (line, problem) = problem("# Title\n\n```yaml\nfoo: bar\n```\n");
        assert_eq!(line, Some(5));
        assert!(problem.contains("no fenced"), "{problem}");
    }

    #[test]
    fn a_page_with_two_documents_names_both_lines() {
        let (line, problem) = problem(&format!("# T\n\n{DOCUMENT}\n{DOCUMENT}"));
        assert_eq!(line, Some(9));
        assert!(problem.contains("lines 4, 9"), "{problem}");
    }

    #[test]
    fn a_page_cut_off_inside_the_document() {
        let (line, problem) = problem("# T\n\n```yaml\nopenapi: 3.1.0\npaths:\n");
        assert_eq!(line, Some(3));
        assert!(problem.contains("never ends"), "{problem}");
    }

    #[test]
    fn the_document_is_taken_byte_for_byte() {
        let text = format!("# T\r\n\r\n{}", DOCUMENT.replace('\n', "\r\n"));
        let page = Page::parse(&text).unwrap();
        assert_eq!(&text[page.document], "openapi: 3.1.0\r\ninfo: {}\r\n");
    }

    #[test]
    fn a_fence_inside_the_document_does_not_end_it() {
        let text =
            "```yaml\nopenapi: 3.1.0\ninfo:\n  description: |\n    ```\n    code\n    ```\n```\n";
        let page = Page::parse(text).unwrap();
        assert!(text[page.document].ends_with("    ```\n"));
    }

    #[test]
    fn the_head_of_a_page_is_read() {
        let text = format!(
            "# Update it\n\nPUT https://h/v1/a_b/%7Bid%7D\nContent-Type: x\n\nReference: https://docs/x\n\n{DOCUMENT}"
        );
        let page = Page::parse(&text).unwrap();
        assert_eq!(page.provenance.title.as_deref(), Some("Update it"));
        assert_eq!(page.provenance.reference.as_deref(), Some("https://docs/x"));
        let line = page.provenance.request.unwrap();
        assert_eq!((line.method.as_str(), line.url.as_str()), ("PUT", "https://h/v1/a_b/%7Bid%7D"));
        assert_eq!(line.content_type.as_deref(), Some("x"));
    }

    #[test]
    fn a_single_example_has_no_heading() {
        let text = format!(
            "{DOCUMENT}\n## Examples\n\n\n\n**Request**\n\n```json\n{{\"a\": 1}}\n```\n\n\
             **Response**\n\n```json\n[]\n```\n\n**SDK Code**\n\n```python\n{{}}\n```\n"
        );
        let [example] = &Page::parse(&text).unwrap().examples[..] else { panic!("one example") };
        assert_eq!((example.name.as_str(), example.status), ("example", None));
        assert_eq!(example.request, Some(Body::Json(json!({"a": 1}))));
        assert_eq!(example.response, Some(Body::Json(json!([]))));
    }

    #[test]
    fn a_second_body_under_a_heading_is_an_example_of_its_own() {
        let body = "**Response**\n\n```json\n[]\n```\n\n";
        let text = format!("{DOCUMENT}\n## Examples\n\n### 200: x\n\n{body}{body}");
        let names: Vec<_> =
            Page::parse(&text).unwrap().examples.into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["200: x", "200: x"]);
    }

    #[test]
    fn undefined_is_not_an_example() {
        let text = format!(
            "{DOCUMENT}\n## Examples\n\n### 200: one\n\n**Request**\n\n```json\nundefined\n```\n\n\
             **Response**\n\n```json\n{{\"a\": 1}}\n```\n\n**SDK Code**\n\n```json\n{{}}\n```\n"
        );
        let [example] = &Page::parse(&text).unwrap().examples[..] else { panic!("one example") };
        assert_eq!((example.status, &example.request), (Some(200), &None));
        assert_eq!(example.response, Some(Body::Json(json!({"a": 1}))));
    }

    #[test]
    fn a_request_that_is_shown_in_code_is_an_example() {
        let code = r#"request.body = "{\n  \"a\": \"b\"\n}""#;
        let text =
            format!("{DOCUMENT}\n## SDK Code Examples\n\n```ruby\nx = 1\n{code}\n\ny = 2\n```\n");
        let [example] = &Page::parse(&text).unwrap().examples[..] else { panic!("one example") };
        assert_eq!(example.request, Some(Body::Json(json!({"a": "b"}))));
    }

    #[test]
    fn an_example_that_is_not_json_is_kept_as_text() {
        let text =
            format!("{DOCUMENT}\n## Examples\n\n### x\n\n**Response**\n\n```text\nhello\n```\n");
        let page = Page::parse(&text).unwrap();
        assert_eq!(page.examples[0].response, Some(Body::Text("hello\n".to_owned())));
    }
}
