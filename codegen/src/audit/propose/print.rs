//! Actions as the text of an overlay, and explanations as that of `audit.yaml`, as a person would write them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::plan::Planned;
use super::target;
use crate::audit::entries::Values;
use crate::audit::finding::Finding;
use crate::audit::mend::Change;
use crate::syntax::yaml;

/// How long a line of prose gets.
const WIDTH: usize = 108;

/// An action of an overlay.
#[derive(Clone, Debug)]
pub(super) struct Action {
    pub(super) patch: String,
    pub(super) target: String,
    pub(super) description: String,
    /// What is merged; none to remove.
    pub(super) update: Option<Value>,
}

impl Action {
    /// The actions that make a planned change at a target.
    pub(super) fn of(planned: &Planned, target: &str, patch: &str, description: &str) -> Vec<Self> {
        let action = |target: String, description: &str, update: Option<Value>| Self {
            patch: patch.to_owned(),
            target,
            description: description.to_owned(),
            update,
        };
        match &planned.change {
            Change::Update(update) => {
                vec![action(target.to_owned(), description, Some(update.clone()))]
            }
            Change::Drop(name) => vec![action(target::of_item(target, name), description, None)],
            Change::Replace(value) => {
                let Some((_, key)) = planned.holder() else { return Vec::new() };
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
    pub(super) fn lines(&self) -> Vec<String> {
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
pub(super) fn folded(key: &str, text: &str) -> Vec<String> {
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

/// The evidence of a planned change: what each page says, an operation after the other.
pub(super) fn evidence(planned: &Planned) -> String {
    let mut by_quotes = BTreeMap::<String, Vec<&str>>::new();
    for (operation, quotes) in planned.quotes() {
        let quotes: Vec<_> = quotes.iter().map(|quote| format!("\"{}\"", quote.trim())).collect();
        by_quotes.entry(quotes.join("; ")).or_default().push(operation);
    }
    let parts = by_quotes
        .iter()
        .map(|(quotes, operations)| format!("{quotes} ({})", operations.join(", ")));
    let mut text = parts.collect::<Vec<_>>().join("; ");
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}

/// Explanations for `audit.yaml`, those of one reason together.
pub(super) fn entries(explained: &[(&Finding, &str)]) -> Vec<String> {
    let mut by_reason = BTreeMap::<&str, Vec<&Finding>>::new();
    for (finding, because) in explained {
        by_reason.entry(because).or_default().push(finding);
    }
    let mut lines = Vec::new();
    for (because, findings) in by_reason {
        let findings = findings.into_iter().map(|finding| {
            let Values { page, document } = Values::of(finding);
            json!({ "finding": finding.id, "page": page, "document": document })
        });
        let printed = yaml::print(&json!([{ "findings": findings.collect::<Vec<_>>() }]));
        lines.extend(printed.lines().map(str::to_owned));
        lines.extend(folded("because", because).into_iter().map(|line| format!("  {line}")));
    }
    lines
}
