//! The report for a terminal, for a review, and for scripts.

use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::Value;

use super::{
    Accepted, Bump, Class, CoveredChange, DocumentationChange, Drift, IndexChange, PageChange,
    RustChange, Unjudged, Vendored, WireChange, finding,
};
use crate::syntax::json;

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    #[default]
    Text,
    /// To paste in a review.
    Markdown,
    /// For scripts.
    Json,
}

impl Format {
    /// A report, written by one of two functions or as JSON.
    pub(crate) fn render<R: Serialize>(
        self,
        report: &R,
        text: impl FnOnce(&R, &mut String) -> fmt::Result,
        markdown: impl FnOnce(&R, &mut String) -> fmt::Result,
    ) -> String {
        let mut out = String::new();
        let written = match self {
            Self::Text => text(report, &mut out),
            Self::Markdown => markdown(report, &mut out),
            Self::Json => {
                out = json::print(report);
                Ok(())
            }
        };
        // Writing to a string does not fail.
        debug_assert!(written.is_ok());
        out
    }
}

impl Drift {
    /// The report, with colours where the format is for a terminal.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Json => json::print(&finding::json(self)),
            format => format.render(self, Self::text, Self::markdown),
        }
    }

    /// The verdict in one line.
    pub fn headline(&self) -> String {
        let reasons = &self.verdict.reasons;
        // What asks for no version may ask for a person.
        let unseen = [
            (if reasons.is_empty() { self.pages.len() } else { 0 }, "pages added, gone or renamed"),
            (self.unjudged.len(), "not judged"),
            (self.page.len(), "only on the page"),
            (self.index.len(), "in the list of pages"),
            (self.covered.len(), "covered"),
            (self.stale.len(), "stale"),
            (self.accepted_and_gone.len(), "accepted and gone"),
        ];
        let unseen = unseen.iter().filter(|(count, _)| *count > 0);
        let unseen: Vec<_> = unseen.map(|(count, what)| format!("{count} {what}")).collect();
        match (reasons.is_empty(), unseen.is_empty()) {
            (true, true) if !self.accepted.is_empty() => {
                format!("none: nothing but what is accepted ({})", self.accepted.len())
            }
            (true, true) => {
                "none: no change on the wire, in Rust or in the documentation".to_owned()
            }
            (true, false) => format!("review, no change of the client: {}", unseen.join(", ")),
            (false, true) => format!("{}: {}", self.verdict.bump, reasons.join(", ")),
            (false, false) => {
                let reasons = reasons.join(", ");
                format!("{}: {reasons}; to review: {}", self.verdict.bump, unseen.join(", "))
            }
        }
    }

    fn text(&self, out: &mut String) -> fmt::Result {
        let title = |title: &str| format!("\n{}", bold(title));
        let style = bump_style(self.verdict.bump);
        writeln!(out, "{style}{}{style:#}", self.headline())?;
        section(out, &title("pages"), &self.pages, text_page)?;
        section(out, &title("on the wire"), &self.wire, text_wire)?;
        section(out, &title("changed, not judged"), &self.unjudged, |out, change| {
            writeln!(out, "  {}", change.place.replace("~1", "/"))?;
            text_values(out, &change.was, &change.is)
        })?;
        section(out, &title("in Rust"), &self.rust, text_rust)?;
        section(out, &title("documentation"), &self.documentation, text_lines)?;
        section(out, &title("examples"), &self.examples, text_lines)?;
        section(out, &title("the page says"), &self.page, text_lines)?;
        section(out, &title("the list of pages"), &self.index, |out, change| {
            let (red, green) = (AnsiColor::Red.on_default(), AnsiColor::Green.on_default());
            let style = if matches!(change, IndexChange::Added(_)) { green } else { red };
            writeln!(out, "    {style}{}{style:#}", index_line(change))
        })?;
        let covered = title("covered: changes of the vendor that the client does not show");
        section(out, &covered, &self.covered, text_covered)?;
        let equivalent = title("equivalent: the same in other words");
        section(out, &equivalent, &self.equivalent, text_covered)?;
        let stale = title("patches that no longer fit");
        section(out, &stale, &self.stale, |out, patch| {
            writeln!(out, "  {}  {}  {}", patch.patch, patch.place, patch.note)
        })?;
        section(out, &title("accepted in drift.yaml"), &self.accepted, text_accepted)?;
        let gone = title("accepted in drift.yaml and not found: delete");
        section(out, &gone, &self.accepted_and_gone, text_accepted)
    }

    fn markdown(&self, out: &mut String) -> fmt::Result {
        const WIRE: &str = "\n## On the wire\n\n\
            | class | direction | change | | place |\n|---|---|---|---|---|";
        writeln!(out, "# Drift: {} to {}\n\n**{}**", self.old, self.new, self.headline())?;
        section(out, "\n## Pages\n", &self.pages, |out, change| {
            writeln!(out, "- {}: {change}", lowercase(&change.class))
        })?;
        section(out, WIRE, &self.wire, |out, change| {
            let (class, direction) = (lowercase(&change.class), lowercase(&change.direction));
            let (note, place) = (cell(&change.note), cell(&pointers(change)));
            writeln!(out, "| {class} | {direction} | {} | {note} | `{place}` |", change.rule)
        })?;
        section(out, UNJUDGED, &self.unjudged, markdown_unjudged)?;
        section(out, "\n## In Rust\n", &self.rust, markdown_rust)?;
        section(out, "\n## Documentation\n", &self.documentation, markdown_lines)?;
        section(out, "\n## Examples\n", &self.examples, markdown_lines)?;
        section(out, "\n## The page says\n", &self.page, markdown_lines)?;
        section(out, "\n## The list of pages\n\n```diff", &self.index, |out, change| {
            writeln!(out, "{}", index_line(change))
        })?;
        if !self.index.is_empty() {
            writeln!(out, "```")?;
        }
        const COVERED: &str = "\n## Covered\n\nChanges of the vendor that the client does not show.\n\n\
            | by | class | page | place | was | is |\n|---|---|---|---|---|---|";
        const EQUIVALENT: &str = "\n## Equivalent\n\nThe same in other words.\n\n\
            | by | class | page | place | was | is |\n|---|---|---|---|---|---|";
        section(out, COVERED, &self.covered, markdown_covered)?;
        section(out, EQUIVALENT, &self.equivalent, markdown_covered)?;
        let stale = "\n## Patches that no longer fit\n";
        section(out, stale, &self.stale, |out, patch| {
            writeln!(out, "- **{}** ({}): {}", patch.patch, patch.place, patch.note)
        })?;
        section(out, "\n## Accepted\n", &self.accepted, markdown_accepted)?;
        let gone = "\n## Accepted and not found: delete\n";
        section(out, gone, &self.accepted_and_gone, markdown_accepted)
    }
}

