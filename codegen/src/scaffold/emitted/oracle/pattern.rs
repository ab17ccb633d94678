//! Random texts that a regular expression matches.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::random::Random;

/// A text that the pattern may match; none for a pattern that this does not read.
pub fn text(pattern: &str, random: &mut Random) -> Option<String> {
    let hir = regex_syntax::ParserBuilder::new().build().parse(pattern).ok()?;
    let mut text = String::new();
    write(&hir, random, &mut text)?;
    Some(text)
}

/// A longer text is none.
const MOST: usize = 5_000;

fn write(hir: &Hir, random: &mut Random, text: &mut String) -> Option<()> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => *text += std::str::from_utf8(&literal.0).ok()?,
        HirKind::Class(class) => text.push(member(class, random)?),
        HirKind::Capture(capture) => write(&capture.sub, random, text)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, random, text)?;
            }
        }
        HirKind::Alternation(parts) => write(random.pick(parts)?, random, text)?,
        HirKind::Repetition(repetition) => {
            let least = repetition.min;
            let more = least.saturating_add(8);
            let most = repetition.max.unwrap_or(more).min(more);
            let times = random.between(i128::from(least), i128::from(most));
            for _ in 0..times {
                write(&repetition.sub, random, text)?;
                if text.len() > MOST {
                    return None;
                }
            }
        }
    }
    Some(())
}

fn member(class: &Class, random: &mut Random) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    let ranges: Vec<_> = class.iter().collect();
    // Most are long ranges of letters that nobody writes.
    let near = ranges.get(..ranges.len().min(8))?;
    let range = random.pick(near)?;
    let (start, end) = (u32::from(range.start()), u32::from(range.end()));
    let end = end.min(start.saturating_add(0x60));
    let number = random.between(i128::from(start), i128::from(end));
    char::from_u32(u32::try_from(number).ok()?)
}
