//! The findings for a terminal, for the vendor, and for scripts.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use anstyle::AnsiColor;

use super::{Audit, Explained, Finding, TrafficCounts};

pub use crate::drift::Format;
use crate::drift::render::{bold, section};

impl Audit {
    /// The report. Markdown is for the vendor: what is wrong in the pages, and how to mend it.
    pub fn render(&self, format: Format) -> String {
        format.render(self, Self::text, Self::markdown)
    }

    fn text(&self, out: &mut String) -> fmt::Result {
        let mended = self.vendored.iter().filter(|explained| !explained.mended_by.is_empty());
        let mut by_mender = BTreeMap::<String, Vec<&str>>::new();
        for explained in mended.clone() {
            let menders = explained.mended_by.join(", ");
            by_mender.entry(menders).or_default().push(&explained.finding.id);
        }
        for (menders, ids) in &by_mender {
            let title = bold(&format!("mended by {menders}"));
            section(out, &title, ids, |out, id| writeln!(out, "  {id}"))?;
        }
        let (on_purpose, open): (Vec<_>, Vec<_>) =
            self.left.iter().partition(|left| left.because.is_some());
        section(out, &bold("left on purpose"), &on_purpose, |out, left| {
            let because = left.because.as_deref().unwrap_or_default();
            writeln!(out, "  {}\n      {because}", left.finding.id)
        })?;
        let title = "not explained: mend it in overlay.yaml, or give a reason in audit.yaml";
        section(out, &bold(title), &open, |out, left| finding(out, &left.finding))?;
        for name in &self.idle_patches {
            let text = format!("overlay {name}: mends no finding; say why in `x-because`");
            writeln!(out, "{}", bold(&text))?;
        }
        let title = bold("entries of audit.yaml that do not hold");
        section(out, &title, &self.stale_entries, |out, stale| write!(out, "  {stale}"))?;
        if let Some(TrafficCounts { calls, judged, elsewhere, unjudged_bodies }) = self.traffic {
            writeln!(
                out,
                "{calls} recorded calls: {judged} of operations, {elsewhere} of other addresses; \
                 {unjudged_bodies} bodies are no JSON and were not judged"
            )?;
        }
        writeln!(
            out,
            "{} findings in the pages, {} mended; {} left on purpose, {} not explained",
            self.vendored.len(),
            mended.count(),
            on_purpose.len(),
            open.len()
        )
    }

    fn markdown(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "# What the documentation pages say in two ways\n")?;
        writeln!(
            out,
            "Each row is a place where the OpenAPI document of a page disagrees with the page's own \
             tables, lists or examples, and the smallest change that would settle it."
        )?;
        let mut pages = BTreeMap::<&str, BTreeMap<String, Vec<&Explained>>>::new();
        for explained in &self.vendored {
            let kinds = pages.entry(&explained.page).or_default();
            kinds.entry(explained.finding.kind.to_string()).or_default().push(explained);
        }
        for (page, kinds) in pages {
            writeln!(out, "\n## {page}")?;
            for (kind, findings) in kinds {
                writeln!(out, "\n### {}\n", kind.replace('-', " "))?;
                writeln!(
                    out,
                    "| place in the document | the page says | the document says | correction |"
                )?;
                writeln!(out, "|---|---|---|---|")?;
                for explained in findings {
                    let Finding { pointer, documentation, document, correction, .. } =
                        &explained.finding;
                    let cells = [&format!("`{pointer}`"), documentation, document, correction];
                    let cells = cells.map(|text| text.replace('|', "\\|").replace('\n', " "));
                    writeln!(out, "| {} |", cells.join(" | "))?;
                }
            }
        }
        Ok(())
    }
}

fn finding(out: &mut String, finding: &Finding) -> fmt::Result {
    let red = AnsiColor::Red.on_default();
    let Finding { id, pointer, documentation, document, correction, .. } = finding;
    writeln!(out, "{red}!{red:#} {id}\n      at        #{pointer}")?;
    writeln!(out, "      page      {documentation}\n      document  {document}")?;
    writeln!(out, "      mend      {correction}")
}
