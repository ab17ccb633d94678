//! The values of an enum, and what a row says of each.

use serde_json::Value;

use super::text::of_cell;
use crate::bounds::MAX_MERGE_DEPTH;
use crate::document::node::Node;

/// The enums of texts that a field's values are listed in: its own, those of its items, and those of its
/// alternatives.
pub(super) fn enums<'d>(field: &Node<'d>) -> Vec<Node<'d>> {
    let mut found = Vec::new();
    collect(field.clone(), 0, &mut found);
    found
}

fn collect<'d>(node: Node<'d>, depth: usize, found: &mut Vec<Node<'d>>) {
    let node = node.resolved();
    let values = node.value.get("enum").and_then(Value::as_array);
    if values.is_some_and(|values| values.iter().any(Value::is_string)) {
        found.push(node);
    } else if depth < MAX_MERGE_DEPTH {
        for key in ["allOf", "anyOf", "oneOf"] {
            let parts = node.written(key);
            parts.iter().flat_map(Node::items).for_each(|part| collect(part, depth + 1, found));
        }
        if let Some(items) = node.written("items") {
            collect(items, depth + 1, found);
        }
    }
}

/// The values that a description explains, each in a line or an item of its own: `CAT`: purrs.
pub(super) fn explained(description: &str, enums: &[Node<'_>]) -> Vec<(String, String)> {
    let values = enums.iter().filter_map(|node| node.value.get("enum")?.as_array()).flatten();
    let values: Vec<&str> = values.filter_map(Value::as_str).collect();
    let lines = description.split(['\n', '•', ';']);
    let explained = lines.filter_map(|line| {
        let line = line.trim().trim_start_matches("- ");
        values.iter().find_map(|value| Some(((*value).to_owned(), words_of(line, value)?)))
    });
    let mut explained: Vec<_> = explained.collect();
    explained.dedup_by(|other, first| other.0 == first.0);
    explained
}

/// What a line says of a value: what stands after it and a mark, or in brackets.
fn words_of(line: &str, value: &str) -> Option<String> {
    let (start, _) = line.match_indices(value).next()?;
    // Before the first value stands what the row says of all: `Kind. One of: CAT: purrs`.
    let before = line.get(..start)?.trim_end_matches(['`', '"', '\'', '*', ' ']);
    if !(before.is_empty() || before.ends_with([':', '.'])) {
        return None;
    }
    let rest = line.get(start + value.len()..)?.trim_start_matches(['`', '"', '\'', '*']);
    let after = rest.trim_start();
    let words = if let Some(inside) = after.strip_prefix('(') {
        inside.strip_suffix(')')?
    } else if let Some(words) = after.strip_prefix([':', '=', '–', '—']) {
        words
    } else {
        after.strip_prefix("- ").filter(|_| rest.starts_with(' '))?
    };
    let words = of_cell(words.trim());
    words.contains(char::is_alphabetic).then_some(words)
}