impl Vendored {
    /// The changes, for a terminal or for scripts.
    pub fn render(&self, format: Format) -> String {
        let text = |changes: &Self, out: &mut String| {
            let title = bold("what the vendor changed, of which codegen makes no client");
            section(out, &bold("pages"), &changes.pages, text_page)?;
            section(out, &title, &changes.changes, text_covered)?;
            section(out, &bold("the page says"), &changes.page, text_lines)
        };
        format.render(self, text, text)
    }
}

fn text_wire(out: &mut String, change: &WireChange) -> fmt::Result {
    let WireChange { class, direction, rule, note, .. } = change;
    let (mark, direction) = (class_mark(*class), lowercase(direction));
    writeln!(out, "{mark} {direction:9}  {rule:18}  {note}")?;
    writeln!(out, "      {}", pointers(change))?;
    // The others say in their notes what was and is.
    match rule {
        &"schema" => text_values(out, &change.was, &change.is),
        _ => Ok(()),
    }
}

fn text_rust(out: &mut String, change: &RustChange) -> fmt::Result {
    writeln!(out, "{} {change}", class_mark(change.class))?;
    let mut lines = change.witness.iter().flat_map(|witness| witness.lines());
    lines.try_for_each(|line| writeln!(out, "      {line}"))
}

/// A change of a public item, and the code of a caller that it breaks.
fn markdown_rust(out: &mut String, change: &RustChange) -> fmt::Result {
    writeln!(out, "- {}: {change}", lowercase(&change.class))?;
    let Some(witness) = &change.witness else { return Ok(()) };
    // Inside of the item of the list.
    writeln!(out, "\n  ```rust")?;
    witness.lines().try_for_each(|line| writeln!(out, "  {line}"))?;
    writeln!(out, "  ```\n")
}

/// A page that came, went or goes by another name.
fn text_page(out: &mut String, change: &PageChange) -> fmt::Result {
    writeln!(out, "{} {change}", class_mark(change.class))
}

fn text_accepted(out: &mut String, accepted: &Accepted) -> fmt::Result {
    let Accepted { fingerprint, finding, because } = accepted;
    writeln!(out, "  {finding}\n      {fingerprint}: {because}")
}

fn markdown_accepted(out: &mut String, accepted: &Accepted) -> fmt::Result {
    let Accepted { fingerprint, finding, because } = accepted;
    writeln!(out, "- {finding} ({fingerprint}): {because}")
}

fn markdown_covered(out: &mut String, change: &CoveredChange) -> fmt::Result {
    let CoveredChange { page, place, by, class, .. } = change;
    let class = class.map(|class| lowercase(&class)).unwrap_or_default();
    let (was, is) = short(&change.was, &change.is);
    let (was, is) = (cell(&was), cell(&is));
    writeln!(out, "| {by} | {class} | {page} | `{}` | {was} | {is} |", cell(place))
}

