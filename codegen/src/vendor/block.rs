//! Which fenced block of a page is its OpenAPI document.

use std::cell::Cell;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::{check_version, parse};
use crate::syntax::{json, yaml};

/// What a block may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An OpenAPI document, whether or not it parses.
    Document,
    /// It speaks of OpenAPI and does not parse: the document only where a page has no other.
    Doubtful,
    /// Anything else.
    Other,
}

/// What a block is, by its info string and its content.
pub(super) fn kind(info: &str, content: &str) -> Kind {
    let word = info.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let is_known = ["yaml", "yml", "json"].iter().any(|known| word.eq_ignore_ascii_case(known));
    let has_key = match content.trim_start().starts_with('{') {
        true => has_member(content),
        false => has_line(content),
    };
    if is_known && has_key {
        return Kind::Document;
    }
    let is_named = word.eq_ignore_ascii_case("openapi");
    let has_word = is_known && content.contains("\"openapi\"");
    if !has_key && !has_word {
        return Kind::Other;
    }
    // In a block of another language the word may be anything, unless all of it is a document.
    match parse(content, ending(content)) {
        Ok(document) if has_key && check_version(&document).is_ok() => Kind::Document,
        Err(_) if is_known || is_named => Kind::Doubtful,
        _ => Kind::Other,
    }
}

/// The ending of a document's file. Braces are JSON, unless only YAML takes what is in them.
pub(super) fn ending(document: &str) -> &'static str {
    let Some(inside) = document.trim_start().strip_prefix('{') else { return "yaml" };
    let is_json = inside.trim_start().starts_with(['"', '}']);
    if is_json || json::parse(document).is_ok() || yaml::parse(document).is_err() {
        "json"
    } else {
        "yaml"
    }
}

/// Whether a line of the first level is the key. The first key counts whatever its value is; a later one
/// only with a version, for other files have such a key as well. What does not parse has lines all the
/// same, so that its fault is told.
fn has_line(content: &str) -> bool {
    let is_text = |line: &&str| {
        let text = line.trim_start();
        !text.is_empty() && !text.starts_with('#') && !text.starts_with('%')
    };
    let mut level = None;
    for line in content.lines().filter(is_text) {
        if line.starts_with("---") {
            match level {
                None => continue,
                // What follows is another document.
                Some(_) => return false,
            }
        }
        let text = line.trim_start();
        let (indent, is_first) = (line.len() - text.len(), level.is_none());
        if *level.get_or_insert(indent) == indent
            && value_of(text).is_some_and(|value| is_first || is_version(value))
        {
            return true;
        }
    }
    false
}

/// What stands behind `openapi:`, quoted or not.
fn value_of(line: &str) -> Option<&str> {
    let keys = ["openapi", "\"openapi\"", "'openapi'"];
    let rest = keys.iter().find_map(|key| line.strip_prefix(key))?;
    Some(rest.trim_start().strip_prefix(':')?.trim())
}

fn is_version(value: &str) -> bool {
    value.trim_start_matches(['"', '\'']).starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a member of the outermost object is the key, as far as the text can be read.
fn has_member(content: &str) -> bool {
    let found = Cell::new(false);
    // A text that breaks off behind the key has it.
    let _ = serde_json::Deserializer::from_str(content).deserialize_map(Members(&found));
    let is_json = content.trim_start().trim_start_matches('{').trim_start().starts_with('"');
    // Braces without quotes are YAML.
    let as_yaml = || yaml::parse(content).is_ok_and(|document| document.get("openapi").is_some());
    found.get() || !is_json && as_yaml()
}

/// Looks at the members of an object one by one, and keeps none.
struct Members<'f>(&'f Cell<bool>);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut members: M) -> Result<(), M::Error> {
        let mut is_first = true;
        while let Some(name) = members.next_key::<String>()? {
            if name == "openapi" {
                self.0.set(is_first);
                let value: Value = members.next_value()?;
                self.0.set(is_first || value.as_str().is_some_and(is_version));
                return Ok(());
            }
            members.next_value::<IgnoredAny>()?;
            is_first = false;
        }
        Ok(())
    }
}

