//! Changes of an overlay's own text: actions added at its end, targets made broader. Comments, order and
//! layout of everything else stay.

use super::folded;
use serde_json::Value;

use crate::error::{Error, Problem, Result, Stage};
use crate::overlay;
use crate::syntax::yaml;

/// The overlay of a folder that has none.
const EMPTY: &str = "\
# What is wrong in the vendor's pages, corrected from their own tables and examples: an OpenAPI Overlay 1.1
# document, applied to the normalized document.
overlay: 1.1.0
info:
  title: Corrections
  version: 1.0.0
actions:
";

/// How far the lines of an action are indented.
pub(crate) const INDENT: usize = 2;

/// The overlay with more actions, given as lines. They stand as far to the right as those that are there.
///
/// # Errors
/// An overlay whose `actions` are not its last key, or stand in brackets: nothing can be added to them.
pub(crate) fn with_actions(text: Option<&str>, actions: &[Vec<String>]) -> Result<String> {
    let count = |text: &str| {
        let parsed = yaml::parse(text).ok()?;
        Some(parsed.get("actions")?.as_array().map_or(0, Vec::len))
    };
    let known = text.map_or(Some(0), count);
    let mut text = text.map_or_else(|| EMPTY.to_owned(), |text| text.trim_end().to_owned() + "\n");
    // A list without items is written in one line.
    if let Some(start) = text.trim_end().strip_suffix("actions: []") {
        text = format!("{start}actions:\n");
    }
    let first = yaml::positions(&text).get("/actions/0").copied();
    let indent = first.map_or(INDENT, |first| first.column.saturating_sub("- ".len()));
    for action in actions {
        if !text.ends_with("actions:\n") {
            text.push('\n');
        }
        for line in action {
            text += &format!("{}{}\n", " ".repeat(indent), line.get(INDENT..).unwrap_or_default());
        }
    }
    match (known, count(&text)) {
        (Some(known), Some(now)) if now == known + actions.len() => Ok(text),
        _ => {
            let message = "nothing can be added to its `actions`: write them as a block, a line a key, and as \
                           the last key"
                .to_owned();
            Err(Error::new(Stage::Overlay, Problem::Overlay { message }))
        }
    }
}

/// An action whose target is to select more.
#[derive(Clone, Debug)]
pub(crate) struct Widened {
    pub(crate) index: usize,
    pub(crate) patch: String,
    pub(crate) target: String,
    pub(crate) description: String,
}

/// The overlay with a broader target.
///
/// # Errors
/// An action that is not written as a block, into which nothing can be put without rewriting it.
pub(crate) fn with_target(text: &str, widened: &Widened) -> Result<String> {
    let Widened { index, target, description, .. } = widened;
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let target = yaml::print(&serde_json::json!({ "target": target }));
    let target: Vec<_> = target.lines().map(str::to_owned).collect();
    let keys = [("target", target), ("description", folded("description", description))];
    let positions = yaml::positions(text);
    let mut edits = Vec::new();
    for (key, with) in keys {
        let (range, column) =
            lines_of(&positions, &lines, *index, key).ok_or_else(|| in_braces(*index))?;
        edits.push((range, column, with));
    }
    // What it was written against is recorded anew: more places have another holder.
    let record = lines_of(&positions, &lines, *index, overlay::RECORD);
    edits.extend(record.map(|(range, column)| (range, column, Vec::new())));
    // From the last to the first, so that lines keep their numbers.
    edits.sort_by_key(|(range, ..)| std::cmp::Reverse(range.start));
    for (range, column, with) in edits {
        let first = lines.get(range.start).cloned().unwrap_or_default();
        let before: String = first.chars().take(column).collect();
        let with = with.into_iter().enumerate().map(|(at, line)| match at {
            // The first key of an action stands after the dash.
            0 => format!("{before}{line}"),
            _ => format!("{}{line}", " ".repeat(column)),
        });
        lines.splice(range, with.collect::<Vec<_>>());
    }
    Ok(lines.join("\n") + "\n")
}

/// An `audit.yaml` with more entries, given as lines that start at the margin. They stand as far to the right as
/// those that are there.
///
/// # Errors
/// A file to which nothing can be added.
pub(crate) fn with_entries(text: Option<&str>, entries: &[String]) -> Result<String> {
    let text = text.unwrap_or_default();
    if entries.is_empty() {
        return Ok(text.to_owned());
    }
    // A list without items is written in one line.
    let start = text.trim_end();
    let start = start.strip_suffix("[]").unwrap_or(start).trim_end();
    let first = yaml::positions(start).get("/0").copied();
    let indent = first.map_or(0, |first| first.column.saturating_sub("- ".len()));
    let mut whole = start.to_owned();
    if !whole.is_empty() {
        whole.push('\n');
    }
    for line in entries {
        whole += &format!("{}{line}\n", " ".repeat(indent));
    }
    match yaml::parse(&whole) {
        Ok(Value::Array(_)) => Ok(whole),
        _ => {
            let message =
                "nothing can be added to it: write it as a list, an item a line".to_owned();
            let file = std::path::Path::new("audit.yaml");
            Err(Error::new(Stage::Audit, Problem::Syntax { message }).in_file(file))
        }
    }
}

