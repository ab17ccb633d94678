//! The findings for a terminal, for the vendor, and for scripts.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Audit, Explained, Finding};

pub use crate::drift::Format;

impl Audit {
    /// The report. Markdown is for the vendor: what is wrong in the pages, and how to mend it.
    pub fn render(&self, format: Format) -> String {
        format.render(self, Self::text, Self::markdown)
    }

    fn text(&self, out: &mut String) -> fmt::Result {
        let mut mended = BTreeMap::<String, Vec<&str>>::new();
        for explained in self.vendored.iter().filter(|one| !one.mended_by.is_empty()) {
            let by = explained.mended_by.join(", ");
            mended.entry(by).or_default().push(&explained.finding.id);
        }
        for (by, findings) in &mended {
            title(out, &format!("mended by {by}"))?;
            findings.iter().try_for_each(|id| writeln!(out, "  {id}"))?;
        }
        let on_purpose = self.left.iter().filter_map(|left| Some((left, left.because.as_ref()?)));
        for (index, (left, because)) in on_purpose.clone().enumerate() {
            if index == 0 {
                title(out, "left on purpose")?;
            }
            writeln!(out, "  {}\n      {because}", left.finding.id)?;
        }
        let open = self.left.iter().filter(|left| left.because.is_none());
        for (index, left) in open.clone().enumerate() {
            if index == 0 {
                title(
                    out,
                    "not explained: mend it in overlay.yaml, or give a reason in audit.yaml",
                )?;
            }
            finding(out, &left.finding)?;
        }
        for name in &self.idle_patches {
            title(out, &format!("overlay {name}: mends no finding; say why in `x-because`"))?;
        }
        for id in &self.idle_entries {
            title(out, &format!("audit.yaml: no such finding, remove it: {id}"))?;
        }
        let mended = self.vendored.len()
            - self.vendored.iter().filter(|one| one.mended_by.is_empty()).count();
        let (on_purpose, open) = (on_purpose.count(), open.count());
        let total = self.vendored.len();
        writeln!(
            out,
            "{total} findings in the pages, {mended} mended; {on_purpose} left on purpose, {open} not explained"
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

fn title(out: &mut String, text: &str) -> fmt::Result {
    let bold = Style::new().bold();
    writeln!(out, "{bold}{text}{bold:#}")
}