/// The lines between the fences; up to the end where the closing fence is missing.
pub(super) fn content_of_fence(block: &str) -> Range<usize> {
    let start = block.find('\n').map_or(block.len(), |newline| newline + 1);
    let opening = block.trim_start();
    let fence = opening.chars().next().unwrap_or('`');
    let width = opening.chars().take_while(|c| *c == fence).count();
    let inside = block.get(start..).unwrap_or_default();
    let closing = inside.trim_end().rfind('\n').map_or(start, |newline| start + newline + 1);
    let last = block.get(closing..).unwrap_or_default().trim();
    // A shorter fence is text of the block.
    let closed = last.len() >= width.max(3) && last.chars().all(|c| c == fence);
    start..if closed { closing } else { block.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_at_any_place_of_the_first_level() {
        assert_eq!(kind("yaml", "info: {}\nopenapi: 3.1.0\n"), Kind::Document);
        assert_eq!(kind("json", r#"{"info": {}, "openapi": "3.1.0"}"#), Kind::Document);
        assert_eq!(kind("yaml", "  info: {}\n  'openapi' : \"3.1.0\"\n"), Kind::Document);
    }

    #[test]
    fn the_key_deeper_does_not_count() {
        assert_eq!(kind("yaml", "files:\n  openapi: 3.1.0\n"), Kind::Other);
        assert_eq!(kind("yaml", "text: |\n  openapi: 3.1.0\n"), Kind::Other);
        assert_eq!(kind("json", r#"{"files": {"openapi": "3.1.0"}}"#), Kind::Other);
        assert_eq!(kind("json", r#"{"text": "{\"openapi\": \"3.1.0\"}"}"#), Kind::Other);
        assert_eq!(kind("json", r#"[{"openapi": "3.1.0"}]"#), Kind::Other);
    }

    #[test]
    fn a_later_key_that_is_no_version_does_not_count() {
        assert_eq!(kind("yaml", "output: out\nopenapi: pets.yaml\n"), Kind::Other);
        assert_eq!(kind("json", r#"{"output": "", "openapi": "pets.yaml"}"#), Kind::Other);
    }

    #[test]
    fn a_key_in_the_next_document_of_the_stream_does_not_count() {
        assert_eq!(kind("yaml", "---\npets: 1\n---\nopenapi: 3.1.0\n"), Kind::Other);
    }

    #[test]
    fn another_info_string_counts_where_the_block_parses() {
        for info in ["yaml title=\"x\"", "YAML{1,3}", "openapi", "openapi+yaml", "", "json5"] {
            assert_eq!(kind(info, "openapi: 3.1.0\npaths: {}\n"), Kind::Document, "{info}");
        }
        assert_eq!(kind("sh", "cat <<END\nopenapi: 3.1.0\nEND\n"), Kind::Other);
        assert_eq!(kind("openapi", "openapi: 3.1.0\npaths: [\n"), Kind::Doubtful);
    }

    #[test]
    fn json_that_breaks_off_before_the_key_is_doubtful() {
        assert_eq!(kind("json", r#"{"info": {], "openapi": "3.1.0"}"#), Kind::Doubtful);
        assert_eq!(kind("json", r#"{"openapi": "3.1.0", "info": }"#), Kind::Document);
    }

    #[test]
    fn braces_that_only_yaml_takes_are_yaml() {
        assert_eq!(kind("json5", "{openapi: '3.1.0', paths: {}}"), Kind::Document);
        assert_eq!(ending("{openapi: '3.1.0', paths: {}}"), "yaml");
        assert_eq!(ending(r#"{"openapi": "3.1.0",}"#), "json");
    }

    #[test]
    fn a_shorter_fence_does_not_close_a_block() {
        let block = "````yaml\nopenapi: 3.1.0\n```\n";
        assert_eq!(content_of_fence(block), 9..block.len());
        let block = "~~~~yaml\nopenapi: 3.1.0\n~~~~~\n";
        assert_eq!(&block[content_of_fence(block)], "openapi: 3.1.0\n");
    }
}
