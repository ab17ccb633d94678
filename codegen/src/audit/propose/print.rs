//! The evidence of an action in words, and explanations as the text of `audit.yaml`, as a person would write them.

use std::collections::BTreeMap;

use serde_json::json;

use super::plan::Planned;
use crate::audit::entries::Values;
use crate::audit::finding::Finding;
use crate::overlay::write::folded;
use crate::syntax::yaml;

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
