//! The report for a terminal, for a review, and for scripts.

use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Bump, Class, DocumentationChange, Drift, WireChange};
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

impl Drift {
    /// The report, with colours where the format is for a terminal.
    pub fn render(&self, format: Format) -> String {
        let mut text = String::new();
        let written = match format {
            Format::Text => self.text(&mut text),
            Format::Markdown => self.markdown(&mut text),
            Format::Json => {
                text = json::print(self);
                Ok(())
            }
        };
        // Writing to a string does not fail.
        debug_assert!(written.is_ok());
        text
    }

    /// The verdict in one line.
    pub fn headline(&self) -> String {
        match self.verdict.reasons.as_slice() {
            [] => "none: no change on the wire, in Rust or in the documentation".to_owned(),
            reasons => format!("{}: {}", self.verdict.bump, reasons.join(", ")),
        }
    }

    fn text(&self, out: &mut String) -> fmt::Result {
        let style = bump_style(self.verdict.bump);
        writeln!(out, "{style}{}{style:#}", self.headline())?;
        section(out, "on the wire", &self.wire, |out, change| {
            let mark = class_mark(change.class);
            let WireChange { direction, rule, note, .. } = change;
            let direction = format!("{direction:?}").to_lowercase();
            writeln!(out, "{mark} {direction:9}  {rule:18}  {note}")?;
            writeln!(out, "      {}", pointers(change))
        })?;
        section(out, "in Rust", &self.rust, |out, change| {
            let mark = class_mark(change.class);
            writeln!(out, "{mark} {change}")
        })?;
        section(out, "documentation", &self.documentation, text_lines)?;
        section(out, "examples", &self.examples, text_lines)?;
        section(out, "patches that are no longer needed", &self.stale, |out, patch| {
            writeln!(out, "  {}  {}  {}", patch.patch, patch.place, patch.note)
        })
    }

    fn markdown(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "# Drift: {} to {}\n\n**{}**", self.old, self.new, self.headline())?;
        heading(out, "On the wire", !self.wire.is_empty())?;
        if !self.wire.is_empty() {
            writeln!(out, "| class | direction | change | | place |\n|---|---|---|---|---|")?;
        }
        for change in &self.wire {
            let WireChange { class, direction, rule, note, .. } = change;
            let place = cell(&pointers(change));
            let note = cell(note);
            let (class, direction) = (words(class), words(direction));
            writeln!(out, "| {class} | {direction} | {rule} | {note} | `{place}` |")?;
        }
        heading(out, "In Rust", !self.rust.is_empty())?;
        for change in &self.rust {
            writeln!(out, "- {}: {change}", words(&change.class))?;
        }
        for (title, changes) in
            [("Documentation", &self.documentation), ("Examples", &self.examples)]
        {
            heading(out, title, !changes.is_empty())?;
            for change in changes {
                writeln!(out, "**{}**\n\n```diff", change.place.replace("~1", "/"))?;
                change.removed.iter().try_for_each(|line| writeln!(out, "- {line}"))?;
                change.added.iter().try_for_each(|line| writeln!(out, "+ {line}"))?;
                writeln!(out, "```\n")?;
            }
        }
        heading(out, "Patches that are no longer needed", !self.stale.is_empty())?;
        for patch in &self.stale {
            writeln!(out, "- **{}** ({}): {}", patch.patch, patch.place, patch.note)?;
        }
        Ok(())
    }
}

fn section<T>(
    out: &mut String,
    title: &str,
    changes: &[T],
    each: impl Fn(&mut String, &T) -> fmt::Result,
) -> fmt::Result {
    if changes.is_empty() {
        return Ok(());
    }
    let bold = Style::new().bold();
    writeln!(out, "\n{bold}{title}{bold:#}")?;
    changes.iter().try_for_each(|change| each(out, change))
}

fn heading(out: &mut String, title: &str, wanted: bool) -> fmt::Result {
    if wanted { writeln!(out, "\n## {title}\n") } else { Ok(()) }
}

fn text_lines(out: &mut String, change: &DocumentationChange) -> fmt::Result {
    let (red, green) = (color(AnsiColor::Red), color(AnsiColor::Green));
    writeln!(out, "  {}", change.place.replace("~1", "/"))?;
    change.removed.iter().try_for_each(|line| writeln!(out, "    {red}- {line}{red:#}"))?;
    change.added.iter().try_for_each(|line| writeln!(out, "    {green}+ {line}{green:#}"))
}

/// One pointer where both sides have the same.
fn pointers(change: &WireChange) -> String {
    let (old, new) = (change.old.replace("~1", "/"), change.new.replace("~1", "/"));
    if old == new { format!("#{old}") } else { format!("#{old} -> #{new}") }
}

fn words(value: &impl fmt::Debug) -> String {
    format!("{value:?}").to_lowercase()
}

/// A table's cell must not end at a bar.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn class_mark(class: Class) -> String {
    let red = color(AnsiColor::Red);
    match class {
        Class::Breaking => format!("{red}!{red:#}"),
        Class::Compatible => " ".to_owned(),
    }
}

fn color(color: AnsiColor) -> Style {
    color.on_default()
}

fn bump_style(bump: Bump) -> Style {
    let color = match bump {
        Bump::Major => AnsiColor::Red,
        Bump::Minor => AnsiColor::Yellow,
        Bump::Patch | Bump::None => AnsiColor::Green,
    };
    color.on_default().bold()
}
