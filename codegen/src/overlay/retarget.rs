//! Points actions at what has moved: the vendor renamed a path variable, a property or a component.

use super::{at_action, parse};
use crate::error::{Error, Problem, Result, Stage};
use crate::syntax::yaml;

/// An overlay whose targets name something as it is called now.
#[derive(Debug)]
pub struct Retargeted {
    /// The overlay's text.
    pub text: String,
    /// The actions whose targets have changed, by their index.
    pub actions: Vec<usize>,
    /// How the same is done elsewhere.
    pub rename: Rename,
}

/// A name for another: where it stands as a whole name, and if it nowhere does, within names.
#[derive(Clone, Debug)]
pub struct Rename {
    old: String,
    new: String,
    /// Whether the old name is one of its own somewhere.
    is_whole: bool,
}

impl Rename {
    fn of(old: &str, new: &str, targets: &[&str]) -> Self {
        let of = |old: &str, new: &str, is_whole| Self {
            old: old.to_owned(),
            new: new.to_owned(),
            is_whole,
        };
        let is_named = |name: &str| {
            let marked = of(name, "", true);
            targets.iter().any(|target| marked.apply(target) != *target)
        };
        // Where the new name stands already, there may be no old one left.
        of(old, new, is_named(old) || is_named(new))
    }

    /// The text with the new name. What has it already stays as it is.
    pub fn apply(&self, text: &str) -> String {
        let (mut renamed, mut end) = (String::new(), 0);
        for (start, _) in text.match_indices(&self.old) {
            if self.is_renamed(text, start) || self.is_whole && !self.is_name(text, start) {
                continue;
            }
            renamed.push_str(text.get(end..start).unwrap_or_default());
            renamed.push_str(&self.new);
            end = start + self.old.len();
        }
        renamed + text.get(end..).unwrap_or_default()
    }

    /// The overlay's text with the new name in all targets, and the actions of which they are.
    fn targets(&self, text: &str, count: usize) -> (String, Vec<usize>) {
        let positions = yaml::positions(text);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut actions = Vec::new();
        for index in 0..count {
            let at = format!("/actions/{index}/");
            let Some(start) = positions.get(&format!("{at}target")) else { continue };
            let keys = positions.iter().filter_map(|(place, position)| {
                let key = place.strip_prefix(&at)?;
                (!key.contains('/') && position.line > start.line).then_some(position.line - 1)
            });
            let end = keys.min().unwrap_or(lines.len());
            let within = lines.get_mut(start.line.saturating_sub(1)..end).unwrap_or_default();
            for line in within {
                let renamed = self.apply(line);
                if renamed != *line {
                    *line = renamed;
                    actions.push(index);
                }
            }
        }
        actions.dedup();
        (lines.join("\n") + "\n", actions)
    }

    /// Whether the old name at a place is a part of the new one.
    fn is_renamed(&self, text: &str, start: usize) -> bool {
        !self.new.is_empty()
            && self.new.match_indices(&self.old).any(|(offset, _)| {
                let at = start.checked_sub(offset).and_then(|at| text.get(at..));
                at.is_some_and(|text| text.starts_with(&self.new))
            })
    }

    /// Whether the old name at a place is no part of a longer one.
    fn is_name(&self, text: &str, start: usize) -> bool {
        let continues = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let Some((before, rest)) = text.split_at_checked(start) else { return false };
        let after = rest.strip_prefix(&self.old).unwrap_or(rest);
        let starts = continues(self.old.chars().next()) && continues(before.chars().next_back());
        let ends = continues(self.old.chars().next_back()) && continues(after.chars().next());
        !(starts || ends)
    }
}

/// Replaces a name in every target; the rest of the text stays.
///
/// # Errors
/// A name that is empty; an overlay that is none, and one in which no target or more than targets would
/// change.
pub fn retarget(text: &str, old: &str, new: &str) -> Result<Retargeted> {
    let before = parse(text)?;
    if old.trim().is_empty() || new.trim().is_empty() {
        let message = "a name to retarget is empty".to_owned();
        return Err(Error::new(Stage::Overlay, Problem::Overlay { message }));
    }
    let targets: Vec<_> = before.actions.iter().map(|action| action.target.as_str()).collect();
    let rename = Rename::of(old, new, &targets);
    let (text, actions) = rename.targets(text, before.actions.len());
    let after = parse(&text)?;
    let mut wanted = before;
    for (index, action) in wanted.actions.iter_mut().enumerate() {
        if actions.contains(&index) {
            action.target = rename.apply(&action.target);
        }
    }
    if wanted != after {
        let message = format!("replacing `{old}` would change more than targets");
        return Err(Error::new(Stage::Overlay, Problem::Overlay { message }));
    }
    match actions.first() {
        Some(_) => Ok(Retargeted { text, actions, rename }),
        None => {
            let message = format!("no target has `{old}`");
            Err(at_action(Problem::Overlay { message }, 0))
        }
    }
}
