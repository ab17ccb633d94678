//! What a page says of itself: its front matter, and the line that names its address.

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::syntax::{number, yaml};

/// What stands before the text of a page.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FrontMatter {
    /// Where the text begins.
    pub(super) end: usize,
    /// The field `title`.
    pub(super) title: Option<String>,
    /// The field `url` or `source`, if it is an address.
    pub(super) reference: Option<String>,
}

impl FrontMatter {
    /// Of a page; a mark of the byte order may stand before it.
    pub(super) fn of(text: &str) -> Self {
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let options = Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
        // A page without it need not be read twice.
        let unmarked = text.get(start..).unwrap_or_default();
        let first = unmarked
            .starts_with("---")
            .then(|| Parser::new_ext(unmarked, options).into_offset_iter().next());
        let Some(Some((Event::Start(Tag::MetadataBlock(_)), range))) = first else {
            return Self { end: start, ..Self::default() };
        };
        let block = unmarked.get(range.clone()).unwrap_or_default();
        let is_inside = |line: &&str| !matches!(line.trim_end(), "---" | "...");
        let inside: Vec<_> = block.lines().skip(1).take_while(is_inside).collect();
        let fields = yaml::parse(&inside.join("\n")).unwrap_or_default();
        let field = |name: &str| {
            let value = fields.get(name)?;
            // A title may be written like a number.
            number::text(value).or_else(|| Some(value.as_str()?.trim().to_owned()))
        };
        let address = |name: &str| field(name).and_then(|text| address(&text).map(str::to_owned));
        Self {
            end: start + range.end,
            title: field("title"),
            reference: address("url").or_else(|| address("source")),
        }
    }
}

/// The address in a line `Source: URL`, which may be a heading or a comment of YAML.
pub(super) fn source(line: &str) -> Option<&str> {
    address(line.trim().trim_start_matches('#').trim_start().strip_prefix("Source:")?.trim())
}

/// The address in the comments before a document of YAML.
pub(super) fn source_of_document(document: &str) -> Option<&str> {
    let is_before = |line: &&str| line.trim().is_empty() || line.starts_with('#');
    document.lines().take_while(is_before).find_map(source)
}

fn address(text: &str) -> Option<&str> {
    let text = text.trim_start_matches('<').trim_end_matches('>');
    let is_one = text.starts_with("https://") || text.starts_with("http://");
    (is_one && !text.contains(char::is_whitespace)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_has_title_and_address() {
        for name in ["url", "source"] {
            let text =
                format!("---\ntitle: \"Pets: all\"\n{name}: https://h/pets\n---\n\n# Pets\n");
            let head = FrontMatter::of(&text);
            assert_eq!(head.title.as_deref(), Some("Pets: all"));
            assert_eq!(head.reference.as_deref(), Some("https://h/pets"));
            assert_eq!(text[head.end..].trim_start(), "# Pets\n");
        }
    }

    #[test]
    fn a_rule_in_place_of_front_matter() {
        for text in ["---\n\n# Pets\n\n---\n", "---\nnever closed\n", "# Pets\n---\nurl: x\n---\n"]
        {
            assert_eq!(FrontMatter::of(text), FrontMatter::default(), "{text}");
        }
    }

    #[test]
    fn front_matter_that_is_no_yaml_is_passed_over() {
        let head = FrontMatter::of("---\nurl: [\n---\n# Pets\n");
        assert_eq!((head.reference, head.end > 0), (None, true));
    }

    #[test]
    fn a_source_is_an_address() {
        assert_eq!(source("# Source: https://h/pets"), Some("https://h/pets"));
        assert_eq!(source("Source: <https://h/pets>"), Some("https://h/pets"));
        assert_eq!(source("Source: the manual"), None);
        assert_eq!(source_of_document("# x\n\n# Source: https://h\na: 1\n"), Some("https://h"));
        assert_eq!(source_of_document("a: 1\n# Source: https://h\n"), None);
    }
}