/// A text with the ends of lines that the file has.
pub(crate) fn with_ends_of(is_crlf: bool, text: String) -> String {
    if is_crlf { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text }
}

/// An action as it stands in the overlay, without what stands between it and the next.
pub(crate) fn action(text: &str, index: usize) -> Vec<String> {
    let positions = yaml::positions(text);
    let line = |index| positions.get(&format!("/actions/{index}")).map(|start| start.line - 1);
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let Some(start) = line(index) else { return Vec::new() };
    let end = line(index + 1).unwrap_or(lines.len());
    let mut lines = lines.get(start..end).unwrap_or_default().to_vec();
    let is_between = |line: &String| line.trim().is_empty() || line.trim_start().starts_with('#');
    while lines.last().is_some_and(is_between) {
        lines.pop();
    }
    lines
}

/// The lines of one key of an action, and the column at which its keys stand.
fn lines_of(
    positions: &std::collections::BTreeMap<String, yaml::Position>,
    lines: &[String],
    index: usize,
    key: &str,
) -> Option<(std::ops::Range<usize>, usize)> {
    let (keys, column) = keys_of(positions, index)?;
    let (_, own) = keys.iter().find(|(other, _)| *other == key)?;
    let next = keys.iter().map(|(_, other)| other.line).filter(|line| *line > own.line).min();
    let end = next.map_or_else(
        || {
            let after = positions.get(&format!("/actions/{}", index + 1));
            let end = after.map_or(lines.len(), |next| next.line - 1);
            let is_of_key = |line: &String| {
                let indent = line.len() - line.trim_start().len();
                !line.trim().is_empty() && indent > column
            };
            let rest = lines.get(own.line..end).unwrap_or_default();
            own.line + rest.iter().take_while(|line| is_of_key(line)).count()
        },
        |line| line - 1,
    );
    Some((own.line - 1..end, column))
}

/// The keys of an action, and the column at which they stand; none of a flow mapping, whose keys do not stand under
/// each other.
pub(crate) fn keys_of(
    positions: &std::collections::BTreeMap<String, yaml::Position>,
    index: usize,
) -> Option<(Vec<(&str, yaml::Position)>, usize)> {
    let action = format!("/actions/{index}");
    let column = positions.get(&action)?.column;
    let keys = positions.iter().filter_map(|(place, position)| {
        let key = place.strip_prefix(&action)?.strip_prefix('/')?;
        (!key.contains('/')).then_some((key, *position))
    });
    let keys: Vec<_> = keys.collect();
    keys.iter().all(|(_, position)| position.column == column).then_some((keys, column))
}

pub(crate) fn in_braces(index: usize) -> Error {
    let message = "the action is written in braces: write it with a line a key".to_owned();
    Error::new(Stage::Overlay, Problem::Overlay { message }).at(format!("/actions/{index}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    const ACTION: &str = "  - target: $.info\n    remove: true";
    const ENTRY: &str = "- findings:\n  - b\n  because: c";

    #[test]
    fn an_action_stands_as_far_to_the_right_as_the_others() {
        let text = "overlay: 1.1.0\nactions:\n- target: $\n  remove: true\n";
        let with = with_actions(Some(text), &[lines(ACTION)]).unwrap();
        assert_eq!(with, format!("{text}\n- target: $.info\n  remove: true\n"));
    }

    #[test]
    fn actions_that_are_not_last_or_in_brackets_get_none() {
        for text in [
            "actions:\n- target: $\n  remove: true\noverlay: 1.1.0\n",
            "overlay: 1.1.0\nactions: [{target: $, remove: true}]\n",
            "{overlay: 1.1.0, actions: [{target: $, remove: true}]}\n",
        ] {
            let error = with_actions(Some(text), &[lines(ACTION)]).unwrap_err().to_string();
            assert!(error.contains("write them as a block"), "{error}");
        }
    }

    #[test]
    fn an_entry_stands_as_far_to_the_right_as_the_others() {
        let text = "# why\n  - findings: [a]\n    because: b\n";
        let with = with_entries(Some(text), &lines(ENTRY)).unwrap();
        assert_eq!(with, format!("{text}  - findings:\n    - b\n    because: c\n"));
    }

    #[test]
    fn a_list_without_entries_gets_its_first() {
        for text in ["", "[]\n", "# none yet\n[]\n"] {
            let with = with_entries(Some(text), &lines(ENTRY)).unwrap();
            assert!(with.ends_with(&format!("{ENTRY}\n")) && !with.contains("[]"), "{with}");
        }
    }

    #[test]
    fn ends_of_lines_stay_as_they_are() {
        assert_eq!(with_ends_of(true, "a\nb\r\n".to_owned()), "a\r\nb\r\n");
        assert_eq!(with_ends_of(false, "a\n".to_owned()), "a\n");
    }
}
