//! An action as the lines of an overlay, as a person would write them.

use serde_json::{Value, json};

use super::Change;
use super::target;
use crate::document::pointer;
use crate::syntax::yaml;

/// How long a line of prose gets.
const WIDTH: usize = 108;

/// An action of an overlay.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) patch: String,
    pub(crate) target: String,
    pub(crate) description: String,
    /// What is merged; none to remove.
    pub(crate) update: Option<Value>,
}

impl Action {
    /// The actions that make a change at a target, which selects places of which `place` is one.
    pub(crate) fn of(
        change: &Change,
        place: &str,
        target: &str,
        patch: &str,
        description: &str,
    ) -> Vec<Self> {
        let action = |target: String, description: &str, update: Option<Value>| Self {
            patch: patch.to_owned(),
            target,
            description: description.to_owned(),
            update,
        };
        match change {
            Change::Update(update) => {
                vec![action(target.to_owned(), description, Some(update.clone()))]
            }
            Change::Drop(name) => vec![action(target::of_item(target, name), description, None)],
            Change::Remove => vec![action(target.to_owned(), description, None)],
            Change::Replace(value) => {
                let key = place.rsplit('/').next().map(pointer::unescape).unwrap_or_default();
                let holder = target.strip_suffix(&format!(".{key}"));
                let quoted = || target.strip_suffix(&format!("['{key}']"));
                let Some(holder) = holder.or_else(quoted) else { return Vec::new() };
                let update = Some(json!({ key: value }));
                let removed = action(target.to_owned(), description, None);
                let put = "What takes its place.";
                vec![removed, action(holder.to_owned(), put, update)]
            }
        }
    }

    /// As lines of a list in an overlay.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut add = |key: &str, value: &Value| {
            let printed = yaml::print(&json!({ key: value }));
            lines.extend(printed.lines().map(str::to_owned));
        };
        add("x-patch", &json!(self.patch));
        add("target", &json!(self.target));
        lines.extend(folded("description", &self.description));
        match &self.update {
            Some(update) => {
                let printed = yaml::print(&json!({ "update": update }));
                lines.extend(printed.lines().map(str::to_owned));
            }
            None => lines.push("remove: true".to_owned()),
        }
        indented(lines)
    }
}

/// A key with prose, folded.
pub(crate) fn folded(key: &str, text: &str) -> Vec<String> {
    let mut lines = vec![format!("{key}: >-")];
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + word.chars().count() >= WIDTH {
            lines.push(format!("  {}", std::mem::take(&mut line)));
        }
        line += if line.is_empty() { "" } else { " " };
        line += word;
    }
    lines.push(format!("  {line}"));
    lines
}

fn indented(lines: Vec<String>) -> Vec<String> {
    let mark = |index| if index == 0 { "  - " } else { "    " };
    let lines = lines.into_iter().enumerate();
    lines.map(|(index, line)| format!("{}{line}", mark(index))).collect()
}
