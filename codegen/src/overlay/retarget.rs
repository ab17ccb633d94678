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
}

/// Replaces a part of every target; the rest of the text stays.
///
/// # Errors
/// An overlay that is none, and one in which more than targets would change.
pub fn retarget(text: &str, old: &str, new: &str) -> Result<Retargeted> {
    let before = parse(text)?;
    let positions = yaml::positions(text);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut actions = Vec::new();
    for index in 0..before.actions.len() {
        let at = format!("/actions/{index}/");
        let Some(start) = positions.get(&format!("{at}target")) else { continue };
        let keys = positions.iter().filter_map(|(place, position)| {
            let key = place.strip_prefix(&at)?;
            (!key.contains('/') && position.line > start.line).then_some(position.line - 1)
        });
        let end = keys.min().unwrap_or(lines.len());
        for line in &mut lines[start.line - 1..end] {
            if line.contains(old) {
                *line = line.replace(old, new);
                actions.push(index);
            }
        }
    }
    actions.dedup();
    let text = lines.join("\n") + "\n";
    let after = parse(&text)?;
    let mut wanted = before;
    for (index, action) in wanted.actions.iter_mut().enumerate() {
        if actions.contains(&index) {
            action.target = action.target.replace(old, new);
        }
    }
    if wanted != after {
        let message = format!("replacing `{old}` would change more than targets");
        return Err(Error::new(Stage::Overlay, Problem::Overlay { message }));
    }
    match actions.first() {
        Some(_) => Ok(Retargeted { text, actions }),
        None => {
            let message = format!("no target has `{old}`");
            Err(at_action(Problem::Overlay { message }, 0))
        }
    }
}
