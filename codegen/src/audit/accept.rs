//! Records in `audit.yaml` which values each explanation is about. Comments, order and layout of everything
//! else stay.

use serde_json::json;

use super::entries::{self, EntryFault, StaleEntry, Values};
use super::finding::Finding;
use crate::error::{Error, Problem, Result, Stage};
use crate::syntax::yaml;

/// The text of an `audit.yaml` whose explanations say which values they explain, where the findings are
/// there.
///
/// # Errors
/// A file that is not a list of findings with reasons; findings that do not stand on lines of their own.
pub(super) fn accept(text: &str, findings: &[(StaleEntry, Finding)]) -> Result<String> {
    let positions = yaml::positions(text);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let entries = entries::parse(text)?;
    for (at, entry) in entries.iter().enumerate().rev() {
        for (index, explanation) in entry.findings.iter().enumerate().rev() {
            let found = findings.iter().find(|(stale, _)| stale.finding == explanation.finding);
            let Some((_, finding)) = found else { continue };
            let at = format!("/{at}/findings/{index}");
            let position = positions.get(&at).copied().unwrap_or_default();
            let line = position.line.saturating_sub(1);
            let before: String =
                lines.get(line).map_or("", String::as_str).chars().take(position.column).collect();
            let indent = before.len() - before.trim_start().len();
            if before.trim() != "-" {
                return Err(in_a_line(at));
            }
            let ends = |line: &String| {
                !line.trim().is_empty() && line.len() - line.trim_start().len() <= indent
            };
            let after = lines.iter().skip(line + 1).position(ends).map(|more| line + 1 + more);
            let end = after.unwrap_or(lines.len());
            let after = lines.get(line + 1..end).unwrap_or_default();
            let is_comment = |line: &&String| line.trim_start().starts_with('#');
            let kept: Vec<_> = after.iter().filter(is_comment).cloned().collect();
            lines.splice(line..end, printed(finding, indent).into_iter().chain(kept));
        }
    }
    let written = lines.join("\n") + "\n";
    entries::parse(&written)?;
    Ok(written)
}

fn printed(finding: &Finding, indent: usize) -> Vec<String> {
    let Values { page, document } = Values::of(finding);
    let printed =
        yaml::print(&json!({ "finding": finding.id, "page": page, "document": document }));
    let lines = printed.lines().enumerate();
    let mark = |index| if index == 0 { "- " } else { "  " };
    lines.map(|(index, line)| format!("{}{}{line}", " ".repeat(indent), mark(index))).collect()
}

fn in_a_line(at: String) -> Error {
    let message = "the findings stand in one line: write each on a line of its own".to_owned();
    Error::new(Stage::Audit, Problem::Syntax { message }).at(at)
}

/// Whether a record can be made: the finding is there, and only its values are not the recorded ones.
pub(super) fn is_acceptable(stale: &StaleEntry) -> bool {
    matches!(stale.fault, EntryFault::Unrecorded | EntryFault::Changed { .. })
}
