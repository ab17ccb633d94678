//! A proposal for a terminal.

use std::fmt::{self, Write};

use super::{Asked, Proposal};
use crate::audit::finding::Finding;
use crate::drift::render::bold;
use crate::overlay::write::text::Widened;

impl Proposal {
    /// What is proposed, and what a person is asked.
    pub fn render(&self) -> String {
        let mut out = String::new();
        match self.write(&mut out) {
            Ok(()) => out,
            // Writing to a text cannot fail.
            Err(fmt::Error) => out,
        }
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        if !self.actions.is_empty() {
            writeln!(out, "{}\n", bold("overlay.yaml, more actions"))?;
            for action in &self.actions {
                writeln!(out, "{}\n", action.join("\n"))?;
            }
        }
        for (Widened { index, patch, .. }, lines) in &self.widened {
            let title = format!("overlay.yaml, #/actions/{index} {patch}: a broader target");
            writeln!(out, "{}\n\n{}\n", bold(&title), lines.join("\n"))?;
        }
        if !self.entries.0.is_empty() {
            writeln!(
                out,
                "{}\n\n{}\n",
                bold("audit.yaml, more entries"),
                self.entries.0.join("\n")
            )?;
        }
        if !self.questions.is_empty() {
            writeln!(out, "{}\n", bold("for a person to decide"))?;
            self.questions.iter().try_for_each(|asked| question(out, asked))?;
            writeln!(out)?;
        }
        self.summary(out)
    }

    fn summary(&self, out: &mut String) -> fmt::Result {
        let asked: usize = self.asked().values().sum();
        let reasons = self.asked().into_iter().map(|(reason, count)| format!("{count} {reason}"));
        let reasons = reasons.collect::<Vec<_>>().join(", ");
        let reasons = if asked == 0 { String::new() } else { format!(" ({reasons})") };
        writeln!(
            out,
            "{} findings are not explained: {} are gone with {} actions, {} with explanations, {asked} are for a person{reasons}",
            self.open,
            self.mended(),
            self.actions(),
            self.explained(),
        )
    }
}

fn question(out: &mut String, asked: &Asked) -> fmt::Result {
    let Asked { finding: Finding { id, documentation, document, .. }, reason, answers } = asked;
    writeln!(out, "? {id}\n      page      {documentation}\n      document  {document}")?;
    writeln!(out, "      why       {reason}: {}", reason.meaning())?;
    for (index, (says, lines)) in answers.iter().enumerate() {
        let word = if index == 0 { "either" } else { "or    " };
        writeln!(out, "      {word}    {says}")?;
        lines.iter().try_for_each(|line| writeln!(out, "            {line}"))?;
    }
    Ok(())
}