const UNJUDGED: &str = "\n## Changed, not judged\n\n| place | was | is |\n|---|---|---|";

fn markdown_unjudged(out: &mut String, change: &Unjudged) -> fmt::Result {
    let (was, is) = short(&change.was, &change.is);
    writeln!(out, "| `{}` | {} | {} |", cell(&change.place), cell(&was), cell(&is))
}

/// A change that the client does not show.
fn text_covered(out: &mut String, change: &CoveredChange) -> fmt::Result {
    let CoveredChange { page, place, by, class, .. } = change;
    let mark = class.map_or_else(|| " ".to_owned(), class_mark);
    let class = class.map(|class| format!(", {} on the wire", lowercase(&class)));
    writeln!(out, "{mark} {by}{}", class.unwrap_or_default())?;
    writeln!(out, "      {page} #{}", place.replace("~1", "/"))?;
    text_values(out, &change.was, &change.is)
}

fn text_values(out: &mut String, was: &Option<Value>, is: &Option<Value>) -> fmt::Result {
    let (was, is) = short(was, is);
    writeln!(out, "      was {was}, is {is}")
}

/// Two values in short, from shortly before where they differ; the JSON report has all of them.
fn short(was: &Option<Value>, is: &Option<Value>) -> (String, String) {
    let text = |value: &Option<Value>| value.as_ref().map_or("absent".to_owned(), Value::to_string);
    let (was, is) = (text(was), text(is));
    let same = was.chars().zip(is.chars()).take_while(|(one, other)| one == other).count();
    let skipped = same.saturating_sub(MAX_VALUE / 3);
    let cut = |text: &str| {
        let long = text.chars().count() > MAX_VALUE;
        let skipped = if long { skipped } else { 0 };
        let start = if skipped > 0 { "…" } else { "" };
        let rest: String = text.chars().skip(skipped).take(MAX_VALUE).collect();
        let end = if text.chars().count() > skipped + MAX_VALUE { "…" } else { "" };
        format!("{start}{rest}{end}")
    };
    (cut(&was), cut(&is))
}

/// A change of the list of pages in a line.
pub(super) fn index_line(change: &IndexChange) -> String {
    match change {
        IndexChange::Added(link) => format!("+ {link}"),
        IndexChange::Removed(link) => format!("- {link}"),
        IndexChange::Kept => "+ the list is kept: nothing to compare it with".to_owned(),
        IndexChange::Dropped => "- the list was kept: nothing to compare it with".to_owned(),
    }
}

/// How many characters of a value are shown.
const MAX_VALUE: usize = 60;

/// A heading on a terminal.
pub(crate) fn bold(text: &str) -> String {
    let bold = Style::new().bold();
    format!("{bold}{text}{bold:#}")
}

/// Writes a heading and what stands under it, unless there is nothing.
pub(crate) fn section<T>(
    out: &mut String,
    heading: &str,
    changes: &[T],
    write_one: impl Fn(&mut String, &T) -> fmt::Result,
) -> fmt::Result {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "{heading}")?;
    changes.iter().try_for_each(|change| write_one(out, change))
}

fn text_lines(out: &mut String, change: &DocumentationChange) -> fmt::Result {
    let (red, green) = (AnsiColor::Red.on_default(), AnsiColor::Green.on_default());
    writeln!(out, "  {}", change.place.replace("~1", "/"))?;
    change.removed.iter().try_for_each(|line| writeln!(out, "    {red}- {line}{red:#}"))?;
    change.added.iter().try_for_each(|line| writeln!(out, "    {green}+ {line}{green:#}"))
}

fn markdown_lines(out: &mut String, change: &DocumentationChange) -> fmt::Result {
    writeln!(out, "**{}**\n\n```diff", change.place.replace("~1", "/"))?;
    change.removed.iter().try_for_each(|line| writeln!(out, "- {line}"))?;
    change.added.iter().try_for_each(|line| writeln!(out, "+ {line}"))?;
    writeln!(out, "```\n")
}

/// One pointer where both sides have the same.
fn pointers(change: &WireChange) -> String {
    let (old, new) = (change.old.replace("~1", "/"), change.new.replace("~1", "/"));
    if old == new { format!("#{old}") } else { format!("#{old} -> #{new}") }
}

pub(super) fn lowercase(value: &impl fmt::Debug) -> String {
    format!("{value:?}").to_lowercase()
}

/// A bar would end the cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn class_mark(class: Class) -> String {
    let red = AnsiColor::Red.on_default();
    match class {
        Class::Breaking => format!("{red}!{red:#}"),
        Class::Compatible => " ".to_owned(),
    }
}

fn bump_style(bump: Bump) -> Style {
    let color = match bump {
        Bump::Major => AnsiColor::Red,
        Bump::Minor | Bump::Review => AnsiColor::Yellow,
        Bump::Patch | Bump::None => AnsiColor::Green,
    };
    color.on_default().bold()
}
