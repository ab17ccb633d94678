//! Lines of a snapshot, and how values are written in them.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::syntax::number;

/// A line, and how far it is indented: it belongs to the last line before it that is less so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Line {
    pub(super) depth: usize,
    /// What the line is about: the start of its text.
    pub(super) label: String,
    /// What is said of it.
    pub(super) says: String,
}

impl Line {
    /// The line as it is written, without its indentation.
    pub(super) fn text(&self) -> String {
        match self.says.as_str() {
            "" => self.label.clone(),
            says if says.starts_with(':') => format!("{}{says}", self.label),
            says => format!("{} {says}", self.label),
        }
    }
}

/// All lines, those without indentation in the first column, where git takes them for the head of a hunk.
pub(super) fn print(lines: &[Line]) -> String {
    let lines = lines.iter().map(|line| format!("{}{}\n", "    ".repeat(line.depth), line.text()));
    number::unmarked(&lines.collect::<String>()).into_owned()
}

/// What the lines that a line belongs to are about, the outermost first.
pub(super) fn holders(lines: &[Line], index: usize) -> Vec<&str> {
    let Some(mut depth) = lines.get(index).map(|line| line.depth) else { return Vec::new() };
    let mut holders = Vec::new();
    for line in lines.iter().take(index).rev() {
        if depth == 0 {
            break;
        }
        if line.depth < depth {
            depth = line.depth;
            holders.push(line.label.as_str());
        }
    }
    holders.reverse();
    holders
}

/// A value as JSON in one line, and its numbers as they are written.
pub(super) fn json(value: &Value) -> String {
    number::unmarked(&value.to_string()).into_owned()
}

/// The most characters of documentation that are shown.
const MAX_SHOWN: usize = 80;

/// Documentation: what is longer is its start, length and hash, by which a change shows.
pub(super) fn excerpt(value: &Value) -> String {
    let text = json(value);
    let length = text.chars().count();
    if length <= MAX_SHOWN {
        return text;
    }
    let start: String = text.chars().take(MAX_SHOWN / 2).collect();
    let hash = format!("{:x}", Sha256::digest(&text));
    format!("{start}… ({length} characters, sha256 {hash:.12})")
}

/// A name as it is, in quotes if it has what separates the parts of a line.
pub(super) fn name(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-.$/{}*+@~^".contains(c);
    match name.is_empty() || !name.chars().all(is_plain) {
        true => json(&Value::from(name)),
        false => name.to_owned(),
    }
}
