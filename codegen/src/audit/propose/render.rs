//! A proposal for a terminal.

use std::fmt::{self, Write};

use super::{Planned, Proposal, print};
use crate::audit::finding::Finding;
use crate::audit::mend::{Answer, Edit, Question};
use crate::drift::render::bold;
use crate::overlay::write::text::Widened;
use crate::overlay::write::{Action, folded, target};

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
        for Widened { index, patch, target, description } in &self.widened {
            let title = format!("overlay.yaml, #/actions/{index} {patch}: a broader target");
            writeln!(out, "{}\n\n    target: {target}", bold(&title))?;
            for line in folded("description", description) {
                writeln!(out, "    {line}")?;
            }
            writeln!(out)?;
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
            for (finding, question) in &self.questions {
                self.question(out, finding, question)?;
            }
            writeln!(out)?;
        }
        self.summary(out)
    }

    fn question(&self, out: &mut String, finding: &Finding, question: &Question) -> fmt::Result {
        let Finding { id, documentation, document, .. } = finding;
        let reason = question.reason;
        writeln!(out, "? {id}\n      page      {documentation}\n      document  {document}")?;
        writeln!(out, "      why       {reason}: {}", reason.meaning())?;
        for (index, Answer { says, edits }) in question.answers.iter().enumerate() {
            let word = if index == 0 { "either" } else { "or    " };
            writeln!(out, "      {word}    {says}")?;
            for line in edits.iter().flat_map(|edit| self.action(finding, edit)) {
                writeln!(out, "            {line}")?;
            }
        }
        Ok(())
    }

    /// The action that makes one of the edits between which a person chooses.
    fn action(&self, finding: &Finding, edit: &Edit) -> Vec<String> {
        let planned = Planned::alone(edit, finding);
        let targets = target::several(&self.patched, &planned.places);
        let actions = targets.into_iter().flat_map(|(target, _)| {
            let evidence = print::evidence(&planned);
            Action::of(&edit.change, &edit.at, &target, edit.purpose, &evidence)
        });
        actions.flat_map(|action| action.lines()).collect()
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
